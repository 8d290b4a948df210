"""What every process has in hand: settings, the database, the clock, the secret key, the door to the ledger."""

import os
import signal
from dataclasses import dataclass
from functools import cached_property

from gotv import queues
from gotv.clock import Clock, parse_clock
from gotv.config import Settings, require
from gotv.services.backup_place import Place, folder_of
from gotv.services.country import Country
from gotv.services.doors_knocked import DoorsKnocked
from gotv.services.mail import PostOffice
from gotv.services.readiness import Surroundings
from gotv.services.telling import Telling
from gotv.store.database import Database


class Trap:
    """Has this process die, as by SIGKILL, at the n-th passing of a point: ``before insert, 5``."""

    def __init__(self, where: str) -> None:
        point, _, times = where.partition(",")
        self.point, self.left = point.strip(), int(times)

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class House:
    """One process's hold on the house. Made once at start; everything else is handed what it needs from here."""

    settings: Settings
    database: Database
    clock: Clock

    @cached_property
    def telling(self) -> Telling:
        telling = Telling(self.database, self.clock)
        if self.settings.dies_at:
            telling.passing = Trap(self.settings.dies_at)
        return telling

    @cached_property
    def country(self) -> Country:
        return Country(self.database, self.clock.now)

    @cached_property
    def knocked(self) -> DoorsKnocked:
        return DoorsKnocked(self.database, self.clock.now)

    @property
    def post_office(self) -> PostOffice | None:
        """None when e-mail cannot be sent from here."""
        url, sender = self.settings.smtp_url.get_secret_value(), self.settings.mail_from
        return PostOffice(url, sender) if url and sender else None

    @property
    def backups(self) -> Place:
        settings = self.settings
        folder = folder_of(settings.backups, self.key) if settings.backups else settings.home / "backups"
        return Place(folder.resolve(), settings.owner, self.key, settings.postgres_tools)

    @property
    def surroundings(self) -> Surroundings:
        settings = self.settings
        return Surroundings(
            settings.home.resolve(),
            self.backups.folder,
            settings.public_url,
            settings.second_url,
            lambda: queues.someone_listens(settings.redis_url, queues.LISTS),
            lambda: queues.last_tick(settings.redis_url),
        )

    @property
    def key(self) -> str:
        return self.settings.secret_key.get_secret_value()


def open_house(settings: Settings, *, pool_size: int = 10, statement_timeout_ms: int = 5_000) -> House:
    """Raises NotConfigured, naming each setting that is missing."""
    require(settings)
    database = Database(settings.database_url, pool_size=pool_size, statement_timeout_ms=statement_timeout_ms)
    return House(settings, database, parse_clock(settings.clock))
