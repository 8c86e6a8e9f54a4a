"""Whatever people write, hand in or print stays text: on every page, for everybody, in forms and in addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponseBase

from courses.competitions.models import Team
from courses.discussions import moderating, writing
from courses.discussions.models import Question
from courses.discussions.reading import Frame
from courses.exercises import reviewing
from courses.exercises.models import Draft, Submission
from courses.exercises.reviewing import Said
from courses.quizzes.models import QuizAnswer
from graders.report import Finding, Outcome, TestOutcome, TestResult
from tests.courses.conftest import report
from tests.security import world as making
from tests.security.pages import ATTACK, Page
from tests.security.test_every_url import GROUPS, ONLY_HERE, TABLE
from tests.security.world import ROLES, World
from workers.broker import Broker

#: What pages read from their own address, with some that they do not.
PARAMETERS = (
    "q", "next", "cohort", "format", "part", "kind", "type", "topic", "level", "language", "year", "hours", "page",
    "tab", "sort", "order", "exercise", "chapter", "id", "name", "process", "error", "code", "state",
)  # fmt: skip
#: Forms that end the session of the test itself.
ENDING = ("/accounts/logout/", "/profile/data/delete/", "/profile/sign-ins/end-others/")


@pytest.fixture
def hostile(db: None, broker: Broker, tmp_path: Path, end: Callable[..., None]) -> World:
    """The world, with the attack in every text of people's and in everything that the student's code said."""
    said = TestResult(
        name="test_adds",
        outcome=TestOutcome.FAILED,
        points=0,
        max_points=2,
        message=ATTACK,
        findings=(Finding(key="wrong-shape", values={"name": ATTACK, "shape": ATTACK}),),
        detail=ATTACK,
    )
    found = report(
        outcome=Outcome.GRADED, tests=(said,), output=ATTACK, output_withheld=ATTACK, message=ATTACK,
        findings=(Finding(key="not-loaded", values={"error": ATTACK, "name": ATTACK}),), metrics={ATTACK[:60]: 1.0},
    )  # fmt: skip
    world = making.make(tmp_path, report=lambda: found, end=end, text=lambda _field: ATTACK, code=ATTACK)
    for user in world.people.values():
        user.first_name = user.last_name = ATTACK
        user.save(update_fields=["first_name", "last_name"])
    Draft.objects.create(
        user=world.people["alice"],
        course_id=world.course.pk,
        exercise="addition",
        files={"submission.py": f"{ATTACK}\n</textarea>{ATTACK}"},
    )
    _said_by_staff_and_readers(world)
    return world


def _said_by_staff_and_readers(world: World) -> None:
    """Comments on a mark, why a post is hidden, a wrong answer to a quiz that staff read, and the name of a team."""
    carol, alice = world.people["carol"], world.people["alice"]
    reviewing.save_review(Submission.objects.get(pk=world.values["submission"]), Said(parts={}, comment=ATTACK),
                          version=0, by=carol)  # fmt: skip
    question = Question.objects.get(pk=world.values["question"])
    post = writing.answer(Frame(alice, world.course), question, text=ATTACK, marked=False)
    moderating.hide(Frame(carol, world.course), post, reason=ATTACK)
    wrong = {"course": world.course, "quiz": "start", "question": "count", "response": ATTACK, "correct": False}
    QuizAnswer.objects.bulk_create(
        QuizAnswer(user=user, first_response=ATTACK, **wrong) for user in world.people.values()
    )
    Team.objects.filter(members__user=alice).update(name=ATTACK)


def open_pages(world: World) -> Iterator[tuple[str, str]]:
    """Each address with each of those who may read it, without pages that are the same for all."""
    for route, group, _post in TABLE:
        address = world.address(route, **ONLY_HERE.get(route, {}))
        readers = [role for role, met in zip(ROLES, GROUPS[group], strict=True) if met == "o"]
        yield from ((role, address) for role in readers if role in ("nobody", "alice", "ann", "carol", "root"))


def faults(answer: HttpResponseBase) -> list[str]:
    """What is wrong with an answer: markup of a stranger's, or text that a browser might take for markup."""
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code >= 500:
        return [str(answer.status_code)]
    if answer.streaming:
        return []
    if kind.startswith("text/html"):
        return Page(answer.content.decode()).wrong  # type: ignore[attr-defined]  # not streaming: it has content
    return [] if answer.headers.get("X-Content-Type-Options") == "nosniff" else ["its type may be guessed"]


def test_nothing_that_people_wrote_becomes_markup(hostile: World) -> None:
    seen, wrong = 0, {}
    query = "&".join(f"{name}={ATTACK.replace('#', '')}" for name in PARAMETERS)
    for role, address in open_pages(hostile):
        for target in (address, f"{address}?{query}"):
            cookies = deepcopy(hostile.clients[role].cookies)
            with transaction.atomic():
                answer = hostile.clients[role].get(target)
                transaction.set_rollback(True)
            hostile.clients[role].cookies = cookies
            seen += not answer.streaming and b"&lt;img data-attack" in answer.content
            if found := faults(answer):
                wrong[f"{role} {target[:90]}"] = found
    assert wrong == {}
    assert seen > 50, "the attack is on the pages, as text"


def test_no_form_gives_back_as_markup_what_was_typed(hostile: World) -> None:
    wrong: dict[str, list[str]] = {}
    sent: set[tuple[str, str]] = set()
    for role, address in open_pages(hostile):
        if role not in ("alice", "carol", "root"):
            continue
        client = hostile.clients[role]
        page = client.get(address)
        if page.streaming or not page.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for form in Page(page.content.decode()).forms:
            if form.method != "post" or form.action in ENDING or (role, form.action or address) in sent:
                continue
            sent.add((role, form.action or address))
            with transaction.atomic():
                answer = client.post(form.action or address, form.fields, follow=True)
                transaction.set_rollback(True)
            if found := faults(answer):
                wrong[f"{role} {form.action or address}"] = found
    assert wrong == {}
    assert len(sent) > 30


def test_the_reader_of_pages_sees_attacks() -> None:
    """Else the tests above would pass whatever happened."""
    assert len(Page(f'<input value="{ATTACK}">').wrong) == 2
    assert len(Page(f"<textarea>{ATTACK}</textarea>").wrong) == 2
    assert Page('<a href=" JavaScript:alert(1)">x</a><b style="x">').wrong != []
    assert Page("<script>alert(1)</script>").wrong == ["a script inside the page"]
    assert Page('<script type="application/json">1</script>').wrong == []
