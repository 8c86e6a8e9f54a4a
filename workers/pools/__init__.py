"""The platform's side of the queue: jobs, pools, workers, and the dispatcher that gives work out.

Theory of operation. The database is the truth; what lies in Valkey may vanish at any moment and costs time, never work.

- Whoever wants something graded calls ``jobs.enqueue`` in their own transaction and registers a handler for the end.
- The one ``dispatcher`` process claims waiting jobs for free slots (``dispatch``, in the order of ``ordering``), sends
  each to its worker's Celery queue, and reads what nodes say (``inbox``, ``post``). Who speaks is known by the stream.
- A try is one delivery. It belongs to whom the job's token says; heartbeats extend its lease, silence loses it
  (``leases``), one report ends it (``reports``, ``recording``).
- A node may be hostile: its user in Valkey reaches its own keys only (``access``), its messages are parsed strictly,
  and one that floods or babbles is quarantined.
- ``live`` carries what pages show while something runs. Losing it changes no grade.

Every change of a job is a guarded update whose row count is checked: two dispatchers at once would be harmless.
"""
