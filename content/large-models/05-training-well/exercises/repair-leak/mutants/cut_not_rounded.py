"""Cuts the number of groups off where it should round. Must fail: test_groups_stay_together."""
import torch

Rows = torch.Tensor  # some rows of the data, or their numbers
Columns = torch.Tensor  # numbers of columns


def split(
    groups: torch.Tensor,  # (N,) int64: rows that belong together have the same number
    share: float = 0.3,
    seed: int = 0,
) -> tuple[Rows, Rows]:
    """The numbers of the training rows and of the validation rows."""
    names = groups.unique()  # (G,)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    chosen = names[order[: max(1, int(share * len(names)))]]
    held_out = torch.isin(groups, chosen)  # (N,)
    return (~held_out).nonzero().flatten(), held_out.nonzero().flatten()


def select(
    x: torch.Tensor,  # (N, D), scaled
    y: torch.Tensor,  # (N,), 0 or 1
    count: int,
) -> Columns:  # (count,) int64
    """The columns whose class means differ most."""
    means = torch.stack([x[y == label].mean(dim=0) for label in (0, 1)])  # (2, D)
    return means.diff(dim=0)[0].abs().topk(count).indices.sort().values


def prepare(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,), 0 or 1
    train: torch.Tensor,  # row numbers
    validation: torch.Tensor,  # row numbers
    count: int,
) -> tuple[Rows, Rows]:
    """Training rows and validation rows, scaled, with the `count` best columns."""
    mean, spread = x[train].mean(dim=0), x[train].std(dim=0) + 1e-8  # (D,) each
    scaled = (x - mean) / spread  # (N, D): by the training rows alone
    columns = select(scaled[train], y[train], count)
    return scaled[train][:, columns], scaled[validation][:, columns]


def accuracy(
    x_train: torch.Tensor,  # (N, D)
    y_train: torch.Tensor,  # (N,)
    x_validation: torch.Tensor,  # (M, D)
    y_validation: torch.Tensor,  # (M,)
) -> float:
    """The share of validation rows that are nearer to the mean of their own class than to the other."""
    means = torch.stack([x_train[y_train == label].mean(dim=0) for label in (0, 1)])  # (2, D)
    predicted = torch.cdist(x_validation, means).argmin(dim=1)  # (M,)
    return (predicted == y_validation).float().mean().item()


def experiment(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,), 0 or 1
    groups: torch.Tensor,  # (N,)
    count: int,
    share: float = 0.3,
    seed: int = 0,
) -> float:
    """The accuracy on the validation rows of one split."""
    train, validation = split(groups, share, seed)
    x_train, x_validation = prepare(x, y, train, validation, count)
    return accuracy(x_train, y[train], x_validation, y[validation])
