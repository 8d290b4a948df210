"""The elector number in a file of ours or another campaign's: in one column or three, under many headings."""

import re
from collections.abc import Mapping, Sequence

from gotv.domain.elector_numbers import ElectorNumber, NotANumber, read_elector_number
from gotv.domain.table_files import RowRefused, plain

NUMBER_ALIASES: dict[str, tuple[str, ...]] = {
    "district": ("polling district", "elector number prefix", "elector no prefix", "pd", "pdcode", "prefix"),
    "number": (
        *("elector number", "elector no", "roll no", "rollno", "eno", "poll number"),
        # Last: it holds district and suffix as well, which then stand in columns of their own too.
        "full elector no",
    ),
    "suffix": ("elector number suffix", "elector no suffix", "number suffix"),
}


def plain_decimal(number: str) -> str:
    """``5.000`` is 5 and ``5.500`` is 5.5: some councils write every roll number with three decimals."""
    return re.sub(r"\.?0+$", "", number) if re.fullmatch(r"\d+\.\d{3}", number) else number


def suffix_is_of_the_number(headings: Sequence[str], column: int) -> bool:
    """A bare ``Suffix`` means two things: right after the number it is the number's, after a surname the person's."""
    before = plain(headings[column - 1]) if column else ""
    return plain(headings[column]) != "suffix" or before.endswith(("number", "no", "eno"))


def written_number(
    cells: Sequence[str], columns: Mapping[str, int], headings: Sequence[str], districts: Sequence[str]
) -> ElectorNumber:
    """The elector number of a row. Raises RowRefused when it cannot be read or its district is unknown."""
    district = cells[columns["district"]].strip() if "district" in columns else ""
    text = plain_decimal(cells[columns["number"]].strip())
    if "suffix" in columns and suffix_is_of_the_number(headings, columns["suffix"]):
        suffix = cells[columns["suffix"]].strip()
        text = f"{text}/{suffix}" if suffix else text
    try:
        number = read_elector_number(text, district, districts)
    except NotANumber:
        raise RowRefused("The elector number cannot be read", text) from None
    if number.district not in districts:
        raise RowRefused("The polling district is not on the register", number.district or text)
    return number
