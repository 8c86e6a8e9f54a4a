"""Carol runs a class: cohorts, dates in the cohort's own time zone, extensions, roles; each change is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.deadlines import dates_of
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, ExerciseDates, LateRule, Role
from courses.exercises import submitting
from courses.exercises.models import Submission
from tests.courses.conftest import GOOD
from workers.audit.models import AuditEvent

CLASS = "/courses/models/class/"
SPRING = f"{CLASS}cohorts/spring/"


@pytest.fixture
def spring(course: Course) -> Cohort:
    return Cohort.objects.create(course=course, slug="spring", title="Spring", time_zone="Asia/Shanghai")


@pytest.fixture
def at_desk(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def test_a_cohort_is_made_with_its_rules(at_desk: Client, course: Course) -> None:
    new = {
        "slug": "autumn",
        "title": "Autumn",
        "late_rule": "penalty",
        "late_percent": 20,
        "time_zone": "Europe/Berlin",
    }
    assert at_desk.post(CLASS, new).headers["Location"] == f"{CLASS}cohorts/autumn/"
    made = Cohort.objects.get(slug="autumn")
    assert (made.course, made.late_rule, made.late_percent, made.time_zone) == (course, "penalty", 20, "Europe/Berlin")
    assert AuditEvent.objects.get(action="cohort.create").details["late_percent"] == 20
    again = at_desk.post(CLASS, new)
    assert again.status_code == 400
    assert "There is a cohort of this name." in again.content.decode()


def test_dates_are_meant_in_the_cohorts_time_zone(at_desk: Client, spring: Cohort, exercise: Exercise) -> None:
    sent = {"form": "dates", "opens:softmax": "2026-12-01T08:00", "due:softmax": "2026-12-24T23:59"}
    at_desk.post(SPRING, sent)
    row = ExerciseDates.objects.get()
    assert row.due == datetime(2026, 12, 24, 15, 59, tzinfo=UTC)
    page = at_desk.get(SPRING).content.decode()
    assert 'value="2026-12-24T23:59"' in page
    assert "Asia/Shanghai" in page
    at_desk.post(SPRING, {"form": "dates", "opens:softmax": "", "due:softmax": ""})
    assert not ExerciseDates.objects.exists()
    assert AuditEvent.objects.filter(action="cohort.dates").count() == 2


@pytest.mark.parametrize(
    ("zone", "opens", "due", "wanted"),
    [
        ("Asia/Shanghai", "2026-12-24T00:00", "2026-12-01T00:00", "This is before it opens."),
        ("Asia/Shanghai", "soon", "", "Write it as 2026-12-31 23:59."),
        ("Europe/Berlin", "", "2027-03-28T02:30", "The clocks are put forward then"),
    ],
)
def test_a_date_that_cannot_be_is_refused_at_its_field(
    at_desk: Client, spring: Cohort, exercise: Exercise, zone: str, opens: str, due: str, wanted: str
) -> None:
    Cohort.objects.update(time_zone=zone)
    response = at_desk.post(SPRING, {"form": "dates", "opens:softmax": opens, "due:softmax": due})
    assert response.status_code == 400
    assert wanted in response.content.decode()
    assert f'value="{opens or due}"' in response.content.decode()
    assert not ExerciseDates.objects.exists()


def test_an_extension_makes_work_due_later_for_one_person(
    at_desk: Client, spring: Cohort, course: Course, exercise: Exercise, alice: User, bob: User
) -> None:
    alices, bobs = enroll(alice, course, cohort=spring), enroll(bob, course, cohort=spring)
    Cohort.objects.filter(pk=spring.pk).update(late_rule=LateRule.REFUSE)
    due = timezone.now() - timedelta(hours=1)
    ExerciseDates.objects.create(cohort=spring, exercise="softmax", due=due)
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    person = f"{CLASS}people/{alices.pk}/"
    at_desk.post(person, {"form": "extend", "exercise": "softmax", "due": until, "reason": "ill"})
    assert submitting.submit(alice, course=course, exercise=exercise, files=GOOD).late is False
    with pytest.raises(submitting.SubmittingRefused, match="was due"):
        submitting.submit(bob, course=course, exercise=exercise, files=GOOD)
    assert "ill" in at_desk.get(person).content.decode()
    at_desk.post(f"{CLASS}extensions/{alices.extensions.get().pk}/withdraw/")
    assert dates_of(Enrollment.objects.get(pk=alices.pk), "softmax")[1] == due
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert {"enrollment.extend", "enrollment.withdraw_extension"} <= set(actions)
    assert dates_of(bobs, "softmax")[1] == due


def test_an_extension_never_makes_anything_due_earlier(spring: Cohort, course: Course, alice: User) -> None:
    row = enroll(alice, course, cohort=spring)
    due = timezone.now() + timedelta(days=3)
    ExerciseDates.objects.create(cohort=spring, exercise="softmax", due=due)
    row.extensions.create(exercise="", due=due - timedelta(days=1))
    assert dates_of(row, "softmax")[1] == due
    assert dates_of(row, "attention") == (None, None)


def test_somebody_becomes_an_assistant_and_the_last_instructor_stays(
    at_desk: Client, spring: Cohort, course: Course, learner: User, teacher: User
) -> None:
    row = Enrollment.objects.get(user=learner)
    at_desk.post(f"{CLASS}people/{row.pk}/", {"form": "place", "role": "assistant", "cohort": spring.pk})
    row.refresh_from_db()
    assert (row.role, row.cohort) == (Role.ASSISTANT, spring)
    own = Enrollment.objects.get(user=teacher)
    left = {"form": "place", "role": "student", "cohort": own.cohort_id}
    page = at_desk.post(f"{CLASS}people/{own.pk}/", left, follow=True).content.decode()
    assert "keeps one instructor at least" in page
    own.refresh_from_db()
    assert own.role == Role.INSTRUCTOR


ROSTER = "username;email;cohort;role\nalice;;spring;\n新同学;new@example.org;spring;\nbob;;;assistant\n"


def upload(client: Client, text: str | bytes) -> str:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(f"{CLASS}roster/", {"roster": SimpleUploadedFile("list.csv", content)}).content.decode()


def test_a_class_list_is_looked_at_and_then_done(
    at_desk: Client, spring: Cohort, learner: User, bob: User, course: Course
) -> None:
    page = upload(at_desk, "\ufeff" + ROSTER)
    for wanted in ("a new account, enrolled", "changed: Spring, student", "enrolled"):
        assert wanted in page, wanted
    assert not User.objects.filter(username="新同学").exists()
    at_desk.post(f"{CLASS}roster/", {"text": ROSTER, "apply": "1"})
    new = User.objects.get(username="新同学")
    assert not new.has_usable_password()
    assert Enrollment.objects.get(user=new).cohort == spring
    assert Enrollment.objects.get(user=learner).cohort == spring
    assert Enrollment.objects.get(user=bob).role == Role.ASSISTANT
    assert "nothing changes" in upload(at_desk, ROSTER)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name\nalice\n", "The first line must name the columns"),
        ("username,role\nx,king\n", "is no role; there are student, assistant, instructor"),
        ("username,cohort\nx,summer\n", "there is no cohort “summer”; there are"),
        ("username,email\nx,nowhere\n", "valid email"),
        ("username\nalice\nalice\n", "this name is in the list twice"),
        (
            "username,email,cohort,role\nx y,a@,none,king\n",
            "“king” is no role; there are student, assistant, instructor; there is no cohort “none”; ",
        ),
        ("username,email,cohort,role\nx y,a@,none,king\n", "email: Enter a valid email address."),
        ("username\n" + "a" * 200 + "\n", "150"),
        (b"\xff\xfe\x00username", "The list is no text"),
        ("", "The first line must name the columns"),
    ],
)
def test_a_class_list_with_mistakes_names_the_line_and_does_nothing(
    at_desk: Client, spring: Cohort, text: str | bytes, wanted: str
) -> None:
    before = Enrollment.objects.count(), User.objects.count()
    assert wanted in upload(at_desk, text)
    if isinstance(text, str):
        at_desk.post(f"{CLASS}roster/", {"text": text, "apply": "1"})
    assert (Enrollment.objects.count(), User.objects.count()) == before


def test_a_list_that_takes_away_the_last_instructor_is_refused_whole(
    at_desk: Client, course: Course, alice: User, teacher: User
) -> None:
    text = f"username,role\nalice,assistant\n{teacher.username},student\n"
    response = at_desk.post(f"{CLASS}roster/", {"text": text, "apply": "1"})
    assert "without an instructor" in response.content.decode()
    assert not Enrollment.objects.filter(user=alice).exists()


def test_to_everybody_else_the_class_does_not_exist(
    client: Client, spring: Cohort, learner: User, bob: User, course: Course
) -> None:
    enroll(bob, course, role=Role.ASSISTANT)
    row = Enrollment.objects.get(user=learner)
    for user in (learner, bob):
        client.force_login(user)
        for path in (CLASS, SPRING, f"{CLASS}people/", f"{CLASS}people/{row.pk}/", f"{CLASS}roster/"):
            assert client.get(path).status_code == 404, path
            assert client.post(path, {"form": "place"}).status_code in (404, 405), path
    assert not Submission.objects.exists()
