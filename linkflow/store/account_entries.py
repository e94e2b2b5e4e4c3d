"""What stands behind an account's figure, as far as bills and expenses go: their lines that were booked on it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

from sqlalchemy import Select, Text, and_, func, literal, null, select

from linkflow.domain.books import EntryStatus, Period
from linkflow.domain.ports import Transaction
from linkflow.domain.spend import COUNTED
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
        its = query.where(lines.c.account_id == account_id, day.between(period.first_month, period.ends_on))
        total += int(tx.connection.scalar(select(func.count()).select_from(its.subquery())) or 0)
        found += every(tx, AccountEntry, its.order_by(day.desc(), lines.c.position).limit(AT_MOST))
    return AccountEntries(tuple(sorted(found, key=attrgetter("day"), reverse=True)), total - len(found))


def _of_bills(connection_id: str) -> Select[Any]:
    line = and_(bill_lines.c.connection_id == bills.c.connection_id, bill_lines.c.bill_id == bills.c.external_id)
    by = and_(suppliers.c.connection_id == bills.c.connection_id, suppliers.c.external_id == bills.c.supplier_id)
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
    counted = bills.c.status.in_([one.value for one in COUNTED])
    joined = bills.join(bill_lines, line).join(suppliers, by, isouter=True)
    return select(*columns).select_from(joined).where(bills.c.connection_id == connection_id, counted)


def _of_expenses(connection_id: str) -> Select[Any]:
    line = and_(
        expense_lines.c.connection_id == expenses.c.connection_id, expense_lines.c.expense_id == expenses.c.external_id
    )
    by = and_(suppliers.c.connection_id == expenses.c.connection_id, suppliers.c.external_id == expenses.c.supplier_id)
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
    counted = expenses.c.status == EntryStatus.POSTED.value
    joined = expenses.join(expense_lines, line).join(suppliers, by, isouter=True)
    return select(*columns).select_from(joined).where(expenses.c.connection_id == connection_id, counted)
