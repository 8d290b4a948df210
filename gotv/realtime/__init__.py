"""Socket.IO: parse, call, acknowledge. Only `broadcast` emits."""

from flask_socketio import SocketIO

from gotv.house import House
from gotv.realtime import committee_room, knocking, telling


def register_events(socketio: SocketIO, home: House) -> None:
    telling.register(socketio.server, home)
    knocking.register(socketio.server, home)
    committee_room.register(socketio, home)
