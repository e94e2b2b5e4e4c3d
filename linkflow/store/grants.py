"""Grants: the sealed tokens of one authorization, and the lease that lets one caller at a time refresh them.

Tokens go in and out sealed; opening them is the service's part.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.domain.upkeep import Life
from linkflow.store.connections import IS_READ
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import connections, grants, request_entities, syncs


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One authorization. `updated_at` is when its tokens or its state last changed; leases do not touch it."""

    id: str
    organization: str
    company_id: str
    request_id: str
    software: str
    access_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    previous_refresh_token: str | None = field(default=None, repr=False)
    scopes: str
    callback_params: str = "{}"
    """What the callback and the customer gave, as JSON."""
    client_id: str | None = None
    state: str = GrantState.ACTIVE.value
    created_at: datetime
    updated_at: datetime
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    ends_at: datetime | None = None
    refreshing_by: str | None = None
    refreshing_until: datetime | None = None
    renew_at: datetime | None = None
    renew_failures: int = 0
    human_at: datetime | None = None
    human_why: str | None = None
    sibling_key: str | None = None

    @property
    def life(self) -> Life:
        """What decides when it is renewed and when it needs a person."""
        return _life(self, renewable=self.refresh_token is not None)

    @property
    def is_active(self) -> bool:
        """Whether its tokens may be used."""
        return self.state == GrantState.ACTIVE.value


def add_grant(tx: Transaction, grant: Grant) -> None:
    """A fresh grant."""
    add(tx, grants, grant)


def grant(tx: Transaction, grant_id: str) -> Grant | None:
    """One grant."""
    return first(tx, Grant, select(grants).where(grants.c.id == grant_id))


@dataclass(frozen=True, kw_only=True)
class GrantFacts:
    """A grant without its tokens; `renewable`: it has a refresh token."""

    id: str
    software: str
    scopes: str
    state: str
    renewable: bool
    created_at: datetime
    updated_at: datetime
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    ends_at: datetime | None

    @property
    def life(self) -> Life:
        """What decides when it is renewed and when it needs a person."""
        return _life(self, renewable=self.renewable)

    @property
    def is_active(self) -> bool:
        """Whether its tokens may be used."""
        return self.state == GrantState.ACTIVE.value


def grants_of_company(tx: Transaction, company_id: str) -> dict[str, GrantFacts]:
    """The facts of every grant a company gave, by id."""
    names = ("id", "software", "scopes", "state", "created_at", "updated_at")
    ends = ("access_expires_at", "refresh_expires_at", "ends_at")
    columns = (*(grants.c[name] for name in names + ends), grants.c.refresh_token.is_not(None).label("renewable"))
    found = every(tx, GrantFacts, select(*columns).where(grants.c.company_id == company_id))
    return {one.id: one for one in found}


def active_grants(tx: Transaction, request_id: str) -> frozenset[str]:
    """The ids of the grants given in one request that may be used."""
    return frozenset(tx.connection.execute(_ACTIVE, {"request_id": request_id}).scalars())


def claim_refresh(tx: Transaction, grant: Grant, *, by: str, now: datetime, until: datetime) -> bool:
    """Become the one who refreshes, unless somebody is, or has since `grant` was read."""
    free = or_(grants.c.refreshing_until.is_(None), grants.c.refreshing_until <= now)
    return change(tx, grants, *_as_read(grant), free, refreshing_by=by, refreshing_until=until) == 1


def release_refresh(tx: Transaction, grant_id: str, *, by: str, free_from: datetime | None = None) -> None:
    """Let the next caller try, at once or from a time on."""
    mine = grants.c.id == grant_id, grants.c.refreshing_by == by
    change(tx, grants, *mine, refreshing_by=None, refreshing_until=free_from)


def replace_tokens(tx: Transaction, grant: Grant, **values: Any) -> bool:
    """Store what a refresh brought, if the tokens are still those it started from; ends the lease."""
    over = {"refreshing_by": None, "refreshing_until": None, "renew_failures": 0}
    return change(tx, grants, *_as_read(grant), **values, **over) == 1


def mark_dead(tx: Transaction, grant: Grant, *, at: datetime) -> bool:
    """The software no longer accepts the tokens; answers whether this call found it out."""
    over = {"state": GrantState.DEAD.value, "updated_at": at, "refreshing_by": None, "refreshing_until": None}
    return change(tx, grants, *_as_read(grant), **over) == 1


def begin_revoking(tx: Transaction, grant_id: str, *, at: datetime) -> bool:
    """From here on the tokens serve for their own revocation only; answers whether this call began it."""
    usable = grants.c.id == grant_id, grants.c.state.in_((GrantState.ACTIVE.value, GrantState.DEAD.value))
    return change(tx, grants, *usable, state=GrantState.REVOKING.value, updated_at=at) == 1


def destroy_tokens(tx: Transaction, grant_id: str, *, at: datetime) -> bool:
    """The end of a grant: no ciphertext is left of it."""
    revoking = grants.c.id == grant_id, grants.c.state == GrantState.REVOKING.value
    nothing = dict.fromkeys(("access_token", "refresh_token", "previous_refresh_token"))
    return change(tx, grants, *revoking, state=GrantState.REVOKED.value, updated_at=at, **nothing) == 1


def is_needed(tx: Transaction, grant_id: str) -> bool:
    """Whether a connection still reads through this grant, or a customer chose it for one more entity.

    A connection for one reading needs it until what its consent names was read whole.
    """
    return bool(tx.connection.execute(select(or_(read_through(grant_id), _chosen(grant_id)))).scalar())


def has_siblings(tx: Transaction, grant: Grant) -> bool:
    """Whether another sign-in in use would end with this one; where nothing tells, any of the same company's."""
    same = grants.c.sibling_key == grant.sibling_key if grant.sibling_key else grants.c.company_id == grant.company_id
    other = grants.c.software == grant.software, grants.c.id != grant.id, grants.c.state == GrantState.ACTIVE.value
    return bool(tx.connection.scalar(select(exists().where(same, *other))))


def unneeded_grants(tx: Transaction, *, older_than: datetime) -> tuple[str, ...]:
    """Usable grants nothing needs: left over by an attempt nobody finished, or by a choice not followed up."""
    idle = grants.c.state.in_((GrantState.ACTIVE.value, GrantState.DEAD.value)), grants.c.updated_at < older_than
    unused = ~read_through(grants.c.id), ~_chosen(grants.c.id)
    return tuple(tx.connection.execute(select(grants.c.id).where(*idle, *unused).limit(500)).scalars())


@dataclass(frozen=True)
class LostConnection:
    """A connection that stopped working with its grant."""

    connection_id: str
    company_id: str
    request_id: str
    entity_id: str


def standing_grants(tx: Transaction, company_id: str, *, limit: int) -> tuple[str, ...]:
    """A company's grants that nobody has begun to revoke."""
    usable = grants.c.state.in_((GrantState.ACTIVE.value, GrantState.DEAD.value))
    return tuple(
        tx.connection.execute(
            select(grants.c.id).where(grants.c.company_id == company_id, usable).limit(limit)
        ).scalars()
    )


def has_tokens(tx: Transaction, company_id: str, *, now: datetime) -> bool:
    """Whether a grant of the company has not come to its end yet, or a refresh under way may still bring tokens."""
    alive = or_(grants.c.state != GrantState.REVOKED.value, grants.c.refreshing_until > now)
    return bool(tx.connection.scalar(select(exists().where(grants.c.company_id == company_id, alive))))


def lose_connections(tx: Transaction, grant_id: str) -> tuple[LostConnection, ...]:
    """Turn the grant's linked connections into ones a person must sign in for again; answers which they were."""
    linked = connections.c.grant_id == grant_id, connections.c.state == ConnectionState.LINKED.value
    names = (
        connections.c.id.label("connection_id"),
        connections.c.company_id,
        connections.c.request_id,
        connections.c.entity_id,
    )
    found = every(tx, LostConnection, select(*names).where(*linked))
    change(tx, connections, *linked, state=ConnectionState.NEEDS_REAUTH.value)
    return found


def lose_connection(tx: Transaction, connection_id: str, *, grant_id: str | None) -> bool:
    """Turn one linked connection, while it has this grant, into one a person must sign in for again."""
    linked = connections.c.id == connection_id, connections.c.state == ConnectionState.LINKED.value
    here = *linked, connections.c.grant_id == grant_id
    return change(tx, connections, *here, state=ConnectionState.NEEDS_REAUTH.value) == 1


def read_through(grant_id: Any, *conditions: Any) -> Any:
    """Whether a connection that meets the conditions needs a grant: one for a single reading does until it is whole."""
    running = exists().where(
        syncs.c.connection_id == connections.c.id,
        syncs.c.state.in_((SyncState.QUEUED.value, SyncState.RUNNING.value)),
    )
    return exists().where(
        connections.c.grant_id == grant_id,
        connections.c.state != ConnectionState.DISCONNECTED.value,
        or_(connections.c.access != "once", ~IS_READ, running),
        *conditions,
    )


def _life(grant: Grant | GrantFacts, *, renewable: bool) -> Life:
    return Life(
        granted_at=grant.created_at,
        renewed_at=grant.updated_at,
        renewable=renewable,
        access_expires_at=grant.access_expires_at,
        refresh_expires_at=grant.refresh_expires_at,
        ends_at=grant.ends_at,
    )


def _as_read(grant: Grant) -> tuple[Any, ...]:
    """The grant is active, and its tokens are the very ciphertexts that were read."""
    same = grants.c.access_token.is_not_distinct_from(grant.access_token)
    return grants.c.id == grant.id, grants.c.state == GrantState.ACTIVE.value, same


def _chosen(grant_id: Any) -> Any:
    reads = exists().where(
        connections.c.request_id == request_entities.c.request_id,
        connections.c.entity_id == request_entities.c.entity_id,
        connections.c.state == ConnectionState.LINKED.value,
    )
    return exists().where(request_entities.c.grant_id == grant_id, request_entities.c.removed_at.is_(None), ~reads)


_ACTIVE = select(grants.c.id).where(
    grants.c.request_id == bindparam("request_id"), grants.c.state == GrantState.ACTIVE.value
)
