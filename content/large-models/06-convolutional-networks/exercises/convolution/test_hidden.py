"""Hidden tests: random images and kernels against PyTorch's own convolution, which runs here, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch.nn.functional import conv2d


def test_output_size(student):
    for size, kernel, stride, padding in [(28, 3, 1, 0), (28, 5, 1, 2), (7, 2, 2, 0), (11, 3, 3, 1), (5, 5, 4, 0), (9, 4, 2, 3)]:
        actual = student.output_size(size, kernel, stride, padding)
        expected = (size + 2 * padding - kernel) // stride + 1
        if actual == expected - 1:
            feedback("plus-one-missing")
        elif actual == (size + padding - kernel) // stride + 1 != expected:
            feedback("padding-once")
        check.equal(actual, expected, name=f"output_size({size}, {kernel}, {stride}, {padding})")
    check.equal(student.output_size(28, 3), 26, name="output_size(28, 3)")


def test_one_channel(student):
    x, weight = torch.randn(1, 1, 6, 6), torch.randn(1, 1, 3, 3)
    actual, expected, flipped = student.conv2d(x, weight), conv2d(x, weight), conv2d(x, weight.flip(2, 3))
    if isinstance(actual, torch.Tensor) and actual.shape == flipped.shape and torch.allclose(actual, flipped, atol=1e-4):
        feedback("kernel-flipped")
    check.close(actual, expected, name="conv2d(x, weight)")


def test_channels_are_summed(student):
    for channels, kernels, height, width in [(3, 4, 3, 3), (4, 4, 1, 3), (2, 5, 4, 2), (5, 1, 1, 1)]:
        x, weight = torch.randn(2, channels, 7, 9), torch.randn(kernels, channels, height, width)
        check.close(student.conv2d(x, weight), conv2d(x, weight), name="conv2d(x, weight)")


def test_bias(student):
    # Width and number of kernels are equal here, so that a bias lined up with the wrong axis has a fitting shape.
    x, weight, bias = torch.randn(2, 3, 6, 7), torch.randn(5, 3, 3, 3), torch.randn(5)
    check.close(student.conv2d(x, weight, bias), conv2d(x, weight, bias), name="conv2d(x, weight, bias)")


def test_padding(student):
    x, weight = torch.randn(2, 2, 5, 6) + 3, torch.randn(3, 2, 3, 2) + 1
    for padding in (1, 2, 3):
        actual = student.conv2d(x, weight, padding=padding)
        check.close(actual, conv2d(x, weight, padding=padding), name=f"conv2d(x, weight, padding={padding})")


def test_stride(student):
    x, weight, bias = torch.randn(2, 2, 9, 8), torch.randn(3, 2, 3, 2), torch.randn(3)
    for stride, padding in [(2, 0), (3, 0), (2, 1), (4, 2)]:
        actual = student.conv2d(x, weight, bias, stride=stride, padding=padding)
        expected = conv2d(x, weight, bias, stride=stride, padding=padding)
        check.close(actual, expected, name=f"conv2d(x, weight, bias, stride={stride}, padding={padding})")


def test_images_are_independent(student):
    x, weight = torch.randn(4, 3, 6, 6), torch.randn(2, 3, 3, 3)
    x[3] *= 8
    together = student.conv2d(x, weight, padding=1)
    check.close(together, conv2d(x, weight, padding=1), name="conv2d(x, weight, padding=1)", rtol=1e-4, atol=1e-4)
    alone = student.conv2d(x[1:2], weight, padding=1)
    check.close(alone, together[1:2], name="conv2d of one image of the batch", rtol=1e-4, atol=1e-4)


def gradients(submission, x, weight, bias):
    import torch

    x, weight, bias = (t.clone().requires_grad_() for t in (x, weight, bias))
    y = submission.conv2d(x, weight, bias, stride=2, padding=1)
    return torch.autograd.grad((y * y).sum() / 2, (x, weight, bias))


def channels_last(submission, x, weight, bias):
    """The images with their channels last in memory; made here, since what crosses the border is contiguous."""
    x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
    return submission.conv2d(x, weight, bias, stride=2, padding=1)


def test_good_citizen(student):
    x = torch.randn(2, 3, 7, 6, dtype=torch.float64)
    weight, bias = torch.randn(4, 3, 3, 2, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    before = [t.clone() for t in (x, weight, bias)]
    actual = student.conv2d(x, weight, bias, stride=2, padding=1)
    check.close(actual, conv2d(x, weight, bias, stride=2, padding=1), name="conv2d in float64")
    turned = student.run(channels_last, x, weight, bias)
    check.close(turned, actual, name="conv2d of images that are not contiguous", rtol=1e-9, atol=1e-9)
    for now, then, name in zip((x, weight, bias), before, ("x", "weight", "bias"), strict=True):
        check.close(now, then, name=f"{name} after the call")

    inputs = [t.clone().requires_grad_() for t in before]
    y = conv2d(*inputs, stride=2, padding=1)
    expected = torch.autograd.grad((y * y).sum() / 2, inputs)
    for theirs, ours, name in zip(student.run(gradients, *before), expected, ("x", "weight", "bias"), strict=True):
        check.close(theirs, ours, name=f"gradient of {name}")
