"""Hidden tests: random clouds of points, worked out here in double precision."""
import torch
from graders.examiner import check, feedback


def expected_labels(points, centres):
    return (points.double()[:, None] - centres.double()).square().sum(2).argmin(1)


def expected_centres(points, labels, centres):
    mine = (labels[:, None] == torch.arange(len(centres))).to(points.dtype)  # (N, K)
    counts = mine.sum(0)[:, None]
    return torch.where(counts > 0, mine.T @ points / counts.clamp_min(1), centres)


def expected_k_means(points, centres, steps):
    labels, before = expected_labels(points, centres), None
    while steps and (before is None or not torch.equal(labels, before)):
        centres = expected_centres(points, labels, centres)
        before, labels, steps = labels, expected_labels(points, centres), steps - 1
    return centres, labels


def cloud(groups, each, dimensions, *, spread=1.0):
    middles = torch.randn(groups, dimensions, dtype=torch.float64) * 3
    return torch.cat([m + spread * torch.randn(each, dimensions, dtype=torch.float64) for m in middles])


def test_assign(student):
    for n, k, d in [(40, 5, 3), (7, 7, 2), (30, 1, 4), (4, 9, 1)]:
        points, centres = torch.randn(n, d), torch.randn(k, d)
        actual, expected = student.assign(points, centres), expected_labels(points, centres)
        farthest = torch.cdist(points, centres).argmax(1)
        if k > 1 and isinstance(actual, torch.Tensor) and actual.tolist() == farthest.tolist():
            feedback("farthest")
        check.equal(actual, expected, name="assign(points, centres)")
    points = torch.tensor([[0.0, 0.0], [2.0, 0.0], [1.0, 5.0]])
    centres = torch.tensor([[9.0, 9.0], [1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    check.equal(student.assign(points, centres), torch.tensor([1, 1, 1]), name="assign, several centres equally near")


def test_far_from_the_origin(student):
    corners = torch.tensor([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    for home in (10_000.0, -30_000.0):
        labels = torch.randint(4, (60,))
        points = corners[labels] + (torch.randint(-3, 4, (60, 3)) / 16) + home  # exact in float32
        actual = student.assign(points, corners + home)
        check.shape(actual, (60,), name="assign far from the origin")
        wrong = int((actual != expected_labels(points, corners + home)).sum())
        if wrong:
            near = student.assign(points - home, corners)
            if near.tolist() == expected_labels(points - home, corners).tolist():
                feedback("cancelled", count=wrong, total=60)
        check.equal(actual, expected_labels(points, corners + home), name="assign far from the origin")


def test_update(student):
    for n, k, d in [(30, 3, 2), (50, 5, 5), (12, 1, 4), (6, 6, 6)]:
        points, centres = torch.randn(n, d, dtype=torch.float64), torch.randn(k, d, dtype=torch.float64)
        labels = torch.cat([torch.arange(k), torch.randint(k, (n - k,))])
        expected = expected_centres(points, labels, centres)
        check.close(student.update(points, labels, centres), expected, name="update(points, labels, centres)")
    points, centres, labels = torch.randn(2, 3), torch.randn(6, 3), torch.tensor([5, 4])  # more centres than points
    expected = expected_centres(points, labels, centres)
    check.close(student.update(points, labels, centres), expected, name="update with fewer points than centres")


def test_empty_cluster(student):
    for empty in [(0,), (2,), (4,), (0, 4), (1, 2, 3)]:
        points, centres = torch.randn(25, 3) + 4, torch.randn(5, 3) - 4
        full = torch.tensor([k for k in range(5) if k not in empty])
        labels = full[torch.cat([torch.arange(len(full)), torch.randint(len(full), (25 - len(full),))])]
        actual, expected = student.update(points, labels, centres), expected_centres(points, labels, centres)
        if isinstance(actual, torch.Tensor) and actual.shape == expected.shape:
            if actual.isnan().any():
                feedback("mean-of-nothing")
            elif not actual[list(empty)].any():
                feedback("moved-to-origin")
        elif isinstance(actual, torch.Tensor) and actual.shape == (len(full), 3):
            feedback("dropped")
        check.close(actual, expected, name="update with an empty group", rtol=1e-5, atol=1e-5)


def test_inertia(student):
    for n, k, d in [(20, 3, 2), (9, 9, 9), (50, 1, 3)]:
        points, centres = torch.randn(n, d, dtype=torch.float64), torch.randn(k, d, dtype=torch.float64)
        labels = torch.randint(k, (n,))  # any labels, not those of the nearest centres
        total = sum(((p - centres[label]) ** 2).sum() for p, label in zip(points, labels.tolist()))
        check.close(student.inertia(points, labels, centres), total, name="inertia(points, labels, centres)")


def test_k_means(student):
    for groups, each, d, spread, home in [(3, 30, 2, 0.3, 0), (6, 40, 3, 1.5, 0), (8, 40, 2, 3.0, 0), (9, 60, 2, 3.0, 1e5)]:
        points = cloud(groups, each, d, spread=spread) + home  # far away, "hardly moved" is not "no label changes"
        start = points[torch.randperm(len(points))[:groups]]
        answer = student.k_means(points, start)
        check.length(answer, 2, name="k_means(points, centres)")
        centres, labels = answer
        check.shape(centres, (groups, d), name="centres of k_means")
        check.finite(centres, name="centres of k_means")
        check.shape(labels, (len(points),), name="labels of k_means")
        expected_end, expected = expected_k_means(points, start, 100)
        own = expected_labels(points, centres)
        if not torch.equal(labels, own):
            feedback("not-its-labels")
        elif not torch.equal(own, expected_labels(points, expected_centres(points, own, centres))):
            feedback("stopped-early")
        check.equal(labels, expected, name="labels of k_means")
        check.close(centres, expected_end, name="centres of k_means")


def test_max_steps(student):
    points = cloud(6, 50, 2, spread=3.0)
    start = points[:6].clone()
    points_before, start_before = points.clone(), start.clone()
    for steps in (0, 1, 2):
        centres, labels = student.k_means(points, start, steps)
        expected_end, expected = expected_k_means(points_before, start_before, steps)
        check.close(centres, expected_end, name=f"centres of k_means with max_steps={steps}")
        check.equal(labels, expected, name=f"labels of k_means with max_steps={steps}")
    labels = expected_labels(points, start)
    student.update(points, labels, start)
    check.close(points, points_before, name="points after the calls")
    check.close(start, start_before, name="centres after the calls")
