import torch


def test_weights_sum_to_one(student):
    _, weights = student.attention(torch.randn(2, 5, 8), torch.randn(2, 7, 8), torch.randn(2, 7, 8))
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 5))


def test_attention_matches(student):
    q, k, v = torch.randn(2, 5, 8), torch.randn(2, 7, 8), torch.randn(2, 7, 8)
    out, _ = student.attention(q, k, v)
    torch.testing.assert_close(out, torch.nn.functional.scaled_dot_product_attention(q, k, v))


def test_mask_hides(student):
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    _, weights = student.attention(torch.randn(5, 8), torch.randn(5, 8), torch.randn(5, 8), mask)
    assert (weights.triu(1) == 0).all()


def test_network_shape(student):
    assert student.SmallCNN()(torch.randn(32, 1, 28, 28)).shape == (32, 10)


def test_network_parameters(student):
    assert sum(p.numel() for p in student.SmallCNN().parameters()) == 9098


def test_training_lowers_the_loss(student):
    images, labels = torch.randn(32, 1, 28, 28), torch.randint(0, 10, (32,))
    losses = student.train(student.SmallCNN(), images, labels, 20)
    assert losses[-1] < losses[0]
