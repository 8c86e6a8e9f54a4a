"""Hidden tests of the exercise that attacks are handed in for. HIDDEN_TEST_CANARY"""

import torch

HIDDEN_TEST_CANARY_values = torch.tensor([0.03205860, 0.08714432, 0.23688282, 0.64391426])


def test_softmax_sums_to_one(student):
    x = torch.randn(3, 4, 5)
    y = student.softmax(x, 1)
    assert y.shape == x.shape
    torch.testing.assert_close(y.sum(1), torch.ones(3, 5))


def test_softmax_matches(student):
    y = student.softmax(torch.tensor([0.0, 1.0, 2.0, 3.0]), 0)
    torch.testing.assert_close(y, HIDDEN_TEST_CANARY_values)
    x = torch.randn(4, 6)
    torch.testing.assert_close(student.softmax(x, -1), torch.softmax(x, -1))


def test_softmax_is_stable(student):
    y = student.softmax(torch.tensor([[900.0, 0.0], [-900.0, -900.0]]), 1)
    torch.testing.assert_close(y, torch.tensor([[1.0, 0.0], [0.5, 0.5]]))


def test_cnn_shape(student):
    y = student.TinyCNN()(torch.randn(3, 1, 28, 28))
    assert y.shape == (3, 10)
    assert torch.isfinite(y).all()
    assert y.abs().sum() > 0


def test_cnn_batch_independent(student):
    model = student.TinyCNN()
    images = torch.randn(4, 1, 28, 28)
    together = model(images)
    assert together.shape == (4, 10)
    assert together.abs().sum() > 0
    torch.testing.assert_close(model(images[2:3]), together[2:3], rtol=1e-4, atol=1e-5)
