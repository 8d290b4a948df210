"""The frame in which nearly every message comes and goes: one whole text, as RFC 6455 writes it.

`websockets` knows all the others; to have it take these apart as well costs more than what is done with a number.
"""

import struct

from websockets.frames import apply_mask  # type: ignore[attr-defined]

_WHOLE_TEXT = 0x81
_MASKED = 0x80
_MASK_BYTES = 4
# A length byte below these is the length; at the first, two bytes with the length follow; at the second, eight.
_TWO_BYTES, _EIGHT_BYTES = 126, 127


class NotPlain(Exception):
    """What comes next is another kind of frame, or a broken one."""


def read_plain(data: bytes, longest: int) -> tuple[bytes, int] | None:
    """The first text in ``data`` and how many bytes it took; None while it has not come whole. Raises NotPlain."""
    if data[0] != _WHOLE_TEXT:
        raise NotPlain
    if len(data) < 2:
        return None
    length, start = data[1] - _MASKED, 2
    if length == _TWO_BYTES:
        if len(data) < 4:
            return None
        length, start = int.from_bytes(data[2:4]), 4
    elif not 0 <= length < _TWO_BYTES:
        raise NotPlain
    if length > longest:
        raise NotPlain
    text = start + _MASK_BYTES
    end = text + length
    return (apply_mask(data[text:end], data[start:text]), end) if len(data) >= end else None


def write_plain(text: bytes) -> bytes:
    """As a server writes it: with no mask."""
    length = len(text)
    if length < _TWO_BYTES:
        return bytes((_WHOLE_TEXT, length)) + text
    if length < 1 << 16:
        return struct.pack("!BBH", _WHOLE_TEXT, _TWO_BYTES, length) + text
    return struct.pack("!BBQ", _WHOLE_TEXT, _EIGHT_BYTES, length) + text
