"""The queue and the machines.

``workers.pools`` is the platform's side: a Django app with jobs, pools, workers and the dispatcher. ``workers.node`` is
what runs on a grading machine: it holds no database password and imports no Django. Between the two stand only the
modules beside this file: ``messages`` (what crosses), ``keys`` (where it lies in Valkey) and ``broker`` (the embedded
server of a single machine).
"""
