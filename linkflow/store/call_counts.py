"""How often a software was asked lately, for every process and machine together, so that its limits are kept.

A window is counted in pieces, and a piece counts until all of it is past: in no stretch as long as the window are there
more calls than allowed, wherever it begins. What is past is deleted on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from linkflow.domain.ports import Transaction
from linkflow.store.tables import throttles
from linkflow.store.throttles import window_start

PIECES = 6
Counted = Sequence[tuple[datetime, int]]
"""The pieces of a window, the oldest first: when each began, and how many calls were made in it."""


@dataclass(frozen=True)
class Allowance:
    """So many calls in any stretch of `window`, counted together under `key`."""

    key: str
    calls: int
    window: timedelta

    @property
    def piece(self) -> timedelta:
        """What is counted in one row."""
        return self.window / PIECES


def count_call(tx: Transaction, allowances: Sequence[Allowance], *, now: datetime, needed: int = 1) -> timedelta | None:
    """Count one more call under every allowance; None where it may be made.

    Else how long until `needed` may be: then nothing may be made, and the transaction must be rolled back.
    """
    ordered = sorted(allowances, key=lambda one: one.key)
    _add(tx, ordered, now)
    rows: dict[str, list[tuple[datetime, int]]] = {one.key: [] for one in ordered}
    here = select(throttles.c.key, throttles.c.window, throttles.c.count).where(throttles.c.key.in_(rows))
    for key, start, count in tx.connection.execute(here.order_by(throttles.c.window)):
        rows[key].append((start, count))
    pauses = [_pause(one, rows[one.key], now=now, needed=needed) for one in ordered]
    _forget_past(tx, [one for one in ordered if _is_past(one, rows[one.key][0][0], now)], now)
    return max(filter(None, pauses), default=None)


def _add(tx: Transaction, allowances: Sequence[Allowance], now: datetime) -> None:
    insert = (postgresql if tx.connection.dialect.name == "postgresql" else sqlite).insert(throttles)
    fresh = [{"key": one.key, "window": window_start(one.piece, now), "count": 1} for one in allowances]
    more = {"count": throttles.c.count + 1}
    # Whoever counts in the same piece waits here for the other, on either database.
    tx.connection.execute(insert.values(fresh).on_conflict_do_update(index_elements=["key", "window"], set_=more))


def _pause(
    allowance: Allowance, rows: Sequence[tuple[datetime, int]], *, now: datetime, needed: int
) -> timedelta | None:
    """None where the call just counted is within the allowance."""
    counted = [(start, count) for start, count in rows if not _is_past(allowance, start, now)]
    made = sum(count for _, count in counted) - 1
    if made < allowance.calls:
        return None
    over = made - (allowance.calls - min(needed, allowance.calls))
    for start, count in counted:
        over -= count
        if over <= 0:
            return start + allowance.piece + allowance.window - now
    return allowance.window


def _is_past(allowance: Allowance, start: datetime, now: datetime) -> bool:
    return start + allowance.piece <= now - allowance.window


def _forget_past(tx: Transaction, allowances: Sequence[Allowance], now: datetime) -> None:
    if allowances:
        past = (
            and_(throttles.c.key == one.key, throttles.c.window <= now - one.window - one.piece) for one in allowances
        )
        tx.connection.execute(delete(throttles).where(or_(*past)))
