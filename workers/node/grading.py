"""One order: from the message to the report in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import redis

from graders.exercise import ExerciseInvalid
from graders.report import Outcome, Report
from workers.logs import bound
from workers.messages import MAX_MESSAGE_BYTES, MessageInvalid, Order, ReportMessage
from workers.node.bundles import BundleCache, BundleMissing, BundleWrong
from workers.node.devices import Devices
from workers.node.engine import GradingEngine
from workers.node.events import Flusher, Funnel
from workers.node.link import Link
from workers.node.tries import Begin, Tries
from workers.ungraded import ungraded

log = logging.getLogger(__name__)


class Grader:
    """Grades orders in the threads that call it. It may be called from ``slots`` threads at once."""

    def __init__(
        self, engine: GradingEngine, *, bundles: BundleCache, link: Link, tries: Tries, devices: Devices
    ) -> None:
        self._engine, self._devices = engine, devices
        self._bundles, self._link, self._tries = bundles, link, tries
        self._flusher = Flusher()

    def close(self) -> None:
        self._flusher.stop()

    def take(self, payload: Mapping[str, Any]) -> None:
        """Grade an order and report, whatever happens: an order that was begun has a report."""
        try:
            order = Order.parse(payload)
        except MessageInvalid as error:
            log.error("an order is none: %s", error)
            return
        with bound(job=order.job, try_number=order.try_number, node=self._link.node):
            self._take(order)

    def _take(self, order: Order) -> None:
        begin = self._tries.begin(order.token)
        log.info("job %d try %d: %s", order.job, order.try_number, begin)
        if begin == Begin.START:
            self._link.beat()
            self._report(order, self._graded(order))
        elif begin == Begin.UNWANTED:  # said aloud, so that the slot is free at once
            self._report(order, ungraded(Outcome.CANCELLED, "the order was no longer wanted"))

    def _report(self, order: Order, report: Report) -> None:
        message = ReportMessage(worker=self._link.worker, token=order.token, report=report.to_dict())
        if len(message.to_json()) > MAX_MESSAGE_BYTES:
            small = ungraded(Outcome.PLATFORM_ERROR, "the report is too large to send")
            message = message.model_copy(update={"report": small.to_dict()})
        self._link.report(message)
        log.info("job %d try %d: %s", order.job, order.try_number, report.outcome)

    def _with_driver(self, report: Report) -> Report:
        """Write down which driver the device had that graded: the engine sees the device, NVML its driver."""
        provenance = report.provenance
        if provenance.device == "cpu" or provenance.driver:
            return report
        return replace(report, provenance=replace(provenance, driver=self._devices.read().driver[:200]))

    def _graded(self, order: Order) -> Report:
        if not self._link.in_contact:
            return ungraded(Outcome.CANCELLED, "the node had lost contact")
        funnel = Funnel(order.token, self._link.send_events)

        def on_event(event: dict[str, Any]) -> None:
            if funnel.take(event):
                self._flusher.wake(funnel)

        try:
            exercise = self._bundles.exercise(order.bundle)
            report = self._engine.grade(
                exercise, order.files, tests=order.tests, key=order.token, seed=order.seed, on_event=on_event
            )
            return self._with_driver(report)
        except (BundleMissing, redis.RedisError) as error:  # the broker's fault: the try is lost and nobody to blame
            log.warning("job %d: its bundle cannot be had now: %s", order.job, error)
            return ungraded(Outcome.CANCELLED, "the exercise's bundle could not be had")
        except (BundleWrong, OSError) as error:
            log.error("job %d: its bundle cannot be used: %s", order.job, error)
            return ungraded(Outcome.PLATFORM_ERROR, "the exercise's bundle could not be used")
        except ExerciseInvalid as error:
            log.error("job %d: its exercise is broken: %s", order.job, error)
            return ungraded(Outcome.EXERCISE_ERROR, "the exercise is broken")
        except Exception:  # outermost for a try: whatever fails here is ours, and the student must hear of it
            log.exception("job %d try %d: the engine failed", order.job, order.try_number)
            return ungraded(Outcome.PLATFORM_ERROR, "the engine failed")
        finally:
            funnel.flush(final=True)
