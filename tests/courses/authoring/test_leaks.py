"""What a new student can read of a course holds no solution, no hidden test, no expected value and no guide."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.authoring.source.leaks import as_secret, found_in, open_text, secrets_of
from courses.cohorts.models import Enrollment
from tests.courses.authoring import nbgrader_course as made
from tests.courses.authoring.sample import FILES as SAMPLE
from tests.courses.authoring.sample import write_course

PLACE = "01-start/exercises/book"
FILES = {
    f"{PLACE}/exercise.yaml": """\
title: {en: Book, zh-hans: 书}
points: 3
mode: notebook
tests:
  test_it: {points: 1, title: {en: It works, zh-hans: 能用}}
  why:
    manual: true
    points: 2
    title: {en: Why, zh-hans: 为什么}
    guide:
      en: One point for naming the frobnicator
      zh-hans: 说出频率器得一分，说明原因再得一分，写清楚
""",
    f"{PLACE}/statement.en.md": "Write `area`.\n",
    f"{PLACE}/statement.zh-hans.md": "请写 `area`。\n",
    f"{PLACE}/starter.ipynb": made.notebook([made.code("def area(radius):\n    ...")]),
    f"{PLACE}/solution.ipynb": made.notebook([made.code("def area(radius):\n    return 3.14159 * radius ** 2")]),
    f"{PLACE}/test_hidden.ipynb": made.notebook(
        [{**made.code("assert area(37) == 4300.83\nassert area(1) < 4"), "metadata": {"gradus": {"test": "test_it"}}}]
    ),
    **{
        f"01-start/chapter.{language}.md": SAMPLE[f"01-start/chapter.{language}.md"] + "\n```{exercise} book\n```\n"
        for language in ("en", "zh-hans")
    },
}


@pytest.mark.django_db
def test_nothing_of_a_course_can_be_read_that_its_author_does_not_show(tmp_path: Path) -> None:
    publish(write_course(tmp_path, changes=dict(FILES)), by=None)
    said = StringIO()
    call_command("find_leaks", "sums", stdout=said)
    assert said.getvalue().startswith("none of ")
    assert not User.objects.exists()  # the visitor has gone
    assert not Enrollment.objects.exists()


@pytest.mark.django_db
def test_what_does_leak_is_found_with_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = publish(write_course(tmp_path, changes=dict(FILES)), by=None)
    book = release.exercises.get(slug="book")
    book.starter = {"submission.ipynb": json.loads(json.dumps(FILES[f"{PLACE}/solution.ipynb"]))}
    book.statement = {"en": "<p>It is <code>4300.83</code>, name the fro<b>b</b>nicator.</p>", "zh-hans": ""}
    book.save(update_fields=["starter", "statement"])
    said = StringIO()
    with pytest.raises(CommandError, match="leaks"):
        call_command("find_leaks", "sums", stdout=said)
    told = said.getvalue()
    assert "exercises/book/: book: expected value: 4300.83" in told
    assert "starter/submission.ipynb: book: solution: return 3.14159 * radius ** 2" in told
    assert "archive/ book/submission.ipynb: book: solution: return 3.14159 * radius ** 2" in told
    with pytest.raises(CommandError, match="there is no published course nothing"):
        call_command("find_leaks", "nothing")


def test_a_secret_is_what_no_open_text_has() -> None:
    files = {name.removeprefix(f"{PLACE}/"): text.encode() for name, text in FILES.items() if name.startswith(PLACE)}
    secrets = secrets_of("book", files, open_text(files))
    assert {(secret.kind, secret.text) for secret in secrets} == {
        ("solution", "return 3.14159 * radius ** 2"),
        ("hidden test", "assert area(37) == 4300.83"),
        ("hidden test", "assert area(1) < 4"),
        ("expected value", "4300.83"),
        ("guide", "One point for naming the frobnicator"),
        ("guide", "说出频率器得一分，说明原因再得一分，写清楚"),
    }
    page = b"<p>return 3.14159 <span>*</span> radius\n ** 2, 14300.83 &lt;</p>"
    assert [secret.kind for secret in found_in(secrets, "page", page)] == ["solution"]


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        (True, ""),
        (None, ""),
        (42, ""),
        (12345, "12345"),
        (0.5, ""),
        (3.1416, "3.1416"),
        ("ab", ""),
        ("abcdef", "abcdef"),
    ],
)
def test_what_everybody_writes_is_no_secret(value: object, secret: str) -> None:
    assert as_secret(value) == secret
