"""What Run runs: the four points of the statement, and a plane."""
import pytest
import torch

X = torch.tensor([[0.0], [1.0], [2.0], [3.0]], dtype=torch.float64)  # (4, 1)
Y = torch.tensor([1.0, 2.0, 2.0, 4.0], dtype=torch.float64)  # (4,)
THETA = torch.tensor([0.9, 0.9], dtype=torch.float64)  # (2,)


def test_the_ones_are_in_front(student):
    expected = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]], dtype=torch.float64)
    torch.testing.assert_close(student.design_matrix(X), expected)


def test_predictions_as_in_the_statement(student):
    expected = torch.tensor([0.9, 1.8, 2.7, 3.6], dtype=torch.float64)
    torch.testing.assert_close(student.predict(X, THETA), expected)


def test_error_as_in_the_statement(student):
    prediction = torch.tensor([0.9, 1.8, 2.7, 3.6], dtype=torch.float64)
    expected = torch.tensor(0.175, dtype=torch.float64)
    torch.testing.assert_close(student.mean_squared_error(prediction, Y), expected)


def test_a_column_is_not_a_vector(student):
    with pytest.raises(ValueError):
        student.mean_squared_error(Y, Y[:, None])


def test_fit_as_in_the_statement(student):
    torch.testing.assert_close(student.fit(X, Y), THETA)
