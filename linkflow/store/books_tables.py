"""The tables of the books: one a record, identified by (connection, external id), and one for each kind of child row.

References between records are external ids without foreign keys: a payment may arrive before its bill. Amounts stand
in the row's currency; `base_…` columns hold them once rounded in the books' base currency.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from linkflow.store.columns import Id, Word, money_columns
from linkflow.store.tables import metadata
from linkflow.store.types import Exact

ExternalId = String(255)
Currency = String(3)


def _record(name: str, *columns: Column[Any] | Index) -> Table:
    """A table of records."""
    return Table(name, metadata, _connection(), Column("external_id", ExternalId, primary_key=True), *columns)


def _children(name: str, parent: str, *columns: Column[Any] | Index) -> Table:
    """A table of rows that belong to a record: replaced with it, in its order."""
    keys = (Column(parent, ExternalId, primary_key=True), Column("position", Integer, primary_key=True))
    return Table(name, metadata, _connection(), *keys, *columns)


def _connection() -> Column[Any]:
    return Column("connection_id", Id, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True)


def _other(name: str) -> Column[Any]:
    """The external id of another record of the same connection, where the software names one."""
    return Column(name, ExternalId)


def _method() -> Sequence[Column[Any]]:
    stated, derived = Column("stated_method", Word), Column("method", Word, nullable=False)
    return [stated, derived, Column("method_source", Word, nullable=False)]


def _seen() -> Column[Any]:
    """The pull that last saw the row: what a later one no longer sees was deleted at the software."""
    return Column("sync_id", Id)


def _foreign() -> Sequence[Column[Any]]:
    return [Column("currency", Currency, nullable=False), Column("rate", Exact)]


book_companies = _record(
    "book_companies",
    Column("name", Text, nullable=False),
    Column("base_currency", Currency, nullable=False),
    Column("legal_name", Text),
    Column("registration_number", Text),
    Column("tax_number", Text),
    Column("country", Text),
    Column("addresses", JSON, nullable=False),
    Column("phones", JSON, nullable=False),
    Column("web_links", JSON, nullable=False),
    Column("year_end", Text),
)

accounts = _record(
    "accounts",
    Column("name", Text, nullable=False),
    Column("account_class", Word, nullable=False),
    Column("code", Text),
    Column("software_type", Text),
    Column("software_subtype", Text),
    Column("currency", Currency),
    Column("active", Boolean, nullable=False),
    Column("is_bank", Boolean, nullable=False),
    Column("is_card", Boolean, nullable=False),
)

statement_lines = _record(
    "statement_lines",
    Column("statement", Word, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("label", Text, nullable=False),
    *money_columns("amount"),
    Column("kind", Word, nullable=False),
    Column("section", JSON, nullable=False),
    _other("account_id"),
    Column("position", Integer, nullable=False),
    # The pull that last saw the line: what a later one no longer sees is not on the statement any more.
    Column("sync_id", Id, nullable=False),
    Index("ix_statement_lines_month", "connection_id", "statement", "period_end"),
)

suppliers = _record(
    "suppliers",
    Column("name", Text, nullable=False),
    Column("contact_name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("tax_number", Text),
    Column("registration_number", Text),
    Column("addresses", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("currency", Currency),
    Column("terms", Text),
    Column("first_seen_on", Date),
)

bills = _record(
    "bills",
    Column("number", Text),
    _other("supplier_id"),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),
    *_foreign(),
    Column("status", Word, nullable=False),
    *money_columns("net", "tax", "total", "amount_due", "base_total", "base_due"),
    Column("terms", Text),
    _seen(),
    Index("ix_bills_issued", "connection_id", "issued_on"),
)

bill_lines = _children(
    "bill_lines",
    "bill_id",
    *money_columns("net", "tax"),
    _other("account_id"),
    Column("description", Text),
    Column("quantity", Exact),
    Column("unit_price", Exact),
)

bill_payments = _record(
    "bill_payments",
    _other("supplier_id"),
    Column("paid_on", Date, nullable=False),
    _other("account_id"),
    *_foreign(),
    *money_columns("total", "base_total"),
    *_method(),
    Column("note", Text),
    Column("status", Word, nullable=False),
    _seen(),
    Index("ix_bill_payments_paid", "connection_id", "paid_on"),
)

bill_payment_allocations = _children(
    "bill_payment_allocations",
    "payment_id",
    Column("bill_id", ExternalId, nullable=False),
    *money_columns("amount", "base_amount"),
    Index("ix_bill_payment_allocations_bill", "connection_id", "bill_id"),
)

credit_notes = _record(
    "credit_notes",
    Column("number", Text),
    _other("supplier_id"),
    Column("issued_on", Date, nullable=False),
    *_foreign(),
    *money_columns("total", "base_total"),
    Column("status", Word, nullable=False),
    _seen(),
    Index("ix_credit_notes_issued", "connection_id", "issued_on"),
)

credit_note_allocations = _children(
    "credit_note_allocations",
    "credit_note_id",
    Column("bill_id", ExternalId, nullable=False),
    *money_columns("amount", "base_amount"),
)

expenses = _record(
    "expenses",
    _other("supplier_id"),
    Column("contact_name", Text),
    Column("spent_on", Date, nullable=False),
    _other("account_id"),
    *_foreign(),
    *money_columns("total", "base_total"),
    *_method(),
    Column("note", Text),
    Column("status", Word, nullable=False),
    _seen(),
    Index("ix_expenses_spent", "connection_id", "spent_on"),
)

expense_lines = _children(
    "expense_lines",
    "expense_id",
    *money_columns("net", "tax"),
    _other("account_id"),
    Column("description", Text),
)

DATED = ((bills, "issued_on"), (bill_payments, "paid_on"), (credit_notes, "issued_on"), (expenses, "spent_on"))
"""The records of spending, and the day each is counted on."""
