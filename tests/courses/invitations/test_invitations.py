"""A link for one, a key for many: who follows it is where it leads, in that role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.invitations import inviting
from courses.invitations.models import Invitation
from tests.courses.accounts.test_account_pages import SIGN_UP
from workers.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE = "/courses/models/class/invitations/"


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def spring(course: Course) -> Cohort:
    return Cohort.objects.create(course=course, slug="spring", title="Spring")


def key(spring: Cohort, by: User, *, role: Role = Role.STUDENT, uses: int | None = None) -> Invitation:
    return inviting.invite(spring, role=role, days=30, uses=uses, by=by)


def place(user: User) -> tuple[str, str]:
    row = Enrollment.objects.select_related("cohort").get(user=user)
    return row.role, row.cohort.slug


def test_a_key_is_made_handed_out_and_typed_in(client: Client, teacher: User, spring: Cohort, bob: User) -> None:
    client.force_login(teacher)
    client.post(PAGE, {"cohort": spring.pk, "role": "student", "days": 7, "emails": "", "uses": ""})
    code = Invitation.objects.get().code
    assert code in client.get(PAGE).content.decode()
    client.force_login(bob)
    where = client.post("/join/", {"code": f" {code.lower()} "}).headers["Location"]
    assert "Spring" in client.get(where).content.decode()
    assert not Enrollment.objects.filter(user=bob).exists()
    client.post(where)
    assert place(bob) == ("student", "spring")
    assert AuditEvent.objects.filter(action="enrollment.join", actor_name="bob").exists()


def test_the_invited_may_sign_up_where_others_may_not(
    client: Client, teacher: User, spring: Cohort, settings: Settings
) -> None:
    settings.SIGN_UP = "invitation"
    client.force_login(teacher)
    client.post(PAGE, {"cohort": spring.pk, "role": "assistant", "days": 7, "emails": "erin@example.org", "uses": ""})
    assert mail.outbox[-1].to == ["erin@example.org"]
    link = re.search(r"https?://[^/]+(/join/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    guest = Client()
    guest.get(link[1])
    assert guest.post("/accounts/signup/", {**SIGN_UP, "next": link[1]}).headers["Location"] == link[1]
    guest.post(link[1])
    assert place(User.objects.get(username="erin")) == ("assistant", "spring")
    assert guest.get(link[1]).status_code == 404
    assert not Invitation.objects.filter(email="erin@example.org").exists()


def test_it_moves_a_learner_out_of_the_self_paced_cohort_and_takes_no_role_away(
    learner: User, teacher: User, spring: Cohort
) -> None:
    inviting.follow(key(spring, teacher), learner)
    assert place(learner) == ("student", "spring")
    inviting.follow(key(spring, teacher), teacher)
    assert place(teacher)[0] == "instructor"


def test_it_is_good_for_so_many_and_so_long(teacher: User, spring: Cohort, alice: User, bob: User) -> None:
    once, old, gone = (key(spring, teacher, uses=1) for _number in range(3))
    inviting.follow(once, alice)
    Invitation.objects.filter(pk=old.pk).update(expires=timezone.now() - timedelta(seconds=1))
    inviting.withdraw(gone, by=teacher)
    for bad in (once, old, gone):
        with pytest.raises(inviting.NotInvited):
            inviting.follow(bad, bob)
    assert not Enrollment.objects.filter(user=bob).exists()


def test_mistakes_are_told(client: Client, teacher: User, spring: Cohort) -> None:
    client.force_login(teacher)
    form = {"cohort": spring.pk, "role": "student", "days": 7, "emails": "not-an-address", "uses": ""}
    assert client.post(PAGE, form).status_code == 400
    assert client.post(PAGE, {**form, "emails": "", "role": "instructor"}).status_code == 400
    assert "not good any more" in client.post("/join/", {"code": "AAAAA"}).content.decode()
    assert not Invitation.objects.exists()


def test_only_instructors_invite(client: Client, teacher: User, spring: Cohort, bob: User) -> None:
    enroll(bob, spring.course, role=Role.ASSISTANT)
    made = key(spring, teacher)
    client.force_login(bob)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}{made.pk}/withdraw/").status_code == 404
