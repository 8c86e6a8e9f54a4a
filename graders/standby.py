"""What stands ready before a submission comes: students without code, and templates with their tests collected."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from graders import packets
from graders.accelerators.finding import Accelerator
from graders.collecting import archive_for, order_for
from graders.control import Role, ZygoteGone
from graders.exercise import Exercise
from graders.ladder import Rung, make_home, remove_home
from graders.outside import Box, BoxFailed
from graders.ready import Student, Template, TemplateBroken
from graders.runtime import Runtime
from graders.sandbox.cgroups import Group
from graders.sandbox.limits import BoxLimits
from graders.sealed import opened_again, sealed_file

Chore = TypeVar("Chore")
log = logging.getLogger("graders.standby")

READY_PER_SLOT = 2
MAX_TEMPLATES = 8
RENEW_AFTER = 2000  #: submissions, after which the zygotes make room for fresh ones: what leaks does not gather
COLLECT_SECONDS = 60.0
_TEMPLATE_LIMITS = BoxLimits(memory_mb=4096, processes=512, disk_mb=256, cpu_seconds=3600)


class Standby:
    """Makes, keeps and hands out students and templates for one runtime."""

    def __init__(
        self, rung: Rung, *, runtime: str, slots: int, uids: deque[int], devices: Sequence[tuple[str, str]] = ()
    ) -> None:
        """
        Args:
            uids: those that are free; of all runtimes of an engine, so that no two sandboxes have the same.
            devices: accelerators' files that students made by ``make_on`` may need.
        """
        self._rung, self._slots, self._uids = rung, slots, uids
        self.runtime = Runtime(name=runtime, namespaces=rung.name == "namespaces", devices=devices)
        self.facts: Mapping[str, Any] = self.runtime.get("students").facts
        self._lock = threading.Lock()
        self._ready: OrderedDict[BoxLimits, deque[Student]] = OrderedDict()
        self._templates: OrderedDict[tuple[str, str], Template] = OrderedDict()
        self._template_locks: dict[tuple[str, str], threading.Lock] = {}
        self._data: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._closed = False
        self._graded = 0
        self._chores = ThreadPoolExecutor(2, thread_name_prefix="standby")

    @property
    def one_at_a_time(self) -> bool:
        """The next submission must not begin before the last one's processes are gone."""
        return self._rung.one_at_a_time

    def take(self, limits: BoxLimits) -> Student:
        """A ready student with these limits: one that waits, or a new one."""
        while True:
            with self._lock:
                waiting = self._ready.get(limits)
                student = waiting.popleft() if waiting else None
            if student is None:
                return self._make_student(limits, warm=False)
            if not student.box.has_ended:
                return student
            self.discard(student)

    def make_on(self, device: Accelerator, limits: BoxLimits) -> Student:
        """A new student with a context on a device; nobody else may be on it."""
        return self._make_student(limits, device=device)

    def refill(self, limits: BoxLimits, *, warm: bool = True) -> None:
        """Make students until enough with these limits wait; students with limits not asked for lately go first.

        Args:
            warm: they compute a little first, so that the submission finds torch's first times behind it. That costs a
                third of what grading a small exercise does: worth it on a core that has nothing else to do.
        """
        if self.one_at_a_time:  # siblings must not meet: none waits while another runs
            return
        wanted = READY_PER_SLOT * self._slots
        while True:
            with self._lock:
                waiting = self._ready.setdefault(limits, deque())
                self._ready.move_to_end(limits)
                stale = self._ready.popitem(last=False)[1] if len(self._ready) > 2 else deque()
                enough = self._closed or len(waiting) >= wanted
            for student in stale:
                self.discard(student)
            if enough:
                return
            fresh = self._make_student(limits, warm=warm)
            with self._lock:
                if limits in self._ready and not self._closed:  # another thread may have let these limits go
                    self._ready[limits].append(fresh)
                    continue
            self.discard(fresh)
            return

    def refill_later(self, limits: BoxLimits, *, warm: bool) -> None:
        """``refill`` in the background: nobody waits for it."""
        self._chore(partial(self._try_refill, warm=warm), limits)

    def discard_later(self, student: Student) -> None:
        """``discard`` in the background."""
        self._chore(self.discard, student)

    def _chore(self, work: Callable[[Chore], None], argument: Chore) -> None:
        try:
            self._chores.submit(work, argument).add_done_callback(_log_failure)
        except RuntimeError:  # closing: there is no later any more
            work(argument)

    def _try_refill(self, limits: BoxLimits, *, warm: bool) -> None:
        with contextlib.suppress(BoxFailed, ZygoteGone):  # the next grade meets the same fault and reports it
            self.refill(limits, warm=warm)

    def discard(self, student: Student) -> None:
        student.box.close()
        self._give_back(student.uid, student.home)

    def data(self, exercise: Exercise) -> tuple[list[str], list[int]]:
        """Names and sealed descriptors of the files that this exercise gives to students.

        The files are made once and shared by all; the descriptors are one student's, and the caller's to close.
        """
        with self._lock:
            known = self._data.get(exercise.digest)
            if known is None:
                known = {path.name: sealed_file(path.name, path.read_bytes()) for path in exercise.data_files()}
                self._data[exercise.digest] = known
            self._data.move_to_end(exercise.digest)
            if len(self._data) > 2 * MAX_TEMPLATES:  # more than can be in use
                for descriptor in self._data.popitem(last=False)[1].values():
                    os.close(descriptor)
            return list(known), [opened_again(descriptor) for descriptor in known.values()]

    def template(self, exercise: Exercise, mode: str) -> Template:
        """The template of an exercise, counted as in use until ``release``.

        Raises:
            TemplateBroken: its tests do not collect.
            BoxFailed, ZygoteGone: it could not be started.
        """
        key = (exercise.digest, mode)
        with self._lock:
            one_at_a_time = self._template_locks.setdefault(key, threading.Lock())
        with one_at_a_time:
            with self._lock:
                template = self._templates.get(key)
            if template is not None and template.box.has_ended:
                self._retire(key)
                template = None
            if template is None:
                template = self._make_template(exercise, mode)
            with self._lock:
                self._templates[key] = template
                self._templates.move_to_end(key)
                template.users += 1
                surplus = [old for old in self._templates if old != key][: max(0, len(self._templates) - MAX_TEMPLATES)]
        for old in surplus:
            self._retire(old)
        return template

    def release(self, template: Template) -> None:
        with self._lock:
            template.users -= 1
            last = template.retired and template.users == 0
            self._graded += 1
            due = self._graded % RENEW_AFTER == 0
        if last:
            self._close_template(template)
        if due:
            self._chore(self._try_renew, self._graded)

    def renew(self) -> None:
        """Go on with fresh zygotes: what runs ends with the old ones, what is ready or collected is made again.

        Raises:
            BoxFailed, ZygoteGone: there can be none now; then nothing has changed, or ready students are few.
        """
        self.runtime.renew()
        with self._lock:
            students = [student for waiting in self._ready.values() for student in waiting]
            wanted, templates = list(self._ready), list(self._templates)
            self._ready.clear()
        for key in templates:
            self._retire(key)
        for student in students:
            self.discard(student)
        for limits in wanted:
            self.refill(limits)

    def _try_renew(self, number: int) -> None:
        try:
            self.renew()
        except (BoxFailed, ZygoteGone) as error:
            log.error("after %d submissions the zygotes could not be renewed: %s", number, error)

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._chores.shutdown(wait=True)
        with self._lock:
            students = [student for waiting in self._ready.values() for student in waiting]
            templates = list(self._templates.values())
            self._ready.clear()
            self._templates.clear()
            for descriptors in self._data.values():
                for descriptor in descriptors.values():
                    os.close(descriptor)
            self._data.clear()
        for student in students:
            self.discard(student)
        for template in templates:
            self._close_template(template)
        self.runtime.close()

    def _retire(self, key: tuple[str, str]) -> None:
        with self._lock:
            template = self._templates.pop(key, None)
            if template is None:
                return
            template.retired = True
            unused = template.users == 0
        if unused:
            self._close_template(template)

    def _close_template(self, template: Template) -> None:
        template.box.close()
        self._give_back(template.uid, template.home)

    def _make_student(self, limits: BoxLimits, *, warm: bool = True, device: Accelerator | None = None) -> Student:
        order: dict[str, Any] = {"main": "student", "warm": warm}
        if device is None:
            box, uid, home = self._make_box("students", order, limits, stream=True)
        else:
            order["device"] = {"kind": device.kind, "uuid": device.uuid}
            box, uid, home = self._make_box("devices", order, limits, stream=True, files=device.files)
        student = Student(box=box, uid=uid, home=home)
        try:
            box.wait_ready()
        except BoxFailed:
            self.discard(student)
            raise
        return student

    def _make_template(self, exercise: Exercise, mode: str) -> Template:
        order = order_for(exercise, mode)
        archive = sealed_file("exercise", archive_for(exercise, mode))
        try:
            box, uid, home = self._make_box("examiners", order, _TEMPLATE_LIMITS, stream=False, extra=(archive,))
        finally:
            os.close(archive)
        try:
            box.wait_ready()
            box.channel.settimeout(COLLECT_SECONDS)
            answer, _ = packets.receive(box.channel)
            box.channel.settimeout(10.0)
        except (BoxFailed, OSError, EOFError) as error:
            words, ending = box.last_words(), box.end(by_itself=True)
            box.close()
            self._give_back(uid, home)
            if ending.by_somebody:
                raise BoxFailed(f"somebody ended the template of the tests: {error}") from error
            raise TemplateBroken(f"collecting the tests failed: {error}\n{words}") from error
        if answer.get("event") != "ready":
            box.close()
            self._give_back(uid, home)
            raise TemplateBroken(str(answer.get("message", ""))[:16_000])
        names = tuple(str(name) for name in answer["tests"])
        return Template(box=box, uid=uid, home=home, names=names, lock=threading.Lock())

    def _make_box(
        self,
        role: Role,
        order: Mapping[str, Any],
        limits: BoxLimits,
        *,
        stream: bool,
        extra: tuple[int, ...] = (),
        files: Sequence[tuple[str, str]] = (),
    ) -> tuple[Box, int | None, str]:
        uid = None
        if self._rung.own_uids:
            try:
                uid = self._uids.popleft()
            except IndexError:
                raise BoxFailed("all uids are in use") from None
        home = make_home(self._rung, uid or 0)
        group: Group | None = None
        try:
            if self._rung.groups is not None:
                group = self._rung.groups.make(self._rung.allowance(limits))
            spec = self._rung.spec(limits, uid=uid, home=home, devices=files)
            ask = partial(Box, spec=spec, order=order, group=group, stream=stream, extra=extra)
            try:
                return ask(self.runtime.get(role)), uid, home
            except ZygoteGone:  # it has just ended: ask its successor
                return ask(self.runtime.get(role)), uid, home
        except (BoxFailed, ZygoteGone, OSError) as error:
            if group is not None:
                group.remove()
            self._give_back(uid, home)
            if isinstance(error, OSError):
                raise BoxFailed(f"a sandbox could not be made: {error}") from error
            raise

    def _give_back(self, uid: int | None, home: str) -> None:
        remove_home(home)
        if uid is not None:
            self._uids.append(uid)


def _log_failure(chore: Future[None]) -> None:
    if (error := chore.exception()) is not None:
        log.error("a chore of the standby failed", exc_info=error)
