"""A chapter to take away as a notebook, and the badge of a text that has fallen behind."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from django.test import Client

from courses.authoring.publish import publish
from tests.courses.authoring.sample import FILES, write_course

CHAPTER = "/courses/sums/chapters/start/"
LISTING = """
```python
print(1)
```

:::{note} Mind
This.
:::

(spot)=
## Label

```{code-block} python
:caption: A caption
print(2)
```

```text
not a cell
```
"""

pytestmark = pytest.mark.django_db


def test_a_chapter_downloads_as_a_notebook_that_jupyter_opens(client: Client, tmp_path: Path) -> None:
    text = FILES["01-start/chapter.en.md"] + LISTING
    publish(write_course(tmp_path, changes={"01-start/chapter.en.md": text}), by=None)
    response = client.get(f"{CHAPTER}notebook/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="sums-start.en.ipynb"'
    notebook = json.loads(response.content)
    nbformat.validate(nbformat.from_dict(notebook))  # type: ignore[no-untyped-call]  # no hints there
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    prose = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    assert ["".join(source) for source in code] == ["print(1)", "print(2)"]
    for wanted in (
        "# The start",
        "$x^2$",
        "> **Mind**",
        "**[Addition](http://testserver/courses/sums/exercises/addition/)**",
        "**[Check yourself](http://testserver/courses/sums/chapters/start/#quiz-start)**",
        "![A box](http://testserver/courses/sums/files/",
        "[the next chapter](http://testserver/courses/sums/chapters/next/#more)",
        "```text\nnot a cell",
    ):
        assert wanted in prose, prose
    for gone in ("(spot)=", "{note}", "{quiz}", "title: The start"):
        assert gone not in prose, gone


def test_a_chinese_reader_takes_the_chinese_text(client: Client, tmp_path: Path) -> None:
    publish(write_course(tmp_path), by=None)
    response = client.get(f"{CHAPTER}notebook/", headers={"Accept-Language": "zh-hans"})
    assert "# 开始" in response.content.decode()


def test_the_key_of_a_quiz_is_not_in_it(client: Client, tmp_path: Path) -> None:
    publish(write_course(tmp_path), by=None)
    assert b"9098" not in client.get(f"{CHAPTER}notebook/").content


def test_a_text_that_has_fallen_behind_says_so(client: Client, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    publish(folder, by=None)
    chinese = {"Accept-Language": "zh-hans"}
    assert "notice" not in client.get(CHAPTER, headers=chinese).content.decode()
    english = folder / "01-start/chapter.en.md"
    english.write_text(english.read_text() + "\nOne more thing.\n")
    publish(folder, by=None)
    assert "可能缺少最近的修改" in client.get(CHAPTER, headers=chinese).content.decode()
    assert "latest changes" not in client.get(CHAPTER, headers={"Accept-Language": "en"}).content.decode()
    assert "可能缺少最近的修改" not in client.get("/courses/sums/chapters/next/", headers=chinese).content.decode()
    other = folder / "01-start/chapter.zh-hans.md"
    other.write_text(other.read_text() + "\n还有一点。\n")
    publish(folder, by=None)
    assert "可能缺少最近的修改" not in client.get(CHAPTER, headers=chinese).content.decode()
