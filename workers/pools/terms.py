"""The numbers that the platform's side of the queue goes by."""

from __future__ import annotations

from datetime import timedelta

from workers.messages import LEASE_SECONDS

#: A worker that is silent for this long has lost its tries.
LEASE = timedelta(seconds=LEASE_SECONDS)

#: After each report of ``platform_error`` comes another try, this much later; when they are used up, the end.
ERROR_PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=20))

#: After this many deaths of workers that ran nothing else a job runs alone; after one more it is given up.
SUSPECT_DEATHS = 2
MAX_DEATHS = 3

#: Tries lost without fault of the job: this many, or this long after the first, and it is given up.
MAX_LOST = 20
MAX_LOST_TIME = timedelta(hours=1)

#: How long a dispatcher that is silent keeps another one waiting, and how often it renews.
DISPATCHER_LEASE = timedelta(seconds=5)

#: A dispatcher that consumed nothing for this many seconds has had a gap: it then lets no lease lapse for one lease.
GAP_SECONDS = 5.0

#: What a node may send before it is quarantined: messages and bad messages in ten seconds, entries and bytes unread.
MAX_RATE = 4000
MAX_INVALID = 20
MAX_UNREAD = 5000
MAX_UNREAD_BYTES = 256 * 1024 * 1024
#: So many keys of one node are looked at; it needs a few for each of its workers. All of them together may be as large
#: as what is unread, and are looked at when the server's memory has grown by so much.
MAX_KEYS = 1000
LOOK_BYTES = 64 * 1024 * 1024

#: Workers of one node that may be alive at once.
MAX_WORKERS = 16

#: What of one try's live events is passed on.
MAX_LIVE_BYTES = 2 * 1024 * 1024

#: A node on which so many jobs failed, and none was graded since, is out of service; so is one whose trial failed.
MAX_FAILURES = 3

#: How long a trial of a worker may take: a cold disk gives a runtime slowly.
TRIAL_SECONDS = 180.0

#: A trial that ends in ``platform_error`` is tried once more.
TRIAL_ERRORS = 1

#: The bounds of the states. SENT ends with its lease, CANCELLED frees its slot with it, RUNNING has a bound of its own
#: in each job; whoever waits longer than this is given up, with the attempt back, and owed.
MAX_QUEUED = timedelta(days=3)

#: Administrators are told of a job that waits longer than this although a worker could take it.
LONG_QUEUED = timedelta(minutes=30)
