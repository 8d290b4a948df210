"""The elector number in a file of ours or another campaign's: in one column or three, under many headings."""

from collections.abc import Mapping, Sequence

from gotv.domain.elector_numbers import ElectorNumber, NotANumber, read_elector_number
from gotv.domain.table_files import RowRefused, plain

NUMBER_ALIASES: dict[str, tuple[str, ...]] = {
    "district": ("polling district", "elector number prefix", "elector no prefix", "pd", "pdcode", "prefix"),
    "number": (
        *("elector number", "full elector no", "elector no", "roll no", "rollno", "eno", "poll number"),
        "elector_number",
    ),
    "suffix": ("elector number suffix", "elector no suffix", "number suffix"),
}


def suffix_is_of_the_number(headings: Sequence[str], column: int) -> bool:
    """A bare ``Suffix`` means two things: right after the number it is the number's, after a surname the person's."""
    before = plain(headings[column - 1]) if column else ""
    return plain(headings[column]) != "suffix" or before.endswith(("number", "no", "eno"))


def written_number(
    cells: Sequence[str], columns: Mapping[str, int], headings: Sequence[str], districts: Sequence[str]
) -> ElectorNumber:
    """The elector number of a row. Raises RowRefused when it cannot be read or its district is unknown."""
    district = cells[columns["district"]].strip() if "district" in columns else ""
    text = cells[columns["number"]].strip()
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
