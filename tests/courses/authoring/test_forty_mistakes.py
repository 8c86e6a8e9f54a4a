"""A course with every kind of mistake in it: one run names each with file, line and remedy, and the site stays."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.authoring.models import Release, SourceFile
from courses.authoring.publish import publish
from courses.authoring.source.folder import read_course
from courses.authoring.source.tree import CourseInvalid
from tests.courses.authoring.sample import FILES, Urls, write_course

CHAPTER, QUIZ, ADDITION = "01-start/chapter.en.md", "01-start/quizzes/start.yaml", "01-start/exercises/addition/"
FRONT = "---\ntitle: T\nsummary: S\nminutes: 5\n---\n"
RAW = {"cell_type": "raw", "id": "front", "metadata": {}, "source": FRONT}
ALL_NINE = 'title: {en: Q, zh-hans: 问}\nquestions:\n  - id: q\n    text: {en: "Why?", zh-hans: "为何？"}\n'

#: Five lines that would be 32,768 values.
EIGHT = ["1", "*a", "*b", "*c", "*d"]
BOMB = "".join(f"{name}: &{name} [{', '.join([each] * 8)}]\n" for name, each in zip("abcde", EIGHT, strict=True))

#: Each line of a text, and what is to be said of it.
TEXTS = {
    "# High": "a heading of level 1",
    "[nowhere](../09-none/chapter.en.md)": "the link ../09-none/chapter.en.md leads to no chapter",
    "[up](../../../etc/passwd)": "the link ../../../etc/passwd leads to no chapter",
    "[anchor](#none)": "the link #none leads to no heading or label",
    "[files](ftp://example.org/x)": "has a scheme that is not allowed",
    "[empty]()": "the link leads nowhere, expected [text](address)",
    "$\\nosuch{x}$": "the command \\nosuch is not known",
    "$\\frac{1$": "a `{` is not closed",
    "$$ x": "a $$ is not closed",
    "![](figures/box.svg)": "the image has no description",
    "![gone](figures/gone.svg)": "the figure figures/gone.svg does not exist",
    "![web](https://example.org/x.png)": "is no file of this course",
    "![up](../../../x.png)": "the figure ../../../x.png does not exist",
    "![text](figures/text.png)": "the figure figures/text.png is no PNG inside, expected what its name says",
    "![notes](figures/notes.doc)": "the figure figures/notes.doc is of no known kind",
    "![bad](figures/bad.svg)": "browsers do not draw the figure figures/bad.svg: mismatched tag",
    "![bomb](figures/bomb.svg)": "browsers do not draw the figure figures/bomb.svg: it declares an entity",
    "看[下一章]（../02-next/chapter.en.md）": "has a wide parenthesis, and is no link so",
    "[next](../02-next/chapter.en.md）": "has a wide parenthesis, and is no link so",
    "{ref}`words <unknown>`": "there is no label (unknown)=",
    "{foo}`bar`": "the role {foo} is unknown",
    "See[^gone].": "the footnote [^gone] is given nowhere",
    "<script>alert(1)</script>": "HTML is no part of a text here, and `<script>` would be shown as it stands",
    "| a | b |\n|---|\n| 1 | 2 |": "this table's head and the line below it have different numbers of columns",
    "```{quizz} start\n```": "the block {quizz} is unknown, expected `quiz` (did you mean that?)",
    "```{quiz} other\n```": "there is no quiz `other` in this chapter",
    "```{exercise} other\n```": "there is no exercise `other` in this chapter",
    "```{note}\n```": "{note} is empty",
    "```{figure} figures/box.svg\nx\n```": "the figure has no :alt:",
    "```{video} a.mp4\n```": "the video lacks its title, its captions or its transcript",
    "```pythn\nx = 1\n```": "listings cannot be highlighted as pythn",
    "```python\nunclosed": "the block is not closed",
}
#: Files, and what is to be said of them.
TREE: dict[str, tuple[str | bytes, str]] = {
    "03-gbk/chapter.zh-hans.md": (FRONT.replace("T", "开始").encode("gbk"), "md:2: a byte is not UTF-8"),
    "03-gbk/chapter.en.md": (FRONT.encode() + b"\0", "md:6: a byte is 0, expected text saved as UTF-8"),
    "04-front/chapter.en.md": ("Text.", "md:1: the front matter is missing"),
    "04-front/chapter.zh-hans.md": (FRONT.replace("5", "five"), "md:4: `minutes` is 'five', expected a whole number"),
    "05-circle/chapter.en.md": (
        FRONT.replace("---\n", "---\nprerequisites: [circle]\n", 1),
        "md:2: the prerequisites go in a circle: `circle` needs `circle`",
    ),
    "05-circle/chapter.zh-hans.md": (FRONT + "x" * 2**20, "md:0: the file is too large, expected at most 1024 KB"),
    "06-book/chapter.en.ipynb": ("{", "ipynb:1: this is no JSON"),
    "06-book/chapter.zh-hans.ipynb": (
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {},
                "cells": [RAW, {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "x\n\n$\\nosuch$"}],
            }
        ),
        "ipynb, cell 2:3: the command \\nosuch is not known",
    ),
    "06-book/chapter.md": ("x", "md:0: the name does not say in which language the chapter is"),
    "07-Upper/chapter.en.md": ("x", "07-Upper:0: a chapter's folder cannot have this name"),
    "02-again/chapter.en.md": (FRONT, "02-next:0: 02-again has this number too"),
    "02-again/chapter.fr.md": (FRONT, "course.yaml does not declare the language fr"),
    "lecture.yaml": ("[]", "expected `lectures.yaml` (did you mean that?)"),
    "events.yaml": (
        FILES["events.yaml"].replace("2020-05-01", "2020-13-01"),
        "yaml:6: `entries.0.dates.start` is '2020-13-01', expected a date such as",
    ),
    "papers.yaml": ("- slug: p\n  titel: x\n  url: nowhere\n  summary: s\n", "yaml:2: the key `titel` is unknown"),
    "tools.yaml": (
        "- {slug: t, title: T, summary: S, url: www.example.org}",
        "expected an address such as https://example.org/page",
    ),
    "faq.en.md": ("Before.\n\n## Empty?\n", "md:3: the question has no answer"),
    "placement.yaml": (FILES[QUIZ], "yaml:3: question `sum`: no chapter is named"),
    "01-start/quizzes/tab.yaml": ("title:\n\ten: x\n", "yaml:2: this is not YAML"),
    "01-start/quizzes/twice.yaml": ("title: {en: a, zh-hans: b}\ntitle: x\n", "yaml:2: the key `title` is given twice"),
    "01-start/quizzes/tag.yaml": (
        "title: !!python/object:os.system {}\n",
        "is not allowed, expected plain text, numbers",
    ),
    "01-start/quizzes/bomb.yaml": (BOMB, "the YAML grows too large"),
    "01-start/quizzes/bell.yaml": ("title: {en: a\x07, zh-hans: b}\n", "yaml:1: a control character, U+0007"),
    "01-start/quizzes/none.yaml": (
        "title: {en: a, zh-hans: b}\nquestions: []\n",
        "yaml:2: `questions` has too few entries",
    ),
    "01-start/quizzes/type.yaml": (
        ALL_NINE + "    type: essay\n",
        "yaml:5: `questions.0.type` is 'essay', expected 'single'",
    ),
    "01-start/quizzes/key.yaml": (
        ALL_NINE + "    type: number\n    answer: many\n",
        "yaml:6: `many` is not among the parameters",
    ),
    "01-start/quizzes/third.yaml": (
        ALL_NINE + "    type: number\n    answer: 1/3\n",
        "yaml:6: the answer is 0.333333333333, and without a tolerance",
    ),
    "01-start/quizzes/chinese.yaml": (
        ALL_NINE.replace(', zh-hans: "为何？"', "") + "    type: number\n    answer: 1\n",
        "yaml:4: `questions.0.text` has no text in zh-hans",
    ),
    "01-start/quizzes/unused.yaml": (
        ALL_NINE + "    type: number\n    params: {size: [1, 2]}\n    answer: 9\n",
        "yaml:6: the parameter `size` is used nowhere",
    ),
    "01-start/quizzes/braces.yaml": (
        ALL_NINE.replace("Why?", "How many {{sizes}} in $x_{{i}}$?") + "    type: number\n    answer: 9\n",
        "yaml:4: the question has no `params`, and {{sizes}} would be shown as it stands",
    ),
    "01-start/quizzes/drawn.yaml": (
        ALL_NINE
        + "    type: single\n    params: {a: [1, 2]}\n    choices:\n"
        + "      - {text: {en: '{{a}}', zh-hans: '{{a}}'}, correct: true}\n"
        + "      - {text: {en: '{{a*a}}', zh-hans: '{{a*a}}'}}\n",
        "yaml:7: with a = 1 two choices are '1'",
    ),
    "01-start/quizzes/name.yaml": (
        ALL_NINE + "    type: formula\n    variables: [x]\n    answer: 2*x + y\n",
        "yaml:7: the key of `q` cannot be read: `y` is none of the names in this question",
    ),
    "01-start/quizzes/typo.yaml": (
        ALL_NINE + "    type: formula\n    variables: [x]\n    answer: '2*x +'\n",
        "yaml:7: the key of `q` cannot be read: the formula ends too early",
    ),
    "01-start/quizzes/answer.yaml": (
        ALL_NINE + "    type: text\n    answer: ''\n",
        "yaml:6: `questions.0.answer` is '', expected a list or a number or a whole number or some text",
    ),
    "01-start/quizzes/wide.yaml": ("title：求和\nquestions: []\n", "and no `：`"),
    "01-start/quizzes/merge.yaml": (
        "title: {en: a, zh-hans: b}\n<<<<<<< HEAD\nattempts: 2\n=======\nattempts: 3\n>>>>>>> other\n",
        "yaml:2: a merge in git was left unfinished here",
    ),
    "01-start/quizzes/start.yml": (FILES[QUIZ], "yml:0: 01-start/quizzes/start.yaml is the quiz `start` too"),
    "01-start/quizzes/notes.json": ("{}", "json:0: no file of this name is a quiz"),
    "01-start/figures/text.png": ("text", ""),
    "01-start/figures/bad.svg": ("<svg xmlns='http://www.w3.org/2000/svg'><rect></svg>", ""),
    "01-start/figures/bomb.svg": ("<!DOCTYPE s [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>", ""),
    "01-start/exercises/nothing/readme.txt": ("x", "exercises/nothing:0: this is no exercise"),
    "01-start/exercises/Big/exercise.yaml": (
        FILES[ADDITION + "exercise.yaml"],
        "the name `Big` in exercises cannot stand in an address",
    ),
    ADDITION + "exercise.yaml": (
        FILES[ADDITION + "exercise.yaml"].replace(
            "points: 2\n",
            "points: 3\nruntime: tensorflow\nlimits: {second: 9}\npool: My Pool\nsolution: sometimes\n",
            1,
        ),
        "yaml:3: `runtime` is 'tensorflow', expected 'torch' or 'keras'",
    ),
    ADDITION + "test_hidden.py": (
        "import nosuch\n\n\ndef test_other():\n    assert nosuch\n",
        "py:4: the test test_other is not in exercise.yaml",
    ),
    ADDITION + "test_visible.py": ("def (:\n", "py:1: this is not Python"),
    ADDITION + "statement.en.md": ("", "md:1: the statement is empty"),
}


def written(parent: Path) -> Path:
    body = "".join(f"{line}\n\n" for line in TEXTS)
    changes: dict[str, str | None] = {CHAPTER: FRONT + body, "faq.zh-hans.md": None, ADDITION + "solution.py": None}
    folder = write_course(parent, changes=changes)
    for name, (content, _wanted) in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "01-start" / "figures" / "notes.doc").write_text("x")
    (folder / "01-start" / "figures" / "secret.svg").symlink_to("/etc/passwd")
    (folder / "08-link").symlink_to(folder / "01-start")
    os.mkfifo(folder / "01-start" / "pipe")
    return folder


@pytest.mark.django_db
def test_all_are_named_in_one_run_and_the_site_is_untouched(tmp_path: Path) -> None:
    before = publish(write_course(tmp_path / "good"), by=None)
    counted = Release.objects.count(), SourceFile.objects.count()
    said = io.StringIO()
    with pytest.raises(CommandError, match="mistakes; nothing was published"):
        call_command("publish", str(written(tmp_path)), stderr=said)
    lines = [line for line in said.getvalue().split("\n") if line]
    wanted = [*TEXTS.values(), *(each for _content, each in TREE.values() if each)]
    wanted += ["secret.svg:0: is a link", "08-link:0: is a link", "pipe:0: is no file that can be read"]
    wanted += ["yaml:6: `solution` is 'sometimes', expected never, passed, due or attempts:N"]
    wanted += ["the key `second` is unknown, expected `seconds`", "`pool` is 'My Pool'"]
    wanted += ["faq.zh-hans.md:0: the FAQ in zh-hans is missing"]
    wanted += ["`points` is 3, but the tests' points add up to 2"]
    missing = [each for each in wanted if not any(each in line for line in lines)]
    assert not missing, "\n".join([*missing, "", "not in", "", *lines])
    assert len(wanted) >= 75
    for line in lines:
        assert re.fullmatch(r"/.+:\d+: .{8,}", line), line
        assert len(line) < 1500
    after = Release.objects.get()
    assert (after, after.is_current) == (before, True)
    assert (Release.objects.count(), SourceFile.objects.count()) == counted


def _changed(name: str, content: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)

    return change


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (_changed(ADDITION + "solution.py", '"""Nothing."""\n'), "py:1: the solution is empty"),
        (_changed(ADDITION + "test_hidden.py", f"x = {'-' * 100_000}1\n"), "test_hidden.py:1: this is not Python"),
        (_changed(ADDITION + "solution.py", f"x = {'-' * 100_000}1\n"), "solution.py:1: this is not Python"),
        (_changed(ADDITION + "solution.py", "def (:\n"), "solution.py:1: this is not Python"),
        (_changed(ADDITION + "test_visible.py", "x = 1\n"), "py:1: there is no test in it"),
        (_changed(ADDITION + "test_hidden.py", "def test_adds():\n    assert 1\n"), "test_adds takes nothing, and so"),
        (_changed(ADDITION + "starter.py", FILES[ADDITION + "solution.py"]), "starter.py:1: this is the solution"),
        (
            _changed(ADDITION + "test_hidden.py", "def test_adds(student):\n    feedback('off-by-one')\n"),
            "test_hidden.py:2: exercise.yaml has no feedback `off-by-one` for test_adds",
        ),
        (
            _changed("course.yaml", FILES["course.yaml"].replace("[en, zh-hans]", "[en, zh-hans, en]")),
            "course.yaml:3: `languages`: a language is there twice",
        ),
        (_changed(ADDITION + "mutants/a.py", "x = 1\n"), "a.py:1: the wrong answer names no test that it must fail"),
        (_changed(ADDITION + "mutants/b.py", '"""Must fail: test_no."""\n'), "must fail in test_no, and there is no"),
        (
            _changed(ADDITION + "exercise.yaml", FILES[ADDITION + "exercise.yaml"] + "prerequisites: [addition]\n"),
            "the prerequisites go in a circle: `addition` needs `addition`",
        ),
        (
            _changed("02-next/chapter.en.md", FRONT + "a[^1]\n\n[^1]: b\n\n[^1]: c\n"),
            "the footnote [^1] is given twice",
        ),
    ],
)
def test_what_only_a_sound_exercise_shows(tmp_path: Path, change: Callable[[Path], None], wanted: str) -> None:
    folder = write_course(tmp_path)
    change(folder)
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    assert any(wanted in str(problem) for problem in caught.value.problems), caught.value.problems


def test_old_line_ends_and_marks_of_windows_are_read(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    whole = read_course(folder, Urls()).chapters[0].texts["en"]["toc"]
    for ends in (b"\r\n", b"\r"):
        (folder / CHAPTER).write_bytes(b"\xef\xbb\xbf" + FILES[CHAPTER].encode().replace(b"\n", ends))
        assert read_course(folder, Urls()).chapters[0].texts["en"]["toc"] == whole
