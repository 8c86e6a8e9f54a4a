"""A runtime: the warm parents that students and examiners of it descend from, and those on accelerators apart."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from graders.control import Role, Zygote, ZygoteGone

ROLES: tuple[Role, ...] = ("students", "examiners")


class Runtime:
    """The zygotes of one runtime, started again when they end, and renewed side by side.

    Two of them at the start; that of students on accelerators, the one with their files, when it is first asked for.
    """

    def __init__(self, *, name: str, namespaces: bool, devices: Sequence[tuple[str, str]] = ()) -> None:
        self._name, self._namespaces, self._devices = name, namespaces, devices
        self._lock = threading.Lock()
        self._zygotes: dict[Role, Zygote] = {}
        starters = [threading.Thread(target=self._try_start, args=(role,)) for role in ROLES]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        for role in ROLES:
            self.get(role)

    def get(self, role: Role) -> Zygote:
        """The living zygote of this role.

        Raises:
            ZygoteGone: it cannot be started.
        """
        with self._lock:
            zygote = self._zygotes.get(role)
            if zygote is None or not zygote.alive:
                if zygote is not None:
                    zygote.close()
                zygote = self._zygotes[role] = self._start(role)
            return zygote

    def renew(self) -> None:
        """Put fresh zygotes in the place of these, which end with the last sandbox that descends from them.

        Raises:
            ZygoteGone: none can be started; then the old ones stay.
        """
        fresh = {role: self._start(role) for role in tuple(self._zygotes)}
        with self._lock:
            old, self._zygotes = self._zygotes, fresh
        for zygote in old.values():
            zygote.retire()

    def close(self) -> None:
        with self._lock:
            for zygote in self._zygotes.values():
                zygote.close()

    def _try_start(self, role: Role) -> None:
        try:
            self._zygotes[role] = self._start(role)
        except ZygoteGone:
            return  # get() tries again, in the caller's thread, and says why

    def _start(self, role: Role) -> Zygote:
        devices = self._devices if role == "devices" else ()
        return Zygote(role=role, runtime=self._name, namespaces=self._namespaces, devices=devices)
