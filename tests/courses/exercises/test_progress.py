"""Bars of what is done, from the node to the page: the latest of each, and nothing but words and numbers."""

from __future__ import annotations

from courses.exercises.streaming import shown_event
from workers.messages import Event
from workers.node.events import Funnel


def test_only_the_latest_of_each_bar_goes_on() -> None:
    sent: list[Event] = []
    funnel = Funnel("0" * 32, sent.extend)
    for done in range(5):
        assert funnel.take({"kind": "progress", "label": "training", "done": float(done), "total": 5.0})
    assert funnel.take({"kind": "progress", "label": "testing", "done": 1.0, "total": 0.0})
    assert not funnel.take({"kind": "progress", "label": "x" * 200, "done": 1.0, "total": 0.0})
    funnel.flush(final=True)
    shown = [shown_event(event.event.model_dump(), {}, is_run=True) for event in sent]
    assert shown == [
        {"kind": "progress", "label": "training", "done": 4.0, "total": 5.0},
        {"kind": "progress", "label": "testing", "done": 1.0, "total": 0.0},
    ]
