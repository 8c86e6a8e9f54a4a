"""Search over chapters, exercises and the library: in both languages, of what is shown now, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import translation

from courses.authoring.publish import publish, roll_back
from courses.catalog.models import Course
from courses.search.finding import excerpt, find
from courses.search.indexing import sections_of
from courses.search.models import Passage
from courses.search.words import Query
from tests.courses.authoring.sample import write_course

CHAPTER = "---\ntitle: {title}\nsummary: S.\nminutes: 5\n---\n{text}\n"


@pytest.fixture
def attention(db: None, tmp_path: Path) -> Course:
    """A chapter on attention and one that mentions it, in both languages."""
    texts = {
        "01-attention/chapter.en.md": ("Attention", "Who asks whom.\n\n## Masks\n\nA causal mask hides $x_{t+1}$."),
        "01-attention/chapter.zh-hans.md": ("注意力", "谁问谁。\n\n## 掩码\n\n因果掩码盖住后面的词。"),
        "02-more/chapter.en.md": (
            "More",
            "Networks with self-attention and a magnet.\n\n```python\nnn.Linear(3, 4)\n```",
        ),
        "02-more/chapter.zh-hans.md": ("更多", "用到注意力的网络，还有卷积。"),
    }
    folder = tmp_path / "models"
    for path, (title, text) in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(CHAPTER.format(title=title, text=text))
    (folder / "course.yaml").write_text(
        "title: {en: M, zh-hans: 模}\nsummary: {en: S., zh-hans: 简。}\nlanguages: [en, zh-hans]\n"
        "licence: CC0-1.0\npass_mark: 0.7\n"
    )
    return publish(folder, by=None).course


def found(text: str, language: str = "en") -> list[str]:
    with translation.override(language):
        return [hit.url.removeprefix("/courses/models/chapters/") for hit in find(text, AnonymousUser())]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("attention", "en", ["attention/", "attention/#masks", "more/"]),  # the title says more than the text
        ("ATTENTION mask", "en", ["attention/#masks"]),
        ("net", "en", ["more/"]),  # the beginning of a word, not the end of "magnet"
        ("agnet", "en", []),
        ("nn.Linear", "en", ["more/"]),
        ("x_{t+1}", "en", ["attention/#masks"]),  # a formula by its TeX
        ("注意力", "zh-hans", ["attention/", "attention/#掩码", "more/"]),
        ("注意力的掩码", "zh-hans", ["attention/#掩码", "attention/", "more/"]),
        ("怎么做卷积", "zh-hans", ["more/"]),
        ("ＭＡＳＫ", "en", ["attention/#masks"]),
        ("卷积", "en", ["more/"]),  # found by the Chinese text, shown in English
        ("  ", "en", []),
        ("%_'\"\\", "en", []),
    ],
)
def test_it_finds(attention: Course, text: str, language: str, wanted: list[str]) -> None:
    assert found(text, language) == wanted


def test_every_kind_is_found(sums: Course) -> None:
    kinds = {hit.kind.value for text in ("sum", "addition", "free", "start") for hit in find(text, AnonymousUser())}
    assert kinds >= {"chapter", "exercise", "faq", "lecture", "event"}


def test_a_hit_leads_there(sums: Course, client: Client) -> None:
    for text in ("addition", "adding", "free", "start", "conference"):
        hits = find(text, AnonymousUser())
        assert hits
        for hit in hits:
            page = client.get(hit.url.partition("#")[0]).content.decode()
            assert hit.title in page
            assert f'id="{hit.url.partition("#")[2]}"' in page or "#" not in hit.url


def test_only_what_is_shown_now_is_found(sums: Course, tmp_path: Path) -> None:
    number = Passage.objects.count()
    folder = write_course(
        tmp_path, changes={"02-next/chapter.en.md": CHAPTER.format(title="Zebra", text="(more)=\n## More")}
    )
    publish(folder, by=None)
    assert [hit.title for hit in find("zebra", AnonymousUser())] == ["Zebra", "Zebra"]
    roll_back(Course.objects.get(slug="sums"), 1)
    assert find("zebra", AnonymousUser()) == []
    assert Passage.objects.count() == number


@pytest.mark.parametrize(("language", "sentence"), [("en", "Nothing is found for"), ("zh-hans", "没有找到")])
def test_the_page_works_without_a_script(sums: Course, client: Client, language: str, sentence: str) -> None:
    header = {"Accept-Language": language}
    page = client.get("/search/?q=zebra<script>", headers=header).content.decode()
    assert sentence in page
    assert "zebra&lt;script&gt;" in page and "zebra<script>" not in page
    part = client.get("/search/?q=Addition&part=hits", headers=header).content.decode()
    assert "<html" not in part and 'href="/courses/sums/exercises/addition/"' in part


def test_what_was_looked_for_is_marked() -> None:
    text = "word " * 40 + "the Softmax of " + "word " * 40
    pieces = excerpt(text, Query("softmax"))
    assert [piece for piece, marked in pieces if marked] == ["Softmax"]
    assert pieces[0][0] == "… " and pieces[-1][0].endswith(" …")
    assert excerpt("注意力机制", Query("注意")) == [("注意", True), ("力机制", False)]


def test_a_page_is_cut_at_its_headings() -> None:
    html = (
        '<p>Lead <math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>.</p><h2 id="a">One <code>two</code></h2>'
        "<p>Text</p><svg><text>no</text></svg>"
    )
    sections = sections_of(html)
    assert [(one.anchor, one.heading, one.body, one.tex) for one in sections] == [
        ("", "", "Lead x2.", "x^2\n"),
        ("a", "One two", "Text", ""),
    ]


@pytest.mark.parametrize("text", ["a" * 5000, "的" * 5000, "(" * 90, "\x00", "a b " * 40, "🦊"])
def test_anything_may_be_asked(sums: Course, client: Client, text: str) -> None:
    answer = client.get("/search/", {"q": text})
    assert answer.status_code == 200
    assert re.search("Nothing is found|hits?", answer.content.decode())
