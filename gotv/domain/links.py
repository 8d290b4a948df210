"""How a person's link and code are made: derived from the house's secret key, so that they can be printed again.

The link is ``<contest>.<person>.<22 characters>`` (128 bits); it travels in the fragment of an address and so
reaches no log. The typed code is ``<contest>-XXXXX-XXXXX``: ten Crockford base-32 characters (50 bits).
Raising a person's serial makes both worthless.
"""

import base64
import hashlib
import hmac
import re

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What people write for it: the letters that Crockford's alphabet leaves out read as the digits they look like.
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Phones put a long dash where a short one was keyed.
_SEPARATORS = re.compile(r"[\W_]+")
CODE_LENGTH = 10


def digest(key: str, *words: object) -> bytes:
    """A keyed fingerprint of some words (HMAC-SHA-256, 32 bytes)."""
    return hmac.digest(key.encode(), "\x1f".join(map(str, words)).encode(), hashlib.sha256)


def link_token(key: str, contest_id: int, person_id: int, serial: int) -> str:
    proof = base64.urlsafe_b64encode(digest(key, "link", contest_id, person_id, serial)[:16]).decode()
    return f"{contest_id}.{person_id}.{proof.rstrip('=')}"


def read_link_token(token: str) -> tuple[int, int] | None:
    """Contest and person that a token speaks of; whether it is genuine is for the caller to compare."""
    parts = token.strip().split(".")
    if len(parts) != 3 or not (parts[0].isdecimal() and parts[1].isdecimal()):
        return None
    if len(parts[0]) > 9 or len(parts[1]) > 9:
        return None
    return int(parts[0]), int(parts[1])


def typed_code(key: str, contest_id: int, person_id: int, serial: int) -> str:
    number = int.from_bytes(digest(key, "code", contest_id, person_id, serial)[:8])
    letters = "".join(_CROCKFORD[(number >> 5 * n) & 31] for n in range(CODE_LENGTH))
    return f"{contest_id}-{letters[:5]}-{letters[5:]}"


def read_typed_code(text: str) -> tuple[int, str] | None:
    """The contest and the code in its own spelling, forgiving case, spaces, dashes and lookalike letters."""
    words = _SEPARATORS.sub("-", text).strip("-").upper().translate(_LOOKALIKES)
    first, _, rest = words.partition("-") if "-" in words else (words[:-CODE_LENGTH], "", words[-CODE_LENGTH:])
    code = rest.replace("-", "")
    if not first.isdecimal() or len(first) > 9 or len(code) != CODE_LENGTH or not set(code) <= set(_CROCKFORD):
        return None
    return int(first), f"{int(first)}-{code[:5]}-{code[5:]}"
