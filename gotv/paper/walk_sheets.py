"""Walk sheets: a knock-up list on A4, in the order and with the row numbers that the phone shows.

Each row is one household and stays whole; a street's name is never left alone at the foot of a page, and is said
again at the head of the next. No names, no party code, nothing of earlier canvassing: only doors, and what to do there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from gotv.domain.sheets import KEY, LETTERS, Sheet, SheetRow
from gotv.paper.page import (
    BOTTOM,
    LEADING,
    LEFT,
    RIGHT,
    SMALLEST,
    TOP,
    boxes,
    filled,
    footer,
    lines_of,
    qr,
    rule,
    write,
    write_lines,
    write_right,
)

SIZE = 11.0
QR = 62.0
# Where each box stands; behind W and L is room for a time to be written.
COLUMNS = (0.0, 24.0, 48.0, 104.0, 160.0, 184.0)
DOOR, SAID, TICKS = LEFT + 34, LEFT + 186, RIGHT - 204.0
HEAD, FOOT = 116.0, 44.0
STREET_HIGH, PADDING = 22.0, 6.0


@dataclass(frozen=True, slots=True)
class Block:
    """One row as it is drawn: its text in lines, and how high it stands."""

    row: SheetRow
    door: Sequence[str]
    said: Sequence[str]
    high: float


def draw(canvas: Canvas, sheet: Sheet, contest: str) -> int:
    """Draw a sheet. Returns how many pages it took: one at least, though it holds no door."""
    pages = list(paged(sheet))
    for number, blocks in enumerate(pages, 1):
        _head(canvas, sheet)
        _rows(canvas, blocks, pages[number - 2][-1].row if number > 1 else None)
        write(canvas, LEFT, BOTTOM + 18, KEY)
        footer(canvas, contest, "private. Bring it back to the committee room.", number, len(pages))
        canvas.showPage()
    return len(pages)


def paged(sheet: Sheet) -> Iterator[list[Block]]:
    """The rows of each page."""
    return filled(map(_block, sheet.rows), TOP - HEAD - BOTTOM - FOOT, _head_of)


def _head_of(block: Block, above: Block | None) -> float:
    if above and _same_street(block.row, above.row):
        return 0.0
    return _opening_high(_opening(block.row, again=above is None))


def _block(row: SheetRow) -> Block:
    door = lines_of(row.door, "Bold", SIZE, SAID - DOOR - 8) or [""]
    said = lines_of(row.said, "Plain", SMALLEST, TICKS - SAID - 8)
    return Block(row, door, said, max(len(door) * SIZE, len(said) * SMALLEST) * LEADING + PADDING)


def _head(canvas: Canvas, sheet: Sheet) -> None:
    qr(canvas, sheet.address, RIGHT - QR, TOP - QR + 4, QR)
    wide = RIGHT - LEFT - QR - 12
    title = lines_of(sheet.name, "Bold", 15, wide)
    # A name of many streets says the first of them; the rows say the rest.
    size = 15 if len(title) <= 2 else 11
    title = lines_of(sheet.name, "Bold", size, wide)[:3]
    write_lines(canvas, LEFT, TOP - 11, title, face="Bold", size=size)
    y = TOP - 11 - len(title) * size * LEADING
    write(canvas, LEFT, y, f"Sheet {sheet.code} version {sheet.version}, as of {sheet.as_of}", face="Bold", size=SIZE)
    count = f"{_of(len(sheet.rows), 'door')}, {_of(sheet.people, 'person', 'people')}; votes at "
    votes = lines_of(count + (sheet.place or "their polling place"), "Plain", SMALLEST, wide)[:2]
    write_lines(canvas, LEFT, y - 14, votes)
    y -= 14 + len(votes) * SMALLEST * LEADING
    write(canvas, LEFT, y, f"Ledger position {sheet.position}. Round ____   Team ____________________")
    rule(canvas, TOP - HEAD + 6, 1)


def _of(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _rows(canvas: Canvas, blocks: Sequence[Block], before: SheetRow | None) -> None:
    y = TOP - HEAD
    street = None
    for block in blocks:
        row = block.row
        if (row.section, row.street) != street:
            y = _street(canvas, row, y, again=_same_street(row, before if street is None else None))
            street = (row.section, row.street)
        y -= block.high
        top = y + block.high - SIZE - 2
        write_right(canvas, DOOR - 10, top, str(row.number), face="Bold", size=SIZE)
        write_lines(canvas, DOOR, top, block.door, face="Bold", size=SIZE)
        write_lines(canvas, SAID, top, block.said)
        boxes(canvas, TICKS, top - 2, 12, COLUMNS, lines={2: 36, 3: 36})
        rule(canvas, y, 0.25)
    if not blocks:
        write(canvas, LEFT, y - 24, "Nobody is left to knock up on this walk. Take another one.", size=SIZE)


def _same_street(row: SheetRow, before: SheetRow | None) -> bool:
    return before is not None and (before.section, before.street) == (row.section, row.street)


def _street(canvas: Canvas, row: SheetRow, y: float, *, again: bool) -> float:
    lines = _opening(row, again=again)
    y -= _opening_high(lines)
    write_lines(canvas, LEFT, y + 6 + (len(lines) - 1) * SIZE * LEADING, lines, face="Bold", size=SIZE)
    for n, letter in enumerate(LETTERS):
        write(canvas, TICKS + COLUMNS[n] + 3, y + 6, letter, face="Bold")
    rule(canvas, y, 0.8)
    return y


def _opening(row: SheetRow, *, again: bool) -> list[str]:
    """The head of a street's rows: what is to be done there first, then where."""
    words = {"now": "GO NOW: ", "last": "If there is time: "}.get(row.section, "")
    return lines_of(f"{words}{row.street}{' (continued)' * again}", "Bold", SIZE, TICKS - LEFT - 8) or [""]


def _opening_high(lines: Sequence[str]) -> float:
    return STREET_HIGH + (len(lines) - 1) * SIZE * LEADING
