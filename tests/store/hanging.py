"""A row in every table that hangs on a company, each text of it with a mark that can be looked for afterwards.

The user `user-of-<mark>` must be there.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Integer, LargeBinary, MetaData, String, Table, select

from linkflow.store.deletions import HANGING
from linkflow.store.tables import consents, events
from linkflow.store.types import Exact, Money, UtcDateTime

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORDS = {
    ("requests", "data_types"): "financials",
    ("requests", "status"): "connected",
    ("requests", "language"): "en-GB",
    ("grants", "state"): "active",
    ("grants", "software"): "sandbox",
    ("attempts", "state"): "exchanging",
    ("connections", "state"): "linked",
    ("connections", "software"): "sandbox",
    ("connections", "access"): "ongoing",
    ("syncs", "state"): "running",
    ("messages", "state"): "queued",
    ("links", "kind"): "request",
}
"""What code reads as a word of ours."""


def add_everything(connection: Connection, mark: str, *, organization: str = "northbank") -> str:
    """A company called `mark` with a row in each table below it, a consent and an event; answers its id."""
    keys: dict[Table, dict[str, Any]] = {}
    for table in HANGING:
        keys[table] = _row(table, mark, organization, keys)
        made = connection.execute(table.insert().values(**keys[table]))
        keys[table] |= dict(zip(table.primary_key.columns.keys(), made.inserted_primary_key or (), strict=True))
    company_id = str(keys[next(iter(HANGING))]["id"])
    said = {"kind": "opened", "actor": f"link:{mark}", "detail": mark}
    for table, more in ((consents, {}), (events, said)):
        about = {"company_id": company_id, "request_id": _id(mark, "requests")}
        connection.execute(table.insert().values(**_row(table, mark, organization, keys) | about | more))
    return company_id


def everything(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table there is, as text: also of those the code does not know, but for SQLite's own."""
    found = MetaData()
    found.reflect(connection)
    return {
        name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
        for name, table in found.tables.items()
        if not name.startswith("company_search_")
    }


def _row(table: Table, mark: str, organization: str, keys: dict[Table, dict[str, Any]]) -> dict[str, Any]:
    """A value in every column but nullable times, which say that something has happened."""
    row: dict[str, Any] = {}
    for column in table.columns:
        owner = next((key.column for key in column.foreign_keys), None)
        if owner is not None:
            row[column.name] = keys[owner.table][owner.name] if owner.table in keys else f"user-of-{mark}"
        elif not (column.nullable and isinstance(column.type, UtcDateTime)):
            row[column.name] = _value(table, column, mark, organization)
    return {name: value for name, value in row.items() if value is not None}


def _value(table: Table, column: Any, mark: str, organization: str) -> Any:  # noqa: PLR0911 - one answer a type
    kind = column.type
    if column.name == "organization":
        return organization
    if (table.name, column.name) in WORDS:
        return WORDS[table.name, column.name]
    if isinstance(kind, UtcDateTime):
        return NOW.replace(year=2027) if column.name == "expires_at" else NOW
    if isinstance(kind, Exact | Money):
        return Decimal(1)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return None if column.primary_key and len(table.primary_key) == 1 else 1
    if isinstance(kind, Date):
        return date(2026, 10, 1)
    if isinstance(kind, LargeBinary):
        return mark.encode()
    if isinstance(kind, JSON):
        return [mark]
    assert isinstance(kind, String), kind
    return _id(mark, table.name) if column.name == "id" else mark[: kind.length]


def _id(mark: str, table: str) -> str:
    return f"{mark}-{table}"[:32]
