"""The first tables, and the role the application takes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ROLE = "gotv_app"


def upgrade() -> None:
    op.create_table(
        "contest",
        sa.Column("contest_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("polling_day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("voting_age", sa.SmallInteger(), nullable=False),
        sa.Column("barred_markers", sa.Text(), server_default="", nullable=False),
        sa.Column("pledge_rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retention_date", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest")),
        sa.UniqueConstraint("name", name=op.f("uq_contest_name")),
    )
    op.create_table(
        "district_count",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("electors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pledges", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wanted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("marks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pledges_marked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wanted_marked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unmatched", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "district", name=op.f("pk_district_count")),
    )
    op.create_table(
        "hour_count",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("marks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pledges", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "district", "hour", name=op.f("pk_hour_count")),
    )
    op.create_table(
        "mark",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.Text(), server_default="", nullable=False),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("suffix", sa.Integer(), nullable=True),
        sa.Column("withdraws", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('mark', 'withdraw', 'no_number')", name=op.f("ck_mark_kind")),
        sa.PrimaryKeyConstraint("contest_id", "position", name=op.f("pk_mark")),
        sa.UniqueConstraint("contest_id", "id", name=op.f("uq_mark_contest_id_id")),
    )
    op.create_index(
        "ix_mark_withdraws",
        "mark",
        ["contest_id", "withdraws"],
        unique=False,
        postgresql_where=sa.text("withdraws IS NOT NULL"),
    )
    op.create_table(
        "place_count",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("heard", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("no_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unmatched", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("contest_id", "place_id", name=op.f("pk_place_count")),
    )
    op.create_table(
        "standing_mark",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("suffix", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "district", "number", "suffix", "id", name=op.f("pk_standing_mark")),
    )
    op.create_table(
        "committee_room",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_committee_room_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "committee_room_id", name=op.f("pk_committee_room")),
        sa.UniqueConstraint("contest_id", "name", name=op.f("uq_committee_room_contest_id_name")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("register_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_ledger_head_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "upload",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("rows_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "report", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "refused", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('register', 'absent', 'stations', 'pledges')", name=op.f("ck_upload_kind")),
        sa.CheckConstraint(
            "state IN ('received', 'checking', 'checked', 'confirmed', 'applying', 'applied', 'failed')",
            name=op.f("ck_upload_state"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_upload_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "upload_id", name=op.f("pk_upload")),
    )
    op.create_table(
        "list_run",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("walks", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_list_run_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_list_run_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "committee_room_id", "slot", name=op.f("pk_list_run")),
    )
    op.create_table(
        "polling_place",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("postcode", sa.Text(), server_default="", nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_polling_place_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_polling_place_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "place_id", name=op.f("pk_polling_place")),
        sa.UniqueConstraint("contest_id", "name", "postcode", name=op.f("uq_polling_place_contest_id_name_postcode")),
    )
    op.create_table(
        "person",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("committee_room_id", sa.Integer(), nullable=True),
        sa.Column("valid_on", sa.Date(), nullable=True),
        sa.Column("serial", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role <> 'teller' OR (place_id IS NOT NULL AND valid_on IS NOT NULL)", name=op.f("ck_person_teller_bound")
        ),
        sa.CheckConstraint("role IN ('agent', 'organiser', 'clerk', 'teller', 'knocker')", name=op.f("ck_person_role")),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_person_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "place_id"],
            ["polling_place.contest_id", "polling_place.place_id"],
            name=op.f("fk_person_contest_id_place_id_polling_place"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_person_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "person_id", name=op.f("pk_person")),
    )
    op.create_index("uq_person_code", "person", ["contest_id", "code_hash"], unique=True)
    op.create_table(
        "polling_district",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_polling_district_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "place_id"],
            ["polling_place.contest_id", "polling_place.place_id"],
            name=op.f("fk_polling_district_contest_id_place_id_polling_place"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_polling_district_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "district", name=op.f("pk_polling_district")),
    )
    op.create_table(
        "device",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "person_id"],
            ["person.contest_id", "person.person_id"],
            name=op.f("fk_device_contest_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_device_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "token_hash", name=op.f("pk_device")),
    )
    op.create_table(
        "elector",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.Integer(), nullable=False),
        sa.Column("marker", sa.Text(), server_default="", nullable=False),
        sa.Column("surname", sa.Text(), server_default="", nullable=False),
        sa.Column("forename", sa.Text(), server_default="", nullable=False),
        sa.Column("attains_on", sa.Date(), nullable=True),
        sa.Column("address", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("postcode", sa.Text(), server_default="", nullable=False),
        sa.Column("street", sa.Text(), server_default="", nullable=False),
        sa.Column("door", sa.Text(), server_default="", nullable=False),
        sa.Column("door_order", sa.Text(), server_default="", nullable=False),
        sa.Column("may_vote", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("absent", sa.Text(), server_default="", nullable=False),
        sa.Column("objects", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pledged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("registered", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("absent IN ('', 'postal', 'proxy', 'postal_proxy')", name=op.f("ck_elector_absent")),
        sa.ForeignKeyConstraint(
            ["contest_id", "district"],
            ["polling_district.contest_id", "polling_district.district"],
            name=op.f("fk_elector_contest_id_district_polling_district"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_elector_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "elector_id", name=op.f("pk_elector")),
        sa.UniqueConstraint(
            "contest_id", "district", "number", "suffix", name=op.f("uq_elector_contest_id_district_number_suffix")
        ),
    )
    op.create_table(
        "polling_station",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=True),
        sa.Column("streets", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "district"],
            ["polling_district.contest_id", "polling_district.district"],
            name=op.f("fk_polling_station_contest_id_district_polling_district"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "place_id"],
            ["polling_place.contest_id", "polling_place.place_id"],
            name=op.f("fk_polling_station_contest_id_place_id_polling_place"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_polling_station_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "station_id", name=op.f("pk_polling_station")),
        sa.UniqueConstraint(
            "contest_id",
            "place_id",
            "label",
            "district",
            name=op.f("uq_polling_station_contest_id_place_id_label_district"),
        ),
    )
    op.create_table(
        "walk",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("walk_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "district"],
            ["polling_district.contest_id", "polling_district.district"],
            name=op.f("fk_walk_contest_id_district_polling_district"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_walk_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "walk_id", name=op.f("pk_walk")),
        sa.UniqueConstraint("contest_id", "name", name=op.f("uq_walk_contest_id_name")),
    )
    op.create_table(
        "canvass_return",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.BigInteger(), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intention", sa.Text(), server_default="", nullable=False),
        sa.Column("strength", sa.Text(), server_default="", nullable=False),
        sa.Column("wants_lift", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "elector_id"],
            ["elector.contest_id", "elector.elector_id"],
            name=op.f("fk_canvass_return_contest_id_elector_id_elector"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_canvass_return_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "elector_id", name=op.f("pk_canvass_return")),
    )
    op.create_table(
        "knock_up_list",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("walk_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("streets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("doors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("electors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "walk_id"],
            ["walk.contest_id", "walk.walk_id"],
            name=op.f("fk_knock_up_list_contest_id_walk_id_walk"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_knock_up_list_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "walk_id", "version", name=op.f("pk_knock_up_list")),
        sa.UniqueConstraint("contest_id", "walk_id", "slot", name=op.f("uq_knock_up_list_contest_id_walk_id_slot")),
    )
    op.create_table(
        "walk_street",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "walk_id"],
            ["walk.contest_id", "walk.walk_id"],
            name=op.f("fk_walk_street_contest_id_walk_id_walk"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_walk_street_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "district", "street", name=op.f("pk_walk_street")),
    )
    grant()


def grant() -> None:
    """The application may do its work, but not change or delete what is in the ledger."""
    op.execute(f"""
        DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        GRANT {ROLE} TO CURRENT_USER;
        GRANT USAGE ON SCHEMA public TO {ROLE};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE};
        REVOKE UPDATE, DELETE, TRUNCATE ON mark FROM {ROLE};
        -- So that a large import can refresh the planner's statistics at once; older servers get to it by themselves.
        DO $$ BEGIN
          IF current_setting('server_version_num')::int >= 170000 THEN
            GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {ROLE};
          END IF;
        END $$;
    """)
