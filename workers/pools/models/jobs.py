"""A job: one piece of work for a pool."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from workers.pools.models.machines import Worker, WorkerPool


class Lane(models.IntegerChoices):
    """What goes first: the lower number."""

    RUN = 0, _("run")
    SUBMIT = 1, _("submit")
    COMPETITION = 2, _("competition")
    REGRADE = 3, _("regrade")
    CHECK = 4, _("check")


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")  #: on its way to a worker; the lease runs
    RUNNING = "running", _("running")  #: the worker has named it in a heartbeat
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    GAVE_UP = "gave_up", _("given up")  #: the platform could not grade it; costs no attempt


IN_FLIGHT = (JobState.SENT, JobState.RUNNING)
ENDED = (JobState.DONE, JobState.CANCELLED, JobState.GAVE_UP)


#: Earlier than any lease: "has a lease" as a range, which an index answers on every database.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class JobQuerySet(models.QuerySet["Job"]):
    """Reads that look at the few jobs that matter now, through small indexes, however many have ended."""

    def queued(self) -> JobQuerySet:
        return self.filter(ended=None, state=JobState.QUEUED)

    def in_flight(self) -> JobQuerySet:
        return self.filter(ended=None, state__in=IN_FLIGHT)

    def held(self) -> JobQuerySet:
        """Those for which a worker may hold a slot: cancelled ones, too, until it has said that the student is dead."""
        return self.filter(lease_until__gt=LONG_AGO)

    def owed(self) -> JobQuerySet:
        """Those that were given up: their grades are owed. A trial of a worker is nobody's grade."""
        return self.filter(state=JobState.GAVE_UP, ended__isnull=False, pinned=None)


class Job(models.Model):
    """One piece of work for a pool, whoever asked. Changed only by guarded updates whose row count is checked.

    A *try* is one delivery. ``lease_until`` is set as long as a worker may hold a slot for the job: also for a
    cancelled one, until the worker says that the student is dead or the lease has lapsed.
    """

    kind = models.CharField(max_length=32)  #: which registered handler hears of the end
    owner = models.CharField(max_length=64)  #: opaque here, e.g. "submission:12"
    account = models.CharField(max_length=64)  #: whose share of the pool it uses
    group = models.CharField(max_length=64, blank=True)  #: whose quota it uses besides, e.g. "cohort:3"
    pool = models.ForeignKey(WorkerPool, models.PROTECT, related_name="jobs")
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.QUEUED)
    bundle = models.CharField(max_length=64)
    files = models.JSONField()
    tests = models.CharField(max_length=8, choices=[("hidden", "hidden"), ("visible", "visible")])
    seed = models.BigIntegerField(null=True)  #: a regrade's, see ``Report.seed``; NULL: a fresh secret one
    report = models.JSONField(null=True)  #: NULL: not ended
    due = models.DateTimeField(null=True)  #: the deadline that its owner hurries for; NULL: none

    # What a worker must have to take it.
    device = models.CharField(max_length=8, default="cpu")
    runtime = models.CharField(max_length=32, default="torch")
    memory_mb = models.PositiveIntegerField(default=0)  #: of the device
    data = models.JSONField(default=list)  #: names of data sets
    pinned = models.ForeignKey(Worker, models.CASCADE, null=True, related_name="+")  #: NULL: any worker will do
    avoid = models.JSONField(default=list)  #: nodes on which a try of it failed or died; others are tried first

    # What the order goes by, and what it is charged.
    work = models.CharField(max_length=160, blank=True)  #: jobs of one ``work`` take about as long; see ``RunTime``
    estimated_seconds = models.FloatField(default=5.0)  #: device-seconds
    tag = models.FloatField(default=0.0)  #: virtual time at which it should start: the lower is first
    max_seconds = models.FloatField(default=3600.0)  #: a try that runs longer than this is taken away
    used_seconds = models.FloatField(default=0.0)  #: how long its tries held a slot, all together
    again_seconds = models.FloatField(null=True)  #: for which the same would hold a slot again; see ``timings.again``

    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="jobs")  #: of the current try
    try_number = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)  #: of the current try; empty: none was made yet
    lease_until = models.DateTimeField(null=True)  #: NULL: no worker holds a slot for it
    errors = models.PositiveSmallIntegerField(default=0)  #: tries that ended in platform_error
    deaths = models.PositiveSmallIntegerField(default=0)  #: workers that died while they ran nothing but this
    lost = models.PositiveSmallIntegerField(default=0)  #: tries lost without fault of the job
    first_lost = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)  #: NULL: may start at once; set after a platform error

    created = models.DateTimeField(auto_now_add=True)
    requeued = models.DateTimeField(null=True)  #: when an administrator gave it a fresh start; NULL: never
    sent = models.DateTimeField(null=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [
            models.Index(fields=["pool", "lane", "tag", "id"], condition=models.Q(state="queued"), name="job_order"),
            models.Index(fields=["lease_until"], condition=models.Q(lease_until__isnull=False), name="job_held"),
            models.Index(fields=["worker"], condition=models.Q(lease_until__isnull=False), name="job_slots"),
            models.Index(fields=["pool", "state", "account"], condition=models.Q(ended=None), name="job_open"),
            models.Index(fields=["pool", "ended"], condition=models.Q(state="gave_up"), name="job_owed"),
            models.Index(fields=["pool", "ended"], name="job_ended"),
            models.Index(fields=["pool", "account", "created"], name="job_account"),
            models.Index(fields=["token"], name="job_token"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED
