"""Every table and constraint, on one page.

``contest_id`` comes first in every primary key and no query crosses contests, so the schema can be
distributed by it; the few tables of the country (``REFERENCE``) stand whole on every host. The ledger
(``mark``) is append-only: the application's role may only insert and select.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Time,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def contest_column() -> Column[int]:
    return Column("contest_id", ForeignKey("contest.contest_id"), primary_key=True)


def hot_contest_column() -> Column[int]:
    """For the tables that every number goes through: no reference to check, row by row, as fast as people vote."""
    return Column("contest_id", Integer, primary_key=True, autoincrement=False)


def id_column(name: str) -> Column[int]:
    return Column(name, Integer, Identity(), primary_key=True)


def created_column(name: str = "created_at") -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def within(column: str, table: str, referred: str) -> ForeignKeyConstraint:
    """A reference that stays inside the contest."""
    return ForeignKeyConstraint(["contest_id", column], [f"{table}.contest_id", f"{table}.{referred}"])


def counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


contest = Table(
    "contest",
    metadata,
    id_column("contest_id"),
    Column("name", Text, nullable=False, unique=True),
    Column("polling_day", Date, nullable=False),
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("voting_age", SmallInteger, nullable=False),
    # Markers whose electors may not vote in this contest, as one text: BGLM for the UK Parliament.
    Column("barred_markers", Text, nullable=False, server_default=""),
    Column("pledge_rule", JSONB, nullable=False),
    Column("retention_date", Date, nullable=False),
    # Whether a clerk at the grid sees whom a number belongs to: first letter of the surname, and the street.
    Column("shows_initials", Boolean, nullable=False, server_default=text("false")),
    # How its lists are made (`domain.priority.KnockingRules`); what is not there is as usual.
    Column("knocking_rules", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # Everybody in it is invented; it can be wiped at any time. Said when it is made and never changed: see the trigger.
    Column("rehearsal", Boolean, nullable=False, server_default=text("false")),
    # Parts of the house that are switched off for it (`services.switches`), so that the rest lives.
    Column("switched_off", ARRAY(Text), nullable=False, server_default="{}"),
    # In which seat it is (`seat`), if it is in one: its events are shown with that battleground.
    Column("seat_code", Text, nullable=False, server_default=""),
    # When everything personal in it was erased.
    Column("purged_at", DateTime(timezone=True)),
    created_column(),
)

committee_room = Table(
    "committee_room",
    metadata,
    contest_column(),
    id_column("committee_room_id"),
    Column("name", Text, nullable=False),
    UniqueConstraint("contest_id", "name"),
)

polling_place = Table(
    "polling_place",
    metadata,
    contest_column(),
    id_column("place_id"),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("postcode", Text, nullable=False, server_default=""),
    Column("committee_room_id", Integer, nullable=False),
    UniqueConstraint("contest_id", "name", "postcode"),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

polling_district = Table(
    "polling_district",
    metadata,
    contest_column(),
    Column("district", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("place_id", Integer),
    Column("committee_room_id", Integer, nullable=False),
    within("place_id", "polling_place", "place_id"),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

polling_station = Table(
    "polling_station",
    metadata,
    contest_column(),
    id_column("station_id"),
    Column("place_id", Integer, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("district", Text, nullable=False),
    # Where a district is split between desks: a number range, or the streets.
    Column("first_number", Integer),
    Column("last_number", Integer),
    Column("streets", Text, nullable=False, server_default=""),
    UniqueConstraint("contest_id", "place_id", "label", "district"),
    within("place_id", "polling_place", "place_id"),
    within("district", "polling_district", "district"),
)

walk = Table(
    "walk",
    metadata,
    contest_column(),
    id_column("walk_id"),
    Column("district", Text, nullable=False),
    Column("name", Text, nullable=False),
    # A walk that was joined to another keeps its lists, and is walked no more.
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    # Whether a file named it: such a walk is never laid out anew.
    Column("given", Boolean, nullable=False, server_default=text("false")),
    # Rises whenever an organiser's hand changes its doors or their order: its list is then to be made anew.
    counter("arrangement"),
    UniqueConstraint("contest_id", "name"),
    within("district", "polling_district", "district"),
)

# The streets of a walk in the order they are walked. One that was cut stands in two walks; its doors know which.
walk_street = Table(
    "walk_street",
    metadata,
    contest_column(),
    Column("walk_id", Integer, primary_key=True, autoincrement=False),
    Column("street", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    # From its last house to its first.
    Column("backwards", Boolean, nullable=False, server_default=text("false")),
    within("walk_id", "walk", "walk_id"),
)

# An address, kept for good: what was said at a door outlives the register's next edition.
door = Table(
    "door",
    metadata,
    contest_column(),
    Column("door_id", BigInteger, Identity(), primary_key=True),
    Column("district", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("door_order", Text, nullable=False),
    Column("walk_id", Integer),
    Column("place_in_walk", Integer, nullable=False, server_default=text("0")),
    # An organiser's: pin (first on its list) or veto (not now).
    Column("wish", Text, nullable=False, server_default=""),
    UniqueConstraint("contest_id", "district", "street", "door", "postcode"),
    CheckConstraint("wish IN ('', 'pin', 'veto')", name="wish"),
    Index("ix_door_walk", "contest_id", "walk_id"),
    within("walk_id", "walk", "walk_id"),
)

elector = Table(
    "elector",
    metadata,
    contest_column(),
    Column("elector_id", BigInteger, Identity(), primary_key=True),
    Column("district", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("suffix", Integer, nullable=False),
    Column("marker", Text, nullable=False, server_default=""),
    Column("surname", Text, nullable=False, server_default=""),
    Column("forename", Text, nullable=False, server_default=""),
    Column("attains_on", Date),
    Column("address", ARRAY(Text), nullable=False, server_default="{}"),
    Column("postcode", Text, nullable=False, server_default=""),
    Column("street", Text, nullable=False, server_default=""),
    Column("door", Text, nullable=False, server_default=""),
    Column("door_order", Text, nullable=False, server_default=""),
    # The door with this address; None for one without an address.
    Column("door_id", BigInteger),
    # False for an attainer too young on polling day and for a marker that this contest bars.
    Column("may_vote", Boolean, nullable=False, server_default=text("true")),
    Column("absent", Text, nullable=False, server_default=""),
    Column("objects", Boolean, nullable=False, server_default=text("false")),
    Column("pledged", Boolean, nullable=False, server_default=text("false")),
    # False once a full register no longer lists them; their pledge comes back if they do.
    Column("registered", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("contest_id", "district", "number", "suffix"),
    CheckConstraint("absent IN ('', 'postal', 'proxy', 'postal_proxy')", name="absent"),
    Index("ix_elector_door", "contest_id", "door_id"),
    # The quarter of a register that lists are made of.
    Index("ix_elector_pledged", "contest_id", "door_id", postgresql_where=text("pledged")),
    within("district", "polling_district", "district"),
)

canvass_return = Table(
    "canvass_return",
    metadata,
    contest_column(),
    Column("elector_id", BigInteger, primary_key=True),
    Column("contacted_at", DateTime(timezone=True)),
    Column("intention", Text, nullable=False, server_default=""),
    Column("strength", Text, nullable=False, server_default=""),
    Column("wants_lift", Boolean, nullable=False, server_default=text("false")),
    within("elector_id", "elector", "elector_id"),
)

person = Table(
    "person",
    metadata,
    contest_column(),
    id_column("person_id"),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("place_id", Integer),
    Column("committee_room_id", Integer),
    Column("valid_on", Date),
    # Raised to make the old link and code worthless; both are derived from it and the secret key.
    Column("serial", Integer, nullable=False, server_default=text("1")),
    Column("code_hash", LargeBinary),
    Column("password_hash", Text),
    created_column(),
    Column("opened_at", DateTime(timezone=True)),
    # When its holder opened a teller's link before the day and sent a number on trial.
    Column("armed_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    # A code from their own phone when signing in: since when, what its secret is made of beside the house's key, the
    # last half minute that was used, wrong codes since the last right one, and until when no more are looked at.
    Column("second_step_at", DateTime(timezone=True)),
    Column("second_step_nonce", Text, nullable=False, server_default=""),
    Column("second_step_used", BigInteger, nullable=False, server_default=text("0")),
    Column("second_step_wrong", Integer, nullable=False, server_default=text("0")),
    Column("second_step_waits", DateTime(timezone=True)),
    CheckConstraint("role IN ('agent', 'organiser', 'clerk', 'teller', 'knocker')", name="role"),
    CheckConstraint("role <> 'teller' OR (place_id IS NOT NULL AND valid_on IS NOT NULL)", name="teller_bound"),
    Index("uq_person_code", "contest_id", "code_hash", unique=True),
    Index("ix_person_revoked", "contest_id", "person_id", postgresql_where=text("revoked_at IS NOT NULL")),
    within("place_id", "polling_place", "place_id"),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

device = Table(
    "device",
    metadata,
    contest_column(),
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Integer, nullable=False),
    created_column(),
    # For its second step: until then it is nobody's.
    Column("waiting", Boolean, nullable=False, server_default=text("false")),
    within("person_id", "person", "person_id"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    contest_column(),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    # Where the ledger stood when the register, the pledges or the places last changed.
    Column("register_position", BigInteger, nullable=False, server_default=text("0")),
)

mark = Table(
    "mark",
    metadata,
    hot_contest_column(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("id", UUID(as_uuid=False), nullable=False),
    Column("kind", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("place_id", Integer, nullable=False),
    Column("typed", Text, nullable=False, server_default=""),
    Column("district", Text),
    Column("number", Integer),
    Column("suffix", Integer),
    Column("withdraws", UUID(as_uuid=False)),
    Column("called_at", DateTime(timezone=True)),
    Column("received_at", DateTime(timezone=True), nullable=False),
    # Why it is doubtful (`domain.doubts`), or '' for a good one: judged once, on arrival.
    Column("doubt", Text, nullable=False, server_default=""),
    UniqueConstraint("contest_id", "id"),
    CheckConstraint("kind IN ('mark', 'withdraw', 'no_number')", name="kind"),
    Index("ix_mark_withdraws", "contest_id", "withdraws", postgresql_where=text("withdraws IS NOT NULL")),
)


def marks_by_number(name: str) -> Table:
    return Table(
        name,
        metadata,
        hot_contest_column(),
        Column("district", Text, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("suffix", Integer, primary_key=True, autoincrement=False),
        Column("id", UUID(as_uuid=False), primary_key=True),
        Column("place_id", Integer, nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
    )


# The marks that stand: the ledger less what was withdrawn. Always derivable from it; `gotv recount` checks.
standing_mark = marks_by_number("standing_mark")
# Those that stand as doubtful: they strike nobody until an organiser has looked.
doubtful_mark = marks_by_number("doubtful_mark")

# The register as the ledger asks for it (`store.register_blocks`): a letter for each number.
register_block = Table(
    "register_block",
    metadata,
    hot_contest_column(),
    Column("district", Text, primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("letters", Text, nullable=False),
    CheckConstraint("length(letters) = 256", name="letters"),
)

# Counters move in the ledger's own transaction; `position` is the ledger position of the last move.
district_count = Table(
    "district_count",
    metadata,
    hot_contest_column(),
    Column("district", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    counter("electors"),
    counter("pledges"),
    counter("wanted"),
    counter("marks"),
    counter("pledges_marked"),
    counter("wanted_marked"),
    counter("unmatched"),
)

place_count = Table(
    "place_count",
    metadata,
    hot_contest_column(),
    Column("place_id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    counter("heard"),
    counter("no_number"),
    counter("unmatched"),
    counter("doubtful"),
    Column("last_heard_at", DateTime(timezone=True)),
)

hour_count = Table(
    "hour_count",
    metadata,
    hot_contest_column(),
    Column("district", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    counter("marks"),
    counter("pledges"),
)

# One row for each committee room and slot that has its lists: what makes an hour's lists exist once.
list_run = Table(
    "list_run",
    metadata,
    contest_column(),
    Column("committee_room_id", Integer, primary_key=True, autoincrement=False),
    Column("slot", DateTime(timezone=True), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("walks", Integer, nullable=False),
    created_column("made_at"),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

knock_up_list = Table(
    "knock_up_list",
    metadata,
    contest_column(),
    Column("walk_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("committee_room_id", Integer, nullable=False),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    # As `domain.knocking_up.lists_by_walk` makes them, in the order to knock.
    # Kept as written, for it is only ever read whole.
    Column("streets", JSON, nullable=False),
    # Of the draw that put equals in order.
    Column("seed", BigInteger, nullable=False, server_default=text("0")),
    # How the walk was arranged when it was made; -1 for a list from before walks had doors.
    Column("arrangement", Integer, nullable=False, server_default=text("-1")),
    # Whether some door of it waits only for the first knocks of the committee room.
    Column("third_knocks_wait", Boolean, nullable=False, server_default=text("false")),
    counter("doors"),
    counter("electors"),
    UniqueConstraint("contest_id", "walk_id", "slot"),
    within("walk_id", "walk", "walk_id"),
)

upload = Table(
    "upload",
    metadata,
    contest_column(),
    id_column("upload_id"),
    Column("kind", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    created_column("uploaded_at"),
    Column("state", Text, nullable=False, server_default="received"),
    Column("rows_done", Integer, nullable=False, server_default=text("0")),
    Column("rows_total", Integer, nullable=False, server_default=text("0")),
    Column("report", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("refused", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('register', 'absent', 'stations', 'pledges', 'points')", name="kind"),
    CheckConstraint(
        "state IN ('received', 'checking', 'checked', 'confirmed', 'applying', 'applied', 'failed')",
        name="state",
    ),
)

# What a teller's phone says it has sent, beside what the ledger holds of it: one row for each stint, the newest count.
control_total = Table(
    "control_total",
    metadata,
    contest_column(),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("stint", UUID(as_uuid=False), primary_key=True),
    Column("counted_at", DateTime(timezone=True), nullable=False),
    Column("sent", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    # The numbers, as typed, that the phone was answered for and the ledger no longer has.
    Column("missing", ARRAY(Text), nullable=False, server_default="{}"),
    within("person_id", "person", "person_id"),
)

# A sheet of paper with numbers: waiting to be keyed, open while it is, then closed; or void. What is in its boxes is
# in the ledger alone.
slip = Table(
    "slip",
    metadata,
    contest_column(),
    Column("slip_id", UUID(as_uuid=False), primary_key=True),
    Column("place_id", Integer, nullable=False),
    Column("district", Text, nullable=False, server_default=""),
    # As written on the paper: an hour of polling day by the contest's own clock, the teller's name, the sheet's number.
    Column("hour", Time),
    Column("teller", Text, nullable=False, server_default=""),
    Column("sheet", Integer, nullable=False, server_default=text("1")),
    Column("boxes", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    # Who works on it, and when they last did: a claim that nobody uses runs out.
    Column("claimed_by", Integer),
    Column("claimed_at", DateTime(timezone=True)),
    # What the paper says its sum is, and why it was closed all the same when another was keyed.
    Column("stated", Integer),
    Column("reason", Text, nullable=False, server_default=""),
    Column("closed_by", Integer),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('waiting', 'open', 'closed', 'void')", name="state"),
    Index("ix_slip_place", "contest_id", "place_id"),
    within("place_id", "polling_place", "place_id"),
    within("claimed_by", "person", "person_id"),
    within("closed_by", "person", "person_id"),
)

# Which entry of the ledger was keyed into which box. Box 0 is the tally of those who gave no number.
slip_box = Table(
    "slip_box",
    metadata,
    contest_column(),
    Column("entry_id", UUID(as_uuid=False), primary_key=True),
    Column("slip_id", UUID(as_uuid=False), nullable=False),
    Column("box", Integer, nullable=False),
    Index("ix_slip_box_slip", "contest_id", "slip_id"),
    within("slip_id", "slip", "slip_id"),
)

slip_photo = Table(
    "slip_photo",
    metadata,
    contest_column(),
    Column("slip_id", UUID(as_uuid=False), primary_key=True),
    # As it was sent, until a worker has drawn it anew; then only the new picture stays.
    Column("sent", LargeBinary),
    Column("picture", LargeBinary),
    Column("trouble", Text, nullable=False, server_default=""),
    created_column("sent_at"),
    within("slip_id", "slip", "slip_id"),
)

# A slip keyed a second time, blind: what was compared and what differed.
slip_check = Table(
    "slip_check",
    metadata,
    contest_column(),
    Column("slip_id", UUID(as_uuid=False), primary_key=True),
    Column("checked_by", Integer, primary_key=True, autoincrement=False),
    Column("checked_at", DateTime(timezone=True), nullable=False),
    Column("compared", Integer, nullable=False),
    # [{"box", "first", "second"}], numbers as written, "" for an empty box
    Column("differences", JSONB, nullable=False),
    within("slip_id", "slip", "slip_id"),
    within("checked_by", "person", "person_id"),
)

# What was found at doors: append-only, with positions of the ledger, so that a list at a position knows its results.
door_result = Table(
    "door_result",
    metadata,
    contest_column(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("id", UUID(as_uuid=False), nullable=False),
    Column("kind", Text, nullable=False),
    Column("door_id", BigInteger),
    # [[district, number, suffix], ...]; empty for everybody at the door
    Column("electors", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # When it was found, and when we were told.
    Column("at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("promised_at", DateTime(timezone=True)),
    Column("passengers", SmallInteger, nullable=False, server_default=text("1")),
    Column("both_ways", Boolean, nullable=False, server_default=text("true")),
    Column("note", Text, nullable=False, server_default=""),
    Column("withdraws", UUID(as_uuid=False)),
    Column("person_id", Integer, nullable=False),
    UniqueConstraint("contest_id", "id"),
    CheckConstraint("kind IN ('voted', 'will_vote', 'not_in', 'lift', 'gone', 'no_calls', 'withdraw')", name="kind"),
    Index("ix_door_result_door", "contest_id", "door_id"),
    Index("ix_door_result_withdraws", "contest_id", "withdraws", postgresql_where=text("withdraws IS NOT NULL")),
    within("door_id", "door", "door_id"),
    within("person_id", "person", "person_id"),
)

# What the standing results of a door come to; always derivable from them.
door_state = Table(
    "door_state",
    metadata,
    contest_column(),
    Column("door_id", BigInteger, primary_key=True, autoincrement=False),
    counter("knocks"),
    counter("contacts"),
    Column("last_kind", Text, nullable=False, server_default=""),
    Column("last_at", DateTime(timezone=True)),
    Column("promised_at", DateTime(timezone=True)),
    Column("shut", Boolean, nullable=False, server_default=text("false")),
    within("door_id", "door", "door_id"),
)

# Who needs no more knocks by what was said at their door: voted already, moved away.
settled_at_door = Table(
    "settled_at_door",
    metadata,
    contest_column(),
    Column("district", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("suffix", Integer, primary_key=True, autoincrement=False),
    Column("door_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_settled_at_door_door", "contest_id", "door_id"),
    within("door_id", "door", "door_id"),
)

# A numbered sweep through the walks of a committee room.
knocking_round = Table(
    "knocking_round",
    metadata,
    contest_column(),
    Column("committee_room_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    # A person's name, or 'the clock'.
    Column("opened_by", Text, nullable=False),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

# A team out with a walk. One at a time for each walk: the index says so, whatever several organisers click.
outing = Table(
    "outing",
    metadata,
    contest_column(),
    id_column("outing_id"),
    Column("walk_id", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("team", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("out_at", DateTime(timezone=True), nullable=False),
    Column("heard_at", DateTime(timezone=True), nullable=False),
    # The end of the shift: the phone blanks itself then.
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("back_at", DateTime(timezone=True)),
    Column("ending", Text, nullable=False, server_default=""),
    Column("ended_by", Text, nullable=False, server_default=""),
    CheckConstraint("ending IN ('', 'returned', 'finished', 'moved', 'aged', 'over')", name="ending"),
    Index("uq_outing_out", "contest_id", "walk_id", unique=True, postgresql_where=text("back_at IS NULL")),
    within("walk_id", "walk", "walk_id"),
)

outing_person = Table(
    "outing_person",
    metadata,
    contest_column(),
    Column("outing_id", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Index("ix_outing_person_person", "contest_id", "person_id"),
    within("outing_id", "outing", "outing_id"),
    within("person_id", "person", "person_id"),
)

# Who stands at which door just now: so that two on one walk do not meet there.
door_visit = Table(
    "door_visit",
    metadata,
    contest_column(),
    Column("door_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", Integer, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    within("door_id", "door", "door_id"),
    within("person_id", "person", "person_id"),
)

# Who drives for a committee room, and how many may come along.
car = Table(
    "car",
    metadata,
    contest_column(),
    id_column("car_id"),
    Column("committee_room_id", Integer, nullable=False),
    Column("driver", Text, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    Column("seats", SmallInteger, nullable=False),
    Column("off_at", DateTime(timezone=True)),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

# A lift to the poll: asked for at a door (then with its result), by phone or by an organiser. `step` counts its
# changes: who changes it says which they saw.
lift = Table(
    "lift",
    metadata,
    contest_column(),
    Column("lift_id", UUID(as_uuid=False), primary_key=True),
    Column("committee_room_id", Integer, nullable=False),
    Column("door_id", BigInteger),
    Column("result_id", UUID(as_uuid=False)),
    # Who rang up, if that is known.
    Column("district", Text),
    Column("number", Integer),
    Column("suffix", Integer),
    # Where to fetch whom when nobody on the register was named, and to which polling place.
    Column("address", Text, nullable=False, server_default=""),
    Column("place_id", Integer),
    Column("passengers", SmallInteger, nullable=False),
    Column("wanted_at", DateTime(timezone=True)),
    Column("both_ways", Boolean, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("car_id", Integer),
    Column("step", Integer, nullable=False, server_default=text("0")),
    CheckConstraint(
        "state IN ('asked', 'assigned', 'under_way', 'there', 'returning', 'done', 'cancelled')", name="state"
    ),
    UniqueConstraint("contest_id", "result_id"),
    Index("ix_lift_room", "contest_id", "committee_room_id"),
    within("committee_room_id", "committee_room", "committee_room_id"),
    within("door_id", "door", "door_id"),
    within("place_id", "polling_place", "place_id"),
    within("car_id", "car", "car_id"),
)

# What a lift was before each of its changes, and who changed it: for undo, and for who comes second.
lift_step = Table(
    "lift_step",
    metadata,
    contest_column(),
    Column("lift_id", UUID(as_uuid=False), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("was", Text, nullable=False),
    Column("was_car_id", Integer),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    within("lift_id", "lift", "lift_id"),
)

# A file of paper that somebody asked for: drawn by a worker, kept until the purge.
bundle = Table(
    "bundle",
    metadata,
    contest_column(),
    id_column("bundle_id"),
    Column("kind", Text, nullable=False),
    Column("committee_room_id", Integer),
    # What is in it: [[walk, version], ...], how many copies.
    Column("sheets", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("copies", SmallInteger, nullable=False, server_default=text("1")),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("pages", Integer, nullable=False, server_default=text("0")),
    counter("tries"),
    Column("content", LargeBinary),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("made_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('sheets', 'pads', 'dawn')", name="kind"),
    CheckConstraint("state IN ('asked', 'drawing', 'made', 'failed')", name="state"),
    # One of a kind at a time for each committee room, whatever is clicked.
    Index(
        "uq_bundle_asked",
        "contest_id",
        "kind",
        text("coalesce(committee_room_id, 0)"),
        unique=True,
        postgresql_where=text("state IN ('asked', 'drawing')"),
    ),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

# Where a postcode is, in metres on the national grid: what walks are laid out by when the agent loads such a file.
postcode_point = Table(
    "postcode_point",
    metadata,
    contest_column(),
    Column("postcode", Text, primary_key=True),
    Column("east", Integer, nullable=False),
    Column("north", Integer, nullable=False),
)

# What a purge leaves behind: how much of each kind was erased, and where it was looked for afterwards.
certificate = Table(
    "certificate",
    metadata,
    contest_column(),
    Column("certificate_id", UUID(as_uuid=False), primary_key=True),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("done_at", DateTime(timezone=True)),
    # By table: how many rows were erased.
    Column("erased", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # What was done and looked at, each in words.
    Column("checks", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("seal", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('asked', 'erased', 'done', 'failed')", name="state"),
)

# How a rehearsal went; it stays when the rehearsal itself has been wiped.
rehearsal_result = Table(
    "rehearsal_result",
    metadata,
    contest_column(),
    Column("finished_at", DateTime(timezone=True), primary_key=True),
    # As `rehearsal.result` measures them.
    Column("figures", JSONB, nullable=False),
)

# Who saw or changed what. Only ever added to, each row sealed with the one before it (`domain.audit`).
audit = Table(
    "audit",
    metadata,
    contest_column(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("person_id", Integer, nullable=False),
    # Whether it was asked for (GET) or sent (POST), at which door, and about what: ids, never names.
    Column("method", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("status", SmallInteger, nullable=False),
    Column("seal", Text, nullable=False),
)

# An event that people come to. Those of one weekend share its name. Its version rises with each change, so that a
# calendar knows which is newer.
event = Table(
    "event",
    metadata,
    contest_column(),
    id_column("event_id"),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("weekend", Text, nullable=False, server_default=""),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("meeting_point", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("host", Text, nullable=False, server_default=""),
    Column("bring", Text, nullable=False, server_default=""),
    Column("access_notes", Text, nullable=False, server_default=""),
    Column("travel", Text, nullable=False, server_default=""),
    # Of a training: what is learnt, and for which work (`domain.work.Work`).
    Column("syllabus", Text, nullable=False, server_default=""),
    Column("trains_for", ARRAY(Text), nullable=False, server_default="{}"),
    Column("cancelled_at", DateTime(timezone=True)),
    counter("version"),
    created_column(),
    CheckConstraint("kind IN ('canvassing', 'training', 'other', 'polling_day')", name="kind"),
    CheckConstraint("capacity > 0 AND ends_at > starts_at", name="sense"),
    # Whoever signs up for polling day pledges to take it off; there is one.
    Index("uq_event_polling_day", "contest_id", unique=True, postgresql_where=text("kind = 'polling_day'")),
)

# Who comes to an event, or waits for a place in the order of their turn. The id is made by who signs up, so that a form
# that is sent twice counts once.
sign_up = Table(
    "sign_up",
    metadata,
    contest_column(),
    Column("sign_up_id", UUID(as_uuid=False), primary_key=True),
    Column("event_id", Integer, nullable=False),
    Column("turn", BigInteger, Identity(), nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("seats_in_car", SmallInteger, nullable=False, server_default=text("0")),
    Column("needs_seat", Boolean, nullable=False, server_default=text("false")),
    # By which channels they want to be reminded: none, unless they say so.
    Column("channels", ARRAY(Text), nullable=False, server_default="{}"),
    Column("state", Text, nullable=False),
    Column("attended_at", DateTime(timezone=True)),
    created_column(),
    CheckConstraint("state IN ('coming', 'waiting', 'cancelled')", name="state"),
    Index("ix_sign_up_event", "contest_id", "event_id", "state", "turn"),
    within("event_id", "event", "event_id"),
)

# What somebody who signed up is to be told, once for each reason. One that is being sent when its worker dies stays so:
# whether it went out is not known, and twice would be worse.
message = Table(
    "message",
    metadata,
    contest_column(),
    id_column("message_id"),
    Column("sign_up_id", UUID(as_uuid=False), nullable=False),
    Column("kind", Text, nullable=False),
    # Which time: a place may be given more than once, an event called off again.
    counter("time"),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default="due"),
    Column("sent_at", DateTime(timezone=True)),
    counter("tries"),
    # What the mail server said last.
    Column("trouble", Text, nullable=False, server_default=""),
    # Of one that is told by hand: the committee rooms whose organisers have, as long as others have still to.
    Column("told_rooms", ARRAY(Integer), nullable=False, server_default="{}"),
    UniqueConstraint("contest_id", "sign_up_id", "kind", "time"),
    CheckConstraint(
        "kind IN ('confirmation', 'place', 'changed', 'called_off', 'reminder', 'offer', 'stood_down')", name="kind"
    ),
    CheckConstraint("state IN ('due', 'sending', 'sent', 'failed', 'dropped', 'by_hand')", name="state"),
    Index("ix_message_due", "contest_id", "due_at", postgresql_where=text("state = 'due'")),
    within("sign_up_id", "sign_up", "sign_up_id"),
)

# Who has pledged to take polling day off (their sign-up for it): when, for what, from about where. Whoever gives them
# work that shows addresses has to know them: an organiser vouches, or has ticked them at an event before.
day_off = Table(
    "day_off",
    metadata,
    contest_column(),
    Column("sign_up_id", UUID(as_uuid=False), primary_key=True),
    Column("begins", DateTime(timezone=True), nullable=False),
    Column("ends", DateTime(timezone=True), nullable=False),
    Column("works", ARRAY(Text), nullable=False),
    # The first half of the postcode, and its place to about a kilometre; the postcode itself is kept nowhere.
    Column("outcode", Text, nullable=False, server_default=""),
    Column("lat", Double),
    Column("lon", Double),
    Column("vouched_by", Text, nullable=False, server_default=""),
    CheckConstraint("ends > begins", name="sense"),
    within("sign_up_id", "sign_up", "sign_up_id"),
)

# Work on polling day that wants so many people: telling at a place, knocking up or driving or keying for a room.
shift = Table(
    "shift",
    metadata,
    contest_column(),
    id_column("shift_id"),
    Column("work", Text, nullable=False),
    Column("committee_room_id", Integer, nullable=False),
    Column("place_id", Integer),
    Column("begins", DateTime(timezone=True), nullable=False),
    Column("ends", DateTime(timezone=True), nullable=False),
    Column("wanted", SmallInteger, nullable=False),
    CheckConstraint("work IN ('teller', 'knocker', 'driver', 'clerk')", name="work"),
    CheckConstraint("ends > begins AND wanted >= 0", name="sense"),
    CheckConstraint("(work = 'teller') = (place_id IS NOT NULL)", name="where"),
    Index("uq_shift_once", "contest_id", "work", text("coalesce(place_id, -committee_room_id)"), "begins", unique=True),
    within("committee_room_id", "committee_room", "committee_room_id"),
    within("place_id", "polling_place", "place_id"),
)  # fmt: skip

# Who does a shift, or was asked to.
duty = Table(
    "duty",
    metadata,
    contest_column(),
    Column("shift_id", Integer, primary_key=True, autoincrement=False),
    Column("sign_up_id", UUID(as_uuid=False), primary_key=True),
    Column("state", Text, nullable=False),
    # Whose link they work with, once they have said yes; a driver has a car instead.
    Column("person_id", Integer),
    Column("car_id", Integer),
    CheckConstraint("state IN ('suggested', 'offered', 'confirmed', 'declined')", name="state"),
    Index("ix_duty_sign_up", "contest_id", "sign_up_id"),
    within("shift_id", "shift", "shift_id"),
    within("sign_up_id", "day_off", "sign_up_id"),
    within("person_id", "person", "person_id"),
    within("car_id", "car", "car_id"),
)

# When a suggestion of who goes where was asked for, and how the newest came out.
suggestion = Table(
    "suggestion",
    metadata,
    contest_column(),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("made_at", DateTime(timezone=True)),
    Column("words", Text, nullable=False, server_default=""),
)

# Who has read the built-in course for some work: by the contact they signed up with, or '#' and the id of a person.
# Whoever was ticked at a training is trained for what it trains for: that stands with the event.
course_read = Table(
    "course_read",
    metadata,
    contest_column(),
    Column("work", Text, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("read_at", DateTime(timezone=True), nullable=False),
)

# What somebody at a door cares about: never who, and never at which door.
concern = Table(
    "concern",
    metadata,
    contest_column(),
    Column("concern_id", UUID(as_uuid=False), primary_key=True),
    Column("theme", Text, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("committee_room_id", Integer),
    Column("heard_on", Date, nullable=False),
    within("committee_room_id", "committee_room", "committee_room_id"),
)

# What follows belongs to the country, not to a contest: public facts and the organisation's own word on them. They hold
# nothing personal, and every host of a country that is cut up by contests has them whole.

# A seat of a parliament. The point lies inside it, in degrees; the outline is for the map (`domain.outlines`).
seat = Table(
    "seat",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("region", Text, nullable=False, server_default=""),
    Column("country", Text, nullable=False, server_default=""),
    Column("lat", Double),
    Column("lon", Double),
    Column("outline", JSONB),
)

# How it was won: at a general election, at a by-election since, or put right by hand.
seat_result = Table(
    "seat_result",
    metadata,
    Column("code", ForeignKey("seat.code"), primary_key=True),
    Column("polling_day", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("first", Text, nullable=False),
    Column("second", Text, nullable=False),
    Column("majority", Integer, nullable=False),
    Column("valid_votes", Integer, nullable=False),
    Column("electorate", Integer),
    CheckConstraint("kind IN ('general', 'by-election', 'correction')", name="kind"),
    CheckConstraint("valid_votes > 0 AND majority BETWEEN 0 AND valid_votes", name="votes"),
)

# Where outcodes, sectors and postcodes are, in degrees: for people who look for what is near to them.
place_point = Table(
    "place_point",
    metadata,
    Column("place", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("lat", Double, nullable=False),
    Column("lon", Double, nullable=False),
    CheckConstraint("kind IN ('outcode', 'sector', 'unit')", name="kind"),
    Index("ix_place_point_parts", "place", postgresql_where=text("kind <> 'unit'")),
)

# The organisation, one row: what counts as a battleground for it. The version rises with every change of any of these.
organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("party", Text, nullable=False, server_default=""),
    Column("within_pct", Double, nullable=False, server_default=text("10")),
    Column("held", Boolean, nullable=False, server_default=text("true")),
    Column("targets", Boolean, nullable=False, server_default=text("true")),
    Column("version", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("organisation_id = 1", name="one"),
)

# A seat that the organisation names by hand, or leaves out.
named_seat = Table(
    "named_seat",
    metadata,
    Column("code", ForeignKey("seat.code"), primary_key=True),
    Column("word", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    CheckConstraint("word IN ('in', 'out')", name="word"),
)

REFERENCE = frozenset({"seat", "seat_result", "place_point", "organisation", "named_seat"})
