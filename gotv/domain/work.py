"""The kinds of work that people do for a campaign: what they learn, and what they offer for polling day."""

from collections.abc import Collection, Iterable
from enum import StrEnum


class Work(StrEnum):
    """Stored, stable. The first four are done on polling day, all but the driver's are taught."""

    TELLER = "teller"
    KNOCKER = "knocker"
    DRIVER = "driver"
    CLERK = "clerk"
    CANVASSER = "canvasser"


ON_THE_DAY = (Work.TELLER, Work.KNOCKER, Work.DRIVER, Work.CLERK)
TAUGHT = (Work.CANVASSER, Work.TELLER, Work.CLERK, Work.KNOCKER)
# Whoever does these is shown addresses or names: an organiser must know them.
TRUSTED = frozenset({Work.KNOCKER, Work.DRIVER, Work.CLERK})
WORDS = {
    Work.TELLER: "telling outside a polling place",
    Work.KNOCKER: "knocking up",
    Work.DRIVER: "driving",
    Work.CLERK: "keying slips",
    Work.CANVASSER: "canvassing",
}
# As tellers are called when there are several, and so on.
MANY = {
    Work.TELLER: "Tellers",
    Work.KNOCKER: "Knockers-up",
    Work.DRIVER: "Drivers",
    Work.CLERK: "Clerks",
    Work.CANVASSER: "Canvassers",
}


def works(chosen: Iterable[str], among: Collection[Work]) -> list[Work]:
    """Those of the chosen that are meant here, each once and in the order of ``among``."""
    wanted = set(chosen)
    return [work for work in among if work in wanted]
