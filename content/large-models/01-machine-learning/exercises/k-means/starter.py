"""k-means: groups of points and their centres, without any label."""
import torch


def assign(
    points: torch.Tensor,  # (N, D)
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # (N,) int64
    """For each point the number of its nearest centre; of several, the first."""
    raise NotImplementedError("assign is still to be written")


def update(
    points: torch.Tensor,  # (N, D)
    labels: torch.Tensor,  # (N,) int64
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # (K, D)
    """Each centre at the mean of its points; one without points stays where it is."""
    raise NotImplementedError("update is still to be written")


def inertia(
    points: torch.Tensor,  # (N, D)
    labels: torch.Tensor,  # (N,) int64
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # ()
    """The sum of the squared distances between points and their own centres."""
    raise NotImplementedError("inertia is still to be written")


def k_means(
    points: torch.Tensor,  # (N, D)
    centres: torch.Tensor,  # (K, D)
    max_steps: int = 100,
) -> tuple[torch.Tensor, torch.Tensor]:  # (K, D), (N,) int64
    """Update and assign until no label changes, at most max_steps times; the centres, and the labels that go with them."""
    raise NotImplementedError("k_means is still to be written")
