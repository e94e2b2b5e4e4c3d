"""What happened, to whom and by whom: timeline and audit trail in one append-only table."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, every
from linkflow.store.tables import events


@dataclass(frozen=True, kw_only=True)
class Event:
    """`actor` is `user:<id>`, `link:<id>` or `linkflow`; `detail` holds words and ids, never a secret."""

    id: str
    organization: str
    company_id: str | None = None
    request_id: str | None = None
    entity_id: str | None = None
    kind: str
    actor: str
    detail: str = ""
    at: datetime


def add_event(tx: Transaction, event: Event) -> None:
    """Append one event."""
    add(tx, events, event)


def events_of_request(tx: Transaction, request_id: str) -> tuple[Event, ...]:
    """A request's history, youngest first."""
    return _read(tx, events.c.request_id == request_id)


def events_of_company(tx: Transaction, company_id: str) -> tuple[Event, ...]:
    """A company's history, youngest first."""
    return _read(tx, events.c.company_id == company_id)


def happened_since(tx: Transaction, request_id: str, kinds: Collection[str], *, since: datetime) -> bool:
    """Whether one of these happened to a request after that time."""
    here = events.c.request_id == request_id, events.c.kind.in_(kinds), events.c.at > since
    return bool(tx.connection.execute(select(exists().where(*here))).scalar())


def _read(tx: Transaction, condition: ColumnElement[bool]) -> tuple[Event, ...]:
    statement = select(events).where(condition).order_by(events.c.at.desc(), events.c.id.desc()).limit(200)
    return every(tx, Event, statement)
