"""What Run runs: shapes, and counting on a layer small enough for a pencil."""
import torch


def test_ten_logits_for_each_image(student):
    assert student.CNN()(torch.randn(5, 1, 28, 28)).shape == (5, 10)


def test_one_image_is_a_batch_too(student):
    assert student.CNN()(torch.randn(1, 1, 28, 28)).shape == (1, 10)


def test_the_first_layer(student):
    state = student.CNN().state_dict()
    assert state["conv1.weight"].shape == (16, 1, 3, 3)
    assert state["conv1.bias"].shape == (16,)


def test_parameters_of_the_first_layer(student):
    model = student.CNN()
    assert student.count_parameters(model.conv1) == 160  # 16 kernels of 9 numbers, and 16 biases


def test_images_do_not_mix(student):
    model, x = student.CNN(), torch.randn(4, 1, 28, 28)
    torch.testing.assert_close(model(x[2:3]), model(x)[2:3], rtol=1e-4, atol=1e-5)
