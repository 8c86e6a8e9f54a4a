"""The documents are true: variables, commands, paths and links are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import bootstrap
import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
#: How code of ours reads a variable, whichever way.
READ = re.compile(
    r"""(?:env_bool|env_int|env_list|env_choice|environ\.get|env\.get|getenv|environ\[)\(?\s*["']([A-Z][A-Z_]+)["']"""
)
#: The machine's own, which mean what they always mean.
USUAL = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "CUDA_VISIBLE_DEVICES",
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DJANGO_SETTINGS_MODULE",
    "VIRTUAL_ENV",
    "TZ",
}


def table_under(heading: str) -> list[str]:
    """The first column of the table under a heading of CONTRIBUTING.md."""
    part = CONTRIBUTING.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def test_every_variable_that_the_code_reads_is_documented_and_every_documented_one_is_read() -> None:
    read = {
        name
        for folder in ("courseplatform", "courses", "workers", "graders", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for name in READ.findall(path.read_text("utf-8"))
        if folder != "tests" or name.startswith("GRADUS_")  # tests also plant variables that must not leak
    }
    assert sorted(read - USUAL) == sorted(table_under("Environment variables"))


def test_every_command_is_a_target_of_make_and_of_the_set_up_and_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    assert sorted(targets) == sorted(["help", *bootstrap.COMMANDS])
    assert [row.removeprefix("make ") for row in table_under("Commands")] == list(bootstrap.COMMANDS)
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z][a-z-]+)", "\n".join(code(page)))}
    assert named <= set(targets)


def code(page: Path) -> list[str]:
    """What stands as code in a page: spans, fences and indented lines."""
    text = page.read_text("utf-8")
    return [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^    .*$", text, re.MULTILINE)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link.split("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    roots = r"(?:courseplatform|courses|workers|graders|scripts|content|deploy|docs|tests|frontend)"
    named = {name for span in code(page) for name in re.findall(rf"(?<![\w/])({roots}/[\w./-]+\w)", span)}
    built = {"frontend/node_modules", "courseplatform/static/built"}
    assert sorted(name for name in named - built if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "en").glob("*.md")), ids=lambda page: page.name)
def test_every_guide_stands_in_both_languages(page: Path) -> None:
    other = ROOT / "docs" / "zh-hans" / page.name
    headings = [len(re.findall(r"^#+ ", each.read_text("utf-8"), re.MULTILINE)) for each in (page, other)]
    assert headings[0] == headings[1]
