"""What Run runs: small cases whose answer is known."""
import torch


def test_the_mask_of_the_statement(student):
    assert student.causal_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_the_shift_of_the_statement(student):
    assert student.shift_right(torch.tensor([[16, 24, 13, 18, 2]]), 1).tolist() == [[1, 16, 24, 13, 18]]


def test_output_shape(student):
    block = student.DecoderBlock(12, 3, 24)
    assert block(torch.randn(2, 4, 12), torch.randn(2, 7, 12)).shape == (2, 4, 12)


def test_the_first_position_does_not_see_the_second(student):
    block, y, memory = student.DecoderBlock(8, 2, 16), torch.randn(1, 2, 8), torch.randn(1, 3, 8)
    torch.testing.assert_close(block(y, memory)[:, :1], block(y[:, :1], memory))


def test_the_memory_has_influence(student):
    block, y = student.DecoderBlock(8, 2, 16), torch.randn(1, 2, 8)
    assert not torch.allclose(block(y, torch.randn(1, 3, 8)), block(y, torch.randn(1, 3, 8)))
