"""What the portal's pages read, always of one organization.

The list goes page by page from a request it has shown, never by a count of rows to skip, so its last page costs what
its first does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import SyncState
from linkflow.store.rows import every, stretch
from linkflow.store.tables import companies, company_users, links, request_entities, requests, syncs, users
from linkflow.store.types import UtcDateTime


@dataclass(frozen=True, kw_only=True)
class ListedRequest:
    """One request with its company's name and contact."""

    id: str
    company_id: str
    company_name: str
    contact_name: str
    contact_email: str
    name: str
    data_types: str
    status: str
    status_at: datetime
    phrase: str
    created_at: datetime
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """What the list shows; `seen_by` is a user who sees only what is assigned to them.

    `before` and `after` are ids of requests: the page older or newer than it.
    """

    words: str = ""
    status: str | None = None
    assigned_to: str | None = None
    seen_by: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class RequestList:
    """One page, the youngest first. `newer` and `older` are the ids to go on from, None at either end."""

    rows: tuple[ListedRequest, ...]
    newer: str | None
    older: str | None


def list_requests(tx: Transaction, organization: str, wanted: RequestFilter, *, size: int = 50) -> RequestList:
    """A page of the organization's requests; one that starts at an unknown request is the first."""
    conditions = _conditions(organization, wanted)
    mark = _mark(tx, organization, wanted.after or wanted.before)
    backwards = mark is not None and wanted.after is not None
    rows = every(tx, ListedRequest, _page(conditions, mark, backwards=backwards).limit(size + 1))
    rows, has_newer, has_older = stretch(rows, size=size, marked=mark is not None, backwards=backwards)
    return RequestList(rows, rows[0].id if rows and has_newer else None, rows[-1].id if rows and has_older else None)


def requests_of_company(tx: Transaction, organization: str, company_id: str) -> tuple[ListedRequest, ...]:
    """Every request of one company, the youngest first."""
    return every(tx, ListedRequest, _page([*_of(organization), requests.c.company_id == company_id], None))


def listed_request(tx: Transaction, organization: str, request_id: str) -> ListedRequest | None:
    """One request; None also when it is another organization's."""
    found = every(tx, ListedRequest, _page([*_of(organization), requests.c.id == request_id], None))
    return found[0] if found else None


def asked_entities(tx: Transaction, company_id: str) -> frozenset[str]:
    """The entities any request of the company is about."""
    asked = select(request_entities.c.entity_id).join(requests, requests.c.id == request_entities.c.request_id)
    here = requests.c.company_id == company_id, request_entities.c.removed_at.is_(None)
    return frozenset(tx.connection.execute(asked.where(*here)).scalars())


def last_pulls(tx: Transaction, company_id: str) -> dict[str, datetime]:
    """Connection id → when a pull of it was last complete."""
    done = syncs.c.company_id == company_id, syncs.c.state == SyncState.DONE.value
    last = func.max(syncs.c.finished_at, type_=UtcDateTime)
    statement = select(syncs.c.connection_id, last).where(*done).group_by(syncs.c.connection_id)
    return dict(tx.connection.execute(statement).all())


def user_names(tx: Transaction, organization: str, ids: Iterable[str]) -> dict[str, str]:
    """User id → name, of this organization's users alone."""
    here = users.c.organization == organization, users.c.id.in_(sorted(set(ids)))
    return dict(tx.connection.execute(select(users.c.id, users.c.name).where(*here)).all())


def handed_over(tx: Transaction, organization: str, ids: Iterable[str]) -> dict[str, str]:
    """Link id → the address it was mailed to, of hand-overs alone."""
    here = links.c.organization == organization, links.c.kind == "hand_over", links.c.id.in_(sorted(set(ids)))
    return dict(tx.connection.execute(select(links.c.id, links.c.recipient_email).where(*here)).all())


_LISTED = select(
    requests.c.id,
    requests.c.company_id,
    companies.c.name.label("company_name"),
    companies.c.contact_name,
    companies.c.contact_email,
    requests.c.name,
    requests.c.data_types,
    requests.c.status,
    requests.c.status_at,
    requests.c.phrase,
    requests.c.created_at,
    requests.c.due_on,
).join_from(requests, companies, companies.c.id == requests.c.company_id)


def _of(organization: str) -> list[ColumnElement[bool]]:
    here = requests.c.organization == organization, companies.c.organization == organization
    return [*here, companies.c.deleting_at.is_(None)]


def _conditions(organization: str, wanted: RequestFilter) -> list[ColumnElement[bool]]:
    found = _of(organization)
    searched = (companies.c.name, companies.c.contact_name, companies.c.contact_email, requests.c.name)
    for word in wanted.words.split()[:8]:
        found.append(or_(*(column.icontains(word, autoescape=True) for column in (*searched, requests.c.phrase))))
    if wanted.status:
        found.append(requests.c.status == wanted.status)
    for user_id in {wanted.assigned_to, wanted.seen_by} - {None}:
        mine = select(company_users.c.company_id).where(company_users.c.user_id == user_id)
        found.append(requests.c.company_id.in_(mine))
    return found


def _mark(tx: Transaction, organization: str, request_id: str | None) -> tuple[datetime, str] | None:
    here = requests.c.id == request_id, requests.c.organization == organization
    row = tx.connection.execute(select(requests.c.created_at, requests.c.id).where(*here)).first()
    return (row[0], row[1]) if row is not None else None


def _page(
    conditions: list[ColumnElement[bool]], mark: tuple[datetime, str] | None, *, backwards: bool = False
) -> Select[Any]:
    place = tuple_(requests.c.created_at, requests.c.id)
    statement = _LISTED.where(*conditions)
    if mark is not None:
        from_ = tuple_(literal(mark[0], UtcDateTime), literal(mark[1]))
        statement = statement.where(place > from_ if backwards else place < from_)
    if backwards:
        return statement.order_by(requests.c.created_at, requests.c.id)
    return statement.order_by(requests.c.created_at.desc(), requests.c.id.desc())
