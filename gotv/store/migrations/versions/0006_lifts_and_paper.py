"""Lifts, bundles of paper, and where postcodes are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

NEW = ("car", "lift", "lift_step", "bundle", "postcode_point")
UPLOADS = "kind IN ('register', 'absent', 'stations', 'pledges', 'points')"


def upgrade() -> None:
    op.create_table(
        "postcode_point",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_postcode_point_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "postcode", name=op.f("pk_postcode_point")),
    )
    op.create_table(
        "bundle",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=True),
        sa.Column("sheets", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("copies", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('sheets', 'pads', 'dawn')", name=op.f("ck_bundle_kind")),
        sa.CheckConstraint("state IN ('asked', 'drawing', 'made', 'failed')", name=op.f("ck_bundle_state")),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_bundle_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_bundle_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "bundle_id", name=op.f("pk_bundle")),
    )
    op.create_table(
        "car",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("car_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_car_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_car_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "car_id", name=op.f("pk_car")),
    )
    op.create_table(
        "lift",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("lift_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("committee_room_id", sa.Integer(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), nullable=True),
        sa.Column("result_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("suffix", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("passengers", sa.SmallInteger(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("car_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'assigned', 'under_way', 'there', 'returning', 'done', 'cancelled')",
            name=op.f("ck_lift_state"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "car_id"], ["car.contest_id", "car.car_id"], name=op.f("fk_lift_contest_id_car_id_car")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "committee_room_id"],
            ["committee_room.contest_id", "committee_room.committee_room_id"],
            name=op.f("fk_lift_contest_id_committee_room_id_committee_room"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "door_id"], ["door.contest_id", "door.door_id"], name=op.f("fk_lift_contest_id_door_id_door")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "place_id"],
            ["polling_place.contest_id", "polling_place.place_id"],
            name=op.f("fk_lift_contest_id_place_id_polling_place"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_lift_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "lift_id", name=op.f("pk_lift")),
        sa.UniqueConstraint("contest_id", "result_id", name=op.f("uq_lift_contest_id_result_id")),
    )
    op.create_index("ix_lift_room", "lift", ["contest_id", "committee_room_id"], unique=False)
    op.create_table(
        "lift_step",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("lift_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("was_car_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "lift_id"],
            ["lift.contest_id", "lift.lift_id"],
            name=op.f("fk_lift_step_contest_id_lift_id_lift"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_lift_step_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "lift_id", "step", name=op.f("pk_lift_step")),
    )
    op.add_column("walk", sa.Column("given", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "knock_up_list", sa.Column("third_knocks_wait", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index(
        "uq_bundle_asked",
        "bundle",
        ["contest_id", "kind", sa.literal_column("coalesce(committee_room_id, 0)")],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'drawing')"),
    )
    # Written once and only ever read whole: what JSONB would take apart stays together.
    op.execute("ALTER TABLE knock_up_list ALTER streets TYPE json USING streets::json")
    op.drop_constraint(op.f("ck_upload_kind"), "upload")
    op.create_check_constraint(op.f("ck_upload_kind"), "upload", UPLOADS)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(NEW)} TO gotv_app")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON lift_step FROM gotv_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gotv_app")
