"""What happened, to whom and by whom: timeline and audit trail in one append-only table."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import Latest, add, latest
from linkflow.store.tables import events

SHOWN = 200
"""How much of a history is read at once."""


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


def events_of_request(tx: Transaction, request_id: str, *, before: str | None = None) -> Latest[Event]:
    """A request's history, youngest first, or what was before one of its events."""
    return _read(tx, events.c.request_id == request_id, before)


def events_of_company(tx: Transaction, company_id: str, *, before: str | None = None) -> Latest[Event]:
    """A company's history, youngest first, or what was before one of its events."""
    return _read(tx, events.c.company_id == company_id, before)


def happened_since(tx: Transaction, request_id: str, kinds: Collection[str], *, since: datetime) -> bool:
    """Whether one of these happened to a request after that time."""
    here = events.c.request_id == request_id, events.c.kind.in_(kinds), events.c.at > since
    return bool(tx.connection.execute(select(exists().where(*here))).scalar())


def _read(tx: Transaction, condition: ColumnElement[bool], before: str | None) -> Latest[Event]:
    return latest(tx, Event, select(events).where(condition), at=events.c.at, size=SHOWN, before=before)
