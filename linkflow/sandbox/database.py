"""The sandbox's own small SQLite file: codes, grants, tokens, faults and counters. Secrets are kept as hashes.

One connection behind a lock: the sandbox is one process, and a grant must survive its restart.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS grants (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL, person TEXT NOT NULL, scope TEXT NOT NULL, companies TEXT NOT NULL,
    created REAL NOT NULL, revoked REAL);
CREATE TABLE IF NOT EXISTS codes (
    hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants, redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL, method TEXT NOT NULL, expires REAL NOT NULL, used REAL);
CREATE TABLE IF NOT EXISTS access_tokens (
    hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants, scope TEXT NOT NULL, issued REAL NOT NULL,
    expires REAL NOT NULL, revoked REAL);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants, scope TEXT NOT NULL, expires REAL NOT NULL,
    used REAL);
CREATE TABLE IF NOT EXISTS faults (
    company TEXT NOT NULL, kind TEXT NOT NULL, since REAL NOT NULL, times INTEGER, seconds REAL NOT NULL,
    endpoint TEXT, PRIMARY KEY (company, kind));
CREATE TABLE IF NOT EXISTS fetches (
    company TEXT NOT NULL, endpoint TEXT NOT NULL, page TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
    served INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (company, endpoint, page));
"""


class Database:
    """Opens the file (or memory) and lends its one connection, a transaction at a time."""

    def __init__(self, path: Path | None) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(
            path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection inside one immediate transaction; an exception rolls it back."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; nothing works afterwards."""
        with self._lock:
            self._connection.close()


def hashed(secret: str) -> str:
    """What is stored instead of a token or code: random enough that a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()
