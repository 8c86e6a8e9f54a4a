"""Hidden tests: shares are counted over thousands of tokens; where they must be exact, place by place."""
import torch
from graders.examiner import check, feedback

VOCABULARY, SPECIAL, MASK = 40, 5, 2


def masked(student, tokens, share, vocabulary=VOCABULARY, special=SPECIAL, mask=MASK):
    before = tokens.clone()
    answer = student.mask_tokens(tokens, share, vocabulary, special, mask)
    check.length(answer, 2, name="mask_tokens(...)")
    for name, part in zip(("inputs", "labels"), answer, strict=True):
        check.shape(part, tuple(tokens.shape), name=name)
        check.dtype(part, torch.int64, name=name)
    check.close(tokens, before, name="tokens after the call")
    return answer


def ordinary(n, length, vocabulary=VOCABULARY, special=SPECIAL):
    return torch.randint(special, vocabulary, (n, length))


def test_shares(student):
    tokens = ordinary(120, 100)
    for share in (0.15, 0.5):
        _, labels = masked(student, tokens, share)
        chosen = labels != -100
        assert abs(chosen.float().mean().item() - share) < 0.03
        assert chosen.float().mean(1).std() > 0.02 and chosen.float().mean(0).std() > 0.02
    assert (masked(student, tokens, 0.0)[1] == -100).all()
    check.close(masked(student, tokens, 1.0)[1], tokens, name="labels with the share 1")


def test_labels(student):
    for n, length in ((60, 50), (1, 30), (30, 1)):
        tokens = ordinary(n, length)
        inputs, labels = masked(student, tokens, 0.4)
        chosen = labels != -100
        if (labels[chosen] == MASK).any():
            feedback("labels-after-masking")
        check.close(labels[chosen], tokens[chosen], name="labels of the chosen tokens")
        check.close(inputs[~chosen], tokens[~chosen], name="inputs at the other tokens")


def test_80_10_10(student):
    tokens = ordinary(150, 100, 1000)
    inputs, labels = masked(student, tokens, 0.6, 1000)
    chosen = labels != -100
    assert chosen.any()
    hidden = (inputs[chosen] == MASK).float().mean().item()
    same = (inputs[chosen] == tokens[chosen]).float().mean().item()
    other = 1 - hidden - same
    if hidden > 0.99:
        feedback("all-masked")
    if abs(other - 0.02) < 0.012:
        feedback("second-die")
    for found, right in ((hidden, 0.8), (other, 0.1), (same, 0.1)):
        assert abs(found - right) < 0.02
    again = masked(student, tokens[:20], 0.6, 1000)[0]
    assert not torch.equal(again, inputs[:20])


def seeded(submission, tokens, seed):
    generator = submission.torch.Generator().manual_seed(seed)
    return submission.mask_tokens(tokens, 0.3, 40, 5, 2, generator)


def test_special_tokens(student):
    tokens = torch.randint(0, 8, (80, 100))
    inputs, labels = masked(student, tokens, 0.9, 8, 5, 1)
    special = tokens < 5
    assert (labels[special] == -100).all()
    check.close(inputs[special], tokens[special], name="inputs at special tokens")
    drawn = inputs[~special & (inputs != 1)]
    assert set(drawn.tolist()) == {5, 6, 7}
    changed = inputs[(tokens == 5) & (inputs != 1) & (inputs != 5)]
    shares = torch.bincount(changed, minlength=8)[6:].float()
    assert (shares / shares.sum() - 0.5).abs().max() < 0.25
    tokens = ordinary(20, 30)
    first, again, other = (student.run(seeded, tokens, seed) for seed in (1, 1, 2))
    for name, ours, theirs in zip(("inputs", "labels"), again, first, strict=True):
        check.close(ours, theirs, name=f"{name} with an equal generator")
    assert not torch.equal(first[1], other[1])


def test_loss(student):
    for n, length, size in ((4, 6, 9), (1, 3, 2)):
        logits, labels = torch.randn(n, length, size, requires_grad=True), torch.randint(size, (n, length))
        labels[torch.rand(n, length) < 0.5] = -100
        labels[0, 0] = 1
        rows = [logits[i, j].log_softmax(0)[labels[i, j]] for i in range(n) for j in range(length) if labels[i, j] >= 0]
        right = -torch.stack(rows).mean()
        check.close(student.masked_loss(logits.detach(), labels), right.detach(), name="masked_loss(logits, labels)")
        right.backward()
        check.close(student.run(gradient, logits.detach(), labels), logits.grad, name="gradient of the logits")


def gradient(submission, logits, labels):
    leaf = logits.clone().requires_grad_()
    submission.masked_loss(leaf, labels).backward()
    return leaf.grad
