"""The parts of a catalogue become one, and what is wrong in them is told by file and line."""

from __future__ import annotations

import gettext
from pathlib import Path

import compile_messages
import pytest

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def part(folder: Path, name: str, text: str) -> None:
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts" / f"{name}.zh-hans.po").write_text(HEADER + text, "utf-8")


def catalogue(folder: Path) -> gettext.GNUTranslations:
    compile_messages.compile_language(folder, "zh-hans")
    with (folder / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def complaint(folder: Path) -> str:
    with pytest.raises(compile_messages.CatalogueInvalid) as caught:
        compile_messages.compile_language(folder, "zh-hans")
    return str(caught.value)


def test_all_parts_become_one_catalogue(tmp_path: Path) -> None:
    part(tmp_path, "accounts", 'msgid "Sign in"\nmsgstr "登录"\n')
    part(tmp_path, "pools", 'msgid "Pause"\nmsgstr "暂停"\nmsgid "Sign in"\nmsgstr "登录"\n')
    found = catalogue(tmp_path)
    assert [found.gettext(text) for text in ("Sign in", "Pause", "unknown")] == ["登录", "暂停", "unknown"]


def test_plurals_contexts_and_long_texts_are_kept(tmp_path: Path) -> None:
    part(
        tmp_path,
        "exercises",
        '#: anywhere\nmsgid "%(count)s point"\nmsgid_plural "%(count)s points"\nmsgstr[0] "%(count)s 分"\n\n'
        'msgctxt "verb"\nmsgid "Run"\nmsgstr "运行"\n\n'
        'msgid ""\n"A long \\"text\\", "\n"in two lines.\\n"\nmsgstr ""\n"两行\\n"\n\n#~ msgid "Old"\n#~ msgstr "旧"\n',
    )
    found = catalogue(tmp_path)
    assert found.ngettext("%(count)s point", "%(count)s points", 7) == "%(count)s 分"
    assert found.pgettext("verb", "Run") == "运行"
    assert found.gettext('A long "text", in two lines.\n') == "两行\n"
    assert found.gettext("Old") == "Old"


def test_two_translations_of_one_message_are_refused(tmp_path: Path) -> None:
    part(tmp_path, "a", 'msgid "Submit"\nmsgstr "提交"\n')
    part(tmp_path, "b", 'msgid "Submit"\nmsgstr "递交"\n')
    assert complaint(tmp_path) == "b.zh-hans.po:5: 'Submit' is ['递交'] here and ['提交'] in a.zh-hans.po:5"


def test_a_translation_with_other_placeholders_is_refused(tmp_path: Path) -> None:
    part(tmp_path, "a", 'msgid "%(done)s of {total}"\nmsgstr "%(gone)s / {total}"\n')
    assert "a.zh-hans.po:5: the placeholders are ['%(gone)s', '{total}']" in complaint(tmp_path)


def test_missing_and_fuzzy_translations_are_refused_together(tmp_path: Path) -> None:
    part(tmp_path, "a", 'msgid "One"\nmsgstr ""\n\n#, fuzzy\nmsgid "Two"\nmsgstr "二"\n')
    told = complaint(tmp_path).splitlines()
    assert told == [
        "a.zh-hans.po:5: no translation of 'One'",
        "a.zh-hans.po:9: marked fuzzy: read the translation and take the mark away",
    ]


def test_what_is_not_po_is_told_by_its_line(tmp_path: Path) -> None:
    part(tmp_path, "a", 'msgid "One"\nmsgstr 一\n')
    assert complaint(tmp_path).startswith("a.zh-hans.po:6: expected msgid")


def test_the_catalogue_of_the_repository_compiles() -> None:
    parts = sorted(compile_messages.LOCALE.glob("parts/*.zh-hans.po"))
    assert compile_messages.merge(parts) or not parts
