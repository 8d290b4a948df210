"""Every queue has a worker, and every name that is enqueued exists."""

import ast
import importlib
import inspect
from pathlib import Path

from gotv import queues
from workers import worker


def test_every_queue_has_a_worker() -> None:
    assert set(queues.EVERY_JOB.values()) <= set(queues.EVERY_QUEUE)
    assert "EVERY_QUEUE" in inspect.getsource(worker.main)


def test_every_enqueued_name_is_a_job_that_says_why_it_may_run_twice() -> None:
    for dotted in queues.EVERY_JOB:
        module, _, name = dotted.rpartition(".")
        job = getattr(importlib.import_module(module), name)
        assert "twice" in (inspect.getdoc(job) or ""), dotted


def test_a_job_is_one_call() -> None:
    for dotted in queues.EVERY_JOB:
        path = Path(importlib.import_module(dotted.rpartition(".")[0]).__file__ or "")
        for function in [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]:
            assert len(function.body) <= 4, f"{function.name} in {path.name} does more than call"


def test_jobs_travel_as_json_never_as_pickles() -> None:
    assert queues.queue(queues.LISTS, "redis://127.0.0.1:1/0").serializer.__name__ == "JSONSerializer"


def test_the_worker_does_not_run_under_gevent() -> None:
    assert "gevent" in inspect.getsource(worker.main)
