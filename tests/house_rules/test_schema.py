"""The schema: the migrations give what the tables say, and everything hangs on its contest."""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from gotv.embedded.household import Household
from gotv.house import House
from gotv.store.migrate import is_current
from gotv.store.tables import REFERENCE, metadata


def test_the_migrations_make_the_tables_as_they_are_written(household: Household) -> None:
    engine = create_engine(household.settings.database_url.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_application_sees_that_its_database_is_current(home: House) -> None:
    with home.database.snapshot() as connection:
        assert is_current(connection)


OF_CONTESTS = [table for table in metadata.sorted_tables if table.name not in REFERENCE]


@pytest.mark.parametrize("table", OF_CONTESTS, ids=lambda table: table.name)
def test_the_contest_comes_first_in_every_primary_key(table: object) -> None:
    assert next(iter(table.primary_key.columns)).name == "contest_id"  # type: ignore[attr-defined]


def test_the_planner_makes_no_guess_by_contest(home: House) -> None:
    """Of a contest that its statistics have not met it would believe that there is one row of everything."""
    with home.database.snapshot() as connection:
        guessed = connection.execute(
            text("""SELECT attrelid::regclass::text FROM pg_attribute
                     WHERE attname = 'contest_id' AND attstattarget IS DISTINCT FROM 0""")
        ).scalars()
        assert {table.name for table in OF_CONTESTS} & set(guessed) == {"contest"}


def test_what_belongs_to_the_country_holds_nobody_and_no_contest() -> None:
    """Such tables stand whole on every host: nothing of a contest, or of a person, may get into one."""
    columns = {column.name for name in REFERENCE for column in metadata.tables[name].columns}
    assert not {name for name in columns if name.endswith("_id")} - {"organisation_id"}
    assert not columns & {"contact", "email", "phone", "address", "person"}
    reached = {key.column.table.name for name in REFERENCE for key in metadata.tables[name].foreign_keys}
    assert reached <= REFERENCE


@pytest.mark.parametrize("words", ["UPDATE mark SET typed = ''", "DELETE FROM mark", "TRUNCATE mark"])
def test_the_application_cannot_change_the_ledger(home: House, words: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), home.database.transaction() as connection:
        connection.execute(text(words))


def test_the_ledgers_own_connection_cannot_change_it_either(home: House) -> None:
    with home.database.turn() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM mark")


def test_commits_are_on_the_disk(home: House) -> None:
    with home.database.snapshot() as connection:
        settings = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in ("fsync", "synchronous_commit")}
    assert settings == {"fsync": "on", "synchronous_commit": "on"}


def test_the_marks_that_stand_can_be_found_in_one_way_only() -> None:
    """The ledger asks for them by `= ANY` (`store.facts`): with a second index the planner would have the choice, and
    while it believes the table to be empty it may choose to read a whole contest.
    """
    assert not metadata.tables["standing_mark"].indexes
