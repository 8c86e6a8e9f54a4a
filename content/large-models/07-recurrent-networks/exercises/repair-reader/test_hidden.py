"""Hidden tests: each sequence is read alone, to its own end, with the parameters of the submission, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch import nn

INPUTS, WIDTH, CLASSES = 3, 5, 4
LENGTHS = [6, 2, 4, 1, 6, 3]


def some_state():
    lstm, classify = nn.LSTM(INPUTS, WIDTH, bidirectional=True), nn.Linear(2 * WIDTH, CLASSES)
    shapes = {f"lstm.{name}": value.shape for name, value in lstm.state_dict().items()}
    shapes |= {f"classify.{name}": value.shape for name, value in classify.state_dict().items()}
    return {name: torch.randn(shape) * 0.6 for name, shape in shapes.items()}


def read_alone(state, x, lengths, *, one_frame=False):
    """The logits of each sequence by itself; `one_frame`: the backward state where that direction has only begun."""
    lstm = nn.LSTM(INPUTS, WIDTH, bidirectional=True, batch_first=True)
    own = {name.removeprefix("lstm."): value for name, value in state.items() if name.startswith("lstm.")}
    rows = []
    for sequence, n in zip(x, lengths, strict=True):
        output, _ = torch.func.functional_call(lstm, own, (sequence[None, :n],))  # (1, n, 2 width)
        rows.append(torch.cat([output[0, -1, :WIDTH], output[0, -1 if one_frame else 0, WIDTH:]]))
    return torch.stack(rows) @ state["classify.weight"].T + state["classify.bias"]


def made(submission, state):
    reader = submission.Reader(3, 5, 4)
    reader.load_state_dict(state)
    return reader


def test_sequences_do_not_mix(student):
    reader, x, lengths = student.run(made, some_state()), torch.randn(6, 6, INPUTS), torch.full((6,), 6)
    together = reader(x, lengths)
    check.shape(together, (6, CLASSES), name="the logits")
    other = x.clone()
    other[:3] = torch.randn(3, 6, INPUTS)
    if not torch.allclose(reader(other, lengths)[3:], together[3:], rtol=1e-3, atol=1e-4):
        feedback("batch-is-time")
    check.close(reader(other, lengths)[3:], together[3:], name="the logits beside other sequences", rtol=1e-3, atol=1e-5)
    check.close(reader(x.flip(0), lengths).flip(0), together, name="the logits in reverse order", rtol=1e-3, atol=1e-5)
    check.close(reader(x[4:5], lengths[4:5]), together[4:5], name="the logits of a sequence alone", rtol=1e-3, atol=1e-5)
    assert together.std(0).min() > 1e-3


def test_padding_does_not_matter(student):
    reader, x, lengths = student.run(made, some_state()), torch.randn(6, 6, INPUTS), torch.tensor(LENGTHS)
    plain = reader(x, lengths)
    check.shape(plain, (6, CLASSES), name="the logits")
    for fill in (0.0, 5.0, -40.0):
        other = torch.where((torch.arange(6) < lengths[:, None])[:, :, None], x, fill)
        found = reader(other, lengths)
        if not torch.allclose(found, plain, rtol=1e-3, atol=1e-4):
            feedback("padding-read")
        check.close(found, plain, name="the logits with other numbers in the padding", rtol=1e-3, atol=1e-5)
    longer = torch.cat([x, torch.ones(6, 5, INPUTS)], 1)
    check.close(reader(longer, lengths), plain, name="the logits with more padding", rtol=1e-3, atol=1e-5)
    assert plain.std(0).min() > 1e-3


def influence(submission, state, x, lengths):
    """The gradient of the frames; the classifier listens to the backward half alone."""
    reader = submission.Reader(3, 5, 4)
    state = {**state, "classify.weight": state["classify.weight"] * (torch.arange(10) >= 5)}
    reader.load_state_dict(state)
    leaf = x.clone().requires_grad_()
    reader(leaf, lengths).sum().backward()
    return leaf.grad


def test_both_directions_read_everything(student):
    state, x, lengths = some_state(), torch.randn(6, 6, INPUTS), torch.tensor(LENGTHS)
    found = student.run(influence, state, x, lengths)
    if isinstance(found, torch.Tensor) and (found[0, 0] == 0).all() and (found[0, 5] != 0).any():
        feedback("one-frame")
    leaf = x.clone().requires_grad_()
    half = {**state, "classify.weight": state["classify.weight"] * (torch.arange(10) >= 5)}
    read_alone(half, leaf, LENGTHS).sum().backward()
    check.close(found, leaf.grad, name="the gradient of the frames by the backward half", rtol=1e-3, atol=1e-5)


def test_values(student):
    state = some_state()
    own = student.Reader(INPUTS, WIDTH, CLASSES).state_dict()
    check.equal({name: tuple(value.shape) for name, value in own.items()}, {name: tuple(value.shape) for name, value in state.items()}, name="the layers")
    reader = student.run(made, state)
    for lengths in (LENGTHS, [6] * 6, [1, 2, 3, 4, 5, 6], [1] * 6):
        x = torch.randn(6, 6, INPUTS)
        kept = x.clone()
        found = reader(x, torch.tensor(lengths))
        if torch.allclose(found, read_alone(state, x, lengths, one_frame=True), rtol=1e-3, atol=1e-4) and max(lengths) > 1:
            feedback("one-frame")
        check.close(found, read_alone(state, x, lengths), name="the logits", rtol=1e-3, atol=1e-5)
        check.close(x, kept, name="x afterwards")
