"""The node's configuration, read once from the environment, typed and loud."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from graders.runtimes import RUNTIMES
from workers import keys


class ConfigInvalid(RuntimeError):
    """A variable is missing or has a value that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, kw_only=True)
class NodeConfig:
    """What a node needs to know."""

    url: str  #: Valkey, with this node's own user and password
    name: str
    slots: int  #: submissions at a time
    runtimes: tuple[str, ...]
    data: tuple[str, ...]  #: names of the data sets that lie on this machine
    folder: Path  #: everything it keeps: outbox, bundles
    devices: str = ""  #: GPUs that grade: "all", or numbers or UUIDs with commas; empty: none
    contexts: int = 1  #: how many wait ready on each of them: 1 or 0

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        url = env.get("GRADUS_NODE_URL", "")
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ConfigInvalid("GRADUS_NODE_URL is not set; `manage.py create_node NAME` prints it")
        user = urlsplit(url).username or ""
        name = env.get("GRADUS_NODE_NAME") or user.removeprefix(keys.node_user(""))  # its user is named after it
        if not keys.NODE_NAME.fullmatch(name):
            raise ConfigInvalid(f"GRADUS_NODE_NAME is {name!r}; write the name that create_node was given")
        slots = env.get("GRADUS_NODE_SLOTS") or "1"
        if not slots.isdecimal() or not 1 <= int(slots) <= 64:
            raise ConfigInvalid(f"GRADUS_NODE_SLOTS is {slots!r}; write a number from 1 to 64")
        runtimes = tuple((env.get("GRADUS_NODE_RUNTIMES") or ",".join(RUNTIMES)).split(","))
        data = tuple(name for name in env.get("GRADUS_NODE_DATA", "").split(",") if name)
        folder = Path(env.get("GRADUS_VAR") or "var").resolve() / f"node-{name}"
        contexts = env.get("GRADUS_NODE_CONTEXTS") or "1"
        if contexts not in ("0", "1"):
            raise ConfigInvalid(f"GRADUS_NODE_CONTEXTS is {contexts!r}; write 1 or 0")
        return cls(
            url=url,
            name=name,
            slots=int(slots),
            runtimes=runtimes,
            data=data,
            folder=folder,
            devices=env.get("GRADUS_NODE_DEVICES", ""),
            contexts=int(contexts),
        )
