"""JSON for frames and answers: orjson, which also writes times as ISO 8601."""

from typing import Any

import orjson
from flask.json.provider import JSONProvider
from socketio.packet import Packet


class Packing:
    """The module-like object that python-socketio takes as its ``json``."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return orjson.loads(text)


class TextPacket(Packet):  # type: ignore[misc]
    """A Socket.IO packet that is never searched for binary attachments: nothing we send or take has any."""

    uses_binary_events = False


class FlaskPacking(JSONProvider):
    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)
