"""Companies that customers chose in place of the connected one: each waits for a user, one at a time a connection.

Once it is settled nothing of the company but its opaque id is kept here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from linkflow.domain.connections import ChangeState
from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import connections, entities, tenant_changes


@dataclass(frozen=True, kw_only=True)
class TenantChange:
    """The company chosen (`tenant_*`) in place of that of `connection_id`; `pending_id` waits with its sign-in."""

    id: str
    organization: str
    company_id: str
    entity_id: str
    connection_id: str
    pending_id: str
    tenant_id: str
    tenant_name: str
    tenant_country: str | None = None
    tenant_currency: str | None = None
    name_matches: bool | None = None
    state: str = ChangeState.ASKED.value
    asked_at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AskedChange:
    """One that waits for a user, beside what is connected: `old_name` in `software`, for an entity."""

    id: str
    software: str
    old_name: str
    tenant_name: str
    tenant_country: str | None
    tenant_currency: str | None
    name_matches: bool | None
    entity_name: str | None
    asked_at: datetime


def add_change(tx: Transaction, one: TenantChange) -> None:
    """A fresh one; the database refuses a second that is open for the same connection."""
    add(tx, tenant_changes, one)


def tenant_change(tx: Transaction, change_id: str) -> TenantChange | None:
    """One of them."""
    return first(tx, TenantChange, select(tenant_changes).where(tenant_changes.c.id == change_id))


def open_change(tx: Transaction, connection_id: str) -> TenantChange | None:
    """The one that is asked for or approved, and not yet carried out."""
    here = tenant_changes.c.connection_id == connection_id, tenant_changes.c.state.in_(_OPEN)
    return first(tx, TenantChange, select(tenant_changes).where(*here))


def asked_of_company(tx: Transaction, company_id: str) -> tuple[AskedChange, ...]:
    """Those of a company that wait for a user, oldest first."""
    names = ("id", "tenant_name", "tenant_country", "tenant_currency", "name_matches", "asked_at")
    held = connections.c.software, connections.c.tenant_name.label("old_name"), entities.c.name.label("entity_name")
    found = select(*(tenant_changes.c[name] for name in names), *held)
    joined = found.join(connections, connections.c.id == tenant_changes.c.connection_id).join(
        entities, entities.c.id == tenant_changes.c.entity_id
    )
    here = tenant_changes.c.company_id == company_id, tenant_changes.c.state == ChangeState.ASKED.value
    return every(tx, AskedChange, joined.where(*here).order_by(tenant_changes.c.asked_at))


def move(tx: Transaction, change_id: str, *, old: Iterable[ChangeState], new: ChangeState, at: datetime) -> bool:
    """Go on from one of the `old` states; answers whether this call did."""
    current = tenant_changes.c.id == change_id, tenant_changes.c.state.in_([state.value for state in old])
    forgotten = {} if new is ChangeState.APPROVED else _NAMELESS
    return change(tx, tenant_changes, *current, state=new.value, decided_at=at, **forgotten) == 1


def overtake(tx: Transaction, connection_id: str, *, at: datetime) -> None:
    """What was open for a connection is so no longer: it was reconnected, or ended."""
    here = tenant_changes.c.connection_id == connection_id, tenant_changes.c.state.in_(_OPEN)
    change(tx, tenant_changes, *here, state=ChangeState.OVERTAKEN.value, decided_at=at, **_NAMELESS)


_OPEN = (ChangeState.ASKED.value, ChangeState.APPROVED.value)
_NAMELESS: dict[str, Any] = {"tenant_name": "", "tenant_country": None, "tenant_currency": None, "name_matches": None}
