"""The command of each process of the platform, for the demo's supervisor and for docker-compose.yml alike."""

from __future__ import annotations

#: Arguments behind the interpreter. Uvicorn would wait for ever for open event streams to end; it gets 3 s.
WEB = ("-m", "uvicorn", "courseplatform.asgi:application", "--timeout-graceful-shutdown", "3", "--no-access-log")
#: The platform's own background tasks. Threads, so that the process has no children to lose.
PLATFORM = (
    *("-m", "celery", "-A", "courseplatform.celery", "worker", "--pool", "threads", "--concurrency", "2"),
    *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
)
DISPATCHER = ("manage.py", "dispatcher")
#: What runs on a grading machine. It finds its place in GRADUS_NODE_*.
NODE = ("-m", "workers.node")
