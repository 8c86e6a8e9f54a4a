"""Hidden tests: the repaired network's logits are computed again from its own parameters, outside the sandbox."""
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F

SHAPES = {
    "conv1.weight": (32, 1, 3, 3),
    "conv1.bias": (32,),
    "conv2.weight": (64, 32, 3, 3),
    "conv2.bias": (64,),
    "conv3.weight": (128, 64, 3, 3),
    "conv3.bias": (128,),
    "fc1.weight": (256, 128),
    "fc1.bias": (256,),
    "fc2.weight": (10, 256),
    "fc2.bias": (10,),
}


def expected_logits(state, x):
    for layer in ("conv1", "conv2", "conv3"):
        x = F.max_pool2d(F.relu(F.conv2d(x, state[f"{layer}.weight"], state[f"{layer}.bias"])), 2)
    x = F.relu(x.reshape(len(x), 128) @ state["fc1.weight"].T + state["fc1.bias"])
    return x @ state["fc2.weight"].T + state["fc2.bias"]


def test_36_images_give_36_rows(student):
    logits = student.TutorialCNN()(torch.randn(36, 1, 28, 28))
    if isinstance(logits, torch.Tensor) and logits.dim() and len(logits) != 36:
        feedback("rows", rows=len(logits))
    check.shape(logits, (36, 10), name="logits of 36 images")
    check.finite(logits, name="logits of 36 images")


def test_any_batch_size(student):
    model = student.TutorialCNN()
    for count in (1, 2, 7, 35, 64, 72):
        check.shape(model(torch.randn(count, 1, 28, 28)), (count, 10), name=f"logits of {count} images")


def test_other_sizes_are_refused(student):
    # After three poolings an image of 44 × 44 leaves 3 × 3 places, one of 36 × 36 leaves 2 × 2: nothing for fc1.
    model = student.TutorialCNN()
    check.shape(model(torch.randn(3, 1, 28, 28)), (3, 10), name="logits of three images of 28 × 28")
    for size in (44, 36):
        try:
            logits = model(torch.randn(2, 1, size, size))
        except (RuntimeError, ValueError, AssertionError):
            continue
        feedback("accepted", size=size, rows=len(logits))
        raise AssertionError(f"images {size} × {size} were accepted")


def test_layers_are_kept(student):
    state = student.TutorialCNN().state_dict()
    for name, shape in SHAPES.items():
        assert name in state
        check.shape(state[name], shape, name=name)
    assert set(state) == set(SHAPES)


def test_logits_may_be_negative(student):
    logits = student.TutorialCNN()(torch.randn(72, 1, 28, 28) * 3)
    check.finite(logits, name="logits")
    if torch.allclose(logits.sum(1), torch.ones(len(logits)), atol=1e-4):
        feedback("softmax-on-logits")
    elif (logits >= 0).all():
        feedback("relu-on-logits")
    assert (logits < 0).any() and (logits > 0).any()
    assert not torch.allclose(logits.exp().sum(1), torch.ones(len(logits)), atol=1e-3)


def test_values(student):
    model, x = student.TutorialCNN(), torch.randn(9, 1, 28, 28)
    state = {name: torch.randn(shape) * 0.1 for name, shape in SHAPES.items()}
    model.load_state_dict(state)
    check.close(model(x), expected_logits(state, x), name="logits", rtol=1e-3, atol=1e-3)
    found = student.run(gradients, state, x)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    expected_logits(leaves, x).square().mean().backward()
    for name, leaf in leaves.items():
        check.close(found[name], leaf.grad, name=f"gradient of {name}", rtol=1e-2, atol=1e-3)


def gradients(submission, state, x):
    model = submission.TutorialCNN()
    model.load_state_dict(state)
    model(x).square().mean().backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def test_images_are_independent(student):
    model, x = student.TutorialCNN(), torch.randn(36, 1, 28, 28)
    together = model(x)
    check.shape(together, (36, 10), name="logits")
    assert together.std(0).max() > 0
    check.close(model(x.flip(0)).flip(0), together, name="logits in reverse order", rtol=1e-4, atol=1e-5)
    check.close(model(x[17:18]), together[17:18], name="logits of one image alone", rtol=1e-4, atol=1e-5)
    louder = torch.cat([x[:9], x[9:] * 50])
    check.close(model(louder)[:9], together[:9], name="logits beside other images", rtol=1e-4, atol=1e-5)
