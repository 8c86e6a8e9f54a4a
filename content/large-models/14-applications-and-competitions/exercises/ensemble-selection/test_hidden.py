"""Hidden tests: every choice is made again here with NumPy."""
import numpy as np
import torch
from graders.examiner import check, feedback


def loss(p, target, eps=1e-12):
    return float(-np.log(np.maximum(p[np.arange(len(target)), target], eps)).mean())


def by_hand(valid, target, rounds, *, twice=True):
    chosen, lowest = [], np.inf
    while len(chosen) < rounds:
        candidates = [m for m in range(len(valid)) if twice or m not in chosen]
        losses = {m: loss(np.mean([valid[i] for i in [*chosen, m]], axis=0), target) for m in candidates}
        best = min(losses, key=lambda m: (round(losses[m], 12), m), default=None)
        if best is None or losses[best] >= lowest - 1e-9:
            break
        chosen.append(best)
        lowest = losses[best]
    return chosen


def models(m, n, c, sharpness=2.0):
    target = torch.randint(c, (n,))
    logits = torch.randn(m, n, c, dtype=torch.float64) * sharpness
    logits += torch.rand(m, 1, 1, dtype=torch.float64) * 2 * torch.nn.functional.one_hot(target, c)
    return logits.softmax(-1), target


def test_loss(student):
    for n, c in ((30, 4), (1, 2), (12, 3)):
        p, target = models(1, n, c)
        p = p[0]
        p[0] = torch.nn.functional.one_hot((target[0] + 1) % c, c)
        kept = p.clone()
        check.close(student.mean_loss(p, target), loss(p.numpy(), target.numpy()), name="mean_loss(p, target)", rtol=1e-9, atol=1e-9)
        check.close(student.mean_loss(p, target, 1e-3), loss(p.numpy(), target.numpy(), 1e-3), name="mean_loss(p, target, 1e-3)", rtol=1e-9, atol=1e-9)
        check.equal(p, kept, name="p after the call")
    certain = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    check.close(student.mean_loss(certain, torch.tensor([0, 1])), 0.0, name="mean_loss of what is certain and right", atol=1e-9)


def test_selection(student):
    for m, n, c, rounds in ((8, 30, 3, 2), (10, 40, 4, 2), (6, 25, 3, 4), (12, 40, 4, 9), (3, 30, 2, 8), (5, 20, 5, 1)):
        valid, target = models(m, n, c)
        kept = valid.clone()
        table, right = valid.numpy().copy(), by_hand(valid.numpy().copy(), target.numpy(), rounds)
        answer = student.select(valid, target, rounds)
        if isinstance(answer, list) and answer != right and len(answer) > 1:
            alone = sorted(range(m), key=lambda i: loss(table[i], target.numpy()))
            if answer == alone[: len(answer)]:
                feedback("best-alone")
            if answer == by_hand(table, target.numpy(), rounds, twice=False):
                feedback("never-twice")
        check.equal(answer, right, name=f"select(valid, target, {rounds})")
        check.equal(valid, kept, name="valid after the call")
    good, target = models(1, 60, 3, 1.0)
    weak = models(1, 60, 3, 1.0)[0] * 0.2 + 0.8 / 3
    strong = 0.9 * torch.nn.functional.one_hot(target, 3) + 0.1 / 3
    strong[:9] = (1 - 0.98 * torch.nn.functional.one_hot(target[:9], 3)) / 2.02
    several = torch.stack([weak[0], strong, good[0]])
    check.equal(student.select(several, target, 12), by_hand(several.numpy().copy(), target.numpy(), 12), name="select of a strong and two weak models")
    strong = several[1:2]
    for alike, name in ((torch.cat([weak, strong, strong, strong]), "three"), (torch.cat([good, strong, good, strong]), "pairs")):
        check.equal(student.select(alike, target, 5), by_hand(alike.numpy().copy(), target.numpy(), 5), name=f"select of equal models, {name}")
    twins = torch.cat([valid[:1], valid[:1], valid])
    check.equal(student.select(twins, target[:20] * 0, 1), by_hand(twins.numpy().copy(), target[:20].numpy() * 0, 1), name="select of twins")


def test_it_stops(student):
    for m, n, c in ((4, 10, 3), (6, 5, 2)):
        valid, target = models(m, n, c)
        valid[2] = 0.97 * torch.nn.functional.one_hot(target, c) + 0.03 / c
        check.equal(student.select(valid, target, 50), [2], name="select with one model that is best everywhere")
    for apart, right in ((1.5e-5, [0]), (5e-5, [0, 1])):  # their mean is better by twice the square
        true = torch.tensor([[0.5 + apart, 0.5 - apart], [0.5 - apart, 0.5 + apart]], dtype=torch.float64)  # (M, N)
        pair = torch.stack([true, 1 - true], dim=-1)
        check.equal(student.select(pair, torch.zeros(2, dtype=torch.int64), 6), right, name="select where little is gained")
    for _ in range(4):
        valid, target = models(5, 12, 3)
        check.equal(student.select(valid, target, 60), by_hand(valid.numpy().copy(), target.numpy(), 60), name="select with many rounds")


def test_weights_and_blend(student):
    for chosen, count in (([0], 1), ([2, 0, 2, 2, 4], 5), ([1, 3], 6)):
        right = torch.tensor([chosen.count(i) / len(chosen) for i in range(count)], dtype=torch.float64)
        given = list(chosen)
        weights = student.weights_of(given, count)
        check.dtype(weights, torch.float64, name="weights_of(chosen, count)")
        check.close(weights, right, name="weights_of(chosen, count)")
        check.equal(given, chosen, name="chosen after the call")
    for m, k, c in ((5, 7, 3), (1, 2, 2), (4, 1, 6)):
        p, weights = models(m, k, c)[0], torch.rand(m, dtype=torch.float64)
        weights /= weights.sum()
        right = sum(w * part for w, part in zip(weights.tolist(), p))
        blended = student.blend(p, weights)
        check.dtype(blended, torch.float64, name="blend(p, weights)")
        check.close(blended, right, name="blend(p, weights)")
