import torch

from graders.examiner import check, on


def test_product(student, device):
    a = torch.randn(96, 96)
    product = student.product(on(device, a))
    check.device(product, device)
    check.close(product, a @ a, name="product(a)", rtol=1e-3, atol=1e-3)


def test_training(student, device, sizes):
    losses = student.losses(device, sizes.steps)
    check.shape(losses, (sizes.steps,), name="losses")
    assert losses[-1] < losses[0] / 2


def test_last(student):
    assert student.last() == "done"
