"""What Run runs: shapes, and two cases whose answer is known without calculating."""
import torch


def test_output_shape(student):
    attention = student.MultiHeadAttention(12, 3)
    assert attention(torch.randn(2, 5, 12)).shape == (2, 5, 12)


def test_four_layers(student):
    state = student.MultiHeadAttention(12, 3).state_dict()
    for name in ("w_q", "w_k", "w_v", "w_o"):
        assert state[f"{name}.weight"].shape == (12, 12)


def test_equal_positions_get_equal_outputs(student):
    attention = student.MultiHeadAttention(8, 2)
    output = attention(torch.randn(1, 1, 8).expand(1, 4, 8))
    torch.testing.assert_close(output, output[:, :1].expand(1, 4, 8))


def test_a_position_that_sees_only_itself_ignores_the_others(student):
    attention, x = student.MultiHeadAttention(8, 2), torch.randn(1, 4, 8)
    alone = attention(x[:, 2:3])
    together = attention(x, mask=torch.eye(4, dtype=torch.bool))
    torch.testing.assert_close(together[:, 2:3], alone)


def test_another_sequence(student):
    attention = student.MultiHeadAttention(8, 2)
    assert attention(torch.randn(2, 3, 8), torch.randn(2, 7, 8)).shape == (2, 3, 8)
