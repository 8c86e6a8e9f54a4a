"""Hidden tests: scripted losses; each model carries the number of its epoch in its weights and buffers."""
import math
import random

import torch
from graders.examiner import check, feedback
from torch import nn


def expected(losses, patience, min_delta=0.0):
    """The answers of a right watchman, its best loss and its best epoch."""
    best, epoch, said = math.inf, None, []
    for now, loss in enumerate(losses):
        if loss < best - min_delta:
            best, epoch = loss, now
        said.append(now - (-1 if epoch is None else epoch) >= patience)
    return said, best, epoch


def watched(submission, losses, settings):
    stopper, model = submission.EarlyStopping(**settings), nn.Linear(2, 1)
    found = [[stopper.best_loss, stopper.best_epoch]]
    said = []
    for loss in losses:
        said.append(stopper.update(loss, model))
        found.append([stopper.best_loss, stopper.best_epoch])
    return said, found


def some_losses(count=14):
    return [round(1 / (1 + k) + random.uniform(0, 0.5), 3) for k in range(count)]


def test_when_it_stops(student):
    for losses, patience in [([1.0, 0.9, 0.95, 0.8, 0.85, 0.86, 0.87], 2), ([3.0, 4.0], 1), (some_losses(), 3), (some_losses(), 1), ([0.5] * 6, 4)]:
        said, _ = student.run(watched, losses, {"patience": patience})
        right = expected(losses, patience)[0]
        if said == expected(losses, patience + 1)[0] != right:
            feedback("too-late")
        worse = [sum(l >= min(losses[:k], default=math.inf) for k, l in enumerate(losses[: n + 1])) >= patience for n in range(len(losses))]
        if said == worse != right:
            feedback("never-set-back")
        check.equal(said, right, name=f"the answers for {losses} with patience {patience}")
    said, _ = student.run(watched, [1.0, 2.0, 2.0, 2.0], {})
    check.equal(said, [False, False, False, True], name="the answers with the patience that is given by default")


def test_what_counts_as_progress(student):
    nan = math.nan
    for losses, patience, delta in [
        ([0.9, 0.7, 0.68, 0.66, 0.64, 0.5], 2, 0.05),
        ([1.0, 0.75, 0.5, 0.5, 0.25], 2, 0.25),
        ([1.0, nan, 0.5, nan, nan, 0.1], 3, 0.0),
        ([nan, nan, 0.5], 3, 0.1),
        ([nan, nan, nan], 2, 0.0),
        ([2.0, 1.0, 1.0, 1.0], 2, 0.0),
    ]:
        said, found = student.run(watched, losses, {"patience": patience, "min_delta": delta})
        right, best, epoch = expected(losses, patience, delta)
        check.equal(said, right, name=f"the answers for {losses} with min_delta {delta}")
        check.equal(found[-1][1], epoch, name="best_epoch")
        check.equal(float(found[-1][0]), best, name="best_loss")


def test_the_best_epoch_is_known(student):
    for losses in ([0.5, 0.7, 0.4, 0.3, 0.9, 0.8], [-1.0, -2.0, -1.5], some_losses()):
        _, found = student.run(watched, losses, {"patience": 9})
        check.equal(float(found[0][0]), math.inf, name="best_loss before the first epoch")
        check.equal(found[0][1], None, name="best_epoch before the first epoch")
        for epoch in range(len(losses)):
            _, best, place = expected(losses[: epoch + 1], 9)
            check.equal(float(found[epoch + 1][0]), best, name=f"best_loss after epoch {epoch}")
            check.equal(found[epoch + 1][1], place, name=f"best_epoch after epoch {epoch}")


def restored(submission, losses):
    """What each of three restorations brings back, and which objects the model is made of."""

    def mark(module, number):
        """Write a number into all parameters and buffers, in place, as optimisers and normalisation layers do."""
        with torch.no_grad():
            for value in module.state_dict().values():
                value.fill_(number)

    stopper = submission.EarlyStopping(patience=99)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    own = [id(parameter) for parameter in model.parameters()]
    for epoch, loss in enumerate(losses):
        mark(model, epoch + 1)
        stopper.update(loss, model)
    found = []
    for later in (70, 80):
        mark(model, later)
        stopper.restore(model)
        found.append({name: value.clone() for name, value in model.state_dict().items()})
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    stopper.restore(other)
    mark(model, 90)
    found.append({name: value.clone() for name, value in other.state_dict().items()})
    return found, own == [id(parameter) for parameter in model.parameters()], all(p.requires_grad for p in model.parameters())


def test_restore(student):
    for losses in ([0.5, 0.4, 0.3, 0.6, 0.7], [0.1, 0.2, 0.3], [0.9, 0.8, 0.7]):
        best = min(range(len(losses)), key=losses.__getitem__) + 1
        found, same_parameters, with_gradient = student.run(restored, losses)
        for state in found:
            weights = [v.float().mean().item() for k, v in state.items() if k.endswith(("weight", "bias"))]
            buffers = [v.float().mean().item() for k, v in state.items() if not k.endswith(("weight", "bias"))]
            if all(value in (len(losses), 70, 80, 90) for value in weights) and best != len(losses):
                feedback("last-weights")
            elif all(value == best for value in weights) and any(value != best for value in buffers):
                feedback("buffers-forgotten")
            for name, value in state.items():
                check.close(value, torch.full_like(value, best), name=name)
        check.true(same_parameters, name="the parameters are still the same objects")
        check.true(with_gradient, name="the parameters still want gradients")


def fitted(submission, script, epochs, patience):
    """Trains a model whose weight is the number of the epoch; the losses are scripted."""
    model, calls = nn.Linear(1, 1), []
    nn.init.constant_(model.weight, 0.0)

    def train_epoch(given):
        calls.append("train")
        nn.init.constant_(given.weight, float(calls.count("train")))

    def validate(given):
        calls.append("validate")
        return script[round(given.weight.item()) - 1]

    stopper = submission.EarlyStopping(patience=patience)
    losses = submission.fit(model, train_epoch, validate, epochs, stopper)
    return losses, calls, model.weight.item(), stopper.best_epoch


def test_fit(student):
    script = [0.9, 0.5, 0.6, 0.4, 0.45, 0.5, 0.41, 0.3]
    for epochs, patience in [(8, 2), (8, 3), (5, 9), (1, 1), (8, 1), (0, 2)]:
        losses, calls, weight, best_epoch = student.run(fitted, script, epochs, patience)
        said = expected(script[:epochs], patience)[0]
        ran = said.index(True) + 1 if True in said else epochs
        best = expected(script[:ran], patience)[2]
        check.close(losses, script[:ran], name="the losses")
        check.equal(calls, ["train", "validate"] * ran, name="the calls")
        check.equal(best_epoch, best, name="best_epoch of the watchman")
        if ran and weight == ran != best + 1:
            feedback("not-restored")
        check.equal(weight, 0.0 if best is None else best + 1.0, name="the weight afterwards")
    _, _, weight, best_epoch = student.run(fitted, [0.2, 0.5, 0.6, 0.7], 4, 2)
    check.equal((best_epoch, weight), (0, 1.0), name="best_epoch and the weight where the first epoch was the best")
    losses, _, weight, _ = student.run(fitted, [math.nan] * 3, 3, 9)
    check.equal((len(losses), weight), (3, 3.0), name="epochs and weight where there was no best epoch")


def made(submission, settings):
    submission.EarlyStopping(**settings)


def restored_too_early(submission, losses):
    stopper, model = submission.EarlyStopping(), nn.Linear(1, 1)
    for loss in losses:
        stopper.update(loss, model)
    stopper.restore(model)


def test_misuse(student):
    for settings in ({"patience": 0}, {"patience": -2}, {"min_delta": -0.1}):
        check.raises(ValueError, student.run, made, settings, name=f"EarlyStopping({settings})")
    for losses in ([], [math.nan]):
        check.raises(RuntimeError, student.run, restored_too_early, losses, name="restore without a best epoch")
    student.run(made, {"patience": 1, "min_delta": 0.0})
