"""Draw the figure of chapter 15: `python content/large-models/figures_limits.py`."""
from __future__ import annotations

from collections.abc import Callable

import torch

from figures import DARK, LANGUAGES, LIGHT, Drawing, save
from figures_models import listings

CHAPTER = "15-limits-and-responsibility"
Measured = list[tuple[torch.Tensor, float, float]]


def measured() -> Measured:
    """One image (28, 28), the share that is right and the mean confidence, for each shift of the chapter."""
    found = listings(CHAPTER)
    rows = []
    for images in found["shifts"].values():  # each (1000, 28, 28)
        with torch.no_grad():
            sure, guess = torch.softmax(found["model"](images.flatten(1)), dim=1).max(dim=1)
        rows.append((images[0], (guess == found["y_test"]).float().mean().item(), sure.mean().item()))
    return rows


def shift(drawing: Drawing, words: Callable[[str, str], str], rows: Measured) -> None:
    names = [
        words("as in training", "与训练时相同"),
        words("moved by 3 pixels", "平移 3 个像素"),
        words("turned by 90 degrees", "旋转 90 度"),
        words("black and white swapped", "黑白对调"),
    ]
    for n, (name, (image, right, sure)) in enumerate(zip(names, rows, strict=True)):
        y = 14 + 72 * n
        drawing.box(16, y, 56, 56)
        drawing.pixels(image.numpy(), 16, y, 2)
        drawing.text(90, y + 34, name, anchor="start")
        bars = ((right, "accent", words("right", "答对"), 4), (sure, "seal", words("sure", "把握"), 30))
        for share, colour, label, offset in bars:
            x = 310 + 360 * share
            drawing.box(310, y + offset, 360 * share, 22, fill=colour, line=colour)
            drawing.text(x + 8, y + offset + 17, f"{100 * share:.0f}{words(' %', '%')} {label}", anchor="start", fill=colour, size=14)
    drawing.line((310, 10), (310, 292), colour="line")


def main() -> None:
    torch.set_num_threads(1)
    rows = measured()
    for suffix, colours in (("", LIGHT), (".dark", DARK)):
        for n, language in enumerate(LANGUAGES):
            drawing = Drawing(720, 300, colours)
            shift(drawing, lambda *texts, n=n: texts[n], rows)
            save(CHAPTER, f"shift.{language}{suffix}.svg", drawing)


if __name__ == "__main__":
    main()
