"""What Run runs: a short training on 500 of your images, and an estimate on 500 others."""
import torch


def test_the_images_are_there(student):
    images, labels = student.load_digits()
    assert images.shape == (8000, 28, 28) and images.dtype == torch.uint8
    assert labels.shape == (8000,) and labels.dtype == torch.int64


def test_training_on_500_images_beats_guessing(student):
    images, labels = student.load_digits()
    model = student.train(images[:500], labels[:500])
    predictions = student.predict(model, images[-500:])
    assert predictions.shape == (500,)
    correct = (predictions == labels[-500:]).float().mean().item()
    print(f"trained on 500 images, right on {correct:.1%} of 500 others")
    assert correct > 0.5


def test_one_image_gets_one_digit(student):
    images, labels = student.load_digits()
    model = student.train(images[:100], labels[:100])
    assert student.predict(model, images[:1]).shape == (1,)
