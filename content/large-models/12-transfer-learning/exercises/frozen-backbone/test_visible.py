"""What Run runs: shapes, modes, and a training on half of your images."""
import torch


def test_logits(student):
    model = student.Transfer(student.load_backbone(), 64, 5)
    assert model(torch.zeros(3, 1, 28, 28)).shape == (3, 5)


def test_the_backbone_stays_in_evaluation_mode(student):
    model = student.Transfer(student.load_backbone(), 64, 5)
    model.train()
    assert model.head.training
    assert not model.backbone.training


def test_half_of_the_images_teach_something(student):
    images, labels = student.load_digits()
    model = student.Transfer(student.load_backbone(), 64, 5)
    student.fit(model, images[:125], labels[:125])
    right = (student.predict(model, images[125:]) == labels[125:]).float().mean().item()
    print(f"{right:.0%} of the other images right")
    assert right > 0.4
