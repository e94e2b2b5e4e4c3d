"""What `linkflow doctor` counts in the database: sign-ins by client and by key, and what time it is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, func, or_, select, text

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Transaction
from linkflow.store.rows import every
from linkflow.store.tables import grants

_SEALED = (grants.c.access_token, grants.c.refresh_token)


@dataclass(frozen=True)
class ClientInUse:
    """How many sign-ins of an organization belong to one client at a software; None: older than what is kept of it."""

    organization: str
    software: str
    client_id: str | None
    grants: int


def clients_in_use(tx: Transaction) -> tuple[ClientInUse, ...]:
    """The clients of all sign-ins that can be used."""
    whose = (grants.c.organization, grants.c.software, grants.c.client_id)
    counted = select(*whose, func.count().label("grants")).where(grants.c.state == GrantState.ACTIVE.value)
    return every(tx, ClientInUse, counted.group_by(*whose).order_by(*whose))


def sealed_otherwise(tx: Transaction, beginnings: Collection[str]) -> int:
    """How many sign-ins that are not over have a token whose ciphertext begins with none of these."""
    strange = (
        and_(column.is_not(None), *(~column.startswith(one, autoescape=True) for one in beginnings))
        for column in _SEALED
    )
    standing = grants.c.state.in_((GrantState.ACTIVE.value, GrantState.REVOKING.value))
    return int(tx.connection.scalar(select(func.count()).where(standing, or_(*strange))) or 0)


def server_time(tx: Transaction) -> datetime | None:
    """What the database server's clock says; None where the database is a file and has no clock of its own."""
    if tx.connection.dialect.name == "sqlite":
        return None
    said: datetime = tx.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return said.astimezone(UTC)
