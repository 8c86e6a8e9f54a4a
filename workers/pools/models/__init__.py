"""Jobs, pools, nodes and workers. The database is the truth; what lies in Valkey is a hint that may vanish."""

from workers.pools.models.jobs import ENDED, IN_FLIGHT, Job, JobState, Lane
from workers.pools.models.ledger import RunTime, Sample, Share, Usage
from workers.pools.models.machines import Bundle, DispatcherLease, Health, Node, PoolState, Worker, WorkerPool

__all__ = [
    "ENDED",
    "IN_FLIGHT",
    "Bundle",
    "DispatcherLease",
    "Health",
    "Job",
    "JobState",
    "Lane",
    "Node",
    "PoolState",
    "RunTime",
    "Sample",
    "Share",
    "Usage",
    "Worker",
    "WorkerPool",
]
