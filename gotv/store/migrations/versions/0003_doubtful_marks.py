"""Doubtful marks: kept, and no strike until an organiser has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("mark", sa.Column("doubt", sa.Text(), server_default="", nullable=False))
    op.add_column("place_count", sa.Column("doubtful", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "doubtful_mark",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("suffix", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "district", "number", "suffix", "id", name=op.f("pk_doubtful_mark")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON doubtful_mark TO gotv_app")
