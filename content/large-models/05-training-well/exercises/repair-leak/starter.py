"""An experiment that finds a rule in pure noise. Three things leak; repair them."""
import torch

Rows = torch.Tensor  # some rows of the data, or their numbers
Columns = torch.Tensor  # numbers of columns


def split(
    groups: torch.Tensor,  # (N,) int64: rows that belong together have the same number
    share: float = 0.3,
    seed: int = 0,
) -> tuple[Rows, Rows]:
    """The numbers of the training rows and of the validation rows."""
    order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(seed))
    count = max(1, round(share * len(groups)))
    return order[count:].sort().values, order[:count].sort().values


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
    x = (x - x.mean(dim=0)) / (x.std(dim=0) + 1e-8)
    columns = select(x, y, count)
    return x[train][:, columns], x[validation][:, columns]


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
    everything = torch.arange(len(x))
    x, _ = prepare(x, y, everything, everything, count)
    train, validation = split(groups, share, seed)
    return accuracy(x[train], y[train], x[validation], y[validation])
