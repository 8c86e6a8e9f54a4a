"""What Run runs: the examples of the statement."""
import torch


def test_a_turn_by_three_radians(student):
    result = student.rotate(torch.tensor([[1.0, 0.0]]), torch.tensor([3]))
    torch.testing.assert_close(result, torch.tensor([[-0.98999, 0.14112]]), atol=1e-4, rtol=0)


def test_position_zero_is_not_turned(student):
    x = torch.randn(2, 1, 6)
    torch.testing.assert_close(student.rotate(x, torch.tensor([0])), x)


def test_score_of_the_statement(student):
    q = k = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    scores = student.rotary_scores(q, k, start=2)  # queries at 2 and 3, keys at 0 and 1
    assert scores.shape == (2, 2)
    torch.testing.assert_close(scores[1, 1].item(), -0.29426, atol=1e-4, rtol=0)


def test_rows_of_one_head(student):
    weight = torch.arange(6.0)[:, None]  # (6, 1): row i holds the number i
    assert student.halves_to_pairs(weight, 1).flatten().tolist() == [0, 3, 1, 4, 2, 5]
