"""Hidden tests: weights are set, and outputs and gradients computed again outside, from W + (alpha / rank) B A."""
import torch
from graders.examiner import check, feedback

CASES = [(6, 4, 2, 4.0, True), (5, 7, 3, 1.5, False), (8, 8, 1, 8.0, True)]


def wrapped(submission, inputs, outputs, rank, alpha, bias):
    return submission.LoRALinear(submission.nn.Linear(inputs, outputs, bias=bias), rank, alpha)


def random_state(inputs, outputs, rank, bias):
    state = {"layer.weight": torch.randn(outputs, inputs), "a": torch.randn(rank, inputs), "b": torch.randn(outputs, rank)}
    return state | ({"layer.bias": torch.randn(outputs)} if bias else {})


def expected(state, x, scale):
    return x @ (state["layer.weight"] + scale * state["b"] @ state["a"]).T + state.get("layer.bias", 0.0)


def wants(submission, model):
    return {name: parameter.requires_grad for name, parameter in model.named_parameters()}


def test_parameters(student):
    for inputs, outputs, rank, alpha, bias in CASES:
        model = student.run(wrapped, inputs, outputs, rank, alpha, bias)
        names = {"layer.weight", "a", "b"} | ({"layer.bias"} if bias else set())
        state = model.state_dict()
        assert set(state) == names
        check.shape(state["a"], (rank, inputs), name="a")
        check.shape(state["b"], (outputs, rank), name="b")
        check.equal(student.run(wants, model), {name: name in ("a", "b") for name in student.run(wants, model)}, name="requires_grad")
        assert set(student.run(wants, model)) == names


def test_starts_as_the_old_layer(student):
    for inputs, outputs, rank, alpha, bias in CASES:
        model, x = student.run(wrapped, inputs, outputs, rank, alpha, bias), torch.randn(3, inputs)
        state = model.state_dict()
        if not state["a"].any() and not state["b"].any():
            feedback("both-zero")
        assert state["a"].any() and not state["b"].any()
        right = x @ state["layer.weight"].T + state.get("layer.bias", 0.0)
        check.close(model(x), right, name="output in the beginning", rtol=1e-4, atol=1e-5)
    large = student.run(wrapped, 400, 3, 50, 1.0, True).state_dict()["a"]
    assert abs(large.std().item() * 20 - 1) < 0.25 and abs(large.mean().item()) < 0.01
    other = student.run(wrapped, 400, 3, 50, 1.0, True).state_dict()["a"]
    assert not torch.equal(large, other)


def test_values(student):
    for inputs, outputs, rank, alpha, bias in CASES:
        model, state = student.run(wrapped, inputs, outputs, rank, alpha, bias), random_state(inputs, outputs, rank, bias)
        model.load_state_dict(state)
        for shape in ((4, inputs), (inputs,), (2, 3, inputs)):
            x = torch.randn(shape)
            before, actual = x.clone(), model(x)
            check.close(x, before, name="x after the call")
            plain = expected(state, x, 1.0)
            if isinstance(actual, torch.Tensor) and actual.shape == plain.shape and torch.allclose(actual, plain, atol=1e-4) and alpha != rank:
                feedback("not-scaled")
            check.close(actual, expected(state, x, alpha / rank), name="output", rtol=1e-4, atol=1e-4)


def gradients(submission, model, x):
    leaf = x.clone().requires_grad_()
    model(leaf).square().sum().backward()
    found = {"a": model.a.grad, "b": model.b.grad, "x": leaf.grad}
    return found, [parameter.grad is None for parameter in model.layer.parameters()]


def test_gradients(student):
    for inputs, outputs, rank, alpha, bias in CASES:
        model, state = student.run(wrapped, inputs, outputs, rank, alpha, bias), random_state(inputs, outputs, rank, bias)
        model.load_state_dict(state)
        leaves = {name: value.clone().requires_grad_(name in ("a", "b")) for name, value in state.items()}
        x = torch.randn(4, inputs, requires_grad=True)
        expected(leaves, x, alpha / rank).square().sum().backward()
        found, untouched = student.run(gradients, model, x.detach())
        for name, right in (("a", leaves["a"].grad), ("b", leaves["b"].grad), ("x", x.grad)):
            check.close(found[name], right, name=f"gradient of {name}", rtol=1e-3, atol=1e-3)
        assert all(untouched)


def merged_of(submission, model):
    layer = model.merged()
    return type(layer) is submission.nn.Linear, dict(layer.state_dict()), layer


def test_merge(student):
    for inputs, outputs, rank, alpha, bias in CASES:
        model, state = student.run(wrapped, inputs, outputs, rank, alpha, bias), random_state(inputs, outputs, rank, bias)
        model.load_state_dict(state)
        ordinary, found, layer = student.run(merged_of, model)
        check.equal(ordinary, True, name="merged() is an nn.Linear")
        right = {"weight": state["layer.weight"] + alpha / rank * state["b"] @ state["a"]}
        right |= {"bias": state["layer.bias"]} if bias else {}
        check.close(found, right, name="merged().state_dict()", rtol=1e-4, atol=1e-4)
        x = torch.randn(3, inputs)
        check.close(layer(x), expected(state, x, alpha / rank), name="output of the merged layer", rtol=1e-4, atol=1e-4)
        check.close(dict(model.state_dict()), state, name="the module after merging")


def network(submission):
    nn = submission.nn
    model = nn.Sequential(nn.Linear(6, 8), nn.Sequential(nn.LayerNorm(8), nn.Sequential(nn.Linear(8, 8, bias=False))), nn.Linear(8, 3))
    weights = [model[0].weight.detach().clone(), model[1][1][0].weight.detach().clone(), model[2].weight.detach().clone()]
    x = submission.torch.randn(4, 6)
    before = model(x).detach()
    answer = submission.add_lora(model, 2, 4.0)
    kinds = [isinstance(layer, submission.LoRALinear) for layer in (model[0], model[1][1][0], model[2])]
    kept = [submission.torch.equal(layer.layer.weight, old) for layer, old in zip((model[0], model[1][1][0], model[2]), weights)]
    return answer, kinds, kept, before, model(x).detach(), {name: p.requires_grad for name, p in model.named_parameters()}


def test_every_linear_layer(student):
    answer, kinds, kept, before, after, wanted = student.run(network)
    assert answer is None
    check.equal(kinds, [True] * 3, name="which layers are wrapped")
    check.equal(kept, [True] * 3, name="which weights are the old ones")
    check.close(after, before, name="output of the network", rtol=1e-4, atol=1e-5)
    assert sum(wanted.values()) == 6
    for name, value in wanted.items():
        check.equal(value, name.endswith((".a", ".b")), name=f"requires_grad of {name}")
