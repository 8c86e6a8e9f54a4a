"""The API does what the pages do, with the same sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from courses.accounts.models import ApiToken, User
from courses.authoring.models import Release
from courses.authoring.publish import prepare, publish
from courses.authoring.studio.difference import difference
from courses.competitions.models import Entry
from tests.courses.competitions.conftest import current, scored
from tests.courses.competitions.sample import labels, right, table, write_course
from tests.courses.competitions.test_secrecy import NOW, spec_around

BASE = "/api/v1/competitions/even-odd"


class Caller:
    """One user of the API."""

    def __init__(self, user: User) -> None:
        self.token = ApiToken.objects.issue(user=user, name="x")[1]

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        data = "" if body is None else json.dumps(body)
        answer = Client().generic(method, BASE + path, data, content_type="application/json", headers=headers)
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def published(db: None, tmp_path: Path) -> Path:
    publish(write_course(tmp_path, spec=spec_around(NOW)), by=None)
    return tmp_path


def test_a_whole_round_over_the_api(published: Path, alice: User, bob: User) -> None:
    call, other = Caller(alice), Caller(bob)
    assert call("GET", "")[1]["allowance"] is None
    assert call("POST", "/participation", {"accept_rules": False})[0] == 403
    assert call("POST", "/participation", {"accept_rules": True})[0] == 201
    assert other("POST", "/participation", {"accept_rules": True})[1]["team"]["name"] == "bob"
    status, refused = call("POST", "/entries", {"files": {"predictions.csv": right().replace("r7,", "x7,")}})
    assert (status, "Row 9 names x7" in refused["detail"]) == (400, True)
    assert call("GET", "")[1]["allowance"]["today"] == 3
    status, entry = call("POST", "/entries", {"files": {"predictions.csv": right()}, "note": "first"})
    assert (status, entry["state"], entry["public_score"]) == (201, "queued", None)
    assert call("GET", "")[1]["allowance"]["today"] == 2
    scored(Entry.objects.get(pk=entry["id"]), 0.9, 0.61803)
    assert call("GET", f"/entries/{entry['id']}")[1]["public_score"] == 0.9
    assert other("GET", f"/entries/{entry['id']}")[0] == 404
    assert [each["final"] for each in call("PUT", "/final", {"entries": [entry["id"]]})[1]] == [True]
    board = other("GET", "/leaderboard")[1]
    assert [(row["rank"], row["name"], row["score"]) for row in board["rows"]] == [(1, "alice", 0.9)]
    invitation = call("POST", "/team/invitations", {"name": "bob"})[1]["id"]
    assert other("POST", f"/team/invitations/{invitation}/accept")[1]["members"] == ["alice", "bob"]
    assert other("POST", "/team/leave")[1]["members"] == ["bob"]
    assert call("POST", "/finish")[0] == 403


def test_files_over_the_page_are_told_with_their_rows(published: Path, alice: User) -> None:
    Caller(alice)("POST", "/participation", {"accept_rules": True})
    client = Client()
    client.force_login(alice)
    for content, sentence in (
        (right().encode("utf-16"), "UTF-8"),
        (right().replace("r7,", "r\xe9,").encode("latin-1"), "Row 9"),
        (b"row,odd\n" + b"r0,0\n" * 2_500_000, "a table may have 10240 KB. It needs 100 rows and no more."),
        (b"", "empty"),
    ):
        path = published / "mine.csv"
        path.write_bytes(content)
        with path.open("rb") as file:
            answer = client.post("/competitions/even-odd/submit/", {"file:predictions.csv": file})
        assert answer.status_code in (400, 413)
        assert sentence in answer.content.decode() and "No entry was spent" in answer.content.decode()
    assert not Entry.objects.filter(user=alice).exists()
    assert client.post("/competitions/even-odd/submit/", {}).status_code == 400


def test_the_studio_says_what_a_release_changes(published: Path) -> None:
    folder = write_course(published, spec=spec_around(NOW).replace("final_entries: 2", "final_entries: 1"))
    wrong = {**labels(), "r1": 1 - labels()["r1"]}
    (folder / "competitions" / "even-odd" / "hidden" / "labels.csv").write_text(table(wrong))
    release: Release = prepare(folder, by=None)
    (change,) = difference(current("even-odd").release, release).competitions
    assert change.kind == "changed"
    assert "setting “final_entries”" in change.notes and any("scored anew" in note for note in change.notes)
