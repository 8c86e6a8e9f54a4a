"""A network with one hidden layer: forwards, its loss, and backwards, without autograd."""
import torch


def forward(
    x: torch.Tensor,  # (N, D)
    w1: torch.Tensor,  # (H, D)
    b1: torch.Tensor,  # (H,)
    w2: torch.Tensor,  # (C, H)
    b2: torch.Tensor,  # (C,)
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, H), (N, C)
    """The hidden layer and the logits."""
    raise NotImplementedError("forward is still to be written")


def cross_entropy(
    z: torch.Tensor,  # (N, C)
    targets: torch.Tensor,  # (N,), the right class of each row
) -> torch.Tensor:  # ()
    """The mean over the batch of -ln softmax(z)[target]."""
    raise NotImplementedError("cross_entropy is still to be written")


def gradients(
    x: torch.Tensor,  # (N, D)
    targets: torch.Tensor,  # (N,)
    w1: torch.Tensor,  # (H, D)
    b1: torch.Tensor,  # (H,)
    w2: torch.Tensor,  # (C, H)
    b2: torch.Tensor,  # (C,)
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:  # shapes of w1, b1, w2, b2
    """The gradients of the loss with respect to the four parameters."""
    raise NotImplementedError("gradients is still to be written")
