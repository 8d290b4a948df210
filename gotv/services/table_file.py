"""From the bytes of an uploaded file to headings and rows: which encoding, which separator."""

import codecs
import csv
import io

from gotv.domain.table_files import FileRefused, TableFile

csv.field_size_limit(10_000)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "utf-8-sig": "UTF-8 with BOM",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
_SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon"}
# The first bytes of files people upload by mistake.
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a zip",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}


def read_table(content: bytes) -> TableFile:
    """Decode and split a file. Raises FileRefused, in words, when it is no table of text."""
    for start, what in _NOT_TEXT.items():
        if content.startswith(start):
            raise FileRefused(f"This is {what}, not a text file. Save it as CSV (comma or tab separated) first.")
    text, encoding = decode(content)
    if "\0" in text:
        raise FileRefused("This file holds bytes that are not text. Save it as CSV first.")
    separator = _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as why:
        raise FileRefused(f"The file cannot be split into columns: {why}.") from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise FileRefused("The file is empty, or its first line is.")
    headings = tuple(" ".join(cell.split()) for cell in rows[0])
    return TableFile(headings, rows[1:], _NAMES[encoding], _SEPARATORS[separator])


def decode(content: bytes) -> tuple[str, str]:
    """A byte order mark decides; else UTF-8 if it can be; else Windows-1252, as British council systems write.

    Guessing from letter frequencies would take short files for Turkish or Polish; these four are what is met.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    if content[1::2].count(0) > len(content) // 4:
        return _strictly(content, "utf-16-le"), "utf-16-le"
    if content[::2].count(0) > len(content) // 4:
        return _strictly(content, "utf-16-be"), "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as why:
        raise FileRefused(f"The file says it is {_NAMES[encoding]}, but byte {why.start} is not.") from None


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside quotation marks."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    outside = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)
