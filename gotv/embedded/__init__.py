"""PostgreSQL and Valkey for one machine. Only `gotv run`, `gotv demo` and the tests come in here."""
