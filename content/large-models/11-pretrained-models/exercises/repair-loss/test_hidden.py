"""Hidden tests: losses, gradients and predictions are computed again outside, from weights that are set."""
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F

RATE = 0.5


def random_state(vocabulary=20, width=6, classes=3):
    state = {"embed.weight": torch.randn(vocabulary, width), "classify.weight": torch.randn(classes, width)}
    return state | {"classify.bias": torch.randn(classes)}


def batch(n=6, length=7):
    tokens = torch.randint(1, 20, (n, length))
    for row in range(n):
        tokens[row, length - row % (length - 1) :] = 0
    return tokens, torch.randint(3, (n,))


def logits_of(state, tokens):
    rows = [torch.tanh(state["embed.weight"][row[row != 0]].mean(0)) for row in tokens]
    return torch.stack(rows) @ state["classify.weight"].T + state["classify.bias"]


def after_step(state, tokens, labels):
    """The loss, and the weights after one step of plain gradient descent."""
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    loss = F.cross_entropy(logits_of(leaves, tokens), labels)
    loss.backward()
    return loss.item(), {name: value.detach() - RATE * value.grad for name, value in leaves.items()}


def steps(submission, state, batches, dropout):
    """Losses and weights of several steps, and the mode in which the model was."""
    model = submission.TinyClassifier(20, 6, 3, dropout)
    model.load_state_dict(state)
    model.eval()
    optimizer = submission.torch.optim.SGD(model.parameters(), lr=0.5)
    seen, modes = [], []
    model.register_forward_hook(lambda module, *_: modes.append(module.training))
    for tokens, labels in batches:
        loss = submission.step(model, optimizer, tokens, labels)
        seen.append((loss, {name: value.detach().clone() for name, value in model.named_parameters()}))
    return seen, modes


def test_the_loss_is_a_number(student):
    state, (tokens, labels) = random_state(), batch()
    kept = tokens.clone(), labels.clone()
    ((loss, _),), modes = student.run(steps, state, [(tokens, labels)], 0.0)
    check.close(loss, after_step(state, tokens, labels)[0], name="the result of step", rtol=1e-4, atol=1e-5)
    check.equal(modes, [True], name="training mode in step")
    assert torch.equal(tokens, kept[0]) and torch.equal(labels, kept[1])


def test_one_step(student):
    state, batches = random_state(), [batch(), batch(4, 5), batch(1, 3)]
    seen, _ = student.run(steps, state, batches, 0.0)
    gathered = None
    for number, ((loss, found), (tokens, labels)) in enumerate(zip(seen, batches, strict=True)):
        told, right = after_step(state, tokens, labels)
        moved = {name: state[name] - right[name] for name in state}
        if number and gathered is not None:
            added = {name: state[name] - moved[name] - gathered[name] for name in state}
            if all(torch.allclose(found[name], added[name], atol=1e-4) for name in state):
                feedback("added-up")
        check.close(loss, told, name="the result of step", rtol=1e-4, atol=1e-5)
        for name, value in right.items():
            check.close(found[name], value, name=f"{name} after step {number + 1}", rtol=1e-4, atol=1e-4)
        state, gathered = right, moved


def test_padding_has_no_influence(student):
    state, (tokens, labels) = random_state(), batch()
    wider = torch.cat([tokens, torch.zeros(6, 5, dtype=torch.int64)], 1)
    for form in (tokens, wider):
        ((loss, found),), _ = student.run(steps, state, [(form, labels)], 0.0)
        told, right = after_step(state, tokens, labels)
        check.close(loss, told, name="the loss with more padding", rtol=1e-4, atol=1e-5)
        check.close(found["embed.weight"], right["embed.weight"], name="embed.weight after a step", rtol=1e-4, atol=1e-4)


def test_predictions(student):
    state = random_state()
    tokens, _ = batch(60, 8)
    model = student.TinyClassifier(20, 6, 3)
    model.load_state_dict(state)
    for prepare in (model.train, model.eval):
        prepare()
        predictions = student.predict(model, tokens)
        check.dtype(predictions, torch.int64, name="predict(model, tokens)")
        check.close(predictions, logits_of(state, tokens).argmax(1), name="predict(model, tokens)")
    check.close(dict(model.state_dict()), state, name="the weights after predicting")
