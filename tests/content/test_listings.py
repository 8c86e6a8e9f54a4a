"""The code in the chapters runs, and prints what the chapters say it prints."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.content.reading import CHAPTERS, COURSE, Fence, fences

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
#: Training rounds differently from processor to processor; 30 of the 1,000 test images, or of the mistakes among them.
TOLERANCE, COUNT_TOLERANCE = 0.03, 30
#: Chapters whose networks train for more than ten seconds of one processor.
TRAINS_LONG = ("12-transfer-learning", "13-language-model")
LONG_LOOP, FEW_STEPS = 100, 5


@pytest.fixture
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        yield
    torch.set_num_threads(before)


def _marked(chapter: Path) -> Any:
    return pytest.param(chapter, marks=pytest.mark.long if chapter.name in TRAINS_LONG else (), id=chapter.name)


@pytest.mark.parametrize("chapter", [_marked(chapter) for chapter in CHAPTERS])
@pytest.mark.usefixtures("one_thread")
def test_the_listings_of_a_chapter_run_in_order_and_print_what_it_says(
    chapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_folder_of(chapter, tmp_path))
    for printed, told in _printed(chapter, {}):
        assert _same(printed, told), printed


@pytest.mark.parametrize("chapter", TRAINS_LONG)
@pytest.mark.usefixtures("one_thread")
def test_what_trains_long_runs_with_a_few_steps_too(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short sibling: numbers are compared until the first training, and words from then on."""
    monkeypatch.chdir(_folder_of(COURSE / chapter, tmp_path))
    cut: list[int] = []

    def few(*bounds: int) -> range:
        steps = range(*bounds)
        if len(steps) < LONG_LOOP:
            return steps
        cut.append(len(steps))
        return steps[:FEW_STEPS]

    for printed, told in _printed(COURSE / chapter, {"range": few}):
        assert _form(printed) == _form(told) if cut else _same(printed, told), printed
    assert cut


def _folder_of(chapter: Path, folder: Path) -> Path:
    """A folder with the data that lies beside the chapter's code."""
    shutil.copy(COURSE / "02-neural-networks" / "digits.npz", folder)
    for kind in ("npz", "txt", "json"):
        for file in chapter.glob(f"*.{kind}"):
            shutil.copy(file, folder)
    return folder


def _printed(chapter: Path, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What each listing prints, one after another, and what the chapter says that it does."""
    namespace: dict[str, Any] = {"__name__": "__main__", **given}
    blocks = fences((chapter / "chapter.en.md").read_text(encoding="utf-8"))
    assert sum(block.kind == "python" for block in blocks) >= 5
    for block, following in zip(blocks, [*blocks[1:], Fence("", "", "")], strict=True):
        if block.kind == "python":
            yield _run(block.body, namespace), following.body if following.kind == "text" else ""
    for value in namespace.values():
        if isinstance(value, np.lib.npyio.NpzFile):
            value.close()


def _run(code: str, namespace: dict[str, Any]) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, "listing", "exec"), namespace)
    return output.getvalue()


def _form(text: str) -> str:
    """A text without what training decides."""
    return re.sub(r"True|False", "?", _NUMBER.sub("#", text))


def _same(printed: str, told: str) -> bool:
    """Equal but for rounding. What is counted, not measured, is equal."""
    if _NUMBER.sub("#", printed) != _NUMBER.sub("#", told):
        return False
    pairs = zip(_NUMBER.findall(printed), _NUMBER.findall(told), strict=True)
    return all(_close(ours, theirs, mistakes="wrong" in told) for ours, theirs in pairs)


def _close(ours: str, theirs: str, *, mistakes: bool) -> bool:
    if mistakes and int(theirs) < 10:
        return True  # which digit is most often taken for which may differ
    if mistakes:
        return abs(int(ours) - int(theirs)) <= COUNT_TOLERANCE
    if "." not in theirs:
        return ours == theirs
    return abs(float(ours) - float(theirs)) <= TOLERANCE


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_both_languages_have_the_same_code_but_for_comments(chapter: Path) -> None:
    english, chinese = (
        fences((chapter / f"chapter.{language}.md").read_text(encoding="utf-8")) for language in ("en", "zh-hans")
    )
    for ours, theirs in zip(english, chinese, strict=True):
        if ours.kind == "python":
            assert ast.dump(ast.parse(ours.body)) == ast.dump(ast.parse(theirs.body))
        if ours.kind == "text":
            assert ours.body == theirs.body


@pytest.mark.parametrize("exercise", sorted(COURSE.glob("*/exercises/*/statement.*.md")), ids=str)
def test_the_code_in_a_statement_is_python(exercise: Path) -> None:
    for block in fences(exercise.read_text(encoding="utf-8")):
        if block.kind == "python":
            ast.parse(block.body)
