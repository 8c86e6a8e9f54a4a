"""Hidden tests: the student's code trains inside the sandbox on its own texts; weights and hidden labels are compared outside."""
import json
from pathlib import Path

import numpy as np
import torch
from graders.examiner import check, feedback, score
from torch import nn

HIDDEN = Path(__file__).parent / "hidden"
POEMS = json.loads((HIDDEN / "poems.json").read_text(encoding="utf-8"))
TEXTS, LABELS = POEMS["texts"], torch.tensor(POEMS["labels"])


class Encoder(nn.Module):
    """The encoder of the starter."""

    def __init__(self, size):
        super().__init__()
        self.token = nn.Embedding(size, 64, padding_idx=0)
        self.place = nn.Embedding(64, 64)
        layer = nn.TransformerEncoderLayer(64, 4, 256, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, nn.LayerNorm(64), enable_nested_tensor=False)

    def forward(self, ids):
        x = self.token(ids) + self.place(torch.arange(ids.shape[1]))
        return self.layers(x, src_key_padding_mask=ids == 0)


def right_weights():
    with np.load(HIDDEN / "encoder.npz") as file:
        weights = {name: torch.from_numpy(file[name]).float() for name in file.files if name != "characters"}
        return weights, str(file["characters"])


def some_ids(size, n=6, length=9):
    ids = torch.randint(4, size, (n, length))
    ids[:, 0] = 2
    for row in range(1, n):
        ids[row, length - row :] = 0
    return ids


def loaded(submission, ids):
    encoder, characters = submission.load_encoder()
    kind = isinstance(encoder, submission.Encoder)
    with submission.torch.no_grad():
        return kind, characters, encoder(ids), dict(encoder.state_dict())


def test_the_pretrained_weights(student):
    weights, characters = right_weights()
    ids = some_ids(len(characters) + 4)
    kind, theirs, out, state = student.run(loaded, ids)
    check.equal(kind, True, name="load_encoder() gives an Encoder")
    check.equal(theirs, characters, name="the characters")
    check.equal(sorted(state), sorted(weights), name="names of the weights")
    for name, value in weights.items():
        check.dtype(state[name], torch.float32, name=name)
        check.close(state[name], value, name=name)
    encoder = Encoder(len(characters) + 4)
    encoder.load_state_dict(weights)
    with torch.no_grad():
        real = ids != 0
        check.close(out[real], encoder(ids)[real], name="output of the encoder", rtol=1e-3, atol=1e-4)


def test_ids_of_texts(student):
    for texts, rows in [
        (["ab一", "b", "xay", ""], [[2, 5, 4, 6], [2, 4, 0, 0], [2, 1, 5, 1], [2, 0, 0, 0]]),
        (["一一一一"], [[2, 6, 6, 6, 6]]),
        ([""], [[2]]),
    ]:
        ids = student.to_ids(texts, "ba一")
        check.dtype(ids, torch.int64, name="to_ids(texts, characters)")
        check.equal(ids, torch.tensor(rows), name="to_ids(texts, characters)")
    long = student.to_ids(["ab" * 50, "a"], "ba一")
    check.shape(long, (2, 64), name="to_ids of a text with 100 characters")
    check.equal(long[0].tolist(), [2, *([5, 4] * 32)[:63]], name="to_ids of a text with 100 characters")


def classified(submission, size, state, ids, wider):
    model = submission.Classifier(submission.Encoder(size))
    model.load_state_dict(state)
    model.eval()
    with submission.torch.no_grad():
        return model(ids), model(wider), model.head.__class__ is submission.nn.Linear


def test_the_head(student):
    size, torch_state = 30, {}
    encoder = Encoder(size)
    head = nn.Linear(64, 2)
    for name, module in (("encoder", encoder), ("head", head)):
        torch_state |= {f"{name}.{key}": value.detach() for key, value in module.state_dict().items()}
    ids = some_ids(size)
    wider = torch.cat([ids, torch.zeros(len(ids), 4, dtype=torch.int64)], 1)
    logits, padded, linear = student.run(classified, size, torch_state, ids, wider)
    check.equal(linear, True, name="head is an nn.Linear")
    with torch.no_grad():
        h = encoder(ids)
        means = torch.stack([h[row][ids[row] != 0].mean(0) for row in range(len(ids))])
        everywhere = head(h.mean(1))
        right = head(means)
    if logits.shape == right.shape and torch.allclose(logits, everywhere, atol=1e-4):
        feedback("padding-counts")
    if logits.shape == right.shape and torch.allclose(logits, head(h[:, 0]).detach(), atol=1e-4):
        feedback("first-token")
    check.close(logits, right, name="Classifier(encoder)(ids)", rtol=1e-3, atol=1e-4)
    check.close(padded, right, name="Classifier(encoder)(ids) with more padding", rtol=1e-3, atol=1e-4)


def trained(submission):
    """A model from all texts, trained once."""
    if not hasattr(submission, "_trained"):
        submission._trained = submission.train(*submission.load_poems())
    return submission._trained


def probabilities(student, texts):
    """What predict says; a wrong shape or type is refused first."""
    result = student.predict(student.run(trained), texts)
    check.shape(result, (len(texts),), name="predict(model, texts)")
    check.dtype(result, torch.float32, name="predict(model, texts)")
    check.finite(result, name="predict(model, texts)")
    assert 0 <= result.min() and result.max() <= 1
    return result


def test_each_text_by_itself(student):
    texts = TEXTS[:30]
    together = probabilities(student, texts)
    assert not together.requires_grad and together.unique().numel() > 15
    check.close(probabilities(student, texts), together, name="predict, called again")
    longer = probabilities(student, [*texts, "".join(TEXTS[30:33])])[:-1]
    check.close(longer, together, name="predict beside a longer text", atol=1e-4)
    singles = torch.cat([probabilities(student, [text]) for text in texts[:8]])
    check.close(singles, together[:8], name="predict text by text", atol=1e-4)
    probabilities(student, ["", "龘靐齉"])


def accuracy(student):
    right = ((probabilities(student, TEXTS) > 0.5).long() == LABELS).float().mean().item()
    if right < 0.4:
        feedback("swapped", percent=round(100 * right, 1))
    feedback("accuracy", percent=round(100 * right, 1))
    return right


def trained_the_other_way(submission):
    """A model from half of the texts, with every label turned round."""
    texts, labels = submission.load_poems()
    return submission.train(texts[::2], [1 - label for label in labels[::2]])


def test_learns(student):
    assert accuracy(student) >= 0.66
    turned = student.predict(student.run(trained_the_other_way), TEXTS[:200])
    check.shape(turned, (200,), name="predict(model, texts)")
    if ((turned > 0.5).long() == LABELS[:200]).float().mean().item() > 0.5:
        feedback("own-texts")
        raise AssertionError("train does not learn from what it is given")


def test_better_than_without_pretraining(student):
    right = accuracy(student)
    score(min(1.0, max(0.0, round((right - 0.72) / 0.06, 2))))
    assert right >= 0.78
