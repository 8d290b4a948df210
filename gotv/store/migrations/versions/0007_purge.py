"""Rehearsals, the purge and its certificate; pledges found faster."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("contest", sa.Column("rehearsal", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "contest", sa.Column("switched_off", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("contest", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    # A real contest never becomes a rehearsal, which could be wiped; nor the other way.
    op.execute("""
        CREATE FUNCTION keep_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'whether a contest is a rehearsal is said when it is made, and never changed';
        END $$;
        CREATE TRIGGER keep_rehearsal BEFORE UPDATE ON contest FOR EACH ROW
          WHEN (OLD.rehearsal IS DISTINCT FROM NEW.rehearsal) EXECUTE FUNCTION keep_rehearsal();
    """)
    op.create_table(
        "certificate",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("checks", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("seal", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('asked', 'erased', 'done', 'failed')", name=op.f("ck_certificate_state")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_certificate_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "certificate_id", name=op.f("pk_certificate")),
    )
    op.create_table(
        "rehearsal_result",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.contest_id"], name=op.f("fk_rehearsal_result_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "finished_at", name=op.f("pk_rehearsal_result")),
    )
    op.create_table(
        "audit",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.contest_id"], name=op.f("fk_audit_contest_id_contest")),
        sa.PrimaryKeyConstraint("contest_id", "seq", name=op.f("pk_audit")),
    )
    op.add_column("person", sa.Column("armed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_elector_pledged", "elector", ["contest_id", "door_id"], unique=False, postgresql_where=sa.text("pledged")
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON certificate TO gotv_app")
    op.execute("GRANT SELECT, INSERT ON rehearsal_result, audit TO gotv_app")
