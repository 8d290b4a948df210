"""P13: after the purge nothing personal is left in the database, its files, its backups or its logs."""

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.errors import Conflict, NotLetIn
from gotv.house import House, open_house
from gotv.services import backups, contests, inviting, knocking_up, paper, purging, signing_in
from gotv.services.backup_place import Place
from gotv.services.canaries import search
from gotv.services.recount import recount
from gotv.store import purge as store
from tests.builders import REGISTER_HEADINGS, Seatlet, build_seatlet, csv_of, electors, load_ok, marked, today
from tests.cast import Cast, Member, invite_cast, member
from tests.conftest import free_port, over

# Nobody else is called so, and nobody else lives there.
SURNAME, STREET = "Quillfeather", "9 Hobgoblin Row"


@pytest.fixture
def alone() -> Iterator[House]:
    """A house whose files nobody else writes to."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    household = Household(folder, port=free_port())
    try:
        house = open_house(household.start_servers())
        yield house
        house.database.close()
    finally:
        household.stop()
        shutil.rmtree(folder, ignore_errors=True)


def tell(home: House, teller: Member, *numbers: str) -> None:
    post = home.telling.post_of(teller.person)
    home.telling.take(teller.person, post, [marked(number) for number in numbers])


def with_a_canary(home: House) -> Seatlet:
    seatlet = build_seatlet(home)
    rows = [("AB", 301, 0, "", "", SURNAME, "Zebedee", "N1 4QD", STREET, "Sampleton")]
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *rows]))
    load_ok(seatlet, "pledges", csv_of(["elector_number", "voting_intention"], [("AB-301", "Ours")]))
    tess = member(home, seatlet.contest_id, Role.TELLER, "Tess", place_id=seatlet.places["St Mark's Hall"])
    tell(home, tess, "1", "2")
    for room in seatlet.rooms.values():
        knocking_up.make_lists(home.database, seatlet.contest_id, room, None, home.clock.now())
    asha = member(home, seatlet.contest_id, Role.AGENT, "Asha")
    paper.ask(home.database, asha.person, "sheets", None, 1, home.clock.now())
    return seatlet


def purged(home: House, seatlet: Seatlet) -> dict:
    # Two days on no poll of a test is open any more.
    now = home.clock.now() + timedelta(days=2)
    contest = contests.find_contest(home.database, seatlet.contest_id)
    asked = purging.ask(home.database, contest, "Asha", now)
    assert purging.run(home.database, home.backups, home.settings.home, seatlet.contest_id, asked, now)
    return purging.certificate(home.database, asked)


@pytest.mark.timeout(180)
def test_nothing_personal_is_left_in_any_file_that_the_house_holds(alone: House) -> None:
    seatlet = with_a_canary(alone)
    backups.make(alone.database, alone.backups, alone.clock.now())
    over(alone, seatlet)
    words, folders = [SURNAME, STREET], [alone.settings.home]
    with store.as_owner(alone.settings.owner) as engine:
        store.to_disk(engine)
    seatlet_size = len(list(electors(["AB", "AC", "BA"])))
    assert search(folders, words).found, "the search must be able to see what is there"
    certificate = purged(alone, seatlet)
    assert search(folders, words).found == ()
    assert [check for check in certificate["checks"] if check["trouble"]] == []
    assert certificate["erased"]["elector"] == seatlet_size + 1
    assert certificate["seal"] == purging.seal(certificate, alone.key)
    assert backups.every_backup(alone.backups.folder) == []


@pytest.mark.timeout(180)
def test_who_still_reads_what_was_there_before_is_waited_for(alone: House) -> None:
    """A backup elsewhere, say: for its sake the database would keep the erased rows in its files."""
    seatlet = with_a_canary(alone)
    over(alone, seatlet)
    with ThreadPoolExecutor(1) as pool, alone.database.snapshot() as reader:
        reader.execute(text("SELECT txid_current_snapshot()"))
        erasing = pool.submit(purged, alone, seatlet)
        assert not wait([erasing], timeout=3).done, "it ends before the reader has"
        reader.rollback()
        certificate = erasing.result(60)
    assert [check for check in certificate["checks"] if check["trouble"]] == []
    assert search([alone.settings.home], [SURNAME, STREET]).found == ()


def test_what_is_linked_is_looked_through_and_what_is_shut_is_told(tmp_path: Path) -> None:
    """The log of a database or a tablespace may be a link to another disk."""
    elsewhere, held = tmp_path / "elsewhere", tmp_path / "held"
    (elsewhere / "log").mkdir(parents=True)
    (elsewhere / "log" / "1").write_text(f"... {SURNAME} ...")
    held.mkdir()
    (held / "log").symlink_to(elsewhere / "log")
    (elsewhere / "log" / "round").symlink_to(held)
    (held / "gone").symlink_to(tmp_path / "nowhere")
    seen = search([held, tmp_path / "missing"], [SURNAME])
    assert (seen.files, seen.found, seen.shut) == (1, (str(elsewhere / "log" / "1"),), ())
    (held / "circle").symlink_to(held / "circle")
    assert search([held], [SURNAME]).shut == (str(held / "circle"),)


@pytest.mark.timeout(180)
def test_another_contest_of_the_house_stays_whole(alone: House) -> None:
    gone, stays = build_seatlet(alone), build_seatlet(alone)
    tess = member(alone, stays.contest_id, Role.TELLER, "Tess", place_id=stays.places["St Mark's Hall"])
    tell(alone, tess, "1")
    backups.make(alone.database, alone.backups, alone.clock.now())
    over(alone, gone)
    over(alone, stays)
    strangers = alone.backups.folder.parent / "house-of-others" / "gotv-20260507T090000000000Z.dump"
    strangers.parent.mkdir()
    strangers.write_text("theirs")
    checks = purged(alone, gone)["checks"]
    contest = contests.find_contest(alone.database, stays.contest_id)
    counted = recount(alone.database, contest, alone.clock.now())
    assert (counted.entries, counted.marked, counted.differences) == (1, 1, [])
    assert [len(one.contests) for one in backups.every_backup(alone.backups.folder)] == [2]
    assert strangers.read_text() == "theirs"
    told = "not touched: 1 backup of another house, another key or an earlier release"
    assert [check["trouble"] for check in checks if "backup" in check["words"]] == [f"{told}: {strangers}"]


def test_nothing_is_erased_before_the_close_of_poll(home: House, seatlet: Seatlet) -> None:
    """Polling day is tomorrow, whatever the hour of this test."""
    with home.database.transaction() as connection:
        sql = "UPDATE contest SET polling_day = polling_day + 1 WHERE contest_id = :contest"
        connection.execute(text(sql), {"contest": seatlet.contest_id})
    contest = contests.find_contest(home.database, seatlet.contest_id)
    with pytest.raises(Conflict, match="Nothing can be erased before"):
        purging.ask(home.database, contest, "Asha", home.clock.now())


def test_with_the_order_everybody_is_signed_out_and_phones_are_refused(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    over(home, seatlet)
    contest = contests.find_contest(home.database, seatlet.contest_id)
    purging.ask(home.database, contest, "Asha", home.clock.now())
    for one in (cast.asha, cast.omar, cast.clem, cast.kit):
        with pytest.raises(NotLetIn):
            signing_in.who_is(home.database, home.key, one.device)
    with pytest.raises(NotLetIn):
        tell(home, cast.tess, "1")


def test_a_phone_that_still_sends_when_all_is_erased_is_refused(alone: House) -> None:
    seatlet = build_seatlet(alone)
    cast = invite_cast(alone, seatlet)
    # Its socket has been open for a while: where it stands is known.
    post = alone.telling.post_of(cast.tess.person)
    over(alone, seatlet)
    purged(alone, seatlet)
    with pytest.raises(NotLetIn):
        alone.telling.take(cast.tess.person, post, [marked("1")])
    here = {seatlet.contest_id: {cast.tess.person.person_id, cast.kit.person.person_id}}
    assert signing_in.revoked_among(alone.database, here) == {
        (seatlet.contest_id, cast.tess.person.person_id),
        (seatlet.contest_id, cast.kit.person.person_id),
    }


def test_no_hand_purges_while_a_poll_is_open_in_the_house(alone: House) -> None:
    """Not by the command line, nor by a job that was asked for before it opened: tables are taken from everybody."""
    gone, polling = build_seatlet(alone), build_seatlet(alone)
    over(alone, gone)
    contest = contests.find_contest(alone.database, gone.contest_id)
    now = polling.contest.at(polling.contest.opens) + timedelta(minutes=1)
    asked = purging.ask(alone.database, contest, "Asha", now)
    with pytest.raises(Conflict, match="erasing waits"):
        purging.run(alone.database, alone.backups, alone.settings.home, gone.contest_id, asked, now)
    assert purging.certificate(alone.database, asked)["state"] == "asked"


@pytest.mark.timeout(180)
def test_of_two_who_purge_at_once_one_does_and_the_certificate_is_true(alone: House) -> None:
    seatlet = with_a_canary(alone)
    over(alone, seatlet)
    now = alone.clock.now() + timedelta(days=2)
    contest = contests.find_contest(alone.database, seatlet.contest_id)
    asked = purging.ask(alone.database, contest, "Asha", now)

    def run(_: int) -> bool:
        return purging.run(alone.database, alone.backups, alone.settings.home, seatlet.contest_id, asked, now)

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(run, range(2))) == [False, True]
    assert purging.certificate(alone.database, asked)["erased"]["elector"] == 37


@pytest.mark.timeout(180)
def test_nobody_comes_back_into_what_was_purged_and_a_later_backup_can_be_restored(alone: House) -> None:
    seatlet = build_seatlet(alone)
    asha = member(alone, seatlet.contest_id, Role.AGENT, "Asha")
    over(alone, seatlet)
    purged(alone, seatlet)
    with pytest.raises(Conflict, match="has been purged"):
        inviting.invite(alone.database, alone.key, seatlet.contest_id, Role.AGENT, "Asha")
    with pytest.raises(NotLetIn):
        signing_in.enter_by_link(alone.database, alone.key, asha.card.token, alone.clock.now())
    with pytest.raises(Conflict, match="nothing to recount"):
        recount(alone.database, contests.find_contest(alone.database, seatlet.contest_id), alone.clock.now())
    made = backups.make(alone.database, alone.backups, alone.clock.now())
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    second = Household(folder, port=free_port())
    try:
        fresh = open_house(second.start_servers())
        place = Place(made.file.parent, fresh.settings.owner, alone.key)
        back = backups.restore(fresh.database, place, made.file, fresh.clock.now())
        assert back["contests"] == []
        fresh.database.close()
    finally:
        second.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_an_order_given_twice_is_one_order(home: House, seatlet: Seatlet) -> None:
    over(home, seatlet)
    contest = contests.find_contest(home.database, seatlet.contest_id)
    first = purging.ask(home.database, contest, "Asha", home.clock.now())
    assert purging.ask(home.database, contest, "Omar", home.clock.now()) == first
    assert purging.certificate(home.database, first)["asked_by"] == "Asha"


@pytest.mark.timeout(180)
def test_a_purge_cut_short_goes_on_where_it_was_left(alone: House) -> None:
    seatlet = with_a_canary(alone)
    over(alone, seatlet)
    now = alone.clock.now()
    contest = contests.find_contest(alone.database, seatlet.contest_id)
    asked = purging.ask(alone.database, contest, "Asha", now)
    with store.as_owner(alone.settings.owner) as engine, engine.begin() as connection:
        erased = store.erase(connection, seatlet.contest_id)
        store.keep(connection, asked, state="erased", erased=erased)
    assert purging.waiting(alone.database, now) == [(seatlet.contest_id, asked)]
    now += timedelta(days=2)
    assert purging.run(alone.database, alone.backups, alone.settings.home, seatlet.contest_id, asked, now)
    certificate = purging.certificate(alone.database, asked)
    assert (certificate["state"], certificate["erased"]) == ("done", erased)
    assert [c["words"] for c in certificate["checks"] if c["trouble"]] == ["no address was left to look for"]
    assert search([alone.settings.home], [SURNAME, STREET]).found == ()
    assert not purging.run(alone.database, alone.backups, alone.settings.home, seatlet.contest_id, asked, now)


def test_it_waits_while_a_poll_is_open_elsewhere_in_the_house(alone: House) -> None:
    gone, polling = build_seatlet(alone), build_seatlet(alone)
    over(alone, gone)
    contest = contests.find_contest(alone.database, gone.contest_id)
    asked = purging.ask(alone.database, contest, "Asha", alone.clock.now())
    noon = polling.contest.at(polling.contest.opens)
    assert purging.waiting(alone.database, noon) == []
    assert purging.waiting(alone.database, noon + timedelta(days=1)) == [(gone.contest_id, asked)]


def test_the_retention_date_orders_it_by_itself(alone: House) -> None:
    seatlet = build_seatlet(alone)
    assert seatlet.contest.retention_date == seatlet.contest.polling_day + timedelta(days=7)
    noon = seatlet.contest.at(seatlet.contest.opens)
    assert purging.due(alone.database, noon + timedelta(days=6)) == []
    assert [one.contest_id for one in purging.due(alone.database, noon + timedelta(days=7))] == [seatlet.contest_id]


def test_a_contest_never_turns_into_a_rehearsal(home: House, seatlet: Seatlet) -> None:
    """A rehearsal can be wiped at any time: no hand, not even the owner's, makes one of a real contest."""
    sql = "UPDATE contest SET rehearsal = true WHERE contest_id = :contest"
    with (
        store.as_owner(home.settings.owner) as engine,
        pytest.raises(DBAPIError, match="never changed"),
        engine.begin() as connection,
    ):
        connection.execute(text(sql), {"contest": seatlet.contest_id})


def test_a_rehearsal_is_wiped_at_any_time_and_nothing_else_with_it(home: House, seatlet: Seatlet) -> None:
    contest_id = contests.create_contest(home.database, f"Play {seatlet.contest_id}", today(), rehearsal=True)
    inviting.invite(home.database, home.key, contest_id, Role.AGENT, "Asha")
    before = store_rows(home, seatlet.contest_id)
    certificate = purged(home, Seatlet(home, contests.find_contest(home.database, contest_id)))
    assert certificate["erased"]["person"] == 1
    assert store_rows(home, contest_id) == {}
    assert store_rows(home, seatlet.contest_id) == before


def store_rows(home: House, contest_id: int) -> dict[str, int]:
    with store.as_owner(home.settings.owner) as engine, engine.begin() as connection:
        return store.rows_left(connection, contest_id)


def test_what_gzip_has_squeezed_is_looked_through_too(tmp_path: Path) -> None:
    (tmp_path / "old.log.gz").write_bytes(gzip.compress(b"x" * 999_995 + SURNAME.encode() + b"y" * 50))
    (tmp_path / "clean.log.gz").write_bytes(gzip.compress(b"x" * 3_000_000))
    (tmp_path / "broken.gz").write_bytes(gzip.compress(os.urandom(5_000))[:2_000])
    seen = search([tmp_path], [SURNAME])
    assert seen.found == (str(tmp_path / "old.log.gz"),), "across two parts of it"
    assert seen.shut == (str(tmp_path / "broken.gz"),), "what cannot be read is named"
