"""The figures at /metrics, of all web processes of a host together (``gotv.server``).

Moved once a commit, not once a number: they must cost next to nothing.
"""

from prometheus_client import Counter, Gauge, Histogram

ENTRIES = Counter("gotv_entries_total", "Entries answered after commit", ["outcome"])
GROUP_SIZE = Histogram("gotv_group_entries", "Entries in one commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
COMMIT_SECONDS = Histogram(
    "gotv_commit_seconds",
    "From taking the ledger's turn to the entries being on disk",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
TAIL_GOOD = Gauge(
    "gotv_tail_good_timestamp_seconds",
    "When the web process that is furthest behind last read the ledger for its boards",
    multiprocess_mode="livemin",
)
TICKED = Gauge(
    "gotv_timekeeper_silent_seconds",
    "Since the timekeeper last looked; NaN when that is not known",
    multiprocess_mode="mostrecent",
)
BACKUP_AGE = Gauge(
    "gotv_backup_age_seconds", "Age of the newest backup; NaN when there is none", multiprocess_mode="mostrecent"
)
ROOMS_LATE = Gauge(
    "gotv_rooms_without_lists",
    "Committee rooms that lack the lists of the current hour",
    multiprocess_mode="mostrecent",
)
QUEUED = Gauge("gotv_jobs_waiting", "Jobs in a queue; NaN without Valkey", ["queue"], multiprocess_mode="mostrecent")
DISK_FREE = Gauge("gotv_disk_free_bytes", "Room left where the house lives", multiprocess_mode="mostrecent")
DATABASE_UP = Gauge(
    "gotv_database_up", "1 when the database answers and is current, else 0", multiprocess_mode="mostrecent"
)
PHONES = Gauge("gotv_phones_connected", "Tellers' sockets open here", multiprocess_mode="livesum")
BOARDS = Gauge("gotv_boards_connected", "Boards' sockets open here", multiprocess_mode="livesum")
LINES = Gauge("gotv_connections", "WebSockets open here, of whomever", multiprocess_mode="livesum")
REFUSED = Counter("gotv_refused_total", "What was over a limit, and refused", ["what"])
for _what in ("connection", "message", "list", "rate", "upload"):
    REFUSED.labels(_what)
