"""The same Socket.IO stack with a handler that does nothing: what the transport alone can do on this machine, now."""

import sys

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - gevent patches first

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from gotv.realtime.packing import Packing, TextPacket  # noqa: E402

app = Flask("bare")
sockets = SocketIO(
    app,
    async_mode="gevent",
    async_handlers=False,
    manage_session=False,
    transports=["websocket"],
    json=Packing,
    serializer=TextPacket,
)


def connect(_sid: str, _environ: object, _auth: object = None) -> None:
    """Anyone may come in."""


def numbers(_sid: str, sent: list[dict[str, str]]) -> dict[str, object]:
    return {"ok": True, "position": 1, "answers": [{"id": one["id"], "outcome": "marked"} for one in sent]}


sockets.server.on("connect", connect, namespace="/telling")
sockets.server.on("numbers", numbers, namespace="/telling")
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None).serve_forever()
