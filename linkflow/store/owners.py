"""Whose a row is: the organization's, and a company's where it belongs to one."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Table, literal, select

from linkflow.domain.ports import Transaction
from linkflow.store import report_tables, tables

Owned = Literal[
    "batch", "change", "company", "connection", "entity", "grant", "import", "invitation", "note", "request", "sync",
    "upload", "user", "workbook",
]  # fmt: skip
_TABLES: Mapping[Owned, Table] = {
    "batch": tables.asking_batches,
    "change": tables.tenant_changes,
    "company": tables.companies,
    "connection": tables.connections,
    "entity": tables.entities,
    "grant": tables.grants,
    "import": tables.company_imports,
    "invitation": tables.invitations,
    "note": tables.notes,
    "request": tables.requests,
    "sync": tables.syncs,
    "upload": tables.uploads,
    "user": tables.users,
    "workbook": report_tables.workbooks,
}
NAMES: Mapping[str, Owned] = {f"{kind}_id": kind for kind in _TABLES}
"""What kind of row an address names, by the name of its part."""


def owner(tx: Transaction, kind: Owned, row_id: str) -> tuple[str, str | None] | None:
    """The organization and, where there is one, the company of a row; None for nothing."""
    table = _TABLES[kind]
    company: Any = table.c.id if table is tables.companies else table.c.get("company_id", literal(None))
    found = tx.connection.execute(select(table.c.organization, company).where(table.c.id == row_id)).one_or_none()
    return None if found is None else (found[0], found[1])
