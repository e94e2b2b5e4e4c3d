"""Data requests: what may be asked for, and the status that follows from the facts.

The status is computed here and nowhere else; the store keeps the result in the transaction that changed a fact.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DataType(StrEnum):
    """What a request asks for; one or both."""

    FINANCIALS = "financials"
    SPEND_ANALYSIS = "spend_analysis"


DataTypes = frozenset[DataType]


def data_types_of(text: str) -> DataTypes:
    """Read the stored or submitted form (comma separated); raises ValueError on an unknown or empty one."""
    kinds = frozenset(DataType(part.strip()) for part in text.split(",") if part.strip())
    if not kinds:
        raise ValueError("at least one data type is needed")
    return kinds


def data_types_text(kinds: DataTypes) -> str:
    """The stored form, in a fixed order."""
    return ",".join(kind.value for kind in DataType if kind in kinds)


def request_kind(kinds: DataTypes) -> str:
    """One of `financials`, `spend_analysis`, `both`: picks the email's words and the demo's links."""
    return "both" if len(kinds) == 2 else next(iter(kinds)).value


class RequestStatus(StrEnum):
    """Every status a request can show in the portal."""

    DRAFT = "draft"
    REQUESTED = "requested"
    UNDELIVERABLE = "undeliverable"
    OPENED = "opened"
    IN_PROGRESS = "in_progress"
    DECLINED = "declined"
    CONNECTED = "connected"
    AVAILABLE = "available"
    WARNING = "warning"
    ERROR = "error"
    NEEDS_REAUTH = "needs_reauth"
    DISCONNECTED = "disconnected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


ENDED = (RequestStatus.DECLINED, RequestStatus.EXPIRED, RequestStatus.WITHDRAWN, RequestStatus.DISCONNECTED)
"""Requests that wait for nothing any more. A company shows its latest that is not among them, else its last."""


class ConnectionState(StrEnum):
    """The states of a connection."""

    PENDING = "pending"
    LINKED = "linked"
    NEEDS_REAUTH = "needs_reauth"
    DISCONNECTED = "disconnected"


class SyncState(StrEnum):
    """The states of one pull of data."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class EntityFacts:
    """What the status needs to know of one entity of a request."""

    started: bool = False
    connection: ConnectionState | None = None
    sync: SyncState | None = None
    data_available: bool = False
    checks_failed: bool = False
    uploaded: bool = False


@dataclass(frozen=True)
class RequestFacts:
    """What the status needs to know of one request."""

    mailed: bool = False
    undeliverable: bool = False
    opened: bool = False
    declined: bool = False
    withdrawn: bool = False
    expires_at: datetime | None = None
    entities: tuple[EntityFacts, ...] = ()


def request_status(facts: RequestFacts, now: datetime) -> RequestStatus:
    """The one status shown for a request; trouble that a person must act on comes before good news."""
    if facts.withdrawn:
        return RequestStatus.WITHDRAWN
    if facts.declined:
        return RequestStatus.DECLINED
    states = {entity.connection for entity in facts.entities}
    for trouble, holds in (
        (RequestStatus.NEEDS_REAUTH, ConnectionState.NEEDS_REAUTH in states),
        (RequestStatus.ERROR, any(entity.sync is SyncState.FAILED for entity in facts.entities)),
        (RequestStatus.WARNING, any(entity.data_available and entity.checks_failed for entity in facts.entities)),
        (RequestStatus.AVAILABLE, any(entity.data_available for entity in facts.entities)),
        (RequestStatus.CONNECTED, ConnectionState.LINKED in states or any(e.uploaded for e in facts.entities)),
        (RequestStatus.DISCONNECTED, ConnectionState.DISCONNECTED in states),
    ):
        if holds:
            return trouble
    if facts.expires_at is not None and now >= facts.expires_at:
        return RequestStatus.EXPIRED
    if any(entity.started for entity in facts.entities):
        return RequestStatus.IN_PROGRESS
    if facts.opened:
        return RequestStatus.OPENED
    if facts.undeliverable:
        return RequestStatus.UNDELIVERABLE
    return RequestStatus.REQUESTED if facts.mailed else RequestStatus.DRAFT
