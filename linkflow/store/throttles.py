"""Counts of what may be done only so often: one row a key and window, so that every process counts together."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from linkflow.domain.ports import Transaction
from linkflow.store.rows import change
from linkflow.store.tables import throttles

EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


def key_of(kind: str, whose: str) -> str:
    """The key of what somebody's tries are counted under, from which nobody learns who they are."""
    return f"{kind}:{hashlib.sha256(whose.encode()).hexdigest()[:40]}"


def used(tx: Transaction, key: str, *, window: timedelta, now: datetime) -> int:
    """How often `key` was counted in the present window."""
    start = window_start(window, now)
    statement = select(throttles.c.count).where(throttles.c.key == key, throttles.c.window == start)
    return int(tx.connection.execute(statement).scalar() or 0)


def count(tx: Transaction, key: str, *, window: timedelta, now: datetime) -> int:
    """Count one more; answers how often it has been in this window, this time included."""
    insert = (postgresql if tx.connection.dialect.name == "postgresql" else sqlite).insert(throttles)
    first_time = insert.values(key=key, window=window_start(window, now), count=1)
    # One statement: of two who are the first at once, neither fails.
    counted = first_time.on_conflict_do_update(index_elements=["key", "window"], set_={"count": throttles.c.count + 1})
    return int(tx.connection.execute(counted.returning(throttles.c.count)).scalar_one())


def give_back(tx: Transaction, key: str, *, window: timedelta, now: datetime) -> None:
    """Take one back from the present window: what was counted turned out to be harmless."""
    here = throttles.c.key == key, throttles.c.window == window_start(window, now)
    change(tx, throttles, *here, throttles.c.count > 0, count=throttles.c.count - 1)


def window_start(window: timedelta, now: datetime) -> datetime:
    """When the present window began."""
    return EPOCH + (now - EPOCH) // window * window
