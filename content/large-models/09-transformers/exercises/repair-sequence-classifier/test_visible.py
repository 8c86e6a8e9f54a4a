"""What Run runs: what one notices at once, if one looks."""
import torch


def test_shape(student):
    model = student.SequenceClassifier(vocabulary=20, width=16, heads=4, layers=2, classes=3)
    assert model(torch.randint(1, 20, (5, 7))).shape == (5, 3)


def test_one_sequence_alone_and_in_a_batch(student):
    model = student.SequenceClassifier(20, 16, 4, 1, 3)
    model.eval()
    tokens = torch.randint(1, 20, (2, 6))
    torch.testing.assert_close(model(tokens[:1]), model(tokens)[:1], atol=1e-5, rtol=1e-4)


def test_a_longer_batch(student):
    model = student.SequenceClassifier(20, 16, 4, 1, 3)
    model.eval()
    tokens = torch.tensor([[5, 6, 7]])
    padded = torch.tensor([[5, 6, 7, 0, 0]])
    torch.testing.assert_close(model(padded), model(tokens), atol=1e-5, rtol=1e-4)
