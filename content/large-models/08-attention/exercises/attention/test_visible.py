"""What Run runs: small examples that you can check with a pencil."""
import torch


def test_two_equal_keys_share_the_weight(student):
    q = torch.tensor([[1.0, 0.0]])  # (1, 2)
    k = torch.tensor([[1.0, 0.0], [1.0, 0.0]])  # (2, 2)
    torch.testing.assert_close(student.attention_weights(q, k), torch.tensor([[0.5, 0.5]]))


def test_the_example_of_the_statement(student):
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0]])  # (1, 4)
    k = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])  # (2, 4)
    v = torch.tensor([[10.0, 0.0], [0.0, 10.0]])  # (2, 2)
    weights = student.attention_weights(q, k)
    torch.testing.assert_close(weights, torch.tensor([[0.7311, 0.2689]]), atol=1e-4, rtol=0)
    torch.testing.assert_close(student.attention(q, k, v), torch.tensor([[7.311, 2.689]]), atol=1e-3, rtol=0)


def test_shapes_with_batch_and_heads(student):
    q, k, v = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8), torch.randn(2, 3, 7, 4)
    assert student.attention_weights(q, k).shape == (2, 3, 5, 7)
    assert student.attention(q, k, v).shape == (2, 3, 5, 4)


def test_a_hidden_key_gets_no_weight(student):
    q, k = torch.zeros(1, 2), torch.zeros(3, 2)
    mask = torch.tensor([[True, True, False]])  # the third key is hidden
    torch.testing.assert_close(student.attention_weights(q, k, mask), torch.tensor([[0.5, 0.5, 0.0]]))


def test_a_query_that_sees_nothing_gets_zeros(student):
    q, k, v = torch.randn(2, 4), torch.randn(3, 4), torch.randn(3, 4)
    mask = torch.tensor([[True, True, True], [False, False, False]])
    torch.testing.assert_close(student.attention(q, k, v, mask)[1], torch.zeros(4))
