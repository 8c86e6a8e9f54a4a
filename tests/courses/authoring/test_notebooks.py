"""Chapters that are notebooks: what readers see of them, and that nothing of them runs."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from courses.authoring.source.folder import read_course
from courses.authoring.source.tree import Course, CourseInvalid
from tests.courses.authoring.sample import FILES, Urls, write_course

# nbformat has no type hints.
write: Any = nbformat.writes
new_code_cell: Any = v4.new_code_cell
new_markdown_cell: Any = v4.new_markdown_cell
new_notebook: Any = v4.new_notebook
new_output: Any = v4.new_output
new_raw_cell: Any = v4.new_raw_cell

PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
FRONT = new_raw_cell("---\ntitle: A notebook\nsummary: With outputs.\nminutes: 4\n---")
NAME = "02-next/chapter.en.ipynb"


def course(tmp_path: Path, *cells: Any, text: str | None = None, front: Any = FRONT) -> Course:
    notebook = new_notebook(cells=[front, *cells], metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    changes: dict[str, str | None] = {"02-next/chapter.en.md": None, NAME: text or write(notebook)}
    changes["01-start/chapter.en.md"] = FILES["01-start/chapter.en.md"].replace(
        "chapter.en.md#more", "chapter.en.ipynb"
    )
    return read_course(write_course(tmp_path, changes=changes), Urls())


def html(course: Course) -> str:
    segments = course.chapters[1].texts["en"]["segments"]
    return "".join(segment.get("html", f"[{segment['kind']}]") for segment in segments)


def problems(tmp_path: Path, *cells: Any, text: str | None = None, front: Any = FRONT) -> list[str]:
    with pytest.raises(CourseInvalid) as caught:
        course(tmp_path, *cells, text=text, front=front)
    return [str(problem) for problem in caught.value.problems]


def code(source: str, *outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def test_text_formulas_listings_and_what_they_print_are_there(tmp_path: Path) -> None:
    stream = new_output("stream", name="stdout", text="loss \x1b[31m0.5\x1b[0m\n")
    found = course(tmp_path, new_markdown_cell("# Big\n\nSee $x^2$, **粗体。**中文"), code("print(1)", stream))
    page = html(found)
    assert '<h2 id="big">' in page
    assert "<math" in page
    assert "<strong>粗体。</strong>中文" in page
    assert 'data-language="python"' in page
    assert '<span class="ansi-red-fg">0.5</span>' in page
    assert found.chapters[1].texts["en"]["title"] == "A notebook"
    assert [entry["id"] for entry in found.chapters[1].texts["en"]["toc"]] == ["big"]


def test_pictures_are_files_of_the_release_with_their_size(tmp_path: Path) -> None:
    plot = new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"})
    pasted = new_markdown_cell("![A dot](attachment:dot.png)", attachments={"dot.png": {"image/png": PNG}})
    found = course(tmp_path, code("plot()", plot), pasted)
    page = html(found)
    assert page.count("<img") == 2
    assert 'width="1" height="1"' in page
    assert 'alt="Output of cell 2"' in page
    assert "&lt;Figure" not in page
    (path,) = [path for path in found.public if path.startswith(f"{NAME}.files/")]
    assert found.files[path].startswith(b"\x89PNG")


def test_a_table_stays_and_its_style_goes(tmp_path: Path) -> None:
    table = (
        '<style>body{display:none}</style><table border="1" class="site-header" id="main"><tr><td>7</td></tr></table>'
    )
    page = html(course(tmp_path, code("frame", new_output("execute_result", data={"text/html": table}))))
    assert '<table class="table"><tbody><tr><td>7</td></tr></tbody></table>' in page
    for gone in ("style", "display", "site-header", 'id="main"'):
        assert gone not in page, gone


HOSTILE = [
    {"text/html": "<script>alert(1)</script><p onclick=alert(1)>hello</p><img src=x onerror=alert(1)>"},
    {"text/html": "<iframe src='https://evil.example'></iframe><a href='javascript:alert(1)'>hello</a>"},
    {"application/javascript": "alert(1)", "text/plain": "hello"},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "hello"},
    {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"},
    {"text/latex": "\\href{javascript:alert(1)}{x}", "text/plain": "hello"},
    {"text/markdown": "<script>alert(1)</script>", "text/plain": "hello"},
]


@pytest.mark.parametrize("data", HOSTILE)
def test_nothing_of_a_notebook_can_run(tmp_path: Path, data: dict[str, Any]) -> None:
    page = html(course(tmp_path, code("x", new_output("display_data", data=data))))
    assert not re.search(r"<script|<iframe|<svg|\son\w+=|javascript:|alert\(1\)</|evil", page), page
    assert "hello" in page or "<img" in page or "interactive" in page


def test_html_in_the_text_keeps_what_is_harmless(tmp_path: Path) -> None:
    text = "<b>bold</b> <script>alert(1)</script><div onclick='x()' style='color:red'>kept</div>"
    page = html(course(tmp_path, new_markdown_cell(text)))
    assert "<b>bold</b>" in page
    assert "kept" in page
    assert not re.search("script|onclick|style", page)


def test_an_image_tag_is_a_figure_like_any_other(tmp_path: Path) -> None:
    page = html(course(tmp_path, new_markdown_cell('<img src="../01-start/figures/box.svg" width=9 alt="A box">')))
    assert '<img src="/files/' in page
    assert 'alt="A box"' in page


def test_long_outputs_are_cut_and_progress_bars_end_at_their_last_state(tmp_path: Path) -> None:
    long = new_output("stream", name="stdout", text="x" * 100_000)
    bar = new_output("stream", name="stderr", text=" 10%\r 50%\r100%\n")
    page = html(course(tmp_path, code("a", long), code("b", bar)))
    assert len(page) < 30_000
    assert "(+80000)" in page
    assert "50%" not in page
    assert "100%" in page


def test_an_error_is_shown_as_it_was(tmp_path: Path) -> None:
    error = new_output("error", ename="ValueError", evalue="no", traceback=["\x1b[31mValueError\x1b[0m: <no>"])
    page = html(course(tmp_path, code("x", error)))
    assert "&lt;no&gt;" in page
    assert "output__text--error" in page


def test_cells_that_are_tagged_away_are_not_shown(tmp_path: Path) -> None:
    out = new_output("stream", name="stdout", text="PRINTED")
    page = html(
        course(
            tmp_path,
            code("GONE", out, tags=("remove-cell",)),
            code("NOINPUT", out, tags=("hide-input",)),
            code("SHOWN", out, tags=("remove-output",)),
        )
    )
    assert "GONE" not in page
    assert "NOINPUT" not in page
    assert "SHOWN" in page
    assert page.count("PRINTED") == 1


def test_quizzes_and_exercises_stand_in_notebooks_too(tmp_path: Path) -> None:
    chapter = new_notebook(
        cells=[FRONT, new_markdown_cell("```{quiz} start\n```\n\ntext\n\n```{exercise} addition\n```")]
    )
    changes: dict[str, str | None] = {
        "01-start/chapter.en.md": None,
        "01-start/chapter.en.ipynb": write(chapter),
        "02-next/chapter.en.md": FILES["02-next/chapter.en.md"].replace(
            "{ref}`back to the first things <first>`", "Text."
        ),
        "faq.en.md": FILES["faq.en.md"].replace("chapter.en.md", "chapter.en.ipynb"),
    }
    found = read_course(write_course(tmp_path, changes=changes), Urls())
    assert [segment["kind"] for segment in found.chapters[0].texts["en"]["segments"]] == ["quiz", "html", "exercise"]


def test_an_old_notebook_is_read(tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "raw", "metadata": {}, "source": FRONT.source},
                    {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Old"},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": "print 1",
                        "language": "python",
                        "metadata": {},
                        "prompt_number": 1,
                        "outputs": [{"output_type": "pyout", "prompt_number": 1, "metadata": {}, "text": "SEVEN"}],
                    },
                ],
            }
        ],
    }
    page = html(course(tmp_path, text=json.dumps(old)))
    assert '<h2 id="old">' in page
    assert "SEVEN" in page


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{not json", f"{NAME}:1: this is no JSON, expected a notebook that Jupyter opens"),
        ("[]", f"{NAME}:1: this "),
        ('{"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', f"{NAME}:1: this "),
        ('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}}', f"{NAME}:1: this "),
        ('{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}', f"{NAME}:1: this "),
    ],
)
def test_a_broken_notebook_is_refused_with_a_reason(tmp_path: Path, text: str, wanted: str) -> None:
    assert any(problem.startswith(wanted) for problem in problems(tmp_path, text=text)), problems(tmp_path, text=text)


def test_mistakes_name_the_cell_and_the_line_in_it(tmp_path: Path) -> None:
    found = problems(tmp_path, code("a\nb"), new_markdown_cell("one\n\ntwo $\\nosuch{1}$\n\n[x](nowhere.md)"))
    assert any(problem.startswith(f"{NAME}, cell 3:3: the command \\nosuch is not known") for problem in found), found
    assert any(problem.startswith(f"{NAME}, cell 3:5: the link nowhere.md") for problem in found), found


def test_a_chapter_is_either_markdown_or_a_notebook(tmp_path: Path) -> None:
    folder = write_course(tmp_path, changes={NAME: write(new_notebook(cells=[FRONT]))})
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    assert any("is the chapter in en too" in str(problem) for problem in caught.value.problems)


def test_outputs_that_cannot_be_shown_say_so_and_cost_no_time(tmp_path: Path) -> None:
    plotly = new_output("display_data", data={"text/html": "<div id=p></div><script>Plotly.newPlot()</script>"})
    strange = new_output("display_data", data={"application/x-strange": "x"})
    deep = new_output("display_data", data={"text/html": "<div>" * 50_000})
    page = html(course(tmp_path, code("a", plotly), code("b", strange), code("c", deep)))
    assert page.count("This output is interactive and is shown in Jupyter only.") == 3
    (problem,) = problems(tmp_path / "deep", new_markdown_cell("<div>" * 50_000))
    assert problem.startswith(f"{NAME}, cell 2:1: cell 2 is longer than 500 KB, or has HTML nested more than 200 deep")


def test_large_outputs_and_what_a_terminal_hides_are_bounded(tmp_path: Path) -> None:
    line = new_output("stream", name="stdout", text="x" * 3_000_000)
    title = new_output("stream", name="stdout", text="\x1b]0;title\x07one\r\n\x08two 1%\rtwo 2%\n")
    page = html(course(tmp_path, code("a", line), code("b", title)))
    assert "… (+2980000)" in page
    assert ">one\ntwo 2%</pre>" in page
