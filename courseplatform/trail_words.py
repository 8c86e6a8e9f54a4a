"""What the lines are called that courses write into the audit trail: at one place, for all of their apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from workers.audit import words

ACTIONS: Mapping[str, Any] = {
    "account.delete": _("deleted"),
    "certificate.issue": _("issued"),
    "certificate.revoke": _("taken back"),
    "cohort.change": _("settings changed"),
    "cohort.create": _("made"),
    "cohort.dates": _("dates changed"),
    "cohort.invite": _("invitation made"),
    "cohort.withdraw_invitation": _("invitation withdrawn"),
    "competition.apply_scores": _("new scores applied"),
    "competition.disqualify": _("team disqualified"),
    "competition.drop_scores": _("new scores dropped"),
    "competition.reinstate": _("team reinstated"),
    "competition.rescore": _("scoring anew begun"),
    "enrollment.change": _("role or cohort changed"),
    "enrollment.create": _("enrolled"),
    "enrollment.extend": _("deadline extended"),
    "enrollment.join": _("joined by invitation"),
    "enrollment.withdraw_extension": _("extension withdrawn"),
    "grade.regrade": _("grade changed by a regrade"),
    "post.hide": _("hidden"),
    "post.let_stand": _("left as it is"),
    "post.restore": _("shown again"),
    "post.rule": _("ruled on"),
    "question.close": _("closed"),
    "question.pin": _("pinned"),
    "question.reopen": _("opened again"),
    "question.unpin": _("no longer pinned"),
    "regrade.apply": _("regrade applied"),
    "regrade.begin": _("regrade begun"),
    "regrade.cancel": _("regrade cancelled"),
    "release.check": _("checks asked for"),
    "release.publish": _("published"),
    "submission.review": _("reviewed"),
}
DETAILS: Mapping[str, Any] = {
    "account": _("account"),
    "author": _("author"),
    "certificate": _("certificate"),
    "cohort": _("cohort"),
    "comments": _("comments"),
    "competition": _("competition"),
    "course": _("course"),
    "days": _("days"),
    "enrollment": _("enrollment"),
    "exercise": _("exercise"),
    "exercises": _("exercises"),
    "grade": _("grade"),
    "invitation": _("invitation"),
    "late_percent": _("deducted when late, in percent"),
    "late_rule": _("late rule"),
    "lowering": _("grades may fall"),
    "members": _("members"),
    "name": _("name"),
    "number": _("number"),
    "own_discussions": _("discussions of its own"),
    "post": _("post"),
    "question": _("question"),
    "regrade": _("regrade"),
    "release": _("release"),
    "role": _("role"),
    "ruling": _("ruling"),
    "student": _("student"),
    "submission": _("submission"),
    "submissions": _("submissions"),
    "team": _("team"),
    "time_zone": _("time zone"),
    "title": _("title"),
    "uses": _("uses"),
}


def describe() -> None:
    """To be called once all apps are ready."""
    words.describe(ACTIONS, details=DETAILS)
