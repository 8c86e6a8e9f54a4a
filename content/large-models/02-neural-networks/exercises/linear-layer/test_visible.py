"""What Run runs: the example of the statement and a few shapes."""
import torch

W1, B1 = torch.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]]), torch.tensor([0.5, 0.0, -1.0])  # (3, 2), (3,)
W2, B2 = torch.tensor([[1.0, 1.0, -1.0]]), torch.tensor([0.25])  # (1, 3), (1,)
X = torch.tensor([[2.0, 1.0], [-1.0, 1.0]])  # (2, 2)


def test_linear_as_in_the_statement(student):
    expected = torch.tensor([[4.5, -1.0, 5.0], [1.5, -1.0, -4.0]])
    torch.testing.assert_close(student.linear(X, W1, B1), expected)


def test_a_layer_without_bias(student):
    torch.testing.assert_close(student.linear(X, W2[:, :2]), torch.tensor([[3.0], [0.0]]))


def test_one_vector(student):
    assert student.linear(torch.randn(4), torch.randn(5, 4), torch.randn(5)).shape == (5,)


def test_mlp_as_in_the_statement(student):
    torch.testing.assert_close(student.mlp(X, [(W1, B1), (W2, B2)]), torch.tensor([[-0.25], [1.75]]))


def test_a_network_of_one_layer_has_no_relu(student):
    torch.testing.assert_close(student.mlp(X, [(W1, B1)]), student.linear(X, W1, B1))
