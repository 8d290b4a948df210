"""SQL and nothing but SQL: this floor fetches and keeps, and decides nothing."""
