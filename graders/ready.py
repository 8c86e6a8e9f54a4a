"""What a standby keeps and hands out: students without code, and templates with their tests collected."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from graders.outside import Box


@dataclass(kw_only=True)
class Student:
    """A sandboxed student: warm, confined, without code. Each is used once."""

    box: Box
    uid: int | None
    home: str


class TemplateBroken(Exception):
    """The exercise's tests do not collect; the message is pytest's."""


@dataclass(kw_only=True)
class Template:
    """One exercise's collected tests, in a process that forks an examiner for each submission."""

    box: Box
    uid: int | None
    home: str
    names: tuple[str, ...]
    lock: threading.Lock
    users: int = 0
    retired: bool = False
