"""What Run runs: the small parts, and a training with 300 texts."""
import torch


def test_vocabulary(student):
    assert student.build_vocabulary(["春风又绿", "春风春"]) == {"春": 2, "风": 3}


def test_batch(student):
    ids = student.to_batch(["春风", "绿", "风春风"], {"春": 2, "风": 3})
    assert ids.tolist() == [[2, 3, 0], [1, 0, 0], [3, 2, 3]]


def test_data(student):
    texts, labels = student.load_poems()
    assert len(texts) == len(labels) == 5000


def small_training(submission):
    texts, labels = submission.load_poems()
    return submission.train(texts[:300], labels[:300])


def test_a_small_training(student):
    model = student.run(small_training)
    result = student.predict(model, ["俺也曾到那里。", "明月几时有，把酒问青天。"])
    assert result.shape == (2,)
    assert result.dtype == torch.float32
    assert 0 <= result.min() and result.max() <= 1
