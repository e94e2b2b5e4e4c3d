"""Transactions: who may write, who waits, and how durable work joins in."""

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Job
from linkflow.store.database import Database, check_sqlite
from linkflow.store.engines import UnsuitableDatabase, database_url, open_engine
from linkflow.store.tables import events, throttles
from tests.store.rows import NOW, add_event


def test_a_transaction_commits_at_its_end(database: Database) -> None:
    with database.transaction() as tx:
        add_event(tx.connection)
    with database.reading() as tx:
        assert tx.connection.scalar(select(events.c.id)) == "e1"


def test_an_exception_rolls_everything_back_with_the_work_it_started(url: str) -> None:
    def enqueue(connection: Any, job: Job, ids: tuple[str, ...]) -> None:
        add_event(connection, f"{job}:{ids[0]}")

    database = Database(url)
    database.enqueue_with(enqueue)
    with contextlib.suppress(KeyError), database.transaction() as tx:
        tx.enqueue(Job.SEND_MESSAGE, "m1")
        raise KeyError
    with database.transaction() as tx:
        tx.enqueue(Job.SEND_MESSAGE, "m2")
    with database.reading() as tx:
        assert tx.connection.scalars(select(events.c.id)).all() == ["send-message:m2"]
    database.dispose()


def test_starting_work_without_a_queue_or_while_reading_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="no enqueuing function"), database.transaction() as tx:
        tx.enqueue(Job.PULL_BOOKS, "s1")
    with pytest.raises(RuntimeError, match="while reading"), database.reading() as tx:
        tx.enqueue(Job.PULL_BOOKS, "s1")


def test_what_is_read_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, DatabaseBusy)), database.reading() as tx:
        add_event(tx.connection)
    with database.reading() as tx:
        assert tx.connection.scalar(select(events.c.id)) is None


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_it(database: Database) -> None:
    with database.transaction() as writing:
        add_event(writing.connection)
        with database.reading() as tx:
            assert tx.connection.scalars(select(events.c.id)).all() == []


def test_a_reader_sees_one_state_from_its_first_query_to_its_last(database: Database) -> None:
    with database.reading() as tx:
        assert tx.connection.scalars(select(events.c.id)).all() == []
        with database.transaction() as writing:
            add_event(writing.connection)
        assert tx.connection.scalars(select(events.c.id)).all() == []


def test_writers_wait_for_their_turn_and_lose_nothing(database: Database) -> None:
    with database.transaction() as tx:
        tx.connection.execute(throttles.insert().values(key="k", window=NOW, count=0))
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(25):
                with database.transaction() as tx:
                    tx.connection.scalar(select(throttles.c.count))
                    tx.connection.execute(throttles.update().values(count=throttles.c.count + 1))
        except Exception as failure:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as tx:
        assert (failures, tx.connection.scalar(select(throttles.c.count))) == ([], 200)


def test_every_sqlite_connection_is_set_up_for_durability(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.engine.connect() as connection:
        pragmas = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas]
        driver: Any = connection.connection.driver_connection
        assert (found, driver.isolation_level) == (["wal", 30_000, 1, 2], "IMMEDIATE")
    database.dispose()


def test_first_connections_to_a_new_file_wait_for_each_other(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "new.db", check_same_thread=False)
    other.execute("CREATE TABLE there (x)")
    other.execute("BEGIN IMMEDIATE")
    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    release = threading.Timer(0.1, other.rollback)
    release.start()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    release.join()
    engine.dispose()
    other.close()


def test_counted_statements_leave_out_what_only_opens_a_transaction(database: Database) -> None:
    with database.counted() as statements, database.reading() as tx:
        tx.connection.scalar(select(events.c.id))
    with database.reading() as tx:
        tx.connection.scalar(select(events.c.id))
    assert len(statements) == 1


def test_a_database_of_another_make_or_in_memory_is_refused(tmp_path: Path) -> None:
    for url in ("mysql://localhost/x", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(UnsuitableDatabase):
            database_url(url)
    assert database_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    assert database_url(f"sqlite:///{tmp_path}/x.db").drivername == "sqlite"


def test_an_old_sqlite_is_refused_on_a_new_python_and_the_message_says_what_to_do() -> None:
    check_sqlite(python=(3, 11), sqlite=(3, 40, 1))
    check_sqlite(python=(3, 12), sqlite=(3, 42, 0))
    with pytest.raises(UnsuitableDatabase, match=r"Python 3\.12 .* SQLite 3\.40\.1, .* or PostgreSQL"):
        check_sqlite(python=(3, 12), sqlite=(3, 40, 1))


def test_a_statement_that_can_never_work_is_no_busy_database(database: Database) -> None:
    large = "SELECT CAST(9223372036854775807 AS BIGINT) AS number"
    whole = "CAST(sum(number) AS BIGINT)"
    with pytest.raises(DBAPIError), database.reading() as tx:
        tx.connection.execute(text(f"SELECT {whole} FROM ({large} UNION ALL {large}) AS numbers"))
