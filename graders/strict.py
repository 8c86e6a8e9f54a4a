"""Plain data that somebody sent, read strictly: a wrong type, an unknown key or a value out of bounds is refused."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

Member = TypeVar("Member", bound=StrEnum)

MAX_TEXT = 64 * 1024
MAX_FIGURE_BYTES = 384 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


class ReportInvalid(ValueError):
    """A report, or a part of one, does not have the shape it must have."""


def plain(value: Any) -> dict[str, Any]:
    return {item.name: getattr(value, item.name) for item in fields(value)}


def mapping(data: object, cls: type) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ReportInvalid(f"{cls.__name__} must be a mapping, got {type(data).__name__}")
    unknown = set(data) - {item.name for item in fields(cls)}
    if unknown:
        raise ReportInvalid(f"{cls.__name__}: unknown key {sorted(map(str, unknown))[0]!r}")
    return data


def text(value: object, name: str, limit: int = MAX_TEXT) -> str:
    if not isinstance(value, str):
        raise ReportInvalid(f"{name} must be text, got {type(value).__name__}")
    if len(value) > limit:
        raise ReportInvalid(f"{name} is longer than {limit} characters")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ReportInvalid(f"{name} holds a NUL or a lone surrogate")
    return value


def number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ReportInvalid(f"{name} must be a finite number")
    return value


def numbers(value: object, name: str, *, limit: int) -> dict[str, float]:
    if not isinstance(value, Mapping) or len(value) > limit:
        raise ReportInvalid(f"{name} must be a mapping of at most {limit} entries")
    return {text(key, name, 64): number(item, str(key)) for key, item in value.items()}


def figure(value: object) -> str:
    encoded = text(value, "a figure", 2 * MAX_FIGURE_BYTES)
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ReportInvalid("a figure is not base64") from error
    if not content.startswith(PNG) or len(content) > MAX_FIGURE_BYTES:
        raise ReportInvalid("a figure is no PNG file, or too large")
    return encoded


def member(kind: type[Member], value: object) -> Member:
    try:
        return kind(str(value))
    except ValueError as error:
        raise ReportInvalid(f"{value!r} is not one of {', '.join(kind)}") from error
