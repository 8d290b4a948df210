"""The statements of a turn are planned once a connection: never by reading a table of many rows through."""

import re

from gotv.house import House
from gotv.store.database import Database

MANY_ROWS = r"Seq Scan on (mark|standing_mark|doubtful_mark|elector|register_block|person)"


def test_a_plan_made_while_the_tables_are_empty_is_right_when_they_are_full(home: House) -> None:
    database = Database(home.settings.database_url)
    execute = {
        "facts": "EXECUTE ledger_facts(1, '{}', '{}', '{}', '[]', '{}', '{}', '{}')",
        "append": "EXECUTE ledger_append(1, now(), 0, 1, '{}', '{}', '{}', '{}', '{}', '{}', '[]', '{}', '{}', '{}', "
        "'{}', '{}', '{}', '{}', '{}', '[]', '[]', '[]', '[]')",
    }
    found: list[str] = []
    try:
        with database.turn() as connection:
            for what, statement in execute.items():
                plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {statement}").fetchall())
                assert "Index" in plan, what
                assert not re.search(MANY_ROWS, plan), plan
                for looked_up in re.findall(r"(?:standing|doubtful)_mark [a-z].*\n\s*Index Cond: (.*)", plan):
                    assert "number" in looked_up, plan
                    found.append(looked_up)
    finally:
        database.close()
    assert len(found) == 3, "the marks that stand are asked for once, and those that fall in each of two tables"
