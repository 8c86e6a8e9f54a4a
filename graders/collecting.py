"""What a template is started with: the tests of one mode of an exercise, and what it must know of them."""

from __future__ import annotations

from typing import Any

from graders import bundle
from graders.exercise import Exercise


def order_for(exercise: Exercise, mode: str) -> dict[str, Any]:
    """The order to the examiners' zygote."""
    tests = {
        name: {"seconds": test.seconds, "output": test.output, "after": test.after, "reveal": test.reveal}
        for name, test in exercise.tests.items()
    }
    settings = {
        "kind": exercise.mode,
        "mode": mode,
        "tests": tests,
        "device": exercise.needs.device,
        "sizes": dict(exercise.sizes),
        "limits": {"load_seconds": exercise.limits.load_seconds, "cell_seconds": exercise.limits.cell_seconds},
        "predictions": exercise.predictions.model_dump() if exercise.predictions is not None else None,
    }
    test_file = bundle.VISIBLE if mode == "visible" else exercise.hidden_file
    return {"main": "template", "test_file": test_file, "settings": settings}


def archive_for(exercise: Exercise, mode: str) -> bytes:
    """What an examiner needs: the tests of this mode and the data that they may read."""
    parts = [*exercise.data_files(), *(exercise.hidden_files() if mode == "hidden" else ())]
    contents = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in parts}
    if exercise.mode == "notebook":
        contents[bundle.MASTER] = (exercise.folder / bundle.MASTER).read_bytes()
    if mode == "hidden":
        contents[exercise.hidden_file] = exercise.hidden_test().encode()
    else:
        contents[bundle.VISIBLE] = (exercise.visible_test() or "").encode()
    return bundle.pack(contents)
