"""Graphs go on across the border: backward, gradients, optimisers and parameters, as in tests for one process."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x): return self.fc(x)

class SGD:
    def __init__(self, params, lr, momentum=0.0):
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.state = [torch.zeros_like(p) for p in self.params]
    @torch.no_grad()
    def step(self):
        for p, v in zip(self.params, self.state):
            v.mul_(self.momentum).add_(p.grad)
            p.sub_(self.lr * v)
    def zero_grad(self):
        for p in self.params: p.grad = None

W = torch.ones(3, requires_grad=True)

def step(params, lr):
    for p in params: p.data.add_(p.grad, alpha=-lr)
def clip_(params, limit):
    norm = torch.sqrt(sum((p.grad ** 2).sum() for p in params))
    for p in params: p.grad.mul_(limit / norm)
    return norm.item()
def two(x): return x * 2, x ** 2
def square(x): return x ** 2
def same(x): return x
def linear(x): return (x * W).sum()
def history(x): return x.is_leaf, x.requires_grad
def draw(generator): return torch.rand(3, generator=generator)
def raising(x):
    class Raising(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x): return x * 1
        @staticmethod
        def backward(ctx, grad): raise ZeroDivisionError("in backward")
    return Raising.apply(x)
"""

TESTS = """
import math
import numpy as np
import torch.nn.functional as F
from torch import nn

def test_a_step_by_hand(student):
    w, b = torch.ones(3, requires_grad=True), torch.zeros(1, requires_grad=True)
    (w.sum() * 2 + b * 3).sum().backward()
    assert student.step([w, b], 0.5) is None
    assert w.tolist() == [0.0] * 3 and b.item() == -1.5

def trained(make, steps=5):
    q = nn.Parameter(torch.tensor([3.0]))
    optimizer = make([q])
    for _ in range(steps):
        optimizer.zero_grad()
        assert q.grad is None
        (q ** 2).sum().backward()
        optimizer.step()
    return q.item()

def test_an_optimizer_of_the_students_over_parameters_of_the_tests(student):
    ours = trained(lambda params: torch.optim.SGD(params, 0.1, momentum=0.9))
    assert math.isclose(trained(lambda params: student.SGD(params, 0.1, 0.9)), ours, rel_tol=1e-5)

@pytest.mark.changes_inputs
def test_gradients_changed_in_place(student):
    p = nn.Parameter(torch.zeros(2))
    p.grad = grad = torch.tensor([3.0, 4.0])
    assert student.clip_([p], 1.0) == 5.0
    torch.testing.assert_close(p.grad, torch.tensor([0.6, 0.8]))
    assert p.grad is grad

def test_leaves_and_others(student):
    x = torch.ones(2, requires_grad=True)
    assert student.history(x) == (True, True) and student.history(x * 2) == (False, True)
    assert student.history(x.detach()) == (True, False)

def test_gradients_of_an_input_and_of_parameters(student):
    x, net = torch.randn(4, 3, requires_grad=True), student.Net()
    net(x).sum().backward()
    w = net.fc.weight
    torch.testing.assert_close(x.grad, w.detach().sum(0).expand(4, 3))
    torch.testing.assert_close(w.grad, x.detach().sum(0).expand(2, 3))
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())

def test_autograd_grad_collects_nothing(student):
    net, x = student.Net(), torch.randn(4, 3, requires_grad=True)
    params = list(net.parameters())
    (g,) = torch.autograd.grad(net(x).sum(), x)
    torch.testing.assert_close(g, params[0].detach().sum(0).expand(4, 3))
    assert torch.autograd.grad(net(x).sum(), params)[1].tolist() == [4.0, 4.0]
    assert net.fc.weight.grad is None and x.grad is None

def test_training_by_the_tests_loop(student):
    net, reference = student.Net(), nn.Linear(3, 2)
    reference.load_state_dict({"weight": net.fc.weight, "bias": net.fc.bias})
    x, y = torch.randn(16, 3), torch.randn(16, 2)
    for model in (net, reference):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        for _ in range(10):
            optimizer.zero_grad()
            penalty = sum((p ** 2).sum() for p in model.parameters())
            (F.mse_loss(model(x), y) + 0.01 * penalty).backward()
            optimizer.step()
    torch.testing.assert_close(net(x), reference(x))
    torch.testing.assert_close(net.fc.weight, reference.weight)
    torch.testing.assert_close(net.fc.weight.grad, reference.weight.grad)

def test_a_loop_by_hand_and_frozen_parameters(student):
    net, x = student.Net(), torch.ones(1, 3)
    net(x).sum().backward()
    before = [p.detach().clone() for p in net.parameters()]
    with torch.no_grad():
        for p in net.parameters():
            p -= 0.5 * p.grad
    for was, now in zip(before, net.parameters()):
        torch.testing.assert_close(now.detach(), was - 0.5)
    nn.init.zeros_(net.fc.weight)
    assert not net.fc.weight.any() and net(x).tolist() == [net.fc.bias.tolist()]
    for p in net.parameters():
        p.requires_grad = False
    assert not net(x).requires_grad

def test_their_parameters_as_arguments_are_their_own(student):
    net = student.Net()
    net(torch.ones(1, 3)).sum().backward()
    params = list(net.parameters())
    before = [p.detach().clone() for p in params]
    student.step(params, 0.1)
    for was, now in zip(before, params):
        torch.testing.assert_close(now.detach(), was - 0.1)
    assert net.fc.weight is params[0]

def test_a_tensor_of_theirs_that_has_gradients(student):
    student.linear(torch.arange(3.0)).backward()
    assert student.W.grad.tolist() == [0.0, 1.0, 2.0]
    student.W.grad.zero_()
    student.W.data.fill_(5.0)
    assert student.W.grad.tolist() == [0.0] * 3 and student.linear(torch.ones(3)) == 15

def test_several_outputs_and_a_chain(student):
    x = torch.randn(3, requires_grad=True)
    a, b = student.two(x)
    (a.sum() + b.sum()).backward()
    torch.testing.assert_close(x.grad, 2 + 2 * x.detach())
    x.grad = None
    student.square(student.square(x) + student.same(x)).sum().backward()
    z = x.detach().clone().requires_grad_()
    ((z ** 2 + z) ** 2).sum().backward()
    torch.testing.assert_close(x.grad, z.grad)

def test_gradients_of_gradients(student):
    x = torch.randn(3, requires_grad=True)
    (g,) = torch.autograd.grad((student.square(x) * student.square(x)).sum(), x, create_graph=True)
    g.sum().backward()
    torch.testing.assert_close(x.grad, 12 * x.detach() ** 2)
    y = torch.randn(2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(student.square, (y,)) and torch.autograd.gradgradcheck(student.square, (y,))

def test_without_gradients(student):
    net = student.Net()
    with torch.no_grad():
        assert not net(torch.ones(1, 3)).requires_grad
        np.testing.assert_allclose(net(torch.ones(1, 3)).numpy().shape, (1, 2))
    assert torch.allclose(net(torch.ones(1, 3)), net(torch.ones(1, 3)))

def test_a_generator(student):
    ours, theirs = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    assert torch.equal(student.draw(theirs), torch.rand(3, generator=ours))
    assert torch.equal(torch.rand(2, generator=theirs), torch.rand(2, generator=ours))

def test_helpers_of_torch(student):
    net = student.Net()
    net(torch.ones(2, 3)).sum().backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
    total = torch.sqrt(sum((p.grad ** 2).sum() for p in net.parameters()))
    torch.testing.assert_close(total, torch.tensor(0.1))
    nn.utils.vector_to_parameters(torch.zeros(8), net.parameters())
    assert not net(torch.ones(1, 3)).any()
    net.to(torch.float64)
    assert net.fc.weight.dtype is torch.float64
    x = torch.randn(3)
    torch.testing.assert_close(torch.autograd.functional.jacobian(student.square, x), torch.diag(2 * x))

def test_parameters_assigned(student):
    net, bias = student.Net(), nn.Parameter(torch.zeros(2))
    net.fc.bias = bias
    net.fc.weight = nn.Parameter(torch.zeros(2, 3))
    assert net.fc.bias is bias and isinstance(net.fc.weight, nn.Parameter)
    net.fc.weight.data = torch.ones(2, 3)
    bias.data[0] = 7
    assert net(torch.ones(1, 3)).tolist() == [[10.0, 3.0]]
    net(torch.ones(1, 3)).sum().backward()
    assert bias.grad.tolist() == [1.0, 1.0] and net.fc.weight.grad.tolist() == [[1.0] * 3] * 2

def test_wrapped_tensors_are_refused(student):
    with pytest.raises(Exception):
        torch.func.grad(lambda x: student.square(x).sum())(torch.ones(2))

def test_and_spoil_no_later_test(student):
    assert student.square(2) == 4

def test_an_exception_in_backward(student):
    with pytest.raises(ZeroDivisionError, match="in backward"):
        student.raising(torch.ones(1, requires_grad=True)).sum().backward()

def test_a_parameter_that_both_change(student):
    net = student.Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    net.fc.weight.grad = torch.ones(2, 3)
    student.run(shifted, net)
    net.fc.weight
    optimizer.step()
    net(torch.ones(1, 3))

def shifted(submission, net):
    net.fc.weight.data.add_(1)
"""


def test_idioms_of_one_process_work_across_the_border(grade: Grade) -> None:
    graded = grade(TESTS, SUBMISSION)
    assert not graded.broken, graded.broken
    both = graded.test("test_a_parameter_that_both_change")
    wrong = [
        f"{name}:\n{graded.test(name)['detail']}"
        for name, end in graded.outcomes.items()
        if end != "passed" and name not in (both["name"], "test_wrapped_tensors_are_refused")
    ]
    assert not wrong, "\n\n".join(wrong)
    assert "use torch.autograd.grad" in graded.test("test_wrapped_tensors_are_refused")["detail"]
    assert both["outcome"] == "error" and "read it again" in both["detail"]
