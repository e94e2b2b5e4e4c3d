"""Keep pulled records: each row once, by connection, kind and external id, however often it is pulled.

A record replaces what was kept of it, with its lines. Base amounts and payment methods are worked out here, once a
row. A record that cannot be kept is handed back with its reason, never dropped and never an exception.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from linkflow.domain.acceptance import reason_to_set_aside
from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    BillPayment,
    Company,
    EntryStatus,
    Expense,
    Record,
    SetAside,
)
from linkflow.domain.methods import payment_method
from linkflow.domain.money import in_base
from linkflow.domain.ports import Transaction
from linkflow.domain.record_fields import named_values
from linkflow.store.books_shapes import CHILDREN, TABLES, Children
from linkflow.store.books_tables import DATED, accounts, book_companies, statement_lines
from linkflow.store.rows import change, delete_some
from linkflow.store.syncs import SyncPart
from linkflow.store.tables import connections
from linkflow.store.upserts import insert, upsert

_AS_IS = frozenset({type(None), str, Decimal, date, bool})
LARGEST_BATCH = 2_000
"""Rows one transaction may write, lines included."""


@dataclass(frozen=True)
class Kept:
    """How many records were kept, and which were not."""

    records: int
    set_aside: tuple[SetAside, ...]


def in_batches(records: Iterable[Record]) -> Iterator[tuple[Record, ...]]:
    """Cut a page into batches that one transaction may write; a record is never cut, so one giant goes alone."""
    batch: list[Record] = []
    size = 0
    for record in records:
        rows = rows_of(record)
        if batch and size + rows > LARGEST_BATCH:
            yield tuple(batch)
            batch, size = [], 0
        batch.append(record)
        size += rows
    if batch:
        yield tuple(batch)


def rows_of(record: Record) -> int:
    """The rows a record takes, its lines included."""
    children = CHILDREN.get(type(record))
    return 1 + (len(getattr(record, children.field)) if children else 0)


def keep(tx: Transaction, records: Sequence[Record], *, connection_id: str, sync_id: str) -> Kept:
    """Insert or update one batch (`in_batches`). The company comes before anything that has an amount of its own.

    Raises ValueError for more than `LARGEST_BATCH` rows of several records, LookupError without a base currency.
    """
    if len(records) > 1 and sum(map(rows_of, records)) > LARGEST_BATCH:
        raise ValueError(f"more than {LARGEST_BATCH} rows in one transaction")
    base = _base_currency(tx.connection, connection_id, records)
    reasons = [(record, reason_to_set_aside(record, base_currency=base)) for record in records]
    refused = [SetAside(record.record, record.external_id, reason) for record, reason in reasons if reason]
    # Twice on one page: the last one is the current one.
    kept = list({(type(record), record.external_id): record for record, reason in reasons if not reason}.values())
    paid_from = _accounts(tx.connection, connection_id, kept)
    for kind, table in TABLES.items():
        rows = [record for record in kept if type(record) is kind]
        if rows:
            values = [_row(record, base, paid_from) for record in rows]
            extra = {"sync_id": sync_id} if "sync_id" in table.c else {}
            upsert(tx.connection, table, [{"connection_id": connection_id, **row, **extra} for row in values])
            if kind in CHILDREN:
                _replace_children(tx.connection, CHILDREN[kind], connection_id, rows, base)
    return Kept(len(kept), tuple(refused))


def see_again(tx: Transaction, part: SyncPart, ids: Collection[str], *, connection_id: str) -> tuple[SetAside, ...]:
    """Rows that are as an earlier pull kept them count as seen by this one; those nobody kept are set aside.

    So are those kept as void, which none of them is: they were missing from a list once.
    """
    table = next((table for table, _ in DATED if table.name == part.name), None)
    if table is None or not ids:
        return ()
    here = (
        table.c.connection_id == connection_id,
        table.c.external_id.in_(ids),
        table.c.status != EntryStatus.VOID.value,
    )
    missing = set(ids) - set(tx.connection.execute(select(table.c.external_id).where(*here)).scalars())
    change(tx, table, *here, sync_id=part.sync_id)
    return tuple(SetAside(part.name, one, "it was not kept when it was last read") for one in sorted(missing))


def forget_other_statements(tx: Transaction, *, connection_id: str, sync_id: str, limit: int = LARGEST_BATCH) -> int:
    """After a whole pull of the statements: drop up to `limit` lines that only an earlier pull had seen."""
    here = statement_lines.c.connection_id == connection_id, statement_lines.c.sync_id != sync_id
    return delete_some(tx, statement_lines, *here, limit=limit)


def void_unseen(
    tx: Transaction,
    *,
    connection_id: str,
    sync_id: str,
    since: date,
    besides: Collection[str] = (),
    limit: int = LARGEST_BATCH,
) -> int:
    """After a pull of the spending since a day: rows it no longer saw were deleted at the software.

    `besides`: the kinds of which it saw changes only. Marks up to `limit` rows void, as deleted ones are, and answers
    how many.
    """
    left = limit
    for table, day in DATED:
        if table.name in besides:
            continue
        unseen = or_(table.c.sync_id.is_(None), table.c.sync_id != sync_id)
        counts = table.c.status != EntryStatus.VOID.value, table.c.connection_id == connection_id
        keys = select(table.c.external_id).where(*counts, unseen, table.c[day] >= since).limit(left)
        mine = table.c.connection_id == connection_id, table.c.external_id.in_(keys)
        left -= change(tx, table, *mine, status=EntryStatus.VOID.value)
    return limit - left


def surplus(tx: Transaction, kind: type[Record], *, connection_id: str, kept: AbstractSet[str]) -> tuple[str, ...]:
    """The external ids of a connection's records of a kind that are not among those `kept`."""
    table = TABLES[kind]
    here = select(table.c.external_id).where(table.c.connection_id == connection_id)
    return tuple(key for key in tx.connection.execute(here).scalars() if key not in kept)


def forget(tx: Transaction, kind: type[Record], ids: Sequence[str], *, connection_id: str) -> bool:
    """Delete some of the records with these external ids and of their lines; answers whether all are gone."""
    table, left = TABLES[kind], LARGEST_BATCH
    if kind in CHILDREN:
        lines = CHILDREN[kind]
        its = lines.table.c.connection_id == connection_id, lines.table.c[lines.parent].in_(ids)
        left -= delete_some(tx, lines.table, *its, limit=left)
    mine = table.c.connection_id == connection_id, table.c.external_id.in_(ids)
    left -= delete_some(tx, table, *mine, limit=left)
    return left > 0


def currency_of(connection: Connection, connection_id: str) -> str | None:
    """The books' base currency, else the one the tenant was listed with; None before either is known."""
    pulled = select(book_companies.c.base_currency).where(book_companies.c.connection_id == connection_id)
    told = select(connections.c.tenant_currency).where(connections.c.id == connection_id)
    found: str | None = connection.scalar(pulled) or connection.scalar(told)
    return found


def _row(record: Record, base: str, paid_from: Mapping[str, Account]) -> dict[str, Any]:
    row = _fields(record)
    if type(record) in CHILDREN:
        del row[CHILDREN[type(record)].field]
    for amount, column in (("total", "base_total"), ("amount_due", "base_due")):
        if amount in row:
            row[column] = in_base(row[amount], currency=row["currency"], rate=row["rate"], base=base)
    if isinstance(record, BillPayment | Expense):
        account = paid_from.get(record.account_id or "")
        method, source = payment_method(record.stated_method, account=account, note=record.note)
        row |= {"method": method.value, "method_source": source.value}
    return row


def _replace_children(
    connection: Connection, children: Children, connection_id: str, records: Sequence[Any], base: str
) -> None:
    table, parent = children.table, children.table.c[children.parent]
    ids = [record.external_id for record in records]
    connection.execute(delete(table).where(table.c.connection_id == connection_id, parent.in_(ids)))
    rows = [
        {"connection_id": connection_id, children.parent: record.external_id, "position": position}
        | _child(child, record, base)
        for record in records
        for position, child in enumerate(getattr(record, children.field))
    ]
    if rows:
        insert(connection, table, rows)


def _child(child: Any, record: Any, base: str) -> dict[str, Any]:
    row = _fields(child)
    if isinstance(child, Allocation):
        row["base_amount"] = in_base(child.amount, currency=record.currency, rate=record.rate, base=base)
    return row


def _fields(thing: Any) -> dict[str, Any]:
    """Its fields as columns take them."""
    return {name: value if type(value) in _AS_IS else _plain(value) for name, value in named_values(thing)}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _base_currency(connection: Connection, connection_id: str, records: Iterable[Record]) -> str:
    for record in records:
        if isinstance(record, Company):
            return record.base_currency
    currency = currency_of(connection, connection_id)
    if currency is None and any(hasattr(record, "total") for record in records):
        raise LookupError("the books' base currency is not known yet: the company record comes first")
    return currency or ""


def _accounts(connection: Connection, connection_id: str, records: Sequence[Record]) -> dict[str, Account]:
    """The accounts that these payments and expenses were paid from."""
    wanted = {record.account_id for record in records if isinstance(record, BillPayment | Expense)} - {None}
    found = {record.external_id: record for record in records if isinstance(record, Account)}
    if wanted:
        query = select(accounts).where(accounts.c.connection_id == connection_id, accounts.c.external_id.in_(wanted))
        for row in connection.execute(query).mappings():
            values = {key: value for key, value in row.items() if key != "connection_id"}
            stored = replace(Account(**values), account_class=AccountClass(row["account_class"]))
            found.setdefault(stored.external_id, stored)
    return found
