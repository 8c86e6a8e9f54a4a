"""Hidden tests: what a classifier of sequences must do, whatever its parts are called."""
import math

import torch
from graders.examiner import check, feedback
from torch import nn

SETTINGS = [(20, 16, 4, 2, 3), (30, 24, 3, 1, 5), (12, 8, 2, 3, 2)]  # vocabulary, width, heads, layers, classes


def ready(student, settings, seed=0):
    """A model in eval mode."""
    model = student.run(make, settings, seed)
    model.eval()
    return model


def make(submission, settings, seed):
    import torch

    torch.manual_seed(seed)
    return submission.SequenceClassifier(*settings)


def tokens_for(settings, n, length):
    return torch.randint(1, settings[0], (n, length))


def logits(model, tokens, settings):
    """What the model says; a wrong shape or type is refused first."""
    result = model(tokens)
    if isinstance(result, torch.Tensor) and result.shape == (len(tokens), settings[1]) != (len(tokens), settings[4]):
        feedback("no-output-layer")
    check.shape(result, (len(tokens), settings[4]), name="logits")
    check.dtype(result, torch.float32, name="logits")
    check.finite(result, name="logits")
    return result.detach()


def built(submission, settings):
    from torch import nn  # this runs on the other side

    parts = list(submission.SequenceClassifier(*settings).modules())
    return [part.self_attn.num_heads for part in parts if isinstance(part, nn.TransformerEncoderLayer)]


def test_logits(student):
    for settings in SETTINGS:
        model = ready(student, settings)
        result = logits(model, tokens_for(settings, 200, 4), settings)
        all_of_them = torch.cat([logits(ready(student, settings, seed), tokens_for(settings, 20, 4), settings) for seed in (1, 2, 3)])
        if (all_of_them >= 0).all():
            feedback("never-negative")
        assert (all_of_them < 0).any() and (all_of_them > 0).any()
        assert not torch.allclose(result.exp().sum(-1), torch.ones(200), atol=1e-3)  # no log-probabilities either
        assert result.std(0).min() > 1e-3
        check.equal(list(student.run(built, settings)), [settings[2]] * settings[3], name="the heads of each layer")


def test_sequences_are_independent(student):
    for settings in SETTINGS:
        model, tokens = ready(student, settings), tokens_for(settings, 6, 6)
        together = logits(model, tokens, settings)
        alone = torch.cat([logits(model, tokens[i : i + 1], settings) for i in range(6)])
        if not torch.allclose(alone, together, atol=1e-4):
            feedback("batch-mixed")
        check.close(alone, together, name="logits one by one", rtol=1e-4, atol=1e-5)
        check.close(logits(model, tokens.flip(0), settings).flip(0), together, name="logits in reverse order", rtol=1e-4, atol=1e-5)
        before = tokens.clone()
        model(tokens)
        check.equal(tokens, before, name="tokens after the call")


def test_order_matters(student):
    for settings in SETTINGS:
        model, tokens = ready(student, settings), torch.stack([torch.randperm(settings[0] - 1)[:7] + 1 for _ in range(5)])
        first = logits(model, tokens, settings)
        for order in (list(range(6, -1, -1)), [1, 0, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 6, 5]):
            difference = (logits(model, tokens[:, order], settings) - first).abs().amax(1)
            if (difference < 1e-5).all():
                feedback("a-set")
            assert (difference > 1e-4).all()


def test_padding(student):
    for settings in SETTINGS:
        model, tokens = ready(student, settings), tokens_for(settings, 4, 5)
        first = logits(model, tokens, settings)
        for more in (1, 4, 11):
            padded = torch.cat([tokens, torch.zeros(4, more, dtype=torch.long)], 1)
            check.close(logits(model, padded, settings), first, name=f"logits with {more} places of padding", rtol=1e-4, atol=1e-5)
        mixed = torch.zeros(4, 9, dtype=torch.long)
        for row, length in enumerate((9, 1, 5, 3)):
            mixed[row, :length] = tokens_for(settings, 1, length)
        together = logits(model, mixed, settings)
        alone = torch.cat([logits(model, mixed[i : i + 1, :n], settings) for i, n in enumerate((9, 1, 5, 3))])
        check.close(together, alone, name="logits of sequences of different lengths", rtol=1e-4, atol=1e-5)
        assert not torch.allclose(first, logits(model, tokens[:, :4], settings), atol=1e-4)  # the last token counts


def test_any_length(student):
    settings = SETTINGS[0]
    model = ready(student, settings)
    for length in (1, 2, 64, 300, 900):
        tokens = tokens_for(settings, 2, length)
        first = logits(model, tokens, settings)
        changed = tokens.clone()
        changed[:, -1] = tokens[:, -1] % (settings[0] - 1) + 1
        assert ((logits(model, changed, settings) - first).abs().amax(1) > 1e-6).all()


def expected(state, settings, tokens, *, mean=True):
    """The repaired network, with the parameters of the student's."""
    vocabulary, width, heads, layers, classes = settings
    layer = nn.TransformerEncoderLayer(width, heads, 4 * width, dropout=0.0, batch_first=True)
    encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
    encoder.load_state_dict({name.removeprefix("encoder."): value for name, value in state.items() if name.startswith("encoder.")})
    rows = [[f(p * 10000.0 ** (-2 * i / width)) for i in range(width // 2) for f in (math.sin, math.cos)] for p in range(tokens.shape[1])]
    with torch.no_grad():
        h = encoder(state["embed.weight"][tokens] + torch.tensor(rows), src_key_padding_mask=tokens == 0)
        total = torch.stack([vectors[: int((row != 0).sum())].sum(0) for vectors, row in zip(h, tokens, strict=True)])
        pooled = total / (tokens != 0).sum(1, keepdim=True) if mean else total
        return pooled @ state["output.weight"].T + state["output.bias"]


def test_values(student):
    for settings in SETTINGS:
        model, tokens = ready(student, settings), tokens_for(settings, 4, 7)
        tokens[1, 3:], tokens[2, 1:] = 0, 0
        actual, state = logits(model, tokens, settings), model.state_dict()
        for name, shape in (("embed.weight", settings[:2]), ("output.weight", (settings[4], settings[1])), ("output.bias", settings[4:])):
            assert name in state, name
            check.shape(state[name], shape, name=name)
        if torch.allclose(actual, expected(state, settings, tokens, mean=False), atol=1e-3):
            feedback("sum")
        check.close(actual, expected(state, settings, tokens), name="logits", rtol=1e-3, atol=1e-4)


def which_comes_first(n):
    """Sequences of 4 to 8 tokens with one 3 and one 4 in them, and whether the 3 comes first."""
    tokens, labels = torch.randint(5, 20, (n, 8)), torch.zeros(n, dtype=torch.long)
    for row, length in enumerate(torch.randint(4, 9, (n,)).tolist()):
        a, b = torch.randperm(length)[:2].tolist()
        tokens[row, a], tokens[row, b], tokens[row, length:] = 3, 4, 0
        labels[row] = int(a < b)
    return tokens, labels


def trained(submission, tokens, labels):
    import torch

    torch.manual_seed(0)
    model = submission.SequenceClassifier(20, 32, 4, 1, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(150):
        batch = torch.randint(len(tokens), (64,))
        loss = torch.nn.functional.cross_entropy(model(tokens[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def test_learns(student):
    logits(ready(student, (20, 32, 4, 1, 2)), torch.randint(1, 20, (2, 5)), (20, 32, 4, 1, 2))
    model = student.run(trained, *which_comes_first(2500))
    tokens, labels = which_comes_first(400)
    right = (logits(model, tokens, (20, 32, 4, 1, 2)).argmax(1) == labels).float().mean().item()
    feedback("accuracy", percent=round(100 * right, 1))
    assert right >= 0.9
