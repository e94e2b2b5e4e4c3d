"""Keeping the copies that the list of companies is read from: rewritten whole, where anything they copy has changed.

Whatever writes a company, its users, entities or a request's status calls `relist` before its transaction ends; it has
the company's turn by then.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import case, delete, exists, func, literal, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ENDED, RequestStatus, SyncState
from linkflow.domain.search import searchable, sort_key
from linkflow.store.rows import change, every
from linkflow.store.tables import (
    companies,
    company_documents,
    company_listings,
    company_users,
    entities,
    requests,
    syncs,
    users,
)
from linkflow.store.turns import assert_turn
from linkflow.store.types import UtcDateTime
from linkflow.store.upserts import upsert

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOT_ASKED = ""
"""The status of a company that has no request."""
_ORDER = {NOT_ASKED: 0} | {status.value: place for place, status in enumerate(RequestStatus, 1)}


def everybody(organization: str) -> str:
    """The list of all the organization's companies."""
    return f"all:{organization}"


def nobody(organization: str) -> str:
    """The list of those assigned to nobody."""
    return f"none:{organization}"


def of_user(user_id: str) -> str:
    """The list of those assigned to a user."""
    return f"user:{user_id}"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the copies are made of: a company, its standing request's status, its users by id, its entities' names."""

    id: str
    organization: str
    name: str
    contact_name: str
    contact_email: str
    created_at: datetime
    status: str | None = None
    status_at: datetime | None = None
    reported_at: datetime | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A company's place in one list."""

    scope: str
    number: int
    status: str
    name_key: str
    contact_key: str
    users_key: str
    status_key: str
    created_at: datetime
    changed_at: datetime
    reports_at: datetime


def relist(tx: Transaction, company_id: str) -> None:
    """Bring a company's status, its places in the lists and the text it is found by up to date.

    One that is going to be deleted is in no list and is not found.
    """
    assert_turn(tx, company_id)
    company = tx.connection.execute(select(companies).where(companies.c.id == company_id)).one_or_none()
    if company is None:
        return
    if company.deleting_at is not None:
        tx.connection.execute(delete(company_documents).where(company_documents.c.company_id == company_id))
        return
    status, status_at = _standing(tx, company_id)
    if (company.status, company.status_at) != (status, status_at):
        change(tx, companies, companies.c.id == company_id, status=status, status_at=status_at)
    facts = Facts(
        id=company_id,
        organization=company.organization,
        name=company.name,
        contact_name=company.contact_name,
        contact_email=company.contact_email,
        created_at=company.created_at,
        status=status,
        status_at=status_at,
        reported_at=_reported_at(tx, company_id),
        users=_assigned(tx, company_id),
        entities=_entity_names(tx, company_id),
    )
    number = _document(tx, company_id, document(facts))
    _list(tx, number, listings(facts, number))


def listings(facts: Facts, number: int) -> tuple[Listing, ...]:
    """A company's place in every list it is in; `number` is its document's."""
    status, changed_at = facts.status or NOT_ASKED, facts.status_at or facts.created_at
    everywhere = Listing(
        scope=everybody(facts.organization),
        number=number,
        status=status,
        name_key=sort_key(facts.name),
        contact_key=sort_key(facts.contact_name),
        users_key=min(map(sort_key, facts.users.values()), default=""),
        status_key=f"{_ORDER[status]:02} {changed_at:%Y-%m-%d %H:%M:%S.%f}",
        created_at=facts.created_at,
        changed_at=changed_at,
        reports_at=facts.reported_at or NEVER,
    )
    scopes = [of_user(user_id) for user_id in facts.users] or [nobody(facts.organization)]
    return (everywhere, *(replace(everywhere, scope=scope) for scope in scopes))


def document(facts: Facts) -> str:
    """The text a company is found by."""
    return searchable([facts.name, *sorted(facts.entities), facts.contact_name, facts.contact_email])


def companies_of(tx: Transaction, user_id: str, *, limit: int) -> tuple[str, ...]:
    """The ids of companies assigned to a user."""
    theirs = select(company_users.c.company_id).where(company_users.c.user_id == user_id)
    return tuple(tx.connection.execute(theirs.limit(limit)).scalars())


def wrongly_listed(tx: Transaction, *, user_id: str | None = None, limit: int) -> tuple[str, ...]:
    """The ids of companies in the list of a user who was shut out since, or missing in that of one let in again."""
    scope = literal(of_user("")) + company_users.c.user_id
    listed = exists().where(company_listings.c.scope == scope, company_listings.c.number == company_documents.c.number)
    assigned = (
        select(company_users.c.company_id)
        .join(users, users.c.id == company_users.c.user_id)
        .join(company_documents, company_documents.c.company_id == company_users.c.company_id)
        .where(case((listed, users.c.disabled_at.is_not(None)), else_=users.c.disabled_at.is_(None)))
    )
    theirs = assigned.where(company_users.c.user_id == user_id) if user_id else assigned
    return tuple(tx.connection.execute(theirs.distinct().limit(limit)).scalars())


def _standing(tx: Transaction, company_id: str) -> tuple[str | None, datetime | None]:
    """The status of the latest open request, else of the last."""
    ended = requests.c.status.in_([status.value for status in ENDED])
    order = ended, requests.c.created_at.desc(), requests.c.id.desc()
    asked = select(requests.c.status, requests.c.status_at).where(requests.c.company_id == company_id)
    found = tx.connection.execute(asked.order_by(*order).limit(1)).one_or_none()
    return (found.status, found.status_at) if found is not None else (None, None)


def _assigned(tx: Transaction, company_id: str) -> dict[str, str]:
    """The users who look after it; somebody shut out does so no more."""
    found = select(users.c.id, users.c.name).join(company_users, company_users.c.user_id == users.c.id)
    rows = tx.connection.execute(found.where(company_users.c.company_id == company_id, users.c.disabled_at.is_(None)))
    return {row.id: row.name for row in rows}


def _reported_at(tx: Transaction, company_id: str) -> datetime | None:
    """When a pull of any of its connections was last complete."""
    done = syncs.c.company_id == company_id, syncs.c.state == SyncState.DONE.value
    found: datetime | None = tx.connection.scalar(select(func.max(syncs.c.finished_at, type_=UtcDateTime)).where(*done))
    return found


def _document(tx: Transaction, company_id: str, text: str) -> int:
    mine = company_documents.c.company_id == company_id
    known = tx.connection.execute(select(company_documents).where(mine)).one_or_none()
    if known is None:
        made = tx.connection.execute(company_documents.insert().values(company_id=company_id, text=text))
        return int(made.inserted_primary_key[0])
    if known.text != text:
        change(tx, company_documents, mine, text=text)
    return int(known.number)


def _list(tx: Transaction, number: int, wanted: tuple[Listing, ...]) -> None:
    mine = company_listings.c.number == number
    known = {one.scope: one for one in every(tx, Listing, select(company_listings).where(mine))}
    gone = known.keys() - {one.scope for one in wanted}
    if gone:
        tx.connection.execute(delete(company_listings).where(mine, company_listings.c.scope.in_(gone)))
    changed = [asdict(one) for one in wanted if one != known.get(one.scope)]
    if changed:
        upsert(tx.connection, company_listings, changed)


def _entity_names(tx: Transaction, company_id: str) -> tuple[str, ...]:
    named = entities.c.company_id == company_id, entities.c.name.is_not(None)
    return tuple(tx.connection.execute(select(entities.c.name).where(*named)).scalars())
