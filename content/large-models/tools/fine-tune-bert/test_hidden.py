"""Hidden tests: ids are written by hand, logits computed again from the vectors that the encoder gives."""
import json
from pathlib import Path

import torch
from graders.examiner import check, feedback

TOY = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "月": 4, "几": 5, "时": 6, "有": 7, "a": 8}
POEMS = json.loads((Path(__file__).parent / "hidden" / "poems.json").read_text(encoding="utf-8"))
TEXTS, LABELS = POEMS["texts"], torch.tensor(POEMS["labels"])


def test_ids_of_texts(student):
    ids = student.to_ids(["月几", "时有月A", ""], TOY)
    check.dtype(ids, torch.int64, name="to_ids(texts, vocabulary)")
    check.equal(ids.tolist(), [[2, 4, 5, 3, 0, 0], [2, 6, 7, 4, 8, 3], [2, 3, 0, 0, 0, 0]], name="to_ids(texts, vocabulary)")
    check.equal(student.to_ids(["月月月月月", "龘"], TOY, 5).tolist(), [[2, 4, 4, 4, 3], [2, 1, 3, 0, 0]], name="to_ids of at most 5")
    check.shape(student.to_ids(["月" * 90], TOY), (1, 48), name="to_ids of a long text")


def classified(submission, ids):
    """Logits of a classifier, the vectors they come from, and the head."""
    torch = submission.torch
    bert, _ = submission.load_bert()
    model = submission.Classifier(bert).eval()
    with torch.no_grad():
        return model(ids), bert.eval()(ids), model.head.weight.detach(), model.head.bias.detach(), model.bert is bert


def test_the_head(student):
    ids = torch.tensor([[2, 4, 5, 6, 3, 0, 0], [2, 7, 3, 0, 0, 0, 0], [2, 4, 5, 6, 4, 5, 3]])
    logits, vectors, weight, bias, same = student.run(classified, ids)  # vectors (3, 7, width)
    check.equal(same, True, name="Classifier(bert).bert is bert")
    right = vectors[:, 0] @ weight.T + bias
    if logits.shape == right.shape and torch.allclose(logits, vectors.mean(1) @ weight.T + bias, atol=1e-4):
        feedback("mean")
    check.close(logits, right, name="Classifier(bert)(ids)", rtol=1e-3, atol=1e-4)


def trained(submission):
    """A model from all texts, trained once."""
    if not hasattr(submission, "_trained"):
        submission._trained = submission.train(*submission.load_poems())
    return submission._trained


def probabilities(student, texts):
    result = student.predict(student.run(trained), texts)
    check.shape(result, (len(texts),), name="predict(model, texts)")
    check.dtype(result, torch.float32, name="predict(model, texts)")
    check.finite(result, name="predict(model, texts)")
    assert 0 <= result.min() and result.max() <= 1
    return result


def test_each_text_by_itself(student):
    texts = TEXTS[:12]
    together = probabilities(student, texts)
    assert not together.requires_grad and together.unique().numel() > 6
    check.close(probabilities(student, texts), together, name="predict, called again")
    singles = torch.cat([probabilities(student, [text]) for text in texts[:4]])
    check.close(singles, together[:4], name="predict text by text", atol=1e-4)


def watched(submission):
    """The weights with which the training begins: those that the first call of the encoder meets."""
    texts, labels = submission.load_poems()
    bert, _ = submission.load_bert()
    want, seen, forward = bert.token.weight.detach().clone(), [], submission.Bert.forward

    def first(self, ids):
        if not seen:
            seen.append(bool(submission.torch.equal(self.token.weight.detach().cpu(), want)))
        return forward(self, ids)

    submission.Bert.forward = first
    try:
        submission.train(texts[:4], labels[:4])
    finally:
        submission.Bert.forward = forward
    return seen[0] if seen else False


def test_it_begins_with_the_weights(student):
    if not student.run(watched):
        feedback("from-nothing")
        raise AssertionError("train does not begin with the pretrained weights")


def test_learns(student, sizes):
    right = ((probabilities(student, TEXTS) > 0.5).long() == LABELS).float().mean().item()
    feedback("accuracy", percent=round(100 * right, 1))
    assert right >= sizes.accuracy
