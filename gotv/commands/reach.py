"""How a command reaches the house: the servers named in the environment, else the embedded ones of GOTV_HOME."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.markup import escape

from gotv.clock import WALL
from gotv.config import NotConfigured, Settings, kept_secret, load_settings
from gotv.errors import HouseError
from gotv.house import House
from gotv.store.database import Database
from gotv.store.migrate import migrate

# A command may be patient where a web page may not.
STATEMENT_TIMEOUT_MS = 120_000
screen = Console(stderr=True, highlight=False)
as_json = click.option("--json", "json_", is_flag=True, help="Print the answer as JSON.")
of_contest = click.option("--contest", "contest_id", type=int, required=True, help="The contest's number.")


@contextmanager
def reached_house() -> Iterator[House]:
    """The house for one command. Embedded servers that were not running are stopped again at the end."""
    try:
        settings = load_settings()
    except NotConfigured as why:
        fail(str(why))
    if settings.database_url:
        with _refusals():
            yield _house(settings)
        return
    from gotv.embedded.postgres import EmbeddedPostgres

    settings.home.mkdir(parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(settings.home / "postgres")
    was_running = postgres.is_running()
    url = postgres.start()
    try:
        migrate(url)
        valkey_url, public_url = settings.home / "valkey.url", settings.home / "public.url"
        found: dict[str, object] = {
            # Where the house that runs in this home is reached, if it has said so and nobody says otherwise.
            "public_url": (
                public_url.read_text()
                if public_url.exists() and "public_url" not in settings.model_fields_set
                else settings.public_url
            ),
            "database_url": url,
            "redis_url": settings.redis_url or (valkey_url.read_text() if valkey_url.exists() else ""),
            "secret_key": settings.secret_key.get_secret_value() or kept_secret(settings.home),
        }
        with _refusals():
            yield _house(load_settings(**settings.model_dump(exclude=set(found)) | found))
    finally:
        if not was_running:
            postgres.stop()


def _house(settings: Settings) -> House:
    if not settings.secret_key.get_secret_value():
        fail("GOTV_SECRET_KEY is not set; make one with: openssl rand -hex 32")
    database = Database(settings.database_url, pool_size=2, statement_timeout_ms=STATEMENT_TIMEOUT_MS)
    return House(settings, database, WALL)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except HouseError as why:
        fail(str(why))


def fail(words: str) -> NoReturn:
    """Say what is wrong on one line and end with status 1."""
    screen.print(f"[red]gotv:[/red] {escape(words)}", soft_wrap=True)
    sys.exit(1)


def answer(value: Any, json_: bool, words: str) -> None:
    """Print the answer: as JSON for programs, in words for people."""
    click.echo(json.dumps(value, default=str) if json_ else words)
