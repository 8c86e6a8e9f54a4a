"""Whoever reads Chinese meets no English sentence: on a page, in an error, a message, a mail, a reply of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core import mail
from django.db import transaction
from django.db.models import Field
from django.http import HttpResponseBase
from django.test import Client
from django.utils import translation

from courseplatform.labels import OWNERS
from tests.conftest import PASSWORD
from tests.courses.accounts.test_second_factor import code_of
from tests.courses.conftest import report
from tests.security import world as making
from tests.security.test_every_url import GROUPS, ONLY_HERE, TABLE
from tests.security.world import ROLES, World
from workers.broker import Broker

#: Three words and more in a row.
SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,]+[A-Za-z][A-Za-z'’-]*){2,}")
#: What stands in these is code, a name or a formula.
NOT_PROSE = {"script", "style", "code", "pre", "math", "svg", "kbd", "samp", "textarea", "option"}
VOID = {"br", "hr", "img", "input", "meta", "link", "source", "wbr"}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "data-leave", "data-copy", "data-copied")
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}


#: Each page as the first of them who may read it.
READERS = ("alice", "carol", "root", "nobody")


class Prose(HTMLParser):
    """What a reader of a page is told, as far as it is meant to be in the language of the page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        foreign = has.get("lang") == "en" or "mono" in has.get("class", "").split() or tag in NOT_PROSE
        if not foreign and not self._elsewhere():
            self.told += [has[name] for name in SPOKEN if name in has]
        if tag not in VOID:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._elsewhere():
            self.told.append(data)

    def _elsewhere(self) -> bool:
        return any(foreign for _tag, foreign in self._open)


@pytest.fixture
def chinese(db: None, broker: Broker, tmp_path: Path, end: Callable[..., None]) -> World:
    return making.make(tmp_path, report=report, end=end, text=lambda _field: "某甲")


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    for route, *groups in TABLE:
        address = world.address(route, **ONLY_HERE.get(route, {}))
        for method, group in zip(("get", "post"), groups, strict=True):
            if GROUPS[group] == GROUPS["-"]:
                continue
            may = [role for role, met in zip(ROLES, GROUPS[group], strict=True) if met == "o"]
            first = ("nobody", *READERS) if route.startswith("accounts/") and "2fa" not in route else READERS
            yield next((role for role in first if role in may), "alice"), method, address


def english(answer: HttpResponseBase) -> set[str]:
    kind = answer.headers.get("Content-Type", "")
    if answer.streaming or not hasattr(answer, "content"):
        return set()
    text = answer.content.decode(errors="replace")
    if kind.startswith("text/html"):
        return {found for told in Prose(text).told for found in SENTENCE.findall(told)}
    if "problem" in kind or (answer.status_code >= 400 and "json" in kind):
        return set(SENTENCE.findall(str(json.loads(text).get("detail", ""))))
    return set()


#: What the samples of a course and of a competition say themselves, names, and columns of a table.
OWN_WORDS = (
    *("Sum Society", "Ada Adder", "Bert Both", "CSV UTF-8", "username, email", "name, cohort, role"),
    *("Even or odd", "Say which numbers are odd", "of it", "How to begin", "the next chapter"),
)


def test_no_page_and_no_reply_says_a_sentence_in_english(chinese: World) -> None:
    wrong: dict[str, str] = {}
    for role, method, address in pages(chinese):
        client = chinese.clients[role]
        headers = {**CHINESE, "Authorization": f"Bearer {chinese.tokens[role]}"} if role in chinese.tokens else CHINESE
        cookies = deepcopy(client.cookies)
        with transaction.atomic():
            answer = getattr(client, method)(address, headers=headers, follow=method == "post")
            transaction.set_rollback(True)
        client.cookies = cookies
        for found in english(answer):
            if not any(words in found for words in OWN_WORDS):
                wrong.setdefault(found, f"{role} {method} {answer.status_code} {address}")
    assert wrong == {}


def follow_link(client: Client, text: str) -> HttpResponseBase:
    link = re.search(r"http://testserver(/\S+)", text)
    assert link, text
    answer: HttpResponseBase = client.get(link[1], headers=CHINESE, follow=True)
    return answer


def test_no_mail_does_and_no_step_with_an_account(db: None) -> None:
    """Signing up, confirming, a wrong password, a new one, a second factor with its codes, another address."""
    client = Client(headers=CHINESE)
    said: dict[str, HttpResponseBase] = {}

    def post(address: str, **fields: str) -> HttpResponseBase:
        said[f"{address} {sorted(fields)}"] = answer = client.post(address, fields, follow=True)
        return answer

    mei = {"username": "mei", "email": "mei@example.org"}
    post("/accounts/signup/", **mei, password1="12345678", password2="1")
    post("/accounts/signup/", **mei, password1=PASSWORD, password2=PASSWORD)
    said["confirm"] = follow_link(client, str(mail.outbox[-1].body))
    post(client.get("/accounts/email/").wsgi_request.path, email="mei@example.org", action_send="")
    post("/accounts/email/", email="other@example.org", action_add="")
    post("/accounts/email/", email="no address", action_add="")
    EmailAddress.objects.filter(email="other@example.org").update(verified=True)
    post("/accounts/email/", email="other@example.org", action_primary="")
    post("/accounts/email/", email="mei@example.org", action_remove="")
    post("/accounts/password/change/", oldpassword="wrong", password1="x", password2="y")
    post("/accounts/password/change/", oldpassword=PASSWORD, password1=PASSWORD + "1", password2=PASSWORD + "1")
    post("/accounts/reauthenticate/", password=PASSWORD + "1")
    said["totp"] = form = client.get("/accounts/2fa/totp/activate/")
    post("/accounts/2fa/totp/activate/", code="000000")
    secret = form.context["form"].secret
    post("/accounts/2fa/totp/activate/", code=code_of(secret))
    said["codes"] = client.get("/accounts/2fa/recovery-codes/")
    said["2fa"] = client.get("/accounts/2fa/")
    post("/accounts/2fa/recovery-codes/generate/")
    post("/accounts/2fa/totp/deactivate/")
    post("/accounts/logout/")
    post("/accounts/login/", login="mei", password="wrong")
    post("/accounts/password/reset/", email="other@example.org")
    said["reset"] = follow_link(client, str(mail.outbox[-1].body))
    post(said["reset"].wsgi_request.path, password1=PASSWORD, password2=PASSWORD)  # type: ignore[attr-defined]
    post("/accounts/password/reset/", email="unknown@example.org")
    wrong = {where: sorted(found) for where, answer in said.items() if (found := english(answer))}
    assert wrong == {}
    assert len(mail.outbox) > 8
    for letter in mail.outbox:
        assert not SENTENCE.findall(re.sub(r"https?://\S+", "", f"{letter.subject}\n{letter.body}")), letter.body
        assert re.search("[\u4e00-\u9fff]", str(letter.subject)), letter.subject


def test_the_administration_calls_things_by_chinese_names() -> None:
    missing = set()
    with translation.override("zh-hans"):
        for model in admin.site._registry:
            options = model._meta
            if not options.app_config.name.startswith(OWNERS):
                continue
            fields = [field for field in options.get_fields() if isinstance(field, Field)]
            names = [options.verbose_name, options.verbose_name_plural, options.app_config.verbose_name]
            names += [field.verbose_name for field in fields]
            missing |= {f"{options.label}: {name}" for name in names if not re.search("[\u4e00-\u9fff]", str(name))}
    assert missing == set()
