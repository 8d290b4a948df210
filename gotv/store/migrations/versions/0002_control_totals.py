"""Control totals of tellers' stints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "control_total",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stint", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "person_id"],
            ["person.contest_id", "person.person_id"],
            name=op.f("fk_control_total_contest_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_control_total_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "person_id", "stint", name=op.f("pk_control_total")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON control_total TO gotv_app")
