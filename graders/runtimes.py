"""Runtimes: warm interpreters with a locked list of packages. Authors name one; a node says which it has.

The versions stand in ``constraints.txt``; a report says those that graded. What a submission or a test imports must be
in its runtime's list, in Python's own library, or in the exercise: publishing checks it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata


@dataclass(frozen=True, kw_only=True)
class RuntimeSpec:
    """What one runtime offers."""

    packages: Mapping[str, str]  #: what is imported -> the distribution it comes from
    warm: tuple[str, ...]  #: what its zygotes import before the first fork

    @property
    def importable(self) -> frozenset[str]:
        """Top-level modules that a submission may import."""
        return frozenset(self.packages) | PROVIDED | sys.stdlib_module_names

    def versions(self) -> dict[str, str]:
        """Those installed here, by distribution."""
        return {name: metadata.version(name) for name in sorted(set(self.packages.values()))}

    def installed(self) -> bool:
        """Whether this machine has it; nothing is imported for that."""
        return all(importlib.util.find_spec(name) is not None for name in self.packages)


#: Modules that the sandbox provides by itself: see ``graders.inside.track``.
PROVIDED = frozenset({"IPython", "gradus", "tqdm", "tensorboardX"})
#: What the cells of a notebook may import besides: authors' notebooks have it beside their own tests.
FOR_CELLS = frozenset({"pytest"})
#: What hidden tests may import besides.
FOR_TESTS = frozenset({"pytest", "graders"})

_TORCH = {
    "torch": "torch",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "matplotlib": "matplotlib",
    "mpl_toolkits": "matplotlib",
    "PIL": "pillow",
}
#: ``torch._dynamo`` is what the first optimizer would import, at 1.1 s in every child.
_WARM = ("numpy", "torch", "torch._dynamo")

RUNTIMES: Mapping[str, RuntimeSpec] = {
    "torch": RuntimeSpec(packages=_TORCH, warm=_WARM),
    "keras": RuntimeSpec(packages={**_TORCH, "keras": "keras"}, warm=(*_WARM, "keras")),
}
