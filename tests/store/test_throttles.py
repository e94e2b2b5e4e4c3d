"""Counting what may be done only so often, by many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from linkflow.store import throttles
from linkflow.store.database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_of_many_who_are_the_first_at_once_each_is_counted(database: Database) -> None:
    def count(_: int) -> int:
        with database.transaction() as tx:
            return throttles.count(tx, "sign-in", window=timedelta(hours=1), now=NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(16))) == list(range(1, 17))


def test_an_error_of_the_database_quotes_no_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.transaction() as tx:
        tx.connection.execute(text("INSERT INTO throttles (key) VALUES (:key)"), {"key": "a-secret"})
    assert "a-secret" not in str(refused.value).partition("[SQL")[2]
