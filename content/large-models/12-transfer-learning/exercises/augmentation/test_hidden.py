"""Hidden tests: each image is moved, mirrored and mixed again outside, one by one."""
import torch
from graders.examiner import check, feedback

UNCHANGED = "images after the call"


def moved(image, down, right, background=-1.0):
    """One image (1, H, W), pixel by pixel."""
    result = torch.full_like(image, background)
    height, width = image.shape[1:]
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                result[0, i, j] = image[0, i - down, j - right]
    return result


def all_moved(images, down, right, background=-1.0):
    pairs = zip(images, down.tolist(), right.tolist(), strict=True)
    return torch.stack([moved(image, d, r, background) for image, d, r in pairs])


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other)


def test_shift(student):
    for n, height, width, reach in [(6, 5, 7, 3), (4, 6, 4, 9), (1, 3, 3, 1)]:
        images = torch.randn(n, 1, height, width)
        down, right = torch.randint(-reach, reach + 1, (2, n))
        down[0], right[0] = 1, -1
        actual = student.shift(images, down, right)
        rolled = torch.stack([image.roll((d, r), (1, 2)) for image, d, r in zip(images, down.tolist(), right.tolist(), strict=True)])
        if looks_like(actual, rolled):
            feedback("comes-back")
        if looks_like(actual, all_moved(images, -down, -right)):
            feedback("other-way")
        check.close(actual, all_moved(images, down, right), name="shift(images, down, right)")
    check.close(student.shift(images, down, right, 0.5), all_moved(images, down, right, 0.5), name="shift with another background")
    far = torch.tensor([40])
    check.close(student.shift(images, far, far), torch.full_like(images, -1.0), name="shift beyond the image")


def test_mirror(student):
    images, labels = torch.randn(40, 1, 4, 5), torch.randint(10, (40,))
    labels[:3], coins = torch.tensor([0, 8, 2]), torch.rand(40) < 0.6
    coins[:3] = True
    for symmetric in ({0, 1, 8}, {3}, set(), set(range(10))):
        right = images.clone()
        for i in range(40):
            if coins[i] and int(labels[i]) in symmetric:
                right[i] = images[i].flip(2)
        actual = student.mirror(images, labels, symmetric, coins)
        if len(symmetric) < 10 and looks_like(actual, torch.where(coins[:, None, None, None], images.flip(3), images)):
            feedback("all-mirrored")
        check.close(actual, right, name="mirror(images, labels, symmetric, coins)")


def mixed(values, order, weight):
    return torch.stack([weight[i] * values[i] + (1 - weight[i]) * values[order[i]] for i in range(len(values))])


def test_mixup(student):
    for n, classes, size in ((5, 3, (4, 6)), (4, 4, (4, 4)), (1, 2, (3, 2))):
        images, targets = torch.randn(n, 1, *size), torch.rand(n, classes).softmax(1)
        order, weight = torch.randperm(n), torch.rand(n)
        answer = student.mixup(images, targets, order, weight)
        check.length(answer, 2, name="mixup(...)")
        if n > 1 and not torch.equal(order, torch.arange(n)) and looks_like(answer[1], targets):
            feedback("labels-not-mixed")
        check.close(answer[0], mixed(images, order, weight), name="mixed images", rtol=1e-4, atol=1e-5)
        check.close(answer[1], mixed(targets, order, weight), name="mixed targets", rtol=1e-4, atol=1e-5)


def seeded(submission, images, most, seed):
    generator = submission.torch.Generator().manual_seed(seed)
    return submission.random_shift(images, most, generator)


def offsets(images, result, most):
    """By how much each image was moved; each must be one of the possible offsets."""
    found = []
    for image, other in zip(images, result, strict=True):
        choices = [(d, r) for d in range(-most, most + 1) for r in range(-most, most + 1) if torch.equal(moved(image, d, r), other)]
        assert len(choices) == 1
        found.append(choices[0])
    return torch.tensor(found)


def test_random_shift(student):
    images = torch.randn(300, 1, 4, 3)
    result = student.random_shift(images, 1)
    check.shape(result, (300, 1, 4, 3), name="random_shift(images, 1)")
    found = offsets(images, result, 1)
    shares = torch.bincount(3 * (found[:, 0] + 1) + found[:, 1] + 1, minlength=9) / 300
    assert (shares - 1 / 9).abs().max() < 0.075
    wide = offsets(images[:60], student.random_shift(images[:60], 2), 2)
    assert wide.min() == -2 and wide.max() == 2
    first, again, other = (student.run(seeded, images, 2, seed) for seed in (3, 3, 4))
    check.close(again, first, name="random_shift with an equal generator")
    assert not torch.equal(first, other)


def gradients(submission, images, weight):
    """A weighted sum of everything, so that each pixel's way back is known."""
    images = images.clone().requires_grad_()
    n = len(images)
    numbers = submission.torch.arange(n)
    pieces = submission.shift(images, numbers % 3 - 1, numbers % 2)
    pieces = pieces + submission.mirror(images, numbers, {1}, numbers >= 0)
    pieces = pieces + submission.mixup(images, images.flatten(1), numbers.flip(0), numbers / n)[0]
    pieces = pieces + submission.random_shift(images, 0)
    tall = submission.mixup(images, images.flatten(1), numbers.flip(0), numbers / n)[1]
    ((pieces + tall.view_as(images)) * weight).sum().backward()
    return images.grad


def test_nothing_else_changes(student):
    images, targets = torch.randn(4, 1, 5, 3), torch.rand(4, 6).softmax(1)
    labels, coins, order = torch.tensor([0, 1, 0, 2]), torch.tensor([True, True, False, True]), torch.tensor([1, 0, 3, 2])
    down, right, weight = torch.tensor([1, -1, 0, 2]), torch.tensor([0, 2, -2, 1]), torch.rand(4)
    given = [images, targets, labels, coins, order, down, right, weight]
    before = [value.clone() for value in given]
    check.shape(student.shift(images, down, right), (4, 1, 5, 3), name="shift(images, down, right)")
    check.shape(student.mirror(images, labels, {0}, coins), (4, 1, 5, 3), name="mirror(...)")
    check.length(student.mixup(images, targets, order, weight), 2, name="mixup(...)")
    check.shape(student.random_shift(images, 2), (4, 1, 5, 3), name="random_shift(images, 2)")
    for value, old in zip(given, before, strict=True):
        check.close(value, old, name=UNCHANGED)
    dots = torch.randn(4, 1, 5, 3)
    leaf = images.clone().requires_grad_()
    numbers = torch.arange(4)
    pieces = mixed(leaf, numbers.flip(0), numbers / 4) * 2 + leaf
    pieces = pieces + torch.stack([leaf[i].flip(2) if i == 1 else leaf[i] for i in range(4)])
    pieces = pieces + all_moved(leaf, numbers % 3 - 1, numbers % 2)
    (pieces * dots).sum().backward()
    check.close(student.run(gradients, images, dots), leaf.grad, name="gradient of the images", rtol=1e-3, atol=1e-4)
