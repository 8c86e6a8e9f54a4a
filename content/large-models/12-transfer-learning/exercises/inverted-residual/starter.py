"""The block that MobileNetV2 is built of."""
import torch
from torch import nn


class InvertedResidual(nn.Module):
    """Narrow, wide, narrow: expand, filter each channel by itself, project."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, expansion: int = 4):
        super().__init__()
        # expand, norm1, depthwise, norm2, project and norm3 belong here.

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, inputs, H, W) -> (N, outputs, H / stride, W / stride)
        raise NotImplementedError("InvertedResidual.forward is still to be written")
