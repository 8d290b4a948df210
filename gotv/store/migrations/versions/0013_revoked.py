"""Who was switched off, found without reading everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index(
        "ix_person_revoked", "person", ["contest_id", "person_id"], postgresql_where=sa.text("revoked_at IS NOT NULL")
    )
