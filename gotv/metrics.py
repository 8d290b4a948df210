"""The figures at /metrics. Moved once a commit, not once a number: they must cost next to nothing."""

from prometheus_client import Counter, Gauge, Histogram

ENTRIES = Counter("gotv_entries_total", "Entries answered after commit", ["outcome"])
GROUP_SIZE = Histogram("gotv_group_entries", "Entries in one commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
COMMIT_SECONDS = Histogram(
    "gotv_commit_seconds",
    "From taking the ledger's turn to the entries being on disk",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
PHONES = Gauge("gotv_phones_connected", "Tellers' sockets open in this process")
BOARDS = Gauge("gotv_boards_connected", "Boards' sockets open in this process")
