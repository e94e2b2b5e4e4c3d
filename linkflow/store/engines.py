"""How a database is opened: the settings every connection gets, on SQLite and on PostgreSQL.

On SQLite a transaction that may write begins with BEGIN IMMEDIATE: it waits for its turn instead of failing half-way.
On PostgreSQL many run at once, and what was read may have changed meanwhile: decide by a conditional UPDATE and its row
count, or hold the row first (`turns.take_turn`).
"""

import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url

from linkflow.problems import CannotRun

BUSY_MILLISECONDS = 30_000
_RETRY_SECONDS = 0.02
POOL = 40
"""Connections a process may hold: one for each of granian's 32 threads, and some for durable work."""


class UnsuitableDatabase(CannotRun):
    """A database linkflow cannot run on; the message says what to do."""


def database_url(text: str) -> URL:
    """`text` as SQLAlchemy's URL with the driver linkflow uses. Raises `UnsuitableDatabase` for any other database."""
    url = make_url(text)
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UnsuitableDatabase(f"linkflow keeps its data in SQLite or PostgreSQL, not in {backend}")
    if not url.database or url.database == ":memory:":
        raise UnsuitableDatabase("an SQLite database is a file: sqlite:////path/to/linkflow.db")
    return url.set(drivername="sqlite")


def sqlite_file(text: str) -> Path | None:
    """Where the SQLite database at `text` lies; None for PostgreSQL."""
    url = database_url(text)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def make_sqlite_file(path: Path) -> None:
    """Make an empty file that only its owner can read, in such a folder, unless there is one.

    What SQLite lays beside it gets the same rights. Raises `UnsuitableDatabase` where no file can be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise UnsuitableDatabase(f"the database {path} cannot be written: {error.strerror}") from None


def open_engine(text: str, *, read_only: bool = False) -> Engine:
    """An engine for the database at `text`; a read-only one can never take the write lock. Errors quote no values."""
    url = database_url(text)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, pool_size=POOL, max_overflow=0)
        event.listen(engine, "connect", _set_up_reading if read_only else _set_up_writing)
        return engine
    engine = create_engine(url, hide_parameters=True, pool_size=POOL, max_overflow=0, pool_pre_ping=True)
    if read_only:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def check_sqlite(
    *, python: tuple[int, ...] = sys.version_info[:2], sqlite: tuple[int, ...] = sqlite3.sqlite_version_info
) -> None:
    """Refuse a SQLite that search (3.34) or the durable engine (3.42 on Python 3.12 and newer) cannot work with."""
    if sqlite < (3, 34):
        raise UnsuitableDatabase(
            f"Python {_dotted(python)} here is linked to SQLite {_dotted(sqlite)}, and searching needs 3.34 or newer: "
            "use a Python with a newer SQLite, or PostgreSQL (LINKFLOW_DATABASE_URL)"
        )
    if python >= (3, 12) and sqlite < (3, 42):
        raise UnsuitableDatabase(
            f"Python {_dotted(python)} here is linked to SQLite {_dotted(sqlite)}, and durable work needs "
            "3.42 or newer: use Python 3.11, a Python with a newer SQLite, or PostgreSQL (LINKFLOW_DATABASE_URL)"
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _set_up_writing(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    _set_up(connection)


def _set_up_reading(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    _set_up(connection)
    connection.execute("PRAGMA query_only=ON")


def _set_up(connection: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    _write_ahead(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    # A rotated token must survive a power cut.
    connection.execute("PRAGMA synchronous=FULL")


def _write_ahead(connection: Any) -> None:
    """Keep a write-ahead log. SQLite does not wait where two make a new file's first connections at once: we do."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return
