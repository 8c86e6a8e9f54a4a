"""A broken course folder: every mistake in one run, each at its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from courses.authoring.source.folder import read_course
from courses.authoring.source.tree import CourseInvalid
from tests.courses.authoring.sample import FILES, Urls, write_course

CHAPTER, QUIZ, SPEC = (
    "01-start/chapter.en.md",
    "01-start/quizzes/start.yaml",
    "01-start/exercises/addition/exercise.yaml",
)
FRONT = "---\ntitle: T\nsummary: S\nminutes: 5\n---\n"
BLOCKS = "\n```{quiz} start\n```\n\n```{exercise} addition\n```\n"


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    return [str(problem) for problem in caught.value.problems]


def chapter(body: str) -> dict[str, str | None]:
    return {CHAPTER: FRONT + body + BLOCKS, "02-next/chapter.en.md": FRONT + "Text.\n"}


def test_the_sample_is_right(tmp_path: Path) -> None:
    course = read_course(write_course(tmp_path), Urls())
    assert [chapter.slug for chapter in course.chapters] == ["start", "next"]
    assert course.public == {"01-start/figures/box.svg", "01-start/figures/box.dark.svg"}


def test_one_language_is_enough(tmp_path: Path) -> None:
    changes: dict[str, str | None] = dict.fromkeys(name for name in FILES if "zh-hans.md" in name)
    for name, text in FILES.items():
        if name.endswith(".yaml"):
            changes[name] = re.sub(r",\s*zh-hans: [^,}\n]*}", "}", text).replace("[en, zh-hans]", "[en]")
    course = read_course(write_course(tmp_path, changes=changes), Urls())
    assert [list(chapter.texts) for chapter in course.chapters] == [["en"], ["en"]]


def test_all_mistakes_of_a_course_come_in_one_run(tmp_path: Path) -> None:
    body = """
# Too high

[nowhere](../09-none/chapter.en.md) and [no heading](#none) and [ftp](ftp://x.org/y)

$\\nosuch{x}$ and ![](figures/box.svg)

```{figure} figures/box.svg
Without alt.
```

```{figure} figures/gone.svg
:alt: Gone
```

```{quizz} start
```

```{quiz} other
```

```{exercise} subtraction
```

```{note}
```

{ref}`words <unknown>` and {foo}`bar`

```pythn
x = 1
```

```python
unclosed
"""
    quiz = (
        FILES[QUIZ]
        .replace("correct: true\n        why: {en: WHY-TWO", "why: {en: WHY-TWO")
        .replace("id: even", "id: sum")
    )
    spec = FILES[SPEC].replace("points: 2\ntests", "points: 3\ntest").replace(", zh-hans: 加法", "")
    changes: dict[str, str | None] = {
        CHAPTER: FRONT.replace("minutes", "minuts") + body,
        QUIZ: quiz,
        SPEC: spec,
        "01-start/exercises/addition/test_visible.py": None,
        "01-start/exercises/addition/statement.zh-hans.md": None,
        "01-start/exercises/addition/solution.py": None,
        "02-next/chapter.zh-hans.md": None,
        "02-next/chapter.fr.md": "---\n---\n",
        "02-again/chapter.en.md": FRONT + "Text.",
        "lecture.yaml": "[]",
        "tools.yaml": "- slug: T\n  titel: x\n  url: nowhere\n  summary: s\n",
        "faq.en.md": "Before.\n\n## Empty?\n",
    }
    found = mistakes(write_course(tmp_path, changes=changes))
    text = "\n".join(found)
    assert len(found) >= 30, text
    for wanted in (
        f"{CHAPTER}:4: the key `minuts` is unknown, expected `minutes` (did you mean that?)",
        f"{CHAPTER}:2: the key `minutes` is missing",
        f"{CHAPTER}:7: a heading of level 1",
        f"{CHAPTER}:9: the link ../09-none/chapter.en.md leads to no chapter",
        f"{CHAPTER}:9: the link #none leads to no heading or label",
        f"{CHAPTER}:9: the link ftp://x.org/y has a scheme that is not allowed",
        f"{CHAPTER}:11: the command \\nosuch is not known",
        f"{CHAPTER}:11: the image has no description",
        f"{CHAPTER}:13: the figure has no :alt:",
        f"{CHAPTER}:17: the figure figures/gone.svg does not exist",
        f"{CHAPTER}:21: the block {{quizz}} is unknown, expected `quiz` (did you mean that?)",
        f"{CHAPTER}:24: there is no quiz `other` in this chapter",
        f"{CHAPTER}:27: there is no exercise `subtraction` in this chapter",
        f"{CHAPTER}:30: {{note}} is empty",
        f"{CHAPTER}:33: there is no label (unknown)=",
        f"{CHAPTER}:33: the role {{foo}} is unknown",
        f"{CHAPTER}:35: listings cannot be highlighted as pythn, expected `python` (did you mean that?)",
        f"{CHAPTER}:39: the block is not closed",
        f"{CHAPTER}:0: the quiz `start` stands nowhere in this text",
        f"{CHAPTER}:0: the exercise `addition` stands nowhere in this text",
        f"{QUIZ}:3: `questions.0`: a single question needs two choices or more, exactly one of them correct",
        f"{SPEC}:1: `title` has no text in zh-hans",
        f"{SPEC}:3: the key `test` is unknown, expected `tests` (did you mean that?)",
        "addition/test_visible.py:0: the file is missing",
        "addition/statement.zh-hans.md:0: the statement in zh-hans is missing",
        "02-next/chapter.zh-hans.md:0: the chapter in zh-hans is missing",
        "02-next/chapter.fr.md:0: course.yaml does not declare the language fr",
        "02-next:0: 02-again has this number too",
        "lecture.yaml:0: no file of this name belongs to a course, expected `lectures.yaml` (did you mean that?)",
        "tools.yaml:2: the key `titel` is unknown",
        "tools.yaml:1: `entries.0.slug` is 'T'",
        "tools.yaml:3: `entries.0.url` is 'nowhere'",
        "faq.en.md:1: a text before the first question",
        "faq.en.md:3: the question has no answer",
    ):
        assert wanted in text, f"{wanted}\n\nnot in\n\n{text}"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("## A\n\n#### B\n", "8: a heading of level 4 follows one of level 2"),
        ("```{note}\n## Inside\n```\n", "7: a heading inside a block"),
        ("```{note}\n:icon: x\nText\n```\n", "6: {note} has no option :icon:"),
        (":::{tip}\nnever closed\n", "6: the block is not closed"),
        ("$$\nx^2\n", "is not closed"),
        ("$$ x & y $$\n", "6: "),
        ("````{note}\n```{quiz} start\n```\n````\n", "7: {quiz} has no place here"),
        ("[up](../../etc/passwd)\n", "6: the link ../../etc/passwd leads to no chapter"),
        (
            "[test](exercises/addition/test_hidden.py)\n",
            "6: the link exercises/addition/test_hidden.py leads",
        ),
        ("[key](quizzes/start.yaml)\n", "6: the link quizzes/start.yaml leads to no chapter"),
        ("[gone](data.npz)\n", "6: the link data.npz leads to no chapter"),
        ("[js](javascript:alert(1)) x\n", ""),
        ("![up](../../../etc/x.png)\n", "6: the figure ../../../etc/x.png does not exist"),
        ("| a |\n|---|\n| $\\bad$ |\n", "the command \\bad is not known"),
    ],
)
def test_mistakes_in_a_text(tmp_path: Path, body: str, wanted: str) -> None:
    changes = chapter(body)
    if not wanted:  # markdown-it takes such a link for text: nothing to follow, nothing to report
        course = read_course(write_course(tmp_path, changes=changes), Urls())
        assert "<p>[js](javascript:alert(1)) x</p>" in str(course.chapters[0].texts)
        return
    found = mistakes(write_course(tmp_path, changes=changes))
    assert any(problem.startswith(CHAPTER) and wanted in problem for problem in found), found


def test_a_block_used_twice_is_named(tmp_path: Path) -> None:
    found = mistakes(write_course(tmp_path, changes=chapter("```{quiz} start\n```\n")))
    assert found == [f"{CHAPTER}:9: the quiz `start` stands here twice, expected it once"]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("answer: 9098", "answer: many", "`many` is not among the parameters"),
        ("answer: [1, 28, 28]", "answer: 28", "a shape question needs `answer`, a list of whole numbers"),
        ("type: number", "type: essay", "is 'essay', expected 'single', 'multiple', 'number', 'shape', 'text'"),
        ("type: number", "type: formula", "a formula question needs `answer`, a formula in quotes, and `variables`"),
        ("type: shape", "type: text", "a text question needs `answer`, a text or a list of texts"),
        (
            "answer: 9098",
            "answer: 9098\n    case: true",
            "a number question has no `case`; it has",
        ),
        ("answer: 9098", "answer: 2 * size", "`size` is not among the parameters (there are none)"),
        ("answer: 9098", "params: {k: [1, 2]}\n    answer: k / (k - 1)", "`k / (k - 1)` cannot be computed"),
        ("answer: 9098", "params: {k: [1, 2]}\n    answer: 9**k**k**9**9", "the exponent"),
        ("answer: 9098", "params: {a: [1,2,3,4,5], b: [1,2,3,4,5], c: [1,2,3]}\n    answer: 1", "in 75 ways"),
        ("id: even", "id: sum", "the question `sum` is there twice"),
        ("{text: {en: five, zh-hans: 五}}", "{text: {en: four, zh-hans: 五}}", "two choices have the same text"),
        ("{en: How many parameters?, zh-hans: 有多少个参数？}", "{en: How many parameters?}", "has no text in zh-hans"),
        ("answer: 9098", "answer: 9098\n    tolerance: -1", "expected at least 0"),
        ("{en: four, zh-hans: 四}", "{en: '$\\frac{1}$', zh-hans: 四}", "lacks one of its parts"),
    ],
)
def test_mistakes_in_a_quiz(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in FILES[QUIZ]
    found = mistakes(write_course(tmp_path, changes={QUIZ: FILES[QUIZ].replace(old, new)}))
    assert any(problem.startswith(f"{QUIZ}:") and wanted in problem for problem in found), found


def test_slugs_are_unique_in_the_whole_course(tmp_path: Path) -> None:
    again = {name.replace("01-start", "03-start"): text for name, text in FILES.items() if name.startswith("01-start")}
    text = "\n".join(mistakes(write_course(tmp_path, changes=dict(again))))
    assert "03-start:0: another chapter is called `start` too" in text
    assert "03-start/quizzes/start.yaml:0: 01-start/quizzes/start.yaml is called `start` too" in text
    assert "03-start/exercises/addition:0: 01-start/exercises/addition is called `addition` too" in text


def test_a_label_given_twice_is_named(tmp_path: Path) -> None:
    text = FILES["02-next/chapter.en.md"].replace("(more)=", "(first)=\n## Again\n\n(more)=")
    assert mistakes(write_course(tmp_path, changes={"02-next/chapter.en.md": text})) == [
        f"02-next/chapter.en.md:0: the label (first)= stands in {CHAPTER} too, expected a label of its own"
    ]


def test_unknown_prerequisites_are_named(tmp_path: Path) -> None:
    changes: dict[str, str | None] = {
        "02-next/chapter.en.md": FILES["02-next/chapter.en.md"].replace("[start]", "[begin]"),
        SPEC: FILES[SPEC] + "prerequisites: [subtraction]\n",
    }
    found = mistakes(write_course(tmp_path, changes=changes))
    assert found == [
        f"{SPEC}:7: there is no exercise `subtraction`, expected the slug of an exercise",
        "02-next/chapter.en.md:5: there is no chapter `begin`, expected another chapter's slug",
    ]


def test_a_link_is_refused(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / "01-start" / "figures" / "secret.svg").symlink_to("/etc/passwd")
    assert mistakes(folder) == [
        "01-start/figures/secret.svg:0: is a link, expected a plain file: a release is a snapshot"
    ]


def test_a_folder_without_course_yaml_is_no_course(tmp_path: Path) -> None:
    assert mistakes(tmp_path)[0].startswith("course.yaml:0: ")


def test_a_chapter_folder_without_a_number_is_named(tmp_path: Path) -> None:
    found = mistakes(write_course(tmp_path, changes={"extra/chapter.en.md": "x"}))
    assert found == [
        "extra:0: a chapter's folder cannot have this name, expected a number, a hyphen and a name of small letters "
        "and digits, such as 01-extra"
    ]
