"""An invented seat: places, districts, streets, households, pledges, postal voters; the same for the same seed.

It comes out as the four files a campaign would load, so that a rehearsal goes the way of the real thing.
Figures: about 75,000 electors in 60 districts at 46 places, a quarter of them pledged, a fifth voting by post.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from gotv.rehearsal.names import FIRST_NAMES, PLACE_KINDS, STREET_KINDS, STREET_STEMS, SURNAMES

ELECTORS, DISTRICTS, PLACES, ROOMS = 75_000, 60, 46, 8
PLEDGED, POSTAL, PROXY, LATE_ADDED, OVERSEAS = 0.27, 0.20, 0.008, 0.01, 0.003
ROOM_NAMES = ("Abbey", "Bridge", "Castle", "Dale", "Eastgate", "Ferry", "Grange", "Harbour", "Inkerman", "Jubilee")
CODES = ("Ours", "Ours", "Theirs", "Undecided", "Against", "Not in")


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented elector, with what the rehearsal needs to know of them."""

    district: str
    number: int
    suffix: int
    surname: str
    forename: str
    address: tuple[str, ...]
    postcode: str
    pledged: bool
    absent: str

    @property
    def written(self) -> str:
        return f"{self.number}/{self.suffix}" if self.suffix else str(self.number)


@dataclass
class Seat:
    seed: int
    electors: list[Invented] = field(default_factory=list)
    # District code, place name, postcode of the place, committee room.
    stations: list[tuple[str, str, str, str]] = field(default_factory=list)


def invent_seat(
    *, seed: int = 2026, electors: int = ELECTORS, districts: int = DISTRICTS, places: int = PLACES, rooms: int = ROOMS
) -> Seat:
    chance = random.Random(seed)
    seat = Seat(seed)
    names = _place_names(chance, places)
    for n in range(districts):
        place = n % places
        code = f"{chr(65 + n // 26)}{chr(65 + n % 26)}"
        room = ROOM_NAMES[place * rooms // places]
        seat.stations.append((code, names[place], f"ZZ{1 + place // 9} {place % 9 + 1}AA", room))
    streets = _street_names(chance)
    for n, (district, *_) in enumerate(seat.stations):
        share = electors * (n + 1) // districts - electors * n // districts
        seat.electors += _district(chance, district, share, streets, n)
    return seat


def _place_names(chance: random.Random, many: int) -> list[str]:
    stems = chance.sample(STREET_STEMS, len(STREET_STEMS))
    return [f"{stems[n % len(stems)]} {PLACE_KINDS[n % len(PLACE_KINDS)]}" for n in range(many)]


def _street_names(chance: random.Random) -> Iterator[str]:
    pairs = [f"{stem} {kind}" for stem in STREET_STEMS for kind in STREET_KINDS]
    while True:
        yield from chance.sample(pairs, len(pairs))


def _district(
    chance: random.Random, district: str, electors: int, streets: Iterator[str], n: int
) -> Iterator[Invented]:
    """Streets of 40 to 120 electors, households of one to five; a few late additions at the number before them."""
    number, suffix, made = 0, 0, 0
    while made < electors:
        street, on_street = next(streets), chance.randint(40, 120)
        postcode = f"ZZ{10 + n // 6} {n % 6 + 1}{chance.choice('ABDEFGHJLN')}{chance.choice('PQRSTUWXYZ')}"
        house = 1
        while on_street > 0 and made < electors:
            address = _address(chance, house, street)
            house += chance.choice((1, 2))
            surname = chance.choice(SURNAMES)
            for _ in range(min(chance.choices((1, 2, 3, 4, 5), (30, 40, 16, 10, 4))[0], electors - made)):
                late = number > 0 and chance.random() < LATE_ADDED
                number, suffix = (number, suffix + 1) if late else (number + 1, 0)
                made += 1
                on_street -= 1
                if chance.random() < 0.2:
                    surname = chance.choice(SURNAMES)
                yield _elector(chance, district, number, suffix, surname, address, postcode)


def _address(chance: random.Random, house: int, street: str) -> tuple[str, ...]:
    kind = chance.random()
    if kind < 0.08:
        return (f"Flat {chance.randint(1, 24)}", f"{house} {street}", "Sampleton")
    if kind < 0.12:
        return (f"{house}{chance.choice('AB')} {street}", "Sampleton")
    return (f"{house} {street}", "Sampleton")


def _elector(
    chance: random.Random, district: str, number: int, suffix: int, surname: str, address: tuple[str, ...], code: str
) -> Invented:
    absent = chance.choices(("Postal", "Proxy", ""), (POSTAL, PROXY, 1 - POSTAL - PROXY))[0]
    return Invented(
        district=district,
        number=number,
        suffix=suffix,
        surname=surname,
        forename=chance.choice(FIRST_NAMES),
        address=address,
        postcode=code,
        pledged=chance.random() < PLEDGED,
        absent=absent,
    )


def files_of(seat: Seat) -> dict[str, bytes]:
    """The seat as the files a campaign loads, in the order to load them."""
    return {
        "stations": _csv(
            ["Polling district", "Polling place name", "Postcode", "Committee room"],
            ([code, place, postcode, room] for code, place, postcode, room in seat.stations),
        ),
        "register": _csv(
            [
                *("Elector Number Prefix", "Elector Number", "Elector Number Suffix", "Elector Markers"),
                *("Elector DOB", "Elector Surname", "Elector Forename", "PostCode"),
                *(f"Address{n}" for n in range(1, 7)),
            ],
            (
                [
                    *(e.district, e.number, e.suffix, "", "", e.surname, e.forename, e.postcode),
                    *e.address,
                    *[""] * (6 - len(e.address)),
                ]
                for e in seat.electors
            ),
        ),
        "absent": _csv(
            ["Polling District", "Elector Number", "Suffix", "Absent Vote Type", "Until"],
            ([e.district, e.number, e.suffix, e.absent, "Indefinite"] for e in seat.electors if e.absent),
        ),
        "pledges": _csv(["elector_number", "voting_intention", "strength_1_5"], _returns(seat)),
    }


def _returns(seat: Seat) -> Iterator[list[object]]:
    """Every pledge, and as many again who said something else."""
    chance = random.Random(seat.seed + 1)
    for e in seat.electors:
        if e.pledged:
            yield [f"{e.district}-{e.written}", "Ours", chance.choice((4, 5))]
        elif chance.random() < 0.25:
            yield [f"{e.district}-{e.written}", chance.choice(CODES[2:]), ""]


def _csv(headings: list[str], rows: Iterator[list[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
