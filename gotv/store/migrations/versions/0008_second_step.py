"""A second step for agents and organisers who sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("person", sa.Column("second_step_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("second_step_nonce", sa.Text(), server_default="", nullable=False))
    op.add_column("person", sa.Column("second_step_used", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("person", sa.Column("second_step_wrong", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("person", sa.Column("second_step_waits", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("waiting", sa.Boolean(), server_default=sa.text("false"), nullable=False))
