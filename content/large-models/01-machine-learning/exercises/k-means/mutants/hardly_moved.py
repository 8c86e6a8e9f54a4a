"""Stops when the centres have hardly moved, measured by their size. Must fail: test_k_means."""
import torch


@torch.no_grad()
def assign(
    points: torch.Tensor,  # (N, D)
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # (N,) int64
    """For each point the number of its nearest centre; of several, the first."""
    difference = points[:, None] - centres[None]  # (N, K, D)
    return difference.square().sum(dim=2).argmin(dim=1)


@torch.no_grad()
def update(
    points: torch.Tensor,  # (N, D)
    labels: torch.Tensor,  # (N,) int64
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # (K, D)
    """Each centre at the mean of its points; one without points stays where it is."""
    moved = centres.clone()
    for k in range(len(centres)):
        mine = points[labels == k]  # (points of the group, D)
        if len(mine):
            moved[k] = mine.mean(dim=0)
    return moved


@torch.no_grad()
def inertia(
    points: torch.Tensor,  # (N, D)
    labels: torch.Tensor,  # (N,) int64
    centres: torch.Tensor,  # (K, D)
) -> torch.Tensor:  # ()
    """The sum of the squared distances between points and their own centres."""
    return (points - centres[labels]).square().sum()


@torch.no_grad()
def k_means(
    points: torch.Tensor,  # (N, D)
    centres: torch.Tensor,  # (K, D)
    max_steps: int = 100,
) -> tuple[torch.Tensor, torch.Tensor]:  # (K, D), (N,) int64
    """Update and assign until no label changes, at most max_steps times; the centres, and the labels that go with them."""
    labels = assign(points, centres)
    for _ in range(max_steps):
        before, centres = centres, update(points, labels, centres)
        labels = assign(points, centres)
        if torch.allclose(before, centres):
            break
    return centres, labels
