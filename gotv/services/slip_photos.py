"""The photo of a slip: kept as sent, drawn anew by a worker, and shown beside the grid.

Drawing it anew leaves behind whatever else the file held: where and when it was taken, and by which phone.
"""

from io import BytesIO

import structlog
from PIL import Image, ImageOps

from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere, TooMuch
from gotv.services.slips import in_scope
from gotv.store import contests, slip_photos, slips
from gotv.store.database import Database

log = structlog.get_logger()

LARGEST_BYTES = 15 * 1024 * 1024
# The longer side: enough to read pencil on a sheet of A4.
LONGEST_SIDE = 1800
# Phones make pictures of 50 megapixels; what claims to be larger is no photo of a slip.
MOST_PIXELS = 64_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
UNREADABLE = "The photo cannot be read. Take it again, as JPEG, PNG or WebP."


def look_at(content: bytes) -> None:
    """Raises Conflict or TooMuch for what cannot be a photo of ours; whether it can be read a worker finds out."""
    if len(content) > LARGEST_BYTES:
        raise TooMuch(f"The photo is larger than {LARGEST_BYTES // 1024 // 1024} MB. Send a smaller one.")
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")):
        raise Conflict(UNREADABLE)


def receive(database: Database, person: Person, slip_id: str, content: bytes) -> None:
    """Keep a photo as it was sent; a worker draws it. Raises Conflict or TooMuch for what cannot be one."""
    look_at(content)
    with database.transaction() as connection:
        in_scope(person, slips.find(connection, person.contest_id, slip_id))
        slip_photos.receive(connection, person.contest_id, slip_id, content)


def draw(database: Database, contest_id: int, slip_id: str) -> bool:
    """Draw a photo anew, upright and no larger than needed. False when there is nothing (left) to draw.

    May run twice: the second finds it drawn. A photo that cannot be read is dropped, and the slip says so.
    """
    with database.transaction() as connection:
        sent = slip_photos.sent(connection, contest_id, slip_id)
        if sent is None:
            return False
        try:
            picture, trouble = _drawn(sent), ""
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            log.warning("photo", error=type(error).__name__)
            picture, trouble = None, UNREADABLE
        slip_photos.keep(connection, contest_id, slip_id, picture, trouble)
    return True


def picture(database: Database, person: Person, slip_id: str) -> bytes:
    """The photo as a JPEG. Raises NotThere while there is none."""
    with database.snapshot() as connection:
        in_scope(person, slips.find(connection, person.contest_id, slip_id))
        found = slip_photos.picture(connection, person.contest_id, slip_id)
    if found is None:
        raise NotThere("There is no photo of this slip yet.")
    return found


def undrawn(database: Database) -> list[tuple[int, str]]:
    """Contest and slip of each photo that no worker has drawn yet. The timekeeper asks again."""
    with database.snapshot() as connection:
        return [
            (contest.contest_id, slip_id)
            for contest in contests.every(connection)
            for slip_id in slip_photos.undrawn(connection, contest.contest_id)
        ]


def _drawn(sent: bytes) -> bytes:
    """Raises OSError, ValueError, SyntaxError or DecompressionBombError for what is no picture of ours."""
    with Image.open(BytesIO(sent), formats=FORMATS) as photo:
        if photo.width * photo.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        # A JPEG can be read at a fraction of its size: a tenth of the work.
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(photo).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    drawn = BytesIO()
    clean.save(drawn, "JPEG", quality=78, optimize=True)
    return drawn.getvalue()
