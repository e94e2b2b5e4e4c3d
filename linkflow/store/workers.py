"""The workers and when each was last heard of: the ground on which another takes over what one left behind."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import change
from linkflow.store.tables import workers


def appear(tx: Transaction, name: str, *, now: datetime) -> None:
    """A worker of this name starts."""
    if not change(tx, workers, workers.c.name == name, seen_at=now, taken_over_at=None):
        tx.connection.execute(insert(workers), {"name": name, "seen_at": now})


def renew(tx: Transaction, name: str, *, now: datetime) -> bool:
    """The worker is alive; False: it was given up, and must stop."""
    return change(tx, workers, workers.c.name == name, workers.c.taken_over_at.is_(None), seen_at=now) == 1


def leave(tx: Transaction, name: str) -> None:
    """The worker has ended in order, or nothing is left of it to take over."""
    tx.connection.execute(delete(workers).where(workers.c.name == name))


def silent_workers(tx: Transaction, *, since: datetime) -> tuple[str, ...]:
    """Workers not heard of since then and taken over by nobody since then."""
    return tuple(tx.connection.execute(select(workers.c.name).where(*_silent(since))).scalars())


def claim(tx: Transaction, name: str, *, since: datetime, now: datetime) -> bool:
    """Take a silent worker's place; one caller gets it, and another only if that one falls silent, too."""
    return change(tx, workers, workers.c.name == name, *_silent(since), taken_over_at=now) == 1


def last_seen(tx: Transaction) -> datetime | None:
    """When any worker was last heard of."""
    statement = select(workers.c.seen_at).order_by(workers.c.seen_at.desc()).limit(1)
    value: datetime | None = tx.connection.execute(statement).scalar()
    return value


def _silent(since: datetime) -> tuple[Any, ...]:
    claimed_long_ago = or_(workers.c.taken_over_at.is_(None), workers.c.taken_over_at <= since)
    return workers.c.seen_at <= since, claimed_long_ago
