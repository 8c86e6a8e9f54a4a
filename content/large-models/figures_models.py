"""Draw the figures of chapters 12 and 13: `python content/large-models/figures_models.py`, a few minutes on one core.

What is drawn was computed by the listings of the chapters themselves, which are run here.
"""
import contextlib
import io
import math
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from figures import COURSE, DARK, LANGUAGES, LIGHT, Drawing, save

Words = Callable[[str, str], str]


def listings(chapter: str) -> dict[str, Any]:
    """The names that the listings of a chapter leave behind."""
    text = (COURSE / chapter / "chapter.en.md").read_text(encoding="utf-8")
    codes = [part.partition("\n```")[0] for part in text.split("```python\n")[1:]]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()):
        for file in [COURSE / "02-neural-networks" / "digits.npz", *(COURSE / chapter).glob("*.txt")]:
            shutil.copy(file, place)
        for code in codes:
            exec(compile(code, chapter, "exec"), namespace)
    return namespace


# Chapter 12


def block(drawing: Drawing, words: Words, found: Any) -> None:
    sizes = [(30, 40, "C"), (220, 130, "4C"), (430, 130, "4C"), (640, 40, "D")]
    names = [
        words("expand 1 × 1", "扩展 1 × 1"),
        words("depthwise 3 × 3", "逐通道 3 × 3"),
        words("project 1 × 1", "投影 1 × 1"),
    ]
    after = ["BN, ReLU6", "BN, ReLU6", words("BN, no ReLU", "BN，无 ReLU")]
    for n, (x, height, channels) in enumerate(sizes):
        slices = 3 if height < 100 else 12
        for k in range(slices):
            drawing.box(x, 120 - height / 2 + k * height / slices, 56, height / slices, fill="wash", line="accent")
        drawing.text(x + 28, 120 + height / 2 + 20, channels, style="italic")
        if n < 3:
            drawing.line((x + 62, 120), (sizes[n + 1][0] - 6, 120), arrow=True)
            middle = (x + 56 + sizes[n + 1][0]) / 2
            drawing.text(middle, 106, names[n], size=13)
            drawing.text(middle, 140, after[n], size=12, fill="soft")
    drawing.circle(745, 120, 13, fill="fill", line="seal")
    drawing.text(745, 126, "+", size=18, fill="seal", weight="bold")
    drawing.line((700, 120), (730, 120), arrow=True)
    drawing.line((58, 96), (58, 24), (745, 24), (745, 105), arrow=True, colour="seal", stroke=2)
    drawing.text(400, 18, words("shortcut, if stride 1 and C = D", "捷径：仅当步幅为 1 且 C = D"), size=13, fill="seal")
    drawing.line((758, 120), (790, 120), arrow=True)


def augment(drawing: Drawing, words: Words, found: Any) -> None:
    images, labels = (found["digits"][f"train_{name}"] for name in ("images", "labels"))
    two, six = (torch.from_numpy(images[labels == digit][n]).float() / 255 for digit, n in ((2, 3), (6, 2)))

    def turned(image: torch.Tensor, degrees: float) -> torch.Tensor:
        angle = math.radians(degrees)
        matrix = torch.tensor([[[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0]]])
        grid = torch.nn.functional.affine_grid(matrix, [1, 1, 28, 28], align_corners=False)
        return torch.nn.functional.grid_sample(image[None, None], grid, align_corners=False)[0, 0]

    torch.manual_seed(0)
    noisy = (two + 0.15 * torch.randn(28, 28)).clamp(0, 1)
    row = [
        (two, words("a 2", "2"), "ink"),
        (two.roll((3, -3), (0, 1)), words("moved", "平移"), "accent"),
        (turned(two, 12), words("turned by 12°", "旋转 12°"), "accent"),
        (noisy, words("noise", "加噪声"), "accent"),
        (two.flip(1), words("mirrored", "左右翻转"), "seal"),
        (two.flip(0), words("upside down", "上下翻转"), "seal"),
        (six, words("a 6", "6"), "ink"),
        (turned(six, 180), words("turned by 180°", "旋转 180°"), "seal"),
    ]
    for n, (image, name, colour) in enumerate(row):
        x = 14 + n * 98
        drawing.box(x, 10, 84, 84, fill="even", line=colour if colour != "ink" else "line", stroke=1.0 if colour == "ink" else 2)
        drawing.pixels(image.numpy(), x + 7, 17, 2.5)
        drawing.text(x + 42, 114, name, size=13, fill=colour)
    drawing.text(252, 140, words("label kept", "标签不变"), size=13, fill="accent")
    drawing.text(448, 140, words("label lost", "标签失效"), size=13, fill="seal")
    drawing.text(742, 140, words("now a 9", "成了 9"), size=13, fill="seal")


def transfer(drawing: Drawing, words: Words, found: Any) -> None:
    left, top, width, height = 60, 16, 560, 220
    names = [words("from scratch", "从零训练"), words("frozen", "冻结"), words("fine-tuned", "微调")]
    for percent in (0, 50, 100):
        y = top + height * (1 - percent / 100)
        drawing.line((left, y), (left + width, y), colour="line", stroke=1)
        drawing.text(left - 10, y + 5, f"{percent}{words(' %', '%')}", anchor="end", fill="soft", size=14)
    for n, name in enumerate(names):
        for m, (fill, shares) in enumerate(zip(("fill", "wash"), found["shares"][n], strict=True)):
            x, mean = left + 40 + n * 185 + m * 62, sum(shares) / len(shares)
            drawing.box(x, top + height * (1 - mean), 52, height * mean, fill=fill, line="accent")
            drawing.line((x + 26, top + height * (1 - max(shares))), (x + 26, top + height * (1 - min(shares))), colour="seal", stroke=2)
            drawing.text(x + 26, top + height - 8, f"{mean:.2f}".lstrip("0"), size=14)
        drawing.text(left + 97 + n * 185, top + height + 22, name)
    drawing.box(left + width + 20, top + 30, 18, 18, fill="fill", line="accent")
    drawing.text(left + width + 46, top + 44, words("as they are", "原图"), anchor="start", size=14)
    drawing.box(left + width + 20, top + 60, 18, 18, fill="wash", line="accent")
    drawing.text(left + width + 46, top + 74, words("shifted", "平移"), anchor="start", size=14)


def transfer_learning() -> dict[str, Any]:
    """The chapter's experiment with three choices of the fifty images; and once with all labels of the new digits."""
    found, runs = listings("12-transfer-learning"), []
    settings = [(None, False, 5e-3), (found["backbone"], True, 5e-2), (found["backbone"], False, 2e-3)]
    for choice in range(3):
        torch.manual_seed(100 + choice)
        picked = [(found["labels"] == digit).nonzero()[:, 0] for digit in range(5, 10)]
        few = torch.cat([own[torch.randperm(len(own))[:10]] for own in picked])
        found["x_few"], found["y_few"] = found["images"][few], found["labels"][few] - 5
        fresh = found["make_backbone"]()
        runs.append(
            [
                [found["transfer"](start or fresh, frozen, augment, rate) for augment in (None, found["shifted"])]
                for start, frozen, rate in settings
            ]
        )
    found["shares"] = [[[run[n][m] for run in runs] for m in range(2)] for n in range(3)]
    print(found["shares"])
    many = found["labels"] >= 5
    found["x_few"], found["y_few"] = found["images"][many], found["labels"][many] - 5
    print("all labels:", [found["transfer"](start or found["make_backbone"](), f, found["shifted"], r) for start, f, r in settings])
    return found


# Chapter 13


def loop(drawing: Drawing, words: Words, found: Any) -> None:
    drawing.box(14, 60, 150, 56, fill="fill", line="ink", radius=6)
    drawing.text(89, 84, words("text so far", "已有的文本"), size=13, fill="soft")
    drawing.text(89, 105, "To be")
    drawing.line((164, 88), (214, 88), arrow=True)
    drawing.box(218, 48, 120, 80, fill="wash", line="accent", radius=6)
    drawing.text(278, 84, words("model", "模型"), fill="accent", weight="bold")
    drawing.text(278, 106, words("logits, softmax", "logits、softmax"), size=12, fill="accent")
    drawing.line((338, 88), (388, 88), arrow=True)
    for n, (name, share) in enumerate((("␣", 0.55), (",", 0.21), ("a", 0.12), ("s", 0.08), ("e", 0.04))):
        drawing.text(402, 44 + n * 24, name, size=14)
        drawing.box(418, 32 + n * 24, 130 * share, 16, fill="accent" if n == 1 else "wash", line="accent")
    drawing.text(480, 158, words("probabilities of the next character", "下一个字符的概率"), size=13, fill="soft")
    drawing.line((560, 64), (610, 64), arrow=True, colour="seal", stroke=2)
    drawing.text(572, 50, words("draw one", "抽一个"), size=13, fill="seal")
    drawing.box(616, 42, 44, 44, fill="fill", line="seal", radius=6, stroke=2)
    drawing.text(638, 70, ",", size=20, fill="seal", weight="bold")
    drawing.line((638, 86), (638, 190), (89, 190), (89, 120), arrow=True, colour="seal", stroke=2)
    drawing.text(360, 182, words("append it, and again", "接到末尾，再来一遍"), size=13, fill="seal")


def sampling(drawing: Drawing, words: Words, found: Any) -> None:
    logits = torch.tensor([2.0, 1.0, 0.5, 0.0, -1.0])
    choices = [("T = 1", {}), ("T = 0.5", {"temperature": 0.5}), ("T = 2", {"temperature": 2.0}), ("top-k 2", {"top_k": 2}), ("top-p 0.8", {"top_p": 0.8})]
    for n, (name, setting) in enumerate(choices):
        x0 = 20 + n * 154
        drawing.text(x0 + 62, 22, name, weight="bold")
        drawing.line((x0, 190), (x0 + 124, 190), colour="line")
        for token, share in enumerate(found["probabilities"](logits, **setting).tolist()):
            if share:
                drawing.box(x0 + 4 + token * 24, 190 - 150 * share, 20, 150 * share, fill="accent", line="accent")
            drawing.text(x0 + 14 + token * 24, 184 - 150 * share, round(100 * share), size=12, fill="ink" if share else "soft")
    drawing.text(400, 216, words("per cent; the same five logits each time", "百分数；五次用的是同样的五个 logits"), fill="soft", size=14)


def learning(found: dict[str, Any]) -> tuple[dict[int, list[float]], str]:
    """The loss on the test sonnets every 100 steps for three widths, and what the largest model writes."""
    text = (COURSE / "13-language-model" / "sonnets.txt").read_text(encoding="utf-8")
    sonnets, characters = text.strip().split("\n\n"), sorted(set(text))
    found["characters"], found["number"] = characters, {character: i for i, character in enumerate(characters)}
    train, test = found["encode"]("\n\n".join(sonnets[:120])), found["encode"]("\n\n".join(sonnets[120:]))
    windows, losses = found["windows"], {}
    for width, heads, layers in ((32, 4, 1), (64, 4, 2), (96, 4, 3)):
        torch.manual_seed(0)
        model, seen = found["GPT"](len(characters), width=width, heads=heads, layers=layers), []

        def watched(*arguments: Any, model: Any = model, seen: list[float] = seen) -> Any:
            watched.step += 1
            if watched.step % 100 == 0:
                seen.append(found["measured"](model, test))
            return windows(*arguments)

        watched.step = -1
        found["windows"] = watched
        found["fit"](model, train, 1000, rate=6e-3 if width < 96 else 4e-3)
        losses[width] = [*seen, found["measured"](model, test)]
        print(width, sum(p.numel() for p in model.parameters()), [round(loss, 2) for loss in losses[width]])
    found["windows"] = windows
    torch.manual_seed(2)
    written, start = "", found["encode"]("\n")
    for _ in range(6):
        tokens, _ = found["write"](model, start, 63, found["sampled"])
        written, start = written + found["decode"](tokens[1:]), tokens[-1:]
    return losses, written


def curves(drawing: Drawing, words: Words, found: Any) -> None:
    left, top, width, height = 60, 20, 480, 250

    def place(step: float, loss: float) -> tuple[float, float]:
        return left + step * width / 1000, top + (4.4 - loss) / 2.8 * height

    for loss in (2.0, 2.5, 3.0, 3.5, 4.0):
        drawing.text(left - 10, place(0, loss)[1] + 5, f"{loss:.1f}", anchor="end", fill="soft", size=14)
    names = (words("single characters", "单个字符"), words("pairs", "两字符"), words("triples", "三字符"))
    for order, (name, extra) in enumerate(zip(names, (1.0, 0.1, 0.02), strict=True)):
        y = place(0, found["count_model"][order])[1]
        drawing.line((left, y), (left + width, y), colour="soft", stroke=1.2, dash="5 4")
        drawing.text(left + width - 4, y - 6, words(f"counted: {name}", f"计数：{name}"), anchor="end", fill="soft", size=13)
    for step in (0, 500, 1000):
        drawing.text(place(step, 0)[0], top + height + 22, step, fill="soft", size=14)
    drawing.text(left + width / 2, top + height + 42, words("steps", "步"), fill="soft")
    for (size, losses), colour, shift in zip(found["losses"].items(), ("seal", "ink", "accent"), (-4, 4, 22), strict=True):
        line = [(100 * n, loss) for n, loss in enumerate(losses)]
        drawing.line(*(place(*point) for point in line), colour=colour, stroke=2.5)
        x, y = place(*line[-1])
        drawing.text(x + 12, y + shift, words(f"width {size}: {losses[-1]:.2f}", f"宽度 {size}：{losses[-1]:.2f}"), anchor="start", fill=colour)


def language_model() -> dict[str, Any]:
    found = listings("13-language-model")
    text = (COURSE / "13-language-model" / "sonnets.txt").read_text(encoding="utf-8")
    sonnets, characters = text.strip().split("\n\n"), sorted(set(text))
    number = {character: i for i, character in enumerate(characters)}
    found["train"], found["test"] = (
        torch.tensor([number[c] for c in "\n\n".join(part)]) for part in (sonnets[:120], sonnets[120:])
    )
    found["count_model"] = [found["count_model"](order, extra) for order, extra in ((0, 1.0), (1, 0.1), (2, 0.02))]
    found["losses"], written = learning(found)
    print(written)
    return found


CHAPTERS: dict[str, tuple[Callable[[], Any], list[tuple[Callable[..., None], int, int]]]] = {
    "12-transfer-learning": (transfer_learning, [(augment, 800, 150), (block, 800, 225), (transfer, 760, 265)]),
    "13-language-model": (language_model, [(loop, 690, 205), (sampling, 800, 225), (curves, 720, 325)]),
}


def main() -> None:
    torch.set_num_threads(1)
    for chapter in sys.argv[1:] or CHAPTERS:
        compute, figures = CHAPTERS[chapter]
        found = compute()
        for draw, width, height in figures:
            for suffix, colours in (("", LIGHT), (".dark", DARK)):
                for n, language in enumerate(LANGUAGES):
                    drawing = Drawing(width, height, colours)
                    draw(drawing, lambda *texts, n=n: texts[n], found)
                    save(chapter, f"{draw.__name__}.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
