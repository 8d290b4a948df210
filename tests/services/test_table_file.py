"""From the bytes of a file to headings and rows: encodings, separators, and what is no table of text."""

import codecs

import pytest

from gotv.domain.table_files import FileRefused
from gotv.services.table_file import read_table

TEXT = "District,Name\r\nMiA,Zoë Gül\r\nMiB,Ana\r\n"
ROWS = [["MiA", "Zoë Gül"], ["MiB", "Ana"]]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 with BOM"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("cp1252"), "Windows-1252"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(content: bytes, encoding: str) -> None:
    file = read_table(content)
    assert (file.encoding, file.headings, file.rows) == (encoding, ("District", "Name"), ROWS)


def test_bytes_that_windows_does_not_know_are_read_all_the_same() -> None:
    file = read_table(b"District,Name\nMiA,Zo\xeb \x81\n")
    assert (file.encoding, file.rows) == ("Latin-1", [["MiA", "Zoë \x81"]])


@pytest.mark.parametrize(("separator", "name"), [(",", "comma"), ("\t", "tab"), (";", "semicolon")])
def test_a_file_is_split_at_its_own_separator(separator: str, name: str) -> None:
    file = read_table(TEXT.replace(",", separator).encode())
    assert (file.delimiter, file.headings, file.rows) == (name, ("District", "Name"), ROWS)


def test_a_separator_inside_quotation_marks_does_not_count() -> None:
    file = read_table(b'"Name, first, last, whole";District\nGill;MiA\n')
    assert file.headings == ("Name, first, last, whole", "District")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(ending: str) -> None:
    assert read_table(TEXT.replace("\r\n", ending).encode()).rows == ROWS


def test_a_line_break_inside_quotation_marks_stays_inside_its_cell() -> None:
    file = read_table(b'"Polling\r\ndistrict",Name\r\nMiA,"Village Hall\nHigh Road"\r\nMiB,Library\r\n')
    assert file.headings == ("Polling district", "Name")
    assert file.rows == [["MiA", "Village Hall\nHigh Road"], ["MiB", "Library"]]


def test_spaces_around_headings_go() -> None:
    assert read_table("\u00a0District , Full  Name\nMiA,Ana\n".encode()).headings == ("District", "Full Name")


def test_a_district_called_na_is_read_as_text() -> None:
    assert read_table(b"District,Number\nNA,007\n").rows == [["NA", "007"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "This is an Excel workbook or a zip, not a text file. Save it as CSV"),
        (b"%PDF-1.7 ...", "This is a PDF, not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel workbook, not a text file"),
        (b"District,Name\nMiA,A\x00na\n", "This file holds bytes that are not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This file holds bytes that are not text"),
        (b"\xff\xfeA\x00B", "The file says it is UTF-16, but byte 4 is not"),
        (b"\xef\xbb\xbfDistrict\n\xff\n", "The file says it is UTF-8 with BOM, but byte"),
        (b"", "The file is empty, or its first line is"),
        (b"\n\nDistrict,Name\n", "The file is empty, or its first line is"),
        (b",,\nMiA,Ana,\n", "The file is empty, or its first line is"),
        (b'District,Name\nMiA,"' + b"x" * 20_000, "The file cannot be split into columns"),
    ],
)
def test_what_is_no_table_of_text_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_table(content)


def test_a_heading_that_begins_like_a_zip_is_a_heading() -> None:
    assert read_table(b"PK,District\n1,MiA\n").headings == ("PK", "District")
