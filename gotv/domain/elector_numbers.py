"""How an elector number is written and read: polling district, number, suffix (``AB-123/1``).

Facts: letters and number together name the elector; late additions get a suffix (``100/1``, ``100-1``) or a
decimal (``100.5``); suffix 0 means none and is never shown. ``47/1`` is another person than ``47`` and than
``471``, so digits are never joined. (Electoral Commission, format of the register; council practice.)
"""

import re
from collections.abc import Collection
from typing import NamedTuple

LARGEST_NUMBER = 999_999
LARGEST_SUFFIX = 9_999
LONGEST_PLAIN = len(str(LARGEST_NUMBER))

_SEPARATORS = r"[\s/.\-]"
_NUMBER = re.compile(rf"0*(\d{{1,6}})(?:{_SEPARATORS}+0*(\d{{1,4}}))?")
_WITH_DISTRICT = re.compile(rf"(.*?[^\W\d_].*?){_SEPARATORS}+(\d+(?:{_SEPARATORS}+\d+)?)")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "⁄": "/", "\\": "/"})


class NotANumber(ValueError):
    """What was given cannot be read as an elector number. The message tells the person how to write one."""


class ElectorNumber(NamedTuple):
    """An elector's place on the register. ``district`` is '' when the teller did not say which."""

    district: str
    number: int
    suffix: int = 0

    def __str__(self) -> str:
        bare = f"{self.number}/{self.suffix}" if self.suffix else str(self.number)
        return f"{self.district}-{bare}" if self.district else bare


def read_elector_number(text: str, district: str = "", districts: Collection[str] = ()) -> ElectorNumber:
    """Read a number as people write it; a district inside the text wins over the one given beside it.

    ``districts`` are the districts of the contest in their own spelling: a district typed in other
    capitals is put right when only one fits. Raises NotANumber.
    """
    if text.isdecimal() and text.isascii() and len(text) <= LONGEST_PLAIN and (plain := int(text)):
        # Almost every number is written so. Made past the class's own way, which costs nearly twice as much.
        return tuple.__new__(ElectorNumber, (spelled(district, districts), plain, 0))
    tidy = " ".join(text.translate(_DASHES).split())
    if bare := _bare(tidy):
        return ElectorNumber(spelled(district, districts), *bare)
    for known in sorted(districts, key=len, reverse=True):
        if found := _after_district(tidy, known, districts):
            return found
    if parts := _WITH_DISTRICT.fullmatch(tidy):
        bare = _bare(parts[2])
        if bare:
            return ElectorNumber(spelled(parts[1], districts), *bare)
    raise NotANumber("This is not an elector number: use digits, with / before a suffix, as in 123 or 123/1.")


def spelled(district: str, districts: Collection[str]) -> str:
    """The contest's own spelling of a district (``mia`` is ``MiA``), or the text as given if none or two fit."""
    if district in districts:
        return district
    wanted = district.strip()
    if wanted in districts:
        return wanted
    alike = [known for known in districts if known.casefold() == wanted.casefold()]
    return alike[0] if len(alike) == 1 else wanted


def _bare(text: str) -> tuple[int, int] | None:
    """Number and suffix of a text without a district, or None."""
    match = _NUMBER.fullmatch(text)
    if not match or not int(match[1]):
        return None
    return int(match[1]), int(match[2] or 0)


def _after_district(text: str, known: str, districts: Collection[str]) -> ElectorNumber | None:
    """Read ``text`` as a number of the district ``known``. Without a separator only if no other district fits."""
    if not text.casefold().startswith(known.casefold()) or not known:
        return None
    rest = text[len(known) :]
    separated = re.match(_SEPARATORS, rest)
    if not separated and (known[-1].isdigit() or _several_fit(text, districts)):
        return None
    bare = _bare(rest.lstrip(" /.-"))
    return ElectorNumber(spelled(text[: len(known)], districts), *bare) if bare else None


def _several_fit(text: str, districts: Collection[str]) -> bool:
    return sum(text.casefold().startswith(known.casefold()) for known in districts if known) > 1
