"""Whose a row is, by the name its id has in an address."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, literal, select

from linkflow.domain.ports import Transaction
from linkflow.store import tables

_TABLES: Mapping[str, Table] = {
    "change_id": tables.tenant_changes,
    "company_id": tables.companies,
    "connection_id": tables.connections,
    "entity_id": tables.entities,
    "import_id": tables.company_imports,
    "invitation_id": tables.invitations,
    "note_id": tables.notes,
    "request_id": tables.requests,
    "upload_id": tables.uploads,
    "user_id": tables.users,
}


def owner(tx: Transaction, name: str, row_id: str) -> tuple[str, str | None] | None:
    """The organization and, where there is one, the company of what `name` calls `row_id`; None for nothing."""
    table = _TABLES[name]
    company: Any = table.c.id if table is tables.companies else table.c.get("company_id", literal(None))
    found = tx.connection.execute(select(table.c.organization, company).where(table.c.id == row_id)).one_or_none()
    return None if found is None else (found[0], found[1])


def is_known(name: str) -> bool:
    """Whether rows have this name in addresses."""
    return name in _TABLES
