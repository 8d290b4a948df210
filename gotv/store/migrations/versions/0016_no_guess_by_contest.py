"""The planner keeps no statistics of contests.

It knew by heart which contests there were when it last looked, and believed of any other that it has one row of
everything: of the seat that polls today, after yesterday's rehearsal. Its plans then read every mark for every elector,
and lists that take a third of a second took minutes. Without them it takes a contest for a two-hundredth of what there
is: never so wrong that it matters, since everything is looked up by its whole key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    connection = op.get_bind()
    tables = connection.execute(
        sa.text("""
            SELECT c.relname FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'contest_id' AND NOT a.attisdropped
             WHERE c.relkind = 'r' AND c.relnamespace = CAST(current_schema() AS regnamespace)
               AND c.relname <> 'contest'
             ORDER BY c.relname
        """)
    ).scalars()
    for table in list(tables):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN contest_id SET STATISTICS 0")
        # What was gathered before would stay.
        connection.execute(
            sa.text("SELECT pg_clear_attribute_stats(CAST(current_schema() AS text), :table, 'contest_id', false)"),
            {"table": table},
        )
