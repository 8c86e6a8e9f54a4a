"""Hidden tests: a pair is a complex number here, and a turn a multiplication."""
import torch
from graders.examiner import check, feedback


def turned(x, places, base=10000.0, sign=1.0):
    pairs = torch.view_as_complex(x.double().unflatten(-1, (-1, 2)).contiguous())
    speed = torch.tensor([base ** (-i / pairs.shape[-1]) for i in range(pairs.shape[-1])], dtype=torch.float64)
    angle = sign * torch.outer(places.double(), speed)
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angle), angle)).flatten(-2).to(x.dtype)


def turned_halves(x, places):
    pairs = torch.stack(x.chunk(2, -1), -1).flatten(-2)
    back = turned(pairs, places).unflatten(-1, (-1, 2))
    return torch.cat([back[..., 0], back[..., 1]], -1)


def expected_scores(q, k, start=0, base=10000.0):
    turned_q = turned(q, torch.arange(start, start + q.shape[-2]), base)
    turned_k = turned(k, torch.arange(k.shape[-2]), base)
    return torch.einsum("...id,...jd->...ij", turned_q, turned_k) * k.shape[-1] ** -0.5


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual.to(other), other, atol=1e-4)


def close(actual, expected, name):
    check.close(actual, expected, name=name, rtol=1e-4, atol=2e-5)


def test_rotate(student):
    for shape in [(5, 2), (7, 8), (2, 4, 6), (2, 3, 6, 10), (1, 4)]:
        x, places = torch.randn(shape), torch.arange(shape[-2]) + 1
        actual = student.rotate(x, places)
        if shape[-1] > 2 and looks_like(actual, turned_halves(x, places)):
            feedback("halves")
        if looks_like(actual, turned(x, places, sign=-1.0)):
            feedback("backwards")
        close(actual, turned(x, places), "rotate(x, places)")


def test_places(student):
    x = torch.randn(3, 5, 8)
    for places in ([4, 4, 0, -3, 100], [1_000_003, 7, 2_000_001, 9, 5]):
        close(student.rotate(x, torch.tensor(places)), turned(x, torch.tensor(places)), f"rotate(x, {places})")
    places = torch.tensor([0.0, 0.5, 1.0, 2.5, 3.25])
    close(student.rotate(x, places), turned(x, places), "rotate with places between the numbers")
    places = torch.arange(5)
    close(student.rotate(x, places, 100.0), turned(x, places, 100.0), "rotate with base 100")
    close(student.rotate(x, places, base=5e5), turned(x, places, 5e5), "rotate with base 500000")
    close(student.rotate(x.double(), places), turned(x.double(), places), "rotate(x, places) in float64")


def test_lengths_stay(student):
    x, places = torch.randn(2, 6, 12) * 3, torch.randint(-50, 50, (6,))
    there = student.rotate(x, places)
    check.shape(there, (2, 6, 12), name="rotate(x, places)")
    close(there.norm(dim=-1), x.norm(dim=-1), "the lengths of the turned vectors")
    assert not torch.allclose(there, x, atol=1e-2)
    close(student.rotate(there, -places), x, "x turned there and back")


def test_scores(student):
    for shape_q, shape_k, start in [((4, 6), (4, 6), 0), ((2, 3, 8), (2, 7, 8), 4), ((2, 3, 1, 10), (2, 3, 9, 10), 8), ((5, 2), (3, 2), 20)]:
        q, k = torch.randn(shape_q), torch.randn(shape_k)
        actual = student.rotary_scores(q, k, start)
        if start and looks_like(actual, expected_scores(q, k)):
            feedback("start-ignored")
        close(actual, expected_scores(q, k, start), f"rotary_scores(q, k, {start})")
    q, k = torch.randn(3, 4), torch.randn(5, 4)
    close(student.rotary_scores(q, k, base=30.0), expected_scores(q, k, 0, 30.0), "rotary_scores with base 30")


def test_only_the_distance_counts(student):
    q, k = torch.randn(1, 8).double(), torch.randn(1, 8).double()
    first = student.rotary_scores(q, k.expand(6, 8), 9)
    check.shape(first, (1, 6), name="rotary_scores(q, k, 9)")
    later = student.rotary_scores(q, k.expand(206, 8), 209)
    check.close(later[:, 200:], first, name="scores 200 positions further on", atol=1e-6)
    assert first.std() > 1e-3


def test_convert(student):
    for heads, d, width in [(1, 6, 4), (3, 4, 12), (2, 8, 5), (4, 2, 8)]:
        weight = torch.randn(heads * d, width)
        order = [h * d + i + half * d // 2 for h in range(heads) for i in range(d // 2) for half in (0, 1)]
        before, actual = weight.clone(), student.halves_to_pairs(weight, heads)
        flat = [i + half * heads * d // 2 for i in range(heads * d // 2) for half in (0, 1)]
        if heads > 1 and looks_like(actual, weight[flat]):
            feedback("all-heads-at-once")
        if d > 4 and looks_like(actual, weight[torch.tensor(order).argsort()]):
            feedback("other-way-round")
        check.equal(actual, before[order], name="halves_to_pairs(weight, heads)")
        check.equal(weight, before, name="weight after the call")
    # What it is for: the other convention gives the same scores with the converted weights.
    x, w_q, w_k = torch.randn(5, 6), torch.randn(6, 6), torch.randn(6, 6)
    places = torch.arange(5)
    expected = turned_halves(x @ w_q.T, places) @ turned_halves(x @ w_k.T, places).T / 6**0.5
    pair_q, pair_k = x @ student.halves_to_pairs(w_q, 1).T, x @ student.halves_to_pairs(w_k, 1).T
    close(student.rotary_scores(pair_q, pair_k), expected, "scores with converted weights")
    assert student.run(slope_of_convert, w_q, 3).eq(2 * w_q).all()


def slope_of_convert(submission, weight, heads):
    weight = weight.clone().requires_grad_()
    (submission.halves_to_pairs(weight, heads) ** 2).sum().backward()
    return weight.grad


def gradients(submission, q, k):
    import torch

    q, k = q.clone().requires_grad_(), k.clone().requires_grad_()
    output = submission.rotary_scores(q, k, 3)
    return torch.autograd.grad((output * torch.arange(1.0, 1 + output.shape[-1])).sum(), (q, k))


def test_good_citizen(student):
    x, places = torch.randn(2, 5, 8), torch.arange(5)
    before, placed = x.clone(), places.clone()
    student.rotate(x, places)
    check.equal(x, before, name="x after rotate")
    check.equal(places, placed, name="places after rotate")
    q, k = torch.randn(2, 3, 8), torch.randn(2, 6, 8)
    kept = [q.clone(), k.clone()]
    student.rotary_scores(q, k, 3)
    check.equal(q, kept[0], name="q after rotary_scores")
    check.equal(k, kept[1], name="k after rotary_scores")
    inputs = [q.clone().requires_grad_(), k.clone().requires_grad_()]
    expected = torch.autograd.grad((expected_scores(*inputs, 3) * torch.arange(1.0, 7.0)).sum(), inputs)
    for ours, theirs, name in zip(expected, student.run(gradients, q, k), "qk", strict=True):
        close(theirs, ours, f"gradient of {name}")
    check.raises(ValueError, student.rotate, torch.randn(3, 5), torch.arange(3), name="rotate with width 5")
