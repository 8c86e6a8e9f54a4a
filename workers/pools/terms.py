"""The numbers that the platform's side of the queue goes by."""

from __future__ import annotations

from datetime import timedelta

from workers.messages import LEASE_SECONDS

#: A worker that is silent for this long has lost its tries.
LEASE = timedelta(seconds=LEASE_SECONDS)

#: How often a report of ``platform_error`` is answered by another try.
MAX_ERRORS = 3

#: After this many deaths of workers that ran nothing else a job runs alone; after one more it is given up.
SUSPECT_DEATHS = 2
MAX_DEATHS = 3

#: Tries lost without fault of the job: this many, or this long after the first, and it is given up.
MAX_LOST = 20
MAX_LOST_TIME = timedelta(hours=1)
