"""Pools, the machines in them, and what those are given to grade with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class PoolState(models.TextChoices):
    ON = "on", _("on")
    DRAINING = "draining", _("draining")  #: gives nothing out, and is paused as soon as nothing runs any more
    PAUSED = "paused", _("paused")


class Health(models.TextChoices):
    """Whether a worker is trusted with students' work."""

    OK = "ok", _("healthy")
    CANARY = "canary", _("on trial")  #: it gets nothing until it has graded our own submission as it should
    QUARANTINED = "quarantined", _("quarantined")  #: with its node, until an administrator releases it


class WorkerPool(models.Model):
    """Machines of one kind, and the queue in front of them."""

    name = models.SlugField(_("name"), max_length=48, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    device = models.CharField(
        _("device"), max_length=8, default="cpu", choices=[("cpu", _("CPU")), ("cuda", _("GPU (CUDA)"))]
    )
    state = models.CharField(_("state"), max_length=8, choices=PoolState.choices, default=PoolState.ON)
    #: NULL: as many jobs at once as its workers have slots.
    slots = models.PositiveIntegerField(_("most jobs at once"), null=True, blank=True)
    memory_mb = models.PositiveIntegerField(_("device memory of a slot in MB"), default=0)  #: 0: unknown
    runtimes = models.JSONField(_("runtimes"), default=list, blank=True)  #: what it should have; empty: its workers'
    closed_lanes = models.JSONField(_("closed lanes"), default=list, blank=True)  #: numbers of lanes that wait
    #: Limits for one account; NULL: none.
    in_flight_each = models.PositiveIntegerField(_("jobs of one account at once"), null=True, blank=True)
    hourly_each = models.PositiveIntegerField(_("submissions of one account an hour"), null=True, blank=True)
    #: Device-seconds in ``quota_days``, for an account and for a group (a cohort); NULL: no quota.
    quota_seconds = models.PositiveIntegerField(_("device-seconds of one account"), null=True, blank=True)
    group_quota_seconds = models.PositiveIntegerField(_("device-seconds of a cohort"), null=True, blank=True)
    quota_days = models.PositiveSmallIntegerField(_("days that quotas look back"), default=7)
    canary_minutes = models.PositiveSmallIntegerField(_("minutes between trials of a worker"), default=30)  #: 0: none
    clocks = models.JSONField(default=dict, editable=False)  #: {lane: virtual time of the job that was given out last}
    served = models.DateTimeField(null=True, editable=False)  #: when a worker of it could last take work; NULL: never

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
    quarantine_reason = models.JSONField(_("reason"), default=dict, blank=True)  #: see ``faults``
    shut_out = models.BooleanField(_("shut out"), default=False)  #: it may not even connect: it has misbehaved
    draining = models.BooleanField(_("draining"), default=False)  #: its workers end what runs and get nothing new
    slots = models.PositiveSmallIntegerField(_("most jobs at once"), null=True, blank=True)  #: NULL: as it offers
    #: Tries that failed on it since it last graded one, {"job.try": account}: see ``health``.
    failures = models.JSONField(default=dict, editable=False)

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
    versions = models.JSONField(_("versions"), default=dict, blank=True)  #: engine, python, torch, cuda, driver …
    data = models.JSONField(_("data sets"), default=list, blank=True)  #: names of the data sets that lie on it
    #: Each {"name", "memory_mb", "used_mb", "utilisation"}, from NVML; empty: no device, or nobody can ask it.
    devices = models.JSONField(_("devices"), default=list, blank=True)
    free_mb = models.PositiveIntegerField(_("free device memory in MB"), null=True, blank=True)  #: NULL: unknown
    utilisation = models.FloatField(_("utilisation"), null=True, blank=True)  #: 0 to 1, mean of its devices
    health = models.CharField(_("health"), max_length=12, choices=Health.choices, default=Health.OK)
    health_reason = models.JSONField(_("why"), default=dict, blank=True)  #: see ``faults``
    health_since = models.DateTimeField(_("since"), null=True, blank=True)
    canary_at = models.DateTimeField(_("next trial"), null=True, blank=True)  #: NULL: none is due
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
