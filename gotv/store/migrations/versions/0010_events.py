"""Events that people come to, who signed up, and which seat a contest is in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NEW = ("event", "sign_up")


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def upgrade() -> None:
    op.add_column("contest", sa.Column("seat_code", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "event",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        *texts("weekend"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_point", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        *texts("host", "bring", "access_notes", "travel"),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('canvassing', 'training', 'other')", name=op.f("ck_event_kind")),
        sa.CheckConstraint("capacity > 0 AND ends_at > starts_at", name=op.f("ck_event_sense")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_event_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "event_id", name=op.f("pk_event")),
    )
    op.create_table(
        "sign_up",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("sign_up_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("seats_in_car", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reminders", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('coming', 'waiting', 'cancelled')", name=op.f("ck_sign_up_state")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_sign_up_contest_id_contest")),
        sa.ForeignKeyConstraint(
            ["contest_id", "event_id"],
            ["event.contest_id", "event.event_id"],
            name=op.f("fk_sign_up_contest_id_event_id_event"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "sign_up_id", name=op.f("pk_sign_up")),
    )
    op.create_index("ix_sign_up_event", "sign_up", ["contest_id", "event_id", "state", "turn"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(NEW)} TO gotv_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gotv_app")
