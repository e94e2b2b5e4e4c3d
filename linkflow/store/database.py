"""The database: where transactions begin, and where durable work joins them.

`transaction()` is for POSTs and jobs, `reading()` for GETs; what is read cannot write, on either database. No network
call belongs inside either.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Job
from linkflow.store.engines import check_sqlite, open_engine

Enqueue = Callable[[Connection, Job, tuple[str, ...]], None]
"""Starts a job for the row `ids[0]` when the connection's transaction commits; the same id starts it once."""

_PASSING = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT),
}
_PASSING_CLASSES = frozenset({"08", "40", "53", "55", "57", "58"})
"""SQLSTATE classes: no connection, rolled back, no resources, not in a usable state, an operator, the system."""

__all__ = ["Database", "Enqueue", "OpenTransaction", "check_sqlite"]


@dataclass(frozen=True)
class OpenTransaction:
    """One open transaction (`domain.ports.Transaction`)."""

    connection: Connection
    _enqueue: Enqueue
    turns: set[str] = field(default_factory=set)

    def enqueue(self, job: Job, *ids: str) -> None:
        """Start `job` for the row `ids[0]` if and when this transaction commits."""
        self._enqueue(self.connection, job, ids)


class Database:
    """Two pools on one database: one that writes, one that can only read."""

    def __init__(self, url: str, *, enqueue: Enqueue | None = None) -> None:
        """Open nothing yet; the first use of a pool connects."""
        self.engine: Engine = open_engine(url)
        self._reader: Engine = open_engine(url, read_only=True)
        self._enqueue: Enqueue = enqueue or _no_queue

    def enqueue_with(self, enqueue: Enqueue) -> None:
        """Hand over the enqueuing function, which itself needs `engine`."""
        self._enqueue = enqueue

    @contextmanager
    def transaction(self) -> Iterator[OpenTransaction]:
        """Write: commit at the end, roll back on any exception. On SQLite one at a time, from its first read on."""
        with _answering(), self.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                _begin(connection, "BEGIN IMMEDIATE")
            yield OpenTransaction(connection, self._enqueue)

    @contextmanager
    def reading(self) -> Iterator[OpenTransaction]:
        """Read one consistent state; writing is refused by the database, starting work by us."""
        with _answering(), self._reader.connect() as connection:
            if connection.dialect.name == "sqlite":
                _begin(connection, "BEGIN")
            yield OpenTransaction(connection, _read_only)

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collect the text of every statement of this process, those that only open a transaction left out."""
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        for engine in (self.engine, self._reader):
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            for engine in (self.engine, self._reader):
                event.remove(engine, "before_cursor_execute", note)

    def answers(self) -> bool:
        """Whether the database can be read at all."""
        try:
            with self.reading() as tx:
                tx.connection.execute(text("SELECT 1"))
        except DatabaseBusy:
            return False
        return True

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self._reader.dispose()


@contextmanager
def _answering() -> Iterator[None]:
    """A database that is down, locked or full is one refusal, without the statement and its values."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        cause = getattr(error, "orig", error)
        if not _may_pass(cause):
            raise
        raise DatabaseBusy(reason=type(cause).__name__) from None


def _may_pass(error: object) -> bool:
    """Whether it is the database's state; both also call some mistakes of a statement operational."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is None or code & 0xFF in _PASSING
    state = getattr(error, "sqlstate", None)
    return state is None or state[:2] in _PASSING_CLASSES


def _begin(connection: Connection, statement: str) -> None:
    # SQLAlchemy's own "begin" says nothing to SQLite, whose driver begins with the first change.
    raw = connection.connection.driver_connection
    if raw is not None:
        raw.execute(statement)


def _no_queue(_connection: Connection, job: Job, _ids: tuple[str, ...]) -> None:
    raise RuntimeError(f"{job} was started, but this database was given no enqueuing function")


def _read_only(_connection: Connection, job: Job, _ids: tuple[str, ...]) -> None:
    raise RuntimeError(f"{job} was started while reading")
