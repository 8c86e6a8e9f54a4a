"""What Run runs: what the network promises, on a few batches."""
import torch


def test_one_image(student):
    assert student.TutorialCNN()(torch.randn(1, 1, 28, 28)).shape == (1, 10)


def test_five_images(student):
    assert student.TutorialCNN()(torch.randn(5, 1, 28, 28)).shape == (5, 10)


def test_36_images(student):
    assert student.TutorialCNN()(torch.randn(36, 1, 28, 28)).shape == (36, 10)


def test_some_logit_is_negative(student):
    assert (student.TutorialCNN()(torch.randn(36, 1, 28, 28)) < 0).any()
