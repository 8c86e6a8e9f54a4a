"""What Run runs: shapes, and shares at their two ends."""
import torch


def test_share_zero_hides_nothing(student):
    tokens = torch.randint(4, 50, (3, 8))
    inputs, labels = student.mask_tokens(tokens, 0.0, 50, 4, 1)
    assert torch.equal(inputs, tokens)
    assert (labels == -100).all()


def test_share_one_asks_for_everything(student):
    tokens = torch.randint(4, 50, (3, 8))
    inputs, labels = student.mask_tokens(tokens, 1.0, 50, 4, 1)
    assert inputs.shape == (3, 8)
    assert torch.equal(labels, tokens)


def test_equal_logits(student):
    loss = student.masked_loss(torch.zeros(2, 3, 10), torch.tensor([[4, -100, -100], [-100, 7, -100]]))
    assert abs(loss.item() - 2.3026) < 0.001
