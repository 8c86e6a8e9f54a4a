"""Built-in functions of one's own.

A submission may patch the ``builtins`` that all modules share. That could only cost the student, but the answer should
be "wrong" and not "crashed": the modules that serve a submission keep the built-ins as they were at import.
"""

from __future__ import annotations

import builtins
from typing import Any


def own_builtins(namespace: dict[str, Any]) -> None:
    """Give a module's functions a private copy of the built-ins; call it before any of them is defined."""
    namespace["__builtins__"] = dict(vars(builtins))
