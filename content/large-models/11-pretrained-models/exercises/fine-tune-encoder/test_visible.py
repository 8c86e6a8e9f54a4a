"""What Run runs: the small parts, and a training with twenty texts."""
import torch


def test_ids(student):
    assert student.to_ids(["春江", "?"], "江花月春").tolist() == [[2, 7, 4], [2, 1, 0]]


def gap(submission):
    encoder, characters = submission.load_encoder()
    ids = submission.to_ids(["明月几时有，把酒问青天。"], characters)
    ids[0, 2] = submission.MASK
    with submission.torch.no_grad():
        scores = encoder(ids)[0, 2] @ encoder.token.weight.T
    return [characters[i] for i in scores[4:].topk(5).indices]


def test_the_encoder_knows_poetry(student):
    best = student.run(gap)
    print("the gap in 明▢几时有:", " ".join(best))
    assert "月" in best


def small_training(submission):
    texts, labels = submission.load_poems()
    return submission.train(texts[:20], labels[:20])


def test_a_small_training(student):
    model = student.run(small_training)
    result = student.predict(model, ["俺也曾到那里。", "明月几时有，把酒问青天。"])
    assert result.shape == (2,)
    assert result.dtype == torch.float32
    assert 0 <= result.min() and result.max() <= 1
