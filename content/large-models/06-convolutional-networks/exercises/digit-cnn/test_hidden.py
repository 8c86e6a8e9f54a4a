"""Hidden tests: the network's own parameters are fetched and its logits computed again, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F

SHAPES = {
    "conv1.weight": (16, 1, 3, 3),
    "conv1.bias": (16,),
    "conv2.weight": (32, 16, 3, 3),
    "conv2.bias": (32,),
    "fc.weight": (10, 1568),
    "fc.bias": (10,),
}


def expected_logits(state, x):
    x = F.max_pool2d(F.relu(F.conv2d(x, state["conv1.weight"], state["conv1.bias"], padding=1)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, state["conv2.weight"], state["conv2.bias"], padding=1)), 2)
    return x.reshape(len(x), 1568) @ state["fc.weight"].T + state["fc.bias"]


def test_logits_shape(student):
    model = student.CNN()
    for count in (1, 5, 49):
        check.shape(model(torch.randn(count, 1, 28, 28)), (count, 10), name=f"logits of {count} images")


def test_parameters(student):
    state = student.CNN().state_dict()
    count = sum(t.numel() for t in state.values())
    if count != 20490:
        feedback("count", count=count)
    for name, shape in SHAPES.items():
        assert name in state
        check.shape(state[name], shape, name=name)
    assert set(state) == set(SHAPES)


def frozen_model(submission):
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(7, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3, bias=False))
    model[0].weight.requires_grad_(False)
    return model


def nested_model(submission):
    import torch

    block = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Sequential(torch.nn.Linear(4, 2)))
    block.scale = torch.nn.Parameter(torch.ones(2))
    return torch.nn.ModuleDict({"block": block, "last": torch.nn.Linear(2, 1)})


def test_count_parameters(student):
    check.equal(student.count_parameters(student.CNN()), 160 + 4640 + 15690, name="count_parameters(CNN())")
    check.equal(student.count_parameters(student.run(frozen_model)), 5 + 15, name="count_parameters of a model with a frozen part")
    nested = student.run(nested_model)
    check.equal(student.count_parameters(nested), 16 + 10 + 2 + 3, name="count_parameters of modules within modules")


def test_values(student):
    model, x = student.CNN(), torch.randn(6, 1, 28, 28) * 2
    state = {name: torch.randn(shape) * 0.2 for name, shape in SHAPES.items()}
    model.load_state_dict(state)
    check.close(model(x), expected_logits(state, x), name="logits", rtol=1e-3, atol=1e-3)


def test_logits_are_free(student):
    model, x = student.CNN(), torch.randn(40, 1, 28, 28) * 3
    logits = model(x)
    check.shape(logits, (40, 10), name="logits")
    check.finite(logits, name="logits")
    if torch.allclose(logits.sum(1), torch.ones(40), atol=1e-4):
        feedback("softmax-on-logits")
    elif torch.allclose(logits.exp().sum(1), torch.ones(40), atol=1e-3):
        feedback("log-softmax-on-logits")
    elif (logits >= 0).all():
        feedback("relu-on-logits")
    assert (logits < 0).any() and (logits > 0).any()
    assert not torch.allclose(logits.sum(1), torch.ones(40), atol=1e-4)
    assert not torch.allclose(logits.exp().sum(1), torch.ones(40), atol=1e-3)


def test_images_are_independent(student):
    model, x = student.CNN(), torch.randn(8, 1, 28, 28)
    together = model(x)
    check.shape(together, (8, 10), name="logits")
    assert together.std(0).min() > 0
    check.close(model(x.flip(0)).flip(0), together, name="logits in reverse order", rtol=1e-4, atol=1e-5)
    louder = torch.cat([x[:3], x[3:] * 50])
    check.close(model(louder)[:3], together[:3], name="logits beside other images", rtol=1e-4, atol=1e-4)
    check.close(model(x[5:6]), together[5:6], name="logits of one image alone", rtol=1e-4, atol=1e-5)


def gradients(submission, state, x, labels):
    import torch

    model = submission.CNN()
    model.load_state_dict(state)
    torch.nn.functional.cross_entropy(model(x), labels).backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def test_all_layers_learn(student):
    x, labels = torch.randn(12, 1, 28, 28), torch.randint(0, 10, (12,))
    state = {name: torch.randn(shape) * 0.1 for name, shape in SHAPES.items()}
    ours = {name: t.clone().requires_grad_() for name, t in state.items()}
    F.cross_entropy(expected_logits(ours, x), labels).backward()
    actual = student.run(gradients, state, x, labels)
    for name, tensor in ours.items():
        check.close(actual[name], tensor.grad, name=f"gradient of {name}", rtol=1e-3, atol=1e-4)
