"""Hidden tests: states and gradients beside torch's own recurrent network, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch import nn


def some_weights(d, h, dtype=torch.float32):
    """w_ih, w_hh and b; large enough that every step counts."""
    return tuple(torch.randn(shape, dtype=dtype) * 0.6 for shape in ((h, d), (h, h), (h,)))


def by_torch(x, h, w_ih, w_hh, b):
    """All states of nn.RNN with these weights."""
    network = nn.RNN(x.shape[2], h.shape[1], batch_first=True).to(x.dtype)
    own = dict(weight_ih_l0=w_ih, weight_hh_l0=w_hh, bias_ih_l0=b, bias_hh_l0=torch.zeros_like(b))
    return torch.func.functional_call(network, own, (x, h[None]))[0]


def test_one_step(student):
    for n, d, h in [(5, 3, 4), (1, 2, 6), (7, 1, 1)]:
        weights = some_weights(d, h)
        x, state = torch.randn(n, d), torch.randn(n, h)
        actual = student.rnn_cell(x, state, *weights)
        if isinstance(actual, torch.Tensor) and actual.shape == (n, h):
            if torch.allclose(actual, student.rnn_cell(x, state + 1, *weights)):
                feedback("no-state")
        check.close(actual, by_torch(x[:, None], state, *weights)[:, 0], name="the next state", rtol=1e-4, atol=1e-5)


def test_all_states_in_order(student):
    for n, t, d, h in [(4, 6, 3, 5), (2, 9, 1, 3), (3, 3, 4, 4)]:
        weights = some_weights(d, h)
        x, state = torch.randn(n, t, d), torch.randn(n, h)
        found = student.rnn(x, state, *weights)
        check.length(found, 2, name="what rnn returns")
        expected = by_torch(x, state, *weights)
        if isinstance(found[0], torch.Tensor) and found[0].shape == (t, n, h) and n != t:
            feedback("time-first")
        check.close(found[0], expected, name="all states", rtol=1e-3, atol=1e-5)
        check.close(found[1], expected[:, -1], name="the last state", rtol=1e-3, atol=1e-5)


def test_lengths(student):
    for lengths in ([3, 7, 1, 5], [7, 7, 7, 7], [1, 1, 2, 1], [4]):
        weights, size = some_weights(2, 5), torch.tensor(lengths)
        x, state = torch.randn(len(lengths), 7, 2), torch.randn(len(lengths), 5)
        x[torch.arange(7) >= size[:, None]] = 9.0  # what lies in the padding must not matter
        states, last = student.rnn(x, state, *weights, lengths=size)
        expected = by_torch(x, state, *weights)
        if isinstance(last, torch.Tensor) and last.shape == (len(lengths), 5) and torch.allclose(last, expected[:, -1]) and min(lengths) < 7:
            feedback("reads-padding")
        check.close(last, torch.stack([expected[k, n - 1] for k, n in enumerate(lengths)]), name="the last real state", rtol=1e-3, atol=1e-5)
        check.close(states, expected, name="all states", rtol=1e-3, atol=1e-5)


def slopes(submission, x, h, weights, lengths):
    leaves = [value.clone().requires_grad_() for value in (x, h, *weights)]
    states, last = submission.rnn(*leaves, lengths=lengths)
    (last.square().sum() + states.sum()).backward()
    single = [value.clone().requires_grad_() for value in (x[:, 0], h, *weights)]
    submission.rnn_cell(*single).square().sum().backward()
    return [leaf.grad for leaf in leaves], [leaf.grad for leaf in single]


def test_gradients(student):
    for lengths in (None, torch.tensor([4, 2, 6])):
        x, h, weights = torch.randn(3, 6, 2), torch.randn(3, 4), some_weights(2, 4)
        found, single = student.run(slopes, x, h, weights, lengths)
        leaves = [value.clone().requires_grad_() for value in (x, h, *weights)]
        states = by_torch(*leaves)
        last = states[:, -1] if lengths is None else states[torch.arange(3), lengths - 1]
        (last.square().sum() + states.sum()).backward()
        check.close(found, [leaf.grad for leaf in leaves], name="the gradients", rtol=1e-3, atol=1e-4)
        leaves = [value.clone().requires_grad_() for value in (x[:, :1], h, *weights)]
        by_torch(*leaves).square().sum().backward()
        expected = [leaves[0].grad[:, 0], *(leaf.grad for leaf in leaves[1:])]
        check.close(single, expected, name="the gradients of one step", rtol=1e-3, atol=1e-4)


def test_good_citizen(student):
    for n, t in [(1, 1), (1, 5), (3, 2)]:
        x, h, weights = torch.randn(n, t, 2, dtype=torch.float64), torch.randn(n, 3, dtype=torch.float64), some_weights(2, 3, torch.float64)
        lengths = torch.full((n,), t)
        given = [value.clone() for value in (x, h, *weights, lengths)]
        expected = by_torch(*given[:5])
        student.rnn_cell(x[:, 0], h, *weights)
        states, last = student.rnn(x, h, *weights, lengths)
        check.close([x, h, *weights, lengths], given, name="the arguments afterwards")
        check.close(states, expected, name="all states in float64", rtol=1e-10, atol=1e-11)
        check.close(last, expected[:, -1], name="the last state in float64", rtol=1e-10, atol=1e-11)
