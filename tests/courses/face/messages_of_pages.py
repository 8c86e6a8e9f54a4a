"""Which sentences the house shows to people: found in the templates and in the Python sources, not by running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.template import Engine, Template
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("courseplatform", "courses", "workers")
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
Message = tuple[str | None, str]  #: context, text


def templates() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("templates/**/*.html"))


def modules() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)


def messages_of_template(template: Template) -> Iterator[Message]:
    for node in walk(template.nodelist):
        if isinstance(node, TranslateNode):
            text = node.filter_expression.var.literal
            if isinstance(text, str):
                yield _context(node.message_context), text
        elif isinstance(node, BlockTranslateNode):
            for tokens in filter(None, (node.singular, node.plural)):
                text, _names = node.render_token_list(tokens)
                yield _context(node.message_context), _trim(text) if node.trimmed else text


def walk(nodes: object) -> Iterator[Node]:
    """Every node of a compiled template, with those inside blocks; parents and includes are templates of their own."""
    for node in nodes:  # type: ignore[attr-defined]  # a NodeList
        yield node
        for name in ("nodelist", "nodelist_true", "nodelist_false", "nodelist_loop", "nodelist_empty"):
            yield from walk(getattr(node, name, ()))
        for _condition, inner in getattr(node, "conditions_nodelists", ()):
            yield from walk(inner)


def _context(expression: object) -> str | None:
    return None if expression is None else str(expression.var.literal)  # type: ignore[attr-defined]


def _trim(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines())


def messages_of_module(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in MARKERS:
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name.startswith("pgettext") and len(texts) >= 2:
            yield texts[0], texts[1]
        elif texts:
            yield from ((None, text) for text in (texts[:2] if name.startswith("ngettext") else texts[:1]))


def compiled(path: Path) -> Template:
    return Engine.get_default().from_string(path.read_text(encoding="utf-8"))
