"""What a reader of one company's books should find, counted here on its own from what was really done.

For tests that compare a portal's figures with the truth. Amounts are in the base currency, tax included; drafts and
void rows count nowhere; a period is whole months, `first` to `last`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from linkflow.sandbox.books import Books
from linkflow.sandbox.records import Bill, CreditNote, Expense, Payment

_CENT = Decimal("0.01")
_Row = Bill | CreditNote | Expense | Payment


@dataclass
class Spend:
    """Sums over some rows."""

    bills: int = 0
    billed: Decimal = Decimal("0.00")
    outstanding_bills: int = 0
    outstanding: Decimal = Decimal("0.00")
    late_bills: int = 0
    late: Decimal = Decimal("0.00")
    payments: int = 0
    paid: Decimal = Decimal("0.00")
    expenses: int = 0
    expensed: Decimal = Decimal("0.00")
    credit_notes: int = 0
    credited: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        """Bills and expenses."""
        return self.billed + self.expensed


@dataclass
class Totals:
    """The truth about a period: overall, by supplier id (None: none named) and by payment method."""

    overall: Spend = field(default_factory=Spend)
    by_supplier: dict[str | None, Spend] = field(default_factory=lambda: defaultdict(Spend))
    by_method: dict[str, Spend] = field(default_factory=lambda: defaultdict(Spend))

    def spots(self, supplier: str | None, method: str) -> tuple[Spend, Spend, Spend]:
        """The three sums a row goes into."""
        return self.overall, self.by_supplier[supplier], self.by_method[method]


def totals_of(books: Books, *, first: date, last: date) -> Totals:
    """Count a period's bills, payments, expenses and credit notes."""
    totals, usual = Totals(), _usual_methods(books)
    _count_bills(totals, books, usual, (first, last))
    for payment in books.payments:
        if first <= payment.paid <= last:
            for spot in totals.spots(payment.supplier_id, payment.true_method):
                spot.payments += 1
                spot.paid += in_base(payment.total, payment)
    for expense in books.expenses:
        if first <= expense.spent <= last:
            for spot in totals.spots(expense.supplier_id, expense.true_method):
                spot.expenses += 1
                spot.expensed += in_base(expense.total, expense)
    _count_credit(totals, books, usual, (first, last))
    return totals


def in_base(amount: Decimal, row: _Row) -> Decimal:
    """An amount of a row in the base currency, rounded half up to the cent."""
    return (amount * Decimal(row.rate)).quantize(_CENT, ROUND_HALF_UP)


def _count_bills(totals: Totals, books: Books, usual: Mapping[str, str], period: tuple[date, date]) -> None:
    paid = _payments_by_bill(books)
    for bill in books.bills:
        if period[0] <= bill.issued <= period[1] and bill.status not in {"draft", "void"}:
            settled = paid.get(bill.id, ())
            late = any(bill.due and payment.paid > bill.due for payment, _ in settled)
            for spot in totals.spots(bill.supplier_id, _bill_method(bill, settled, usual)):
                _count_bill(spot, bill, late=late)


def _count_credit(totals: Totals, books: Books, usual: Mapping[str, str], period: tuple[date, date]) -> None:
    for note in books.credit_notes:
        if period[0] <= note.issued <= period[1] and note.status != "void":
            for spot in totals.spots(note.supplier_id, usual.get(note.supplier_id, "unknown")):
                spot.credit_notes += 1
                spot.credited += in_base(note.total, note)


def _count_bill(spot: Spend, bill: Bill, *, late: bool) -> None:
    amount, due = in_base(bill.total, bill), in_base(bill.amount_due, bill)
    spot.bills += 1
    spot.billed += amount
    spot.outstanding_bills += bool(bill.amount_due)
    spot.outstanding += due
    spot.late_bills += late
    spot.late += amount if late else 0


def _payments_by_bill(books: Books) -> Mapping[str, list[tuple[Payment, Decimal]]]:
    found: dict[str, list[tuple[Payment, Decimal]]] = defaultdict(list)
    for payment in books.payments:
        for part in payment.allocations:
            found[part.bill_id].append((payment, in_base(part.amount, payment)))
    return found


def _bill_method(bill: Bill, paid: Iterable[tuple[Payment, Decimal]], usual: Mapping[str, str]) -> str:
    """The method that paid most of a bill (tie: the latest, then by name); unpaid: its supplier's most used."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    latest: dict[str, date] = {}
    for payment, amount in paid:
        sums[payment.true_method] += amount
        latest[payment.true_method] = max(payment.paid, latest.get(payment.true_method, payment.paid))
    if not sums:
        return usual.get(bill.supplier_id, "unknown")
    return min(sums, key=lambda method: (-sums[method], -latest[method].toordinal(), method))


def _usual_methods(books: Books) -> Mapping[str, str]:
    """Each supplier's method of most payments and expenses (tie: the larger amount, then by name)."""
    counts: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    rows: tuple[Payment | Expense, ...] = (*books.payments, *books.expenses)
    for row in rows:
        if row.supplier_id:
            counts[row.supplier_id][row.true_method].append(in_base(row.total, row))
    return {
        supplier: min(methods, key=lambda method: (-len(methods[method]), -sum(methods[method]), method))
        for supplier, methods in counts.items()
    }
