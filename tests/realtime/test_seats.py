"""Who is here, by contest and person, each with every line they have open."""

from dataclasses import replace

from gotv.realtime.seats import came, here, went
from tests.cast import Cast


def test_whoever_has_no_line_open_any_more_is_not_here(cast: Cast) -> None:
    tess, contest = cast.tess.person, cast.tess.person.contest_id
    came(tess, "/telling", "phone")
    came(tess, "/telling", "another tab")
    came(cast.kit.person, "/knocking", "his")
    assert here[contest] == {
        tess.person_id: {("/telling", "phone"), ("/telling", "another tab")},
        cast.kit.person.person_id: {("/knocking", "his")},
    }
    went(tess, "/telling", "phone")
    assert here[contest][tess.person_id] == {("/telling", "another tab")}
    went(tess, "/telling", "another tab")
    assert set(here[contest]) == {cast.kit.person.person_id}
    went(cast.kit.person, "/knocking", "his")
    assert contest not in here, "nothing is left behind"
    went(None, "/telling", "never came in")
    went(replace(tess, contest_id=-1), "/telling", "never came in")
    assert -1 not in here
