"""Hidden tests: the same expressions with the student's values and, outside the sandbox, with torch's."""
import random

import torch
from graders.examiner import check, feedback


class Reference:
    """Looks like a submission; its values are numbers of torch in double precision."""

    @staticmethod
    def Value(data):
        return torch.tensor(float(data), dtype=torch.float64, requires_grad=True)


def compare(student, probe, *numbers):
    """The value and the gradients of an expression, the student's and torch's."""
    actual, expected = student.run(probe, *numbers), probe(Reference, *numbers)
    for index, (theirs, ours) in enumerate(zip(actual, expected, strict=True)):
        name = "the result" if index == 0 else f"the gradient of input {index}"
        check.close(theirs, ours, name=name, rtol=1e-9, atol=1e-9)


def numbers(count):
    return [random.uniform(0.5, 3) * random.choice([-1, 1]) for _ in range(count)]


def sums_and_products(submission, numbers):
    a, b, c, d, e = values = [submission.Value(number) for number in numbers]
    result = (a + b) * (c * d) + e
    result.backward()
    return [float(v) for v in (result.data, *[value.grad for value in values])]


def product(submission, a, b):
    a, b = submission.Value(a), submission.Value(b)
    result = a * b
    before = float(a.data), float(b.data)
    result.backward()
    return [float(v) for v in (result.data, a.grad, b.grad)], before == (float(a.data), float(b.data))


def test_add_and_multiply(student):
    a, b = numbers(2)
    actual, unchanged = student.run(product, a, b)
    check.close(actual, [a * b, b, a], name="a * b and its gradients")
    check.true(unchanged, name="the operands are what they were")
    for _ in range(3):
        compare(student, sums_and_products, numbers(5))


def with_plain_numbers(submission, numbers):
    a, b, c, d, e, f, g = values = [submission.Value(number) for number in numbers]
    result = (a + 2) * 3 + 4 * b + (1 - c) / 5 + (7 + d) * (e - 0.5) + 2 / f - (-g)
    result.backward()
    return [float(v) for v in (result.data, *[value.grad for value in values])]


def test_plain_numbers(student):
    for _ in range(3):
        compare(student, with_plain_numbers, numbers(7))


def powers(submission, a, b):
    exponents = [(a, 3), (a, 2), (a, -1), (b, 0.5), (b, -1.5), (b, 1), (a, 0)]
    found = []
    for number, exponent in exponents:
        value = submission.Value(number)
        result = value**exponent
        result.backward()
        found += [float(result.data), float(value.grad)]
    return found


def test_powers(student):
    for sign in (1, -1, 1):
        a, b = sign * random.uniform(0.5, 2), random.uniform(0.5, 3)
        check.close(student.run(powers, a, b), powers(Reference, a, b), name="powers and their gradients", rtol=1e-9)


def bends(submission, numbers):
    a, b, c, d, e = values = [submission.Value(number) for number in numbers]
    result = (a * 2).relu() * 3 + b.tanh() * c + (d * e).tanh().relu()
    result.backward()
    return [float(v) for v in (result.data, *[value.grad for value in values])]


def one_bend(submission, x):
    on, soft = submission.Value(x), submission.Value(x)
    y, z = on.relu(), soft.tanh()
    y.backward()
    z.backward()
    return [float(v) for v in (y.data, on.grad, z.data, soft.grad)]


def test_relu_and_tanh(student):
    for _ in range(5):
        compare(student, bends, numbers(5))
    for x in (0.0, 0.3, -0.3, 800.0, -800.0):
        check.close(student.run(one_bend, x), one_bend(Reference, x), name=f"relu and tanh at {x}", rtol=1e-9)


def shared(submission, a, b):
    a, b = submission.Value(a), submission.Value(b)
    result = a * a * a + a * b + (a + a) * b + (b + 1) * (b + 2)
    result.backward()
    return [float(v) for v in (result.data, a.grad, b.grad)]


def square_and_double(submission, a):
    x, y = submission.Value(a), submission.Value(a)
    (x * x).backward()
    (y + y).backward()
    return float(x.grad), float(y.grad)


def test_a_value_used_twice(student):
    (a,) = numbers(1)
    actual = student.run(square_and_double, a)
    if actual == (a, 1.0):
        feedback("overwritten")
    check.close(actual, (2 * a, 2.0), name="the gradients of a * a and a + a")
    for _ in range(3):
        compare(student, shared, *numbers(2))


def braid(submission, a):
    # Each value is used by the next one and by the one after it: the order decides.
    first = submission.Value(a)
    before, now = first, first * 0.5 + 1
    for step in range(6):
        before, now = now, (now * before * 0.25 + now).tanh() + before * (0.1 * step)
    now.backward()
    return [float(v) for v in (now.data, first.grad)]


def braid_turned(submission, a):
    first = submission.Value(a)
    before, now = first, 1 + 0.5 * first
    for step in range(6):
        before, now = now, before * (0.1 * step) + (now + before * now * 0.25).tanh()
    now.backward()
    return [float(v) for v in (now.data, first.grad)]


def layers(submission, xs, ws):
    # A network 3 -> 4 -> 4 -> 1 with tanh, and its squared error.
    Value, weights = submission.Value, [submission.Value(w) for w in ws]
    inputs, rest = [Value(x) for x in xs], list(weights)
    outputs = inputs
    for size in (4, 4, 1):
        sums = []
        for _ in range(size):
            total = rest.pop()
            for value in outputs:
                total = total + rest.pop() * value
            sums.append(total)
        outputs = [total.tanh() for total in sums]
    loss = (outputs[0] - 1) ** 2
    loss.backward()
    return [float(v) for v in (loss.data, *[w.grad for w in weights], *[x.grad for x in inputs])]


def test_order(student):
    for _ in range(3):
        compare(student, braid, *numbers(1))
        compare(student, braid_turned, *numbers(1))
    compare(student, layers, numbers(3), [random.gauss(0, 0.6) for _ in range(4 * 4 + 4 * 5 + 5)])


def again(submission, a, b):
    a, b = submission.Value(a), submission.Value(b)
    s = a * b
    t = s * 2 + a
    t.backward()
    (s * 3).backward()
    t.backward()
    return [float(v) for v in (a.grad, b.grad, s.grad, t.grad)]


def test_backward_adds(student):
    for _ in range(2):
        a, b = numbers(2)
        expected = [2 * (2 * b + 1) + 3 * b, 2 * 2 * a + 3 * a, 7.0, 2.0]
        check.close(student.run(again, a, b), expected, name="the gradients after three calls")


def chain(submission, a, length):
    first = value = submission.Value(a)
    for step in range(length):
        value = value * 0.999 + 0.001 if step % 2 else value * 1.001
    value.backward()
    return [float(v) for v in (value.data, first.grad)]


def doubled(submission, a, times):
    first = value = submission.Value(a)
    for _ in range(times):
        value = value + value
    value.backward()
    return [float(v) for v in (value.data, first.grad)]


def test_long_and_wide(student):
    (a,) = numbers(1)
    value, slope = a, 1.0
    for step in range(2500):
        value, slope = (value * 0.999 + 0.001, slope * 0.999) if step % 2 else (value * 1.001, slope * 1.001)
    check.close(student.run(chain, a, 2500), [value, slope], name="a chain of 2,500 steps", rtol=1e-9)
    check.close(student.run(doubled, a, 50), [a * 2.0**50, 2.0**50], name="fifty doublings", rtol=1e-9)
