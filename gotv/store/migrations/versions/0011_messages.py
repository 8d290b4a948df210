"""What people who signed up are to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("sign_up_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("time", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('confirmation', 'place', 'changed', 'called_off', 'reminder')", name=op.f("ck_message_kind")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'sent', 'failed', 'dropped', 'by_hand')", name=op.f("ck_message_state")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_message_contest_id_contest")),
        sa.ForeignKeyConstraint(
            ["contest_id", "sign_up_id"],
            ["sign_up.contest_id", "sign_up.sign_up_id"],
            name=op.f("fk_message_contest_id_sign_up_id_sign_up"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "message_id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "contest_id", "sign_up_id", "kind", "time", name=op.f("uq_message_contest_id_sign_up_id_kind_time")
        ),
    )
    op.create_index("ix_message_due", "message", ["contest_id", "due_at"], postgresql_where=sa.text("state = 'due'"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON message TO gotv_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gotv_app")
