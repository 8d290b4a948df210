"""Paper slips: what is keyed from which sheet, its photo, and its checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

NEW = ("slip", "slip_box", "slip_photo", "slip_check")


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
        "slip",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), server_default="", nullable=False),
        sa.Column("hour", sa.Time(), nullable=True),
        sa.Column("teller", sa.Text(), server_default="", nullable=False),
        sa.Column("sheet", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("boxes", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stated", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'open', 'closed', 'void')", name=op.f("ck_slip_state")),
        _within("slip", "claimed_by", "person", "person_id"),
        _within("slip", "closed_by", "person", "person_id"),
        _within("slip", "place_id", "polling_place", "place_id"),
        _contest("slip"),
        sa.PrimaryKeyConstraint("contest_id", "slip_id", name=op.f("pk_slip")),
    )
    op.create_index("ix_slip_place", "slip", ["contest_id", "place_id"], unique=False)
    op.create_table(
        "slip_box",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("slip_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        _within("slip_box", "slip_id", "slip", "slip_id"),
        _contest("slip_box"),
        sa.PrimaryKeyConstraint("contest_id", "entry_id", name=op.f("pk_slip_box")),
    )
    op.create_index("ix_slip_box_slip", "slip_box", ["contest_id", "slip_id"], unique=False)
    op.create_table(
        "slip_check",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("checked_by", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("differences", postgresql.JSONB(), nullable=False),
        _within("slip_check", "checked_by", "person", "person_id"),
        _within("slip_check", "slip_id", "slip", "slip_id"),
        _contest("slip_check"),
        sa.PrimaryKeyConstraint("contest_id", "slip_id", "checked_by", name=op.f("pk_slip_check")),
    )
    op.create_table(
        "slip_photo",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _within("slip_photo", "slip_id", "slip", "slip_id"),
        _contest("slip_photo"),
        sa.PrimaryKeyConstraint("contest_id", "slip_id", name=op.f("pk_slip_photo")),
    )
    op.add_column("contest", sa.Column("shows_initials", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(NEW)} TO gotv_app")
