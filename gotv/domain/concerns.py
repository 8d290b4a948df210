"""What people at doors care about: the issue, counted by theme, and nothing about anybody."""

import re

THEMES = (
    *("Cost of living", "NHS and care", "Housing", "Work and pay", "Schools", "Buses, trains and roads"),
    *("Crime and safety", "Climate and nature", "Immigration", "Council and streets", "Peace and the world"),
    "Something else",
)
LONGEST = 140
# Whatever looks like a way to reach or find somebody: an address of e-mail, a postcode (some letters never stand at its
# end), a telephone, a house. The number of a bus is none.
_SOMEBODY = re.compile(
    r"\S*@\S*|\b[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}\b|\+?\d[\d ().-]{6,}\d"
    r"|\b(flat|house) ?\d+[a-z]?\b|\b(number|no\.?) ?(?!\dg\b)\d+[a-z]?\b(?! *(bus|tram|train|route))"
    r"|\b\d+[a-z]? [a-z]+ (road|street|lane|avenue|close|drive|way|court)\b",
    re.IGNORECASE,
)
# Words by which one speaks of a person, not of an issue; titles only before a name, for people also miss a library,
# have MS and cannot see a doctor.
_ABOUT = re.compile(
    r"\b(?i:he|she|him|her|his|hers|wife|husband|son|daughter|neighbour)\b"
    r"|\b(?i:mrs?|(?<!\ba )dr)\b\.? \w+|\b[Mm]s\b\.? \w+|\bMiss [A-Z]\w*"
)


class NotAnIssue(ValueError):
    """It is not kept. The message says what to write instead."""


def read_concern(theme: str, words: str) -> tuple[str, str]:
    """Theme and words as they are kept. Raises NotAnIssue."""
    if theme not in THEMES:
        raise NotAnIssue("Theme: choose one of the list.")
    plain = " ".join("".join(one if one.isprintable() else " " for one in words).split())
    if len(plain) > LONGEST:
        raise NotAnIssue(f"In their words: {LONGEST} letters at most.")
    if found := _SOMEBODY.search(plain) or _ABOUT.search(plain):
        words = "Write the issue, not the person: no name, address, number, nor he or she."
        raise NotAnIssue(f"“{found[0].strip()}” may tell of somebody. {words}")
    return theme, plain
