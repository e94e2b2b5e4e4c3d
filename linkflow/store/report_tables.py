"""The reports: what pages show and workbooks sum, worked out from the books once and kept under the report's own id.

A report is made beside the one that counts and takes its place by one update (`current_reports`), so that nobody ever
sees half of two. Every row of one goes with it, and it goes with its connection.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from linkflow.store.books_tables import Currency, ExternalId
from linkflow.store.columns import Id, Word, id_column, metadata, money_columns, organization_column, reference
from linkflow.store.types import Money, UtcDateTime


def _rows(name: str, *columns: Any) -> Table:
    """A table of a report's rows."""
    return Table(name, metadata, reference("report_id", "reports", index=False, primary_key=True), *columns)


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _counts(*names: str) -> Sequence[Column[Any]]:
    return [Column(name, Integer, nullable=False) for name in names]


reports = Table(
    "reports",
    metadata,
    id_column(),
    organization_column(),
    reference("connection_id", "connections", index=False),
    # One of the data types.
    Column("kind", Word, nullable=False),
    Column("state", Word, nullable=False),
    # The pull it is made from, and when that was complete.
    Column("sync_id", Id, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Made from the one that counts, each account placed anew, and not from the books.
    Column("again", Boolean, nullable=False),
    # Counts up by connection and kind: of two reports the later one, whatever the clocks said.
    Column("number", Integer, nullable=False),
    # The run that makes it; any other one's writes are refused.
    Column("run", String(32), nullable=False),
    # Why it could not be made.
    Column("error", Word),
    Column("made_at", UtcDateTime),
    Column("currency", Currency),
    Column("first_month", Date),
    Column("last_month", Date),
    # What is shown beside the figures: failed checks of the statements, notes on the quality of the data.
    Column("findings", JSON, nullable=False),
    Index("ix_reports_newest", "connection_id", "kind", "number"),
)

current_reports = Table(
    "current_reports",
    metadata,
    reference("connection_id", "connections", index=False, primary_key=True),
    _key("kind", Word),
    reference("report_id", "reports"),
)

# A supplier without an id is the empty one: it gathers what names none.
spend_rows = _rows(
    "spend_rows",
    _key("month", Date),
    _key("supplier_id", ExternalId),
    _key("method", Word),
    *_counts("bills", "outstanding_bills", "late_bills", "bills_without_due_date"),
    *_counts("credit_notes", "payments", "expenses"),
    *money_columns("billed", "outstanding", "late", "with_terms", "terms_days", "settled", "settled_days"),
    *money_columns("credited", "paid", "expensed"),
)

spend_terms = _rows(
    "spend_terms",
    _key("month", Date),
    _key("supplier_id", ExternalId),
    _key("method", Word),
    # From issue to due date.
    _key("days", Integer),
    *_counts("bills"),
    *money_columns("billed"),
)

spend_ageing = _rows(
    "spend_ageing",
    _key("supplier_id", ExternalId),
    _key("bucket", Word),
    *_counts("bills"),
    *money_columns("outstanding"),
)

spend_suppliers = _rows(
    "spend_suppliers",
    _key("supplier_id", ExternalId),
    Column("name", Text, nullable=False),
    # The most used method by number, by amount, and by number where only the software's own field is believed.
    Column("method_by_count", Word, nullable=False),
    Column("method_by_amount", Word, nullable=False),
    Column("method_by_field", Word, nullable=False),
    Column("last_bill_on", Date),
    Column("last_expense_on", Date),
    Column("first_seen_on", Date),
    Column("last_card_on", Date),
)

financial_lines = _rows(
    "financial_lines",
    _key("position", Integer),
    Column("statement", Word, nullable=False),
    Column("kind", Word, nullable=False),
    Column("section", JSON, nullable=False),
    Column("label", Text, nullable=False),
    Column("account_id", ExternalId),
    Column("account_code", Text),
    Column("account_class", Word),
    # None for a total. Why this category: `domain.categories`.
    Column("category", String(120)),
    Column("suggested", String(120)),
    Column("reason", Word),
    Column("confidence", Word),
    Column("because", Text, nullable=False, server_default=""),
    # "bank" or "card".
    Column("marked", Word),
)

financial_amounts = _rows("financial_amounts", _key("position", Integer), _key("month", Date), *money_columns("amount"))

# What users said an account is. The youngest of an account that was not undone counts; None takes back the one before.
category_corrections = Table(
    "category_corrections",
    metadata,
    id_column(),
    organization_column(),
    reference("connection_id", "connections", index=False),
    # What was said in one go, and is undone in one go.
    Column("change_id", Id, nullable=False),
    Column("account_id", ExternalId, nullable=False),
    Column("category", String(120)),
    Column("user_id", Id, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index("ix_category_corrections_of", "connection_id", "at", "id"),
)

# A workbook somebody asked for; of one entity, or of all of a company's.
workbooks = Table(
    "workbooks",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies", index=False),
    Column("entity_id", Id, ForeignKey("entities.id", ondelete="CASCADE"), index=True),
    Column("kind", Word, nullable=False),
    Column("state", Word, nullable=False),
    # The run that makes it; any other one's writes are refused.
    Column("run", String(32), nullable=False),
    # Why there is none, of one that failed.
    Column("error", Word),
    Column("user_id", Id, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime),
    Column("first_month", Date, nullable=False),
    Column("last_month", Date, nullable=False),
    # The spend a year below which a supplier is left off its sheet, in main units.
    Column("threshold", Money, nullable=False, server_default="0"),
    # The ids of the reports it was made from.
    Column("made_from", JSON, nullable=False),
    Column("filename", Text, nullable=False, server_default=""),
    Column("size", Integer, nullable=False, server_default="0"),
    Index("ix_workbooks_newest", "company_id", "kind", "asked_at"),
)

workbook_chunks = Table(
    "workbook_chunks",
    metadata,
    reference("workbook_id", "workbooks", index=False, primary_key=True),
    _key("position", Integer),
    # Encrypted and bound to this row.
    Column("content", LargeBinary, nullable=False),
)

REPORT_ROWS = (spend_rows, spend_terms, spend_ageing, spend_suppliers, financial_amounts, financial_lines)
"""The tables of a report's own rows."""

ALL_TABLES = frozenset(metadata.tables)
"""The names of every table of ours: the journey's, the books' and the reports'."""
