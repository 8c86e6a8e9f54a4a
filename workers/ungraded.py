"""Reports of tries that no engine has graded: lost, refused or cancelled on the way."""

from __future__ import annotations

from graders.findings import sentence
from graders.report import Finding, Outcome, Provenance, Report


def ungraded(outcome: Outcome, reason: str) -> Report:
    """A report without tests. ``reason`` is for instructors and administrators, not for students."""
    finding = Finding(key=str(outcome).replace("_", "-"))
    return Report(
        outcome=outcome,
        score=0,
        max_score=0,
        message=sentence(finding),
        findings=(finding,),
        output_withheld=reason,
        provenance=Provenance(isolation=""),
    )
