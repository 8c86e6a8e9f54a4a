"""What Run runs: shapes, and a case whose answer is known without calculating."""
import torch


def test_the_mask_of_the_statement(student):
    assert student.causal_mask(4, 3).sum(1).tolist() == [5, 6, 7]


def test_shapes(student):
    attention = student.CachedAttention(12, 3)
    output, cache = attention(torch.randn(2, 4, 12))
    assert output.shape == (2, 4, 12)
    assert cache[0].shape == cache[1].shape == (2, 3, 4, 4)
    output, cache = attention(torch.randn(2, 1, 12), cache)
    assert output.shape == (2, 1, 12)
    assert cache[0].shape == cache[1].shape == (2, 3, 5, 4)


def test_equal_positions_get_equal_outputs(student):
    attention, x = student.CachedAttention(8, 2), torch.randn(1, 1, 8)
    first, cache = attention(x)
    second, _ = attention(x, cache)
    torch.testing.assert_close(second, first)


def test_two_pieces_are_as_good_as_one(student):
    attention, x = student.CachedAttention(8, 2), torch.randn(1, 5, 8)
    whole, _ = attention(x)
    _, cache = attention(x[:, :3])
    rest, _ = attention(x[:, 3:], cache)
    torch.testing.assert_close(rest, whole[:, 3:])
