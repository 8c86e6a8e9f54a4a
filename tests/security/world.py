"""One small site with somebody of every kind in it, and something of everybody's that others must not reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from courses.accounts.models import ApiToken, User
from courses.authoring.models import Release, ReleaseFile
from courses.authoring.publish import prepare, publish
from courses.catalog.models import Chapter, ChapterProgress, Course, Exercise
from courses.certificates import issuing
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Extension, Role
from courses.competitions import entering, joining
from courses.competitions.models import Edition, Team
from courses.discussions import moderating, writing
from courses.discussions.models import Reason
from courses.discussions.reading import Frame
from courses.exercises import regrading, submitting
from courses.exercises.models import RegradeScope, Submission
from courses.invitations import inviting
from tests.conftest import PASSWORD
from tests.courses.authoring.sample import FILES, write_course
from tests.courses.competitions import sample as contests
from workers.pools import access
from workers.pools.models import Node, Worker

#: Whoever may ask. Nobody: a stranger; erin: signed in, enrolled nowhere; alice: whose things are asked for; bob: in
#: another cohort; ann assists in alice's, abe in bob's; carol teaches; frank teaches another course; dave looks after
#: the pools; root may do everything.
ROLES = ("nobody", "erin", "bob", "alice", "ann", "abe", "carol", "frank", "dave", "root")
CODE = "def add(a, b):\n    return a + b\n"


@dataclass(kw_only=True)
class World:
    course: Course
    people: dict[str, User]
    tokens: dict[str, str]
    values: dict[str, Any]  #: what stands in the place of each parameter of an address
    contest: dict[str, Any]  #: the same in addresses of competitions

    @cached_property
    def clients(self) -> dict[str, Client]:
        """A browser of everybody's, signed in."""
        clients = {role: Client(raise_request_exception=False) for role in ROLES}
        for role, user in self.people.items():
            clients[role].force_login(user)
        return clients

    def address(self, route: str, **here: Any) -> str:
        """A route of the site map with its parameters filled in."""
        contest = self.contest if "competitions" in route else {}
        if "invitations/<int:pk>" in route or "teams/<int:pk>" in route:
            contest = {**contest, "pk": contest["invitation" if "invitations" in route else "team"]}
        if route.startswith("join/"):
            contest = {"code": self.values["key"]}
        for name, value in {**self.values, **contest, **here}.items():
            for kind in ("int", "slug", "str", "path", "uuid"):
                route = route.replace(f"<{kind}:{name}>", str(value))
            route = route.replace(f"<{name}>", str(value))
        return "/" + route


def make(
    folder: Path,
    *,
    report: Callable[..., Any],
    end: Callable[..., None],
    text: Callable[[str], str] = lambda field: field,
    code: str = CODE,
) -> World:
    """The site, with what people may write filled in by ``text``, which is given the name of the field."""
    people = {
        name: User.objects.create_user(
            name,
            f"{name}@example.org",
            PASSWORD,
            is_staff=name in ("dave", "root"),
            is_superuser=name == "root",
            first_name=text("first name"),
        )
        for name in ROLES[1:]
    }
    publish(write_course(folder), by=None)
    course = Course.objects.get(slug="sums")
    prepare(write_course(folder, changes={"course.yaml": FILES["course.yaml"] + "# once more\n"}), by=None)
    other = Course.objects.create(slug="other", title={"en": "Other"}, languages=["en"])
    other.current_release = Release.objects.create(course=other, number=1, digest="0" * 64, course_texts={})
    other.save(update_fields=["current_release"])
    spring = Cohort.objects.create(course=course, slug="spring", title=text("cohort"), own_discussions=True)
    autumn = Cohort.objects.create(course=course, slug="autumn", title=text("cohort"))
    enrolled = enroll(people["alice"], course, cohort=spring)
    enroll(people["bob"], course, cohort=autumn)
    enroll(people["ann"], course, role=Role.ASSISTANT, cohort=spring)
    enroll(people["abe"], course, role=Role.ASSISTANT, cohort=autumn)
    enroll(people["carol"], course, role=Role.INSTRUCTOR)
    enroll(people["frank"], other, role=Role.INSTRUCTOR)
    due = timezone.now() + timedelta(days=3)
    extension = Extension.objects.create(enrollment=enrolled, due=due, reason=text("reason"))
    exercise = Exercise.objects.get(release=course.current_release_id, slug="addition")
    submission = submitting.submit(people["alice"], course=course, exercise=exercise, files={"submission.py": code})
    end(submission, report())
    regrade = regrading.begin(
        course, exercise, cohort=None, scope=RegradeScope.EVERY, reason=text("reason"), by=people["carol"]
    )
    key = inviting.invite(spring, role=Role.STUDENT, days=30, uses=None, by=people["carol"])
    sign_in = UserSession.objects.create(
        user=people["alice"], session_key="k" * 32, ip="10.1.2.3", user_agent=text("agent")
    )
    made = ApiToken.objects.issue(user=people["alice"], name=text("token"))[0]
    return World(
        contest=_contest(folder, people, note=text("note")),
        course=course,
        people=people,
        tokens={name: ApiToken.objects.issue(user=user, name="api")[1] for name, user in people.items()},
        values=_values(
            course,
            submission,
            cohort="spring",
            enrollment=enrolled.pk,
            extension=extension.pk,
            regrade=regrade.pk,
            submission=submission.pk,
        )
        | {
            "token": made.pk,
            "sign_in": sign_in.pk,
            "invitation": key.pk,
            "key": key.code,
            "code": _certificate(people["alice"], course, text("name")),
            **_talk(course, people, text),
            **_pool(),
        },
    )


def _values(course: Course, handed_in: Submission, **more: Any) -> dict[str, Any]:
    file = ReleaseFile.objects.get(release=course.current_release_id, path__endswith="/box.svg")
    return {
        "course": course.slug,
        "chapter": Chapter.objects.filter(release=course.current_release_id)[0].slug,
        "quiz": "start",
        "path": "01-start/chapter.en.md",
        "exercise": "addition",
        "digest": file.source_id,
        "name": "submission.py",
        "pk": handed_in.pk,
        "number": 2,
        **more,
    }


def _talk(course: Course, people: dict[str, User], text: Callable[[str], str]) -> dict[str, Any]:
    """A question of alice's, edited once and reported by ann, in a cohort that keeps its discussions to itself."""
    hers = Frame(people["alice"], course)
    place = hers.places.shown("exercise", "addition")
    question = writing.ask(hers, place, title=text("title"), text=text("text"), marked=False)
    post = question.posts.get()
    writing.edit(hers, post, title=text("title"), text=text("text") + " Again.", marked=False)
    moderating.report(Frame(people["ann"], course), post, reason=Reason.OTHER, note=text("note"))
    return {"question": question.pk, "post": post.pk}


def _contest(folder: Path, people: dict[str, User], *, note: str) -> dict[str, Any]:
    """A competition that runs, organised by carol: alice has handed in, and bob asks her to join him."""
    now = timezone.now()
    spec = contests.SPEC
    for written, days in (("2027-03-01 08:00", -1), ("2027-03-05 20:00", 9), ("2027-03-04 00:00", 5)):
        spec = spec.replace(written, f"{now + timedelta(days=days):%Y-%m-%d %H:%M}")
    publish(contests.write_course(folder, spec=spec), by=None)
    enroll(people["carol"], Course.objects.get(slug="season"), role=Role.INSTRUCTOR)
    edition = Edition.objects.current().select_related("competition__course").get()
    for name in ("alice", "bob"):
        joining.join(people[name], edition, accepts=True, at=now)
    hers, his = (Team.objects.get(members__user=people[name]) for name in ("alice", "bob"))
    entry = entering.enter(people["alice"], edition, files={"predictions.csv": contests.right()}, note=note, at=now)
    invitation = joining.invite(his, edition, guest_name=hers.name, by=people["bob"], at=now)
    return {
        "slug": edition.competition.slug,
        "pk": entry.pk,
        "team": hers.pk,
        "invitation": invitation.pk,
        "name": "predictions.csv",
    }


def _certificate(user: User, course: Course, name: str) -> str:
    for chapter in Chapter.objects.filter(release=course.current_release_id):
        ChapterProgress.objects.create(user=user, course=course, chapter=chapter.slug, done_at=timezone.now())
    return issuing.issue(user, course, name=name).code


def _pool() -> dict[str, Any]:
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    Worker.objects.create(
        name="a" * 16, rung="namespaces", node=Node.objects.get(pk=node.pk), first_seen=now, last_seen=now
    )
    job = Submission.objects.get().job_id
    return {"pool": "cpu", "worker": "a" * 16, "node": "anna", "job": job, "action": "pause"}


def routes() -> Iterator[str]:
    """Every address that the site has, as its map writes it; Django's own administration apart."""

    def below(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield route
            else:
                yield from below(entry, route)

    for route in below(get_resolver(), ""):
        if not route.startswith("django-admin/"):
            yield route
