"""Hidden tests: PyTorch's own functions say here what should come out."""
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F


def test_probabilities(student):
    for n, c, dtype in ((6, 4, torch.float32), (1, 9, torch.float32), (5, 2, torch.float64), (3, 1, torch.float32)):
        z = torch.randn(n, c, dtype=dtype) * 3
        kept = z.clone()
        p = student.softmax(z)
        check.dtype(p, dtype, name="softmax(z)")
        if p.shape == z.shape and n > 1 and c > 1 and torch.allclose(p.sum(0), torch.ones(c, dtype=dtype)):
            feedback("over-the-batch")
        check.close(p, F.softmax(z, 1), name="softmax(z)")
        log_p = student.log_softmax(z)
        check.dtype(log_p, dtype, name="log_softmax(z)")
        check.close(log_p, F.log_softmax(z, 1), name="log_softmax(z)")
        check.equal(z, kept, name="z after the calls")


def gradient(submission, name, z, direction):
    leaf = z.clone().requires_grad_()
    (getattr(submission, name)(leaf) * direction).sum().backward()
    return leaf.grad


def test_enormous_logits(student):
    for scale in (100.0, 1e4):
        z = torch.randn(8, 5) * scale
        z[0], z[1] = z[0].abs() + scale, -z[1].abs() - scale
        z[2, :3] = scale
        for name, right in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
            actual = getattr(student, name)(z)
            if isinstance(actual, torch.Tensor) and not actual.isfinite().all():
                feedback("overflow")
            check.finite(actual, name=f"{name}(z)")
            check.close(actual, right(z, 1), name=f"{name}(z)", rtol=1e-4, atol=1e-5)
            direction, leaf = torch.randn(8, 5), z.clone().requires_grad_()
            (right(leaf, 1) * direction).sum().backward()
            check.close(student.run(gradient, name, z, direction), leaf.grad, name=f"gradient through {name}", rtol=1e-4, atol=1e-4)
        y = torch.randint(5, (8,))
        check.close(student.cross_entropy(z, y), F.cross_entropy(z, y), name="cross_entropy(z, y)", rtol=1e-4, atol=1e-4)


def loss_gradient(submission, z, y, smoothing):
    leaf = z.clone().requires_grad_()
    submission.cross_entropy(leaf, y, smoothing).backward()
    return leaf.grad


def test_loss(student):
    for n, c in ((7, 4), (1, 3), (12, 2)):
        z, y = torch.randn(n, c) * 2, torch.randint(c, (n,))
        kept = z.clone(), y.clone()
        for smoothing in (0.0, 0.1, 0.6):
            right = F.cross_entropy(z, y, label_smoothing=smoothing)
            actual = student.cross_entropy(z, y, smoothing)
            check.shape(actual, (), name="cross_entropy(z, y, smoothing)")
            if n > 1 and torch.allclose(actual, right * n, rtol=1e-3):
                feedback("summed")
            check.close(actual, right, name=f"cross_entropy(z, y, {smoothing})")
            leaf = z.clone().requires_grad_()
            F.cross_entropy(leaf, y, label_smoothing=smoothing).backward()
            check.close(student.run(loss_gradient, z, y, smoothing), leaf.grad, name="gradient of the loss", rtol=1e-4, atol=1e-6)
        check.close(student.cross_entropy(z, y), F.cross_entropy(z, y), name="cross_entropy(z, y)")
        check.equal(z, kept[0], name="z after the call")
        check.equal(y, kept[1], name="y after the call")
    z = torch.randn(4, 3, dtype=torch.float64)
    check.dtype(student.cross_entropy(z, torch.tensor([0, 2, 1, 1])), torch.float64, name="cross_entropy of float64")


def test_top_k(student):
    for n, c in ((40, 6), (9, 3), (1, 5)):
        z, y = torch.randn(n, c), torch.randint(c, (n,))
        rank = (z > z.gather(1, y[:, None])).sum(1)  # (n,): how many are larger
        for k in range(1, c + 1):
            answer = student.top_k_accuracy(z, y, k)
            check.close(answer, (rank < k).double().mean().item(), name=f"top_k_accuracy(z, y, {k})")
        check.close(student.top_k_accuracy(z, y), (rank < 1).double().mean().item(), name="top_k_accuracy(z, y)")
