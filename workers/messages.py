"""What crosses between the platform and a node: frozen values with strict parsers.

Both sides may be broken, and a node may be hostile, so each parser refuses unknown keys, wrong types and whatever is
out of bounds. Reports have their own parser: ``graders.report.Report.from_dict``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

#: How long a worker may be silent before its tries are taken from it; it ends its students at two thirds of that.
LEASE_SECONDS = 15.0
HEARTBEAT_SECONDS = 2.0

#: The one field of the entries of a node's stream, and the largest value that is read.
FIELD = "m"
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_ANSWER_BYTES = 64 * 1024
MAX_FILES_BYTES = 12 * 1024 * 1024

Token = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
WorkerName = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Short = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(ge=0, lt=2**31)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class MessageInvalid(ValueError):
    """What somebody sent does not have the shape that it must have."""


class Message(BaseModel):
    """The base of all messages: frozen, strict, without unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @classmethod
    def parse(cls, data: object) -> Self:
        """Read a message that arrived as plain values.

        Raises:
            MessageInvalid: a key is unknown or missing, a type is wrong, a value is out of bounds.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise _invalid(error) from None

    @classmethod
    def parse_json(cls, raw: bytes | str) -> Self:
        """Read a message that arrived as JSON; see :meth:`parse`."""
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            raise _invalid(error) from None

    def to_json(self) -> str:
        return self.model_dump_json()


class Order(Message):
    """Platform to worker, by Celery: grade this. Who holds the token may report the try."""

    job: Count
    try_number: Annotated[int, Field(ge=1, lt=2**31)]
    token: Token
    bundle: Digest
    files: dict[Short, str]
    tests: Literal["hidden", "visible"]
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None  #: a regrade's; None: a fresh secret one

    @field_validator("files")
    @classmethod
    def _files_are_bounded(cls, files: dict[str, str]) -> dict[str, str]:
        if len(files) > 64 or sum(map(len, files.values())) > MAX_FILES_BYTES:
            raise ValueError("too many files, or too large ones")
        return files

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump()


class Device(Message):
    """An accelerator of a machine, as NVML sees it."""

    name: Annotated[str, Field(max_length=64)]
    memory_mb: Count
    used_mb: Count
    utilisation: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None  #: None: it does not tell


class Heartbeat(Message):
    """Worker to platform, every two seconds and whenever a try starts or ends."""

    kind: Literal["heartbeat"] = "heartbeat"
    worker: WorkerName
    number: Count  #: answered by number, so that the worker knows which of its heartbeats was heard
    slots: Annotated[int, Field(ge=0, le=256)]
    tries: Annotated[tuple[Token, ...], Field(max_length=512)]  #: tokens of the tries whose students may be alive
    device: Annotated[str, Field(max_length=16)]
    rung: Annotated[str, Field(max_length=32)]  #: empty: it cannot grade, for ``reasons``
    reasons: Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=20)] = ()
    runtimes: Annotated[tuple[Annotated[str, Field(max_length=32)], ...], Field(max_length=16)] = ()
    versions: Annotated[dict[Short, Short], Field(max_length=32)] = {}
    devices: Annotated[tuple[Device, ...], Field(max_length=16)] = ()
    data: Annotated[tuple[Annotated[str, Field(max_length=80)], ...], Field(max_length=256)] = ()  #: data sets on it
    replaces: Annotated[tuple[WorkerName, ...], Field(max_length=16)] = ()  #: earlier workers that are surely dead
    leaving: bool = False  #: it is being stopped: it ends what runs and takes nothing new


class StateEvent(Message):
    """Where the try stands."""

    kind: Literal["state"]
    state: Literal["preparing", "running"]


class OutputEvent(Message):
    """Something that the student's code printed."""

    kind: Literal["output"]
    text: Annotated[str, Field(max_length=64 * 1024)]
    shown: bool = False  #: whether the student may see it while hidden tests run


class TestEvent(Message):
    """A test has ended."""

    __test__ = False  # pytest: not a class of tests

    kind: Literal["test"]
    name: Short
    outcome: Literal["passed", "failed", "error", "timed_out", "not_run"]
    title: Annotated[str, Field(max_length=500)] = ""


class MetricEvent(Message):
    """Numbers that the page draws as curves."""

    kind: Literal["metric"]
    step: Finite | None = None
    values: Annotated[dict[Annotated[str, Field(max_length=64)], Finite], Field(max_length=32)]


class ProgressEvent(Message):
    """How much of something is done, for a bar on the page."""

    kind: Literal["progress"]
    label: Annotated[str, Field(max_length=100)]
    done: Finite
    total: Finite  #: 0: not known


LiveEvent = Annotated[StateEvent | OutputEvent | TestEvent | MetricEvent | ProgressEvent, Field(discriminator="kind")]


class Event(Message):
    """Worker to platform: something that whoever watches the job may like to see. It may be lost."""

    kind: Literal["event"] = "event"
    token: Token
    sequence: Count
    event: LiveEvent


class ReportMessage(Message):
    """Worker to platform: what grading found, kept in the worker's outbox until it is acknowledged."""

    kind: Literal["report"] = "report"
    worker: WorkerName  #: who is to be answered; a worker sends the reports of those before it, too
    token: Token
    report: dict[str, Any]  #: for ``Report.from_dict``


class Wanted(Message):
    """Worker to platform: the bundle of one of its tries is not in Valkey; it waits for it a little."""

    kind: Literal["wanted"] = "wanted"
    worker: WorkerName
    bundle: Digest


class Answer(Message):
    """Platform to worker: a heartbeat or a report was heard, or a try is no longer wanted."""

    heartbeat: Count | None = None  #: the number of the heartbeat that is answered
    unwanted: Annotated[tuple[Token, ...], Field(max_length=1024)] = ()  #: end these students
    acknowledged: Annotated[tuple[Token, ...], Field(max_length=1024)] = ()  #: forget these reports


FromNode = Heartbeat | Event | ReportMessage | Wanted

_from_node: TypeAdapter[FromNode] = TypeAdapter(Annotated[FromNode, Field(discriminator="kind")])
_live_event: TypeAdapter[LiveEvent] = TypeAdapter(LiveEvent)


def parse_from_node(raw: bytes) -> FromNode:
    """Read one entry of a node's stream.

    Raises:
        MessageInvalid: it is too large, no JSON, or not one of the messages that nodes send.
    """
    if len(raw) > MAX_MESSAGE_BYTES:
        raise MessageInvalid(f"a message of {len(raw)} bytes is too large")
    try:
        return _from_node.validate_json(raw)
    except ValidationError as error:
        raise _invalid(error) from None


def parse_live_event(data: object) -> LiveEvent:
    """Read an event as the engine gives it.

    Raises:
        MessageInvalid: it is none of the events that exist.
    """
    try:
        return _live_event.validate_python(data)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> MessageInvalid:
    """The first problem, without the value: it may be huge, or a student's."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return MessageInvalid(f"{place[:200]}: {first['msg'][:300]}")
