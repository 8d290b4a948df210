"""The photo of a slip: kept as sent, drawn anew by a worker, and shown beside the grid.

Drawing it anew leaves behind whatever else the file held: where and when it was taken, and by which phone.
"""

from io import BytesIO

import structlog
from PIL import Image

from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere, TooMuch
from gotv.services.slips import in_scope
from gotv.store import slip_photos, slips, to_do
from gotv.store.database import Database

log = structlog.get_logger()

LARGEST_BYTES = 15 * 1024 * 1024
# The longer side: enough to read pencil on a sheet of A4.
LONGEST_SIDE = 1800
# Phones make pictures of 50 megapixels; what claims to be larger is no photo of a slip.
MOST_PIXELS = 64_000_000
LONGEST_READ = 16_000
# How a phone says that it was held otherwise (the Exif standard, tag 274).
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
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

    May run twice: the second finds it drawn. A photo that cannot be read is dropped, and the slip says so. No lock is
    held meanwhile: a photo that was replaced while it was drawn is drawn for nothing.
    """
    with database.snapshot() as connection:
        found = slip_photos.sent(connection, contest_id, slip_id)
    if found is None:
        return False
    content, sent_at = found
    try:
        drawn, trouble = _drawn(content), ""
    except Exception as error:
        # Whatever a picture does to its reader: it must not be drawn again and again.
        log.warning("photo", error=type(error).__name__)
        drawn, trouble = None, UNREADABLE
    with database.transaction() as connection:
        slip_photos.keep(connection, contest_id, slip_id, sent_at, drawn, trouble)
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
            (contest_id, slip_id)
            for contest_id in to_do.photos(connection)
            for slip_id in slip_photos.undrawn(connection, contest_id)
        ]


def _drawn(sent: bytes) -> bytes:
    """Raises whatever Pillow makes of a file that is no picture."""
    with Image.open(BytesIO(sent), formats=FORMATS) as photo:
        if max(photo.size) > LONGEST_READ or photo.width * photo.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        turned = TURNS.get(photo.getexif().get(ORIENTATION, 1))
        # Made small first: all that follows is then a small picture's work.
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        small = _in_colour(photo)
    upright = small.transpose(turned) if turned is not None else small
    drawn = BytesIO()
    upright.save(drawn, "JPEG", quality=78, optimize=True)
    return drawn.getvalue()


def _in_colour(photo: Image.Image) -> Image.Image:
    """The picture alone, on white, in eight bits a colour: nothing else of the file comes along."""
    if photo.mode.startswith("I"):
        photo = photo.convert("I").point(lambda value: value / 256).convert("L")
    layered = photo.convert("RGBA")
    clean = Image.new("RGB", photo.size, "white")
    clean.paste(layered, mask=layered.getchannel("A"))
    return clean
