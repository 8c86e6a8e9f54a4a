"""``tqdm`` as far as training loops use it: iterating tells how far it is. Nothing is printed."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Sized
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from graders.wire.own import own_builtins

own_builtins(globals())

Report = Callable[[str, float, float], None]
_NAMES = ("tqdm", "tqdm.auto", "tqdm.std", "tqdm.notebook", "tqdm.autonotebook", "tqdm.asyncio")


def modules(report: Report) -> dict[str, ModuleType]:
    """The modules to import it from."""

    class tqdm:
        """A progress bar: the page shows it."""

        def __init__(
            self,
            iterable: Iterable[Any] | None = None,
            desc: str | None = None,
            total: float | None = None,
            *_: Any,
            initial: float = 0,
            disable: bool = False,
            **__: Any,
        ) -> None:
            self.iterable, self.desc, self.n, self.disable = iterable, desc or "", initial, bool(disable)
            self.total = total
            if total is None and isinstance(iterable, Sized):
                self.total = len(iterable)
            self._tell()

        def __iter__(self) -> Iterator[Any]:
            for item in () if self.iterable is None else self.iterable:
                yield item
                self.update()

        def __len__(self) -> int:
            return int(self.total or 0)

        def __enter__(self) -> tqdm:
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def update(self, n: float = 1) -> None:
            self.n += n
            self._tell()

        def set_description(self, desc: str | None = None, refresh: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002
            self.desc = desc or ""

        set_description_str = set_description

        def _ignore(self, *_: Any, **__: Any) -> None:
            """What only changes how a bar looks in a terminal."""

        set_postfix = set_postfix_str = refresh = reset = clear = unpause = display = _ignore

        def close(self) -> None:
            self._tell()

        @staticmethod
        def write(text: str, *_: Any, **__: Any) -> None:
            builtins.print(text)

        @classmethod
        def pandas(cls, *_: Any, **__: Any) -> None:
            """There are no bars for pandas here."""

        def _tell(self) -> None:
            if not self.disable:
                report(str(self.desc).rstrip(": "), float(self.n), float(self.total or 0))

    def trange(*numbers: int, **options: Any) -> tqdm:
        return tqdm(range(*numbers), **options)

    made: dict[str, ModuleType] = {}
    for name in _NAMES:
        module: Any = ModuleType(name, "Progress bars that the page shows.")
        module.__spec__ = ModuleSpec(name, None)  # torch asks for it when the first optimizer is made
        module.tqdm, module.trange = tqdm, trange
        made[name] = module
        if "." in name:
            setattr(made["tqdm"], name.partition(".")[2], module)
    made["tqdm"].__path__ = []
    made["tqdm"].tqdm_notebook = tqdm  # type: ignore[attr-defined]
    return made
