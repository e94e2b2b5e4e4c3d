"""What was agreed to, through which link, and what was read since: shown after a fresh code, and to nobody else.

A link sees what belongs to its own entities; consent records are shown word for word as they were stored.
"""

from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataTypes, SyncState, data_types_of
from linkflow.domain.software import UPLOAD, Software
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.progress import PartProgress, part_progress
from linkflow.store import connections, consents, retention, syncs
from linkflow.store.connections import Connection
from linkflow.store.consents import Consent
from linkflow.store.visits import EntityVisit, Visit

READINGS = 12
"""The latest pulls shown of one connection."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One consent record with what became of it; `through_link_of` is masked, `text` the exact words, in `language`."""

    consent_id: str
    entity_name: str
    software_name: str | None
    tenant_name: str | None
    data_types: DataTypes
    declared_name: str
    through_link_of: str
    accepted_at: datetime
    text: str
    text_version: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One pull: when it began and ended, and how many rows each part brought."""

    began_at: datetime
    ended_at: datetime | None
    state: SyncState
    parts: tuple[PartProgress, ...]


@dataclass(frozen=True, kw_only=True)
class SharedConnection:
    """A connection there is or was, its latest pull first."""

    id: str
    software_name: str
    software: Software | None
    """None: it has left the catalogue."""
    tenant_name: str
    state: ConnectionState
    linked_at: datetime
    ended_at: datetime | None
    access: str
    access_until: datetime | None
    retention_months: int
    readings: tuple[Reading, ...]

    @property
    def is_live(self) -> bool:
        """Whether there is anything to disconnect."""
        return self.state is not ConnectionState.DISCONNECTED


@dataclass(frozen=True, kw_only=True)
class SharedEntity:
    """Everything about one entity; the file is the one in hand, if it was a file."""

    id: str
    name: str
    connections: tuple[SharedConnection, ...]
    receipts: tuple[Receipt, ...]
    upload_name: str | None
    uploaded_at: datetime | None


def shared(ctx: Context, visit: Visit) -> tuple[SharedEntity, ...]:
    """The entities of a visit that have shared something or agreed to."""
    with ctx.database.reading() as tx:
        made = _linked(tx, visit)
        agreed = _consents(tx, visit, made)
        found = tuple(_entity(ctx, tx, visit, entity, made, agreed) for entity in visit.entities)
    return tuple(one for one in found if one.connections or one.receipts or one.upload_name)


def receipt(ctx: Context, visit: Visit, consent_id: str) -> Receipt:
    """One receipt to keep, which is written down; raises `NotFound` for one that is not of this visit."""
    with ctx.database.reading() as tx:
        made = _linked(tx, visit)
        found = next((one for one in _consents(tx, visit, made) if one.id == consent_id), None)
    if found is None:
        raise NotFound
    with ctx.database.transaction() as tx:
        happenings.note(ctx, tx, "receipt-kept", link=visit.link, entity_id=found.entity_id, detail=consent_id)
    return _receipt(ctx, found, made)


def _linked(tx: Transaction, visit: Visit) -> tuple[Connection, ...]:
    """The connections of the visit's entities that once had their company, whichever request made them; no files."""
    every = connections.connections_of_company(tx, visit.link.company_id)
    read = (one for one in every if one.linked_at is not None and one.software != UPLOAD)
    return tuple(one for one in read if visit.entity(one.entity_id) is not None)


def _consents(tx: Transaction, visit: Visit, made: tuple[Connection, ...]) -> tuple[Consent, ...]:
    """What was agreed to in this request, and before it for the connections it goes on using."""
    here = consents.consents_of_request(tx, visit.link.request_id)
    known = {one.id for one in here}
    before = (consents.consent(tx, id_) for id_ in {one.consent_id for one in made} - known)
    every = sorted((*here, *filter(None, before)), key=lambda one: one.accepted_at, reverse=True)
    return tuple(one for one in every if visit.entity(one.entity_id) is not None)


def _entity(
    ctx: Context,
    tx: Transaction,
    visit: Visit,
    entity: EntityVisit,
    made: tuple[Connection, ...],
    agreed: tuple[Consent, ...],
) -> SharedEntity:
    return SharedEntity(
        id=entity.id,
        name=entity.name or visit.link.company_name,
        connections=tuple(_connection(ctx, tx, one) for one in reversed(made) if one.entity_id == entity.id),
        receipts=tuple(_receipt(ctx, one, made) for one in agreed if one.entity_id == entity.id),
        upload_name=entity.upload_name,
        uploaded_at=entity.uploaded_at,
    )


def _connection(ctx: Context, tx: Transaction, one: Connection) -> SharedConnection:
    pulls = syncs.syncs_of_connection(tx, one.id, limit=READINGS)
    configured = ctx.organizations()[one.organization].feel.retention_months
    return SharedConnection(
        id=one.id,
        software_name=ctx.software_name(one.software),
        software=ctx.catalogue.get(one.software),
        tenant_name=one.tenant_name or "",
        state=ConnectionState(one.state),
        linked_at=one.linked_at or one.created_at,
        ended_at=one.ended_at,
        access=one.access,
        access_until=one.access_until,
        retention_months=retention.months_kept(tx, one.id, configured=configured),
        readings=tuple(
            Reading(
                began_at=pull.started_at or pull.created_at,
                ended_at=pull.finished_at,
                state=SyncState(pull.state),
                parts=part_progress(tx, pull.id, SyncState(pull.state)),
            )
            for pull in pulls
        ),
    )


def _receipt(ctx: Context, record: Consent, made: tuple[Connection, ...]) -> Receipt:
    return Receipt(
        consent_id=record.id,
        entity_name=record.entity_name,
        software_name=None if record.software == UPLOAD else ctx.software_name(record.software),
        tenant_name=next((one.tenant_name for one in made if one.consent_id == record.id), None),
        data_types=data_types_of(record.data_types),
        declared_name=record.declared_name,
        through_link_of=mask_address(record.recipient),
        accepted_at=record.accepted_at,
        text=record.text,
        text_version=record.text_version,
        language=record.language,
    )
