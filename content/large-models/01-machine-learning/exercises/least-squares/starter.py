"""Least squares: the plane that comes closest to all points."""
import torch


def design_matrix(
    x: torch.Tensor,  # (N, D)
) -> torch.Tensor:  # (N, D + 1)
    """x with a column of ones in front."""
    raise NotImplementedError("design_matrix is still to be written")


def predict(
    x: torch.Tensor,  # (N, D)
    theta: torch.Tensor,  # (D + 1,): the intercept, then one number for each column of x
) -> torch.Tensor:  # (N,)
    """The height of the plane over each row of x."""
    raise NotImplementedError("predict is still to be written")


def mean_squared_error(
    prediction: torch.Tensor,  # (N,)
    y: torch.Tensor,  # (N,)
) -> torch.Tensor:  # ()
    """The mean of the squared differences."""
    raise NotImplementedError("mean_squared_error is still to be written")


def fit(
    x: torch.Tensor,  # (N, D)
    y: torch.Tensor,  # (N,)
) -> torch.Tensor:  # (D + 1,)
    """The parameters with the smallest mean squared error."""
    raise NotImplementedError("fit is still to be written")
