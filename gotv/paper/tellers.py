"""What tellers carry who have no phone: slips of boxes for an hour's numbers, four columns wide."""

from collections.abc import Sequence
from math import ceil

from reportlab.pdfgen.canvas import Canvas

from gotv.paper.page import BOTTOM, LEFT, RIGHT, SMALLEST, TOP, box, lines_of, rule, write, write_lines, write_right

COLUMNS = 4
ROW_HIGH = 44.0
RULES = (
    "Stand outside. This is not official, and nobody has to give a number. Write the number as it is said: 123, or"
    " 123/1. Count at the end and write how many. A runner brings the slip to the committee room every hour."
)


def draw_slip(canvas: Canvas, contest: str, day: str, place: str, districts: Sequence[str], boxes: int) -> int:
    """Draw one slip for one hour at a polling place. Returns how many pages it took: one."""
    write_lines(canvas, LEFT, TOP - 13, lines_of(place, "Bold", 16, 330)[:1], face="Bold", size=16)
    write_right(canvas, RIGHT, TOP - 13, f"{contest}, {day}"[:48])
    rule(canvas, TOP - 24, 1)
    x, y = LEFT, TOP - 44
    write(canvas, x, y, "District", face="Bold")
    for district in districts:
        if len(districts) > 1:
            box(canvas, x + 52, y - 2, 10)
        write(canvas, x + 66, y, district, size=SMALLEST + 1)
        x += 26 + 8 * len(district)
    y -= 24
    for n, blank in enumerate(("Hour from", "Teller", "Slip no.")):
        write(canvas, LEFT + n * 180, y, f"{blank} {'_' * (10 if n == 1 else 7)}")
    _boxes(canvas, y - 18, boxes)
    foot = BOTTOM + 46
    write(canvas, LEFT, foot, "Gave no number (tally) ______________________    How many numbers in all ________")
    write_lines(canvas, LEFT, foot - 18, lines_of(RULES, "Plain", SMALLEST, RIGHT - LEFT))
    canvas.showPage()
    return 1


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
