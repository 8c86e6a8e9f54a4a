"""What administrators can do on the pages: each action with its words, its question and the change that it makes.

An action is asked about on a page of its own before it is done, unless it only gives something back. The change itself,
with its guard and its line in the audit trail, is ``changes``' alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from workers.pools import changes
from workers.pools.faults import said
from workers.pools.forms import ExtendForm, HourlyForm, LanesForm, ReasonForm, ShareForm, SlotsForm, SubjectForm
from workers.pools.models import Job, Node, WorkerPool

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # what lazy translations are; it exists for type checkers only

Subject = WorkerPool | Node | Job
Answers = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that can be done to a subject. ``%(subject)s`` in its words is the subject."""

    label: _StrPromise  #: on the button that leads to it
    question: _StrPromise
    text: _StrPromise
    done: _StrPromise
    run: Callable[[Any, Answers, str], bool | int]  #: subject, answers of the form, actor; nothing: it was so already
    form: type[SubjectForm] | None = None
    initial: Callable[[Any], dict[str, Any]] = lambda _subject: {}
    asks: bool = True  #: whether it is asked about before
    danger: bool = False


def _extend(pool: WorkerPool, answers: Answers, actor: str) -> int:
    group, due = answers["deadline"]
    return changes.extend(pool, group, due, answers["until"], actor=actor)


POOL: dict[str, Action] = {
    "pause": Action(
        label=_("Pause…"),
        question=_("Pause the pool %(subject)s?"),
        text=_(
            "What runs is finished. What waits keeps its place and starts when the pool is resumed; students "
            "see that the pool is paused."
        ),
        done=_("The pool %(subject)s is paused."),
        run=lambda pool, _answers, actor: changes.pause(pool, actor=actor),
        danger=True,
    ),
    "drain": Action(
        label=_("Drain…"),
        question=_("Let the pool %(subject)s run empty?"),
        text=_(
            "It takes nothing new and is paused as soon as nothing runs in it any more: then its machines can"
            " be switched off."
        ),
        done=_("The pool %(subject)s is running empty."),
        run=lambda pool, _answers, actor: changes.drain(pool, actor=actor),
        danger=True,
    ),
    "resume": Action(
        label=_("Resume"),
        question=_("Resume the pool %(subject)s?"),
        text=_("It gives work out again."),
        done=_("The pool %(subject)s gives work out again."),
        run=lambda pool, _answers, actor: changes.resume(pool, actor=actor),
        asks=False,
    ),
    "slots": Action(
        label=_("Change slots…"),
        question=_("How many jobs may run at once in %(subject)s?"),
        text=_("What runs is not touched: with fewer slots than jobs, nothing new starts until enough have ended."),
        done=_("The slots of %(subject)s are changed."),
        run=lambda pool, answers, actor: changes.change_slots(pool, answers["slots"], actor=actor),
        form=SlotsForm,
        initial=lambda pool: {"slots": pool.slots},
    ),
    "lanes": Action(
        label=_("Let lanes wait…"),
        question=_("Which work of %(subject)s waits?"),
        text=_(
            "Work of the lanes chosen here keeps its place and waits until they are opened again, so that "
            "other work goes first."
        ),
        done=_("The lanes of %(subject)s are changed."),
        run=lambda pool, answers, actor: changes.close_lanes(pool, answers["lanes"], actor=actor),
        form=LanesForm,
        initial=lambda pool: {"lanes": pool.closed_lanes},
    ),
    "hourly": Action(
        label=_("Limit submissions…"),
        question=_("How much may one student submit to %(subject)s?"),
        text=_(
            "Who has submitted that much within the last hour is told when they can go on. What waits already"
            " is not touched."
        ),
        done=_("The limit of %(subject)s is changed."),
        run=lambda pool, answers, actor: changes.change_limit(pool, "hourly_each", answers["hourly"], actor=actor),
        form=HourlyForm,
        initial=lambda pool: {"hourly": pool.hourly_each},
    ),
    "share": Action(
        label=_("Share the queue…"),
        question=_("Give what waits in %(subject)s to another pool?"),
        text=_("What goes there keeps its order. Choose a pool whose machines can do the same."),
        done=_("What you chose of the queue of %(subject)s waits in the other pool."),
        run=lambda pool, answers, actor: changes.share_queue(
            pool, answers["other"], actor=actor, whole=answers["part"] == "all"
        ),
        form=ShareForm,
    ),
    "extend": Action(
        label=_("Extend a deadline…"),
        question=_("Move a deadline of those who wait in %(subject)s?"),
        text=_("The due date of the cohort moves, and late is judged by the new one. Its students see it at once."),
        done=_("The deadline is moved."),
        run=_extend,
        form=ExtendForm,
    ),
}

NODE: dict[str, Action] = {
    "drain": Action(
        label=_("Drain…"),
        question=_("Let the machine %(subject)s run empty?"),
        text=_("It finishes what it runs and gets nothing new, until somebody resumes it."),
        done=_("The machine %(subject)s is running empty."),
        run=lambda node, _answers, actor: changes.drain(node, actor=actor),
        danger=True,
    ),
    "resume": Action(
        label=_("Resume"),
        question=_("Resume the machine %(subject)s?"),
        text=_("It gets work again."),
        done=_("The machine %(subject)s gets work again."),
        run=lambda node, _answers, actor: changes.resume(node, actor=actor),
        asks=False,
    ),
    "quarantine": Action(
        label=_("Quarantine…"),
        question=_("Trust the machine %(subject)s with nothing?"),
        text=_("It gets no work until somebody releases it. What it runs now is heard to its end."),
        done=_("The machine %(subject)s is quarantined."),
        run=lambda node, answers, actor: changes.quarantine(node, said(answers["reason"]), actor=actor),
        form=ReasonForm,
        danger=True,
    ),
    "release": Action(
        label=_("Release…"),
        question=_("Trust the machine %(subject)s again?"),
        text=_(
            "Its workers are tried with a submission of our own first, where the pool has such trials; then "
            "they get work."
        ),
        done=_("The machine %(subject)s is trusted again."),
        run=lambda node, _answers, actor: changes.release(node, actor=actor),
    ),
    "slots": Action(
        label=_("Change slots…"),
        question=_("How many jobs may run at once on %(subject)s?"),
        text=_("What runs is not touched: with fewer slots than jobs, nothing new starts until enough have ended."),
        done=_("The slots of %(subject)s are changed."),
        run=lambda node, answers, actor: changes.change_slots(node, answers["slots"], actor=actor),
        form=SlotsForm,
        initial=lambda node: {"slots": node.slots},
    ),
}

JOB: dict[str, Action] = {
    "cancel": Action(
        label=_("Cancel…"),
        question=_("Cancel %(subject)s?"),
        text=_("It ends ungraded, and its student gets the attempt back."),
        done=_("%(subject)s is cancelled."),
        run=lambda job, _answers, actor: changes.cancel(job, actor=actor),
        danger=True,
    ),
    "requeue": Action(
        label=_("Queue again"),
        question=_("Queue %(subject)s again?"),
        text=_("It gets a fresh start."),
        done=_("%(subject)s is queued again."),
        run=lambda job, _answers, actor: changes.requeue(job, actor=actor),
        asks=False,
    ),
}
