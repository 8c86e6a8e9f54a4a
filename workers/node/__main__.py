"""``python -m workers.node``: grade what the platform sends, until told to stop."""

from __future__ import annotations

import logging
import os
import sys
import time

from graders.accelerators.finding import NoDevices
from graders.accelerators.slots import Slots
from graders.engine import Engine, EngineUnavailable
from graders.runtimes import RUNTIMES
from workers.logs import configure
from workers.node.config import ConfigInvalid, NodeConfig
from workers.node.engine import GradingEngine, NoEngine
from workers.node.service import run

log = logging.getLogger(__name__)

#: How long to wait before a runtime that died while it started, for want of memory perhaps, is started anew.
START_PAUSES = (1.0, 5.0, 15.0)


class RuntimeDied(NoEngine):
    """A runtime ended while it started. Another time it may not."""


def real_engine(config: NodeConfig) -> GradingEngine:
    """The engine that isolates and grades; made in the main thread, since its processes end with their parent thread.

    Raises:
        ConfigInvalid: it is to have a runtime that does not exist.
        NoEngine: this machine cannot isolate what it would run.
    """
    if unknown := [name for name in config.runtimes if name not in RUNTIMES]:
        known = " and ".join(RUNTIMES)
        raise ConfigInvalid(f"GRADUS_NODE_RUNTIMES names {unknown[0]!r}; the runtimes are {known}")
    for pause in START_PAUSES:
        try:
            return _engine(config)
        except RuntimeDied as error:
            log.warning("%s; trying again in %.0f s", error, pause)
            time.sleep(pause)
    return _engine(config)


def _engine(config: NodeConfig) -> Engine:
    try:
        devices = Slots.of_this_machine(config.devices, contexts=config.contexts) if config.devices else None
        return Engine(slots=config.slots, runtimes=config.runtimes, node=config.name, devices=devices)
    except NoDevices as error:
        raise NoEngine((f"GRADUS_NODE_DEVICES={config.devices}: {error}",)) from error
    except EngineUnavailable as error:
        reasons = tuple(str(error).splitlines())
        if error.__cause__ is None:  # the machine lacks something: it would lack it the next time as well
            raise NoEngine(reasons) from error
        raise RuntimeDied(reasons) from error


def main() -> int:
    configure(as_json=os.environ.get("LOG_JSON", "0") == "1", level=os.environ.get("LOG_LEVEL") or "INFO")
    try:
        run(NodeConfig.from_env(), real_engine)
    except ConfigInvalid as error:
        print(f"The node does not start: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
