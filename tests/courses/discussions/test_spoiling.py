"""Who has not passed an exercise gets no solution of it: not on pages, in the API, in search, in notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Exercise
from courses.discussions import moderating, writing
from courses.discussions.models import Post, Ruling, Where
from courses.discussions.reading import Frame
from courses.discussions.refusing import PostRefused
from courses.discussions.spoiling import bare_lines, code_of, sought_of
from tests.courses.discussions.conftest import SOLUTION, answer, ask, pass_exercise

pytestmark = pytest.mark.django_db

BUNDLED = Path(__file__).parents[3] / "content" / "large-models"
KINDS = ("starter", "solution")

FENCED = f"I did it so:\n\n```python\n{SOLUTION}\n```\n\nIt works."


def seen_by(user: User, post: Post) -> str:
    """Everything that a reader can get at, in one text."""
    client, question = Client(), post.question
    client.force_login(user)
    token = ApiToken.objects.issue(user=user, name="t")[1]
    course = question.course.slug
    api = f"/api/v1/courses/{course}/discussions"
    addresses: list[tuple[str, dict[str, str]]] = [
        (question.get_absolute_url(), {}),
        (f"/courses/{course}/discussions/?q=softmax", {}),
        ("/search/?q=softmax", {}),
        ("/notices/", {}),
        (api, {"Authorization": f"Bearer {token}"}),
        (f"{api}/{question.pk}", {"Authorization": f"Bearer {token}"}),
        (f"/courses/{course}/discussions/posts/{post.pk}/report/", {}),
    ]
    pages = [client.get(address, headers=headers) for address, headers in addresses]
    assert {page.status_code for page in pages} == {200}
    return "".join(page.content.decode() for page in pages)


@pytest.mark.parametrize(
    "text",
    [
        FENCED,
        SOLUTION,  # pasted as it is
        f"    {SOLUTION}".replace("\n", "\n    "),
        "> ```\n> " + SOLUTION.replace("\n", "\n> ") + "\n> ```",
        "```\nsoftmax = lambda x: x.softmax(-1)\n```",
        "The whole of it:\n\n```\nreturn x.softmax(-1)  # that is all\n```",
        "```\ndef softmax(x):\n```\n\nand\n\n```\n    return x.softmax( -1 )\n```",
    ],
)
def test_code_that_is_a_solution_is_for_those_who_have_passed(
    learner: User, peer: User, teacher: User, exercise: Exercise, text: str
) -> None:
    question = ask(peer, exercise.release.course)
    post = answer(peer, question, text=text)
    code = ".softmax("
    ask(learner, exercise.release.course)  # so that there is something of hers in the lists
    assert code not in seen_by(learner, post)
    assert code in seen_by(teacher, post)
    assert code in seen_by(peer, post)  # the author
    pass_exercise(learner, exercise)
    assert code in seen_by(learner, post)


def test_what_stands_around_the_code_is_for_everybody(learner: User, peer: User, exercise: Exercise) -> None:
    post = answer(peer, ask(learner, exercise.release.course), text=FENCED)
    page = seen_by(learner, post)
    assert "It works." in page
    assert "Here stands code that may be a solution." in page


def test_a_question_without_a_solution_is_for_everybody(learner: User, peer: User, exercise: Exercise) -> None:
    starter = "What goes here?\n\n```python\ndef softmax(x):\n    ...\n```\n\nI tried `x.max()` and `def softmax(x):`."
    assert ask(learner, exercise.release.course, text=starter).posts.get().spoils == []
    other = ask(learner, exercise.release.course, text="```python\ndef mean(x):\n    return x.mean()\n```")
    assert other.posts.get().spoils == []


def test_what_its_author_marks_is_withheld_whole(learner: User, peer: User, exercise: Exercise) -> None:
    post = answer(
        peer, ask(learner, exercise.release.course), text="Take the softmax method, axis MINUS ONE.", marked=True
    )
    page = seen_by(learner, post)
    assert "MINUS ONE" not in page
    assert "This post holds a solution." in page
    pass_exercise(learner, exercise)
    assert "MINUS ONE" in seen_by(learner, post)


def test_staff_say_that_it_is_one_or_that_it_is_none(
    learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    course = exercise.release.course
    frame = Frame(teacher, course)
    question = ask(learner, course)
    post = answer(peer, question, text="Use axis MINUS ONE.")
    assert "MINUS ONE" in seen_by(learner, post)
    moderating.rule(frame, post, Ruling.SOLUTION)
    assert "MINUS ONE" not in seen_by(learner, post)
    post.refresh_from_db()
    writing.edit(Frame(peer, course), post, title="", text="Still, axis MINUS ONE.", marked=False)
    assert "MINUS ONE" not in seen_by(learner, post)  # its author cannot take that back
    other = answer(peer, question, text=FENCED)
    moderating.rule(frame, other, Ruling.CLEAR)
    assert ".softmax(" in seen_by(learner, other)
    other.refresh_from_db()
    writing.edit(Frame(peer, course), other, title="", text=f"{FENCED} Really.", marked=False)
    assert ".softmax(" not in seen_by(learner, other)  # that word was about another text


def test_a_solution_in_a_chapters_discussion_is_one_too(learner: User, peer: User, exercise: Exercise) -> None:
    question = ask(peer, exercise.release.course, text=FENCED, where=Where.CHAPTER, slug="attention")
    assert ".softmax(" not in seen_by(learner, question.posts.get())


def test_no_title_holds_a_solution(learner: User, exercise: Exercise) -> None:
    with pytest.raises(PostRefused, match="Everybody reads the title"):
        ask(learner, exercise.release.course, title="softmax = lambda x: x.softmax(-1)")


def test_an_earlier_version_is_for_its_author_and_staff(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    course = exercise.release.course
    post = answer(peer, ask(learner, course), text=FENCED)
    assert writing.edit(Frame(peer, course), post, title="", text="Never mind.", marked=False)
    assert not writing.edit(
        Frame(peer, course), Post.objects.get(pk=post.pk), title="", text="Never mind.", marked=False
    )
    address = f"/courses/{course.slug}/discussions/posts/{post.pk}/earlier/"
    statuses = []
    for user in (learner, peer, teacher):
        client.force_login(user)
        statuses.append(client.get(address).status_code)
    assert statuses == [404, 200, 200]
    client.force_login(learner)
    page = client.get(post.question.get_absolute_url()).content.decode()
    assert "edited" in page
    assert ".softmax(" not in page


def test_every_solution_of_the_bundled_course_is_known_by_both_signs_and_no_starter_is_one() -> None:
    exercises = {}
    for folder in sorted(path.parent for path in BUNDLED.glob("*/exercises/*/exercise.yaml")):
        begun, done = ({path.name: path.read_text() for path in folder.glob(f"{kind}.*")} for kind in KINDS)
        visible = folder / "test_visible.py"
        exercises[folder.name] = (begun, done, visible.read_text() if visible.is_file() else "")
    wrong = []
    for sought in sought_of(exercises):
        starter, solution, shown = exercises[sought.slug]
        for text, is_one in ((code_of(solution), True), (code_of(starter), False), (shown, False)):
            signs = (sought.is_defined_in(text), sought.is_copied_in(bare_lines(text)))
            wrong += [f"{sought.slug}: {signs}"] if signs != (is_one, is_one) else []
    assert wrong == []
    assert len(exercises) > 50
