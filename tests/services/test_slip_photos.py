"""The photo of a slip: drawn anew, upright, without what else its file held; no photo is no harm."""

import uuid
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from gotv.errors import Conflict, NotThere, NotYours, TooMuch
from gotv.house import House
from gotv.services import slip_photos, slip_queue, slips
from gotv.store import slip_photos as stored
from tests.builders import Seatlet
from tests.cast import Cast
from tests.services.test_slips import heading

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(width: int = 60, height: int = 40, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A picture with the place and the phone in it, as phones make them."""
    exif = Image.Exif()
    exif[MAKER] = "SecretPhone"
    exif.get_ifd(GPS)[1] = "N"
    if turned:
        exif[ORIENTATION] = 6
    made = BytesIO()
    Image.new("RGB", (width, height), "white").save(made, kind, exif=exif)
    return made.getvalue()


@pytest.fixture
def waiting(home: House, seatlet: Seatlet, cast: Cast) -> str:
    return slip_queue.put(home.database, cast.clem.person, heading(seatlet), home.clock.now())


@pytest.fixture
def drawn(home: House, seatlet: Seatlet, cast: Cast, waiting: str) -> Callable[[bytes], Image.Image]:
    def draw(content: bytes) -> Image.Image:
        slip_photos.receive(home.database, cast.clem.person, waiting, content)
        assert slip_photos.draw(home.database, seatlet.contest_id, waiting)
        return Image.open(BytesIO(slip_photos.picture(home.database, cast.clem.person, waiting)))

    return draw


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_without_place_and_phone(drawn: Callable[[bytes], Image.Image], kind: str) -> None:
    picture = drawn(photo(kind=kind))
    assert (picture.format, picture.size) == ("JPEG", (60, 40))
    assert dict(picture.getexif()) == {}
    assert b"SecretPhone" not in picture.tobytes() + str(picture.info).encode()


def test_a_photo_taken_sideways_stands_upright(drawn: Callable[[bytes], Image.Image]) -> None:
    assert drawn(photo(turned=True)).size == (40, 60)


def test_a_large_photo_is_made_as_small_as_can_be_read(drawn: Callable[[bytes], Image.Image]) -> None:
    assert drawn(photo(4000, 3000)).size == (1800, 1350)


def test_a_photo_with_spoiled_words_about_itself_is_drawn_or_dropped_but_not_again_and_again(
    home: House, seatlet: Seatlet, cast: Cast, waiting: str
) -> None:
    whole = photo(60, 40, turned=True)
    for at in range(20, 120):
        spoiled = bytearray(whole)
        spoiled[at] ^= 0xFF
        slip_photos.receive(home.database, cast.clem.person, waiting, bytes(spoiled))
        slip_photos.draw(home.database, seatlet.contest_id, waiting)
        assert slip_photos.undrawn(home.database) == [], at


def test_a_scanners_sixteen_bit_grey_stays_grey(drawn: Callable[[bytes], Image.Image]) -> None:
    made = BytesIO()
    Image.new("I;16", (40, 40), 30_000).save(made, "PNG")
    assert abs(int(drawn(made.getvalue()).getpixel((20, 20))[0]) - 30_000 // 256) < 4  # type: ignore[index]


def test_what_can_be_seen_through_is_seen_on_white(drawn: Callable[[bytes], Image.Image]) -> None:
    made = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(made, "PNG")
    assert drawn(made.getvalue()).getpixel((20, 20)) == (255, 255, 255)


def test_a_photo_replaced_while_the_old_one_is_drawn_is_drawn_itself(
    home: House, seatlet: Seatlet, cast: Cast, waiting: str
) -> None:
    slip_photos.receive(home.database, cast.clem.person, waiting, photo(60, 40))
    with home.database.snapshot() as connection:
        content, sent_at = stored.sent(connection, seatlet.contest_id, waiting) or (b"", None)
    slip_photos.receive(home.database, cast.clem.person, waiting, photo(30, 20))
    with home.database.transaction() as connection:
        stored.keep(connection, seatlet.contest_id, waiting, sent_at, content, "")  # type: ignore[arg-type]
    assert slip_photos.draw(home.database, seatlet.contest_id, waiting)
    found = slip_photos.picture(home.database, cast.clem.person, waiting)
    assert Image.open(BytesIO(found)).size == (30, 20)


def test_the_photo_as_sent_does_not_stay(
    home: House, seatlet: Seatlet, cast: Cast, waiting: str, drawn: Callable[[bytes], Image.Image]
) -> None:
    drawn(photo())
    assert (seatlet.contest_id, waiting) not in slip_photos.undrawn(home.database)
    assert not slip_photos.draw(home.database, seatlet.contest_id, waiting), "there is nothing left to draw"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg/>", b"GIF89a"], ids=["empty", "pdf", "svg", "gif"])
def test_what_is_no_photo_is_refused_at_the_door(home: House, cast: Cast, waiting: str, content: bytes) -> None:
    with pytest.raises(Conflict, match="JPEG, PNG or WebP"):
        slip_photos.receive(home.database, cast.clem.person, waiting, content)


def test_a_photo_too_large_is_refused_with_the_limit(home: House, cast: Cast, waiting: str) -> None:
    with pytest.raises(TooMuch, match="15 MB"):
        slip_photos.receive(home.database, cast.clem.person, waiting, b"\xff\xd8\xff" + bytes(15 * 1024 * 1024))


def bomb() -> bytes:
    """A small file that says it is 60,000 by 60,000 pixels."""
    made = BytesIO()
    Image.new("1", (8, 8)).save(made, "PNG", pnginfo=PngImagePlugin.PngInfo())
    content = bytearray(made.getvalue())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(content)


def ribbon() -> bytes:
    """Few pixels in all, one side as long as a street."""
    made = BytesIO()
    Image.new("L", (17_000, 1)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + bytes(50),
        photo()[:300],
        b"\x89PNG\r\n\x1a\n" + b"x" * 90,
        b"RIFF\x00\x00\x00\x00AVI ",
        bomb(),
        ribbon(),
    ],
    ids=["noise", "half", "broken png", "film", "bomb", "ribbon"],
)
def test_a_photo_that_cannot_be_read_is_dropped_and_the_slip_says_so(
    home: House, seatlet: Seatlet, cast: Cast, waiting: str, content: bytes
) -> None:
    slip_photos.receive(home.database, cast.clem.person, waiting, content)
    slip_photos.draw(home.database, seatlet.contest_id, waiting)
    with pytest.raises(NotThere):
        slip_photos.picture(home.database, cast.clem.person, waiting)
    assert "cannot be read" in slips.find(home.database, cast.clem.person, waiting)["trouble"]
    assert slip_photos.undrawn(home.database) == []


def test_a_new_photo_takes_the_place_of_the_old(drawn: Callable[[bytes], Image.Image]) -> None:
    drawn(photo(60, 40))
    assert drawn(photo(30, 20)).size == (30, 20)


def test_nobody_else_sees_or_sends_it(home: House, seatlet: Seatlet, cast: Cast) -> None:
    library = heading(seatlet, place_id=seatlet.places["Library"], district="BA")
    south = slip_queue.put(home.database, cast.asha.person, library, home.clock.now())
    with pytest.raises(NotYours):
        slip_photos.receive(home.database, cast.clem.person, south, photo())
    with pytest.raises(NotYours):
        slip_photos.picture(home.database, cast.clem.person, south)
    with pytest.raises(NotThere):
        slip_photos.receive(home.database, cast.asha.person, str(uuid.uuid4()), photo())
