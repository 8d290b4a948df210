"""Shuttleworth pads: every pledge of a walk on paper, in numbered copies, for a committee room without a computer.

One copy is torn off for each round; what tellers' slips bring is struck on all that are left. The finder says, for each
number of a polling district, on which pad and row it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reportlab.pdfgen.canvas import Canvas

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.sheets import Sheet, SheetRow
from gotv.paper.page import (
    BOTTOM,
    LEADING,
    LEFT,
    RIGHT,
    SMALLEST,
    TOP,
    footer,
    lines_of,
    rule,
    write,
    write_lines,
    write_right,
)

HEAD, FOOT, STREET_HIGH, PADDING = 62.0, 30.0, 20.0, 5.0
SIZE = 11.0
DOOR, NUMBERS, RESULT = LEFT + 34, LEFT + 210, RIGHT - 120
COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Block:
    """A household as it is drawn."""

    row: SheetRow
    door: Sequence[str]
    numbers: Sequence[str]
    high: float


def draw(canvas: Canvas, sheet: Sheet, contest: str, copy: int, copies: int, round_at: str) -> int:
    """Draw one copy of a walk's pad. Returns how many pages it took."""
    pages = list(paged(sheet))
    for number, blocks in enumerate(pages, 1):
        title = lines_of(f"Pad {sheet.code}: {sheet.name}", "Bold", 14, RIGHT - LEFT)[:1]
        write_lines(canvas, LEFT, TOP - 11, title, face="Bold", size=14)
        write(canvas, LEFT, TOP - 30, f"Copy {copy} of {copies}, for the round {round_at}", face="Bold", size=SIZE)
        write_right(canvas, RIGHT, TOP - 30, f"as of {sheet.as_of}, version {sheet.version}")
        write(canvas, LEFT, TOP - 45, "Strike who is seen on every copy that is left. Stays in the committee room.")
        rule(canvas, TOP - HEAD + 10, 1)
        _rows(canvas, blocks)
        footer(canvas, f"{contest}: private. Shred it after the poll.", number, len(pages))
        canvas.showPage()
    return len(pages)


def paged(sheet: Sheet) -> Iterator[list[Block]]:
    """The households of each page; each stays whole."""
    room = TOP - HEAD - BOTTOM - FOOT
    page: list[Block] = []
    left, street = room, None
    for row in sheet.rows:
        block = _block(row)
        opens = row.street != street
        if page and block.high + (STREET_HIGH if opens else 0) > left:
            yield page
            page, left, opens = [], room, True
        street = row.street
        left -= block.high + (STREET_HIGH if opens else 0)
        page.append(block)
    yield page


def _block(row: SheetRow) -> Block:
    numbers = lines_of("   ".join(str(ElectorNumber(*number)) for number in row.numbers), "Plain", SIZE, 190)
    door = lines_of(row.door, "Bold", SIZE, NUMBERS - DOOR - 8) or [""]
    return Block(row, door, numbers, max(len(door), len(numbers)) * SIZE * LEADING + PADDING)


def _rows(canvas: Canvas, blocks: Sequence[Block]) -> None:
    y, street = TOP - HEAD + 6, None
    for block in blocks:
        if block.row.street != street:
            street = block.row.street
            y -= STREET_HIGH
            write_lines(canvas, LEFT, y + 5, lines_of(street, "Bold", SIZE, RIGHT - LEFT)[:1], face="Bold", size=SIZE)
            rule(canvas, y, 0.8)
        y -= block.high
        top = y + block.high - SIZE - 1
        write_right(canvas, DOOR - 10, top, str(block.row.number), face="Bold", size=SIZE)
        write_lines(canvas, DOOR, top, block.door, face="Bold", size=SIZE)
        write_lines(canvas, NUMBERS, top, block.numbers, size=SIZE)
        rule(canvas, y, 0.25)
    if not blocks:
        write(canvas, LEFT, y - 24, "No pledge is left on this walk.", size=SIZE)


def draw_finder(canvas: Canvas, sheets: Sequence[Sheet], contest: str) -> int:
    """Draw where each number stands: by polling district, in order of number. Returns how many pages it took."""
    places = sorted(
        (number, sheet.code, row.number) for sheet in sheets for row in sheet.rows for number in row.numbers
    )
    pages = [
        (district, chunk)
        for district, of_district in groupby(places, lambda place: place[0][0])
        for chunk in _chunks(list(of_district))
    ]
    for n, (district, chunk) in enumerate(pages, 1):
        write(canvas, LEFT, TOP - 11, f"Finder for {district}: number, pad and row", face="Bold", size=14)
        rule(canvas, TOP - 22, 1)
        for at, (number, code, row) in enumerate(chunk):
            column, line = divmod(at, LINES)
            x = LEFT + column * (RIGHT - LEFT) / COLUMNS
            y = TOP - 40 - line * SMALLEST * LEADING
            bare = str(ElectorNumber(*number)).removeprefix(f"{district}-")
            write(canvas, x, y, bare, face="Bold")
            write(canvas, x + 42, y, f"{code} / {row}")
        footer(canvas, f"{contest}: private. Shred it after the poll.", n, len(pages))
        canvas.showPage()
    return len(pages)


LINES = int((TOP - 40 - BOTTOM - 20) / (SMALLEST * LEADING))
Place = tuple[tuple[str, int, int], str, int]


def _chunks(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    most = LINES * COLUMNS
    return (places[start : start + most] for start in range(0, len(places), most))
