"""A student's accelerator: its context, made before the code comes and behind the whole sandbox.

CUDA starts threads, and Landlock and user namespaces act on one thread: what is made before them would escape them.
Making a context is what takes long (0.3 to 2 s), so a ready student has done it, and a small operation whose result is
known says whether it can be used.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from typing import Any

from graders.wire import encode
from graders.wire.own import own_builtins

own_builtins(globals())

#: What a student answers when it is asked, before it has any code, whether its context still works.
PROVED = encode("proved")
_SIZE = 64


class Device(ABC):
    """Where a student computes besides its processor."""

    @abstractmethod
    def prove(self) -> None:
        """A small operation with a known result.

        Raises:
            RuntimeError: it fails, or comes to something else.
        """

    @abstractmethod
    def settle(self) -> None:
        """Wait until all that was begun has ended, so that what went wrong is said where it was begun."""

    def works(self) -> bool:
        """Whether anything can still be computed: after some faults a context fails at every call."""
        try:
            self.prove()
            self.settle()
        except RuntimeError as error:  # as torch's own are; one that only finds no room works all the same
            return type(error).__name__ == "OutOfMemoryError"
        return True


class Cuda(Device):
    """One CUDA device or MIG slice, the only one that this process can see."""

    def __init__(self, uuid: str) -> None:
        os.environ["CUDA_VISIBLE_DEVICES"] = uuid
        self._torch: Any = sys.modules["torch"]
        self._torch.cuda.init()
        self.prove()
        self._warm()

    def prove(self) -> None:
        torch = self._torch
        ones = torch.ones(_SIZE, _SIZE, device="cuda")
        total = float((ones @ ones).sum())
        if total != float(_SIZE**3):
            raise RuntimeError(f"a small product on the device came to {total}")

    def settle(self) -> None:
        self._torch.cuda.synchronize()

    def _warm(self) -> None:
        """What a first training step would otherwise pay for; what it kept of the device's memory is given back."""
        torch = self._torch
        layer = torch.nn.Linear(_SIZE, _SIZE).cuda()
        torch.softmax(layer(torch.rand(8, _SIZE, device="cuda")), -1).square().sum().backward()
        torch.optim.Adam(layer.parameters()).step()
        self.settle()
        del layer
        torch.cuda.empty_cache()


class Files(Device):
    """The files of a device and no driver: how the sandbox around them is tried where no device is."""

    def prove(self) -> None:
        """There is nothing that could fail."""

    def settle(self) -> None:
        """Nothing has been begun."""


def opened(*, kind: str, uuid: str) -> Device:
    """The device of a student that has just been confined.

    Raises:
        RuntimeError: the driver refuses, or its first operation fails.
    """
    return Cuda(uuid) if kind == "cuda" else Files()
