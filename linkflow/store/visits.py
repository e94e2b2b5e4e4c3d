"""What a customer's page needs to know, in two prebuilt queries: the link with its request, and its entities.

Nothing here decides; `Visit.progress` hands the facts to the journey's table.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Row

from linkflow.domain.connections import AttemptState
from linkflow.domain.journey import Count, EntityProgress, Progress, Way
from linkflow.domain.links import LinkFacts, LinkKind
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataTypes, SyncState, data_types_of
from linkflow.domain.software import UPLOAD
from linkflow.store.visit_queries import ENTITIES, LINK_BY_ID, LINK_OF_REQUEST, OWN_LINK, PLACES

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
    preselected: str | None
    phrase: str
    redirect_parameters: str
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
    to_renew: bool
    disconnected_at: datetime | None
    asked_software: str | None
    asked_tenant_name: str | None
    sync_id: str | None
    sync_state: SyncState | None
    sync_begun_at: datetime | None
    sync_at: datetime | None
    sync_error: str | None
    sync_waits_until: datetime | None
    checks_failed: bool | None
    data_at: datetime | None
    upload_id: str | None
    upload_name: str | None
    upload_state: str | None
    upload_reason: str | None
    uploaded_at: datetime | None

    def progress(self, wanted: DataTypes, now: datetime) -> EntityProgress:
        """The facts of this entity's journey; a consent whose attempt or connection is over is spent."""
        consented = self.consent_id is not None and self.consent_data_types is not None
        covers = consented and wanted <= data_types_of(self.consent_data_types or "")
        linked = covers and self.reads_here and self._connection_covers(wanted) and not self.is_from_file
        linked = linked and not self.to_renew
        uploaded = self.upload_id is not None and not self.to_correct
        return EntityProgress(
            id=self.id,
            way=None if self.software is None else Way.UPLOAD if self.software == UPLOAD else Way.CONNECT,
            consented=covers and self.consent_software == self.software and not self._spent(now),
            returned=self.pending_id is not None,
            linked=linked,
            uploaded=uploaded,
            again=(self.to_reconnect or self.to_correct) and not (linked or uploaded),
        )

    @property
    def is_from_file(self) -> bool:
        """Whether its books came in a file: then the file tells how it stands, not the connection made of it."""
        return self.connection_software == UPLOAD

    @property
    def to_reconnect(self) -> bool:
        """Whether its connection broke, ended and is wanted again, or works and is soon to end (`to_renew`)."""
        asked = self.connection_id is None and self.asked_software is not None
        return asked or self.to_renew or self.connection_state is ConnectionState.NEEDS_REAUTH

    @property
    def reconnects(self) -> str | None:
        """The company a sign-in to the software chosen takes up again: the one connected there before."""
        if not self.to_reconnect or self.software != (self.connection_software or self.asked_software):
            return None
        return self.tenant_name or self.asked_tenant_name

    @property
    def to_correct(self) -> bool:
        """Whether its file is to be sent once more."""
        return self.upload_state == "correction"

    @property
    def reads_here(self) -> bool:
        """Whether the entity is linked under what was agreed to here: a pull began since, with it or after it."""
        if self.connection_state is not ConnectionState.LINKED or self.consent_at is None:
            return False
        return self.sync_begun_at is not None and self.sync_begun_at >= self.consent_at

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
    return _link(tx, LINK_BY_ID, link_id=link_id)


def link_of_request(tx: Transaction, request_id: str, link_ids: list[str]) -> LinkVisit | None:
    """Of `link_ids` the one that belongs to the request: its own link before one that was handed over."""
    places = dict(zip_longest(PLACES, link_ids[: len(PLACES)]))
    return _link(tx, LINK_OF_REQUEST, request_id=request_id, **places)


def own_link(tx: Transaction, request_id: str) -> LinkVisit | None:
    """The request's own link, whoever asks."""
    return _link(tx, OWN_LINK, request_id=request_id)


def entities_of(tx: Transaction, request_id: str, *, only: str | None = None) -> tuple[EntityVisit, ...]:
    """The request's entities that were not removed, in the order they were added."""
    rows = tx.connection.execute(ENTITIES, {"request_id": request_id}).all()
    return tuple(_entity(row) for row in rows if only in (None, row.id))


def _link(tx: Transaction, statement: Any, **keys: Any) -> LinkVisit | None:
    row = tx.connection.execute(statement, keys).first()
    if row is None:
        return None
    values = dict(zip(row._fields, row, strict=True))
    values["kind"] = LinkKind(values["kind"])
    values["data_types"] = data_types_of(values["data_types"])
    values["entity_count"] = Count(values["entity_count"]) if values["entity_count"] else None
    return LinkVisit(**values)


_STATES: dict[str, Any] = {
    "attempt_state": AttemptState,
    "connection_state": ConnectionState,
    "sync_state": SyncState,
}


def _entity(row: Row[Any]) -> EntityVisit:
    values = dict(zip(row._fields, row, strict=True))
    for name, kind in _STATES.items():
        values[name] = kind(values[name]) if values[name] is not None else None
    return EntityVisit(**values)
