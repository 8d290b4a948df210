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
    filled,
    fitting,
    footer,
    lines_of,
    rule,
    width,
    write,
    write_lines,
    write_right,
)

HEAD, FOOT, STREET_HIGH, PADDING = 62.0, 30.0, 20.0, 5.0
SIZE = 11.0
DOOR, NUMBERS = LEFT + 34, LEFT + 210
MOST_LINES = 40


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
        write(canvas, LEFT, TOP - 11, fitting(f"Pad {sheet.code}: {sheet.name}", "Bold", 14, RIGHT - LEFT), face="Bold",
              size=14)  # fmt: skip
        write(canvas, LEFT, TOP - 30, f"Copy {copy} of {copies}, for the round {round_at}", face="Bold", size=SIZE)
        write_right(canvas, RIGHT, TOP - 30, f"as of {sheet.as_of}, version {sheet.version}")
        write(canvas, LEFT, TOP - 45, "Strike who is seen on every copy that is left. Stays in the committee room.")
        rule(canvas, TOP - HEAD + 10, 1)
        _rows(canvas, blocks)
        footer(canvas, contest, "private. Shred it after the poll.", number, len(pages))
        canvas.showPage()
    return len(pages)


def paged(sheet: Sheet) -> Iterator[list[Block]]:
    """The households of each page; each stays whole."""
    blocks = (block for row in sheet.rows for block in _blocks(row))
    return filled(blocks, TOP - HEAD - BOTTOM - FOOT, _head_of)


def _head_of(block: Block, above: Block | None) -> float:
    return 0.0 if above and above.row.street == block.row.street else STREET_HIGH


def _blocks(row: SheetRow) -> Iterator[Block]:
    """A household in one piece; only one that is taller than a page (a care home) is cut."""
    numbers = lines_of(
        "   ".join(str(ElectorNumber(*number)) for number in row.numbers), "Plain", SIZE, RIGHT - NUMBERS
    )
    door = lines_of(row.door, "Bold", SIZE, NUMBERS - DOOR - 8) or [""]
    for start in range(0, max(1, len(numbers)), MOST_LINES):
        part = numbers[start : start + MOST_LINES]
        named = door if not start else [*door, "(continued)"]
        yield Block(row, named, part, max(len(named), len(part)) * SIZE * LEADING + PADDING)


def _rows(canvas: Canvas, blocks: Sequence[Block]) -> None:
    y, street = TOP - HEAD + 6, None
    for block in blocks:
        if block.row.street != street:
            street = block.row.street
            y -= STREET_HIGH
            write(canvas, LEFT, y + 5, fitting(street, "Bold", SIZE, RIGHT - LEFT), face="Bold", size=SIZE)
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
        (district, *chunk)
        for district, of_district in groupby(places, lambda place: place[0][0])
        for chunk in _chunks([_entry(place) for place in of_district])
    ]
    for n, (district, chunk, first, wide) in enumerate(pages, 1):
        head = fitting(f"Finder for {district}: number, pad and row", "Bold", 14, RIGHT - LEFT)
        write(canvas, LEFT, TOP - 11, head, face="Bold", size=14)
        rule(canvas, TOP - 22, 1)
        for at, (number, where) in enumerate(chunk):
            column, line = divmod(at, LINES)
            x, y = LEFT + column * wide, TOP - 40 - line * SMALLEST * LEADING
            write(canvas, x, y, number, face="Bold")
            write(canvas, x + first, y, where)
        footer(canvas, contest, "private. Shred it after the poll.", n, len(pages))
        canvas.showPage()
    return len(pages)


LINES = int((TOP - 40 - BOTTOM - 20) / (SMALLEST * LEADING))
GAP = 10.0
Entry = tuple[str, str]


def _entry(place: tuple[tuple[str, int, int], str, int]) -> Entry:
    """A number without its district, and its pad and row."""
    number, code, row = place
    return str(ElectorNumber(*number)).removeprefix(f"{number[0]}-"), f"{code} / {row}"


def _chunks(entries: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], float, float]]:
    """The entries of each page, how wide their numbers are, and how wide a column is: as wide as its widest needs."""
    first = max(width(number, "Bold", SMALLEST) for number, _ in entries) + GAP / 2
    wide = first + max(width(where, "Plain", SMALLEST) for _, where in entries) + GAP
    most = LINES * max(1, int((RIGHT - LEFT + GAP) / wide))
    return ((entries[start : start + most], first, wide) for start in range(0, len(entries), most))
