"""What authors write and what readers get."""

from __future__ import annotations

from typing import Any

import pytest

from courses.authoring.source.markdown import anchors, render, render_inline
from courses.authoring.source.page import Page
from courses.authoring.source.places import Map
from courses.authoring.source.sanitise import clean
from tests.courses.authoring.sample import SVG, Urls


def page(**changes: Any) -> Page:
    files = {
        "01-a/figures/x.svg": SVG.encode(),
        "01-a/figures/x.dark.svg": SVG.encode(),
        "01-a/figures/y.svg": SVG.encode(),
    }
    return Page(file="01-a/chapter.en.md", language="en", problems=[], places=Map(files=files, urls=Urls()), **changes)


def html(text: str, **changes: Any) -> str:
    here = page(**changes)
    result = render(text, here).html
    assert [str(problem) for problem in here.problems] == []
    return result


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**粗体。**中文", "<strong>粗体。</strong>中文"),
        ("**“引号”**后文", "<strong>“引号”</strong>后文"),
        ("前文**“引号”**后文", "前文<strong>“引号”</strong>后文"),
        ("中文**（括号）**中文", "中文<strong>（括号）</strong>中文"),
        ("学习*率。*很小", "学习<em>率。</em>很小"),
        ("用**`nn.Linear`**层", "用<strong><code>nn.Linear</code></strong>层"),
        ("**粗**a**细**", "<strong>粗</strong>a<strong>细</strong>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a**“b”**c", "a**“b”**c"),  # Latin text keeps CommonMark's rule
        ("snake_case_name", "snake_case_name"),
        ("**bold.** then", "<strong>bold.</strong> then"),
        ("*foo*bar __baz__", "<em>foo</em>bar <strong>baz</strong>"),
    ],
)
def test_emphasis_beside_wide_characters(text: str, wanted: str) -> None:
    assert html(text) == f"<p>{wanted}</p>"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("第一行\n第二行", "第一行第二行"),
        ("第一行，\n**第二**行", "第一行，<strong>第二</strong>行"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("one\ntwo", "one\ntwo"),
        ("`code`\n中文", "<code>code</code>\n中文"),
    ],
)
def test_line_breaks_between_wide_characters_are_no_spaces(text: str, wanted: str) -> None:
    assert html(text) == f"<p>{wanted}</p>"


def test_math_becomes_mathml_with_its_tex_as_alternative() -> None:
    assert html("$x^2$") == (
        '<p><math display="inline" alttext="x^2"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math></p>'
    )
    assert 'display="block"' in html("$$\n\\sum_i x_i\n$$")


def test_money_is_no_math() -> None:
    assert html("costs $5 and $6") == "<p>costs $5 and $6</p>"
    assert html("价格$5") == "<p>价格$5</p>"


def test_raw_html_is_text_and_its_author_is_told() -> None:
    here = page()
    assert render('<script>alert(1)</script> <b onclick="x">', here).html == (
        '<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick="x"&gt;</p>'
    )
    (problem,) = here.problems
    assert "HTML is no part of a text here, and `<script>` would be shown as it stands" in problem.message
    assert html("a < b > c, `<b>` and <name>") == "<p>a &lt; b &gt; c, <code>&lt;b&gt;</code> and &lt;name&gt;</p>"


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_links_that_run_something_are_no_links(target: str) -> None:
    assert "<a" not in html(f"[x]({target})")


def test_what_the_sanitiser_lets_through() -> None:
    assert clean('<p style="x" onclick="y" class="c">t<script>s</script></p>') == '<p class="c">t</p>'
    assert clean(
        '<math><mtext></mtext><annotation-xml encoding="text/html"><img src=x onerror=y></annotation-xml></math>'
    ) == ("<math><mtext></mtext></math>") or "onerror" not in clean(
        "<math><annotation-xml><img src=x onerror=y></annotation-xml></math>"
    )
    assert "href" not in clean('<a href="javascript:x">y</a>')


def test_code_is_highlighted_with_classes() -> None:
    result = html("```python\nimport torch\n```")
    assert '<div class="highlight" data-language="python"><pre>' in result
    assert '<span class="kn">import</span>' in result
    assert "style=" not in result


def test_plain_code_is_escaped() -> None:
    assert "a &lt; b &amp; c" in html("```text\na < b & c\n```")


def test_a_listing_may_have_a_caption() -> None:
    assert "<figcaption><p>A <code>loop</code></p>" in html(
        "```{code-block} python\n:caption: A `loop`\nfor x in y: pass\n```"
    )


def test_an_aside_holds_markdown() -> None:
    result = html("````{warning} Mind *this*\nText with $x$.\n\n```python\nx = 1\n```\n````")
    assert '<aside class="admonition warning"><p class="admonition-title">Mind *this*</p>' in result
    assert "<math" in result
    assert 'class="highlight"' in result


def test_an_aside_without_title_says_what_it_is_in_its_language() -> None:
    here = page()
    here.language = "zh-hans"
    assert '<p class="admonition-title">提示</p>' in render(":::{tip}\n好。\n:::", here).html


def test_a_figure_has_text_caption_size_and_dark_variant() -> None:
    result = html("```{figure} figures/x.svg\n:alt: A box\nThe *box*.\n```")
    assert '<source media="(prefers-color-scheme: dark)" srcset="/files/' in result
    assert 'alt="A box" width="200" height="100" loading="lazy"' in result
    assert "<figcaption><p>The <em>box</em>.</p>" in result
    assert "<picture>" not in html("![A box](figures/y.svg)")


def test_tables_scroll_and_keep_their_alignment() -> None:
    result = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<div class="table-scroll" tabindex="0" role="region" aria-label="Table">' in result
    assert '<td class="cell-right">2</td>' in result
    assert "style" not in result


def test_footnotes_go_to_the_end() -> None:
    result = html("Text[^a].\n\n```{note}\nAside.\n```\n\n[^a]: The note.")
    assert result.index("Aside") < result.index("The note")
    assert 'href="#fn1"' in result


def test_headings_get_ids_and_a_table_of_contents() -> None:
    here = page()
    rendered = render("## First $x$\n\n### 第二 节\n\n## First $x$\n\n(mine)=\n## Third", here)
    assert [(entry["level"], entry["id"]) for entry in rendered.toc] == [
        (2, "first-x"),
        (3, "第二-节"),
        (2, "first-x-2"),
        (2, "mine"),
    ]
    assert "<math" in rendered.toc[0]["html"]
    assert anchors("## First $x$\n\n(mine)=\n## Third")[0] == {"first-x", "mine"}


def test_headings_take_no_id_of_the_page_around_them() -> None:
    rendered = render("## Main\n\n## Quiz 1\n\n## Fn1", page())
    assert [entry["id"] for entry in rendered.toc] == ["main-section", "quiz-1-section", "fn1-section"]


def test_blocks_split_a_text_into_segments() -> None:
    here = page(blocks={"quiz": frozenset({"q"}), "exercise": frozenset({"e"})})
    rendered = render("One.\n\n```{quiz} q\n```\n\n```{exercise} e\n```\n\nTwo.", here)
    assert rendered.segments == [
        {"kind": "html", "html": "<p>One.</p>"},
        {"kind": "quiz", "slug": "q"},
        {"kind": "exercise", "slug": "e"},
        {"kind": "html", "html": "<p>Two.</p>"},
    ]


def test_external_links_say_so() -> None:
    assert html("[x](https://example.org/a)") == (
        '<p><a href="https://example.org/a" rel="noopener noreferrer" class="external">x</a></p>'
    )


def test_inline_text_has_no_paragraph() -> None:
    assert render_inline("a `b` $c$", page()).startswith("a <code>b</code> <math")


def test_a_formula_keeps_the_mark_that_follows_it_on_its_line() -> None:
    kept = html("若 $x = 1$，则 $y$ 为零。")
    assert kept.count('<span class="nowrap"><math') == 1
    assert "</math>，</span>则" in kept
    assert "nowrap" not in html("$$x$$")


TABS = """
::::{tab-set}
:::{tab-item} PyTorch
`nn.Linear`
:::
:::{tab-item} Keras
`Dense`
:::
::::
"""


def test_tabs_stand_one_under_the_other_without_a_script() -> None:
    found = html(TABS)
    assert found.count('<section class="tabs__panel" data-tab-title="') == 2
    assert '<p class="tabs__title">Keras</p>' in found
    assert "data-tabs" in found


def test_a_text_can_be_folded_away() -> None:
    assert "<details><summary>Why &lt;so&gt;?</summary>\n<p>Because.</p>" in html(
        "```{dropdown} Why <so>?\nBecause.\n```\n"
    )


VIDEO = "```{video} film.mp4\n:title: A film\n:captions: film.vtt\nThe words.\n```\n"


def test_a_video_has_captions_and_its_words() -> None:
    here = page()
    here.places.files.update({"01-a/film.mp4": b"film", "01-a/film.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"})
    found = render(VIDEO, here).html
    assert not here.problems
    for wanted in ('<video src="', 'aria-label="A film"', '<track kind="captions" src="', "Transcript", "The words."):
        assert wanted in found, wanted
    assert here.places.public == {"01-a/film.mp4", "01-a/film.vtt"}


@pytest.mark.parametrize(
    ("text", "files", "wanted"),
    [
        (VIDEO, {}, "there is no file 01-a/film.mp4"),
        (VIDEO, {"01-a/film.mp4": b"x"}, "there is no file 01-a/film.vtt"),
        (VIDEO, {"01-a/film.mp4": b"x", "01-a/film.vtt": b"Hi"}, "are no WebVTT"),
        (VIDEO.replace(":captions: film.vtt\n", ""), {}, "lacks its title, its captions or its transcript"),
        (VIDEO.replace("The words.\n", ""), {}, "lacks its title, its captions or its transcript"),
        ("```{tab-set}\nno tabs\n```\n", {}, "fewer than two tabs"),
        ("```{tab-item} Lonely\nx\n```\n", {}, "no {tab-set} around it"),
        ("```{dropdown}\nx\n```\n", {}, "{dropdown} has no title"),
    ],
)
def test_what_these_blocks_lack_is_named(text: str, files: dict[str, bytes], wanted: str) -> None:
    here = page()
    here.places.files.update(files)
    render(text, here)
    assert any(wanted in problem.message for problem in here.problems), here.problems
