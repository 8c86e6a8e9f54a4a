"""Wants its images to lie one behind the other. Must fail: test_good_citizen."""
import torch


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """How many windows of width `kernel` fit side by side, `stride` apart, into `size` with `padding` on both ends."""
    return (size + 2 * padding - kernel) // stride + 1


def conv2d(
    x: torch.Tensor,  # (N, C_in, H, W)
    weight: torch.Tensor,  # (C_out, C_in, kH, kW)
    bias: torch.Tensor | None = None,  # (C_out,)
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:  # (N, C_out, H_out, W_out)
    """One matrix product for each place (a, b) in the kernel: all windows at once, instead of one window at a time."""
    height = output_size(x.shape[2], weight.shape[2], stride, padding)
    width = output_size(x.shape[3], weight.shape[3], stride, padding)
    maps = torch.nn.functional.pad(x.view(-1, *x.shape[2:]), (padding, padding, padding, padding))
    x = maps.view(*x.shape[:2], *maps.shape[1:])  # (N, C_in, H + 2p, W + 2p)
    y = x.new_zeros(x.shape[0], weight.shape[0], height, width)
    for a in range(weight.shape[2]):
        for b in range(weight.shape[3]):
            rows = slice(a, a + stride * (height - 1) + 1, stride)
            columns = slice(b, b + stride * (width - 1) + 1, stride)
            y = y + torch.einsum("nchw,oc->nohw", x[:, :, rows, columns], weight[:, :, a, b])
    return y if bias is None else y + bias.view(1, -1, 1, 1)
