"""Every 15 seconds it asks SQL what is due and enqueues it: hourly lists; files, photos, paper whose job was lost.

It also opens the rounds whose time has come, and asks for the backups and the e-mails that are due.

Several may run: an advisory lock lets one act at a time, and asking twice makes one job anyway. It keeps no
schedule in memory, so a slot missed while it was down is simply found wanting at the next look.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType

import redis
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gotv import queues
from gotv.config import load_settings, require
from gotv.house import House, open_house
from gotv.logs import set_up_logs
from gotv.services import (
    backups,
    knocking_up,
    messages,
    outings,
    paper,
    purging,
    rounds,
    slip_photos,
    suggesting,
    uploads,
)
from gotv.services.turn import my_turn

LOOK_EVERY_SECONDS = 15.0
# A rehearsal's hour may last a minute or less; looking more often than this helps nobody.
LOOK_AT_MOST_EVERY_SECONDS = 0.5

log = structlog.get_logger()


def look(home: House) -> int:
    """One look. Returns how many jobs were asked for; 0 when another timekeeper has the turn."""
    url = home.settings.redis_url
    queues.timekeeper_ticked(url, home.clock.now(), int(4 * LOOK_EVERY_SECONDS))
    with my_turn(home.database, "timekeeper") as mine:
        return sum(_try(home, duty) for duty in DUTIES) if mine else 0


def _try(home: House, duty: Callable[[House], int]) -> int:
    """One duty. What is wrong with one contest's rounds must not cost another its lists."""
    try:
        return duty(home)
    except (SQLAlchemyError, redis.exceptions.RedisError):
        raise
    except Exception as error:
        log.error("look", duty=duty.__name__, error=type(error).__name__)
        return 0


def hours(home: House) -> int:
    due = knocking_up.due(home.database, home.clock.now())
    return sum(queues.ask_for_hour(home.settings.redis_url, contests, slot) for slot, contests in due.items())


def teams(home: House) -> int:
    outings.age_out(home.database, home.clock.now())
    return 0


def open_rounds(home: House) -> int:
    rounds.open_rounds_by_the_clock(home.database, home.clock.now())
    return 0


def files(home: House) -> int:
    asked = 0
    for contest_id, upload_id, confirmed in uploads.waiting(home.database):
        ask = queues.ask_to_apply if confirmed else queues.ask_to_check
        asked += ask(home.settings.redis_url, contest_id, upload_id)
    return asked


def photos(home: House) -> int:
    return sum(queues.ask_to_draw(home.settings.redis_url, *one) for one in slip_photos.undrawn(home.database))


def bundles(home: House) -> int:
    return sum(queues.ask_to_print(home.settings.redis_url, *one) for one in paper.undrawn(home.database))


def keeping(home: House) -> int:
    due = backups.due(home.database, home.backups.folder, home.clock.now())
    return int(due and queues.ask_to_back_up(home.settings.redis_url))


def purges(home: House) -> int:
    """Order those whose date has come; ask again for those whose job was lost."""
    now = home.clock.now()
    for contest in purging.due(home.database, now):
        purging.ask(home.database, contest, purging.BY_DATE, now)
    return sum(queues.ask_to_purge(home.settings.redis_url, *one) for one in purging.waiting(home.database, now))


def mails(home: House) -> int:
    """Write down the reminders of the evening, and ask for what is due to be sent."""
    now = home.clock.now()
    messages.plan_reminders(home.database, now)
    contests = messages.due(home.database, now) if home.post_office else []
    return sum(queues.ask_to_mail(home.settings.redis_url, one) for one in contests)


def suggestions(home: House) -> int:
    return sum(queues.ask_to_suggest(home.settings.redis_url, one) for one in suggesting.waiting(home.database))


# The hourly lists first: whatever else is wrong, they are asked for.
DUTIES = (hours, teams, open_rounds, files, photos, bundles, keeping, purges, mails, suggestions)


def run(home: House, stop: threading.Event) -> None:
    """Look until told to stop. Trouble with a server is logged and looked past: the next look asks again."""
    pause = max(LOOK_AT_MOST_EVERY_SECONDS, home.clock.seconds(LOOK_EVERY_SECONDS))
    while not stop.is_set():
        try:
            look(home)
        except (SQLAlchemyError, redis.exceptions.RedisError) as error:
            log.warning("look", error=type(error).__name__)
        stop.wait(pause)


def main() -> None:
    settings = require(load_settings())
    set_up_logs(json=settings.json_logs)
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    run(open_house(settings, pool_size=2), stop)


if __name__ == "__main__":
    main()
