"""The eve: a teller tries the link on her own phone; the sheet says GO or NO-GO; a rehearsal says that it is one."""

from playwright.sync_api import Browser, expect
from sqlalchemy import text

from gotv.embedded.household import Household
from gotv.house import House
from tests.builders import Seatlet
from tests.cast import Cast, invite_cast
from tests.conftest import over
from tests.journeys.conftest import LAPTOP, PHONE, Enter
from tests.journeys.test_everybody_can_use_it import assert_no_barriers
from tests.rehearsal.test_rehearse import staged


def test_a_teller_tries_her_link_and_the_organiser_sees_it(
    running: Household, browser: Browser, enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    with home.database.transaction() as connection:
        sql = """UPDATE person SET valid_on = valid_on + 3 WHERE contest_id = :contest AND role = 'teller';
                 DELETE FROM device WHERE contest_id = :contest AND person_id = :tess"""
        for part in sql.split(";"):
            bind = {"contest": seatlet.contest_id, "tess": cast.tess.person.person_id}
            connection.execute(text(part), {k: v for k, v in bind.items() if f":{k}" in part})
    with browser.new_context(**PHONE) as context:
        phone = context.new_page()
        phone.goto(f"http://127.0.0.1:{running.port}/enter#{cast.tess.card.token}")
        phone.get_by_role("button", name="Start").tap()
        expect(phone.locator("#on-trial")).to_contain_text("Tess, your link works")
        assert_no_barriers(phone)
        phone.get_by_label("Try it now: any number").fill("what")
        phone.get_by_role("button", name="Send it on trial").tap()
        expect(phone.get_by_role("alert")).to_contain_text("not an elector number")
        phone.get_by_label("Try it now: any number").fill("12")
        phone.get_by_role("button", name="Send it on trial").tap()
        expect(phone.locator("#tried")).to_contain_text("12 arrived. Nothing was counted.")
        assert_no_barriers(phone)
    people = enter(cast.omar, **LAPTOP)
    people.goto(f"/contests/{seatlet.contest_id}/people")
    expect(people.get_by_role("row", name="Tess")).to_contain_text("tried on")
    people.get_by_role("link", name="Go or no-go").click()
    expect(people.get_by_role("row", name="Tellers' links tried")).to_contain_text("1 of 1")
    expect(people.get_by_role("heading", level=1)).to_have_text("No-go")


def test_every_page_of_a_rehearsal_says_so(enter: Enter, home: House) -> None:
    stage = staged(home)
    with home.database.snapshot() as connection:
        sql = "SELECT place_id FROM polling_place WHERE contest_id = :contest ORDER BY place_id LIMIT 1"
        place = connection.execute(text(sql), {"contest": stage.contest.contest_id}).scalar_one()
        rooms = "SELECT committee_room_id FROM committee_room WHERE contest_id = :contest ORDER BY 1 DESC LIMIT 1"
        room = connection.execute(text(rooms), {"contest": stage.contest.contest_id}).scalar_one()
    # The cast asks for these two by name.
    seatlet = Seatlet(home, stage.contest, {"St Mark's Hall": place}, {"North": room})
    cast = invite_cast(home, seatlet)
    for who, size in ((cast.asha, LAPTOP), (cast.tess, PHONE), (cast.kit, PHONE)):
        expect(enter(who, **size).get_by_text("Rehearsal.")).to_be_visible()
    over(home, seatlet)
