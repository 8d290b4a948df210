"""The Flask extensions, unbound, and the way to the house from inside a request."""

from typing import cast

from flask import current_app
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

from gotv.house import House

# Origin checks stay at their default: the page's own origin only.
socketio = SocketIO()
csrf = CSRFProtect()
compress = Compress()
# Without Valkey the limits are kept by each process for itself: stricter or looser, never a refusal to serve.
limiter = Limiter(
    get_remote_address,
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    headers_enabled=False,
)


def house() -> House:
    return cast(House, current_app.extensions["house"])
