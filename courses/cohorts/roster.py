"""A class list as CSV: what each line would do, told first; then done, all lines or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.cohorts.teaching import change_enrollment, record

MAX_BYTES = 1024 * 1024
MAX_LINES = 5000
COLUMNS = ("username", "email", "first_name", "last_name", "cohort", "role")


class RosterInvalid(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list, and what it would do."""

    number: int  #: in the file, from 1 for the names of the columns
    username: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    cohort: Cohort | None = None
    role: Role = Role.STUDENT
    user: User | None = None  #: None: an account is made
    enrollment: Enrollment | None = None  #: None: enrolled anew
    problems: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        return pgettext("between the mistakes of one line", "; ").join(self.problems)

    @property
    def effect(self) -> str:
        if self.problems:
            return self.problem
        if self.user is None:
            return _("a new account, enrolled")
        if self.enrollment is None:
            return _("enrolled")
        if self.cohort and (self.enrollment.cohort_id, self.enrollment.role) != (self.cohort.pk, self.role):
            return _("changed: %(cohort)s, %(role)s") % {"cohort": self.cohort, "role": self.role.label}
        return _("nothing changes")


def read_roster(text: str, course: Course) -> list[Line]:
    """What each line of the list would do. Raises ``RosterInvalid``."""
    if len(text.encode()) > MAX_BYTES:
        raise RosterInvalid(_("The list is larger than %(size)s KB.") % {"size": MAX_BYTES // 1024})
    rows = _rows(text)
    cohorts = {cohort.slug: cohort for cohort in course.cohorts.all()}
    accounts = {
        user.username: user for user in User.objects.filter(username__in=[row["username"] for _no, row in rows])
    }
    enrolled = {row.user_id: row for row in course.enrollments.select_related("cohort", "user", "course")}
    seen: set[str] = set()
    lines = []
    for number, row in rows:
        line = _line(number, row, cohorts, accounts, enrolled)
        if line.username and line.username in seen:
            line = replace(line, problems=(*line.problems, _("this name is in the list twice")))
        seen.add(line.username)
        lines.append(line)
    return lines


def apply_roster(lines: list[Line], course: Course, *, by: User) -> int:
    """Do what the lines say, all of it or nothing; how many changed something. Raises ``LastInstructor``."""
    changed = 0
    with transaction.atomic():
        for line in lines:
            cohort = line.cohort or Cohort.default_for(course)
            user = line.user or _new_account(line)
            if line.enrollment is None:
                enrollment = enroll(user, course, role=line.role, cohort=cohort)
                record(by, "enrollment.create", enrollment, role=line.role, cohort=cohort.slug)
                changed += 1
            else:
                changed += change_enrollment(line.enrollment, role=line.role, cohort=cohort, by=by)
    return changed


def _new_account(line: Line) -> User:
    """An account without a password: its owner sets one by “I forgot my password”."""
    user = User(username=line.username, email=line.email, first_name=line.first_name, last_name=line.last_name)
    user.set_unusable_password()
    user.save()
    return user


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    text = text.removeprefix("\ufeff")
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(io.StringIO(text), dialect)
    header = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
    unknown = [name for name in header if name not in COLUMNS]
    if "username" not in header or unknown:
        values = {"known": ", ".join(COLUMNS), "unknown": ", ".join(unknown) or "–"}
        message = _("The first line must name the columns: username, and any of %(known)s. Unknown: %(unknown)s.")
        raise RosterInvalid(message % values)
    return list(_read(reader, header))


def _read(reader: Iterator[list[str]], header: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        for number, cells in enumerate(reader, start=2):
            if number > MAX_LINES + 1:
                raise RosterInvalid(_("The list has more than %(lines)s lines.") % {"lines": MAX_LINES})
            if any(cell.strip() for cell in cells):
                padded = [*cells, *([""] * (len(header) - len(cells)))]
                yield number, {name: cell.strip() for name, cell in zip(header, padded, strict=False)}
    except csv.Error as error:
        raise RosterInvalid(_("The list is no CSV: %(error)s.") % {"error": error}) from error


def _line(
    number: int,
    row: Mapping[str, str],
    cohorts: Mapping[str, Cohort],
    accounts: Mapping[str, User],
    enrolled: Mapping[int, Enrollment],
) -> Line:
    username, role, cohort = row["username"], row.get("role") or Role.STUDENT.value, row.get("cohort", "")
    user = accounts.get(username)
    enrollment = enrolled.get(user.pk) if user else None
    problems = _problems(row, username=username, role=role, cohort=cohort, cohorts=cohorts, user=user)
    return Line(
        number=number,
        username=username,
        email=row.get("email", ""),
        first_name=row.get("first_name", ""),
        last_name=row.get("last_name", ""),
        cohort=cohorts.get(cohort) or (enrollment.cohort if enrollment else None),
        role=Role(role) if role in Role.values else Role.STUDENT,
        user=user,
        enrollment=enrollment,
        problems=tuple(problems),
    )


def _problems(
    row: Mapping[str, str], *, username: str, role: str, cohort: str, cohorts: Mapping[str, Cohort], user: User | None
) -> Iterator[str]:
    """All that is wrong with a line: whoever corrects a list does it once."""
    if role not in Role.values:
        yield _("“%(role)s” is no role; there are %(roles)s") % {"role": role, "roles": ", ".join(Role.values)}
    if cohort and cohort not in cohorts:
        known = ", ".join(cohorts) or "–"
        yield _("there is no cohort “%(cohort)s”; there are %(known)s") % {"cohort": cohort, "known": known}
    if user is not None:
        return
    new = User(username=username, first_name=row.get("first_name", ""), last_name=row.get("last_name", ""))
    try:
        new.clean_fields(exclude=["password"])
    except ValidationError as error:
        yield from (f"{column}: {' '.join(texts)}" for column, texts in error.message_dict.items())
    try:
        if row.get("email"):
            validate_email(row["email"])
    except ValidationError as error:
        yield f"email: {' '.join(error.messages)}"
