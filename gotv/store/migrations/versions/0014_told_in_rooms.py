"""A message to somebody who works in several committee rooms is told by each."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("message", sa.Column("told_rooms", sa.ARRAY(sa.Integer()), server_default="{}", nullable=False))
