"""The numbers in quizzes and texts, worked out again."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from courses.quizzes.arithmetic import evaluate
from tests.content.reading import COURSE, QUIZZES, load


def _count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


#: (quiz, question) → the answer, from the definition; of its parameters, where it has some
ANSWERS: dict[tuple[str, str], Callable[..., Any]] = {
    ("machine-learning", "slope"): lambda last: (
        torch.linalg.lstsq(torch.tensor([[1.0, 0], [1.0, 1], [1.0, 2]]), torch.tensor([[1.0], [3.0], [last]]))
        .solution[1]
        .item()
    ),
    ("machine-learning", "normal-shape"): lambda: (torch.ones(50, 4).T @ torch.ones(50, 4)).shape,
    ("machine-learning", "update-step"): lambda far: (
        sum(point for point in (1, 4, 6, far) if abs(point - 10) < point) / 2
    ),
    ("machine-learning", "best-arm-share"): lambda arms: 1 - (arms - 1) * 0.2 / arms,
    ("neural-networks", "weight-shape"): lambda: nn.Linear(784, 256).weight.shape,
    ("neural-networks", "parameter-count"): lambda hidden: _count(
        nn.Sequential(nn.Linear(784, hidden), nn.Linear(hidden, 10))
    ),
    ("neural-networks", "first-loss"): lambda: nn.functional.cross_entropy(
        torch.zeros(1, 10), torch.tensor([3])
    ).item(),
    ("neural-networks", "batch-shape"): lambda: nn.Linear(784, 256)(nn.Flatten()(torch.zeros(64, 28, 28))).shape,
    ("backpropagation", "used-twice"): lambda place: _slope(lambda x: x * x + 3 * x, place),
    ("backpropagation", "weight-gradient"): lambda: nn.Linear(100, 20).weight.shape,
    ("backpropagation", "logit-gradient"): lambda percent: _slope(
        lambda z: nn.functional.cross_entropy(torch.stack([z, torch.zeros(())]), torch.tensor(0)),
        math.log(percent / (100 - percent)),
    ),
    ("backpropagation", "sigmoid-depth"): lambda depth: _slope(torch.sigmoid, 0.0) ** depth,
    ("optimisers", "adam-first-step"): lambda slope: _adam_first_step(slope, lr=0.001),
    ("optimisers", "momentum-limit"): lambda times: round(sum((1 - 1 / times) ** k for k in range(2000)), 9),
    ("optimisers", "state-shape"): lambda: nn.Linear(784, 128).weight.shape,
    ("optimisers", "adam-memory"): lambda billions: 2 * billions * 10**9 * 4 // 10**9,
    ("training-well", "standard-error"): lambda rows: math.sqrt(0.8 * 0.2 / rows),
    ("training-well", "decay-alone"): lambda steps: _adamw_without_gradient(2.0, lr=0.01, decay=0.5, steps=steps),
    ("training-well", "what-is-kept"): lambda dropped: nn.Dropout(dropped / 100)(torch.full((999,), 6.0)).max().item(),
    ("training-well", "mask-shape"): lambda: nn.Dropout(0.5)(torch.ones(32, 10, 64)).shape,
    ("convolutional-networks", "output-shape"): lambda: (
        nn.Conv2d(3, 16, kernel_size=5, stride=2, padding=2)(torch.zeros(8, 3, 32, 32)).shape
    ),
    ("convolutional-networks", "parameters"): lambda kernel, maps: _count(nn.Conv2d(16, maps, kernel)),
    ("convolutional-networks", "same-padding"): lambda kernel: next(
        p for p in range(9) if nn.Conv2d(1, 1, kernel, padding=p)(torch.zeros(1, 1, 20, 20)).shape[-1] == 20
    ),
    ("convolutional-networks", "receptive-field"): lambda layers: _receptive_field(layers),
    ("recurrent-networks", "parameter-count"): lambda inputs, width: _count(nn.LSTM(inputs, width)),
    ("recurrent-networks", "output-shape"): lambda: (
        nn.LSTM(12, 32, batch_first=True, bidirectional=True)(torch.zeros(16, 29, 12))[0].shape
    ),
    ("recurrent-networks", "vanishing"): lambda steps: math.exp(steps * math.log(0.9)),
    ("attention", "scores-shape"): lambda: (torch.zeros(2, 8, 10, 64) @ torch.zeros(2, 8, 12, 64).mT).shape,
    ("attention", "two-keys"): lambda score: torch.softmax(torch.tensor([score, 0.0]), 0)[0].item(),
    ("language-model", "logits-shape"): lambda: nn.Linear(128, 5000)(nn.Embedding(5000, 128)(_tokens(16, 40))).shape,
    ("language-model", "perplexity"): lambda: math.exp(-sum(map(math.log, (1 / 2, 1 / 2, 1 / 8, 1 / 2))) / 4),
    ("language-model", "top-p-count"): lambda: next(
        n for n in range(1, 6) if sum((0.4, 0.25, 0.15, 0.12, 0.08)[:n]) >= 0.75
    ),
    ("language-model", "compute"): lambda: 6 * 100e6 * 2e9 / 1e18,
    ("transfer-learning", "separable-weights"): lambda: _count(
        nn.Sequential(nn.Conv2d(64, 64, 3, groups=64, bias=False), nn.Conv2d(64, 128, 1, bias=False))
    ),
    ("transfer-learning", "block-shape"): lambda: (
        nn.Conv2d(96, 96, 3, stride=2, padding=1, groups=96)(torch.zeros(4, 96, 28, 28)).shape
    ),
    ("transfer-learning", "range"): lambda: 0 / 255,
    ("applications-and-competitions", "f1"): lambda fp, fn: 2 / ((8 + fp) / 8 + (8 + fn) / 8),
    ("applications-and-competitions", "auc"): lambda: (
        sum((p > n) + (p == n) / 2 for p in (0.7, 0.3) for n in (0.5, 0.3, 0.2, 0.1)) / 8
    ),
    ("applications-and-competitions", "surprise"): lambda: nn.functional.nll_loss(
        torch.tensor([[0.99, 0.01]]).log(), torch.tensor([1])
    ).item(),
    ("applications-and-competitions", "ensemble-shape"): lambda: (
        torch.stack([torch.zeros(200, 10)] * 5).mean(dim=0).shape
    ),
    ("attention", "causal-count"): lambda length: int(torch.ones(length, length).tril().sum()),
    ("text", "utf8-length"): lambda: len("na\u00efve \U0001f600".encode()),
    ("text", "embedded-shape"): lambda: nn.Embedding(5000, 128)(torch.zeros(16, 40, dtype=torch.long)).shape,
    ("text", "masked-mean"): lambda last, length: sum([3, 1, 2, last] + [0] * (length - 4)) / 4,
    ("transformers", "block-parameters"): lambda d: _count(nn.TransformerEncoderLayer(d, 4, dim_feedforward=4 * d)),
    ("transformers", "cross-mask"): lambda: (torch.zeros(8, 4, 7, 64) @ torch.zeros(8, 4, 20, 64).mT).shape,
    ("transformers", "rotary-score"): lambda: (
        torch.polar(torch.ones(()), torch.tensor(12.0)) * torch.polar(torch.ones(()), torch.tensor(9.0)).conj()
    ).real.item(),
    ("pretrained-models", "gaps"): lambda tokens, percent: tokens * 0.8 * percent / 100,
    ("pretrained-models", "scores-shape"): lambda: (
        (torch.zeros(32, 50, 768, device="meta") @ torch.zeros(21128, 768, device="meta").T).shape
    ),
    ("pretrained-models", "lora-count"): lambda width, rank: sum(
        each.numel() for each in (torch.zeros(rank, width), torch.zeros(width, rank))
    ),
    ("keeping-up", "disagreements"): lambda b: sum([1] * b + [-1] * 15) / math.hypot(*[1] * (b + 15)),
    ("keeping-up", "seeds-shape"): lambda: torch.zeros(5, 1000, 10).argmax(dim=-1).shape,
    ("limits-and-responsibility", "threshold"): lambda n, d: 6 * n * 1e9 * d * 1e12 / 1e24,
    ("limits-and-responsibility", "auc"): lambda: (
        (torch.tensor([0.2, 0.4, 0.7])[:, None] < torch.tensor([0.3, 0.9])).float().mean().item()
    ),
    ("limits-and-responsibility", "opportunity"): lambda: 30 / 40 - 15 / 25,
    ("limits-and-responsibility", "clip-shape"): lambda: (torch.zeros(32, 512) @ torch.zeros(32, 512).T).shape,
}


def _tokens(sequences: int, length: int) -> torch.Tensor:
    return torch.zeros(sequences, length, dtype=torch.int64)


def _slope(function: Callable[[torch.Tensor], torch.Tensor], place: float) -> float:
    x = torch.tensor(float(place), requires_grad=True)
    (gradient,) = torch.autograd.grad(function(x), x)
    return gradient.item()


def _adam_first_step(gradient: float, *, lr: float) -> float:
    parameter = torch.zeros(1, requires_grad=True)
    parameter.grad = torch.tensor([float(gradient)])
    torch.optim.Adam([parameter], lr=lr).step()
    return -parameter.item()


def _adamw_without_gradient(weight: float, *, lr: float, decay: float, steps: int) -> float:
    parameter = torch.tensor([weight], requires_grad=True)
    optimizer = torch.optim.AdamW([parameter], lr=lr, weight_decay=decay)
    for _ in range(steps):
        parameter.grad = torch.zeros(1)
        optimizer.step()
    return parameter.item()


def _receptive_field(layers: int) -> int:
    """Which pixels the middle of the output depends on, by its gradient."""
    pixels = torch.zeros(1, 1, 21, 21, requires_grad=True)
    output = pixels
    for _ in range(layers):
        output = nn.functional.conv2d(output, torch.ones(1, 1, 3, 3), padding=1)
    (gradient,) = torch.autograd.grad(output[0, 0, 10, 10], pixels)
    return int((gradient[0, 0, 10] != 0).sum())


QUESTIONS = [(path.stem, question) for path in QUIZZES for question in load(path)["questions"]]


@pytest.mark.parametrize(
    ("quiz", "question"), QUESTIONS, ids=lambda value: value if isinstance(value, str) else value["id"]
)
def test_the_key_of_a_question_is_right(quiz: str, question: dict[str, Any]) -> None:
    if question["type"] in ("number", "shape"):
        for draw in _draws(question):
            answer = ANSWERS[quiz, question["id"]](**draw)
            if question["type"] == "shape":
                assert list(answer) == question["answer"]
            else:
                told = evaluate(str(question["answer"]), draw)
                assert math.isclose(answer, told, rel_tol=0, abs_tol=question.get("tolerance", 0) + 1e-9)
    elif question["type"] == "code-output":
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(question["code"], "question", "exec"), {})
        assert printed.getvalue().strip() == question["answer"]
    else:
        assert all(choice.get("why") for choice in question.get("choices", ()))
    assert question.get("why") or question["type"] in ("single", "multiple")


def _draws(question: dict[str, Any]) -> list[dict[str, Any]]:
    """What a learner may get in the place of each parameter; one empty draw where there are none."""
    params = question.get("params", {})
    return [dict(zip(params, values, strict=True)) for values in itertools.product(*params.values())]


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_a_quiz_has_the_four_usual_types_and_five_to_ten_questions(path: Any) -> None:
    questions = load(path)["questions"]
    assert 5 <= len(questions) <= 10
    assert {question["type"] for question in questions} >= {"single", "multiple", "number", "shape"}


def test_a_softmax_before_the_cross_entropy_keeps_the_loss_above_the_number_in_the_text() -> None:
    perfect = nn.functional.cross_entropy(torch.eye(10)[:1], torch.tensor([0])).item()
    assert f"{perfect:.2f}" == "1.46"
    assert "1.46" in (COURSE / "02-neural-networks" / "chapter.en.md").read_text(encoding="utf-8")


def test_the_sizes_of_the_networks_in_the_texts() -> None:
    cnn = nn.Sequential(nn.Conv2d(1, 8, 5), nn.Conv2d(8, 16, 5), nn.Linear(784, 10))
    assert [_count(layer) for layer in cnn] == [208, 3216, 7850]
    assert [28 * 28 * 8 * 25, 14 * 14 * 16 * 8 * 25, 784 * 10] == [156800, 627200, 7840]
    assert 784 * 128 + 128 * 10 == 101632
    assert _count(nn.Sequential(nn.Linear(784, 256), nn.Linear(256, 10))) == 203530
    assert 4 * _count(nn.Linear(12, 12)) == 624
    assert round(math.exp(8)) == 2981


def test_the_gradients_in_the_statement_of_backpropagation_by_hand() -> None:
    w1 = torch.tensor([[1.0, 0.5], [-1.0, 0.25]], requires_grad=True)
    w2 = torch.tensor([[0.5, 1.0], [-0.5, 2.0]], requires_grad=True)
    loss = nn.functional.cross_entropy(w2 @ torch.relu(w1 @ torch.tensor([1.0, 2.0])), torch.tensor(1))
    gradients = torch.autograd.grad(loss, (w1, w2))
    assert round(loss.item(), 4) == 2.1269
    expected = ([[0.8808, 1.7616], [0.0, 0.0]], [[1.7616, 0.0], [-1.7616, 0.0]])
    for gradient, told in zip(gradients, expected, strict=True):
        torch.testing.assert_close(gradient, torch.tensor(told), atol=5e-5, rtol=0)


def test_the_tutorial_network_fails_as_its_statement_says() -> None:
    """Three convolutions without padding and three poolings: 36 images become one row, five an error."""
    sizes = [28]
    for _ in range(3):
        sizes += [sizes[-1] - 2, (sizes[-1] - 2) // 2]
    assert sizes == [28, 26, 13, 11, 5, 3, 1]
    assert torch.zeros(36, 128, 1, 1).view(-1, 128 * 6 * 6).shape == (1, 4608)
    with pytest.raises(RuntimeError, match="invalid for input of size 640"):
        torch.zeros(5, 128, 1, 1).view(-1, 128 * 6 * 6)
