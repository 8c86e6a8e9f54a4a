"""Attack files: a submission whose first triple-quoted block says what it tries and what must come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "attacks"
OURS = Path(__file__).resolve().parent / "corpus_files"
_HEADER = re.compile(r'"""(.*?)"""', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Attack:
    path: Path
    name: str
    kind: str  #: the class, such as ``forge-grade``
    scores: frozenset[str]
    verdicts: frozenset[str]
    promises: tuple[str, ...]  #: the invariants, in words
    after: str  #: the attack that must run right before, or ""

    @property
    def source(self) -> str:
        return self.path.read_bytes().decode("utf-8", "replace")


def read(path: Path) -> Attack:
    match = _HEADER.search(path.read_bytes().decode("utf-8", "replace"))
    assert match, f"{path}: no header"
    fields = dict(line.split(":", 1) for line in match[1].strip().splitlines() if ":" in line)
    must = [part.strip() for part in fields["must"].split(",")]
    words = {part.split()[0]: part.split(maxsplit=1)[1] for part in must if part.startswith(("score ", "verdict "))}
    return Attack(
        path=path,
        name=fields["attack"].strip(),
        kind=fields["class"].strip(),
        scores=frozenset(words["score"].split("|")),
        verdicts=frozenset(words["verdict"].split("|")),
        promises=tuple(part for part in must if not part.startswith(("score ", "verdict "))),
        after=fields.get("after", "").strip(),
    )


def load(folder: Path) -> list[Attack]:
    """All attacks of a folder, those with ``after`` right behind the one that they name."""
    attacks = {attack.name: attack for attack in map(read, sorted(folder.glob("*.py")))}
    ordered: list[Attack] = []
    for attack in attacks.values():
        if not attack.after:
            ordered.append(attack)
            ordered.extend(other for other in attacks.values() if other.after == attack.name)
    return ordered
