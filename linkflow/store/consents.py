"""Consent records: written once, read often, never changed (a trigger refuses it)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, every, first
from linkflow.store.tables import consents


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What one person accepted, word for word, and through which link.

    `retention_months` is None in records that were made before it was kept: then the configured months count.
    """

    id: str
    organization: str
    company_id: str
    request_id: str
    entity_id: str
    entity_name: str
    link_id: str
    link_issue: int
    recipient: str
    declared_name: str
    kind: str
    software: str
    data_types: str
    scopes: str
    access: str
    access_until: datetime | None
    retention_months: int | None = None
    language: str
    text: str
    text_version: str
    accepted_at: datetime


def add_consent(tx: Transaction, consent: Consent) -> None:
    """Append one record."""
    add(tx, consents, consent)


def consent(tx: Transaction, consent_id: str) -> Consent | None:
    """One record."""
    return first(tx, Consent, select(consents).where(consents.c.id == consent_id))


def scopes_asked(tx: Transaction, company_id: str) -> dict[str, str]:
    """Record id → the scopes that were asked for under it, of everything a company agreed to."""
    rows = tx.connection.execute(select(consents.c.id, consents.c.scopes).where(consents.c.company_id == company_id))
    return {row.id: row.scopes for row in rows}


def consents_of_request(tx: Transaction, request_id: str) -> tuple[Consent, ...]:
    """A request's records, oldest first."""
    statement = select(consents).where(consents.c.request_id == request_id).order_by(consents.c.accepted_at)
    return every(tx, Consent, statement)
