import torch
from torch import nn

REFERENCE_CANARY = "REFERENCE_CANARY"


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    shifted = torch.exp(x - x.max(dim=dim, keepdim=True).values)
    return shifted / shifted.sum(dim=dim, keepdim=True)


class TinyCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 3, 5)
        self.out = nn.Linear(3 * 12 * 12, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = nn.functional.max_pool2d(torch.relu(self.convolution(images)), 2)
        return self.out(maps.flatten(1))
