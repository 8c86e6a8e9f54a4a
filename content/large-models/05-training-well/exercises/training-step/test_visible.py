"""What Run runs: pieces beside the whole, on a small network."""
import pytest
import torch
from torch import nn


def step(submission, x, y, settings):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    return submission.train_step(model, optimizer, x, y, **settings), [p.detach() for p in model.parameters()]


def test_pieces_and_the_whole_agree(student):
    x, y = torch.randn(7, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0])
    whole, after = student.run(step, x, y, {})
    pieces, after_pieces = student.run(step, x, y, {"micro_batch": 3})
    assert pieces == pytest.approx(whole, rel=1e-4)
    torch.testing.assert_close(after_pieces, after)


def test_clipping_shortens_the_step(student):
    x, y = torch.randn(7, 4) * 3, torch.tensor([0, 1, 2, 0, 1, 2, 0])
    far, after = student.run(step, x, y, {})
    near, after_clipping = student.run(step, x, y, {"max_norm": 0.01})
    assert near["norm"] == pytest.approx(far["norm"], rel=1e-4)
    assert not torch.allclose(after[0], after_clipping[0])


def test_bfloat16_is_a_little_different(student):
    x, y = torch.randn(7, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0])
    single, _ = student.run(step, x, y, {})
    half, _ = student.run(step, x, y, {"bfloat16": True})
    assert half["loss"] == pytest.approx(single["loss"], rel=0.05)
