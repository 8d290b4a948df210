"""Doors, and what was found at them; rounds; teams that are out with a walk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

NEW = (
    *("door", "door_result", "door_state", "settled_at_door", "knocking_round", "outing", "outing_person"),
    *("door_visit", "walk_street"),
)


def _contest(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f(f"fk_{table}_contest_id_contest"))


def _within(table: str, column: str, other: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["contest_id", column],
        [f"{other}.contest_id", f"{other}.{referred}"],
        name=op.f(f"fk_{table}_contest_id_{column}_{other}"),
    )


def upgrade() -> None:
    op.create_table(
        "knocking_round",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        _within("knocking_round", "committee_room_id", "committee_room", "committee_room_id"),
        _contest("knocking_round"),
        sa.PrimaryKeyConstraint("contest_id", "committee_room_id", "number", name=op.f("pk_knocking_round")),
    )
    op.create_table(
        "door",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("door_order", sa.Text(), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=True),
        sa.Column("place_in_walk", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wish", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("wish IN ('', 'pin', 'veto')", name=op.f("ck_door_wish")),
        _within("door", "walk_id", "walk", "walk_id"),
        _contest("door"),
        sa.PrimaryKeyConstraint("contest_id", "door_id", name=op.f("pk_door")),
        sa.UniqueConstraint(
            "contest_id",
            "district",
            "street",
            "door",
            "postcode",
            name=op.f("uq_door_contest_id_district_street_door_postcode"),
        ),
    )
    op.create_index("ix_door_walk", "door", ["contest_id", "walk_id"], unique=False)
    op.create_table(
        "outing",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("outing_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "ending IN ('', 'returned', 'finished', 'moved', 'aged', 'over')", name=op.f("ck_outing_ending")
        ),
        _within("outing", "walk_id", "walk", "walk_id"),
        _contest("outing"),
        sa.PrimaryKeyConstraint("contest_id", "outing_id", name=op.f("pk_outing")),
    )
    op.create_index(
        "uq_outing_out", "outing", ["contest_id", "walk_id"], unique=True, postgresql_where=sa.text("back_at IS NULL")
    )
    op.create_table(
        "door_result",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), nullable=True),
        sa.Column("electors", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passengers", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("both_ways", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("withdraws", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('voted', 'will_vote', 'not_in', 'lift', 'gone', 'no_calls', 'withdraw')",
            name=op.f("ck_door_result_kind"),
        ),
        _within("door_result", "door_id", "door", "door_id"),
        _within("door_result", "person_id", "person", "person_id"),
        _contest("door_result"),
        sa.PrimaryKeyConstraint("contest_id", "position", name=op.f("pk_door_result")),
        sa.UniqueConstraint("contest_id", "id", name=op.f("uq_door_result_contest_id_id")),
    )
    op.create_index("ix_door_result_door", "door_result", ["contest_id", "door_id"], unique=False)
    op.create_index(
        "ix_door_result_withdraws",
        "door_result",
        ["contest_id", "withdraws"],
        unique=False,
        postgresql_where=sa.text("withdraws IS NOT NULL"),
    )
    op.create_table(
        "door_state",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("knocks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("contacts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shut", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _within("door_state", "door_id", "door", "door_id"),
        _contest("door_state"),
        sa.PrimaryKeyConstraint("contest_id", "door_id", name=op.f("pk_door_state")),
    )
    op.create_table(
        "door_visit",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _within("door_visit", "door_id", "door", "door_id"),
        _within("door_visit", "person_id", "person", "person_id"),
        _contest("door_visit"),
        sa.PrimaryKeyConstraint("contest_id", "door_id", name=op.f("pk_door_visit")),
    )
    op.create_table(
        "outing_person",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("outing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        _within("outing_person", "outing_id", "outing", "outing_id"),
        _within("outing_person", "person_id", "person", "person_id"),
        _contest("outing_person"),
        sa.PrimaryKeyConstraint("contest_id", "outing_id", "person_id", name=op.f("pk_outing_person")),
    )
    op.create_index("ix_outing_person_person", "outing_person", ["contest_id", "person_id"], unique=False)
    op.create_table(
        "settled_at_door",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("suffix", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("door_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _within("settled_at_door", "door_id", "door", "door_id"),
        _contest("settled_at_door"),
        sa.PrimaryKeyConstraint(
            "contest_id", "district", "number", "suffix", "door_id", name=op.f("pk_settled_at_door")
        ),
    )
    op.create_index("ix_settled_at_door_door", "settled_at_door", ["contest_id", "door_id"], unique=False)
    op.add_column(
        "contest",
        sa.Column("knocking_rules", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.add_column("elector", sa.Column("door_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_elector_door", "elector", ["contest_id", "door_id"], unique=False)
    op.add_column("knock_up_list", sa.Column("seed", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("walk", sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("walk", sa.Column("arrangement", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("knock_up_list", sa.Column("arrangement", sa.Integer(), server_default=sa.text("-1"), nullable=False))
    op.rename_table("walk_street", "old_walk_street")
    op.execute("ALTER TABLE old_walk_street RENAME CONSTRAINT pk_walk_street TO pk_old_walk_street")
    op.create_table(
        "walk_street",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("walk_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("backwards", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _within("walk_street", "walk_id", "walk", "walk_id"),
        _contest("walk_street"),
        sa.PrimaryKeyConstraint("contest_id", "walk_id", "street", name=op.f("pk_walk_street")),
    )
    _keep_the_walks()
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(NEW)} TO gotv_app")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON door_result FROM gotv_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gotv_app")
    # So that a large import can refresh the planner's statistics at once, as for the first tables.
    op.execute("""
        DO $$ BEGIN
          IF current_setting('server_version_num')::int >= 170000 THEN
            GRANT MAINTAIN ON door, walk_street TO gotv_app;
          END IF;
        END $$
    """)


def _keep_the_walks() -> None:
    """Doors of the addresses that are there, in the walks that their streets belonged to."""
    op.execute("""
        INSERT INTO door (contest_id, district, street, door, postcode, door_order, walk_id)
        SELECT DISTINCT ON (e.contest_id, e.district, e.street, e.door, e.postcode)
               e.contest_id, e.district, e.street, e.door, e.postcode, e.door_order, w.walk_id
          FROM elector e
          LEFT JOIN old_walk_street w ON w.contest_id = e.contest_id AND w.district = e.district AND w.street = e.street
         WHERE e.street <> ''
         ORDER BY e.contest_id, e.district, e.street, e.door, e.postcode, e.door_order
    """)
    op.execute("""
        UPDATE elector e SET door_id = d.door_id FROM door d
         WHERE d.contest_id = e.contest_id AND d.district = e.district AND d.street = e.street AND d.door = e.door
           AND d.postcode = e.postcode
    """)
    op.execute("""
        INSERT INTO walk_street (contest_id, walk_id, street, place)
        SELECT contest_id, walk_id, street, row_number() OVER (PARTITION BY contest_id, walk_id
                                                               ORDER BY street COLLATE "C")
          FROM old_walk_street
    """)
    op.execute("""
        UPDATE door d SET place_in_walk = n.place
          FROM (SELECT contest_id, door_id, row_number() OVER (PARTITION BY contest_id, walk_id
                       ORDER BY street COLLATE "C", door_order COLLATE "C", door COLLATE "C", postcode) AS place
                  FROM door WHERE walk_id IS NOT NULL) n
         WHERE n.contest_id = d.contest_id AND n.door_id = d.door_id
    """)
    op.drop_table("old_walk_street")
