"""What a clerk's grid knows beforehand: the numbers of a polling place's districts."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text


def numbers(
    connection: Connection, contest_id: int, districts: Collection[str], *, initials: bool
) -> dict[str, list[list[Any]]]:
    """For each district its numbers as ``[number, suffix, signs]``: ``p`` postal vote, ``m`` marked already.

    With ``initials`` there follow the first letter of the surname and the street, and nothing else of the person.
    """
    rows = connection.execute(
        text("""
            SELECT e.district, e.number, e.suffix,
                   CASE WHEN e.absent IN ('postal', 'postal_proxy') THEN 'p' ELSE '' END
                || CASE WHEN EXISTS (SELECT FROM standing_mark s WHERE s.contest_id = e.contest_id
                                      AND s.district = e.district AND s.number = e.number AND s.suffix = e.suffix)
                        THEN 'm' ELSE '' END AS signs,
                   left(e.surname, 1) AS initial, e.street
              FROM elector e
             WHERE e.contest_id = :contest AND e.district = ANY(:districts) AND e.registered
             ORDER BY e.district, e.number, e.suffix
        """),
        {"contest": contest_id, "districts": list(districts)},
    )
    found: dict[str, list[list[Any]]] = {district: [] for district in districts}
    for row in rows:
        who = [row.initial, row.street] if initials else []
        found[row.district].append([row.number, row.suffix, row.signs, *who])
    return found
