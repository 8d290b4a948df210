"""TLS in front of a port on loopback, with a certificate made for the test: what the proxy does on a real host."""

import asyncio
import contextlib
import queue
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def certificate_in(folder: Path, days: int = 30) -> tuple[Path, Path]:
    """A certificate for ``localhost`` that nobody else trusts, and its key."""
    assert shutil.which("openssl"), "openssl is needed to make a certificate"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
         "-days", str(days), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@contextmanager
def tls_front(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Passes on to ``port`` what comes in over TLS. Gives the port that it listens on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    up: queue.Queue[tuple[int, Callable[[], object]]] = queue.Queue()

    async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while content := await source.read(65_536):
                sink.write(content)
                await sink.drain()
        sink.close()

    async def connected(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(near, forth), pipe(far, back))

    async def serve() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        up.put((server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(over.set)))
        await over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    listens, end = up.get(timeout=10)
    yield listens
    end()
    thread.join(10)
