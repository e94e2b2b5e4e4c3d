"""The tables of a spend report that are rows of the books: bills, their lines, credit notes, payments, expenses.

The last columns of each are what formulas add up and select by: numbers, because a text that looks like a number or
has a star in it would select what it should not.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from linkflow.domain.book_rows import BillRow
from linkflow.domain.software import Missing
from linkflow.reports.spend_contents import EntitySpend, SpendContents
from linkflow.reports.spend_words import METHODS, NO, NO_SUPPLIER, SOURCES, STATUSES, YES
from linkflow.reports.tables import Column, Kind, Table, Value

BILLS, LINES, CREDIT_NOTES, PAYMENTS, EXPENSES = "Bills", "Bill lines", "Credit notes", "Bill payments", "Expenses"
TOTAL, DUE, METHOD, BASE = (
    "Total in the books’ currency",
    "Due in the books’ currency",
    "Payment method",
    "Base currency",
)
TERMS, LATE, ALLOCATED = "Terms in days", "Paid late", "Allocated in base currency"
TOTAL_DAYS, ALLOCATED_DAYS = "Total × terms", "Allocated × days"
SUPPLIER_NUMBER, ENTITY_NUMBER = "Supplier no.", "Entity no."
_Columns = tuple[Column[Any], ...]
_NEEDED: Mapping[str, tuple[Missing, ...]] = {
    BILLS: (Missing.BILLS,),
    LINES: (Missing.BILLS, Missing.BILL_LINES),
    CREDIT_NOTES: (Missing.CREDIT_NOTES,),
    PAYMENTS: (Missing.BILL_PAYMENTS,),
    EXPENSES: (Missing.EXPENSES,),
}
"""What there has to be for a table to have rows."""


class _OfConnection(Protocol):
    @property
    def connection_id(self) -> str: ...


class SpendTables:
    """The tables of one report; `numbers` are those of its suppliers, by connection and id."""

    def __init__(self, contents: SpendContents, numbers: Mapping[tuple[str, str], int]) -> None:
        self.contents, self._supplier_numbers = contents, numbers
        self._entities = {one.connection_id: (place, one) for place, one in enumerate(contents.entities, 1)}
        self._gone = {key: contents.gone(connection_id=key) for key in self._entities}

    def bills(self) -> Table[Any]:
        """One row a bill."""
        own = (
            _text("Bill number", lambda row: row.number),
            self._supplier(),
            Column("Issued", Kind.DATE, lambda row: row.issued_on),
            Column("Due", Kind.DATE, lambda row: row.due_on),
            Column(TERMS, Kind.COUNT, lambda row: row.terms_days),
            Column("Status", Kind.WORD, lambda row: STATUSES[row.status]),
            *_amounts("net", "tax", "total"),
            self._unless("amount-due", _amount("amount_due")),
            *self._base(),
            self._unless("amount-due", self._money(DUE, lambda row: row.base_due)),
            self._unless("late", Column(LATE, Kind.WORD, lambda row: YES if row.late else NO)),
            self._unless("last-paid", Column("Last paid", Kind.DATE, lambda row: row.last_paid_on)),
            self._unless("settled", self._money(ALLOCATED, lambda row: row.settled)),
            self._money(TOTAL_DAYS, _total_days),
            self._unless("settled", self._money(ALLOCATED_DAYS, lambda row: row.settled_days)),
        )
        return self._table(BILLS, own, self.contents.rows.bills)

    def bill_lines(self) -> Table[Any]:
        """One row a line."""
        own = (
            _text("Bill number", lambda row: row.bill_number),
            _text("Supplier", lambda row: row.supplier or NO_SUPPLIER),
            Column("Issued", Kind.DATE, lambda row: row.issued_on),
            Column("Line", Kind.COUNT, lambda row: row.position + 1),
            Column("Account code", Kind.WORD, lambda row: row.account_code),
            _text("Account", lambda row: row.account),
            _text("Description", lambda row: row.description),
            Column("Quantity", Kind.NUMBER, lambda row: row.quantity),
            Column("Unit price", Kind.NUMBER, lambda row: row.unit_price),
            *_amounts("net", "tax"),
            _text("Bill id", lambda row: row.bill_id),
        )
        return self._table(LINES, own, self.contents.rows.bill_lines, numbered=False)

    def credit_notes(self) -> Table[Any]:
        """One row a credit note."""
        own = (
            _text("Credit note number", lambda row: row.number),
            self._supplier(),
            Column("Issued", Kind.DATE, lambda row: row.issued_on),
            *_amounts("total"),
            *self._base(),
        )
        return self._table(CREDIT_NOTES, own, self.contents.rows.credit_notes)

    def payments(self) -> Table[Any]:
        """One row a payment."""
        own = (
            Column("Paid", Kind.DATE, lambda row: row.paid_on),
            self._supplier(),
            *self._paid(),
        )
        return self._table(PAYMENTS, own, self.contents.rows.payments)

    def expenses(self) -> Table[Any]:
        """One row an expense."""
        own = (
            Column("Spent", Kind.DATE, lambda row: row.spent_on),
            self._supplier(),
            _text("Paid to", lambda row: row.paid_to),
            *self._paid(),
        )
        return self._table(EXPENSES, own, self.contents.rows.expenses)

    def all(self) -> tuple[Table[Any], ...]:
        """In the order of the sheets."""
        return self.bills(), self.bill_lines(), self.credit_notes(), self.payments(), self.expenses()

    def _table(self, name: str, own: _Columns, rows: Callable[[], Any], *, numbered: bool = True) -> Table[Any]:
        if self.contents.lacks(_NEEDED[name]):
            return Table(name, (_text("Records", lambda words: words),), lambda: (self.contents.absent,))
        last: _Columns = self._numbers() if numbered else ()
        return Table(name, (*self._whose(), *own, *last), rows)

    def _whose(self) -> _Columns:
        if not self.contents.several:
            return ()
        company = self.contents.company
        return (_text("Company", lambda _row: company), _text("Entity", lambda row: self._entity(row).name))

    def _numbers(self) -> _Columns:
        numbers, entities = self._supplier_numbers, self._entities
        supplier: Column[Any] = Column(
            SUPPLIER_NUMBER, Kind.COUNT, lambda row: numbers.get((row.connection_id, row.supplier_id or ""), 0)
        )
        entity: Column[Any] = Column(ENTITY_NUMBER, Kind.COUNT, lambda row: entities[row.connection_id][0])
        ids = _text("Id in the software", lambda row: row.id)
        return (supplier, *((entity,) if self.contents.several else ()), ids)

    def _supplier(self) -> Column[Any]:
        return _text("Supplier", lambda row: row.supplier or NO_SUPPLIER)

    def _base(self) -> _Columns:
        """What an amount comes to in the books' own currency, and how it was paid."""
        return (
            Column("Exchange rate", Kind.NUMBER, lambda row: row.rate),
            Column(BASE, Kind.WORD, lambda row: self._entity(row).currency),
            self._money(TOTAL, lambda row: row.base_total),
            Column(METHOD, Kind.WORD, lambda row: METHODS[row.method]),
        )

    def _paid(self) -> _Columns:
        return (
            _text("Paid from", lambda row: row.account),
            *_amounts("total"),
            *self._base(),
            _text("Method known from", lambda row: SOURCES[row.method_source]),
            _text("Reference or note", lambda row: row.note),
        )

    def _money(self, heading: str, value: Callable[[Any], Value]) -> Column[Any]:
        """An amount in the books' own currency."""
        return Column(heading, Kind.MONEY, value, lambda row: self._entity(row).currency)

    def _unless(self, figure: str, column: Column[Any]) -> Column[Any]:
        """A column with words in place of what the software of a row cannot give."""
        return replace(column, value=lambda row: self._gone[row.connection_id].get(figure) or column.value(row))

    def _entity(self, row: _OfConnection) -> EntitySpend:
        return self._entities[row.connection_id][1]


def _amounts(*names: str) -> _Columns:
    """The currency and amounts in it."""
    money = (_amount(name) for name in names)
    return Column("Currency", Kind.WORD, lambda row: row.currency), *money


def _amount(name: str) -> Column[Any]:
    heading = name.replace("_", " ").capitalize()
    return Column(heading, Kind.MONEY, lambda row: getattr(row, name), lambda row: row.currency)


def _text(heading: str, value: Callable[[Any], Value]) -> Column[Any]:
    return Column(heading, Kind.TEXT, value)


def _total_days(row: BillRow) -> Value:
    return None if row.terms_days is None else row.base_total * row.terms_days
