"""What a customer's page needs to know, in two prebuilt queries: the link with its request, and its entities.

Nothing here decides; `Visit.progress` hands the facts to the journey's table.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, bindparam, func, select

from linkflow.domain.connections import AttemptState
from linkflow.domain.journey import Count, EntityProgress, Progress, Way
from linkflow.domain.links import LinkFacts, LinkKind
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataTypes, SyncState, data_types_of
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

# The pseudo software of an entity whose books come in a file.
UPLOAD = "upload"

_SPENT = frozenset({AttemptState.DECLINED, AttemptState.FAILED, AttemptState.EXPIRED})


@dataclass(frozen=True)
class LinkVisit:
    """A link, its request, its company and who asks: one row."""

    link_id: str
    kind: LinkKind
    only_entity_id: str | None
    recipient_name: str
    recipient_email: str
    issue: int
    link_created_at: datetime
    link_expires_at: datetime
    renewed_at: datetime | None
    revoked_at: datetime | None
    request_id: str
    organization: str
    company_id: str
    request_name: str
    data_types: DataTypes
    due_on: date | None
    language: str
    phrase: str
    request_ends_at: datetime
    entity_count: Count | None
    followed_at: datetime | None
    opened_at: datetime | None
    declined_at: datetime | None
    finished_at: datetime | None
    withdrawn_at: datetime | None
    company_name: str
    contact_email: str
    rm_name: str | None
    rm_email: str | None

    @property
    def facts(self) -> LinkFacts:
        """What decides whether the link opens."""
        return LinkFacts(self.issue, self.link_expires_at, self.revoked_at, self.request_ends_at, self.withdrawn_at)


@dataclass(frozen=True)
class EntityVisit:
    """One entity of the request with the latest of everything that happened to it here."""

    id: str
    name: str | None
    software: str | None
    grant_id: str | None
    unlisted_software: str | None
    consent_id: str | None
    consent_software: str | None
    consent_data_types: str | None
    consent_at: datetime | None
    attempt_id: str | None
    attempt_consent_id: str | None
    attempt_software: str | None
    attempt_state: AttemptState | None
    attempt_error: str | None
    attempt_browser_hash: str | None
    attempt_expires_at: datetime | None
    attempt_claimed_at: datetime | None
    pending_id: str | None
    pending_grant_id: str | None
    pending_software: str | None
    connection_id: str | None
    connection_state: ConnectionState | None
    connection_software: str | None
    connection_data_types: str | None
    connection_grant_id: str | None
    tenant_id: str | None
    tenant_name: str | None
    name_matches: bool | None
    access: str | None
    access_until: datetime | None
    linked_at: datetime | None
    disconnected_at: datetime | None
    sync_id: str | None
    sync_state: SyncState | None
    sync_at: datetime | None
    upload_id: str | None
    upload_name: str | None
    upload_state: str | None
    upload_reason: str | None
    uploaded_at: datetime | None

    def progress(self, wanted: DataTypes, now: datetime) -> EntityProgress:
        """The facts of this entity's journey; a consent whose attempt or connection is over is spent."""
        consented = self.consent_id is not None and self.consent_data_types is not None
        covers = consented and wanted <= data_types_of(self.consent_data_types or "")
        return EntityProgress(
            id=self.id,
            way=None if self.software is None else Way.UPLOAD if self.software == UPLOAD else Way.CONNECT,
            consented=covers and self.consent_software == self.software and not self._spent(now),
            returned=self.pending_id is not None,
            linked=covers and self.connection_state is ConnectionState.LINKED and self._connection_covers(wanted),
            uploaded=self.upload_id is not None,
        )

    @property
    def is_disconnected(self) -> bool:
        """Whether what was agreed to here was connected once and is no longer, with nothing in its place."""
        if self.connection_id is not None or self.disconnected_at is None or self.consent_at is None:
            return False
        return self.consent_at <= self.disconnected_at

    def _spent(self, now: datetime) -> bool:
        if self.is_disconnected:
            return True
        if self.attempt_consent_id != self.consent_id or self.attempt_state is None:
            return False
        ran_out = self.attempt_expires_at is not None and self.attempt_expires_at <= now
        return self.attempt_state in _SPENT or (self.attempt_state is AttemptState.STARTED and ran_out)

    def _connection_covers(self, wanted: DataTypes) -> bool:
        return self.connection_data_types is not None and wanted <= data_types_of(self.connection_data_types)


@dataclass(frozen=True)
class Visit:
    """Everything one page of the journey stands on."""

    link: LinkVisit
    entities: tuple[EntityVisit, ...]

    def entity(self, entity_id: str) -> EntityVisit | None:
        """The entity with this id, if this link may see it."""
        return next((entity for entity in self.entities if entity.id == entity_id), None)

    def progress(self, *, entered: bool, code_passed: bool, asks_count: bool, now: datetime) -> Progress:
        """The facts for the journey's table; a link narrowed to one entity never asks how many there are."""
        return Progress(
            entered=entered,
            code_passed=code_passed,
            declined=self.link.declined_at is not None,
            asks_count=asks_count and self.link.only_entity_id is None,
            count=self.link.entity_count,
            finished=self.link.finished_at is not None,
            entities=tuple(entity.progress(self.link.data_types, now) for entity in self.entities),
        )


def link_by_id(tx: Transaction, link_id: str) -> LinkVisit | None:
    """One link with its request, whatever its state; None when there is none."""
    return _link(tx, _LINK_BY_ID, link_id=link_id)


def link_of_request(tx: Transaction, request_id: str, link_ids: list[str]) -> LinkVisit | None:
    """The most recently made of `link_ids` that belongs to the request."""
    return _link(tx, _LINK_OF_REQUEST, request_id=request_id, link_ids=link_ids)


def own_link(tx: Transaction, request_id: str) -> LinkVisit | None:
    """The request's own link, whoever asks."""
    return _link(tx, _OWN_LINK, request_id=request_id)


def entities_of(tx: Transaction, request_id: str, *, only: str | None = None) -> tuple[EntityVisit, ...]:
    """The request's entities that were not removed, in the order they were added."""
    rows = tx.connection.execute(_ENTITIES, {"request_id": request_id}).mappings().all()
    return tuple(_entity(dict(row)) for row in rows if only in (None, row["id"]))


def _link(tx: Transaction, statement: Any, **keys: Any) -> LinkVisit | None:
    row = tx.connection.execute(statement, keys).mappings().first()
    if row is None:
        return None
    values = dict(row)
    values["kind"] = LinkKind(values["kind"])
    values["data_types"] = data_types_of(values["data_types"])
    values["entity_count"] = Count(values["entity_count"]) if values["entity_count"] else None
    return LinkVisit(**values)


_STATES: dict[str, Any] = {
    "attempt_state": AttemptState,
    "connection_state": ConnectionState,
    "sync_state": SyncState,
}


def _entity(values: dict[str, Any]) -> EntityVisit:
    for name, kind in _STATES.items():
        values[name] = kind(values[name]) if values[name] is not None else None
    return EntityVisit(**values)


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
        requests.c.phrase,
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
    .outerjoin(users, users.c.id == requests.c.created_by)
)
_LINK_BY_ID = _LINK.where(links.c.id == bindparam("link_id"))
_OWN_LINK = _LINK.where(links.c.request_id == bindparam("request_id"), links.c.kind == LinkKind.REQUEST.value)
_LINK_OF_REQUEST = _LINK.where(
    links.c.request_id == bindparam("request_id"), links.c.id.in_(bindparam("link_ids", expanding=True))
).order_by(links.c.created_at.desc())


def _newest(table: Table, at: str, *keys: tuple[str, ColumnElement[Any]], **fixed: Any) -> ScalarSelect[Any]:
    """The id of the youngest row of `table` whose columns equal `keys` of the outer query."""
    inner = table.alias()
    matches = [inner.c[name] == outer for name, outer in keys] + [
        inner.c[name].is_(value) for name, value in fixed.items()
    ]
    found = select(inner.c.id).where(*matches).order_by(inner.c[at].desc(), inner.c.id.desc()).limit(1)
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
_ENTITIES = (
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
        _disconnected_at.label("disconnected_at"),
        syncs.c.id.label("sync_id"),
        syncs.c.state.label("sync_state"),
        syncs.c.finished_at.label("sync_at"),
        uploads.c.id.label("upload_id"),
        uploads.c.filename.label("upload_name"),
        uploads.c.state.label("upload_state"),
        uploads.c.reason.label("upload_reason"),
        uploads.c.created_at.label("uploaded_at"),
    )
    .join_from(request_entities, entities, entities.c.id == _here.entity_id)
    .outerjoin(
        connections,
        and_(connections.c.entity_id == _here.entity_id, connections.c.state.in_(("linked", "needs_reauth"))),
    )
    .outerjoin(_pending, and_(*(_pending.c[name] == outer for name, outer in _this), _pending.c.state == "pending"))
    .outerjoin(consents, consents.c.id == _newest(consents, "accepted_at", *_this))
    .outerjoin(attempts, attempts.c.id == _newest(attempts, "created_at", *_this))
    .outerjoin(syncs, syncs.c.id == _newest(syncs, "created_at", ("connection_id", connections.c.id)))
    .outerjoin(uploads, uploads.c.id == _newest(uploads, "created_at", *_this, replaced_at=None))
    .where(_here.request_id == bindparam("request_id"), _here.removed_at.is_(None))
    .order_by(_here.position)
)
