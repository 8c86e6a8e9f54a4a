"""A two-dimensional convolution, written from its definition."""
import torch


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """How many windows of width `kernel` fit side by side, `stride` apart, into `size` with `padding` on both ends."""
    raise NotImplementedError("output_size is still to be written")


def conv2d(
    x: torch.Tensor,  # (N, C_in, H, W)
    weight: torch.Tensor,  # (C_out, C_in, kH, kW)
    bias: torch.Tensor | None = None,  # (C_out,)
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:  # (N, C_out, H_out, W_out)
    """y[n, o, i, j] = bias[o] + the sum over c, a, b of weight[o, c, a, b] * padded_x[n, c, i*stride + a, j*stride + b]."""
    raise NotImplementedError("conv2d is still to be written")
