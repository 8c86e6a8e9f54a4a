"""Staff hide, restore, close and pin, each with a line in the audit trail; readers report."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Exercise
from courses.discussions import moderating, writing
from courses.discussions.models import Post, Question, Reason, Report
from courses.discussions.reading import Frame
from courses.discussions.refusing import PostForbidden, PostRefused, TooManyPosts
from tests.courses.discussions.conftest import answer, ask
from workers.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

LIST = "/courses/models/discussions/"


def page_of(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def test_a_hidden_post_is_its_authors_and_staffs_until_it_is_shown_again(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course)
    post = answer(peer, question, text="RUDE WORDS")
    writing.accept(Frame(learner, question.course), question, post)
    client.force_login(teacher)
    assert client.post(f"{LIST}posts/{post.pk}/hide/", {"reason": " "}).status_code == 400
    client.post(f"{LIST}posts/{post.pk}/hide/", {"reason": "be kind"})
    address = question.get_absolute_url()
    seen = {user.username: "RUDE" in page_of(client, user, address) for user in (learner, peer, teacher)}
    assert seen == {"alice": False, "bob": True, "carol": True}
    assert "be kind" in page_of(client, peer, address)
    assert "be kind" not in page_of(client, learner, address)
    for elsewhere in ("/notices/", "/search/?q=rude", f"{LIST}?q=rude"):
        assert "RUDE" not in page_of(client, learner, elsewhere)
    question.refresh_from_db()
    assert (question.answers, question.accepted) == (0, None)
    assert client.post(f"{LIST}posts/{post.pk}/restore/").status_code == 404
    with pytest.raises(PostForbidden):
        writing.edit(Frame(peer, question.course), Post.objects.get(pk=post.pk), title="", text="x", marked=False)
    client.force_login(teacher)
    client.post(f"{LIST}posts/{post.pk}/restore/")
    assert "RUDE" in page_of(client, learner, address)
    told = AuditEvent.objects.about(f"post:{post.pk}").order_by("pk")
    assert [event.action for event in told] == ["post.hide", "post.restore"]
    assert told[0].details == {"course": "models", "author": "bob", "reason": "be kind"}
    assert told[0].actor_name == "carol"


def test_a_closed_question_takes_no_more_answers(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course)
    client.force_login(peer)
    assert client.post(f"{question.get_absolute_url()}close/", {"on": "1"}).status_code == 404
    client.force_login(teacher)
    client.post(f"{question.get_absolute_url()}close/", {"on": "1"})
    client.force_login(peer)
    refused = client.post(question.get_absolute_url(), {"text": "too late"})
    assert refused.status_code == 400
    assert "takes no more answers" in refused.content.decode()
    assert not Post.objects.filter(author=peer).exists()


def test_a_few_questions_stay_at_the_top(client: Client, learner: User, teacher: User, exercise: Exercise) -> None:
    course = exercise.release.course
    questions = [ask(learner, course, title=f"Question {number}") for number in range(7)]
    frame = Frame(teacher, course)
    for question in questions[:5]:
        moderating.pin(frame, question, pinned=True)
    with pytest.raises(PostRefused, match="5 questions are pinned here already"):
        moderating.pin(frame, questions[5], pinned=True)
    client.force_login(learner)
    page = client.get(LIST).context["page"]
    assert [row.question.title for row in page.pinned] == [f"Question {number}" for number in (4, 3, 2, 1, 0)]
    assert [row.question.title for row in page.rows] == ["Question 6", "Question 5"]
    moderating.pin(frame, questions[0], pinned=False)
    assert AuditEvent.objects.filter(action="question.unpin").count() == 1


def test_readers_report_and_staff_decide(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course)
    first, second = answer(peer, question, text="BUY THIS"), answer(peer, question, text="FINE")
    client.force_login(learner)
    for post in (first, second):
        client.post(f"{LIST}posts/{post.pk}/report/", {"reason": "spam", "note": "again"})
    client.post(f"{LIST}posts/{second.pk}/report/", {"reason": "rude"})  # once more: it is one report
    own = client.post(f"{LIST}posts/{question.posts.get(opens=True).pk}/report/", {"reason": "spam"})
    assert "your own post" in own.content.decode()
    assert client.get(f"{LIST}reports/").status_code == 404
    assert "2 reports" in page_of(client, teacher, LIST)
    page = page_of(client, teacher, f"{LIST}reports/")
    assert "BUY THIS" in page
    assert "FINE" in page
    client.post(f"{LIST}posts/{first.pk}/hide/", {"reason": "advertising"})
    client.post(f"{LIST}posts/{second.pk}/let-stand/")
    assert not Report.objects.still_open().exists()
    assert AuditEvent.objects.filter(action="post.let_stand").count() == 1


def test_nobody_reports_without_end(learner: User, peer: User, exercise: Exercise) -> None:
    course = exercise.release.course
    question = ask(peer, course)
    kept = {"role": "", "text": "x", "html": "", "public_html": "", "plain": "", "index": "", "language": "en"}
    posts = Post.objects.bulk_create(Post(question=question, author=peer, **kept) for _number in range(21))
    for post in posts[:20]:
        moderating.report(Frame(learner, course), post, reason=Reason.SPAM, note="")
    with pytest.raises(TooManyPosts):
        moderating.report(Frame(learner, course), posts[20], reason=Reason.SPAM, note="")


def test_an_assistant_moderates_what_they_see(peer: User, alice: User, teacher: User, exercise: Exercise) -> None:
    course = exercise.release.course
    mine = course.cohorts.create(slug="mine", own_discussions=True)
    theirs = course.cohorts.create(slug="theirs", own_discussions=True)
    course.enrollments.create(user=alice, cohort=mine, role="assistant")
    peer.enrollments.update(cohort=theirs)
    question = ask(peer, course)
    assert list(Question.objects.visible_to(alice)) == []
    moderating.report(Frame(teacher, course), question.posts.get(), reason=Reason.SPAM, note="")
    assert moderating.open_reports(alice, Frame(alice, course)) == []
    assert len(moderating.open_reports(teacher, Frame(teacher, course))) == 1
