"""Polling day off, shifts and who does them; training; what people at doors care about."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NEW = ("day_off", "shift", "duty", "suggestion", "course_read", "concern")


def upgrade() -> None:
    op.add_column("event", sa.Column("syllabus", sa.Text(), server_default="", nullable=False))
    op.add_column("event", sa.Column("trains_for", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    _check("event", "kind", "kind IN ('canvassing', 'training', 'other', 'polling_day')")
    polling_day = sa.text("kind = 'polling_day'")
    op.create_index("uq_event_polling_day", "event", ["contest_id"], unique=True, postgresql_where=polling_day)
    op.add_column("sign_up", sa.Column("needs_seat", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sign_up", sa.Column("channels", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.execute("""UPDATE sign_up SET channels = CASE WHEN contact LIKE '%@%' THEN '{email}'::text[]
                                                     ELSE '{text}'::text[] END WHERE reminders""")
    op.drop_column("sign_up", "reminders")
    _check(
        "message",
        "kind",
        "kind IN ('confirmation', 'place', 'changed', 'called_off', 'reminder', 'offer', 'stood_down')",
    )
    _polling_day()
    _training()
    for table in NEW:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO gotv_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gotv_app")


def _check(table: str, name: str, words: str) -> None:
    op.drop_constraint(f"ck_{table}_{name}", table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, words)


def _contest() -> sa.Column[int]:
    return sa.Column("contest_id", sa.Integer(), sa.ForeignKey("contest.contest_id"), nullable=False)


def _within(table: str, column: str, referred: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_contest_id_{column}_{referred}")
    return sa.ForeignKeyConstraint(["contest_id", column], [f"{referred}.contest_id", f"{referred}.{key}"], name=name)


def _moment(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=may_lack)


def _polling_day() -> None:
    op.create_table(
        "day_off",
        _contest(),
        sa.Column("sign_up_id", sa.UUID(as_uuid=False), nullable=False),
        _moment("begins"),
        _moment("ends"),
        sa.Column("works", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("outcode", sa.Text(), server_default="", nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("vouched_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("ends > begins", name=op.f("ck_day_off_sense")),
        _within("day_off", "sign_up_id", "sign_up", "sign_up_id"),
        sa.PrimaryKeyConstraint("contest_id", "sign_up_id", name=op.f("pk_day_off")),
    )
    op.create_table(
        "shift",
        _contest(),
        sa.Column("shift_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        _moment("begins"),
        _moment("ends"),
        sa.Column("wanted", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("work IN ('teller', 'knocker', 'driver', 'clerk')", name=op.f("ck_shift_work")),
        sa.CheckConstraint("ends > begins AND wanted >= 0", name=op.f("ck_shift_sense")),
        sa.CheckConstraint("(work = 'teller') = (place_id IS NOT NULL)", name=op.f("ck_shift_where")),
        _within("shift", "committee_room_id", "committee_room", "committee_room_id"),
        _within("shift", "place_id", "polling_place", "place_id"),
        sa.PrimaryKeyConstraint("contest_id", "shift_id", name=op.f("pk_shift")),
    )
    once: list[str | sa.TextClause] = [
        *("contest_id", "work"),
        sa.text("coalesce(place_id, -committee_room_id)"),
        "begins",
    ]
    op.create_index("uq_shift_once", "shift", once, unique=True)
    op.create_table(
        "duty",
        _contest(),
        sa.Column("shift_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sign_up_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("car_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('suggested', 'offered', 'confirmed', 'declined')", name=op.f("ck_duty_state")),
        _within("duty", "shift_id", "shift", "shift_id"),
        _within("duty", "sign_up_id", "day_off", "sign_up_id"),
        _within("duty", "person_id", "person", "person_id"),
        _within("duty", "car_id", "car", "car_id"),
        sa.PrimaryKeyConstraint("contest_id", "shift_id", "sign_up_id", name=op.f("pk_duty")),
    )
    op.create_index("ix_duty_sign_up", "duty", ["contest_id", "sign_up_id"])
    op.create_table(
        "suggestion",
        _contest(),
        _moment("asked_at"),
        _moment("made_at", may_lack=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_suggestion")),
    )


def _training() -> None:
    op.create_table(
        "course_read",
        _contest(),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        _moment("read_at"),
        sa.PrimaryKeyConstraint("contest_id", "work", "who", name=op.f("pk_course_read")),
    )
    op.create_table(
        "concern",
        _contest(),
        sa.Column("concern_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=False),
        _within("concern", "committee_room_id", "committee_room", "committee_room_id"),
        sa.PrimaryKeyConstraint("contest_id", "concern_id", name=op.f("pk_concern")),
    )
