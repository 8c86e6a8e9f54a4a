"""Who did what, to which subject, when: lines that are only ever added.

Whoever changes something at a person's word says so here, in the transaction of the change: ``trail.record(...)``. The
model refuses to change or delete a line, and so does the database itself, by triggers (``triggers``): a mistaken query
cannot rewrite what happened. It stands on the lowest floor that has a database, so that every floor above may use it.
"""
