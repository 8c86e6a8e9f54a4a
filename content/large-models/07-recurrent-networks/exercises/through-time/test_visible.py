"""What Run runs: the numbers of the statement."""
import torch

W_IH, W_HH, B = torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0])
X = torch.tensor([1.0, 0.0]).view(1, 2, 1)
STATES = torch.tensor([0.0, 0.76159, 0.36340]).view(1, 3, 1)


def test_the_gradients_of_the_statement(student):
    found = student.backward(X, STATES, W_IH, W_HH, torch.ones(1, 1))
    expected = {"states": [0.0911, 0.4340, 1.0], "w_ih": [0.1823], "w_hh": [0.6610], "b": [1.0502]}
    for name, numbers in expected.items():
        torch.testing.assert_close(found[name].flatten(), torch.tensor(numbers), atol=2e-4, rtol=0)


def test_a_window_of_one_step(student):
    found = student.backward(X, STATES, W_IH, W_HH, torch.ones(1, 1), window=1)
    torch.testing.assert_close(found["states"].flatten(), torch.tensor([0.0, 0.4340, 1.0]), atol=2e-4, rtol=0)


def test_how_far_it_reaches(student):
    found = student.reach(X, torch.zeros(1, 1), W_IH, W_HH, B, torch.full((1, 1), 4.0))
    torch.testing.assert_close(found, torch.tensor([0.0911, 0.4340, 1.0]), atol=2e-4, rtol=0)
