"""Reading a page as a browser would, and saying where something of a stranger's became markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Tries to become an element, to leave an attribute in either quotes, and to end a script. Short, to fit anywhere.
ATTACK = "'\"></script><img data-attack src=x onerror=alert(1)>"
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href")


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a browser makes of a page: its forms, and everything on it that must not be there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.forms: list[Form] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "data-attack" in has:
            self.wrong.append(f"a stranger's <{tag}>")
        self.wrong += [f"<{tag} {name}>" for name in has if name.startswith("on") or name == "style"]
        self.wrong += [
            f"<{tag} {name}={has[name]!r}>"
            for name in ADDRESSES
            if has.get(name, "").strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
        ]
        if tag == "script" and "src" not in has and "json" not in has.get("type", ""):
            self.wrong.append("a script inside the page")
        if tag == "script" and has.get("src", "/").startswith(("http", "//")):
            self.wrong.append(f"a script from {has['src']}")
        self._collect(tag, has)

    def _collect(self, tag: str, has: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(has.get("action", ""), has.get("method", "get").lower()))
        elif tag in ("input", "textarea", "select", "button") and has.get("name") and self.forms:
            kind = has.get("type", "text" if tag in ("input", "textarea") else tag)
            is_free = kind in ("text", "search", "email", "url", "password", "tel", "hidden", "number", "textarea")
            own = has.get("value", "") if kind in ("hidden", "radio", "checkbox", "submit", "button") else ""
            self.forms[-1].fields.setdefault(has["name"], own if not is_free or kind == "hidden" else ATTACK)
