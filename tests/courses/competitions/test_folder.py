"""A competition's folder: what is read of it, and what its author is told by file and line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from courses.authoring.source.folder import read_course
from courses.authoring.source.tree import CourseInvalid
from graders.competition import split_rows
from graders.table import Table
from tests.courses.authoring.sample import Urls
from tests.courses.competitions.sample import SPEC, labels, table, write_course


def test_a_competition_is_read_with_its_pages_and_the_beginning_of_its_tables(tmp_path: Path) -> None:
    (found,) = read_course(write_course(tmp_path), Urls()).competitions
    assert found.about.metric == "accuracy"
    assert found.texts["rules"]["en"] == "<p>The rules of it.</p>"
    assert (found.data[0].rows, found.data[0].preview[:2]) == (100, [["row", "square"], ["r0", "0"]])
    assert found.labels is not None and found.labels.ids[:2] == ("r0", "r1")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("accuracy", "acuracy"), "competition.yaml:4: `metric`: 'acuracy' is no metric; expected `accuracy`"),
        (("metric: accuracy\n", ""), "either `metric` or `scoring` says how entries are scored"),
        (("max: 1}", "max: 3}"), ""),
        (("kind: integer, min: 0, max: 1", "kind: number"), "the metric accuracy needs one column of kind integer"),
        (("2027-03-05 20:00", "2027-02-30 20:00"), "'2027-02-30 20:00' is no moment; write one like 2027-03-01 08:00"),
        (("2027-03-05 20:00", "2027-02-05 20:00"), "the phase main ends before it starts"),
        (("Asia/Shanghai", "Asia/Nowhere"), "competition.yaml:11: `time_zone`: 'Asia/Nowhere' is no time zone"),
        (("final_entries: 2", "final_entrys: 2"), "competition.yaml:15: the key `final_entrys` is unknown"),
        (("file: zeros.csv", "file: ones.csv"), "competition.yaml:17: baselines/ones.csv is missing"),
        (("public: 0.3", "public: 0.001"), "competition.yaml:9: 100 rows have no public and private part at 0.001"),
    ],
)
def test_what_is_wrong_in_the_yaml_has_a_line(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    folder = write_course(tmp_path, spec=SPEC.replace(*change))
    if not expected:
        assert read_course(folder, Urls()).competitions
        return
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    assert f"competitions/even-odd/{expected}" in str(caught.value) or expected in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("hidden/labels.csv", "row,odd\nr0,0\nr1,2\n", "hidden/labels.csv:3: Row 3, column “odd”: 2 does not lie"),
        ("hidden/labels.csv", None, "competition.yaml:5: hidden/labels.csv is missing"),
        ("baselines/zeros.csv", table(labels()) + "r100,0\n", "baselines/zeros.csv:102: Row 102 names r100"),
        ("rules.en.md", None, "rules.en.md:0: the page “rules” in en is missing"),
        ("rules.en.md", " \n", "rules.en.md:1: the page is empty"),
        ("rules.en.md", "[here](hidden/labels.csv)\n", "the link hidden/labels.csv leads to no"),
        ("scores.py", "x = 1\n", "scores.py:0: no file of this name belongs to a competition"),
    ],
)
def test_what_is_wrong_beside_it_is_told_too(tmp_path: Path, file: str, text: str | None, expected: str) -> None:
    folder = write_course(tmp_path)
    path = folder / "competitions" / "even-odd" / file
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text)
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    assert expected in str(caught.value)


def test_an_authors_scoring_file_is_told_by_its_own_lines(tmp_path: Path) -> None:
    own = "scoring: {name: {en: Points}, better: greater}"
    folder = write_course(tmp_path, spec=SPEC.replace("metric: accuracy", own))
    path = folder / "competitions" / "even-odd" / "score.py"
    for text, expected in (
        ("import requests\n\ndef score(predictions, labels):\n    return 1\n", "score.py:1: `requests` is imported"),
        ("x = 1\n\ndef score(:\n", "score.py:3: this is not Python"),
        ("def points(predictions, labels):\n    return 1\n", "score.py:0: there is no function `score`"),
    ):
        path.write_text(text)
        with pytest.raises(CourseInvalid, match=r"score\.py") as caught:
            read_course(folder, Urls())
        assert expected in str(caught.value)


def test_the_split_is_the_same_each_time_and_as_even_as_whole_rows_allow() -> None:
    values = [number % 7 if number < 700 else 9 for number in range(731)]
    rows = Table(ids=tuple(f"id{number}" for number in range(731)), columns={"digit": values})
    public = split_rows(rows, share=0.3, seed=5)
    assert public == split_rows(rows, share=0.3, seed=5) != split_rows(rows, share=0.3, seed=6)
    assert len(public) == round(0.3 * 731)
    of = dict(zip(rows.ids, values, strict=True))
    counted = Counter(of[name] for name in public)
    assert all(abs(counted[digit] - 0.3 * total) < 1 for digit, total in Counter(values).items())


def test_numbers_are_split_by_tenths_of_their_order() -> None:
    rows = Table(ids=tuple(map(str, range(1000))), columns={"price": [float(n) ** 2 for n in range(1000)]})
    public = {int(name) for name in split_rows(rows, share=0.5, seed=1)}
    assert all(sum(n in public for n in range(low, low + 100)) == 50 for low in range(0, 1000, 100))


def test_a_corrected_label_moves_no_row_between_the_parts() -> None:
    ids = tuple(map(str, range(50)))
    rows = Table(ids=ids, columns={"odd": [n % 2 for n in range(50)]})
    public = split_rows(rows, share=0.3, seed=1)
    kept = {name: name in public for name in ids}
    flipped = Table(ids=(*ids, "new"), columns={"odd": [1 - n % 2 for n in range(51)]})
    assert [name for name in split_rows(flipped, share=0.3, seed=9, kept=kept) if name != "new"] == list(public)
