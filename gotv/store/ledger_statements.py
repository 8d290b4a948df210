"""What a turn at the ledger says to the server: two statements, made ready once a connection."""

from gotv.store import facts

# Nearly all rows are marks that stand and say no more: those come as columns, the others as JSON. The columns are
# unnested side by side in a list of values: as a table, each of them would be kept apart first, at a seventh of the
# statement's cost. Marks that fall are found by their whole key first, one look-up each, whatever the planner believes
# about sizes: with a plain join it settled for the contest alone while the tables were empty, and would read all marks
# at each undo.
_APPEND = """
    WITH spelled AS MATERIALIZED (SELECT ARRAY(SELECT json_array_elements_text(%(districts)s)) AS districts),
    plain AS MATERIALIZED (
      SELECT u.position, u.id, u.outcome, u.person, u.place, u.typed, spelled.districts[u.d] AS district, u.n, u.s,
             to_timestamp(u.at) AS at
        FROM spelled, (
          SELECT unnest(%(positions)s) AS position, unnest(%(ids)s) AS id, unnest(%(outcomes)s) AS outcome,
                 unnest(%(people)s) AS person, unnest(%(at_places)s) AS place, unnest(%(typed)s) AS typed,
                 unnest(%(d)s) AS d, unnest(%(n)s) AS n, unnest(%(s)s) AS s, unnest(%(at)s) AS at) u
    ), others AS MATERIALIZED (
      SELECT * FROM json_to_recordset(%(others)s) AS o(
             position bigint, id uuid, kind text, outcome text, person int, place int, typed text, district text,
             n int, s int, withdraws uuid, at double precision, doubt text, stands boolean, doubted boolean)
    ), appended AS (
      INSERT INTO mark (contest_id, position, id, kind, outcome, person_id, place_id, typed,
                        district, number, suffix, withdraws, called_at, received_at, doubt)
      SELECT %(contest)s, position, id, 'mark', outcome, person, place, typed,
             district, n, s, NULL, at, %(now)s, ''
        FROM plain
       UNION ALL
      SELECT %(contest)s, position, id, kind, outcome, person, place, typed,
             district, n, s, withdraws, to_timestamp(at), %(now)s, doubt
        FROM others
    ), fell AS (
      DELETE FROM standing_mark WHERE ctid = ANY (ARRAY(
        SELECT m.ctid
          FROM json_to_recordset(CAST(%(fallen)s AS json)) AS f(id uuid, d text, n int, s int),
               LATERAL (SELECT x.ctid FROM standing_mark x
                         WHERE x.contest_id = %(contest)s AND x.district = f.d AND x.number = f.n AND x.suffix = f.s
                           AND x.id = f.id OFFSET 0) m))
    ), fell_doubtful AS (
      DELETE FROM doubtful_mark WHERE ctid = ANY (ARRAY(
        SELECT m.ctid
          FROM json_to_recordset(CAST(%(fallen)s AS json)) AS f(id uuid, d text, n int, s int),
               LATERAL (SELECT x.ctid FROM doubtful_mark x
                         WHERE x.contest_id = %(contest)s AND x.district = f.d AND x.number = f.n AND x.suffix = f.s
                           AND x.id = f.id OFFSET 0) m))
    ), doubted AS (
      INSERT INTO doubtful_mark (contest_id, district, number, suffix, id, place_id, received_at)
      SELECT %(contest)s, district, n, s, id, place, %(now)s FROM others WHERE doubted
    ), stand AS (
      INSERT INTO standing_mark (contest_id, district, number, suffix, id, place_id, received_at)
      SELECT %(contest)s, district, n, s, id, place, %(now)s FROM plain
       UNION ALL
      SELECT %(contest)s, district, n, s, id, place, %(now)s FROM others WHERE stands
    ), by_district AS (
      UPDATE district_count d
         SET position = %(new)s, marks = d.marks + coalesce(x.marks, 0),
             pledges_marked = d.pledges_marked + coalesce(x.pledges_marked, 0),
             wanted_marked = d.wanted_marked + coalesce(x.wanted_marked, 0),
             unmatched = d.unmatched + coalesce(x.unmatched, 0)
        FROM json_to_recordset(CAST(%(moved)s AS json)) AS x(
             district text, marks int, pledges_marked int, wanted_marked int, unmatched int)
       WHERE d.contest_id = %(contest)s AND d.district = x.district
    ), by_place AS (
      UPDATE place_count p
         SET position = %(new)s, heard = p.heard + coalesce(x.heard, 0),
             no_number = p.no_number + coalesce(x.no_number, 0),
             unmatched = p.unmatched + coalesce(x.unmatched, 0),
             doubtful = p.doubtful + coalesce(x.doubtful, 0),
             last_heard_at = CASE WHEN x.heard > 0 THEN %(now)s ELSE p.last_heard_at END
        FROM json_to_recordset(CAST(%(places)s AS json)) AS x(
             place_id int, heard int, no_number int, unmatched int, doubtful int)
       WHERE p.contest_id = %(contest)s AND p.place_id = x.place_id
    ), by_hour AS (
      INSERT INTO hour_count AS h (contest_id, district, hour, position, marks, pledges)
      SELECT %(contest)s, x.district, x.hour, %(new)s, x.marks, x.pledges
        FROM json_to_recordset(CAST(%(hours)s AS json)) AS x(
             district text, hour timestamptz, marks int, pledges int)
      ON CONFLICT (contest_id, district, hour) DO UPDATE
         SET position = %(new)s, marks = h.marks + excluded.marks, pledges = h.pledges + excluded.pledges
    )
    UPDATE ledger_head SET position = %(new)s WHERE contest_id = %(contest)s
"""

# What the two statements of a turn take, in this order, and as what.
_ASKED = {
    "contest": "int", "ids": "uuid[]", "people": "int[]", "named": "uuid[]",
    "districts": "json", "d": "int[]", "n": "int[]", "s": "int[]",
}  # fmt: skip
_WRITTEN = {
    "contest": "int", "now": "timestamptz", "new": "bigint",
    "positions": "bigint[]", "ids": "uuid[]", "outcomes": "text[]", "people": "int[]", "at_places": "int[]",
    "typed": "text[]", "districts": "json", "d": "int[]", "n": "int[]", "s": "int[]", "at": "double precision[]",
    "others": "json", "fallen": "json", "moved": "json", "places": "json", "hours": "json",
}  # fmt: skip


def _prepare(name: str, takes: dict[str, str], statement: str) -> str:
    places = {one: f"${n}" for n, one in enumerate(takes, 1)}
    return f"PREPARE {name}({', '.join(takes.values())}) AS {statement % places}"


def _execute(name: str, takes: dict[str, str]) -> str:
    return f"EXECUTE {name}({', '.join(f'%({one})s' for one in takes)})"


# Made ready once a connection, so that a turn costs the server no planning.
PREPARED = (_prepare("ledger_facts", _ASKED, facts.FACTS), _prepare("ledger_append", _WRITTEN, _APPEND))
TAKE_TURN = f"""
    BEGIN;
    SELECT position FROM ledger_head WHERE contest_id = %(contest)s FOR UPDATE;
    {_execute("ledger_facts", _ASKED)}
"""
COMMIT = f"""
    {_execute("ledger_append", _WRITTEN)};
    COMMIT
"""
