"""What knocking up was worth: each knock counted once, wasted and saved ones by what tellers had sent by then."""

import csv
import io
from datetime import timedelta

import pytest

from gotv.domain.worth import Worth, total
from gotv.errors import NotYours
from gotv.services import outings, walks, worth
from tests.builders import marked
from tests.services.test_doors import Walk, ab, result, undone

__all__ = ["ab"]


def figures(ab: Walk) -> Worth:
    home = ab.home
    seen = worth.of_walks(home.database, ab.seatlet.contest, ab.cast.omar.person, home.clock.now())
    found: Worth = next(row["worth"] for row in seen["walks"] if row["walk_id"] == ab.walk_id)
    return found


def go_out(ab: Walk) -> int:
    home, kit = ab.home, ab.cast.kit.person.person_id
    return outings.give(home.database, home.key, ab.cast.omar.person, ab.walk_id, [kit], [], home.clock.now())


def tell(ab: Walk, *numbers: str) -> None:
    post = ab.home.telling.post_of(ab.cast.tess.person)
    ab.home.telling.take(ab.cast.tess.person, post, [marked(number) for number in numbers])


def test_knocks_and_contacts_are_counted_by_visit(ab: Walk) -> None:
    go_out(ab)
    ab.take(result(ab.door_ids["1"], "not_in"), result(ab.door_ids["2"], "voted"), result(ab.door_ids["2"], "gone"))
    assert (figures(ab).knocks, figures(ab).contacts, figures(ab).contact_rate) == (2, 1, "50%")
    assert (figures(ab).doors_left, figures(ab).firsts_left) == (5, 4)


def test_what_was_taken_back_never_was_a_knock(ab: Walk) -> None:
    once = result(ab.door_ids["1"], "not_in")
    ab.take(once)
    ab.take(undone(once))
    assert figures(ab).knocks == 0


def test_a_knock_where_everybody_had_been_seen_was_wasted(ab: Walk) -> None:
    go_out(ab)
    tell(ab, "1")
    earlier = (ab.home.clock.now() - timedelta(minutes=30)).isoformat()
    ab.take(result(ab.door_ids["1"], "not_in"), result(ab.door_ids["2"], "not_in"))
    assert (figures(ab).wasted, figures(ab).wasted_rate) == (1, "50%")
    tell(ab, "3")
    ab.take(result(ab.door_ids["3"], "not_in", at=earlier))
    assert figures(ab).wasted == 1


def test_a_door_struck_while_a_team_was_out_was_saved_unless_they_knocked_there(ab: Walk) -> None:
    tell(ab, "1")
    outing = go_out(ab)
    ab.take(result(ab.door_ids["2"], "not_in"))
    tell(ab, "2", "3")
    assert figures(ab).saved == 1
    outings.come_back(ab.home.database, ab.cast.omar.person, outing, "finished", ab.home.clock.now())
    tell(ab, "4")
    assert figures(ab).saved == 1


def test_the_sums_of_walks_and_their_rates() -> None:
    rows = [{"knocks": 30, "contacts": 12, "wasted": 3, "by_phone": 30, "hours": 1.5}, {"knocks": 10, "saved": 4}]
    summed = total(rows)
    assert (summed.knocks, summed.contact_rate, summed.wasted_rate, summed.saved) == (40, "30%", "8%", 4)
    assert summed.doors_an_hour == "20.0"


def test_before_the_first_knock_there_is_no_rate() -> None:
    assert (Worth().contact_rate, Worth().doors_an_hour) == ("–", "–")


def test_the_export_has_counts_by_walk_and_nobody_in_it(ab: Walk) -> None:
    ab.take(result(ab.door_ids["1"], "not_in"))
    home = ab.home
    text = worth.as_csv(home.database, ab.seatlet.contest, ab.cast.omar.person, home.clock.now())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["committee_room"] for row in rows] == ["North", "North"]
    mine = next(row for row in rows if row["walk"].startswith("AB"))
    assert (mine["knocks"], mine["contacts"], mine["doors_left"], mine["team_hours"]) == ("1", "0", "6", "0.00")
    assert "Pat" not in text


def test_another_committee_rooms_figures_are_not_shown(ab: Walk) -> None:
    home = ab.home
    with pytest.raises(NotYours):
        worth.of_walks(
            home.database,
            ab.seatlet.contest,
            ab.cast.omar.person,
            home.clock.now(),
            room=ab.seatlet.rooms["South"],
        )


def test_a_visit_that_met_somebody_in_the_end_is_a_contact(ab: Walk) -> None:
    now = ab.home.clock.now()
    first, then = ((now - timedelta(minutes=n)).isoformat() for n in (8, 5))
    later = (now + timedelta(hours=1)).isoformat()
    ab.take(result(ab.door_ids["1"], "not_in", at=first))
    ab.take(result(ab.door_ids["1"], "will_vote", at=then, promised_at=later))
    assert (figures(ab).knocks, figures(ab).contacts) == (1, 1)
    assert ab.agrees()


def test_a_door_that_was_settled_before_is_not_saved(ab: Walk) -> None:
    ab.take(result(ab.door_ids["1"], "voted"), result(ab.door_ids["2"], "no_calls"))
    go_out(ab)
    tell(ab, "1", "2", "3")
    assert figures(ab).saved == 1


def test_a_walk_that_was_joined_to_another_keeps_its_hours_in_the_sum(ab: Walk) -> None:
    database, omar = ab.home.database, ab.cast.omar.person
    outing = go_out(ab)
    ab.take(result(ab.door_ids["1"], "not_in"))
    outings.come_back(database, omar, outing, "finished", ab.home.clock.now())
    before = worth.of_walks(database, ab.seatlet.contest, omar, ab.home.clock.now())["total"]
    new, _ = walks.split(database, omar, ab.walk_id, ab.door_ids["5"])
    walks.join(database, omar, new, ab.walk_id)
    after = worth.of_walks(database, ab.seatlet.contest, omar, ab.home.clock.now())["total"]
    assert (after.hours, after.knocks) == (before.hours, before.knocks)
    assert after.hours > 0
