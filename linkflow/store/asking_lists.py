"""Batches of askings as the portal shows them: the latest of an organization, and one with all its rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from linkflow.domain.ports import Transaction
from linkflow.store.askings import OPEN, Asking
from linkflow.store.rows import every
from linkflow.store.tables import asking_batches, askings, companies, company_users, connections, entities


@dataclass(frozen=True, kw_only=True)
class ListedAsking:
    """An asking with the names around it."""

    asking: Asking
    company_name: str
    entity_name: str | None
    software: str
    tenant_name: str | None


@dataclass(frozen=True, kw_only=True)
class ListedBatch:
    """A batch in numbers: `waiting` are asked and neither done nor given up."""

    id: str
    user_id: str
    state: str
    total: int
    created_at: datetime
    done: int
    waiting: int


def askings_of_batch(tx: Transaction, batch_id: str, *, seen_by: str | None = None) -> tuple[ListedAsking, ...]:
    """A batch, in the order it was chosen in; `seen_by` sees only what is assigned to them."""
    named = (companies.c.name.label("company_name"), entities.c.name.label("entity_name"))
    statement = (
        select(askings, *named, connections.c.software, connections.c.tenant_name)
        .join(companies, companies.c.id == askings.c.company_id)
        .join(connections, connections.c.id == askings.c.connection_id)
        .join(entities, entities.c.id == connections.c.entity_id)
        .where(askings.c.batch_id == batch_id, companies.c.deleting_at.is_(None))
        .order_by(askings.c.position)
    )
    if seen_by:
        mine = select(company_users.c.company_id).where(company_users.c.user_id == seen_by)
        statement = statement.where(askings.c.company_id.in_(mine))
    found = []
    for row in tx.connection.execute(statement).mappings():
        values = dict(row)
        names = {name: values.pop(name) for name in ("company_name", "entity_name", "software", "tenant_name")}
        found.append(ListedAsking(asking=Asking(**values), **names))
    return tuple(found)


def latest_batches(tx: Transaction, organization: str, *, by: str | None = None, limit: int) -> tuple[ListedBatch, ...]:
    """An organization's youngest batches, or those of one of its users."""
    done = func.coalesce(func.sum(case((askings.c.done_at.is_not(None), 1), else_=0)), 0)
    waiting = func.coalesce(func.sum(case((OPEN, 1), else_=0)), 0)
    columns = (asking_batches.c[name] for name in ("id", "user_id", "state", "total", "created_at"))
    statement = (
        select(*columns, done.label("done"), waiting.label("waiting"))
        .outerjoin(askings, askings.c.batch_id == asking_batches.c.id)
        .where(asking_batches.c.organization == organization)
        .group_by(asking_batches.c.id)
        .order_by(asking_batches.c.created_at.desc(), asking_batches.c.id)
    )
    if by:
        statement = statement.where(asking_batches.c.user_id == by)
    return every(tx, ListedBatch, statement.limit(limit))
