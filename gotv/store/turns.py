"""Turns among processes: PostgreSQL's advisory locks, which end with the connection that holds them."""

from sqlalchemy import Connection, text


def take_turn(connection: Connection, name: str) -> bool:
    """True for one at a time, until its transaction ends."""
    return bool(
        connection.execute(
            text("SELECT pg_try_advisory_xact_lock(hashtext('gotv turn'), hashtext(:name))"), {"name": name}
        ).scalar_one()
    )


def wait_for_turn(connection: Connection, name: str, contest_id: int) -> None:
    """Wait until nobody else of that name works on this contest; held until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:name), :contest)"), {"name": name, "contest": contest_id}
    )
