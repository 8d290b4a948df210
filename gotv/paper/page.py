"""What every sheet of paper shares: the fonts, the margins, text that is never cut off, boxes to tick, QR codes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeVar
from zlib import crc32

import segno
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# All in points, from the lower left corner, as paper is measured.
WIDTH, HEIGHT = A4
MARGIN = 34.0
LEFT, RIGHT, TOP, BOTTOM = MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN, MARGIN
# Nothing that is to be read is smaller: a dark street, a wet sheet, no glasses.
SMALLEST = 10.0
LEADING = 1.25

# DejaVu Sans knows every letter of a British register, the Welsh ŵ and ŷ among them. Where it is not installed Vera,
# its ancestor, which comes with ReportLab, stands in.
FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF",
           "/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
FACES = {"Plain": ("DejaVuSans.ttf", "Vera.ttf"), "Bold": ("DejaVuSans-Bold.ttf", "VeraBd.ttf")}


@cache
def _fonts() -> None:
    for face, (wanted, instead) in FACES.items():
        installed = [path for folder in FOLDERS if (path := Path(folder) / wanted).is_file()]
        pdfmetrics.registerFont(TTFont(face, str(installed[0]) if installed else instead))


def canvas_for(title: str) -> tuple[Canvas, BytesIO]:
    """An empty A4 document and what it will be written to."""
    _fonts()
    # Plain bytes: text that spells them takes a quarter more room and as much time as a page of text.
    rl_config.useA85 = 0
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("GOTV")
    return canvas, written


def width(text: str, face: str, size: float) -> float:
    _fonts()
    return _width(text, face, size)


@cache
def _width(text: str, face: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, face, size))


def lines_of(text: str, face: str, size: float, width: float) -> list[str]:
    """The text in lines that fit. A word that is too long for a line is cut between two letters, never off."""
    _fonts()
    if _width(text, face, size) <= width:
        return [text] if text else []
    lines: list[str] = []
    for line in simpleSplit(text, face, size, width):
        while _width(line, face, size) > width and len(line) > 1:
            most = max(1, int(len(line) * width / _width(line, face, size)) - 1)
            lines.append(line[:most])
            line = line[most:]
        lines.append(line)
    return lines


class Standing(Protocol):
    """A row as it is drawn: how high it stands."""

    @property
    def high(self) -> float: ...


Row = TypeVar("Row", bound=Standing)


def filled(blocks: Iterable[Row], room: float, head: Callable[[Row, Row | None], float]) -> Iterator[list[Row]]:
    """The rows of each page, one page at least. A row stays whole, and no head stands alone at the foot.

    ``head``: how high the head of a row is, below the one above it on its page (None: it is the first).
    """
    page: list[Row] = []
    left = room
    for block in blocks:
        needs = block.high + head(block, page[-1] if page else None)
        if page and needs > left:
            yield page
            page, left = [], room
            needs = block.high + head(block, None)
        left -= needs
        page.append(block)
    yield page


def write(canvas: Canvas, x: float, y: float, text: str, *, face: str = "Plain", size: float = SMALLEST) -> None:
    canvas.setFont(face, size)
    canvas.drawString(x, y, text)


def write_right(canvas: Canvas, x: float, y: float, text: str, *, face: str = "Plain", size: float = SMALLEST) -> None:
    canvas.setFont(face, size)
    canvas.drawRightString(x, y, text)


def write_lines(canvas: Canvas, x: float, y: float, lines: Sequence[str], *, face: str = "Plain",
                size: float = SMALLEST) -> None:  # fmt: skip
    for n, line in enumerate(lines):
        write(canvas, x, y - n * size * LEADING, line, face=face, size=size)


def rule(canvas: Canvas, y: float, thickness: float = 0.5) -> None:
    canvas.setLineWidth(thickness)
    canvas.line(LEFT, y, RIGHT, y)


def box(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.setLineWidth(0.8)
    canvas.rect(x, y, size, size)


def boxes(
    canvas: Canvas, x: float, y: float, size: float, columns: Sequence[float], lines: Mapping[int, float]
) -> None:
    """A row of boxes to tick at these ``columns``, behind some of them a line to write on; drawn once in a document."""
    form = _form(f"boxes {size} {columns} {lines}")
    if not canvas.hasForm(form):
        canvas.beginForm(form)
        for n, column in enumerate(columns):
            # A line's width inside, for whatever is left of the corner is cut off.
            box(canvas, 1 + column, 1, size)
            if n in lines:
                canvas.line(column + size + 4, 2, column + size + lines[n], 2)
        canvas.endForm()
    _show(canvas, form, x - 1, y - 1)


def qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """A QR code whose lower left corner is at x, y. Drawn once in a document, however often it is shown."""
    form = _form(f"{text} {size}")
    if not canvas.hasForm(form):
        canvas.beginForm(form)
        _draw_qr(canvas, text, size)
        canvas.endForm()
    _show(canvas, form, x, y)


def _form(what: str) -> str:
    """A name that PDF takes."""
    return f"form{crc32(what.encode()):x}"


def _show(canvas: Canvas, form: str, x: float, y: float) -> None:
    canvas.saveState()
    canvas.translate(x, y)
    canvas.doForm(form)
    canvas.restoreState()


def _draw_qr(canvas: Canvas, text: str, size: float) -> None:
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = size / len(rows)
    path = canvas.beginPath()
    for n, row in enumerate(rows):
        at = 0
        while (at := row.find(1, at)) >= 0:
            end = row.find(0, at)
            end = len(row) if end < 0 else end
            path.rect(at * module, size - (n + 1) * module, (end - at) * module, module)
            at = end
    canvas.drawPath(path, stroke=0, fill=1)


def fitting(text: str, face: str, size: float, width: float) -> str:
    """The text on one line; what is only said once more here may end in dots."""
    if _width(text, face, size) <= width:
        return text
    while text and _width(text + "…", face, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def footer(canvas: Canvas, contest: str, words: str, page: int, pages: int) -> None:
    rule(canvas, BOTTOM + 12)
    room = RIGHT - LEFT - _width(f": {words}", "Plain", SMALLEST) - 90
    write(canvas, LEFT, BOTTOM, f"{fitting(contest, 'Plain', SMALLEST, room)}: {words}")
    write_right(canvas, RIGHT, BOTTOM, f"page {page} of {pages}")
