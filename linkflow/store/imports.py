"""Tables of companies on their way in: each belongs to one user, and says how far it has come.

States: `checked` → `adding` → `added` → `asking` → `asked`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select

from linkflow.domain.company_rows import same_company
from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, first
from linkflow.store.tables import companies, company_imports, company_users


class ImportState(StrEnum):
    """How far an import has come."""

    CHECKED = "checked"
    ADDING = "adding"
    ADDED = "added"
    ASKING = "asking"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True)
class CompanyImport:
    """`total` rows, of which `added` are companies; of these `asked` were gone through and `skipped` passed over."""

    id: str
    organization: str
    user_id: str
    state: str = ImportState.CHECKED.value
    total: int
    added: int = 0
    asked: int = 0
    skipped: int = 0
    content: bytes | None = field(default=None, repr=False)
    ask: str | None = field(default=None, repr=False)
    created_at: datetime


def add_import(tx: Transaction, made: CompanyImport) -> None:
    """A checked table."""
    add(tx, company_imports, made)


def own_import(tx: Transaction, user_id: str, import_id: str) -> CompanyImport | None:
    """One import of this user, None also when it is another's."""
    rows = company_imports.c.id == import_id, company_imports.c.user_id == user_id
    return first(tx, CompanyImport, select(company_imports).where(*rows))


def added_last(tx: Transaction, user_id: str, *, since: datetime) -> CompanyImport | None:
    """The latest import of this user whose companies were added and not asked yet."""
    theirs = company_imports.c.user_id == user_id, company_imports.c.state == ImportState.ADDED.value
    statement = select(company_imports).where(*theirs, company_imports.c.created_at > since)
    latest = statement.order_by(company_imports.c.created_at.desc(), company_imports.c.id).limit(1)
    return first(tx, CompanyImport, latest)


def import_by_id(tx: Transaction, import_id: str) -> CompanyImport | None:
    """One import, for work that already knows it may."""
    return first(tx, CompanyImport, select(company_imports).where(company_imports.c.id == import_id))


def move(tx: Transaction, import_id: str, *, old: ImportState, new: ImportState, **values: Any) -> bool:
    """The next state, with what changes by it; answers whether this call brought it."""
    current = company_imports.c.id == import_id, company_imports.c.state == old.value
    return change(tx, company_imports, *current, state=new.value, **values) == 1


def advance(tx: Transaction, before: CompanyImport, **values: int) -> bool:
    """Store how far it has come, if nobody else has since it was read; answers whether this call did."""
    as_read = company_imports.c.added == before.added, company_imports.c.asked == before.asked
    current = company_imports.c.id == before.id, company_imports.c.state == before.state
    return change(tx, company_imports, *current, *as_read, **values) == 1


def delete_imports(tx: Transaction, *, made_before: datetime) -> int:
    """Forget tables of long ago that nothing is working on; answers how many."""
    working = (ImportState.ADDING.value, ImportState.ASKING.value)
    old = company_imports.c.created_at < made_before, company_imports.c.state.not_in(working)
    return int(tx.connection.execute(delete(company_imports).where(*old)).rowcount)


def known_companies(
    tx: Transaction, organization: str, emails: Collection[str], *, seen_by: str | None = None
) -> frozenset[tuple[str, str]]:
    """`same_company` of every company one of these addresses is the contact of; `seen_by`: assigned to that user."""
    # All at once: however many there are, the organization's companies are gone through once.
    contact = func.lower(companies.c.contact_email).in_({email.lower() for email in emails})
    here = companies.c.organization == organization, companies.c.deleting_at.is_(None), contact
    statement = select(companies.c.name, companies.c.contact_email).where(*here)
    if seen_by:
        mine = select(company_users.c.company_id).where(company_users.c.user_id == seen_by)
        statement = statement.where(companies.c.id.in_(mine))
    return frozenset(same_company(name, email) for name, email in tx.connection.execute(statement))
