"""Which files can be handed in, and what is said of those that cannot."""

from __future__ import annotations

import pytest

from courses.exercises.files import MAX_FILE_BYTES, FilesRefused, FilesTooLarge, clean_draft, clean_files

DECLARED = ("model.py", "train.py")


def refusal(files: dict[str, object]) -> str:
    with pytest.raises(FilesRefused) as caught:
        clean_files(files, declared=DECLARED)
    return str(caught.value)


def test_files_come_back_in_the_declared_order_with_plain_line_ends() -> None:
    clean = clean_files({"train.py": "a\r\nb\r", "model.py": "\ufeffx = 1\n"}, declared=DECLARED)
    assert list(clean.items()) == [("model.py", "x = 1\n"), ("train.py", "a\nb\n")]


@pytest.mark.parametrize("name", ["/etc/passwd", "C:\\x.py", "\\\\host\\share"])
def test_an_absolute_name_is_refused(name: str) -> None:
    assert "absolute path" in refusal({name: "x"})


@pytest.mark.parametrize("name", ["../model.py", "a/../../x.py", "..\\model.py"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert "leads out" in refusal({name: "x"})


@pytest.mark.parametrize("name", ["other.py", "", "model.py\x00", "MODEL.PY", "./model.py", "m\u202eodel.py"])
def test_an_undeclared_name_is_refused_and_the_right_ones_are_named(name: str) -> None:
    assert "Expected: model.py, train.py" in refusal({name: "x"})


def test_a_missing_file_is_named() -> None:
    assert refusal({"model.py": "x = 1"}) == "A file is missing: train.py."


def test_no_file_at_all_is_refused() -> None:
    assert "holds no file" in refusal({})


def test_nothing_but_space_is_empty() -> None:
    assert "empty" in refusal({"model.py": " \n", "train.py": ""})


@pytest.mark.parametrize("content", ["\x00", "\x7fELF\x02\x01", "\ud800", "GIF89a\x01"])
def test_binary_content_is_refused(content: str) -> None:
    assert "not a text file" in refusal({"model.py": content, "train.py": "x"})


@pytest.mark.parametrize("content", [None, 1, ["x"], {"a": "b"}])
def test_content_that_is_not_text_is_refused(content: object) -> None:
    assert "must be text" in refusal({"model.py": content, "train.py": "x"})


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    clean_files({"model.py": "x" * MAX_FILE_BYTES, "train.py": "y"}, declared=DECLARED)
    with pytest.raises(FilesTooLarge, match="256 KB"):
        clean_files({"model.py": "é" * (MAX_FILE_BYTES // 2 + 1), "train.py": "y"}, declared=DECLARED)


def test_all_files_together_have_a_limit() -> None:
    names = [f"part{number}.py" for number in range(5)]
    with pytest.raises(FilesTooLarge, match="1024 KB together"):
        clean_files(dict.fromkeys(names, "x" * MAX_FILE_BYTES), declared=names)


def test_a_draft_may_be_empty_and_incomplete_but_not_foreign() -> None:
    assert clean_draft({"model.py": ""}, declared=DECLARED) == {"model.py": ""}
    with pytest.raises(FilesRefused):
        clean_draft({"other.py": ""}, declared=DECLARED)
