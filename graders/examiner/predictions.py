"""Mode ``predictions``: a table against hidden labels, in the examiner alone. No process of a student's is needed.

Tests are plain pytest with the fixtures ``predictions`` and ``labels``: tables with the same ids in the same order,
whose columns are NumPy arrays. A table that cannot be read is told by row before any test runs.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.examiner import examining, template
from graders.examiner.absent import NoSession
from graders.examiner.context import author_mistake
from graders.examiner.examining import Order
from graders.examiner.running import Desk, TestOverran, interrupted_at
from graders.metrics import classes_of
from graders.report import Finding
from graders.schema import PredictionsSchema
from graders.table import Table, TableRefused, decode, read_table


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a test sees of a table: ``table["digit"]`` is an array, one value for each of ``table.ids``."""

    ids: tuple[str, ...]
    arrays: Mapping[str, np.ndarray]
    classes: tuple[str | int, ...] = ()  #: of the one column of labels, in the order of ``exercise.yaml``

    @classmethod
    def of(cls, table: Table, classes: Sequence[str | int] = ()) -> Columns:
        arrays = {name: _array(values) for name, values in table.columns.items()}
        return cls(ids=table.ids, arrays=arrays, classes=tuple(classes))

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.arrays:
            raise author_mistake(f"the table has no column {name!r}; it has {', '.join(self.arrays)}")
        return self.arrays[name].copy()

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, rows: np.ndarray) -> Columns:
        """Some of the rows, chosen by a boolean for each."""
        ids = tuple(name for name, chosen in zip(self.ids, rows, strict=True) if chosen)
        return replace(self, ids=ids, arrays={name: values[rows] for name, values in self.arrays.items()})

    def matrix(self, *names: str) -> np.ndarray:
        """Some columns side by side, rows first; all columns in the order of ``exercise.yaml`` where none is named."""
        return np.stack([self[name] for name in names or self.arrays], axis=1)


def _array(values: Sequence[Any]) -> np.ndarray:
    return np.array(values, dtype=object) if values and isinstance(values[0], str) else np.array(values)


class Template(template.Template):
    """The tests of one such exercise, and its labels, read once."""

    def __init__(self, control: Any, folder: Path, settings: dict[str, Any]) -> None:
        super().__init__(control, folder, settings)
        self._schema = PredictionsSchema.model_validate_json(json.dumps(settings["predictions"]))
        self._labels: Table | None = None

    def pytest_collection_finish(self) -> None:
        """Read the labels; where they are wrong, no submission can be graded."""
        labels = self._schema.labels
        path = self._folder / "hidden" / labels.file
        if self._visible:  # a Run has no labels: the table is looked at for itself
            return
        try:
            self._labels = read_table(
                decode(path.read_bytes()), id_column=self._schema.id, columns=labels.columns or self._schema.columns
            )
        except (OSError, TableRefused) as error:
            self._errors.append(f"the labels in hidden/{labels.file} cannot be used: {error}")

    @pytest.fixture
    def predictions(self) -> Columns:
        """The student's table."""
        return self._examining().predictions

    @pytest.fixture
    def labels(self) -> Columns:
        """The hidden labels, with the same ids in the same order."""
        return self._examining().labels

    def _examining(self) -> Examiner:
        running = self._running()
        assert isinstance(running, Examiner)
        return running

    def _make_examiner(self, tests: dict[str, list[pytest.Item]], order: Order, report: Any) -> Examiner:
        made = Examiner(tests, seconds=self._seconds, visible=self._visible, order=order, report=report)
        made.schema, made.hidden = self._schema, self._labels
        return made


class Examiner(examining.Examiner):
    """Reads the table, then runs the tests."""

    schema: PredictionsSchema
    hidden: Table | None
    predictions: Columns
    labels: Columns

    def _grade(self, given: Mapping[str, int]) -> None:
        started = time.monotonic()
        with os.fdopen(given["submission"], "rb") as file:
            text = file.read().decode("utf-8", "surrogatepass")
        try:
            with interrupted_at(started + self._order.load_seconds):
                ids = self.hidden.ids if self.hidden is not None else None
                table = read_table(text, id_column=self.schema.id, columns=self.schema.columns, ids=ids)
                table = table if ids is None else table.in_order_of(ids)
        except TableRefused as refused:
            self._refuse(refused.findings)
        except TestOverran:
            self._refuse((Finding(key="table-too-slow", values={"limit_seconds": self._order.load_seconds}),))
        self.predictions = Columns.of(table)
        classes = classes_of(self.schema.labels.columns or self.schema.columns)
        self.labels = Columns.of(self.hidden, classes) if self.hidden is not None else Columns(ids=(), arrays={})
        self._send({"event": "loaded", "seconds": time.monotonic() - started})
        self._desk = Desk(NoSession(), self._nobody, visible=self._visible)
        self._run_all(self._desk)

    def _nobody(self) -> Any:
        raise author_mistake("in mode predictions there is no student: no code of theirs runs")
