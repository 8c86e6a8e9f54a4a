"""Hidden tests: states and gradients beside torch's own LSTM, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch import nn


def some_weights(d, h, dtype=torch.float32):
    return tuple(torch.randn(shape, dtype=dtype) * 0.7 for shape in ((4 * h, d), (4 * h, h), (4 * h,)))


def some_states(n, h, dtype=torch.float32):
    return torch.randn(n, h, dtype=dtype), torch.randn(n, h, dtype=dtype) * 2


def by_torch(x, h, c, w_ih, w_hh, b):
    """Hidden states, last h and last c of nn.LSTM with these weights."""
    network = nn.LSTM(x.shape[2], h.shape[1], batch_first=True).to(x.dtype)
    own = dict(weight_ih_l0=w_ih, weight_hh_l0=w_hh, bias_ih_l0=b, bias_hh_l0=torch.zeros_like(b))
    states, (last_h, last_c) = torch.func.functional_call(network, own, (x, (h[None], c[None])))
    return states, last_h[0], last_c[0]


def stopped(x, h, c, weights, lengths):
    """The same, one sequence at a time, each to its own end; the last hidden state is repeated behind."""
    rows = []
    for k, n in enumerate(lengths):
        states, last_h, last_c = by_torch(x[k : k + 1, :n], h[k : k + 1], c[k : k + 1], *weights)
        rows.append((torch.cat([states, last_h[:, None].expand(1, x.shape[1] - n, -1)], 1), last_h, last_c))
    return tuple(torch.cat(part) for part in zip(*rows, strict=True))


def in_order(weights, order):
    """The four parts of each weight in another order."""
    return tuple(torch.cat([w.chunk(4)[k] for k in order]) for w in weights)


def same(actual, expected):
    return isinstance(actual, torch.Tensor) and actual.shape == expected.shape and torch.allclose(actual, expected, rtol=1e-3, atol=1e-5)


def test_cell_state(student):
    for n, d, h in [(5, 3, 4), (1, 2, 6), (6, 4, 1)]:
        x, states, weights = torch.randn(n, d), some_states(n, h), some_weights(d, h)
        found = student.lstm_cell(x, *states, *weights)
        check.length(found, 2, name="what lstm_cell returns")
        for key, order in (("order-of-gates", (0, 1, 3, 2)), ("gates-exchanged", (1, 0, 2, 3))):
            if same(found[1], by_torch(x[:, None], *states, *in_order(weights, order))[2]):
                feedback(key)
        check.close(found[1], by_torch(x[:, None], *states, *weights)[2], name="the cell state", rtol=1e-3, atol=1e-5)


def test_hidden_state(student):
    for n, d, h in [(5, 3, 4), (2, 2, 2)]:
        x, states, weights = torch.randn(n, d), some_states(n, h), some_weights(d, h)
        hidden, _ = student.lstm_cell(x, *states, *weights)
        o = torch.sigmoid((x @ weights[0].T + states[0] @ weights[1].T + weights[2])[:, 3 * h :])
        if same(hidden, o * torch.tanh(states[1])):
            feedback("old-cell-state")
        check.close(hidden, by_torch(x[:, None], *states, *weights)[1], name="the hidden state", rtol=1e-3, atol=1e-5)


def test_sequence(student):
    for n, t, d, h in [(4, 7, 3, 5), (1, 12, 1, 2), (3, 3, 3, 3)]:
        x, states, weights = torch.randn(n, t, d), some_states(n, h), some_weights(d, h)
        found = student.lstm(x, *states, *weights)
        check.length(found, 3, name="what lstm returns")
        for name, actual, expected in zip(("hidden states", "last h", "last c"), found, by_torch(x, *states, *weights), strict=True):
            check.close(actual, expected, name=name, rtol=1e-3, atol=1e-5)


def test_padding(student):
    for lengths in ([3, 6, 1, 5], [6, 6, 6, 6], [1, 2, 1, 1], [4]):
        x, states, weights, size = torch.randn(len(lengths), 6, 2), some_states(len(lengths), 3), some_weights(2, 3), torch.tensor(lengths)
        x[torch.arange(6) >= size[:, None]] = 7.0
        found = student.lstm(x, *states, *weights, lengths=size)
        for name, actual, expected in zip(("hidden states", "last h", "last c"), found, stopped(x, *states, weights, lengths), strict=True):
            check.close(actual, expected, name=f"{name} with lengths", rtol=1e-3, atol=1e-5)


def slopes(submission, arguments, lengths):
    leaves = [value.clone().requires_grad_() for value in arguments]
    states, h, c = submission.lstm(*leaves, lengths=lengths)
    (states.square().sum() + h.sum() + c.square().sum()).backward()
    single = [value.clone().requires_grad_() for value in (arguments[0][:, 0], *arguments[1:])]
    h, c = submission.lstm_cell(*single)
    (h.square().sum() + c.sum()).backward()
    return [leaf.grad for leaf in leaves], [leaf.grad for leaf in single]


def test_gradients(student):
    for lengths in (None, [4, 2, 5]):
        arguments = (torch.randn(3, 5, 2), *some_states(3, 4), *some_weights(2, 4))
        found, single = student.run(slopes, arguments, None if lengths is None else torch.tensor(lengths))
        leaves = [value.clone().requires_grad_() for value in arguments]
        states, h, c = by_torch(*leaves) if lengths is None else stopped(*leaves[:3], leaves[3:], lengths)
        (states.square().sum() + h.sum() + c.square().sum()).backward()
        check.close(found, [leaf.grad for leaf in leaves], name="the gradients", rtol=1e-3, atol=1e-4)
        leaves = [value.clone().requires_grad_() for value in (arguments[0][:, :1], *arguments[1:])]
        _, h, c = by_torch(*leaves)
        (h.square().sum() + c.sum()).backward()
        expected = [leaves[0].grad[:, 0], *(leaf.grad for leaf in leaves[1:])]
        check.close(single, expected, name="the gradients of one step", rtol=1e-3, atol=1e-4)


def slope_of_the_bias(submission, b):
    leaf = b.clone().requires_grad_()
    submission.open_forget_gate(leaf, 2.0).sum().backward()
    return leaf.grad


def test_forget_bias(student):
    for width, value in [(3, 1.0), (1, -2.5), (6, 0.0)]:
        b = torch.randn(4 * width)
        kept, expected = b.clone(), b.clone()
        expected[width : 2 * width] = value
        check.close(student.open_forget_gate(b, value), expected, name="the new bias")
        check.close(b, kept, name="b afterwards")
    expected[6:12] = 1.0
    check.close(student.open_forget_gate(b), expected, name="the new bias without a value")
    slope = torch.ones(24)
    slope[6:12] = 0.0
    check.close(student.run(slope_of_the_bias, b), slope, name="the gradient of b")
    check.dtype(student.open_forget_gate(b.double()), torch.float64, name="the new bias of a float64 one")


def test_good_citizen(student):
    arguments = (torch.randn(3, 4, 2, dtype=torch.float64), *some_states(3, 5, torch.float64), *some_weights(2, 5, torch.float64))
    lengths = torch.tensor([4, 1, 2])
    given = [value.clone() for value in (*arguments, lengths)]
    student.lstm_cell(arguments[0][:, 0], *arguments[1:])
    found = student.lstm(*arguments, lengths)
    check.close([*arguments, lengths], given, name="the arguments afterwards")
    expected = stopped(*given[:3], given[3:6], [4, 1, 2])
    for name, actual, right in zip(("hidden states", "last h", "last c"), found, expected, strict=True):
        check.close(actual, right, name=f"{name} in float64", rtol=1e-10, atol=1e-11)
