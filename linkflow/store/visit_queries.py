"""The two queries a customer's page stands on, built once: the link with its request, and its entities."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, bindparam, func, or_, select

from linkflow.domain.links import REQUESTS_IN_A_COOKIE, LinkKind
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.store.columns import constant
from linkflow.store.tables import (
    attempts,
    companies,
    connections,
    consents,
    entities,
    links,
    request_entities,
    requests,
    syncs,
    uploads,
    users,
)

_LINK = (
    select(
        links.c.id.label("link_id"),
        links.c.kind,
        links.c.entity_id.label("only_entity_id"),
        links.c.recipient_name,
        links.c.recipient_email,
        links.c.issue,
        links.c.created_at.label("link_created_at"),
        links.c.expires_at.label("link_expires_at"),
        links.c.renewed_at,
        links.c.revoked_at,
        requests.c.id.label("request_id"),
        requests.c.organization,
        requests.c.company_id,
        requests.c.name.label("request_name"),
        requests.c.data_types,
        requests.c.due_on,
        requests.c.language,
        requests.c.software.label("preselected"),
        requests.c.phrase,
        requests.c.redirect_parameters,
        requests.c.expires_at.label("request_ends_at"),
        requests.c.entity_count,
        requests.c.followed_at,
        requests.c.opened_at,
        requests.c.declined_at,
        requests.c.finished_at,
        requests.c.withdrawn_at,
        companies.c.name.label("company_name"),
        companies.c.contact_email,
        users.c.name.label("rm_name"),
        users.c.email.label("rm_email"),
    )
    .join_from(links, requests, links.c.request_id == requests.c.id)
    .join(companies, companies.c.id == requests.c.company_id)
    .outerjoin(users, and_(users.c.id == requests.c.created_by, users.c.disabled_at.is_(None)))
)
LINK_BY_ID = _LINK.where(links.c.id == bindparam("link_id"))
OWN_LINK = _LINK.where(links.c.request_id == bindparam("request_id"), links.c.kind == constant(LinkKind.REQUEST))
# As many places as a browser can hold links, so that the statement is the same for all of them.
PLACES = tuple(f"link_{number}" for number in range(REQUESTS_IN_A_COOKIE))
LINK_OF_REQUEST = _LINK.where(
    links.c.request_id == bindparam("request_id"), or_(*(links.c.id == bindparam(place) for place in PLACES))
).order_by(links.c.kind.desc(), links.c.created_at.desc())


def _newest(table: Table, at: str, *keys: tuple[str, ColumnElement[Any]]) -> ScalarSelect[Any]:
    """The id of the youngest row of `table` whose columns equal `keys` of the outer query."""
    inner = table.alias()
    matches = [inner.c[name] == outer for name, outer in keys]
    found = select(inner.c.id).where(*matches).order_by(inner.c[at].desc()).limit(1)
    return found.correlate(request_entities, connections).scalar_subquery()


_ended = connections.alias("ended")
# Connections whose company was never chosen end too; nobody was ever told of those.
_disconnected_at = (
    select(func.max(_ended.c.ended_at))
    .where(_ended.c.entity_id == request_entities.c.entity_id, _ended.c.linked_at.is_not(None))
    .correlate(request_entities)
    .scalar_subquery()
)
_here = request_entities.c
_this = (("request_id", _here.request_id), ("entity_id", _here.entity_id))
_pending = connections.alias("pending")
_is_pending = _pending.c.state == constant(ConnectionState.PENDING)
_reading = syncs.alias("reading")
# The consent a working connection is read under, where it was given in this request and the customer is asked for
# another: until that led to a fresh sign-in, it is the one that counts.
_held = consents.alias("held")
_is_renewed = and_(
    _held.c.id == connections.c.consent_id,
    _held.c.request_id == _here.request_id,
    connections.c.state == constant(ConnectionState.LINKED),
    connections.c.reconnect_asked_at.is_not(None),
)
# When a complete pull last ended that began after this request's own consent.
_read_since_consent = (
    select(func.max(_reading.c.finished_at))
    .where(
        _reading.c.connection_id == connections.c.id,
        _reading.c.state == constant(SyncState.DONE),
        _reading.c.created_at >= func.coalesce(_held.c.accepted_at, consents.c.accepted_at),
    )
    .correlate(connections, consents, _held)
    .scalar_subquery()
)
# The ended connection that the customer was asked to take up again, as long as there is no other.
_asked = connections.alias("asked")
_asked_last = connections.alias("asked_last")
_asked_id = (
    select(_asked_last.c.id)
    .where(
        _asked_last.c.entity_id == request_entities.c.entity_id,
        _asked_last.c.state == constant(ConnectionState.DISCONNECTED),
        _asked_last.c.reconnect_asked_at.is_not(None),
    )
    .order_by(_asked_last.c.reconnect_asked_at.desc())
    .limit(1)
    .correlate(request_entities)
    .scalar_subquery()
)
_LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)
_is_live = or_(*(connections.c.state == constant(state) for state in _LIVE))
ENTITIES = (
    select(
        entities.c.id,
        entities.c.name,
        _here.software,
        _here.grant_id,
        _here.unlisted_software,
        consents.c.id.label("consent_id"),
        consents.c.software.label("consent_software"),
        consents.c.data_types.label("consent_data_types"),
        consents.c.accepted_at.label("consent_at"),
        attempts.c.id.label("attempt_id"),
        attempts.c.consent_id.label("attempt_consent_id"),
        attempts.c.software.label("attempt_software"),
        attempts.c.state.label("attempt_state"),
        attempts.c.error.label("attempt_error"),
        attempts.c.browser_hash.label("attempt_browser_hash"),
        attempts.c.expires_at.label("attempt_expires_at"),
        attempts.c.claimed_at.label("attempt_claimed_at"),
        _pending.c.id.label("pending_id"),
        _pending.c.grant_id.label("pending_grant_id"),
        _pending.c.software.label("pending_software"),
        connections.c.id.label("connection_id"),
        connections.c.state.label("connection_state"),
        connections.c.software.label("connection_software"),
        connections.c.data_types.label("connection_data_types"),
        connections.c.grant_id.label("connection_grant_id"),
        connections.c.tenant_id,
        connections.c.tenant_name,
        connections.c.name_matches,
        connections.c.access,
        connections.c.access_until,
        connections.c.linked_at,
        _held.c.id.is_not(None).label("to_renew"),
        _disconnected_at.label("disconnected_at"),
        _asked.c.software.label("asked_software"),
        _asked.c.tenant_name.label("asked_tenant_name"),
        syncs.c.id.label("sync_id"),
        syncs.c.state.label("sync_state"),
        syncs.c.created_at.label("sync_begun_at"),
        syncs.c.finished_at.label("sync_at"),
        syncs.c.error.label("sync_error"),
        syncs.c.wait_until.label("sync_waits_until"),
        syncs.c.checks_failed,
        _read_since_consent.label("data_at"),
        uploads.c.id.label("upload_id"),
        uploads.c.filename.label("upload_name"),
        uploads.c.state.label("upload_state"),
        uploads.c.reason.label("upload_reason"),
        uploads.c.created_at.label("uploaded_at"),
    )
    .join_from(request_entities, entities, entities.c.id == _here.entity_id)
    .outerjoin(
        connections,
        and_(
            connections.c.entity_id == _here.entity_id,
            _is_live,
        ),
    )
    .outerjoin(_held, _is_renewed)
    .outerjoin(_pending, and_(*(_pending.c[name] == outer for name, outer in _this), _is_pending))
    .outerjoin(_asked, _asked.c.id == _asked_id)
    .outerjoin(consents, consents.c.id == _newest(consents, "accepted_at", *_this))
    .outerjoin(attempts, attempts.c.id == _newest(attempts, "created_at", *_this))
    .outerjoin(syncs, syncs.c.id == _newest(syncs, "created_at", ("connection_id", connections.c.id)))
    .outerjoin(uploads, and_(*(uploads.c[name] == outer for name, outer in _this), uploads.c.replaced_at.is_(None)))
    .where(_here.request_id == bindparam("request_id"), _here.removed_at.is_(None))
    .order_by(_here.position)
)
