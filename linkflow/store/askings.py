"""Customers asked to sign in at their software again: each asking of a batch, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.store.rows import add, change, delete_some, every, first
from linkflow.store.tables import asking_batches, askings, companies, connections, requests


class BatchState(StrEnum):
    """How far a batch is: mails are being made, or all are."""

    ASKING = "asking"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True)
class AskingBatch:
    """What one user chose at once: `total` connections."""

    id: str
    organization: str
    user_id: str
    state: str = BatchState.ASKING.value
    total: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One connection of a batch. `skipped` says why nobody was asked; `request_id` whose link was mailed."""

    id: str
    organization: str
    batch_id: str
    company_id: str
    connection_id: str
    position: int
    why: str
    due_at: datetime | None
    request_id: str | None = None
    asked_at: datetime | None = None
    skipped: str | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    opened_at: datetime | None = None
    done_at: datetime | None = None
    stopped_at: datetime | None = None


_UNTOUCHED = askings.c.asked_at.is_(None), askings.c.skipped.is_(None), askings.c.stopped_at.is_(None)
_OPEN = askings.c.asked_at.is_not(None), askings.c.done_at.is_(None), askings.c.stopped_at.is_(None)
OPEN = and_(*_OPEN)
"""Asked, and neither done nor given up: of a row of `askings` in the statement around it."""
_LEFT = or_(OPEN, and_(*_UNTOUCHED))


def add_batch(tx: Transaction, batch: AskingBatch, chosen: Sequence[Asking]) -> None:
    """A batch with all its askings; raises `Conflict` for one that is there."""
    add(tx, asking_batches, batch)
    for asking in chosen:
        add(tx, askings, asking)


def batch(tx: Transaction, batch_id: str) -> AskingBatch | None:
    """One batch."""
    return first(tx, AskingBatch, select(asking_batches).where(asking_batches.c.id == batch_id))


def finish_batch(tx: Transaction, batch_id: str) -> None:
    """Every asking of it was gone through."""
    change(tx, asking_batches, asking_batches.c.id == batch_id, state=BatchState.ASKED.value)


def next_companies(tx: Transaction, batch_id: str, *, limit: int) -> tuple[str, ...]:
    """Companies with askings nobody has gone through."""
    left = select(askings.c.company_id).where(askings.c.batch_id == batch_id, *_UNTOUCHED)
    in_order = left.group_by(askings.c.company_id).order_by(func.min(askings.c.position)).limit(limit)
    return tuple(tx.connection.execute(in_order).scalars())


def untouched(tx: Transaction, batch_id: str, company_id: str) -> tuple[Asking, ...]:
    """A company's askings nobody has gone through."""
    its = askings.c.batch_id == batch_id, askings.c.company_id == company_id
    return every(tx, Asking, select(askings).where(*its, *_UNTOUCHED).order_by(askings.c.position))


def note_asked(tx: Transaction, ids: Sequence[str], *, request_id: str, at: datetime) -> None:
    """The mail is on its way."""
    change(tx, askings, askings.c.id.in_(ids), *_UNTOUCHED, request_id=request_id, asked_at=at)


def skip(tx: Transaction, asking_id: str, reason: str) -> None:
    """Nobody is asked."""
    change(tx, askings, askings.c.id == asking_id, *_UNTOUCHED, skipped=reason)


def note_opened(tx: Transaction, request_id: str, *, at: datetime) -> None:
    """Somebody followed the link up that was mailed."""
    change(tx, askings, askings.c.request_id == request_id, OPEN, askings.c.opened_at.is_(None), opened_at=at)


def note_done(tx: Transaction, entity_id: str, *, at: datetime) -> None:
    """The entity is connected anew, also where nobody was asking for it any more."""
    its = select(connections.c.id).where(connections.c.entity_id == entity_id)
    asked = askings.c.asked_at.is_not(None), askings.c.done_at.is_(None)
    change(tx, askings, askings.c.connection_id.in_(its), *asked, done_at=at)


def stop(tx: Transaction, connection_id: str, *, at: datetime) -> None:
    """Nobody is asked for this connection any more."""
    change(tx, askings, askings.c.connection_id == connection_id, _LEFT, stopped_at=at)


def left_of_batch(tx: Transaction, batch_id: str) -> tuple[Asking, ...]:
    """What of a batch can still be given up."""
    return every(tx, Asking, select(askings).where(askings.c.batch_id == batch_id, _LEFT))


def to_remind(
    tx: Transaction, organization: str, *, due: Sequence[datetime], asked_after: datetime
) -> tuple[Asking, ...]:
    """Open askings that lack a reminder, whose connection still stands and whose request may be mailed.

    `due`: what was asked by then should have had its first reminder, its second, and so on.
    """
    live = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    lacking = (and_(askings.c.asked_at <= by, askings.c.reminders <= had) for had, by in enumerate(due))
    statement = (
        select(askings)
        .join(connections, connections.c.id == askings.c.connection_id)
        .join(companies, companies.c.id == askings.c.company_id)
        .join(requests, requests.c.id == askings.c.request_id)
        .where(
            askings.c.organization == organization,
            OPEN,
            askings.c.asked_at.between(asked_after, due[0]),
            or_(*lacking),
            live,
            companies.c.deleting_at.is_(None),
            requests.c.withdrawn_at.is_(None),
            requests.c.reminders_off_at.is_(None),
        )
        .order_by(askings.c.asked_at, askings.c.position)
    )
    return every(tx, Asking, statement)


def lacking_reminder(tx: Transaction, ids: Sequence[str], *, reminders: int) -> tuple[Asking, ...]:
    """Those of them that are still open and had fewer reminders, as they stand now."""
    here = askings.c.id.in_(ids), OPEN, askings.c.reminders < reminders
    return every(tx, Asking, select(askings).where(*here).order_by(askings.c.position))


def note_reminded(tx: Transaction, ids: Sequence[str], *, reminders: int, at: datetime) -> None:
    """They are reminded of for the so-manieth time."""
    change(tx, askings, askings.c.id.in_(ids), reminders=reminders, reminded_at=at)


def delete_batches(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` rows of batches of long ago, the batches themselves last; answers how many."""
    old = select(asking_batches.c.id).where(asking_batches.c.created_at < made_before)
    gone = delete_some(tx, askings, askings.c.batch_id.in_(old), limit=limit)
    if gone < limit:
        gone += delete_some(tx, asking_batches, asking_batches.c.created_at < made_before, limit=limit - gone)
    return gone
