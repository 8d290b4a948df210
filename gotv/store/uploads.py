"""Uploaded files and what became of them."""

from typing import Any

import orjson
from sqlalchemy import Connection, text

from gotv.store import tables

_SHOWN = """upload_id, kind, filename, whole, uploaded_by, uploaded_at, state, rows_done, rows_total, report,
            jsonb_array_length(refused) AS refused_rows, finished_at"""


def add(connection: Connection, **columns: Any) -> int:
    return int(
        connection.execute(tables.upload.insert().values(**columns).returning(tables.upload.c.upload_id)).scalar_one()
    )


def every(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        text(f"SELECT {_SHOWN} FROM upload WHERE contest_id = :contest ORDER BY upload_id DESC LIMIT 50"),
        {"contest": contest_id},
    )
    return [dict(row._mapping) for row in rows]


def find(connection: Connection, contest_id: int, upload_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        text(f"SELECT {_SHOWN} FROM upload WHERE contest_id = :contest AND upload_id = :upload"),
        {"contest": contest_id, "upload": upload_id},
    ).one_or_none()
    return dict(row._mapping) if row else None


def content(connection: Connection, contest_id: int, upload_id: int) -> bytes:
    found: bytes = connection.execute(
        text("SELECT content FROM upload WHERE contest_id = :contest AND upload_id = :upload"),
        {"contest": contest_id, "upload": upload_id},
    ).scalar_one()
    return bytes(found)


def refused(connection: Connection, contest_id: int, upload_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = connection.execute(
        text("SELECT refused FROM upload WHERE contest_id = :contest AND upload_id = :upload"),
        {"contest": contest_id, "upload": upload_id},
    ).scalar_one()
    return found


def move(connection: Connection, contest_id: int, upload_id: int, new: str, *old: str) -> bool:
    """Change the state, if it is one of ``old``. False when somebody was first."""
    return (
        connection.execute(
            text("""UPDATE upload SET state = :new, rows_done = 0
                     WHERE contest_id = :contest AND upload_id = :upload AND state = ANY(:old)"""),
            {"contest": contest_id, "upload": upload_id, "new": new, "old": list(old)},
        ).rowcount
        == 1
    )


def progress(connection: Connection, contest_id: int, upload_id: int, done: int, total: int) -> None:
    connection.execute(
        text("""UPDATE upload SET rows_done = :done, rows_total = :total
                 WHERE contest_id = :contest AND upload_id = :upload"""),
        {"contest": contest_id, "upload": upload_id, "done": done, "total": total},
    )


def finish(
    connection: Connection,
    contest_id: int,
    upload_id: int,
    state: str,
    report: dict[str, Any],
    refused_rows: list[dict[str, Any]],
) -> None:
    connection.execute(
        text("""UPDATE upload SET state = :state, report = CAST(:report AS jsonb), refused = CAST(:refused AS jsonb),
                       rows_done = rows_total, finished_at = now()
                 WHERE contest_id = :contest AND upload_id = :upload"""),
        {
            "contest": contest_id,
            "upload": upload_id,
            "state": state,
            "report": orjson.dumps(report).decode(),
            "refused": orjson.dumps(refused_rows).decode(),
        },
    )


def unfinished(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Files that wait for a worker: what the timekeeper asks again for when a job was lost."""
    rows = connection.execute(
        text("""SELECT upload_id, state FROM upload WHERE contest_id = :contest
                   AND state IN ('received', 'checking', 'confirmed', 'applying')"""),
        {"contest": contest_id},
    )
    return [dict(row._mapping) for row in rows]
