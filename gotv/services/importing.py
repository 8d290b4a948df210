"""The kinds of file: how each is read, compared with what is there, and applied."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol

from sqlalchemy import Connection

from gotv.domain.absent_voting import AbsentRow, read_absent_voters
from gotv.domain.contests import Contest
from gotv.domain.pledges import CanvassReturn, pledge_rule, read_canvass_returns
from gotv.domain.points import read_points
from gotv.domain.polling_stations import StationRow, read_stations
from gotv.domain.register import ElectorRow, may_vote, read_register
from gotv.domain.register_layouts import find_layout
from gotv.domain.table_files import FileRefused, Reading, RowRefused, TableFile
from gotv.services.walks import lay_out_again, make_walks
from gotv.store import contests, counts, points, register

Progress = Callable[[int], None]
Counts = dict[str, int]


class Import(Protocol):
    """What every kind can do. ``whole`` says that the file is the whole list, so that what it lacks is removed."""

    layout: str
    whole: bool

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading: ...

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        """Stage the good rows and count what they would do. May move rows from good to refused."""
        ...

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        """Do it, in the same transaction as `compare`."""
        ...


class RegisterImport:
    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.layout = ""

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading:
        layout, file = find_layout(file)
        self.layout = layout.words
        self.whole = self.whole and layout.whole
        return read_register(
            file,
            layout,
            voting_age=contest.voting_age,
            polling_day=contest.polling_day,
            districts=districts,
            progress=progress,
        )

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        self.whole = _is_whole(self.whole, reading)
        register.stage(connection, _elector_values(reading.good, contest))
        for row in register.not_known(connection, contest.contest_id):
            words = (
                "To be deleted, but not on the register" if row.change == "delete" else "Amended, but new to us: added"
            )
            reading.remark(words, row.file_row)
        return register.compare(connection, contest.contest_id, whole=self.whole)

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        room = contests.rooms(connection, contest.contest_id)[0]["committee_room_id"]
        register.keep_districts(connection, contest.contest_id, room)
        make_walks(connection, contest.contest_id)
        register.apply(connection, contest.contest_id, whole=self.whole)


def _is_whole(meant: bool, reading: Reading) -> bool:
    """A list with rows that could not be read is not whole: somebody in them would seem to be missing."""
    if meant and reading.unread:
        reading.held_back = (
            "Nobody is removed, because some rows could not be read. Mend those and load the file again."
        )
    return meant and not reading.unread


def _elector_values(electors: Iterable[ElectorRow], contest: Contest) -> Iterable[tuple[Any, ...]]:
    for e in electors:
        yield (
            e.row,
            e.change,
            *e.number,
            e.marker,
            e.surname,
            e.forename,
            e.attains_on,
            list(e.address),
            e.postcode,
            *e.door,
            may_vote(e, contest.barred_markers, contest.polling_day),
            e.walk,
        )


class AbsentImport:
    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.layout = "Absent voters' list"

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading:
        return read_absent_voters(file, districts, contest.polling_day, progress)

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        self.whole = _is_whole(self.whole, reading)
        rows: list[AbsentRow] = reading.good
        register.stage_numbers(connection, "absent text", ((*row.number, row.absent) for row in rows))
        _remark_unknown(connection, contest, reading)
        return register.compare_absent(connection, contest.contest_id, whole=self.whole)

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        register.apply_absent(connection, contest.contest_id, whole=self.whole)


class PledgeImport:
    whole = False
    layout = "Canvass returns"

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading:
        return read_canvass_returns(file, districts, progress)

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        rows: list[CanvassReturn] = reading.good
        register.stage_numbers(
            connection,
            "contacted_at timestamp, intention text, strength text, wants_lift boolean, objects boolean",
            ((*r.number, r.contacted_at, r.intention, r.strength, r.wants_lift, r.objects) for r in rows),
        )
        _remark_unknown(connection, contest, reading)
        return register.compare_returns(connection, contest.contest_id)

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        register.apply_returns(connection, contest.contest_id)
        use_pledge_rule(connection, contest)


def use_pledge_rule(connection: Connection, contest: Contest) -> int:
    """Set who is a pledge by the contest's rule. Returns how many changed."""
    rule = pledge_rule(contest.pledge_rule)
    return register.apply_pledge_rule(
        connection, contest.contest_id, list(rule.codes), list(rule.strengths), unrated=rule.unrated
    )


def _remark_unknown(connection: Connection, contest: Contest, reading: Reading) -> None:
    """Numbers of nobody on the register are refused, so that they can be downloaded and looked at."""
    unknown = register.called_but_unknown(connection, contest.contest_id)
    for one in reading.good:
        if one.number in unknown:
            why = RowRefused("No elector on the register has this number", str(one.number), nobody_missed=True)
            reading.refuse(one.row, why)
    reading.good = [one for one in reading.good if one.number not in unknown]


class StationImport:
    whole = False
    layout = "Polling stations"
    _seen: ClassVar[tuple[str, ...]] = (
        "label",
        "district",
        "first_number",
        "last_number",
        "streets",
        "name",
        "address",
    )

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading:
        return read_stations(file, progress)

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        known = {
            (s["name"], s["postcode"], s["label"], s["district"]): tuple(s[name] for name in self._seen)
            for s in contests.stations(connection, contest.contest_id)
        }
        found = {"added": 0, "changed": 0, "unchanged": 0, "removed": 0}
        for one in reading.good:
            was = known.get((one.place, one.postcode, one.label, one.district))
            now = (one.label, one.district, one.first_number, one.last_number, one.streets, one.place, one.address)
            found["added" if was is None else "unchanged" if was == now else "changed"] += 1
        return found

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        first_room = contests.rooms(connection, contest.contest_id)[0]["committee_room_id"]
        # A list without committee rooms leaves each place and district in the room it has.
        of_place = {
            (p["name"], p["postcode"]): p["committee_room_id"] for p in contests.places(connection, contest.contest_id)
        }
        of_district = {d["district"]: d["committee_room_id"] for d in counts.districts(connection, contest.contest_id)}
        for one in reading.good:
            room = of_place.get((one.place, one.postcode)) or of_district.get(one.district) or first_room
            self._keep(connection, contest.contest_id, room, one)

    def _keep(self, connection: Connection, contest_id: int, room: int, one: StationRow) -> None:
        if one.committee_room:
            room = contests.keep_room(connection, contest_id, one.committee_room)
        place = contests.keep_place(connection, contest_id, room, one.place, one.address, one.postcode)
        changed = {"place_id": place, "committee_room_id": room}
        if one.district_name:
            changed["name"] = one.district_name  # type: ignore[assignment]
        contests.keep_district(connection, contest_id, one.district, **changed)
        contests.keep_station(
            connection,
            contest_id,
            place_id=place,
            label=one.label,
            district=one.district,
            first_number=one.first_number,
            last_number=one.last_number,
            streets=one.streets,
        )


class PointImport:
    whole = False
    layout = "Postcodes and where they are"

    def read(self, file: TableFile, contest: Contest, districts: list[str], progress: Progress) -> Reading:
        return read_points(file, progress)

    def compare(self, connection: Connection, contest: Contest, reading: Reading) -> Counts:
        points.stage(connection, reading.good)
        return points.compare(connection, contest.contest_id)

    def apply(self, connection: Connection, contest: Contest, reading: Reading) -> None:
        points.apply(connection, contest.contest_id)
        lay_out_again(connection, contest.contest_id)


def import_of(kind: str, *, whole: bool) -> Import:
    """Raises FileRefused for a kind we do not have."""
    if kind == "register":
        return RegisterImport(whole)
    if kind == "absent":
        return AbsentImport(whole)
    if kind == "pledges":
        return PledgeImport()
    if kind == "stations":
        return StationImport()
    if kind == "points":
        return PointImport()
    raise FileRefused(f"{kind!r} is none of register, absent, stations, pledges, points.")
