"""No English sentence on a Chinese page: every sentence is marked for translation, and translated."""

from __future__ import annotations

import re
from pathlib import Path

import compile_messages
import pytest
from django.utils import translation

from tests.courses.face.messages_of_pages import (
    ROOT,
    Message,
    compiled,
    messages_of_module,
    messages_of_template,
    modules,
    templates,
)

#: Letters that stay letters in every language: names, formulas, units, words of code.
NOT_WORDS = re.compile(
    r"Gradus|English|Python|torch|Ctrl|MB|GB|loss|epoch|paper|surface|sunken|line|ink-soft|ink|accent-wash|accent|seal"
    r"|good|warn|bad|conv2d|softmax|attention\(q, k, v\)|y = f\(Wx \+ b\)|\w+;|#\d+"
)
SCRIPTLESS = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->|<pre.*?</pre>|<math.*?</math>|<style.*?</style>|<script.*?</script>"
    r"|{% block page_class %}.*?{% endblock %}|{% blocktranslate.*?endblocktranslate %}"
    r"|<\w+[^>]* lang=\"en\"[^>]*>.*?</(?:div|button|span|p)>",
    re.DOTALL,
)
READ_ALOUD = re.compile(r'\b(?:aria-label|placeholder|title|alt|data-say-\w+|data-confirm)="([^"]*)"')


def translated() -> set[Message]:
    known: set[Message] = set()
    for part in sorted((ROOT / "locale" / "parts").glob("*.zh-hans.po")):
        for entry in compile_messages.read(part):
            context = entry.texts.get("msgctxt")
            known |= {(context, entry.texts[name]) for name in ("msgid", "msgid_plural") if name in entry.texts}
    return known


def by_django(message: Message) -> bool:
    """Whether Django's own catalogue has it."""
    with translation.override("zh-hans"):
        return message[0] is None and translation.gettext(message[1]) != message[1]


def untranslated(messages: set[Message], known: set[Message]) -> set[str]:
    return {text for context, text in messages if (context, text) not in known and not by_django((context, text))}


def test_every_sentence_of_every_template_is_translated() -> None:
    known = translated()
    missing = {
        str(path.relative_to(ROOT)): found
        for path in templates()
        if (found := untranslated(set(messages_of_template(compiled(path))), known))
    }
    assert not missing


def test_every_sentence_of_every_module_is_translated() -> None:
    known = translated()
    missing = {
        str(path.relative_to(ROOT)): found
        for path in modules()
        if (found := untranslated(set(messages_of_module(path)), known))
    }
    assert not missing


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_outside_its_marks(path: Path) -> None:
    source = SCRIPTLESS.sub(" ", path.read_text(encoding="utf-8"))
    plain = re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.DOTALL)
    spoken = [re.sub(r"<[^>]*>", " ", plain), *READ_ALOUD.findall(plain)]
    words = {word for text in spoken for word in re.findall(r"[A-Za-z]{2,}", NOT_WORDS.sub(" ", text))}
    assert not words
