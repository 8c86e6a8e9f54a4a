import torch


def test_rows_have_mean_zero(student):
    torch.testing.assert_close(student.normalise(torch.randn(3, 4, 5)).mean(-1), torch.zeros(3, 4))


def test_rows_have_length_one(student):
    torch.testing.assert_close(student.normalise(torch.randn(6, 7)).norm(dim=-1), torch.ones(6))


def test_constant_rows(student):
    assert torch.equal(student.normalise(torch.full((2, 3), 4.0)), torch.zeros(2, 3))


def test_network_shape(student):
    logits = student.Net()(torch.randn(3, 1, 28, 28))
    assert logits.shape == (3, 10)
    assert torch.isfinite(logits).all()


def test_images_do_not_mix(student):
    net, x = student.Net(), torch.randn(4, 1, 28, 28)
    torch.testing.assert_close(net(x[2:3]), net(x)[2:3], rtol=1e-4, atol=1e-5)
