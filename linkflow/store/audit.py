"""The audit trail of one organization, page by page from the youngest event; nothing here counts or changes rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal, or_, select, tuple_

from linkflow.domain.ports import Transaction
from linkflow.store.events import Event
from linkflow.store.rows import every, first, stretch
from linkflow.store.tables import companies, events
from linkflow.store.types import UtcDateTime


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """`actor` is `user:<id>`, `link` for everything done through a link, or `linkflow`; `company` a part of a name, or
    an id, also of one that was deleted.

    `before` and `after` are ids of events: the page older or newer than it. `until` is not included.
    """

    actor: str | None = None
    kinds: tuple[str, ...] = ()
    company: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class AuditPage:
    """Events, youngest first; `newer` and `older` are the ids to go on from, None at either end."""

    events: tuple[Event, ...]
    newer: str | None
    older: str | None


def list_events(tx: Transaction, organization: str, wanted: AuditFilter, *, size: int = 100) -> AuditPage:
    """A page of the trail; one that starts at an unknown event is the first."""
    conditions = _conditions(organization, wanted)
    mark = _mark(tx, organization, wanted.after or wanted.before)
    backwards = mark is not None and wanted.after is not None
    place = tuple_(events.c.at, events.c.id)
    if mark is not None:
        from_ = tuple_(literal(mark.at, UtcDateTime), literal(mark.id))
        conditions.append(place > from_ if backwards else place < from_)
    order = (events.c.at, events.c.id) if backwards else (events.c.at.desc(), events.c.id.desc())
    found = every(tx, Event, select(events).where(*conditions).order_by(*order).limit(size + 1))
    rows, has_newer, has_older = stretch(found, size=size, marked=mark is not None, backwards=backwards)
    return AuditPage(rows, rows[0].id if rows and has_newer else None, rows[-1].id if rows and has_older else None)


def company_names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Company id → name, of those that still exist."""
    named = select(companies.c.id, companies.c.name).where(companies.c.id.in_(sorted(ids)))
    return dict(tx.connection.execute(named).all())


def _conditions(organization: str, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found = [events.c.organization == organization]
    if wanted.actor == "link":
        # Not as a stretch of the index: where a database sorts as a dictionary does, it would begin and end elsewhere.
        found.append(events.c.actor.startswith("link:"))
    elif wanted.actor:
        found.append(events.c.actor == wanted.actor)
    if wanted.kinds:
        found.append(events.c.kind.in_(sorted(wanted.kinds)))
    if wanted.company:
        named = companies.c.name.icontains(wanted.company, autoescape=True)
        here = select(companies.c.id).where(companies.c.organization == organization, named)
        found.append(or_(events.c.company_id.in_(here), events.c.company_id == wanted.company))
    if wanted.since is not None:
        found.append(events.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(events.c.at < wanted.until)
    return found


def _mark(tx: Transaction, organization: str, event_id: str | None) -> Event | None:
    here = events.c.id == event_id, events.c.organization == organization
    return first(tx, Event, select(events).where(*here)) if event_id else None
