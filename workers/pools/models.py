"""Jobs, pools, nodes and workers. The database is the truth; what lies in Valkey is a hint that may vanish."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class PoolState(models.TextChoices):
    ON = "on", _("on")
    DRAINING = "draining", _("draining")  #: finishes what runs, takes nothing new, until somebody resumes it
    PAUSED = "paused", _("paused")


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


class WorkerPool(models.Model):
    """Machines of one kind, and the queue in front of them."""

    name = models.SlugField(_("name"), max_length=48, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    device = models.CharField(
        _("device"), max_length=8, default="cpu", choices=[("cpu", _("CPU")), ("cuda", _("GPU (CUDA)"))]
    )
    state = models.CharField(_("state"), max_length=8, choices=PoolState.choices, default=PoolState.ON)

    class Meta:
        verbose_name = _("worker pool")
        verbose_name_plural = _("worker pools")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title or self.name


class Node(models.Model):
    """A grading machine that may connect. Only the hash of its password is kept: Valkey takes hashes."""

    name = models.CharField(_("name"), max_length=48, unique=True)
    pool = models.ForeignKey(WorkerPool, models.PROTECT, related_name="nodes", verbose_name=_("pool"))
    password_sha256 = models.CharField(_("password hash"), max_length=64, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    quarantined = models.DateTimeField(_("quarantined"), null=True, blank=True)  #: NULL: trusted with work
    quarantine_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """One Celery process with its engine on a node, as its heartbeats describe it. A restart is a new worker."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="workers", verbose_name=_("node"))
    name = models.CharField(_("name"), max_length=32, unique=True)  #: random, chosen by the worker at its start
    slots = models.PositiveSmallIntegerField(_("slots"), default=1)
    device = models.CharField(_("device"), max_length=16, default="cpu")
    rung = models.CharField(_("isolation"), max_length=32, blank=True)  #: empty: cannot grade, see ``reasons``
    reasons = models.JSONField(_("why it cannot grade"), default=list, blank=True)
    runtimes = models.JSONField(_("runtimes"), default=list, blank=True)
    versions = models.JSONField(_("versions"), default=dict, blank=True)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))
    gone = models.DateTimeField(_("gone"), null=True, blank=True)  #: NULL: thought to be alive
    leaving = models.BooleanField(_("leaving"), default=False)  #: it ends what runs and takes nothing new

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ("node__name", "first_seen")
        indexes: ClassVar = [models.Index(fields=["last_seen"], condition=models.Q(gone=None), name="worker_alive")]

    def __str__(self) -> str:
        return f"{self.node}/{self.name}"


class Bundle(models.Model):
    """What a node needs to grade an exercise, content-addressed: tests and data, never a solution."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    stored = models.DateTimeField(auto_now=True)  #: last: one that is being published again is not forgotten

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")

    def __str__(self) -> str:
        return self.digest


class Job(models.Model):
    """One piece of work for a pool, whoever asked. Changed only by guarded updates whose row count is checked.

    A *try* is one delivery. ``lease_until`` is set as long as a worker may hold a slot for the job: also for a
    cancelled one, until the worker says that the student is dead or the lease has lapsed.
    """

    kind = models.CharField(max_length=32)  #: which registered handler hears of the end
    owner = models.CharField(max_length=64)  #: opaque here, e.g. "submission:12"
    account = models.CharField(max_length=64)  #: whose share of the pool it uses
    pool = models.ForeignKey(WorkerPool, models.PROTECT, related_name="jobs")
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.QUEUED)
    bundle = models.CharField(max_length=64)
    files = models.JSONField()
    tests = models.CharField(max_length=8, choices=[("hidden", "hidden"), ("visible", "visible")])
    estimated_seconds = models.FloatField(default=5.0)
    report = models.JSONField(null=True)  #: NULL: not ended

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
    sent = models.DateTimeField(null=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [
            models.Index(fields=["pool", "lane", "id"], condition=models.Q(state="queued"), name="job_queue"),
            models.Index(fields=["worker"], condition=models.Q(lease_until__isnull=False), name="job_slots"),
            models.Index(fields=["token"], name="job_token"),
            models.Index(fields=["account", "ended"], name="job_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class DispatcherLease(models.Model):
    """Which dispatcher works. There is one row; another dispatcher waits until ``until`` has passed."""

    name = models.CharField(max_length=16, primary_key=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("dispatcher lease")
        verbose_name_plural = _("dispatcher leases")

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
