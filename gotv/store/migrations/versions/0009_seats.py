"""Seats, how they were won, where postcodes are, and what counts as a battleground."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

NEW = ("seat", "seat_result", "place_point", "organisation", "named_seat")


def upgrade() -> None:
    op.create_table(
        "seat",
        sa.Column("code", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("name", "region", "country")),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("outline", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_seat")),
    )
    op.create_table(
        "seat_result",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("polling_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("majority", sa.Integer(), nullable=False),
        sa.Column("valid_votes", sa.Integer(), nullable=False),
        sa.Column("electorate", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('general', 'by-election', 'correction')", name=op.f("ck_seat_result_kind")),
        sa.CheckConstraint("valid_votes > 0 AND majority BETWEEN 0 AND valid_votes", name=op.f("ck_seat_result_votes")),
        sa.ForeignKeyConstraint(["code"], ["seat.code"], name=op.f("fk_seat_result_code_seat")),
        sa.PrimaryKeyConstraint("code", "polling_day", "kind", name=op.f("pk_seat_result")),
    )
    op.create_table(
        "place_point",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.CheckConstraint("kind IN ('outcode', 'sector', 'unit')", name=op.f("ck_place_point_kind")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_place_point")),
    )
    op.create_index("ix_place_point_parts", "place_point", ["place"], postgresql_where=sa.text("kind <> 'unit'"))
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("party", sa.Text(), server_default="", nullable=False),
        sa.Column("within_pct", sa.Double(), server_default=sa.text("10"), nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("targets", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("organisation_id = 1", name=op.f("ck_organisation_one")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "named_seat",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("word IN ('in', 'out')", name=op.f("ck_named_seat_word")),
        sa.ForeignKeyConstraint(["code"], ["seat.code"], name=op.f("fk_named_seat_code_seat")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_named_seat")),
    )
    op.execute("INSERT INTO organisation (organisation_id) VALUES (1)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(NEW)} TO gotv_app")
