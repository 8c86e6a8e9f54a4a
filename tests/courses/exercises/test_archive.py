"""The archive that a student takes home: what is in it, and what never is."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.test import Client

from courses.authoring.models import ReleaseFile, SourceFile
from courses.catalog.models import Exercise
from graders.bundle import pack
from workers.pools import bundles

HIDDEN = b"def test_sums_to_one(student): ...  # SECRET\n"


def download(client: Client, path: str = "/courses/models/exercises/softmax/archive/") -> dict[str, bytes]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="softmax.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def packed(exercise: Exercise) -> Exercise:
    """The exercise with a bundle that has data, hidden data and hidden tests, and with the author's statement."""
    parts = {"data/numbers.txt": b"1 2 3", "hidden/labels.txt": b"SECRET", "test_hidden.py": HIDDEN}
    exercise.bundle = bundles.store(pack({**parts, "exercise.yaml": b"points: 10\n"}))
    exercise.save(update_fields=["bundle"])
    for language, text in (("en", "Write $y$ yourself."), ("zh-hans", "自己写出 $y$。")):
        digest = hashlib.sha256(text.encode()).hexdigest()
        source = SourceFile.objects.create(digest=digest, content=text.encode(), size=len(text))
        path = f"01-attention/exercises/softmax/statement.{language}.md"
        ReleaseFile.objects.create(release=exercise.release, path=path, source=source)
    return exercise


def test_it_has_what_the_page_shows_and_nothing_hidden(client: Client, packed: Exercise) -> None:
    files = download(client)
    assert set(files) == {
        f"softmax/{name}"
        for name in (
            *("README.md", "exercise.json", "submission.py", "test_visible.py", "conftest.py", "gradus.py"),
            *("submit.py", "data/numbers.txt"),
        )
    }
    assert files["softmax/submission.py"].decode() == packed.starter["submission.py"]
    assert files["softmax/data/numbers.txt"] == b"1 2 3"
    assert not any(b"SECRET" in content for content in files.values())
    known = json.loads(files["softmax/exercise.json"])
    assert known == {
        "server": "http://testserver",
        "course": "models",
        "exercise": "softmax",
        "files": ["submission.py"],
    }
    readme = files["softmax/README.md"].decode()
    assert "python submit.py" in readme
    assert "http://testserver/courses/models/exercises/softmax/" in readme
    assert "Write $y$ yourself." in readme


def test_it_speaks_the_readers_language(client: Client, packed: Exercise) -> None:
    response = client.get("/courses/models/exercises/softmax/archive/", headers={"accept-language": "zh-hans"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        readme = archive.read("softmax/README.md").decode()
    assert "# 归一化" in readme
    assert "自己写出 $y$。" in readme
    assert "这里有什么" in readme


def test_the_api_has_it_too(client: Client, packed: Exercise) -> None:
    assert download(client, "/api/v1/courses/models/exercises/softmax/archive") == download(client)
    assert client.get("/api/v1/courses/models/exercises/nothing/archive").status_code == 404
    assert client.get("/courses/models/exercises/nothing/archive/").status_code == 404


def test_an_exercise_without_visible_tests_has_none_to_run(client: Client, exercise: Exercise) -> None:
    exercise.visible_test = ""
    exercise.save(update_fields=["visible_test"])
    files = download(client)
    assert set(files) == {f"softmax/{name}" for name in ("README.md", "exercise.json", "submission.py", "submit.py")}
    assert "pytest" not in files["softmax/README.md"].decode()


def test_the_workbench_offers_it(client: Client, learner: object, exercise: Exercise) -> None:
    client.force_login(learner)  # type: ignore[arg-type]  # a User
    page = client.get("/courses/models/exercises/softmax/").content.decode()
    assert 'href="/courses/models/exercises/softmax/archive/"' in page
