"""Compares how long the two are and forgets how many axes the answers have. Must fail: test_mean_squared_error."""
import torch


def design_matrix(
    x: torch.Tensor,  # (N, D)
) -> torch.Tensor:  # (N, D + 1)
    """x with a column of ones in front."""
    return torch.cat([torch.ones_like(x[:, :1]), x], dim=1)


def predict(
    x: torch.Tensor,  # (N, D)
    theta: torch.Tensor,  # (D + 1,): the intercept, then one number for each column of x
) -> torch.Tensor:  # (N,)
    """The height of the plane over each row of x."""
    return design_matrix(x) @ theta


def mean_squared_error(
    prediction: torch.Tensor,  # (N,)
    y: torch.Tensor,  # (N,)
) -> torch.Tensor:  # ()
    """The mean of the squared differences."""
    if prediction.dim() != 1 or len(prediction) != len(y):
        raise ValueError(f"{tuple(prediction.shape)} predictions for {tuple(y.shape)} answers")
    return (prediction - y).square().mean()


def fit(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,)
) -> torch.Tensor:  # (D + 1,)
    """The parameters with the smallest mean squared error."""
    q, r = torch.linalg.qr(design_matrix(x))  # (N, D + 1), (D + 1, D + 1)
    return torch.linalg.solve_triangular(r, (q.T @ y)[:, None], upper=True)[:, 0]
