"""What Run runs: the examples of the statement."""


def the_first_example(submission):
    a, b = submission.Value(2.0), submission.Value(-3.0)
    c = a * b + a**2
    c.backward()
    return c.data, a.grad, b.grad, c.grad


def test_the_first_example_of_the_statement(student):
    assert student.run(the_first_example) == (-2.0, 1.0, 2.0, 1.0)


def three_uses(submission):
    x = submission.Value(3.0)
    y = x * x
    z = y + x
    z.backward()
    return z.data, x.grad


def test_three_uses_of_one_value(student):
    assert student.run(three_uses) == (12.0, 7.0)


def bends(submission):
    on, off, zero = submission.Value(2.0), submission.Value(-2.0), submission.Value(0.0)
    (on.relu() * 3 + off.relu() * 3 + zero.tanh()).backward()
    return on.grad, off.grad, zero.grad


def test_relu_and_tanh(student):
    assert student.run(bends) == (3.0, 0.0, 1.0)


def twice(submission):
    a, b = submission.Value(1.0), submission.Value(4.0)
    s = a * b
    (s * 2).backward()
    (s * 3).backward()
    return a.grad


def test_two_calls_of_backward(student):
    assert student.run(twice) == 20.0
