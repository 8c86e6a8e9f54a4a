"""The frame of every page: language, theme, the way in, and nothing that the content security policy would refuse."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from tests.courses.face.messages_of_pages import ROOT, templates

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_a_page_says_its_language(client: Client, language: str, tag: str) -> None:
    page = client.get("/design/", headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{tag}">' in page


def test_the_language_can_be_switched_without_a_script(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/design/"})
    assert "设计语言" in client.get("/design/").content.decode()


def test_the_theme_is_kept_in_a_cookie_and_is_right_at_first_paint(client: Client) -> None:
    assert "data-theme" not in client.get("/").content.decode().split("<head>")[0]
    answer = client.post("/theme/", {"theme": "dark", "next": "/library/"})
    assert answer.headers["Location"] == "/library/"
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    answer = client.post("/theme/", {"theme": '"><script>', "next": "/"})
    assert "theme" not in answer.cookies
    client.cookies["theme"] = "neon"
    assert "neon" not in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_a_theme_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_the_theme_is_not_set_from_another_site() -> None:
    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 403


def test_a_stranger_finds_the_way_in_and_a_member_the_way_out(client: Client, alice: User, dave: User) -> None:
    page = client.get("/").content.decode()
    assert "/accounts/login/" in page
    assert "/pools/" not in page
    client.force_login(alice)
    assert "/pools/" not in client.get("/").content.decode()
    client.force_login(dave)
    page = client.get("/").content.decode()
    assert "/accounts/logout/" in page
    assert "/pools/" in page


DESKS = {"/teaching/", "/studio/", "/pools/"}


@pytest.mark.parametrize(
    ("role", "staff", "offered"),
    [
        (None, False, set()),
        (Role.STUDENT, False, set()),
        (Role.ASSISTANT, False, {"/teaching/"}),
        (Role.INSTRUCTOR, False, {"/teaching/", "/studio/"}),
        (Role.INSTRUCTOR, True, DESKS),
        (None, True, {"/pools/"}),
    ],
)
def test_the_header_offers_everybody_their_places_of_work(
    client: Client, alice: User, course: Course, role: Role | None, staff: bool, offered: set[str]
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=staff)
    if role:
        enroll(alice, course, role=role)
    client.force_login(alice)
    header = client.get("/library/").content.decode().split("</header>")[0]
    assert {desk for desk in DESKS if f'href="{desk}"' in header} == offered
    for desk in offered:
        assert f'<a href="{desk}" aria-current="true">' in client.get(desk).content.decode()


def test_the_pages_of_a_class_belong_to_teaching(client: Client, teacher: User) -> None:
    client.force_login(teacher)
    for address in ("/courses/models/gradebook/", "/courses/models/class/people/"):
        page = client.get(address).content.decode()
        assert '<a href="/teaching/" aria-current="true">' in page
        assert page.count('aria-current="true"') == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_missing_page_says_so_in_the_readers_language(client: Client, language: str) -> None:
    answer = client.get("/no-such-page/", headers={"Accept-Language": language})
    assert answer.status_code == 404
    sentence = {"en": "There is no such page", "zh-hans": "没有这个页面"}[language]
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_a_page_of_what_went_wrong_needs_no_request_and_no_database(name: str, django_db_blocker: object) -> None:
    with django_db_blocker.block():  # type: ignore[attr-defined]  # pytest-django's
        page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert 'href="/"' in page


def test_the_policy_allows_no_inline_script_and_no_inline_style(
    client: Client, learner: User, course: Course, exercise: Exercise
) -> None:
    client.force_login(learner)
    policy = client.get("/courses/models/exercises/softmax/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "'nonce-" in policy  # for the editor's style sheet


def test_no_template_holds_what_the_policy_refuses() -> None:
    refused = re.compile(
        r"\sstyle=|\son[a-z]+=\"|<style|javascript:|<script(?![^>]*\b(?:src|type=\"application/json\")=?)"
    )
    found = {path.name: refused.findall(path.read_text("utf-8")) for path in templates()}
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_static_file_that_a_template_or_a_script_names_exists() -> None:
    named = {name for path in templates() for name in re.findall(r"{% static ['\"]([^'\"]+)", path.read_text("utf-8"))}
    scripts = sorted((ROOT / "courseplatform" / "static" / "js").glob("*.js"))
    imported = {f"js/{name}" for path in scripts for name in re.findall(r'from "\./([^"]+)"', path.read_text("utf-8"))}
    assert not {name for name in named | imported if finders.find(name) is None}


def test_every_class_in_a_template_has_its_rule() -> None:
    sheets = [*ROOT.glob("courseplatform/static/css/*.css"), *ROOT.glob("workers/*/static/**/*.css")]
    sheets += ROOT.glob("courses/*/static/**/*.css")
    known = set(re.findall(r"\.([a-z][\w-]*)", " ".join(sheet.read_text("utf-8") for sheet in sheets)))
    missing = {
        path.name: sorted(unknown)
        for path in templates()
        if (unknown := classes_of(path.read_text("utf-8")) - known - PLAIN)
    }
    assert not missing


#: Said for readers of the markup, or by what is built into it.
PLAIN = {"external", "field", "note", "notice--info", "o"}


def classes_of(source: str) -> set[str]:
    plain = re.sub(r"{%.*?%}|{{.*?}}", "\x00", source, flags=re.DOTALL)
    words = {word for value in re.findall(r'class="([^"]*)"', plain) for word in value.split()}
    words = {part for word in words for part in word.split("\x00")}
    return {word for word in words if word and not word.endswith(("-", "--"))}
