"""A course read again takes up what did not change, and is in everything what reading it anew would give."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from courses.authoring.models import KeptPart
from courses.authoring.publish import publish
from courses.authoring.source.folder import read_chapter, read_course
from courses.authoring.source.memory import Memory
from courses.authoring.source.tree import Course, CourseInvalid
from courses.catalog.models import Exercise
from tests.courses.authoring.sample import FILES, SVG, Urls, write_course

TEXT, CHINESE, NEXT = "01-start/chapter.en.md", "01-start/chapter.zh-hans.md", "02-next/chapter.en.md"
EXERCISE, QUIZ = "01-start/exercises/addition", "01-start/quizzes/start.yaml"
#: Each change on top of those before it, and the parts that it makes to be made again.
CHANGES: list[tuple[dict[str, str | None], set[str]]] = [
    ({TEXT: FILES[TEXT].replace("Text with", "A text with")}, {f"text {TEXT}", f"anchors {TEXT}"}),
    ({"course.yaml": FILES["course.yaml"].replace("0.7", "0.8")}, set()),
    # a label moves to another chapter: whoever refers to it leads elsewhere
    (
        {
            TEXT: FILES[TEXT].replace("(first)=\n", ""),
            CHINESE: FILES[CHINESE].replace("(first)=\n", ""),
            "03-last/chapter.en.md": "---\ntitle: L\nsummary: S\nminutes: 1\n---\n(first)=\n## L\n",
            "03-last/chapter.zh-hans.md": "---\ntitle: L\nsummary: S\nminutes: 1\n---\n(first)=\n## L\n",
        },
        {f"text {TEXT}", f"anchors {TEXT}", f"text {NEXT}", f"text {CHINESE}", f"anchors {CHINESE}"},
    ),
    # a figure, and its variant for dark pages
    ({"01-start/figures/box.svg": SVG.replace("200", "300")}, {f"text {TEXT}", f"text {CHINESE}"}),
    ({"01-start/figures/box.dark.svg": None}, {f"text {TEXT}", f"text {CHINESE}"}),
    # titles that the notebook to take away shows
    ({QUIZ: FILES[QUIZ].replace("Check yourself", "Check it")}, {f"quiz {QUIZ}", f"text {TEXT}"}),
    (
        {f"{EXERCISE}/exercise.yaml": FILES[f"{EXERCISE}/exercise.yaml"].replace("Addition", "Adding")},
        {f"exercise {EXERCISE}", f"text {TEXT}"},
    ),
    ({f"{EXERCISE}/starter.py": "def add(a, b):\n    pass\n"}, {f"exercise {EXERCISE}"}),
    # a file of grading that a release does not list
    ({f"{EXERCISE}/data/table.csv~": "a\n"}, {f"exercise {EXERCISE}"}),
    ({"faq.en.md": FILES["faq.en.md"].replace("Is it hard", "Is it long")}, {"faq faq.en.md", "anchors faq.en.md"}),
    ({"lectures.yaml": FILES["lectures.yaml"].replace("2024", "2023")}, {"listing lectures.yaml"}),
]


def _whole(course: Course) -> str:
    return json.dumps(asdict(course), default=repr, sort_keys=True)


def _as_kept(memory: Memory) -> Memory:
    """As a database keeps it, which knows no tuples."""
    return Memory(earlier=json.loads(json.dumps(memory.now)))


def test_reading_with_memory_gives_what_reading_anew_gives(tmp_path: Path) -> None:
    memory = Memory()
    changes: dict[str, str | None] = {}
    read_course(write_course(tmp_path), Urls(), memory)
    for change, made_again in CHANGES:
        changes |= change
        folder, memory = write_course(tmp_path, changes=changes), _as_kept(memory)
        remembered = read_course(folder, Urls(), memory)
        assert _whole(remembered) == _whole(read_course(folder, Urls())), change
        again = {name for name, part in memory.now.items() if part is not memory.earlier.get(name)}
        assert {name for name in again if "03-last" not in name} == made_again, change
    unchanged = _as_kept(memory)
    read_course(folder, Urls(), unchanged)
    assert all(part is unchanged.earlier[name] for name, part in unchanged.now.items())
    assert unchanged.now.keys() == unchanged.earlier.keys()


def test_mistakes_are_told_each_time(tmp_path: Path) -> None:
    folder = write_course(tmp_path, changes={NEXT: FILES[NEXT].replace("`back", "`back <nowhere>` {ref}`back")})
    memory, told = Memory(), []
    for _ in range(2):
        with pytest.raises(CourseInvalid) as caught:
            read_course(folder, Urls(), memory)
        told.append(caught.value.problems)
        memory = _as_kept(memory)
    assert told[0] == told[1]
    assert [problem.file for problem in told[0]] == [NEXT]


def test_a_figure_that_is_gone_is_missed_by_the_text_that_did_not_change(tmp_path: Path) -> None:
    memory = Memory()
    read_course(write_course(tmp_path), Urls(), memory)
    folder = write_course(tmp_path, changes={"01-start/figures/box.svg": None, "01-start/figures/box.dark.svg": None})
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls(), _as_kept(memory))
    assert {problem.file for problem in caught.value.problems} == {TEXT, CHINESE}


def test_a_preview_takes_up_what_is_kept(tmp_path: Path) -> None:
    memory = Memory()
    folder = write_course(tmp_path)
    read_course(folder, Urls(), memory)
    kept = _as_kept(memory)
    chapter, problems = read_chapter(folder, "01-start", Urls(), kept)
    assert (chapter, problems) == read_chapter(folder, "01-start", Urls())
    assert kept.now[f"exercise {EXERCISE}"] is kept.earlier[f"exercise {EXERCISE}"]


@pytest.mark.django_db
def test_publishing_keeps_the_parts_of_one_release(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    publish(folder, by=None)
    before = dict(KeptPart.objects.values_list("name", "pk"))
    assert f"text {TEXT}" in before
    (folder / NEXT).write_text(FILES[NEXT].replace("## More", "## Much more"))
    (folder / "events.yaml").unlink()
    first = Exercise.objects.get()
    publish(folder, by=None)
    assert set(before) - set(KeptPart.objects.values_list("name", flat=True)) == {"listing events.yaml"}
    second = Exercise.objects.exclude(pk=first.pk).get()
    for name in ("spec", "statement", "starter", "solution", "visible_test", "bundle", "exercise_digest", "title"):
        assert getattr(second, name) == getattr(first, name), name
