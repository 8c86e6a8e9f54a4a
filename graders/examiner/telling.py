"""What may be told of a test that did not pass: to its student without what is hidden, to instructors with it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

import numpy as np
import torch

from graders.examiner import context
from graders.examiner.context import TestContext, finding
from graders.examiner.explaining import explanation
from graders.examiner.failures import Sources, StudentFailure
from graders.examiner.remote import is_remote, type_name_of
from graders.findings import SENTENCES
from graders.report import Finding
from graders.wire import Named

MAX_DETAIL = 16 * 1024
_MACHINERY = re.compile(r"/(_pytest|pluggy|graders/examiner|graders/wire|torch/testing)/")


def raised_findings(failure: StudentFailure, sources: Sources) -> list[Finding]:
    """What a student may hear of their own exception: type and line, not the message, which may hold a hidden input."""
    known = failure.verified(sources)
    if failure.kind == "missing":
        return [finding("missing-name", name=failure.name)]
    if failure.kind == "forbidden":
        return [finding("forbidden-name", name=known.name)]
    if failure.kind == "unsendable":
        key = f"unsendable-{failure.key}"
        return [finding(key if key in SENTENCES else "unsendable")]
    explained = [finding(key) for key in explanation(failure)]
    if not known.frames:
        return [finding("raised", type=known.type), *explained]
    frame = known.frames[-1]
    where = finding("raised-at", type=known.type, file=frame.file, line=frame.line, source=frame.source)
    return [where, *explained]


def last_value(found: TestContext, sources: Sources) -> Iterator[Finding]:
    """What the student's code returned last, described without its contents."""
    if found.last is None:
        return
    name, value = found.last
    if value is None:
        yield finding("returned-none", name=name)
    elif is_remote(value):
        yield finding("gave-object", name=name, type=sources.name(type_name_of(value)))
    elif isinstance(value, torch.Tensor):
        yield finding("returned-tensor", name=name, shape=str(list(value.shape)), dtype=str(value.dtype)[6:])
        bad = (~torch.isfinite(value)).nonzero()
        if len(bad):
            first = {"first": str(bad[0].tolist()), "first_call": context.first_not_finite() or name}
            yield finding("returned-nan", name=name, count=len(bad), **first)
    elif isinstance(value, np.ndarray):
        yield finding("returned-array", name=name, shape=str(list(value.shape)), dtype=str(value.dtype))
    else:
        kind = "namedtuple" if type(value) is Named else type(value).__name__
        yield finding("returned-value", name=name, type=kind)


def visible_message(error: BaseException | None) -> Iterator[Finding]:
    """Of a visible test, which students may read, also the message."""
    failure = getattr(error, "failure", None)
    text = failure.message if isinstance(failure, StudentFailure) else str(error)
    if isinstance(error, Exception) and text:
        yield finding("raised-message" if failure else "test-message", message=text)


def frames_of_test(error: BaseException) -> str:
    """The author's view: the frames of the test and its helpers, without those of pytest and of the border."""
    trace: traceback.TracebackException | None = traceback.TracebackException.from_exception(error, limit=-40)
    text = trace
    while trace is not None:
        frames = [frame for frame in trace.stack if not _MACHINERY.search(frame.filename)]
        trace.stack = traceback.StackSummary.from_list(frames)
        trace = trace.__cause__ or trace.__context__
    return "" if text is None else "".join(text.format())


def bounded(text: str) -> str:
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= MAX_DETAIL // 4 else f"{clean[: MAX_DETAIL // 8]}\n…\n{clean[-MAX_DETAIL // 8 :]}"
