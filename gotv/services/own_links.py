"""The link by which somebody changes their own sign-up, and nobody else's."""

import base64
import hmac
import uuid

from gotv.domain.links import digest
from gotv.errors import NotLetIn


def own_token(key: str, contest_id: int, sign_up_id: str) -> str:
    """Who holds it may change this sign-up. It travels in the fragment of an address, and so reaches no log."""
    return f"{contest_id}.{sign_up_id}.{_proof(key, 'sign-up', contest_id, sign_up_id)}"


def own_link(key: str, public_url: str, contest_id: int, sign_up_id: str, contact: str) -> str:
    """As it is sent to somebody. Its token also proves that what is sent to this contact reaches whoever opens it.

    Anybody can sign up with somebody else's address: what lets people in is only shown to who was reached by it.
    """
    reached = _proof(key, "reached", contest_id, sign_up_id, contact)
    return f"{public_url}/come/mine#{own_token(key, contest_id, sign_up_id)}.{reached}"


def was_reached(key: str, token: str, contact: str) -> bool:
    """Whether a genuine token came to its holder by this contact."""
    contest_id, sign_up_id = read_own_token(key, token)
    reached = token.strip().rpartition(".")[2].encode(errors="replace")
    return hmac.compare_digest(_proof(key, "reached", contest_id, sign_up_id, contact).encode(), reached)


def _proof(key: str, *spoken_of: object) -> str:
    return base64.urlsafe_b64encode(digest(key, *spoken_of)[:16]).decode().rstrip("=")


def read_own_token(key: str, token: str) -> tuple[int, str]:
    """The contest and the sign-up that a genuine token speaks of. Raises NotLetIn."""
    parts = token.strip().split(".")
    if len(parts) in (3, 4) and parts[0].isascii() and parts[0].isdecimal() and len(parts[0]) < 10:
        sign_up_id = as_id(parts[1])
        genuine = own_token(key, int(parts[0]), sign_up_id).encode()
        if sign_up_id and hmac.compare_digest(genuine, ".".join(parts[:3]).encode(errors="replace")):
            return int(parts[0]), sign_up_id
    raise NotLetIn("This link is not complete. Open it again from where it was sent to you.")


def as_id(text: str) -> str:
    """As the database writes it; empty when it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
