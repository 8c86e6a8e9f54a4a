"""Where the student's tensors are to lie, for tests of exercises that run on an accelerator."""

from __future__ import annotations

from typing import Any

import torch

from graders.examiner.context import author_mistake
from graders.wire import Placed


def on(device: str, tensor: torch.Tensor) -> Any:
    """An argument that the student's code gets on ``device``: what a test's fixture of that name says, cuda or cpu.

    Values are copied in as ever, and changes copied back; the examiner itself never computes on a device.
    """
    if not isinstance(tensor, torch.Tensor):
        raise author_mistake(f"on() takes a tensor, got a {type(tensor).__name__}")
    place = torch.device(device)
    return tensor if place.type == "cpu" else Placed(tensor, place)
