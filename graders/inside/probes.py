"""The author's probes and library names, as the examiner sends them.

A probe's source is compiled into a fresh namespace and forgotten with the call: it is in no file, no cache, no module.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from graders.wire import Library, Probe, WireError
from graders.wire.own import own_builtins

own_builtins(globals())

#: Libraries whose parts are imported when a test names what is in them.
IMPORTED = frozenset({"scipy", "sklearn"})


def build(probe: Probe) -> Callable[..., Any]:
    """The probe as a function."""
    namespace: dict[str, Any] = {"__name__": "probe", "torch": sys.modules.get("torch")}
    for alias, module in probe.names:
        namespace[alias] = find(Library(module))
    exec(compile(probe.source, "<probe>", "exec", dont_inherit=True), namespace)  # noqa: S102 -- the author's code
    function = namespace.pop(probe.name)
    if not callable(function):
        raise WireError("a probe is a function")
    return function  # type: ignore[no-any-return]  # callable, as just asked


def find(library: Library) -> Any:
    """What a dotted name stands for, in the modules that are imported."""
    parts = library.name.split(".")
    if parts[0] in IMPORTED:
        _import(parts)
    for length in range(len(parts), 0, -1):
        found: Any = sys.modules.get(".".join(parts[:length]))
        if found is not None:
            for part in parts[length:]:
                found = getattr(found, part)
            return found
    raise WireError(f"{library.name} is not known here")


def _import(parts: list[str]) -> None:
    """The module that a name is in: the longest beginning of it that is one."""
    for length in range(len(parts) - 1, 0, -1):
        try:
            importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return
