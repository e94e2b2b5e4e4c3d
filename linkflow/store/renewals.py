"""Which grants upkeep has to look at now, and what it found out about those it could not renew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Transaction
from linkflow.store.grants import Grant, read_through
from linkflow.store.rows import change, every
from linkflow.store.tables import connections, grants

_ACTIVE = grants.c.state == GrantState.ACTIVE.value


@dataclass(frozen=True)
class Client:
    """Who asks at one product: its own client of an organization, or the instance's."""

    software: str
    client_id: str | None


def due_clients(tx: Transaction, *, now: datetime) -> tuple[Client, ...]:
    """Those with grants whose time has come, needed or not."""
    each = grants.c.software, grants.c.client_id
    return every(tx, Client, select(*each).where(_ACTIVE, grants.c.renew_at <= now).distinct().order_by(*each))


def due_grants(tx: Transaction, client: Client, *, now: datetime, limit: int) -> tuple[str, ...]:
    """Up to `limit` grants of one client to be renewed, the longest due first.

    Only those through which a connection is still read, within the time for which access was agreed.
    """
    agreed = or_(connections.c.access_until.is_(None), connections.c.access_until > now)
    its = grants.c.software == client.software, grants.c.client_id.is_not_distinct_from(client.client_id)
    due = *its, _ACTIVE, grants.c.renew_at <= now, read_through(grants.c.id, agreed)
    statement = select(grants.c.id).where(*due).order_by(grants.c.renew_at, grants.c.id).limit(limit)
    return tuple(tx.connection.execute(statement).scalars())


def put_off(tx: Transaction, grant: Grant, **plan: Any) -> None:
    """One more failure, and when to try again; nothing where somebody else has changed it since it was read."""
    same = grants.c.id == grant.id, _ACTIVE, grants.c.renew_failures == grant.renew_failures
    change(tx, grants, *same, grants.c.updated_at == grant.updated_at, renew_failures=grant.renew_failures + 1, **plan)


def active_after(tx: Transaction, grant_id: str, *, limit: int) -> tuple[Grant, ...]:
    """Usable grants in the order of their ids, those that come after one."""
    statement = select(grants).where(_ACTIVE, grants.c.id > grant_id).order_by(grants.c.id).limit(limit)
    return every(tx, Grant, statement)


def plan_anew(tx: Transaction, grant: Grant, plan: Mapping[str, Any]) -> None:
    """Correct what is planned for a grant that is as it was read."""
    change(tx, grants, grants.c.id == grant.id, _ACTIVE, grants.c.updated_at == grant.updated_at, **plan)
