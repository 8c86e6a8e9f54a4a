"""What Run runs: the ids of two texts, and a training with eight."""
import torch

TOY = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "春": 4, "江": 5}


def test_ids(student):
    assert student.to_ids(["春江", "?"], TOY).tolist() == [[2, 4, 5, 3], [2, 1, 3, 0]]


def small_training(submission):
    texts, labels = submission.load_poems()
    return submission.train(texts[:8], labels[:8])


def test_a_small_training(student):
    result = student.predict(student.run(small_training), ["俺也曾到那里。", "明月几时有，把酒问青天。"])
    assert result.shape == (2,) and result.dtype == torch.float32
    assert 0 <= result.min() and result.max() <= 1
