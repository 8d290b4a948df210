"""The whole organisation: its weekends, the doors knocked on the day, and what counts as a battleground."""

import re
from datetime import timedelta

from flask import Flask

from gotv.house import House
from gotv.services import events
from gotv.services.doors_knocked import DoorsKnocked
from gotv.services.organisation import plan
from tests.builders import Seatlet, new_contest, today
from tests.cast import Cast
from tests.country import loaded
from tests.services.test_doors import Walk, result, undone
from tests.services.test_signing_up import Session, comer, told
from tests.web.test_people import form


def test_weekends_are_added_up_across_areas(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> None:
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 + 7)
    names = {"weekend": "Big weekend", "day": f"{saturday}"}
    here = Session(home, seatlet, capacity="10", **names)
    here.sign_up(comer("Ann"))
    Session(home, seatlet, capacity="5", **(names | {"day": f"{saturday + timedelta(days=1)}"}))
    other = new_contest(home)
    elsewhere = events.add(home.database, other, told(capacity="7", **names))
    weekend = next(one for one in plan(home.database, home.clock.now()) if one.day == saturday)
    assert weekend.names == {"Big weekend"}
    assert weekend.areas[seatlet.contest.name] | {"x": 0} == {
        "sessions": 2, "capacity": 15, "coming": 1, "waiting": 0, "attended": 0, "x": 0,
    }  # fmt: skip
    assert weekend.areas[other.name]["capacity"] == 7
    assert weekend.total["capacity"] >= 22
    page = cast.omar.signed_in(app.test_client()).get(f"/contests/{seatlet.contest_id}/organisation/weekends").text
    assert f"Weekend of {saturday.day} {saturday:%B}: Big weekend" in page
    assert "Ann" not in page, "how many, never who"
    events.call_off(home.database, other, elsewhere, home.clock.now())


def test_doors_are_counted_once_by_room_and_hour(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> None:
    ab = Walk(home, seatlet, cast)
    one, two, three = list(ab.door_ids.values())[:3]
    sent = [result(one), result(two), result(three), result(one, "voted")]
    ab.take(*sent)
    knocked = DoorsKnocked(home.database, home.clock.now)
    area = knocked.of_one(seatlet.contest)
    assert (area.total, area.rooms) == (3, ["North"]), "a door where two things were found is one door"
    assert knocked.now().total >= 3
    ab.take(undone(sent[1]))
    assert knocked.of_one(seatlet.contest).total == 2
    page = cast.omar.signed_in(app.test_client()).get(f"/contests/{seatlet.contest_id}/organisation/doors").text
    assert "doors knocked today" in page
    assert re.search(r"North</th>.*<b>2</b>", page, re.DOTALL)
    with home.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE contest SET polling_day = polling_day - 1 WHERE contest_id = %s", (seatlet.contest_id,)
        )
    after = cast.omar.signed_in(app.test_client()).get(f"/contests/{seatlet.contest_id}/organisation/doors").text
    assert "<b>0</b> doors knocked on polling day" in after, "of another day than today it says so, as its table does"


def test_an_agent_says_what_counts_and_nobody_else(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = f"/contests/{seatlet.contest_id}/organisation/settings"
    asha, omar = (one.signed_in(app.test_client()) for one in (cast.asha, cast.omar))
    with loaded(home):
        assert "3 seats count now." in asha.get(page).text
        assert omar.get(page).status_code == 403
        usual = {"name": "Sampleton Forward", "party": "Lab", "within_pct": "1", "held": "1", "targets": "1"}
        assert "1 seats count now." in asha.post(page, data=form(asha, **usual), follow_redirects=True).text
        wrong = asha.post(page, data=form(asha, **(usual | {"within_pct": "close"})))
        assert (wrong.status_code, "Largest majority: write a number" in wrong.text) == (409, True)
        named = {"seat": "Cedar", "word": "in", "why": "Our next one"}
        shown = asha.post(f"{page}/seat", data=form(asha, **named), follow_redirects=True).text
        assert "Cedar: kept." in shown
        assert "2 seats count now." in shown
        nowhere = asha.post(f"{page}/seat", data=form(asha, seat="Atlantis", word="in"))
        assert (nowhere.status_code, "There is no seat" in nowhere.text) == (404, True)
        again = asha.post(f"{page}/seat", data=form(asha, seat="E14000003", word=""), follow_redirects=True).text
        assert "None: all seats go by the rules above." in again
