"""Every environment variable, read once into frozen Settings. A missing or silly value stops the start, by name."""

import re
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gotv.clock import parse_clock


class Settings(BaseSettings):
    """Settings of one process; each is the environment variable ``GOTV_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="GOTV_", frozen=True)

    database_url: str = ""
    # The role that owns the tables and runs migrations; the application itself needs less.
    owner_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    home: Path = Path(".gotv")
    public_url: str = "http://127.0.0.1:8000"
    # The same house by another way, for the day on which the first is cut off.
    second_url: str = ""
    # Where the tiles of the public map come from, as https://tiles.example/{z}/{x}/{y}.png, and whom to thank for them.
    # Nobody is asked for any unless told: who looks at the map would be known there.
    tiles_url: str = ""
    tiles_thanks: str = ""
    # Where e-mail is handed in, as smtp+starttls://user:password@mail.example:587 (or smtp://, smtps://), and by whom.
    # Without it those who signed up are told by hand: the words stand beside their names.
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    # Phones and boards that one web process takes; and how many web processes `gotv run` and the image start.
    most_connections: Annotated[int, Field(ge=10, le=1_000_000)] = 15_000
    web_processes: Annotated[int, Field(ge=1, le=64)] = 1
    # What a job may take beside what its worker has: a file of two lines that unfold into the whole memory ends there.
    job_memory_mb: Annotated[int, Field(ge=32, le=1_000_000)] = 4_096
    largest_upload_mb: Annotated[int, Field(ge=1, le=200)] = 40
    # How many proxies of ours stand in front; their word on the caller's address is taken, nobody else's.
    proxies: Annotated[int, Field(ge=0, le=3)] = 0
    json_logs: bool = False
    # A folder for backups, best on another disk or a mount of another machine; in the home unless told.
    backups: Path | None = None
    # Where pg_dump and pg_restore are, if not on PATH.
    postgres_tools: str = ""
    # Set by fault tests only: a point of the path of a number, and at which passing the process dies there.
    dies_at: str = ""
    # Set by `gotv demo` only: a clock that plays a polling day faster.
    clock: str = ""

    @field_validator("database_url", "owner_url")
    @classmethod
    def _is_postgresql(cls, url: str) -> str:
        if url and not url.startswith("postgresql://"):
            raise ValueError("must start with postgresql://")
        return url

    @field_validator("tiles_url")
    @classmethod
    def _is_of_tiles(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/;,'\"]+/[^\s;,'\"]*\{z\}[^\s;,'\"]*", url):
            raise ValueError("must look like https://tiles.example/{z}/{x}/{y}.png")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _is_of_mail(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not re.match(r"(smtp|smtps|smtp\+starttls)://[^/]+$", url.get_secret_value()):
            raise ValueError("must look like smtp+starttls://user:password@mail.example:587")
        return url

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://")):
            raise ValueError("must start with redis:// or rediss://")
        return url

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr) -> SecretStr:
        value = key.get_secret_value()
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters; make one with: openssl rand -hex 32")
        return key

    @field_validator("clock")
    @classmethod
    def _is_a_clock(cls, text: str) -> str:
        parse_clock(text)
        return text

    @property
    def owner(self) -> str:
        """The URL by which the tables' owner is reached."""
        return self.owner_url or self.database_url

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_url.startswith("https://")


class NotConfigured(RuntimeError):
    """A setting is missing or wrong. The message names the variable."""


def load_settings(**given: object) -> Settings:
    """Read the environment. Raises NotConfigured with one line for each bad variable."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as errors:
        lines = [f"GOTV_{str(e['loc'][0]).upper()}: {e['msg']}" for e in errors.errors()]
        raise NotConfigured("\n".join(lines)) from None


def require(settings: Settings) -> Settings:
    """Check that a server process has all it needs. Raises NotConfigured naming what is missing."""
    missing = [
        f"GOTV_{name.upper()} is not set" for name in ("database_url", "redis_url") if not getattr(settings, name)
    ]
    if not settings.secret_key.get_secret_value():
        missing.append("GOTV_SECRET_KEY is not set; make one with: openssl rand -hex 32")
    if missing:
        raise NotConfigured("\n".join(missing))
    return settings


def kept_secret(home: Path) -> str:
    """The secret key of a house on one machine, made on first use and readable by its owner only."""
    file = home / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
