"""The register in blocks of one letter a number, as the ledger asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# As it was on the day of this migration; what lives is in `store.register_blocks`.
FILL = """
    INSERT INTO register_block (contest_id, district, block, letters)
    SELECT contest_id, district, block,
           rpad(string_agg(repeat('.', number - before - 1) || letter, '' ORDER BY number), 256, '.')
      FROM (SELECT contest_id, district, number, number / 256 AS block,
                   CASE WHEN pledged AND may_vote AND NOT objects
                             AND absent NOT IN ('postal', 'postal_proxy') THEN 'w'
                        WHEN absent IN ('postal', 'postal_proxy') THEN CASE WHEN pledged THEN 'b' ELSE 'a' END
                        WHEN pledged THEN 'p' ELSE 'e' END AS letter,
                   lag(number, 1, number / 256 * 256 - 1) OVER (
                       PARTITION BY contest_id, district, number / 256 ORDER BY number) AS before
              FROM elector WHERE registered AND suffix = 0) one
     GROUP BY contest_id, district, block
"""


def upgrade() -> None:
    op.create_table(
        "register_block",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.CheckConstraint("length(letters) = 256", name="letters"),
        sa.PrimaryKeyConstraint("contest_id", "district", "block", name=op.f("pk_register_block")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON register_block TO gotv_app")
    # An import that is under way ends first: it would not write blocks.
    op.execute("LOCK TABLE elector IN SHARE ROW EXCLUSIVE MODE")
    op.execute(FILL)
