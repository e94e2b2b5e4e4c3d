"""Companies that somebody deleted: what hangs on one in every table, its removal in batches, and what is kept how long.

A row hangs on a company if it refers to it, or to a row that does, and would be deleted with it. The list is made from
the tables themselves, so a new one that refers to a company is part of it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, select

from linkflow.domain.ports import Transaction
from linkflow.store.report_tables import workbook_chunks
from linkflow.store.retention import FILES, LARGEST_BATCH
from linkflow.store.rows import add, change, delete_some, every, first
from linkflow.store.tables import (
    companies,
    consents,
    deletions,
    entities,
    events,
    grants,
    links,
    metadata,
    requests,
    uploads,
)
from linkflow.store.workbooks import CHUNKS

KEPT_EVENTS = ("company-deleted", "grant-revoked", "company-erased")
"""The audit entry of a deletion: who, when, and whether the software confirmed. The triggers know them, too."""
WHILE_REVOKING = frozenset({companies, entities, requests, links, grants})
"""What stays until every grant is revoked: the tokens, and the links, which answer that they were withdrawn."""

_HEAVY = {uploads: FILES, workbook_chunks: CHUNKS}
"""Tables whose rows are large, and how many of them one transaction deletes."""


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`asked_at`: it was going; `done_at`: it is gone; `forgotten_at`: its records may go, too."""

    company_id: str
    organization: str
    asked_at: datetime
    done_at: datetime | None = None
    forgotten_at: datetime | None = None


def add_deletion(tx: Transaction, deletion: Deletion) -> None:
    """A company is to go."""
    add(tx, deletions, deletion)


def deletion(tx: Transaction, company_id: str) -> Deletion | None:
    """The deletion of a company."""
    return first(tx, Deletion, select(deletions).where(deletions.c.company_id == company_id))


def erase_some(tx: Transaction, company_id: str, *, keep: Collection[Table] = (), limit: int = LARGEST_BATCH) -> int:
    """Delete up to `limit` rows that hang on a company, the company itself last; answers how many went."""
    left = limit
    for table, mine in reversed(HANGING.items()):
        if table not in keep:
            most = min(left, _HEAVY.get(table, left))
            gone = delete_some(tx, table, mine, limit=most, company_id=company_id)
            left -= gone
            if gone == most:  # What is left of it would go along with the rows it hangs on, all at once.
                break
    return limit - left


def erase_events(tx: Transaction, company_id: str, *, limit: int = LARGEST_BATCH) -> int:
    """Delete up to `limit` events of a company that is gone, but for the audit entry; answers how many went."""
    passing = events.c.company_id == company_id, events.c.kind.not_in(KEPT_EVENTS)
    return delete_some(tx, events, *passing, limit=limit)


def finish(tx: Transaction, company_id: str, *, at: datetime) -> bool:
    """The company is gone; answers whether this call was the one to say so."""
    return change(tx, deletions, deletions.c.company_id == company_id, deletions.c.done_at.is_(None), done_at=at) == 1


def done_before(tx: Transaction, organization: str, *, before: datetime, limit: int = 500) -> tuple[Deletion, ...]:
    """Companies of an organization that were gone before a time, the oldest first."""
    old = deletions.c.organization == organization, deletions.c.done_at < before
    return every(tx, Deletion, select(deletions).where(*old).order_by(deletions.c.done_at).limit(limit))


def allow_forgetting(tx: Transaction, company_id: str, *, at: datetime) -> None:
    """From here on the records of a company that is gone may be deleted."""
    over = deletions.c.company_id == company_id, deletions.c.done_at.is_not(None), deletions.c.forgotten_at.is_(None)
    change(tx, deletions, *over, forgotten_at=at)


def forget_some(tx: Transaction, company_id: str, *, limit: int = LARGEST_BATCH) -> bool:
    """Delete up to `limit` of those records, and with the last of them the deletion; answers whether that was it."""
    left = limit
    for table in (consents, events):
        left -= delete_some(tx, table, table.c.company_id == company_id, limit=left)
    return bool(left and delete_some(tx, deletions, deletions.c.company_id == company_id, limit=1))


_NEAREST = ("company_id", "request_id", "connection_id", "sync_id", "report_id", "workbook_id", "link_id", "entity_id")
"""Of several ways to the company the first of these is taken: the columns that have an index."""


def _hanging() -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Each table after those it refers to, with the condition that its row hangs on `company_id`."""
    found: dict[Table, ColumnElement[bool]] = {companies: companies.c.id == bindparam("company_id")}
    for table in metadata.sorted_tables:
        owners = {
            key.parent.name: key.column
            for key in table.foreign_keys
            if key.ondelete == "CASCADE" and key.column.table in found
        }
        if owners and table not in found:
            nearest = next((name for name in _NEAREST if name in owners), min(owners))
            found[table] = _belongs(table.c[nearest], owners[nearest], found)
    yield from found.items()


def _belongs(column: Any, owner: Any, found: dict[Table, ColumnElement[bool]]) -> ColumnElement[bool]:
    if owner.table is companies:
        return column == bindparam("company_id")  # type: ignore[no-any-return]  # a column of any type
    return column.in_(select(owner).where(found[owner.table]))  # type: ignore[no-any-return]  # likewise


HANGING = dict(_hanging())
"""Every table with rows that hang on a company → which; each stands after those it refers to."""
