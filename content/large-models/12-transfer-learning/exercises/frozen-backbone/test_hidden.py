"""Hidden tests: the pretrained backbone is built again here, from the same weights, and gives the features."""
from pathlib import Path

import numpy as np
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F

HERE = Path(__file__).parent / "hidden"
with np.load(HERE / "backbone.npz") as weights:
    STATE = {name: torch.from_numpy(weights[name]) for name in weights.files}
with np.load(HERE / "digits.npz") as digits:
    IMAGES = torch.from_numpy(digits["images"])  # (300, 28, 28) uint8
    LABELS = torch.from_numpy(digits["labels"]).long()  # (300,)


def norm(x, name):
    return F.batch_norm(x, *(STATE[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")))


def residual(x, name, stride):
    y = F.relu6(norm(F.conv2d(x, STATE[f"{name}.expand.0.weight"]), f"{name}.expand.1"))
    kernels = STATE[f"{name}.depthwise.0.weight"]
    y = F.relu6(norm(F.conv2d(y, kernels, stride=stride, padding=1, groups=len(kernels)), f"{name}.depthwise.1"))
    y = norm(F.conv2d(y, STATE[f"{name}.project.0.weight"]), f"{name}.project.1")
    return x + y if stride == 1 else y


def features(x):
    """(N, 1, 28, 28) -> (N, 64), by the weights of the file and their running statistics."""
    x = F.relu6(norm(F.conv2d(x, STATE["0.weight"], stride=2, padding=1), "1"))
    x = residual(residual(residual(x, "3", 1), "4", 2), "5", 1)
    return F.relu6(norm(F.conv2d(x, STATE["6.weight"]), "7")).mean((2, 3))


def transfer(student, classes=5):
    return student.Transfer(student.load_backbone(), 64, classes)


def moved(model):
    """How many tensors of the backbone differ from the file's."""
    state = model.backbone.state_dict()
    assert set(state) == set(STATE)
    return sum(not torch.equal(state[name], value) for name, value in STATE.items())


def wants_gradients(submission, model):
    return {name: parameter.requires_grad for name, parameter in model.named_parameters()}


def test_only_the_head_learns(student):
    for classes in (5, 3):
        model = transfer(student, classes)
        wants = student.run(wants_gradients, model)
        assert {name for name in wants if not name.startswith("backbone.")} == {"head.weight", "head.bias"}
        assert len(wants) > 2
        for name, wanted in wants.items():
            check.equal(wanted, name.startswith("head."), name=f"requires_grad of {name}")
        check.shape(model.head.state_dict()["weight"], (classes, 64), name="head.weight")


def test_statistics_stay(student):
    model = transfer(student)
    for prepare in (model.eval, model.train):
        prepare()
        for _ in range(2):
            model(torch.randn(8, 1, 28, 28) * 2 + 1)
        count = moved(model)
        if count:
            feedback("statistics-moved", count=count)
        assert count == 0
    fresh = transfer(student)
    fresh(torch.randn(8, 1, 28, 28))
    assert moved(fresh) == 0


def modes(submission, model):
    """Modes of model, head and each module of the backbone, after four calls."""
    found = []
    for call in (model.train, model.eval, lambda: model.train(True), lambda: model.train(False)):
        itself = call() is model
        found.append([itself, model.training, model.head.training, any(m.training for m in model.backbone.modules())])
    return found


def test_modes(student):
    fresh = transfer(student)
    check.equal([fresh.training, fresh.backbone.training], [True, False], name="modes of a new model and its backbone")
    right = [[True, mode, mode, False] for mode in (True, False, True, False)]
    for number, (found, wanted) in enumerate(zip(student.run(modes, transfer(student)), right, strict=True)):
        check.equal(found, wanted, name=f"modes after call {number + 1}")


def test_logits(student):
    check.close(student.prepare(IMAGES[:3]), IMAGES[:3, None] / 127.5 - 1, name="prepare(images)")
    check.dtype(student.load_digits()[1], torch.int64, name="the labels of load_digits()")
    model, x = transfer(student, 4), torch.randn(6, 1, 28, 28)
    head = {"weight": torch.randn(4, 64), "bias": torch.randn(4)}
    model.head.load_state_dict(head)
    right = features(x) @ head["weight"].T + head["bias"]
    for prepare in (model.train, model.eval):
        prepare()
        check.close(model(x), right, name="logits", rtol=1e-3, atol=1e-3)
    check.close(model(x[2:3]), right[2:3], name="logits of one image alone", rtol=1e-3, atol=1e-3)


def gradients(submission, model, x):
    """Of the head, for given weights and inputs."""
    model.train()
    model(x).square().mean().backward()
    return {name: parameter.grad for name, parameter in model.head.named_parameters()}


def test_fit_changes_the_head_only(student):
    images, labels = student.load_digits()
    model = transfer(student)
    before = {name: value.clone() for name, value in model.head.state_dict().items()}
    student.fit(model, images[:60], labels[:60])
    check.equal(moved(model), 0, name="the number of changed tensors in the backbone")
    for name, value in model.head.state_dict().items():
        assert not torch.equal(value, before[name])
    x = torch.randn(5, 1, 28, 28)
    head = {"weight": torch.randn(5, 64, requires_grad=True), "bias": torch.randn(5, requires_grad=True)}
    model = transfer(student)
    model.head.load_state_dict({name: value.detach() for name, value in head.items()})
    (features(x) @ head["weight"].T + head["bias"]).square().mean().backward()
    for name, gradient in student.run(gradients, model, x).items():
        check.close(gradient, head[name].grad, name=f"gradient of head.{name}", rtol=1e-3, atol=1e-3)


def test_reads_the_new_digits(student):
    images, labels = student.load_digits()
    model = transfer(student)
    student.fit(model, images, labels)
    given = IMAGES.clone()
    predictions = student.predict(model, given)
    check.close(given, IMAGES, name="images after predict")
    check.shape(predictions, (len(IMAGES),), name="predict(model, images)")
    check.dtype(predictions, torch.int64, name="predict(model, images)")
    check.close(student.predict(model, IMAGES[40:45]), predictions[40:45], name="predict for some of the images")
    right = (predictions == LABELS).float().mean().item()
    feedback("accuracy", percent=round(100 * right, 1))
    assert right >= 0.6
