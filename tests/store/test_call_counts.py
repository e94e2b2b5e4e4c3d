"""As many calls as a software allows in any stretch of time, counted by everybody together."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from linkflow.domain.ports import Transaction
from linkflow.store.call_counts import Allowance, count_call
from linkflow.store.database import Database
from linkflow.store.tables import throttles

pytestmark = pytest.mark.postgres_slowly
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = Allowance("calls-tenant-60:a", 60, timedelta(minutes=1))
DAY = Allowance("calls-client-86400:a", 100, timedelta(days=1))


class _Refused(Exception):
    """Rolls the counting back."""


def call(tx: Transaction, *allowances: Allowance, at: datetime, needed: int = 1) -> timedelta | None:
    """One call inside a longer transaction: what a refused one counted is rolled back."""
    pause = None
    try:
        with tx.connection.begin_nested():  # type: ignore[attr-defined]
            pause = count_call(tx, allowances, now=at, needed=needed)
            if pause is not None:
                raise _Refused
    except _Refused:
        pass
    return pause


@pytest.mark.parametrize("seed", range(2))
def test_in_no_stretch_as_long_as_the_window_are_there_more_calls_than_allowed(database: Database, seed: int) -> None:
    chance, made, at = random.Random(seed), list[datetime](), NOW
    with database.transaction() as tx:
        for _ in range(400):
            pause = call(tx, MINUTE, at=at)
            if pause is None:
                made.append(at)
                at += timedelta(seconds=chance.choice((0.0, 0.1, 0.5, 3.0)))
            else:
                assert call(tx, MINUTE, at=at + pause) is None, "the wait was long enough"
                at += pause
                made.append(at)
    most = max(sum(one <= other < one + MINUTE.window for other in made) for one in made)
    assert 45 <= most <= MINUTE.calls


def test_all_of_the_allowance_can_be_used_at_once_and_then_a_wait_is_told(database: Database) -> None:
    with database.transaction() as tx:
        assert [call(tx, MINUTE, at=NOW) for _ in range(60)] == [None] * 60
        assert call(tx, MINUTE, at=NOW) == timedelta(seconds=70)
        assert call(tx, MINUTE, at=NOW + timedelta(seconds=69)) == timedelta(seconds=1)
        assert call(tx, MINUTE, at=NOW + timedelta(seconds=70)) is None


def test_who_needs_many_calls_at_once_waits_until_there_are_as_many(database: Database) -> None:
    with database.transaction() as tx:
        for second in range(60):
            assert call(tx, MINUTE, at=NOW + timedelta(seconds=second)) is None
        end = NOW + timedelta(seconds=60)
        assert call(tx, MINUTE, at=end) == timedelta(seconds=10)
        assert call(tx, MINUTE, at=end, needed=11) == timedelta(seconds=20)
        assert call(tx, MINUTE, at=end, needed=1000) == timedelta(seconds=60)


def test_of_two_allowances_the_longer_wait_counts_and_a_refused_call_is_counted_nowhere(database: Database) -> None:
    with database.transaction() as tx:
        at = NOW
        for _ in range(100):
            while (pause := call(tx, MINUTE, DAY, at=at)) is not None:
                at += pause
        refused = call(tx, MINUTE, DAY, at=at)
        assert refused is not None
        assert refused > timedelta(hours=23)
        counted = select(func.sum(throttles.c.count)).where(throttles.c.key == DAY.key)
        assert tx.connection.execute(counted).scalar_one() == 100


def test_what_is_past_is_deleted_on_the_way(database: Database) -> None:
    with database.transaction() as tx:
        for minute in range(30):
            assert call(tx, MINUTE, at=NOW + timedelta(minutes=minute)) is None
        assert tx.connection.execute(select(func.count()).select_from(throttles)).scalar_one() <= 2


def test_of_many_who_call_at_once_only_as_many_as_allowed_are_let_through(database: Database) -> None:
    few = (Allowance("calls-client-60:b", 10, timedelta(minutes=1)), MINUTE)

    def count(_: int) -> bool:
        try:
            with database.transaction() as tx:
                if count_call(tx, few, now=NOW) is not None:
                    raise _Refused
        except _Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(count, range(24))) == 10
