"""The rows that books hang below."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from linkflow.domain.ports import Transaction
from linkflow.store import tables
from linkflow.store.company_listings import relist
from linkflow.store.turns import take_turn

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def make_connection(connection: Connection, name: str = "c1", *, currency: str | None = "GBP") -> str:
    """A connection with everything it refers to; returns its id, which is `name`."""

    def add(table: Any, **values: Any) -> None:
        connection.execute(table.insert().values(organization="bank", **values))

    add(tables.companies, id=name, name="Abra", contact_name="A", contact_email="a@example.com", created_at=NOW)
    add(tables.entities, id=name, company_id=name, folded_name="", created_at=NOW)
    add(
        tables.requests,
        id=name,
        company_id=name,
        name="Cards",
        data_types="spend_analysis",
        language="en",
        phrase="blue boat",
        created_at=NOW,
        expires_at=NOW + timedelta(90),
        status="connected",
        status_at=NOW,
    )
    add(
        tables.connections,
        id=name,
        company_id=name,
        entity_id=name,
        request_id=name,
        consent_id="k",
        kind="software",
        software="sandbox",
        tenant_id=name,
        tenant_currency=currency,
        data_types="spend_analysis",
        access="once",
        state="linked",
        created_at=NOW,
    )
    return name


def add_event(connection: Connection, name: str = "e1") -> None:
    """An event."""
    values = {"id": name, "organization": "bank", "kind": "opened", "actor": "linkflow", "at": NOW}
    connection.execute(tables.events.insert().values(**values))


def add_consent(connection: Connection, name: str = "k1") -> None:
    """A consent record."""
    words = ("company_id", "request_id", "entity_id", "entity_name", "link_id", "recipient", "declared_name", "kind")
    more = ("software", "data_types", "scopes", "access", "language", "text", "text_version")
    values = dict.fromkeys([*words, *more], "x") | {"id": name, "organization": "bank", "link_issue": 1}
    connection.execute(tables.consents.insert().values(**values, accepted_at=NOW))


def add_upload(connection: Connection, name: str, *, place: str, at: datetime) -> None:
    """A file for the entity that `make_connection` calls `place`."""
    values = {"id": name, "company_id": place, "request_id": place, "entity_id": place, "created_at": at}
    more = {"consent_id": "k", "filename": "books.xlsx", "size": 4, "sha256": "0" * 64, "content": b"seal"}
    connection.execute(tables.uploads.insert().values(organization="bank", state="received", **values, **more))


def relist_in_turn(tx: Transaction, company_id: str) -> None:
    """What a service does: the company's turn, and then its copies anew."""
    take_turn(tx, company_id)
    relist(tx, company_id)
