"""Connections: which company it is, asked of the customer, who may also say that it is none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from linkflow import providers
from linkflow.domain.entities import resembles
from linkflow.domain.errors import Conflict, LinkflowError, NotFound, SoftwareUnavailable
from linkflow.domain.ports import ApiSession, Tenant, Transaction
from linkflow.domain.requests import ConnectionState, data_types_of, data_types_text
from linkflow.outbound.errors import StatusError
from linkflow.services import granting, happenings, notifying, syncing
from linkflow.services.binding import Chosen, bind, drop_waiting
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, connections
from linkflow.store.connections import Connection
from linkflow.store.consents import Consent
from linkflow.store.visits import EntityVisit, Visit

# The one company of a software whose books linkflow cannot read, and so cannot ask its name.
SOLE = "sole"
_FORBIDDEN = frozenset({403})


class WrongRole(LinkflowError):
    """The person who signed in at the software may not read the books there."""

    code = "wrong-role"


class NoCompany(LinkflowError):
    """The sign-in reaches no company at all."""

    code = "no-company"


class CompanyInUse(LinkflowError):
    """That company is connected under another entity already."""

    code = "company-in-use"


class DifferentCompany(LinkflowError):
    """A connection there is belongs to another company in the software."""

    code = "different-company"


class AccessRanOut(LinkflowError):
    """The few minutes of access that came with the sign-in are over; one button renews them."""

    code = "access-ran-out"


@dataclass(frozen=True)
class Candidate:
    """A company the grant can read, beside the name asked for."""

    tenant: Tenant
    resembles: bool
    connected_as: str | None


def await_company(ctx: Context, tx: Transaction, record: Consent, *, grant_id: str) -> str:
    """A connection whose company nobody has chosen yet, in place of an earlier one; answers its id."""
    for earlier in connections.pending(tx, record.request_id, record.entity_id):
        drop_waiting(ctx, tx, earlier)
    connection = Connection(
        id=ctx.new_id(),
        organization=record.organization,
        company_id=record.company_id,
        entity_id=record.entity_id,
        request_id=record.request_id,
        grant_id=grant_id,
        consent_id=record.id,
        kind="software",
        software=record.software,
        data_types=record.data_types,
        access=record.access,
        access_until=record.access_until,
        created_at=ctx.now(),
    )
    connections.add_connection(tx, connection)
    return connection.id


def candidates(ctx: Context, visit: Visit, entity: EntityVisit) -> tuple[Candidate, ...]:
    """The companies behind a fresh grant, asked for now and kept nowhere; nothing is changed by asking.

    Raises `NoCompany`, `WrongRole`, `SoftwareUnavailable`, and `AccessRanOut` until `renew_access` was called.
    """
    found = tenants(ctx, entity, refresh=False)
    wanted = entity.name or visit.link.company_name
    taken = _taken(visit, str(entity.pending_software))
    return tuple(Candidate(t, resembles(wanted, t.names), taken.get(t.id)) for t in found)


def renew_access(ctx: Context, entity: EntityVisit) -> None:
    """Refresh the short-lived access of a grant that waits for its company; raises what `candidates` does."""
    tenants(ctx, entity, refresh=True)


def tenants(ctx: Context, entity: EntityVisit, *, refresh: bool) -> tuple[Tenant, ...]:
    """What `candidates` is made of."""
    if entity.pending_grant_id is None or entity.pending_software is None:
        raise NotFound
    software = ctx.catalogue.get(entity.pending_software)
    if software is None:
        raise SoftwareUnavailable
    if not software.adapter:
        return (Tenant(id=SOLE, name=software.name),)
    ask, grant_id = providers.careful(software.id, providers.load(software.id).tenants), entity.pending_grant_id
    try:
        found = granting.with_session(ctx, grant_id, ask) if refresh else _unrefreshed(ctx, grant_id, ask)
    except StatusError as error:
        raise (WrongRole() if error.status in _FORBIDDEN else SoftwareUnavailable()) from None
    if not found:
        raise NoCompany
    return found


def _unrefreshed(ctx: Context, grant_id: str, ask: Callable[[ApiSession], tuple[Tenant, ...]]) -> tuple[Tenant, ...]:
    """Ask with the access at hand; where the software no longer takes it, one button renews it."""
    session = granting.unrefreshed_session(ctx, grant_id)
    if session is None:
        raise AccessRanOut
    try:
        return ask(session)
    except StatusError as error:
        raise (AccessRanOut() if error.status == granting.UNAUTHORIZED else error) from None


def choose_company(ctx: Context, visit: Visit, entity: EntityVisit, tenant_id: str) -> None:
    """Link the entity to one of the companies its grant reads, and start reading.

    Raises what `candidates` does, `NotFound` for a company not among them, `CompanyInUse`, and `DifferentCompany`
    where the connection there is belongs to another: then a user is asked whether this one may take its place.
    """
    tenant = next((t for t in tenants(ctx, entity, refresh=True) if t.id == tenant_id), None)
    if tenant is None or entity.pending_id is None:
        raise NotFound
    matches = None if tenant.id == SOLE else resembles(entity.name or visit.link.company_name, tenant.names)
    try:
        with ctx.database.transaction() as tx:
            mark_opened(ctx, tx, visit.link)
            kept = _link(ctx, tx, visit, entity.pending_id, tenant, matches)
            refresh_status(ctx, tx, visit.link.request_id)
    except Conflict:
        raise CompanyInUse(tenant_name=tenant.name) from None
    if kept is not None:
        raise DifferentCompany(tenant_name=tenant.name, expected_name=kept.tenant_name or "")


def _link(
    ctx: Context, tx: Transaction, visit: Visit, pending_id: str, tenant: Tenant, matches: bool | None
) -> Connection | None:
    """Bind what was chosen; answers the connection that stays because it belongs to another company."""
    waiting = connections.connection(tx, pending_id)
    if waiting is None or waiting.state != ConnectionState.PENDING:
        return None
    sole = tenant.id == SOLE
    chosen = Chosen(
        # One grant can stand behind several connections of a software without names: the grant tells them apart.
        tenant_id=f"{SOLE}-{waiting.grant_id}" if sole else tenant.id,
        tenant_name=tenant.name,
        tenant_country=tenant.country,
        tenant_currency=tenant.currency,
        name_matches=matches,
        sole=sole,
    )
    bound = bind(ctx, tx, waiting, chosen)
    link, entity_id = visit.link, waiting.entity_id
    if bound.linked is not None:
        detail = "again" if bound.again else "match" if matches else "unknown" if matches is None else "mismatch"
        happenings.note(ctx, tx, "linked", link=link, entity_id=entity_id, detail=detail)
        if matches is False:
            notifying.queue_notices(ctx, tx, "company_mismatch", link=link, entity_id=entity_id, named=tenant.name)
    if bound.asked:
        happenings.note(ctx, tx, "company-refused", link=link, entity_id=entity_id)
        notifying.queue_notices(ctx, tx, "different_company", link=link, entity_id=entity_id, named=tenant.name)
    return bound.kept


def drop_company(ctx: Context, visit: Visit, entity: EntityVisit) -> None:
    """None of these: the grant goes, and the customer is back at the picker."""
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        forget_choice(ctx, tx, visit, entity)
        companies.choose_software(tx, visit.link.request_id, entity.id, software=None)
        happenings.note(ctx, tx, "none-of-these", link=visit.link, entity_id=entity.id)
        refresh_status(ctx, tx, visit.link.request_id)


def forget_choice(ctx: Context, tx: Transaction, visit: Visit, entity: EntityVisit) -> None:
    """End a connection that waits for its company, when the customer goes another way."""
    for waiting in connections.pending(tx, visit.link.request_id, entity.id):
        drop_waiting(ctx, tx, waiting)


def widen(ctx: Context, tx: Transaction, connection_id: str, record: Consent) -> None:
    """Let a connection there is read what a further consent names, and read it."""
    held = connections.connection(tx, connection_id)
    if held is None:
        return
    kinds = data_types_of(held.data_types) | data_types_of(record.data_types)
    connections.update_connection(
        tx,
        connection_id,
        data_types=data_types_text(kinds),
        consent_id=record.id,
        access=record.access,
        access_until=record.access_until,
    )
    syncing.start_sync(ctx, tx, connection_id=connection_id)


def _taken(visit: Visit, software: str) -> dict[str, str]:
    """Tenant id → the entity of this request it is connected under."""
    held = (entity for entity in visit.entities if entity.connection_software == software and entity.tenant_id)
    return {str(entity.tenant_id): entity.name or visit.link.company_name for entity in held}
