"""What is counted: whose turn it is, how long work takes, who has used how much, what the machines did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from workers.pools.models.jobs import Lane
from workers.pools.models.machines import Worker, WorkerPool


class Share(models.Model):
    """How far an account's virtual time in a lane of a pool has come; no row: not farther than the lane's own."""

    pool = models.ForeignKey(WorkerPool, models.CASCADE, related_name="shares")
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    account = models.CharField(max_length=64)
    finish = models.FloatField()  #: the tag of its next job, unless the lane's clock is later

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [models.UniqueConstraint(fields=["pool", "lane", "account"], name="one_share_a_lane")]

    def __str__(self) -> str:
        return f"{self.account} {self.finish:.1f}"


class RunTime(models.Model):
    """How long jobs of one ``work`` hold a slot of a pool. Trials of workers are a work, too."""

    pool = models.ForeignKey(WorkerPool, models.CASCADE, related_name="run_times")
    work = models.CharField(max_length=160)
    count = models.PositiveIntegerField()
    mean = models.FloatField()  #: seconds; the latest jobs count most

    class Meta:
        verbose_name = _("run time")
        verbose_name_plural = _("run times")
        constraints = [models.UniqueConstraint(fields=["pool", "work"], name="one_run_time_a_work")]

    def __str__(self) -> str:
        return f"{self.work}: {self.mean:.2f} s"


class Usage(models.Model):
    """Device-seconds that an account or a group has used in a pool on one day (UTC); what quotas are counted from."""

    pool = models.ForeignKey(WorkerPool, models.CASCADE, related_name="usage")
    who = models.CharField(max_length=64)  #: an account or a group
    day = models.DateField()
    seconds = models.FloatField(default=0.0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [models.UniqueConstraint(fields=["pool", "who", "day"], name="one_usage_a_day")]

    def __str__(self) -> str:
        return f"{self.who} {self.day}: {self.seconds:.0f} s"


class Sample(models.Model):
    """What a pool (``worker`` NULL) or one of its workers did at a moment; kept for a day, see ``sampling``."""

    pool = models.ForeignKey(WorkerPool, models.CASCADE, related_name="samples")
    worker = models.ForeignKey(Worker, models.CASCADE, null=True, related_name="samples")
    at = models.DateTimeField()
    waiting = models.PositiveIntegerField(default=0)  #: of the pool; 0 for a worker
    running = models.PositiveIntegerField(default=0)
    slots = models.PositiveIntegerField(default=0)
    utilisation = models.FloatField(null=True)  #: 0 to 1, of the devices; NULL: unknown
    used_mb = models.PositiveIntegerField(null=True)
    memory_mb = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        indexes: ClassVar = [models.Index(fields=["pool", "worker", "at"], name="sample_series")]

    def __str__(self) -> str:
        return f"{self.pool} {self.at:%H:%M:%S}: {self.running} of {self.slots}"
