"""What Run runs: the numbers of the statement, and a short sequence."""
import torch

ZEROS = (torch.zeros(4, 1), torch.zeros(4, 1), torch.tensor([0.0, 2.0, 1.0, 0.0]))


def test_the_cell_of_the_statement(student):
    h, c = student.lstm_cell(torch.zeros(1, 1), torch.zeros(1, 1), torch.tensor([[3.0]]), *ZEROS)
    torch.testing.assert_close(c, torch.tensor([[3.0232]]), atol=1e-4, rtol=0)
    torch.testing.assert_close(h, torch.tensor([[0.4976]]), atol=1e-4, rtol=0)


def test_two_steps(student):
    states, h, c = student.lstm(torch.zeros(1, 2, 1), torch.zeros(1, 1), torch.tensor([[3.0]]), *ZEROS)
    assert states.shape == (1, 2, 1)
    torch.testing.assert_close(states[:, 1], h)
    torch.testing.assert_close(c, torch.tensor([[3.0437]]), atol=1e-3, rtol=0)
