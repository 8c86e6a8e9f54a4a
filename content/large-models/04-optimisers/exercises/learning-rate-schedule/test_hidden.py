"""Hidden tests: schedules against torch's own schedulers, clipping against torch's; both run here, outside the sandbox."""
import math

import torch
from graders.examiner import check, feedback


def by_torch(total, peak, warmup, final):
    """The learning rate of each step by LinearLR and CosineAnnealingLR."""
    rates = []
    for steps, make in (
        (warmup, lambda o: torch.optim.lr_scheduler.LinearLR(o, 1 / max(warmup, 1), 1.0, max(warmup - 1, 1))),
        (total - warmup, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, total - warmup, final)),
    ):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=peak)
        scheduler = make(optimizer)
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates


def gradients_of(*norms):
    return [g / g.norm() * norm for g, norm in zip((torch.randn(4, 3), torch.randn(6), torch.randn(2, 2, 2)), norms, strict=True)]


def norm_of(gradients):
    return math.sqrt(sum(float((g.double() ** 2).sum()) for g in gradients))


def alike(actual, expected):
    """Whether two lists of tensors agree, whatever the student returned."""
    if not isinstance(actual, list | tuple) or len(actual) != len(expected):
        return False
    return all(
        isinstance(a, torch.Tensor) and a.shape == e.shape and a.dtype == e.dtype and torch.allclose(a, e, rtol=1e-4)
        for a, e in zip(actual, expected, strict=True)
    )


def test_warm_up(student):
    for total, peak, warmup, final in [(50, 0.3, 10, 0.0), (20, 2.0, 3, 0.5), (9, 1e-3, 8, 1e-4)]:
        actual = [student.learning_rate(step, total, peak, warmup_steps=warmup, final=final) for step in range(warmup)]
        if actual[0] == 0:
            feedback("starts-at-zero")
        check.close(actual, by_torch(total, peak, warmup, 0.0)[:warmup], name="the rates of the warm-up", rtol=1e-5)


def test_cosine(student):
    for total, peak, warmup, final in [(40, 0.5, 10, 0.0), (30, 1e-3, 5, 1e-4), (16, 2.0, 0, 0.5), (12, 0.1, 1, 0.0)]:
        steps = range(warmup, total)
        actual = [student.learning_rate(step, total, peak, warmup_steps=warmup, final=final) for step in steps]
        early = final + (peak - final) * (1 + math.cos(math.pi * warmup / total)) / 2
        if warmup > 1 and isinstance(actual[0], float) and math.isclose(actual[0], early, rel_tol=1e-4):
            feedback("warm-up-counted-twice")
        check.close(actual, by_torch(total, peak, warmup, final)[warmup:], name="the rates after the warm-up", rtol=1e-4)


def test_the_end(student):
    for total, warmup, final in [(10, 2, 0.01), (7, 0, 0.0), (5, 5, 0.2)]:
        for step in (total, total + 1, 3 * total):
            actual = student.learning_rate(step, total, 0.4, warmup_steps=warmup, final=final)
            if isinstance(actual, float) and actual > final + 1e-3:
                feedback("rises-again")
            check.close(actual, final, name=f"learning_rate({step}, {total}, …)", atol=1e-9)


def test_one_norm_for_all(student):
    for norms in [(3.0, 4.0, 12.0), (0.1, 0.2, 0.2), (1e-3, 0.0, 50.0)]:
        gradients = gradients_of(*norms)
        _, norm = student.clip_by_norm(gradients, 1.0)
        check.close(norm, norm_of(gradients), name="the norm before clipping", rtol=1e-4)


def test_clipping_as_torch_does_it(student):
    for norms, max_norm in [((3.0, 4.0, 12.0), 1.0), ((0.5, 20.0, 0.1), 2.5), ((1e-6, 2e-6, 2e-6), 1e-6)]:
        gradients = gradients_of(*norms)
        parameters = [torch.zeros_like(g) for g in gradients]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient.clone()
        torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        actual, _ = student.clip_by_norm(gradients, max_norm)
        if alike(actual, [g * min(1.0, max_norm / (float(g.norm()) + 1e-6)) for g in gradients]):
            feedback("each-by-itself")
        if alike(actual, [g.clamp(-max_norm, max_norm) for g in gradients]):
            feedback("clipped-by-value")
        check.close(actual, [p.grad for p in parameters], name="the clipped gradients", rtol=1e-4, atol=1e-9)


def test_short_gradients_stay(student):
    gradients = gradients_of(0.3, 0.4, 0.1)
    actual, _ = student.clip_by_norm(gradients, 5.0)
    if alike(actual, [g * 5 / norm_of(gradients) for g in gradients]):
        feedback("always-scaled")
    check.close(actual, gradients, name="gradients that are short enough")
    zeros = [torch.zeros(3), torch.zeros(2, 2)]
    actual, norm = student.clip_by_norm(zeros, 1.0)
    check.close(actual, zeros, name="gradients that are all zero")
    check.close(norm, 0.0, name="the norm of zeros")


def test_good_citizen(student):
    gradients = [g.double() for g in gradients_of(3.0, 4.0, 12.0)]
    before = [g.clone() for g in gradients]
    actual, _ = student.clip_by_norm(gradients, 2.0)
    factor = 2.0 / (norm_of(before) + 1e-6)
    check.close(gradients, before, name="the gradients after the call")
    check.close(actual, [g * factor for g in before], name="the clipped gradients in float64", rtol=1e-10, atol=1e-12)
