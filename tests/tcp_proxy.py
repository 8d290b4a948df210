"""A TCP proxy between a browser and the house: the mobile network of the tests, cut and slowed at will."""

import contextlib
import socket
import struct
import threading
import time


class TcpProxy:
    """Listens on loopback and passes bytes on. ``cut`` ends every connection and lets nobody in until ``mend``.

    ``deaf``: connections stay open and nothing passes, as when a phone leaves the cell. ``most_bytes``: each connection
    is reset once so many have passed, wherever in a message that is.
    """

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.delay_seconds = 0.0
        self.deaf = False
        self.most_bytes = 0
        self.resets = 0
        self._cut = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        self._cut = True
        for one in list(self._open):
            _hang_up(one)

    def mend(self) -> None:
        self._cut = False

    def close(self) -> None:
        self.cut()
        _hang_up(self._listener)

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._cut:
                _hang_up(near)
            else:
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self.target)
        except OSError:
            _hang_up(near)
            return
        self._open |= {near, far}
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while content := source.recv(65_536):
                passed += len(content)
                if self.deaf:
                    continue  # swallowed: neither end is told
                if self.most_bytes and passed > self.most_bytes:
                    sink.sendall(content[: len(content) // 2])
                    self.resets += 1
                    _reset(source)
                    _reset(sink)
                    break
                # The line is slow: this is the thing under test, not a wait for something to happen.
                time.sleep(self.delay_seconds)
                if self._cut:
                    break
                sink.sendall(content)
        _hang_up(source)
        _hang_up(sink)
        self._open -= {source, sink}


def _reset(one: socket.socket) -> None:
    """End it with a reset instead of a farewell. Whoever waits on it for something to read is woken first."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RD)
        one.close()


def _hang_up(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
