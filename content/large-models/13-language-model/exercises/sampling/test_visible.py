"""What Run runs: the example of the statement, and what must hold for any distribution."""
import torch

LOGITS = torch.tensor([[2.0, 1.0, 0.5, 0.0, -1.0]])


def test_the_example(student):
    for setting, first in (({}, 0.563), ({"temperature": 0.5}, 0.829), ({"top_k": 2}, 0.731), ({"top_p": 0.8}, 0.629)):
        probabilities = student.next_probabilities(LOGITS, **setting)
        assert probabilities.shape == (1, 5)
        assert abs(probabilities[0, 0].item() - first) < 0.001, setting


def test_rows_sum_to_one(student):
    probabilities = student.next_probabilities(torch.randn(6, 20), temperature=0.7, top_k=8, top_p=0.9)
    torch.testing.assert_close(probabilities.sum(1), torch.ones(6))


def test_one_token_for_each_row(student):
    tokens = student.draw(torch.eye(4))
    assert tokens.tolist() == [0, 1, 2, 3]
