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
    h = torch.relu(x @ w1.T + b1)
    return h, h @ w2.T + b2


def cross_entropy(
    z: torch.Tensor,  # (N, C)
    targets: torch.Tensor,  # (N,), the right class of each row
) -> torch.Tensor:  # ()
    """The mean over the batch of -ln softmax(z)[target]."""
    right = z[torch.arange(len(z)), targets]  # (N,)
    return (torch.logsumexp(z, dim=1) - right).mean()


def gradients(
    x: torch.Tensor,  # (N, D)
    targets: torch.Tensor,  # (N,)
    w1: torch.Tensor,  # (H, D)
    b1: torch.Tensor,  # (H,)
    w2: torch.Tensor,  # (C, H)
    b2: torch.Tensor,  # (C,)
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:  # shapes of w1, b1, w2, b2
    """The gradients of the loss with respect to the four parameters."""
    with torch.no_grad():
        h, z = forward(x, w1, b1, w2, b2)
        dz = torch.softmax(z, dim=1)  # (N, C)
        dz[torch.arange(len(z)), targets] -= 1
        dz = dz / len(z)
        da = (dz @ w2) * (h > 0)  # (N, H): back through the layer, then through the ReLU
        return da.T @ x, da.sum(dim=0), dz.T @ h, dz.sum(dim=0)
