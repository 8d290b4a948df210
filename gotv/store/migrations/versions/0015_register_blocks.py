"""The register in blocks of one letter a number, as the ledger asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# As it was on the day of this migration; what lives is in `store.register_blocks`.
FILL = """
    INSERT INTO register_block (contest_id, district, block, letters)
    SELECT b.contest_id, b.district, b.block, string_agg(coalesce(l.letter, '.'), '' ORDER BY n.number)
      FROM (SELECT DISTINCT contest_id, district, number / 256 AS block FROM elector
             WHERE registered AND suffix = 0) b
     CROSS JOIN LATERAL generate_series(b.block * 256, b.block * 256 + 255) AS n(number)
      LEFT JOIN (SELECT contest_id, district, number,
                        CASE WHEN pledged AND may_vote AND NOT objects
                                  AND absent NOT IN ('postal', 'postal_proxy') THEN 'w'
                             WHEN absent IN ('postal', 'postal_proxy') THEN CASE WHEN pledged THEN 'b' ELSE 'a' END
                             WHEN pledged THEN 'p' ELSE 'e' END AS letter
                   FROM elector WHERE registered AND suffix = 0) l
             ON l.contest_id = b.contest_id AND l.district = b.district AND l.number = n.number
     GROUP BY b.contest_id, b.district, b.block
"""


def upgrade() -> None:
    op.create_table(
        "register_block",
        sa.Column("contest_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contest_id", "district", "block", name=op.f("pk_register_block")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON register_block TO gotv_app")
    op.execute(FILL)
