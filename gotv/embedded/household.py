"""The whole house on one machine: PostgreSQL, Valkey, web, worker and timekeeper, watched and restarted."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from gotv.clock import WALL, Clock
from gotv.config import Settings, kept_secret
from gotv.embedded.postgres import EmbeddedPostgres
from gotv.embedded.valkey import EmbeddedValkey
from gotv.store.migrate import migrate

WEB, WORKER, TIMEKEEPER = "web", "worker", "timekeeper"
STARTS_WITHIN_SECONDS = 30


class Household:
    """Starts and watches our processes. Each is known by its name and, for the fault tests, by its process id."""

    def __init__(self, home: Path, *, port: int, public_url: str = "") -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.clock = WALL
        self.public_url = public_url or f"http://127.0.0.1:{port}"
        self.postgres = EmbeddedPostgres(self.home / "postgres")
        self.valkey = EmbeddedValkey(self.home / "valkey")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.closing = False
        # Between the watcher, who starts what died, and the one who closes the house: else one outlives the other.
        self.door = threading.Lock()
        self.settings = Settings(home=self.home)
        self.owns_postgres = False

    def start_servers(self) -> Settings:
        """PostgreSQL and Valkey, with the schema brought up to date. Returns the settings that reach them.

        Raises RuntimeError when the port is taken.
        """
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.settings.host, self.port))
            except OSError:
                raise RuntimeError(f"Port {self.port} is taken. Choose another with --port.") from None
        self.owns_postgres = not self.settings.database_url
        database_url = self.settings.database_url or self.postgres.start()
        redis_url = self.settings.redis_url or self.valkey.start()
        (self.home / "valkey.url").write_text(redis_url)
        (self.home / "public.url").write_text(self.public_url)
        migrate(self.settings.owner_url or database_url)
        self.settings = Settings(
            database_url=database_url,
            redis_url=redis_url,
            secret_key=self.settings.secret_key.get_secret_value() or kept_secret(self.home),
            home=self.home,
            public_url=self.public_url,
            port=self.port,
            clock=str(self.clock),
        )
        return self.settings

    def start(self) -> Settings:
        """Everything. Returns when the web process answers."""
        self.start_servers()
        return self.start_processes()

    def start_processes(self, clock: Clock = WALL) -> Settings:
        """Web, worker and timekeeper, all by the same clock."""
        self.clock = clock
        self.settings = self.settings.model_copy(update={"clock": str(clock)})
        for name in (WEB, WORKER, TIMEKEEPER):
            self.start_process(name)
        self.wait_for_web()
        return self.settings

    def start_process(self, name: str) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self._words(name), env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )

    def _words(self, name: str) -> list[str]:
        if name == WORKER:
            return [sys.executable, "-m", "workers.worker"]
        if name == TIMEKEEPER:
            return [sys.executable, "-m", "workers.timekeeper"]
        return [
            *(sys.executable, "-m", "gunicorn", "-c", "python:gotv.server"),
            *("-b", f"{self.settings.host}:{self.port}", "gotv.app:web_process()"),
        ]

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        return os.environ | {
            "GOTV_DATABASE_URL": settings.database_url,
            "GOTV_REDIS_URL": settings.redis_url,
            "GOTV_SECRET_KEY": settings.secret_key.get_secret_value(),
            "GOTV_HOME": str(self.home),
            "GOTV_PUBLIC_URL": self.public_url,
            "GOTV_CLOCK": str(self.clock),
            "GOTV_WEB_PROCESSES": str(settings.web_processes),
        }

    def wait_for_web(self) -> None:
        """Raises RuntimeError with the end of the log if the web process does not come up."""
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.processes[WEB].poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"The web process did not start:\n{(self.home / 'web.log').read_text()[-3000:]}")

    def watch(self, stop: threading.Event) -> None:
        """Restart whatever dies, until told to stop or the house closes."""
        while not stop.wait(1):
            with self.door:
                if self.closing:
                    return
                for name, process in list(self.processes.items()):
                    if process.poll() is not None:
                        self.start_process(name)

    def stop(self) -> None:
        """End what this household started, the servers last."""
        with self.door:
            self.closing = True
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.processes.clear()
        self.valkey.stop()
        if self.owns_postgres:
            self.postgres.stop()
