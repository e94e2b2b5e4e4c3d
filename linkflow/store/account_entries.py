"""What stands behind an account's figure, as far as bills and expenses go: their lines that were booked on it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

from sqlalchemy import Select, Text, func, literal, null, select

from linkflow.domain.books import Period
from linkflow.domain.ports import Transaction
from linkflow.store import spend_ways as by
from linkflow.store.books_tables import bill_lines, bills, expense_lines, expenses, suppliers
from linkflow.store.rows import every

AT_MOST = 200
"""Lines handed out of each kind."""


@dataclass(frozen=True, kw_only=True)
class AccountEntry:
    """A line of a bill or expense that counts, net of tax, in its own currency."""

    kind: Literal["bill", "expense"]
    id: str
    day: date
    number: str | None
    supplier: str | None
    description: str | None
    net: Decimal
    currency: str


@dataclass(frozen=True)
class AccountEntries:
    """The latest lines, the youngest first, and how many more there are."""

    entries: tuple[AccountEntry, ...]
    more: int


def booked_on(tx: Transaction, connection_id: str, account_id: str, *, period: Period) -> AccountEntries:
    """The lines of bills issued and expenses made in whole months that were booked on an account."""
    found: list[AccountEntry] = []
    total = 0
    for query, day in (
        (_of_bills(connection_id), bills.c.issued_on),
        (_of_expenses(connection_id), expenses.c.spent_on),
    ):
        lines = bill_lines if day.table is bills else expense_lines
        its = query.where(lines.c.account_id == account_id, *by.within(day, period))
        total += int(tx.connection.scalar(select(func.count()).select_from(its.subquery())) or 0)
        found += every(tx, AccountEntry, its.order_by(day.desc(), lines.c.position).limit(AT_MOST))
    return AccountEntries(tuple(sorted(found, key=attrgetter("day"), reverse=True)), total - len(found))


def _of_bills(connection_id: str) -> Select[Any]:
    columns = (
        literal("bill").label("kind"),
        bills.c.external_id.label("id"),
        bills.c.issued_on.label("day"),
        bills.c.number,
        suppliers.c.name.label("supplier"),
        bill_lines.c.description,
        bill_lines.c.net,
        bills.c.currency,
    )
    lined = bills.join(bill_lines, by.same(bill_lines, "bill_id", bills))
    joined = lined.outerjoin(suppliers, by.same(bills, "supplier_id", suppliers))
    return select(*columns).select_from(joined).where(*by.counted_bills(connection_id))


def _of_expenses(connection_id: str) -> Select[Any]:
    columns = (
        literal("expense").label("kind"),
        expenses.c.external_id.label("id"),
        expenses.c.spent_on.label("day"),
        null().cast(Text).label("number"),
        func.coalesce(suppliers.c.name, expenses.c.contact_name).label("supplier"),
        expense_lines.c.description,
        expense_lines.c.net,
        expenses.c.currency,
    )
    lined = expenses.join(expense_lines, by.same(expense_lines, "expense_id", expenses))
    joined = lined.outerjoin(suppliers, by.same(expenses, "supplier_id", suppliers))
    return select(*columns).select_from(joined).where(*by.posted(expenses, connection_id))
