"""Companies and their entities. The company itself is an entity too, the one without a name of its own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.store.company_listings import relist
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import (
    companies,
    company_users,
    connections,
    consents,
    entities,
    request_entities,
    syncs,
    uploads,
    users,
)

_LIVE = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))


@dataclass(frozen=True, kw_only=True)
class Company:
    """The organization's client and whom to write to."""

    id: str
    organization: str
    name: str
    description: str = ""
    contact_name: str
    contact_email: str
    created_at: datetime
    version: int = 1
    deleting_at: datetime | None = None
    status: str | None = None
    status_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A legal entity; `name` is None for the company itself."""

    id: str
    organization: str
    company_id: str
    name: str | None
    folded_name: str
    created_at: datetime


def add_company(tx: Transaction, company: Company, *, itself: Entity, user_ids: Sequence[str] = ()) -> None:
    """A company with the entity that stands for itself and the users it is assigned to."""
    tx.turns.add(company.id)  # Nobody else knows of it yet.
    add(tx, companies, company)
    add(tx, entities, itself)
    for user_id in user_ids:
        tx.connection.execute(insert(company_users), {"company_id": company.id, "user_id": user_id})
    relist(tx, company.id)


def add_entity(tx: Transaction, entity: Entity) -> None:
    """One more legal entity; the database refuses the same folded name twice in a company."""
    add(tx, entities, entity)
    relist(tx, entity.company_id)


def company(tx: Transaction, organization: str, company_id: str) -> Company | None:
    """One company of this organization, None also when it is another's."""
    rows = companies.c.id == company_id, companies.c.organization == organization
    return first(tx, Company, select(companies).where(*rows))


def update_company(tx: Transaction, company_id: str, **values: str) -> None:
    """Change a company, which counts its version on; whether it still is as it was read is looked at in its turn."""
    change(tx, companies, companies.c.id == company_id, version=companies.c.version + 1, **values)
    relist(tx, company_id)


def begin_deleting(tx: Transaction, company_id: str, *, at: datetime) -> bool:
    """From here on the company is going; answers whether this call began it."""
    staying = companies.c.id == company_id, companies.c.deleting_at.is_(None)
    began = change(tx, companies, *staying, deleting_at=at) == 1
    if began:
        relist(tx, company_id)
    return began


def assign(tx: Transaction, company_id: str, user_ids: Collection[str]) -> bool:
    """Whose company it is: these users', and nobody else's who can still sign in; answers whether that is news."""
    assigned = select(company_users.c.user_id).where(company_users.c.company_id == company_id)
    before = set(tx.connection.execute(assigned).scalars())
    active = select(users.c.id).where(users.c.disabled_at.is_(None))
    others = company_users.c.user_id.in_(active), company_users.c.user_id.not_in(user_ids)
    removed = tx.connection.execute(delete(company_users).where(company_users.c.company_id == company_id, *others))
    added = sorted(set(user_ids) - before)
    for user_id in added:
        tx.connection.execute(insert(company_users), {"company_id": company_id, "user_id": user_id})
    changed = bool(removed.rowcount or added)
    if changed:
        relist(tx, company_id)
    return changed


def is_assigned(tx: Transaction, company_id: str, user_id: str) -> bool:
    """Whether the company is one of this user's."""
    rows = company_users.c.company_id == company_id, company_users.c.user_id == user_id
    return tx.connection.execute(select(company_users.c.user_id).where(*rows)).first() is not None


def companies_of(tx: Transaction, organization: str, *, limit: int = 200) -> tuple[Company, ...]:
    """The organization's first companies by name."""
    here = companies.c.organization == organization, companies.c.deleting_at.is_(None)
    return every(tx, Company, select(companies).where(*here).order_by(companies.c.name).limit(limit))


def entities_of_company(tx: Transaction, company_id: str) -> tuple[Entity, ...]:
    """Every entity of the company, itself first, then as they were added."""
    statement = select(entities).where(entities.c.company_id == company_id)
    ordered = statement.order_by(entities.c.folded_name != "", entities.c.created_at)
    return every(tx, Entity, ordered)


def entity_names(tx: Transaction, organization: str, ids: Iterable[str]) -> dict[str, str]:
    """Entity id → name, of this organization's entities that have one of their own."""
    here = entities.c.organization == organization, entities.c.id.in_(sorted(ids)), entities.c.name.is_not(None)
    return dict(tx.connection.execute(select(entities.c.id, entities.c.name).where(*here)).all())


def company_itself(tx: Transaction, company_id: str) -> Entity:
    """The entity that stands for the company; every company has one."""
    rows = entities.c.company_id == company_id, entities.c.folded_name == ""
    return Entity(**tx.connection.execute(select(entities).where(*rows)).mappings().one())


def is_in_request(tx: Transaction, request_id: str, entity_id: str) -> bool:
    """Whether the request still has an entity; true until the transaction ends for who has the company's turn."""
    here = *_place(request_id, entity_id), request_entities.c.removed_at.is_(None)
    return tx.connection.execute(select(request_entities.c.position).where(*here)).first() is not None


def rename_entity(tx: Transaction, entity_id: str, *, name: str, folded_name: str, even_shared: bool = False) -> bool:
    """Give an entity another name unless something is shared under this one; answers whether it has it now.

    `even_shared`: then, too. The database refuses a name the company has already: `Conflict`.
    """
    live = exists().where(connections.c.entity_id == entities.c.id, _LIVE)
    sent = exists().where(uploads.c.entity_id == entities.c.id, uploads.c.replaced_at.is_(None))
    free = () if even_shared else (~live, ~sent)
    renamed = change(tx, entities, entities.c.id == entity_id, *free, name=name, folded_name=folded_name) == 1
    if renamed:
        relist(tx, tx.connection.execute(select(entities.c.company_id).where(entities.c.id == entity_id)).scalar_one())
    return renamed


@dataclass(frozen=True, kw_only=True)
class RequestEntity:
    """An entity's place in one request and what was chosen for it there."""

    request_id: str
    entity_id: str
    position: int
    software: str | None = None
    grant_id: str | None = None
    unlisted_software: str | None = None
    added_at: datetime
    removed_at: datetime | None = None


def put_in_request(
    tx: Transaction, request_id: str, entity_id: str, *, at: datetime, software: str | None, grant_id: str | None = None
) -> None:
    """Add an entity to a request behind the others, or bring back one that was removed."""
    here = request_entities.c.request_id == request_id
    chosen = {"software": software, "grant_id": grant_id} if grant_id else {}
    if change(tx, request_entities, here, request_entities.c.entity_id == entity_id, removed_at=None, **chosen):
        return
    last = tx.connection.execute(select(func.max(request_entities.c.position)).where(here)).scalar()
    value = RequestEntity(
        request_id=request_id,
        entity_id=entity_id,
        position=(last or 0) + 1,
        software=software,
        grant_id=grant_id,
        added_at=at,
    )
    add(tx, request_entities, value)


def take_from_request(tx: Transaction, request_id: str, entity_id: str, *, at: datetime) -> bool:
    """Remove an entity from a request unless something is shared under it there; answers whether it is out now.

    What it shares for other requests neither keeps it here nor ends.
    """
    here = request_entities.c
    read = exists().where(
        connections.c.entity_id == here.entity_id,
        _LIVE,
        syncs.c.connection_id == connections.c.id,
        consents.c.id == syncs.c.consent_id,
        consents.c.request_id == here.request_id,
    )
    sent = exists().where(
        uploads.c.entity_id == here.entity_id,
        uploads.c.request_id == here.request_id,
        uploads.c.replaced_at.is_(None),
    )
    return change(tx, request_entities, *_place(request_id, entity_id), ~read, ~sent, removed_at=at) == 1


def take_from_every_request(tx: Transaction, entity_id: str, *, at: datetime) -> int:
    """Remove an entity from every request it is in; answers how many there were."""
    here = request_entities.c.entity_id == entity_id, request_entities.c.removed_at.is_(None)
    return change(tx, request_entities, *here, removed_at=at, grant_id=None)


def entity(tx: Transaction, organization: str, entity_id: str) -> Entity | None:
    """One entity of this organization."""
    here = entities.c.id == entity_id, entities.c.organization == organization
    return first(tx, Entity, select(entities).where(*here))


def choose_software(
    tx: Transaction,
    request_id: str,
    entity_id: str,
    *,
    software: str | None,
    grant_id: str | None = None,
    unlisted: str | None = None,
) -> None:
    """What the customer picked for an entity; None forgets the choice."""
    values = {"software": software, "grant_id": grant_id, "unlisted_software": unlisted}
    change(tx, request_entities, *_place(request_id, entity_id), **values)


def forget_grant(tx: Transaction, entity_id: str, grant_id: str) -> None:
    """The entity no longer waits to read through this grant, in whichever request it was chosen."""
    chosen = request_entities.c.entity_id == entity_id, request_entities.c.grant_id == grant_id
    change(tx, request_entities, *chosen, grant_id=None)


def _place(request_id: str, entity_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return request_entities.c.request_id == request_id, request_entities.c.entity_id == entity_id
