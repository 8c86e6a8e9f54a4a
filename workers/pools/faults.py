"""Why a machine is not trusted, or a job was given up: a code with values, worded in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override

#: A fault as it is stored: ``{"code": one of WORDS, and its values}``; empty: none is known.
Fault = dict[str, Any]

WORDS: Mapping[str, Any] = {
    "said": "%(reason)s",  # an administrator's own words
    "trial": _("Its trial on %(runtime)s ended with “%(outcome)s”, %(points)s of %(of)s points, not with %(right)s."),
    "again": _("Tries failed on it, and what was graded before ended with “%(outcome)s” there."),
    "failures": ngettext_lazy(
        "%(count)d try failed on it, and it graded nothing since.",
        "%(count)d tries failed on it, and it graded nothing since the first.",
        "count",
    ),
    "job": _("Job %(job)s failed on it."),
    "rate": _("It sends too many messages."),
    "invalid": _("It sends messages that are none."),
    "no-stream": _("Its stream is no stream."),
    "unread": _("It has sent more than is read."),
    "unread-bytes": _("It has sent more bytes than are read."),
    "hoard": _("It keeps more in Valkey than a node needs."),
    # why a job was given up
    "deaths": _("%(count)s workers died while they graded nothing but this."),
    "lost": _("%(count)s tries were lost with the workers that had them."),
    "errors": _("%(count)s tries failed, and not by the student's fault."),
    "unclaimed": _("No worker took it in %(days)s days."),
}

#: How a try ended, for everybody who tells of it.
OUTCOMES: Mapping[str, Any] = {
    "graded": _("graded"),
    "student_error": _("does not load"),
    "timed_out": _("out of time"),
    "out_of_memory": _("out of memory"),
    "process_limit": _("too many processes"),
    "disk_limit": _("disk full"),
    "output_limit": _("too much output"),
    "crashed": _("crashed"),
    "cancelled": _("cancelled"),
    "exercise_error": _("broken exercise"),
    "platform_error": _("platform error"),
}


def fault(code: str, **values: str | float) -> Fault:
    """A fault to be stored."""
    assert code in WORDS, code
    return {"code": code, **values}


def said(reason: str) -> Fault:
    """A fault in somebody's own words."""
    return fault("said", reason=reason[:200])


def worded(found: Fault) -> str:
    """The sentence in the reader's language; empty for no fault."""
    if not found:
        return ""
    outcome = found.get("outcome", "")
    return str(WORDS[found["code"]] % {**found, "outcome": OUTCOMES.get(outcome, outcome)})


def in_english(found: Fault) -> str:
    """The sentence for logs."""
    with override("en"):
        return worded(found)
