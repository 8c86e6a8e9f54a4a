"""Hidden tests: logits come from inside the sandbox; losses and the perplexity on hidden sonnets are computed here."""
import math
from pathlib import Path

import torch
from graders.examiner import check, feedback, on, score
from torch.nn import functional as F

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"
TEXT = (Path(__file__).parent / "hidden" / "sonnets.txt").read_text(encoding="utf-8")
HIDDEN = torch.tensor([CHARACTERS.index(character) for character in TEXT])


def sharpened(submission, *sizes):
    """An untrained model with larger weights, so that every influence can be measured."""
    model = submission.GPT(*sizes)
    with submission.torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(1.5)
    return model.eval()


def test_shapes(student):
    for vocabulary, context, width, heads, layers, n, length in [
        (61, 32, 64, 4, 2, 3, 32),
        (7, 10, 12, 3, 1, 1, 4),
        (20, 5, 8, 1, 3, 2, 1),
    ]:
        model = student.GPT(vocabulary, context, width, heads, layers)
        logits = model(torch.randint(vocabulary, (n, length)))
        check.shape(logits, (n, length, vocabulary), name="logits")
        check.finite(logits, name="logits")
        check.raises(ValueError, model, torch.zeros(1, context + 1, dtype=torch.int64), name="a sequence longer than the context")
        check.shape(model(torch.zeros(1, context, dtype=torch.int64)), (1, context, vocabulary), name="logits")


def test_the_future_has_no_influence(student):
    model, tokens = student.run(sharpened, 30, 24, 16, 2, 2), torch.randint(30, (4, 24))
    before = model(tokens)
    check.shape(before, (4, 24, 30), name="logits")
    for place in (1, 9, 23):
        changed = tokens.clone()
        changed[:, place:] = (changed[:, place:] + 1 + torch.randint(29, (4, 24 - place))) % 30
        check.close(model(changed)[:, :place], before[:, :place], name="logits before the changed tokens", rtol=1e-3, atol=2e-4)
    check.close(model(tokens[:, :11]), before[:, :11], name="logits of a shorter sequence", rtol=1e-3, atol=2e-4)
    check.close(model(tokens[2:3]), before[2:3], name="logits of one sequence alone", rtol=1e-3, atol=2e-4)
    check.close(model(tokens.flip(0)).flip(0), before, name="logits in reverse order", rtol=1e-3, atol=2e-4)


def test_the_past_has_influence(student):
    for layers in (1, 2):
        model, tokens = student.run(sharpened, 30, 24, 16, 2, layers), torch.randint(30, (4, 24))
        before = model(tokens)
        check.shape(before, (4, 24, 30), name="logits")
        for place in (0, 13):
            changed = tokens.clone()
            changed[:, place] = (changed[:, place] + 7) % 30
            difference = (model(changed) - before).abs().amax(2)  # (4, 24)
            if difference[:, 23].max() < 1e-6:
                feedback("blind")
            assert (difference[:, place:].amax(0) > 1e-6).all()
        swapped = tokens.clone()
        swapped[:, 3], swapped[:, 8] = 5, 11
        other = swapped.clone()
        other[:, 3], other[:, 8] = 11, 5
        if torch.allclose(model(swapped)[:, -1], model(other)[:, -1], atol=1e-5):
            feedback("unordered")
        assert (model(swapped)[:, -1] - model(other)[:, -1]).abs().max() > 1e-5


def loss_and_logits(submission, model, windows):
    with submission.torch.no_grad():
        return submission.loss_of(model, windows).item(), model(windows[:, :-1]), model(windows[:, 1:])


def first_gradients(submission, windows):
    model = submission.GPT(12, 8, 8, 2, 1)
    submission.loss_of(model, windows).backward()
    return [p.grad is not None and bool(p.grad.abs().sum() > 0) for p in model.parameters()]


def test_loss(student):
    for n, length in ((5, 8), (1, 3), (2, 1)):
        windows = torch.randint(12, (n, length + 1))
        loss, logits, _ = student.run(loss_and_logits, student.run(sharpened, 12, 8, 16, 2, 1), windows)
        check.shape(logits, (n, length, 12), name="logits")
        right = F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten()).item()
        itself = F.cross_entropy(logits.flatten(0, 1), windows[:, :-1].flatten()).item()
        if abs(right - itself) > 1e-3 and math.isclose(loss, itself, rel_tol=1e-4):
            feedback("not-moved")
        check.close(loss, right, name="loss_of(model, windows)", rtol=1e-3, atol=1e-4)
    learning = student.run(first_gradients, torch.randint(12, (6, 9)))
    assert sum(learning) >= 0.8 * len(learning)


def meetings(submission, text):
    """Where tensors of two devices meet in one call: the model lies on a device that has shapes and no values."""
    torch, met = submission.torch, []

    def watch(self, function, types, arguments=(), options=None):
        name = getattr(function, "__name__", "")
        if name == "backward":  # one batch has gone forwards, which is enough
            raise InterruptedError
        values = [*arguments, *(options or {}).values()]
        places = {value.device.type for value in values if isinstance(value, torch.Tensor) and value.dim()}
        index = name == "__getitem__" and isinstance(arguments[1], torch.Tensor) and arguments[1].device.type == "meta"
        allowed = name.startswith("_") or name in ("to", "copy_", "type_as")  # what moves a tensor; an index is looked at above
        if (len(places) > 1 and not allowed) or (index and arguments[0].device.type == "cpu"):
            met.append(str(function))
        return function(*arguments, **(options or {}))

    watching = type("Watch", (torch.overrides.TorchFunctionMode,), {"__torch_function__": watch})
    model, tokens = submission.GPT(30, 24, 16, 2, 2).to("meta"), torch.zeros(2, 20, dtype=torch.int64, device="meta")
    for attempt in (lambda: model(tokens), lambda: submission.train(text, 16, 16, 2, 1, "meta")):
        with watching():
            try:
                attempt()
            except InterruptedError:
                pass
            except RuntimeError as error:  # anything else that such tensors cannot do is no mistake
                if "expected device" in str(error) or "same device" in str(error):
                    met.append("device")
    return met


def test_follows_the_device(student, device):
    if student.run(meetings, torch.randint(61, (2000,))):
        feedback("elsewhere")
        raise AssertionError("tensors of two devices meet")
    model = student.GPT(30, 24, 16, 2, 2).to(device)
    logits = model(on(device, torch.randint(30, (2, 20))))
    check.shape(logits, (2, 20, 30), name="logits")
    check.device(logits, device, name="logits")


def trained(submission, *settings):
    """The model from all the text, trained once."""
    if not hasattr(submission, "_trained"):
        submission._trained = submission.train(submission.load_text(), *settings)
    return submission._trained


def size_of(submission, model):
    """How many weights the model has."""
    return sum(parameter.numel() for parameter in model.parameters())


def logits_of(submission, model, tokens):
    with submission.torch.no_grad():
        return submission.torch.cat([model(part) for part in tokens.split(64)]).half()


def perplexity(student, sizes, device):
    """On the hidden sonnets. Half of each window is asked for twice, once with another future."""
    settings = (sizes.context, sizes.width, sizes.heads, sizes.layers)
    model = student.run(trained, *settings, device)
    check.close(student.run(size_of, model), student.run(size_of, student.GPT(61, *settings)), name="the number of weights")
    length = sizes.context
    windows = HIDDEN[: (len(HIDDEN) - 1) // length * length + 1].unfold(0, length + 1, length)  # (n, length + 1)
    inputs = windows[:, :-1]
    disturbed = inputs.clone()
    disturbed[:, length // 2 :] = torch.randint(61, disturbed[:, length // 2 :].shape)
    blind = student.run(logits_of, model, on(device, disturbed))
    logits = student.run(logits_of, model, on(device, inputs))
    check.shape(logits, (len(inputs), length, 61), name="logits of the trained model")
    check.device(logits, device, name="logits of the trained model")
    check.finite(logits, name="logits of the trained model")
    blind, seen = (part.float()[:, : length // 2] for part in (blind, logits))
    check.close(blind, seen, name="logits before the changed tokens", rtol=2e-2, atol=2e-2)
    return F.cross_entropy(logits.float().flatten(0, 1), windows[:, 1:].flatten()).exp().item()


def test_learns(student, sizes, device):
    reached = perplexity(student, sizes, device)
    feedback("perplexity", perplexity=round(reached, 1))
    assert reached <= 16


def test_beats_counting(student, sizes, device):
    reached, wanted = perplexity(student, sizes, device), sizes.perplexity
    feedback("perplexity", perplexity=round(reached, 2))
    score(min(1.0, max(0.0, round((1.5 * wanted - reached) / (0.5 * wanted), 2))))
    assert reached <= wanted
