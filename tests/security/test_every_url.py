"""Every address of the site as everybody: who gets in stands in a table here, and a new address needs a line in it."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from tests.security.world import ROLES, World, routes

#: What each of ``ROLES``, in that order, meets: o open, l led to sign in, h hidden (404), r refused (403), t asked for
#: a token (401), m no such method (405), u not ready (503). A stranger's things are hidden: 404, never 403.
GROUPS = {
    "-": "mmmmmmmmmm",
    "everybody": "oooooooooo",
    "members": "looooooooo",
    "members read": "lmmmmmmmmm",
    "protected": "lhhhhhhhhh",  # who has a second factor: nobody here
    "drafts": "rooooooooo",
    "owner": "hhhoohohho",
    "their cohort": "lhhoohohho",
    "those in the course": "lhooooohho",
    "owner alone": "lhhohhhhhh",
    "holder": "lhhohhohho",
    "staff": "lhhhooohho",
    "staff of the cohort": "lhhhohohho",
    "instructors": "lhhhhhohho",
    "authors": "lhhhhhoooo",
    "those who teach": "lhhhooooho",
    "administrators": "hhhhhhhhoo",
    "token": "tooooooooo",
    "token, holder": "thhohhohho",
    "token, owner": "thhoohohho",
    "token, staff": "thhhooohho",
    "token, administrators": "thhhhhhhoo",
    "those who take part": "lhoohhhhhh",
    "token, those who take part": "troorrrrrr",
    "token, the invited": "trhorrrrrr",
    "token, not now": "trrrrrrrrr",
    "nobody": "hhhhhhhhhh",
    "nobody yet": "llllllllll",
    "failed": "tttttttttt",
    "not ready": "uuuuuuuuuu",
}

#: Each address, who may read it, and who may post to it.
TABLE = [
    ("", "everybody", "-"),
    ("design/", "everybody", "-"),
    ("favicon.ico", "everybody", "-"),
    ("theme/", "-", "everybody"),
    ("i18n/setlang/", "everybody", "everybody"),
    ("healthz", "everybody", "-"),
    ("readyz", "not ready", "-"),
    ("metrics", "everybody", "-"),  # this machine; others have tests of their own
    # the profile
    ("profile/", "members", "members"),
    ("profile/tokens/", "-", "members"),
    ("profile/tokens/<int:token>/revoke/", "-", "owner alone"),
    ("profile/sign-ins/", "members", "-"),
    ("profile/sign-ins/end-others/", "-", "members"),
    ("profile/sign-ins/<int:sign_in>/end/", "-", "owner alone"),
    ("profile/data/", "members", "-"),
    ("profile/data/archive/", "members", "-"),  # after their password
    ("profile/data/delete/", "-", "members"),  # likewise
    # reading
    ("courses/", "everybody", "-"),
    ("courses/<slug:course>/", "everybody", "-"),
    ("courses/<slug:course>/chapters/<slug:chapter>/", "everybody", "-"),
    ("courses/<slug:course>/chapters/<slug:chapter>/notebook/", "everybody", "-"),
    ("courses/<slug:course>/faq/", "everybody", "-"),
    ("courses/<slug:course>/files/<slug:digest>/<str:name>", "everybody", "-"),
    ("library/", "everybody", "-"),
    ("library/events.ics", "everybody", "-"),
    ("search/", "everybody", "-"),
    # certificates: whoever has the code, and taking them back
    ("courses/<slug:course>/certificate/", "members", "members"),
    ("certificates/<slug:code>/", "everybody", "-"),
    ("certificates/<slug:code>/revoke/", "-", "holder"),
    # learning
    ("courses/<slug:course>/placement/", "nobody", "nobody"),  # this course has none
    ("courses/<slug:course>/exercises/<slug:exercise>/starter/<path:name>", "everybody", "-"),
    ("courses/<slug:course>/chapters/<slug:chapter>/place/", "-", "everybody"),  # kept for members alone
    ("courses/<slug:course>/enroll/", "-", "members"),
    ("courses/<slug:course>/quizzes/<slug:quiz>/answer/", "-", "members"),
    ("courses/<slug:course>/exercises/<slug:exercise>/", "everybody", "-"),
    ("courses/<slug:course>/exercises/<slug:exercise>/draft/", "-", "drafts"),
    ("courses/<slug:course>/exercises/<slug:exercise>/run/", "-", "members"),
    ("courses/<slug:course>/exercises/<slug:exercise>/submit/", "-", "members"),
    ("courses/<slug:course>/exercises/<slug:exercise>/archive/", "everybody", "-"),
    ("courses/<slug:course>/exercises/<slug:exercise>/submissions/", "members", "-"),  # one's own
    ("submissions/<int:pk>/", "owner", "-"),
    ("submissions/ended/", "members", "-"),  # one's own
    ("submissions/<int:pk>/changes/", "owner", "-"),
    ("submissions/<int:pk>/files/", "owner", "-"),
    ("submissions/<int:pk>/files/<path:name>", "owner", "-"),
    ("submissions/<int:pk>/figures/<int:number>.png", "owner", "-"),
    ("submissions/<int:pk>/events/", "owner", "owner"),
    ("submissions/<int:pk>/cancel/", "-", "owner"),
    # discussions: a question of alice's, in a cohort that keeps its own to itself
    ("courses/<slug:course>/discussions/", "members", "-"),
    ("courses/<slug:course>/discussions/ask/", "those in the course", "those in the course"),
    ("courses/<slug:course>/discussions/preview/", "-", "members"),
    ("courses/<slug:course>/discussions/reports/", "staff", "-"),
    ("courses/<slug:course>/discussions/<int:question>/", "their cohort", "their cohort"),
    ("courses/<slug:course>/discussions/<int:question>/follow/", "-", "their cohort"),
    ("courses/<slug:course>/discussions/<int:question>/close/", "-", "staff of the cohort"),
    ("courses/<slug:course>/discussions/<int:question>/pin/", "-", "staff of the cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/accept/", "-", "their cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/edit/", "owner alone", "owner alone"),
    ("courses/<slug:course>/discussions/posts/<int:post>/delete/", "owner alone", "owner alone"),
    ("courses/<slug:course>/discussions/posts/<int:post>/earlier/", "their cohort", "-"),
    ("courses/<slug:course>/discussions/posts/<int:post>/report/", "their cohort", "their cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/hide/", "staff of the cohort", "staff of the cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/restore/", "-", "staff of the cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/rule/", "-", "staff of the cohort"),
    ("courses/<slug:course>/discussions/posts/<int:post>/let-stand/", "-", "staff of the cohort"),
    ("notices/", "members", "-"),  # one's own
    ("notices/seen/", "-", "members"),
    ("notices/mail/", "-", "members"),
    ("notices/questions/", "-", "those who teach"),
    ("api/v1/courses/<course>/discussions", "token", "token"),
    ("api/v1/courses/<course>/discussions/<int:question>", "token, owner", "-"),
    ("api/v1/courses/<course>/discussions/<int:question>/answers", "-", "token"),
    ("api/v1/courses/<course>/discussions/<int:question>/accept", "-", "token"),
    ("api/v1/notices", "token", "-"),
    # teaching
    ("courses/<slug:course>/gradebook/", "staff", "-"),
    ("courses/<slug:course>/class/", "instructors", "instructors"),
    ("courses/<slug:course>/class/cohorts/<slug:cohort>/", "instructors", "instructors"),
    ("courses/<slug:course>/class/people/", "instructors", "-"),
    ("courses/<slug:course>/class/people/<int:enrollment>/", "instructors", "instructors"),
    ("courses/<slug:course>/class/people/<int:enrollment>/handed-in/", "staff of the cohort", "-"),
    ("courses/<slug:course>/class/marking/", "staff", "-"),
    ("courses/<slug:course>/class/marking/<int:submission>/", "staff of the cohort", "staff of the cohort"),
    ("courses/<slug:course>/class/stuck/", "staff", "-"),
    ("courses/<slug:course>/class/analysis/", "staff", "-"),
    ("courses/<slug:course>/class/analysis/exercises/<slug:exercise>/", "staff", "-"),
    ("courses/<slug:course>/class/analysis/quizzes/<slug:quiz>/", "staff", "-"),
    ("courses/<slug:course>/class/regrades/", "instructors", "instructors"),
    ("courses/<slug:course>/class/regrades/<int:regrade>/", "instructors", "-"),
    ("courses/<slug:course>/class/regrades/<int:regrade>/apply/", "-", "instructors"),
    ("courses/<slug:course>/class/regrades/<int:regrade>/cancel/", "-", "instructors"),
    ("courses/<slug:course>/class/invitations/", "instructors", "instructors"),
    ("courses/<slug:course>/class/invitations/<int:invitation>/withdraw/", "-", "instructors"),
    ("join/", "everybody", "everybody"),
    ("join/<slug:code>/", "everybody", "everybody"),  # who has the code; a stranger signs in first
    ("courses/<slug:course>/class/extensions/<int:extension>/withdraw/", "-", "instructors"),
    ("courses/<slug:course>/class/roster/", "instructors", "instructors"),
    ("teaching/", "those who teach", "-"),
    ("studio/", "authors", "-"),
    ("studio/upload/", "-", "authors"),
    ("studio/<slug:course>/", "instructors", "-"),
    ("studio/<slug:course>/files/", "instructors", "-"),
    ("studio/<slug:course>/files/add/", "-", "instructors"),
    ("studio/<slug:course>/files/chapter/", "-", "instructors"),
    ("studio/<slug:course>/files/prepare/", "-", "instructors"),
    ("studio/<slug:course>/edit/<path:path>", "instructors", "instructors"),
    ("studio/<slug:course>/preview/<path:path>", "-", "instructors"),
    ("studio/<slug:course>/remove/<path:path>", "-", "instructors"),
    ("studio/<slug:course>/undo/<path:path>", "-", "instructors"),
    ("studio/<slug:course>/<int:number>/", "instructors", "-"),
    ("studio/<slug:course>/<int:number>/publish/", "-", "instructors"),
    ("studio/<slug:course>/<int:number>/discard/", "-", "instructors"),
    ("studio/<slug:course>/<int:number>/checks/", "instructors", "-"),
    ("studio/<slug:course>/<int:number>/checks/start/", "-", "instructors"),
    ("studio/<slug:course>/<int:number>/checks/stop/", "-", "instructors"),
    ("studio/<slug:course>/<int:number>/chapters/<slug:chapter>/", "instructors", "-"),
    ("studio/<slug:course>/<int:number>/exercises/<slug:exercise>/", "instructors", "-"),
    # competitions: carol organises, alice and bob take part, and bob's team asks alice's to join
    ("competitions/", "everybody", "-"),
    ("competitions/<slug:slug>/", "everybody", "-"),
    ("competitions/<slug:slug>/rules/", "everybody", "-"),
    ("competitions/<slug:slug>/data/", "everybody", "-"),
    ("competitions/<slug:slug>/data/<path:name>", "everybody", "-"),
    ("competitions/<slug:slug>/evaluation/", "everybody", "-"),
    ("competitions/<slug:slug>/leaderboard/", "everybody", "-"),
    ("competitions/<slug:slug>/join/", "-", "members"),
    ("competitions/<slug:slug>/submit/", "members", "members"),
    ("competitions/<slug:slug>/entries/", "members", "-"),  # one's own
    ("competitions/<slug:slug>/entries/final/", "-", "those who take part"),
    ("competitions/<slug:slug>/entries/finish/", "protected", "protected"),  # of a self-paced one
    ("competitions/<slug:slug>/entries/<int:pk>/", "holder", "-"),
    ("competitions/<slug:slug>/entries/<int:pk>/files/<path:name>", "holder", "-"),
    ("competitions/<slug:slug>/team/", "members", "-"),  # one's own
    ("competitions/<slug:slug>/team/rename/", "-", "those who take part"),
    ("competitions/<slug:slug>/team/invite/", "-", "those who take part"),
    ("competitions/<slug:slug>/team/leave/", "-", "those who take part"),
    ("competitions/<slug:slug>/team/invitations/<int:pk>/accept/", "-", "owner alone"),
    ("competitions/<slug:slug>/team/invitations/<int:pk>/decline/", "-", "those who take part"),
    ("competitions/<slug:slug>/organise/", "instructors", "-"),
    ("competitions/<slug:slug>/organise/entries.csv", "instructors", "-"),
    ("competitions/<slug:slug>/organise/teams/<int:pk>/", "instructors", "instructors"),
    ("competitions/<slug:slug>/organise/rescore/", "instructors", "protected"),  # nothing to score again
    ("api/v1/competitions", "everybody", "-"),
    ("api/v1/competitions/<slug>", "token", "-"),
    ("api/v1/competitions/<slug>/participation", "-", "token"),
    ("api/v1/competitions/<slug>/entries", "token, those who take part", "token"),
    ("api/v1/competitions/<slug>/entries/<int:pk>", "token, holder", "-"),
    ("api/v1/competitions/<slug>/final", "-", "-"),  # by PUT
    ("api/v1/competitions/<slug>/finish", "-", "token, not now"),
    ("api/v1/competitions/<slug>/leaderboard", "token", "-"),
    ("api/v1/competitions/<slug>/team", "token, those who take part", "-"),
    ("api/v1/competitions/<slug>/team/invitations", "-", "token"),
    ("api/v1/competitions/<slug>/team/invitations/<int:pk>/accept", "-", "token, the invited"),
    ("api/v1/competitions/<slug>/team/leave", "-", "token, not now"),
    # pools
    ("pools/", "administrators", "-"),
    ("pools/<slug:pool>/", "administrators", "-"),
    ("pools/<slug:pool>/series/", "administrators", "-"),
    ("pools/<slug:pool>/forecast/", "administrators", "-"),
    ("pools/<slug:pool>/requeue-owed/", "-", "administrators"),
    ("pools/<slug:pool>/add-machine/", "administrators", "administrators"),
    ("pools/<slug:pool>/workers/<slug:worker>/", "administrators", "-"),
    ("pools/<slug:pool>/workers/<slug:worker>/series/", "administrators", "-"),
    ("pools/<slug:pool>/<slug:action>/", "administrators", "administrators"),
    ("nodes/<slug:node>/<slug:action>/", "administrators", "administrators"),
    ("jobs/<int:job>/<slug:action>/", "administrators", "administrators"),
    ("nodes/join/", "-", "everybody"),  # with a code
    # the API
    ("api/v1/", "nobody", "nobody"),
    ("api/v1/openapi.json", "everybody", "everybody"),
    ("api/v1/pools", "token, administrators", "-"),
    ("api/v1/courses", "everybody", "-"),
    ("api/v1/courses/<course>", "everybody", "-"),
    ("api/v1/courses/<course>/chapters/<chapter>", "everybody", "-"),
    ("api/v1/courses/<course>/enrollment", "-", "token"),
    ("api/v1/courses/<course>/gradebook", "token, staff", "-"),
    ("api/v1/courses/<course>/exercises/<exercise>/submissions", "-", "token"),
    ("api/v1/courses/<course>/exercises/<exercise>/archive", "everybody", "-"),
    ("api/v1/submissions/<int:pk>", "token, owner", "-"),
    ("api/v1/submissions/<int:pk>/events", "token, owner", "-"),
    ("api/v1/submissions/<int:pk>/cancel", "-", "token, owner"),
    # accounts: each member's own, all of them django-allauth's
    ("accounts/login/", "everybody", "everybody"),
    ("accounts/logout/", "everybody", "everybody"),
    ("accounts/inactive/", "everybody", "-"),
    ("accounts/signup/", "everybody", "everybody"),
    ("accounts/reauthenticate/", "members", "members"),
    ("accounts/email/", "members", "members"),
    ("accounts/confirm-email/", "everybody", "-"),
    ("accounts/^confirm-email/(?P<key>[-:\\w]+)/$", "nobody", "nobody"),
    ("accounts/password/change/", "members", "members"),
    ("accounts/password/set/", "members", "members"),
    ("accounts/password/reset/", "everybody", "everybody"),
    ("accounts/password/reset/done/", "everybody", "-"),
    ("accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "nobody", "nobody"),
    ("accounts/password/reset/key/done/", "everybody", "-"),
    ("accounts/login/code/confirm/", "members", "members"),
    ("accounts/2fa/", "members", "members read"),
    ("accounts/2fa/authenticate/", "members", "members"),
    ("accounts/2fa/reauthenticate/", "members", "members"),
    ("accounts/2fa/totp/activate/", "members", "members"),
    ("accounts/2fa/totp/deactivate/", "protected", "protected"),
    ("accounts/2fa/recovery-codes/", "protected", "members read"),
    ("accounts/2fa/recovery-codes/generate/", "members", "members"),
    ("accounts/2fa/recovery-codes/download/", "protected", "protected"),
    ("accounts/3rdparty/", "members", "members"),
    ("accounts/3rdparty/login/cancelled/", "everybody", "-"),
    ("accounts/3rdparty/login/error/", "failed", "-"),
    ("accounts/3rdparty/signup/", "nobody yet", "nobody yet"),
    ("accounts/social/login/cancelled/", "everybody", "everybody"),  # these four lead to the ones above
    ("accounts/social/login/error/", "everybody", "everybody"),
    ("accounts/social/signup/", "everybody", "everybody"),
    ("accounts/social/connections/", "everybody", "everybody"),
    ("accounts/oidc/^(?P<provider_id>[^/]+)/login/", "nobody", "nobody"),
    ("accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/", "nobody", "nobody"),
    ("accounts/sessions/", "everybody", "everybody"),  # leads to the profile's
]

#: What stands for a parameter in one address and means something else in another.
ONLY_HERE: dict[str, dict[str, object]] = {
    "competitions/<slug:slug>/data/<path:name>": {"name": "test.csv"},
    "courses/<slug:course>/files/<slug:digest>/<str:name>": {"name": "box.svg"},
    "submissions/<int:pk>/figures/<int:number>.png": {"number": 1},
    "nodes/<slug:node>/<slug:action>/": {"action": "quarantine"},
    "jobs/<int:job>/<slug:action>/": {"action": "cancel"},
}


def outcome(answer: HttpResponseBase) -> str:
    """One letter of ``GROUPS``, or the status of a failure."""
    if answer.headers.get("Location", "").startswith(("/accounts/login/", "/django-admin/login/")):
        return "l"
    known = {401: "t", 403: "r", 404: "h", 405: "m", 503: "u"}
    return known.get(answer.status_code, "o" if answer.status_code < 500 else f"[{answer.status_code}]")


def ask(world: World, role: str, method: str, address: str) -> HttpResponseBase:
    """Ask as somebody, and undo what it did."""
    client, headers = world.clients[role], {}
    if address.startswith("/api/") and role in world.tokens:
        headers["Authorization"] = f"Bearer {world.tokens[role]}"
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer: HttpResponseBase = getattr(client, method)(address, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def test_every_address_stands_in_the_table() -> None:
    found, told = list(routes()), [route for route, *_who in TABLE]
    assert sorted(set(found) - set(told)) == [], "write down who may read it and who may post to it"
    assert sorted(set(told) - set(found)) == [], "there is no such address any more"
    assert len(told) == len(set(told))


def asked(group: str) -> tuple[str, ...]:
    """Where all members meet the same, three of the roles are enough."""
    return ("nobody", "alice", "root") if len(set(GROUPS[group][1:])) == 1 else ROLES


def test_everybody_gets_what_the_table_says(world: World) -> None:
    wrong = {}
    for route, *who in TABLE:
        address = world.address(route, **ONLY_HERE.get(route, {}))
        for method, group in zip(("get", "post"), who, strict=True):
            expected = {role: met for role, met in zip(ROLES, GROUPS[group], strict=True) if role in asked(group)}
            got = {role: outcome(ask(world, role, method, address)) for role in expected}
            if got != expected:
                wrong[f"{method} {address}"] = f"{got}, not {group}"
    assert wrong == {}


def test_the_administration_is_for_those_who_may_do_everything(world: World) -> None:
    names = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]
    got = {
        name: "".join(outcome(ask(world, role, "get", reverse(name))) for role in ROLES)
        for name in ["admin:index", *names]
    }
    assert got.pop("admin:index") == "lllllllloo"
    assert {name: letters for name, letters in got.items() if letters != "llllllllro"} == {}


@pytest.mark.parametrize("role", ["alice", "root"])
def test_a_session_opens_nothing_of_the_api(world: World, role: str) -> None:
    """So no other site can use a reader's cookie there: the API needs no defence against forged requests."""
    assert world.clients[role].get(f"/api/v1/submissions/{world.values['pk']}").status_code == 401
