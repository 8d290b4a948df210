"""Files of paper: asked for, drawn by a worker, kept until the purge."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

_BUNDLE = """
    SELECT b.bundle_id, b.kind, b.committee_room_id, r.name AS committee_room, b.copies, b.asked_by, b.asked_at,
           b.state, b.done, b.total, b.pages, b.trouble, b.made_at, b.sheets
      FROM bundle b
      LEFT JOIN committee_room r ON r.contest_id = b.contest_id AND r.committee_room_id = b.committee_room_id
     WHERE b.contest_id = :contest
"""


def ask(connection: Connection, contest_id: int, kind: str, room: int | None, copies: int, by: str,
        now: datetime) -> int | None:  # fmt: skip
    """Ask for a bundle. None when one of that kind is being drawn for that room already."""
    return connection.execute(
        text("""
            INSERT INTO bundle (contest_id, kind, committee_room_id, copies, asked_by, asked_at)
            VALUES (:contest, :kind, :room, :copies, :by, :now) ON CONFLICT DO NOTHING RETURNING bundle_id
        """),
        {"contest": contest_id, "kind": kind, "room": room, "copies": copies, "by": by, "now": now},
    ).scalar_one_or_none()


def asked(connection: Connection, contest_id: int, kind: str, room: int | None) -> int | None:
    """The bundle of that kind which is being drawn for that room."""
    return connection.execute(
        text("""
            SELECT bundle_id FROM bundle
             WHERE contest_id = :contest AND kind = :kind AND committee_room_id IS NOT DISTINCT FROM CAST(:room AS int)
               AND state IN ('asked', 'drawing')
        """),
        {"contest": contest_id, "kind": kind, "room": room},
    ).scalar_one_or_none()


def of_room(connection: Connection, contest_id: int, room: int | None, most: int) -> list[dict[str, Any]]:
    """The newest bundles in the scope of a committee room, or of the contest."""
    rows = connection.execute(
        text(f"""{_BUNDLE} AND (CAST(:room AS int) IS NULL OR b.committee_room_id = :room)
                 ORDER BY b.bundle_id DESC LIMIT :most"""),
        {"contest": contest_id, "room": room, "most": most},
    )
    return [dict(row._mapping) for row in rows]


def find(connection: Connection, contest_id: int, bundle_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        text(f"{_BUNDLE} AND b.bundle_id = :bundle"), {"contest": contest_id, "bundle": bundle_id}
    ).one_or_none()
    return dict(row._mapping) if row else None


def content(connection: Connection, contest_id: int, bundle_id: int) -> bytes | None:
    found = connection.execute(
        text("SELECT content FROM bundle WHERE contest_id = :contest AND bundle_id = :bundle"),
        {"contest": contest_id, "bundle": bundle_id},
    ).scalar_one_or_none()
    return bytes(found) if found is not None else None


def undrawn(connection: Connection, contest_id: int) -> list[int]:
    """Those asked for that are not there yet: whoever lost the job, it is asked for again."""
    return list(
        connection.execute(
            text("SELECT bundle_id FROM bundle WHERE contest_id = :contest AND state IN ('asked', 'drawing')"),
            {"contest": contest_id},
        ).scalars()
    )


def begin(connection: Connection, contest_id: int, bundle_id: int) -> int:
    """A worker begins to draw it. Returns which try this is, or 0 when it is drawn already."""
    found = connection.execute(
        text("""UPDATE bundle SET tries = tries + 1
                 WHERE contest_id = :contest AND bundle_id = :bundle AND state IN ('asked', 'drawing')
             RETURNING tries"""),
        {"contest": contest_id, "bundle": bundle_id},
    ).scalar_one_or_none()
    return int(found or 0)


def say_how_far(connection: Connection, contest_id: int, bundle_id: int, done: int, total: int) -> None:
    connection.execute(
        text("""UPDATE bundle SET state = 'drawing', done = :done, total = :total
                 WHERE contest_id = :contest AND bundle_id = :bundle AND state IN ('asked', 'drawing')"""),
        {"contest": contest_id, "bundle": bundle_id, "done": done, "total": total},
    )


def keep(connection: Connection, contest_id: int, bundle_id: int, drawn: bytes, pages: int,
         sheets: Sequence[tuple[int, int]], now: datetime) -> bool:  # fmt: skip
    """Keep what was drawn. False when another worker was quicker. ``sheets``: the (walk, version) pairs in it."""
    return (
        connection.execute(
            text("""
                UPDATE bundle SET state = 'made', content = :drawn, pages = :pages, sheets = CAST(:sheets AS jsonb),
                       made_at = :now, done = total
                 WHERE contest_id = :contest AND bundle_id = :bundle AND state IN ('asked', 'drawing')
            """),
            {
                "contest": contest_id,
                "bundle": bundle_id,
                "drawn": drawn,
                "pages": pages,
                "sheets": orjson.dumps(sheets).decode(),
                "now": now,
            },
        ).rowcount
        == 1
    )


def fail(connection: Connection, contest_id: int, bundle_id: int, trouble: str) -> None:
    connection.execute(
        text("""UPDATE bundle SET state = 'failed', trouble = :trouble
                 WHERE contest_id = :contest AND bundle_id = :bundle AND state IN ('asked', 'drawing')"""),
        {"contest": contest_id, "bundle": bundle_id, "trouble": trouble},
    )
