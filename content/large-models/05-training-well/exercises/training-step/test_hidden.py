"""Hidden tests: each step is made again outside the sandbox, on the whole batch, by torch."""
import copy
import math

import torch
from graders.examiner import check, feedback
from torch import nn
from torch.nn import functional as F

LR = 0.3


def network():
    return nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Dropout(0.5), nn.Linear(16, 4))


def problem(rows=11, scale=2.0):
    """A state for the network, a batch, and one hard row at its end."""
    x, y = torch.randn(rows, 6) * scale, torch.randint(4, (rows,))
    x[-1] *= 5
    return {name: torch.randn_like(value) for name, value in network().state_dict().items()}, x, y


def made(submission, state, x, y, settings, old=0.0, training=False):
    """One step of the submission: what it returns, the new state, and what happened on the way."""
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Dropout(0.5), nn.Linear(16, 4))
    seen = {"rows": [], "layers": [], "grad": [], "steps": 0, "backward": []}
    model.load_state_dict(state)
    model.train(training)

    def note(layer, given, out):
        seen["rows"].append(len(given[0]))
        seen["layers"].append(str(out.dtype))
        if out.requires_grad:
            out.register_hook(lambda slope: seen["backward"].append(len(seen["rows"])))

    model[0].register_forward_hook(note)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    optimizer.register_step_pre_hook(lambda *_: seen.update(steps=seen["steps"] + 1))
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, old)
    told = submission.train_step(model, optimizer, x, y, **settings)
    seen["grad"] = sorted({str(p.grad.dtype) for p in model.parameters() if p.grad is not None})
    seen["training"] = model.training and model[2].training
    return told, model.state_dict(), seen


def expected(state, x, y, *, weights=None, max_norm=math.inf, bfloat16=False):
    """Loss, norm and new state of one step on the whole batch; `weights` of the rows are 1 / N unless given."""
    model = network().eval()
    model.load_state_dict(state)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        logits = model(x)
    losses = F.cross_entropy(logits.float(), y, reduction="none")  # (N,)
    loss = (losses * (torch.full((len(x),), 1 / len(x)) if weights is None else weights)).sum()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    torch.optim.SGD(model.parameters(), lr=LR).step()
    return loss.item(), norm.item(), model.state_dict()


def same(state, other):
    return all(torch.allclose(state[name], other[name], rtol=1e-3, atol=1e-4) for name in other)


def examine(told, state, right, *, rtol=1e-3, atol=1e-4):
    loss, norm, after = right
    check.close(told, {"loss": loss, "norm": norm}, name="what train_step returns", rtol=rtol, atol=atol)
    check.close(dict(state), dict(after), name="the parameters after the step", rtol=rtol, atol=atol)


def slope_of_the_loss(submission, logits, targets, rows):
    leaf = logits.clone().requires_grad_()
    submission.piece_loss(leaf, targets, rows).backward()
    return leaf.grad


def test_loss_of_a_piece(student):
    for m, rows in [(4, 4), (3, 11), (1, 6)]:
        logits, targets = torch.randn(m, 5) * 3, torch.randint(5, (m,))
        expected = F.cross_entropy(logits, targets) * m / rows
        check.close(student.piece_loss(logits, targets, rows), expected, name="the loss of a piece", rtol=1e-4)
        half = student.piece_loss(logits.bfloat16(), targets, rows)
        check.close(half, F.cross_entropy(logits.bfloat16().float(), targets) * m / rows, name="the loss of logits in bfloat16", rtol=1e-4)
        slope = (logits.softmax(1) - F.one_hot(targets, 5)) / rows
        check.close(student.run(slope_of_the_loss, logits, targets, rows), slope, name="the gradient of the logits", rtol=1e-3)
    kept = logits.clone()
    student.piece_loss(logits, targets, 6)
    check.close(logits, kept, name="the logits afterwards")


def test_one_step(student):
    for rows in (1, 8, 32):
        state, x, y = problem(rows)
        told, after, seen = student.run(made, state, x, y, {}, 3.0)
        stale = {name: value - LR * 3.0 for name, value in expected(state, x, y)[2].items()}
        if same(after, stale):
            feedback("old-gradients")
        examine(told, after, expected(state, x, y))
        check.equal(seen["steps"], 1, name="the number of steps")
        assert not same(after, state)
    inputs, labels = x.clone(), y.clone()
    for training in (True, False):
        _, _, seen = student.run(made, state, x, y, {"micro_batch": 5}, 0.0, training)
        check.equal(seen["training"], training, name="whether the model is in training mode afterwards")
    check.close((x, y), (inputs, labels), name="x and y after the step")


def weights_of_means(rows, size, shares):
    """The weight of each row where the pieces' means are summed, or averaged."""
    pieces = [len(piece) for piece in torch.ones(rows).split(size)]
    return torch.cat([torch.full((n,), (1 / len(pieces) if shares else 1) / n) for n in pieces])


def test_pieces_equal_the_whole(student):
    for rows, size in [(11, 4), (10, 3), (12, 4), (7, 1), (5, 99), (9, 8)]:
        state, x, y = problem(rows)
        told, after, seen = student.run(made, state, x, y, {"micro_batch": size})
        right = expected(state, x, y)
        for key, shares in (("mean-of-means", True), ("sum-of-means", False)):
            wrong = expected(state, x, y, weights=weights_of_means(rows, size, shares))[2]
            if same(after, wrong) and not same(wrong, right[2]):
                feedback(key)
        examine(told, after, right)
        check.equal(seen["steps"], 1, name="the number of steps")


def test_pieces_are_small(student):
    for rows, size, pieces in [(11, 4, [4, 4, 3]), (6, 2, [2, 2, 2]), (3, 5, [3]), (20, None, [20]), (4, 1, [1] * 4)]:
        state, x, y = problem(rows)
        _, _, seen = student.run(made, state, x, y, {"micro_batch": size})
        check.equal(seen["rows"], pieces, name="how many rows the model saw at a time")
        if seen["backward"] and seen["backward"][0] == len(pieces) > 1:
            feedback("all-graphs-kept")
        check.equal(seen["backward"], list(range(1, len(pieces) + 1)), name="after how many pieces backward was called")


def clipped_by_piece(state, x, y, size, max_norm):
    model = network().eval()
    model.load_state_dict(state)
    for inputs, targets in zip(x.split(size), y.split(size), strict=True):
        (F.cross_entropy(model(inputs), targets, reduction="sum") / len(x)).backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    torch.optim.SGD(model.parameters(), lr=LR).step()
    return model.state_dict()


def test_clipping(student):
    for rows, size, max_norm in [(9, None, 0.1), (11, 4, 0.3), (10, 2, 0.05), (8, 3, 1e6)]:
        state, x, y = problem(rows)
        told, after, _ = student.run(made, state, x, y, {"micro_batch": size, "max_norm": max_norm})
        free, right = expected(state, x, y)[2], expected(state, x, y, max_norm=max_norm)
        if same(after, free) and not same(free, right[2]):
            feedback("never-clipped")
        by_piece = clipped_by_piece(state, x, y, size or rows, max_norm)
        if same(after, by_piece) and not same(by_piece, right[2]):
            feedback("clipped-by-piece")
        examine(told, after, right, atol=1e-5)
        moved = {name: after[name] - state[name] for name in state}
        check.close(moved, {name: right[2][name] - state[name] for name in state}, name="the step", rtol=1e-2, atol=1e-5)


def test_bfloat16(student):
    for rows, size in [(8, None), (11, 4), (40, 16)]:
        state, x, y = problem(rows, scale=0.5)
        told, after, seen = student.run(made, state, x, y, {"micro_batch": size, "bfloat16": True})
        if set(seen["layers"]) == {"torch.float32"}:
            feedback("still-single")
        check.equal(sorted(set(seen["layers"])), ["torch.bfloat16"], name="what the layers compute in")
        check.equal(seen["grad"], ["torch.float32"], name="what the gradients are kept in")
        for name, value in after.items():
            check.dtype(value, torch.float32, name=name)
        right = expected(state, x, y, bfloat16=True)
        check.close(told["loss"], right[0], name="the loss", rtol=1e-4)
        examine(told, after, right, rtol=0.05, atol=0.01)
        _, _, seen = student.run(made, state, x, y, {"micro_batch": size})
        check.equal(sorted(set(seen["layers"])), ["torch.float32"], name="what the layers compute in without bfloat16")
