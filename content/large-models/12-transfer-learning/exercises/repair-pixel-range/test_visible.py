"""What Run runs: the range of the numbers, and whether the network answers the same twice."""
import torch


def test_the_range(student):
    images = torch.zeros(1, 28, 28, dtype=torch.uint8)
    images[0, 14, 14] = 255
    prepared = student.prepare(images)
    assert prepared.shape == (1, 1, 28, 28)
    print(f"from {prepared.min().item():.2f} to {prepared.max().item():.2f}")
    assert prepared.min() == -1 and prepared.max() == 1


def test_the_same_answer_twice(student):
    model, images = student.load_classifier(), torch.randint(0, 256, (4, 28, 28), dtype=torch.uint8)
    first = student.logits_of(model, images)
    torch.testing.assert_close(student.logits_of(model, images[:1]), first[:1], rtol=1e-3, atol=1e-3)
