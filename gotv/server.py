"""How gunicorn runs the web processes: ``gunicorn -c python:gotv.server -b HOST:PORT "gotv.app:web_process()"``.

Several processes on one port know nothing of each other but what PostgreSQL tells them, and may as well run on several
hosts: a phone or a board may be at any of them.
"""

import os
import tempfile
from typing import Any

from gotv.config import load_settings

workers = load_settings().web_processes
worker_class = "gevent"
# Requests under way in one process; phones and boards are counted apart (GOTV_MOST_CONNECTIONS).
worker_connections = 1_000
# The queue before the door: a crowd that comes back at once knocks on it, and is not sent away.
backlog = 4_096
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True

if workers > 1:
    # Where the figures of all processes meet, so that /metrics of any one tells them all.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="gotv-figures-"))


def child_exit(_server: Any, worker: Any) -> None:
    """What a process that has ended had open is open no more."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
