"""Hidden tests: epochs and evaluations are made again outside the sandbox, from the same parameters."""
import torch
from graders.examiner import check, feedback
from torch import nn
from torch.nn import functional as F

LR = 0.4
SHAPES = {"fc1.weight": (32, 64), "fc1.bias": (32,), "fc2.weight": (10, 32), "fc2.bias": (10,)}


def rows(count=45, inputs=6, classes=4):
    return torch.randn(count, inputs) * 2, torch.randint(classes, (count,))


def small_state():
    return {name: torch.randn_like(value) for name, value in nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4)).state_dict().items()}


def logits_in_both_modes(submission, state, x):
    model = submission.Net()
    model.load_state_dict(state)
    share = float(model.dropout.p)
    first, second = model(x), model(x)
    model.eval()
    leaf = x.clone().requires_grad_()
    evaluated = model(leaf)
    evaluated.square().sum().backward()
    return first, second, evaluated.detach(), leaf.grad, share


def test_the_network_returns_logits(student):
    state = {name: torch.randn(shape) * 0.3 for name, shape in SHAPES.items()}
    check.equal({name: tuple(value.shape) for name, value in student.Net().state_dict().items()}, SHAPES, name="the layers")
    x = torch.randn(30, 64, requires_grad=True)
    first, second, evaluated, slope, share = student.run(logits_in_both_modes, state, x.detach())
    if isinstance(evaluated, torch.Tensor) and torch.allclose(evaluated.sum(1), torch.ones(30), atol=1e-4):
        feedback("probabilities")
    hidden = torch.relu(x @ state["fc1.weight"].T + state["fc1.bias"])
    expected = hidden @ state["fc2.weight"].T + state["fc2.bias"]
    check.close(evaluated, expected.detach(), name="Net in evaluation mode", rtol=1e-3, atol=1e-4)
    expected.square().sum().backward()
    check.close(slope, x.grad, name="the gradient of the input", rtol=1e-3, atol=1e-3)
    check.close(share, 0.5, name="the share of dropout")
    assert not torch.equal(first, second)
    assert not torch.allclose(first, evaluated)


def an_epoch(submission, state, x, y, batch_size, old):
    """One epoch of a network without dropout; gradients of earlier times lie in it."""
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4))
    model.load_state_dict(state)
    model.eval()
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, old)
    told = submission.train_epoch(model, torch.optim.SGD(model.parameters(), lr=0.4), x, y, batch_size=batch_size)
    return told, model.state_dict(), model.training


def expected_epoch(state, x, y, batch_size, *, adding_up=False, old=0.0):
    """The losses of the batches and the parameters after the epoch."""
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4))
    model.load_state_dict(state)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, old)
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=LR), []
    for inputs, targets in zip(x.split(batch_size), y.split(batch_size), strict=True):
        if not adding_up:
            optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append((loss.item(), len(targets)))
    return losses, model.state_dict()


def test_each_step_has_its_own_gradient(student):
    for count, batch_size, old in [(40, 10, 0.0), (45, 20, 0.0), (12, 32, 2.0), (9, 1, 1.0)]:
        state, (x, y) = small_state(), rows(count)
        _, after, training = student.run(an_epoch, state, x, y, batch_size, old)
        _, right = expected_epoch(state, x, y, batch_size)
        _, added = expected_epoch(state, x, y, batch_size, adding_up=True, old=old)
        if all(torch.allclose(after[name], added[name], rtol=1e-3, atol=1e-4) for name in added):
            feedback("adding-up")
        check.close(dict(after), dict(right), name="the parameters after the epoch", rtol=1e-3, atol=1e-4)
        check.true(training, name="training mode after train_epoch")


def test_the_loss_of_an_epoch(student):
    for count, batch_size in [(45, 20), (40, 10), (33, 32), (10, 32)]:
        state, (x, y) = small_state(), rows(count)
        told, _, _ = student.run(an_epoch, state, x, y, batch_size, 0.0)
        losses, _ = expected_epoch(state, x, y, batch_size)
        if len(losses) > 1 and isinstance(told, float) and abs(told - losses[-1][0]) < 1e-5:
            feedback("last-batch")
        check.close(told, sum(loss * size for loss, size in losses) / count, name="the loss of the epoch", rtol=1e-3)
    x, y = rows(33)
    told, _, _ = student.run(an_epoch_of_the_default_size, small_state(), x, y)
    check.close(told, 2.0, name="the number of batches of 33 rows without batch_size")


def an_epoch_of_the_default_size(submission, state, x, y):
    model, seen = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4)), []
    model.register_forward_hook(lambda layer, given, made: seen.append(len(made)))
    submission.train_epoch(model, torch.optim.SGD(model.parameters(), lr=0.4), x, y)
    return float(len(seen)), None, None


def evaluations(submission, x, y, training):
    """Two evaluations of a network with dropout and batch normalisation, and what they leave behind."""
    model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.Dropout(0.5), nn.Linear(16, 4))
    model.train(training)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    recorded = []
    model.register_forward_hook(lambda layer, given, made: recorded.append(made.requires_grad))
    told = [submission.evaluate(model, x, y, batch_size=16) for _ in range(2)]
    after, modes = model.state_dict(), [part.training for part in model.modules()]
    gradients = [parameter.grad for parameter in model.parameters()]
    return told, before, after, modes, gradients, any(recorded)


def test_evaluation_is_repeatable(student):
    x, y = rows(45)
    for training in (True, False):
        told, before, after, modes, gradients, recorded = student.run(evaluations, x, y, training)
        if told[0] != told[1]:
            feedback("dropout-on")
        check.close(told[1], told[0], name="the second evaluation", rtol=1e-6)
        model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.Dropout(0.5), nn.Linear(16, 4)).eval()
        model.load_state_dict(before)
        check.close(told[0][0], F.cross_entropy(model(x), y).item(), name="the loss", rtol=1e-4)
        check.close(dict(after), dict(before), name="the state after two evaluations")
        check.equal(modes, [training] * 5, name="the modes of the parts afterwards")
        for gradient in gradients:
            check.close(gradient, torch.ones_like(gradient), name="a gradient after two evaluations")
        check.false(recorded, name="whether gradients were recorded")


def evaluated(submission, weight, x, y, settings):
    model = nn.Linear(6, 4, bias=False)
    model.load_state_dict({"weight": weight})
    return submission.evaluate(model, x, y, **settings)


def test_evaluation_counts_rows(student):
    for count, settings in [(45, {"batch_size": 20}), (33, {}), (5, {"batch_size": 2}), (30, {"batch_size": 10}), (7, {"batch_size": 99})]:
        weight, (x, y) = torch.randn(4, 6), rows(count)
        logits = x @ weight.T
        y = torch.where(torch.arange(count) < 0.8 * count, logits.argmax(1), y)  # the last rows are the hard ones
        right = (logits.argmax(1) == y).float()
        told = student.run(evaluated, weight, x, y, settings)
        check.length(told, 2, name="what evaluate returns")
        means = torch.stack([part.mean() for part in right.split(settings.get("batch_size", 32))]).mean().item()
        if abs(told[1] - means) < 1e-6 and abs(right.mean().item() - means) > 1e-4:
            feedback("mean-of-batches")
        check.close(told[1], right.mean().item(), name="the accuracy", rtol=1e-5)
        check.close(told[0], F.cross_entropy(logits, y).item(), name="the loss", rtol=1e-4)
