"""Hidden tests: every gradient beside autograd's, which runs here, outside the sandbox."""
import torch
from graders.examiner import check, feedback


def problem(n=3, t=6, d=2, h=4, gain=0.7, dtype=torch.float32):
    """x, h, w_ih, w_hh, b and the gradient of the last state."""
    shapes = ((n, t, d), (n, h), (h, d), (h, h), (h,), (n, h))
    return [torch.randn(shape, dtype=dtype) * scale for shape, scale in zip(shapes, (1, 0.5, 0.7, gain, 0.3, 1), strict=True)]


def unrolled(x, h, w_ih, w_hh, b):
    states = [h]
    for t in range(x.shape[1]):
        states.append(torch.tanh(x[:, t] @ w_ih.T + states[-1] @ w_hh.T + b))
    return torch.stack(states, 1)


def expected(x, h, w_ih, w_hh, b, last, window=None, forgotten=()):
    """The gradients by autograd; with a window, of the last steps alone, begun at a state that is given."""
    start = x.shape[1] - (window or x.shape[1])
    before = unrolled(x, h, w_ih, w_hh, b)
    leaves = [value.clone().requires_grad_() for value in (w_ih, w_hh, b)]
    states = [before[:, start].clone().requires_grad_()]
    for t in range(start, x.shape[1]):
        a = x[:, t] @ leaves[0].T + states[-1] @ leaves[1].T + leaves[2]
        states.append(torch.tanh(a) if "slope" not in forgotten else a - (a - torch.tanh(a)).detach())
        states[-1].retain_grad()
    (states[-1] * last).sum().backward()
    found = torch.zeros_like(before)
    for k, state in enumerate(states):
        found[:, start + k] = state.grad
    return {"states": found, "w_ih": leaves[0].grad, "w_hh": leaves[1].grad, "b": leaves[2].grad}


def same(actual, right):
    return isinstance(actual, torch.Tensor) and actual.shape == right.shape and torch.allclose(actual, right, rtol=1e-3, atol=1e-5)


SIZES = [(3, 6, 2, 4), (1, 9, 3, 2), (5, 1, 1, 3), (4, 4, 4, 4)]


def test_gradient_of_each_state(student):
    for sizes in SIZES:
        x, h, w_ih, w_hh, b, last = problem(*sizes)
        found = student.backward(x, unrolled(x, h, w_ih, w_hh, b), w_ih, w_hh, last)
        check.equal(sorted(found), ["b", "states", "w_hh", "w_ih"], name="the keys")
        if same(found["states"], expected(x, h, w_ih, w_hh, b, last, forgotten=("slope",))["states"]):
            feedback("slope-missing")
        check.close(found["states"], expected(x, h, w_ih, w_hh, b, last)["states"], name="states", rtol=1e-3, atol=1e-5)


def test_gradients_of_the_weights(student):
    for sizes in SIZES:
        x, h, w_ih, w_hh, b, last = problem(*sizes)
        found = student.backward(x, unrolled(x, h, w_ih, w_hh, b), w_ih, w_hh, last)
        right = expected(x, h, w_ih, w_hh, b, last)
        if sizes[1] > 1 and same(found["w_hh"], expected(x, h, w_ih, w_hh, b, last, window=1)["w_hh"]):
            feedback("last-step-only")
        for name in ("w_ih", "w_hh", "b"):
            check.close(found[name], right[name], name=name, rtol=1e-3, atol=1e-5)


def test_truncated(student):
    x, h, w_ih, w_hh, b, last = problem(t=7)
    states = unrolled(x, h, w_ih, w_hh, b)
    for window in (1, 2, 5, 7):
        found = student.backward(x, states, w_ih, w_hh, last, window=window)
        check.close(dict(found), expected(x, h, w_ih, w_hh, b, last, window), name=f"the gradients with window={window}", rtol=1e-3, atol=1e-5)


def test_how_far_it_reaches(student):
    # Near zero tanh has the slope 1, so that large weights make the gradients of the first states the largest.
    x, h, w_ih, w_hh, b, last = problem(n=3, t=9, gain=1.0)
    quiet = x * 1e-5, h * 1e-5, w_ih, torch.linalg.qr(w_hh)[0] * 2.5, b * 1e-5
    found = student.reach(*quiet, last)
    norms = expected(*quiet, last)["states"].square().sum((0, 2)).sqrt()
    if isinstance(found, torch.Tensor) and found.shape == norms.shape and torch.allclose(found, norms / norms.max(), rtol=1e-3):
        feedback("largest-is-one")
    check.close(found, norms / norms[-1], name="reach with exploding gradients", rtol=1e-3)
    for gain in (0.2, 0.7, 2.0):
        x, h, w_ih, w_hh, b, last = problem(n=4, t=12, gain=gain)
        norms = expected(x, h, w_ih, w_hh, b, last)["states"].square().sum((0, 2)).sqrt()
        check.close(student.reach(x, h, w_ih, w_hh, b, last * 3), norms / norms[-1], name="reach", rtol=1e-3, atol=1e-9)


def in_inference_mode(submission, arguments):
    x, h, w_ih, w_hh, b, last = arguments
    with torch.inference_mode():
        states = submission.forward(x, h, w_ih, w_hh, b)
        return submission.backward(x, states, w_ih, w_hh, last), submission.reach(*arguments), states


def test_good_citizen(student):
    arguments = problem(dtype=torch.float64)
    kept = [value.clone() for value in arguments]
    right = expected(*kept)
    found, reached, states = student.run(in_inference_mode, arguments)
    check.close(states, unrolled(*kept[:5]), name="forward in float64", rtol=1e-10)
    check.close(dict(found), right, name="the gradients in float64", rtol=1e-9, atol=1e-11)
    norms = right["states"].square().sum((0, 2)).sqrt()
    check.close(reached, norms / norms[-1], name="reach in float64", rtol=1e-9)
    x, h, w_ih, w_hh, b, last = arguments
    given = unrolled(x, h, w_ih, w_hh, b)
    student.backward(x, given, w_ih, w_hh, last)
    student.reach(*arguments)
    student.forward(*arguments[:5])
    check.close([*arguments, given], [*kept, unrolled(*kept[:5])], name="the arguments afterwards")
