"""A class out of nbgrader's gradebook: people, dates, points and comments, once, and nothing is written to the file."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment, Extension
from courses.exercises.models import Grade, Submission
from tests.courses.authoring import nbgrader_course as made
from tests.courses.conftest import make_exercise

TABLES = """
CREATE TABLE student (id TEXT, first_name TEXT, last_name TEXT, email TEXT, lms_user_id TEXT);
CREATE TABLE assignment (id TEXT, name TEXT, duedate DATETIME, course_id TEXT);
CREATE TABLE notebook (id TEXT, name TEXT, assignment_id TEXT);
CREATE TABLE base_cell (id TEXT, name TEXT, notebook_id TEXT, type TEXT);
CREATE TABLE submitted_assignment (id TEXT, assignment_id TEXT, student_id TEXT, timestamp DATETIME,
                                   extension DATETIME);
CREATE TABLE submitted_notebook (id TEXT, assignment_id TEXT, notebook_id TEXT, late_submission_penalty FLOAT);
CREATE TABLE grade (id TEXT, notebook_id TEXT, cell_id TEXT, auto_score FLOAT, manual_score FLOAT, extra_credit FLOAT,
                    needs_manual_grade BOOLEAN);
CREATE TABLE comment (id TEXT, notebook_id TEXT, cell_id TEXT, auto_comment TEXT, manual_comment TEXT);
INSERT INTO student VALUES ('alice', 'Alice', 'A', 'alice@example.org', NULL), ('newone', 'New', 'One', NULL, NULL),
                           ('not a name', NULL, NULL, NULL, NULL);
INSERT INTO assignment VALUES ('a', 'week 1', '2026-02-01 17:00:00.000000', 'c');
INSERT INTO notebook VALUES ('n', 'triangles', 'a'), ('m', 'gone', 'a');
INSERT INTO base_cell VALUES ('1', 'small_triangles', 'n', 'GradeCell'), ('2', 'part', 'n', 'GradeCell'),
                             ('3', 'why', 'n', 'GradeCell'), ('4', 'own', 'n', 'TaskCell');
INSERT INTO submitted_assignment VALUES
    ('sa', 'a', 'alice', '2026-02-02 10:00:00.000000', '1970-01-03 00:00:00.000000'),
    ('sb', 'a', 'newone', '2026-02-02 11:00:00.000000', NULL);
INSERT INTO submitted_notebook VALUES ('wa', 'sa', 'n', NULL), ('wb', 'sb', 'n', 2.0), ('wc', 'sa', 'm', NULL);
INSERT INTO grade VALUES
    ('g1', 'wa', '1', 2, NULL, NULL, 0), ('g2', 'wa', '2', 4, 1.5, NULL, 0),
    ('g3', 'wa', '3', NULL, 2.5, 1, 0), ('g4', 'wa', '4', NULL, NULL, NULL, 1),
    ('h1', 'wb', '1', 0, NULL, NULL, 0), ('h2', 'wb', '2', 4, NULL, NULL, 0),
    ('h3', 'wb', '3', 0, NULL, NULL, 0), ('h4', 'wb', '4', NULL, 0, NULL, 0);
INSERT INTO comment VALUES ('k', 'wa', '3', NULL, 'Well argued.');
"""
TESTS = [
    {"name": f"test_{name}", "after": name, "points": points, "title": {"en": name}, "hints": [], "feedback": {}}
    | {"reveal": "message", "output": "withheld", "seconds": 5.0}
    for name, points in (("small_triangles", 2), ("part", 4))
]
MANUAL = [
    {"name": name, "points": points, "title": {"en": name}, "guide": {}, "cell": name}
    for name, points in (("why", 3), ("own", 1))
]


@pytest.fixture
def folder(tmp_path: Path, course: Course) -> Path:
    exercise = make_exercise(course, slug="week-1-triangles", mode="notebook", files=["submission.ipynb"])
    exercise.spec = {**exercise.spec, "tests": TESTS, "manual": MANUAL}
    exercise.save(update_fields=["spec"])
    path = made.write(tmp_path)
    with sqlite3.connect(path / "gradebook.db") as connection:
        connection.executescript(TABLES)
    connection.close()
    return path


def take(folder: Path, **options: object) -> str:
    said = StringIO()
    call_command("import_nbgrader_class", str(folder), course="models", by="carol", stdout=said, **options)
    return said.getvalue()


def test_the_class_comes_with_dates_points_and_comments(
    folder: Path, course: Course, teacher: User, alice: User, client: Client
) -> None:
    before = (folder / "gradebook.db").read_bytes()
    assert "would take over 2 people, 1 due dates, 2 graded notebooks" in take(folder, dry_run=True)
    assert not Submission.objects.exists()
    assert not Cohort.objects.filter(slug="nbgrader").exists()
    said = take(folder)
    assert "took over 2 people, 1 due dates, 2 graded notebooks" in said
    assert "not a name: " in said
    assert "week 1/gone: the course has no such exercise" in said
    assert "1 points of extra credit for why have no place here" in said
    newcomer = User.objects.get(username="newone")
    assert not newcomer.has_usable_password()
    assert {row.user for row in Enrollment.objects.filter(cohort__slug="nbgrader")} == {alice, newcomer}
    due = datetime(2026, 2, 1, 17, tzinfo=UTC)
    assert Cohort.objects.get(slug="nbgrader").dates.get().due == due
    assert Extension.objects.get(enrollment__user=alice).due == datetime(2026, 2, 3, 17, tzinfo=UTC)
    mine = Submission.objects.get(user=alice)
    assert (mine.created, mine.score, mine.manual_points, mine.marked) == (
        datetime(2026, 2, 2, 10, tzinfo=UTC),
        3.5,  # 2 by the test, 1.5 by a person in the place of 4
        2.5,
        None,  # a task still waits
    )
    assert mine.review.parts["why"] == {"points": 2.5, "comment": "Well argued."}
    assert '"cell": "why"' in mine.files["submission.ipynb"]
    assert Grade.objects.get(user=alice).score == 6
    theirs = Submission.objects.get(user=newcomer)
    assert (theirs.score, theirs.manual_points, theirs.late, theirs.credit) == (4, 0, True, 0.5)
    assert theirs.marked is not None
    assert Grade.objects.get(user=newcomer).score == 2
    client.force_login(alice)
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert "took over 0 people, 0 due dates, 0 graded notebooks" in take(folder)
    assert (folder / "gradebook.db").read_bytes() == before


def test_what_is_no_gradebook_is_said(folder: Path, teacher: User) -> None:
    for content, expected in ((b"no database at all" * 100, "cannot be read as a gradebook"), (b"", "has no table")):
        (folder / "gradebook.db").write_bytes(content)
        with pytest.raises(CommandError, match=expected):
            take(folder)
    with pytest.raises(CommandError, match="cannot be read as a gradebook"):
        take(folder, gradebook=folder / "none.db")
    with pytest.raises(CommandError, match="there is no account nobody"):
        call_command("import_nbgrader_class", str(folder), course="models", by="nobody")


CONFIGURED = """\
from datetime import datetime
c = get_config()
c.CourseDirectory.db_assignments = [
    dict(name="week 1", duedate="2026-02-01 17:00:00.5 UTC"), {"name": "week 2", "duedate": "soon"},
]
c.CourseDirectory.db_students = [
    dict(id="alice", first_name="Alice", last_name="A"), dict(id="newone", email="new@example.org"),
]
raise SystemExit("never run")
"""


def test_without_a_gradebook_the_configuration_gives_people_and_dates(folder: Path, teacher: User, alice: User) -> None:
    (folder / "gradebook.db").unlink()
    (folder / "nbgrader_config.py").write_text(CONFIGURED)
    said = take(folder)
    assert "took over 2 people, 1 due dates, 0 graded notebooks" in said
    assert "people and due dates come from nbgrader_config.py" in said
    assert "the due date of week 2 is 'soon', expected one such as 2027-03-01 17:00" in said
    assert set(Enrollment.objects.filter(cohort__slug="nbgrader").values_list("user__username", flat=True)) == {
        "alice",
        "newone",
    }
    due = Cohort.objects.get(slug="nbgrader").dates.get().due
    assert due == datetime(2026, 2, 1, 17, 0, 0, 500000, tzinfo=UTC)
    config = "c.CourseDirectory.db_assignments = [dict(name='week 1', duedate=datetime(2026, 3, 1, 9))]\n"
    (folder / "nbgrader_config.py").write_text(config + "c.CourseDirectory.db_url = 'postgresql://u:p@h/d'\n")
    said = take(folder)
    assert "the gradebook is a database of postgresql" in said
    assert "u:p" not in said
    assert "took over 1 people, 1 due dates" in said  # bob, who has handed something in
    assert Cohort.objects.get(slug="nbgrader").dates.get().due == datetime(2026, 3, 1, 9, tzinfo=UTC)
    (folder / "nbgrader_config.py").write_text("")
    shutil.rmtree(folder / "submitted")
    with pytest.raises(CommandError, match=r"there is neither a gradebook\.db, nor db_students"):
        take(folder)
