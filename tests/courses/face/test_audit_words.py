"""Whoever reads the audit trail reads words in their own language, whichever floor wrote a line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from courseplatform import trail_words
from courses.accounts.models import User
from workers.audit import trail, words
from workers.pools import auditing

ROOT = Path(__file__).parents[3]
FILES = {"csv", "html", "ipynb", "json", "md", "py", "yaml"}
NOUNS = {code.partition(".")[0] for code in {**trail_words.ACTIONS, **auditing.ACTIONS}}


def _codes_in_the_source() -> Iterator[str]:
    """Every constant that looks like a code of the trail."""
    for path in [*(ROOT / "courses").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                noun, _dot, verb = node.value.partition(".")
                if noun in NOUNS and re.fullmatch(r"[a-z_]+", verb) and verb not in FILES:
                    yield node.value


def test_every_action_that_is_written_down_has_words_in_both_languages() -> None:
    codes = set(_codes_in_the_source()) | set(trail_words.ACTIONS)
    assert {"cohort.dates", "post.hide", "pool.pause"} <= codes
    for code in codes:
        with override("en"):
            english = words.worded(code)
        with override("zh-hans"):
            chinese, kind = words.worded(code), words.kind(code)
        assert english != code, f"{code} has no words"
        assert re.search(r"[\u4e00-\u9fff]", chinese) and re.search(r"[\u4e00-\u9fff]", kind), code


@pytest.mark.django_db
def test_the_administration_shows_words_and_filters_by_them(client: Client, dave: User) -> None:
    User.objects.filter(pk=dave.pk).update(is_superuser=True)
    client.force_login(dave)
    before = {"role": "learner", "cohort": "spring"}
    trail.record(f"user:{dave.pk}", "enrollment.change", subject="enrollment:1", details={"before": before})
    trail.record("the dispatcher", "node.quarantine", subject="node:anna", details={"reason": {"code": "rate"}})
    page = client.get("/django-admin/audit/auditevent/", headers={"accept-language": "zh-hans"}).text
    for seen in ("已更改角色或班级", "(角色: learner", "已隔离", "它发送的消息过多。", "调度器"):
        assert seen in page
    assert ">enrollment.change<" not in page
    chosen = client.get("/django-admin/audit/auditevent/?action=node.quarantine").text
    assert "node:anna" in chosen and "enrollment:1" not in chosen
    line = trail.record("the dispatcher", "node.drain", subject="node:bob")
    assert "drained" in client.get(f"/django-admin/audit/auditevent/{line.pk}/change/").text
