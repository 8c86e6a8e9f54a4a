"""A grading machine: ``python -m workers.node``. No Django, no database password; it reaches Valkey and nothing else.

One process holds one engine and as many slots as its configuration says. Its threads:

- Celery takes orders from this worker's own queue; each is graded in one of ``slots`` threads (``grading``).
- ``link`` says every two seconds which tries are alive and hears what the platform answers. Without an answer for two
  thirds of the lease, by the monotonic clock, it ends all students: the platform may be giving their work to others.
- ``events`` sends what pages may show, bounded and coalesced.

A report is written to the ``outbox`` before it is sent and stays there until the platform has acknowledged it.
"""
