"""Starts an RQ worker with our settings. Never under gevent: a fork and a patched hub do not go together."""

import gc
import importlib
import resource
import sys
from functools import lru_cache

import psutil
from rq import Worker

from gotv.config import load_settings, require
from gotv.house import House, open_house
from gotv.logs import set_up_logs
from gotv.queues import EVERY_JOB, EVERY_QUEUE, queue, valkey

# A register import may take its time; a teller's number may not.
STATEMENT_TIMEOUT_MS = 120_000


@lru_cache
def house_of_job() -> House:
    """The house as a job sees it, with a connection of its own: each job runs in a fork of the worker."""
    settings = load_settings()
    bound_memory(settings.job_memory_mb)
    return open_house(settings, pool_size=2, statement_timeout_ms=STATEMENT_TIMEOUT_MS)


def bound_memory(megabytes: int) -> None:
    """This process, a job's own, gets so much more memory and then a MemoryError, not the whole machine's."""
    most = psutil.Process().memory_info().vms + megabytes * 1024 * 1024
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def quiet_the_collector() -> None:
    """What was loaded at start lives for ever, and a job's own process lives for one job: there is nothing to collect.

    With the collector at work making a seat's lists takes nearly half as long again.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


def main() -> None:
    if "gevent" in sys.modules:
        raise RuntimeError("The worker must not run under gevent")
    settings = require(load_settings())
    set_up_logs(json=settings.json_logs)
    # Loaded once here, so that not every fork has to load them for its one job.
    for job in EVERY_JOB:
        importlib.import_module(job.rpartition(".")[0])
    queues = [queue(name, settings.redis_url) for name in EVERY_QUEUE]
    # Patience above RQ's own blocking wait, else every idle worker would reconnect all day.
    connection = valkey(settings.redis_url, patience_seconds=60)
    worker = Worker(queues, connection=connection, serializer="json", worker_ttl=30, maintenance_interval=15)
    quiet_the_collector()
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
