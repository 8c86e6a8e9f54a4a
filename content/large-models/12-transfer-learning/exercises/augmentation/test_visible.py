"""What Run runs: the example of the statement, and cases that are known without calculating."""
import torch


def test_the_example(student):
    image = torch.tensor([[[[1.0, 2, 3], [4, 5, 6]]]])
    moved = student.shift(image, torch.tensor([1]), torch.tensor([-1]))
    assert moved.tolist() == [[[[-1, -1, -1], [2, 3, -1]]]]


def test_only_zeros_are_mirrored(student):
    images = torch.arange(12.0).view(2, 1, 2, 3)
    mirrored = student.mirror(images, torch.tensor([0, 2]), {0, 8}, torch.tensor([True, True]))
    assert mirrored[:, 0, 0].tolist() == [[2, 1, 0], [6, 7, 8]]


def test_an_example_mixed_with_itself_stays(student):
    images, targets = torch.randn(3, 1, 4, 4), torch.eye(3)
    mixed, labels = student.mixup(images, targets, torch.arange(3), torch.tensor([0.0, 0.3, 1.0]))
    torch.testing.assert_close(mixed, images)
    torch.testing.assert_close(labels, targets)


def test_random_shift_by_nothing(student):
    images = torch.randn(4, 1, 5, 5)
    torch.testing.assert_close(student.random_shift(images, 0), images)
