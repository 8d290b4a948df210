"""What tellers carry who have no phone: slips of boxes for an hour's numbers, four columns wide."""

from collections.abc import Sequence
from math import ceil

from reportlab.pdfgen.canvas import Canvas

from gotv.paper.page import BOTTOM, LEADING, LEFT, RIGHT, SMALLEST, TOP, box, lines_of, rule, width, write, write_lines

COLUMNS = 4
ROW_HIGH = 44.0
RULES = (
    "Stand outside. This is not official, and nobody has to give a number. Write the number as it is said: 123, or"
    " 123/1. Count at the end and write how many. A runner brings the slip to the committee room every hour."
)


def draw_slip(canvas: Canvas, contest: str, day: str, place: str, districts: Sequence[str], boxes: int) -> int:
    """Draw one slip for one hour at a polling place. Returns how many pages it took: one."""
    y = _wrapped(canvas, TOP - 14, place, face="Bold", size=16)
    y = _wrapped(canvas, y, f"{contest}, {day}")
    rule(canvas, y, 1)
    y = _districts(canvas, y - 18, districts) - 22
    for n, blank in enumerate(("Hour from", "Teller", "Slip no.")):
        write(canvas, LEFT + n * 180, y, f"{blank} {'_' * (10 if n == 1 else 7)}")
    _boxes(canvas, y - 14, boxes)
    foot = BOTTOM + 46
    write(canvas, LEFT, foot, "Gave no number (tally) ______________________    How many numbers in all ________")
    write_lines(canvas, LEFT, foot - 18, lines_of(RULES, "Plain", SMALLEST, RIGHT - LEFT))
    canvas.showPage()
    return 1


def _wrapped(canvas: Canvas, y: float, text: str, *, face: str = "Plain", size: float = SMALLEST) -> float:
    """The whole text in as many lines as it needs. Returns where the next may stand."""
    lines = lines_of(text, face, size, RIGHT - LEFT)
    write_lines(canvas, LEFT, y, lines, face=face, size=size)
    return y - len(lines) * size * LEADING


def _districts(canvas: Canvas, y: float, districts: Sequence[str]) -> float:
    """The place's districts, each with a box when there are several, in as many lines as they need."""
    write(canvas, LEFT, y, "District", face="Bold")
    x = start = LEFT + 52
    for district in districts:
        wide = 22 + width(district, "Plain", SMALLEST) + 10
        if x + wide > RIGHT:
            x, y = start, y - 18
        if len(districts) > 1:
            box(canvas, x, y - 2, 10)
        write(canvas, x + 16, y, district)
        x += wide
    return y


def _boxes(canvas: Canvas, top: float, boxes: int) -> None:
    rows = ceil(boxes / COLUMNS)
    high = min(ROW_HIGH, (top - BOTTOM - 70) / rows)
    wide = (RIGHT - LEFT) / COLUMNS
    canvas.setLineWidth(0.8)
    for n in range(boxes):
        column, line = divmod(n, rows)
        x, y = LEFT + column * wide, top - (line + 1) * high
        canvas.rect(x, y, wide, high)
        write(canvas, x + 4, y + high - 13, str(n + 1))
