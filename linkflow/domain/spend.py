"""The spend analysis, defined in plain Python over the records; `store/figures.py` sums the same in SQL.

A period's bills count with all their payments up to the pull; payments, expenses and credit notes count by their own
date. A bill belongs wholly to the method that paid most of it (tie: the latest payment, then the method's name);
unpaid, to its supplier's most used method: the one of most payments and expenses in the books (tie: the larger
amount, then the name). Suppliers and their credit notes count under that method too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from linkflow.domain.books import (
    Account,
    Bill,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    PaymentMethod,
    Period,
)
from linkflow.domain.measures import Measures
from linkflow.domain.methods import payment_method
from linkflow.domain.money import in_base

COUNTED = (BillStatus.OPEN, BillStatus.PARTIALLY_PAID, BillStatus.PAID)
"""The bills that count."""

Part = tuple[str | None, PaymentMethod, Measures]
"""What one supplier (external id) and one method contribute."""


@dataclass(frozen=True)
class MethodSpend:
    """One payment method: its measures and the suppliers for whom it is the most used one."""

    method: PaymentMethod
    measures: Measures
    suppliers: int


@dataclass(frozen=True)
class SupplierSpend:
    """One supplier with anything in the period; `supplier_id` None gathers what names no supplier."""

    supplier_id: str | None
    measures: Measures
    most_used: PaymentMethod


@dataclass(frozen=True)
class SpendAnalysis:
    """By method in the standard order, by supplier with the largest total first; overall is the sum of the methods."""

    by_method: tuple[MethodSpend, ...]
    by_supplier: tuple[SupplierSpend, ...]
    overall: Measures


@dataclass(frozen=True)
class SpendBooks:
    """The records a spend analysis reads, of one connection."""

    base_currency: str
    accounts: tuple[Account, ...] = ()
    bills: tuple[Bill, ...] = ()
    payments: tuple[BillPayment, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    expenses: tuple[Expense, ...] = ()

    @cached_property
    def posted_payments(self) -> tuple[tuple[BillPayment, PaymentMethod], ...]:
        """The payments that count, each with its method."""
        posted = (payment for payment in self.payments if payment.status is EntryStatus.POSTED)
        return tuple((payment, self._method(payment)) for payment in posted)

    @cached_property
    def posted_expenses(self) -> tuple[tuple[Expense, PaymentMethod], ...]:
        """The expenses that count, each with its method."""
        posted = (expense for expense in self.expenses if expense.status is EntryStatus.POSTED)
        return tuple((expense, self._method(expense)) for expense in posted)

    @cached_property
    def allocations(self) -> Mapping[str, list[tuple[date, Decimal, PaymentMethod]]]:
        """Per bill: when, how much in base currency, and how it was paid."""
        found: defaultdict[str, list[tuple[date, Decimal, PaymentMethod]]] = defaultdict(list)
        for payment, method in self.posted_payments:
            for part in payment.allocations:
                found[part.bill_id].append((payment.paid_on, self.base(part.amount, payment), method))
        return found

    @cached_property
    def most_used(self) -> Mapping[str, PaymentMethod]:
        """Per supplier with any payment or expense."""
        sums: defaultdict[str, defaultdict[PaymentMethod, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
        paid: tuple[tuple[BillPayment | Expense, PaymentMethod], ...] = (*self.posted_payments, *self.posted_expenses)
        for entry, method in paid:
            if entry.supplier_id is not None:
                sums[entry.supplier_id][method].append(self.base(entry.total, entry))
        return {
            supplier: min(methods, key=lambda method: (-len(methods[method]), -sum(methods[method]), method.value))
            for supplier, methods in sums.items()
        }

    def base(self, amount: Decimal, row: Bill | BillPayment | CreditNote | Expense) -> Decimal:
        """`amount` of `row` in the base currency."""
        return in_base(amount, currency=row.currency, rate=row.rate, base=self.base_currency)

    def usual_method(self, supplier_id: str | None) -> PaymentMethod:
        """The supplier's most used method, else unknown."""
        return self.most_used.get(supplier_id or "", PaymentMethod.UNKNOWN)

    def bill_method(self, bill: Bill) -> PaymentMethod:
        """The method a bill belongs to."""
        sums: defaultdict[PaymentMethod, Decimal] = defaultdict(Decimal)
        latest: dict[PaymentMethod, date] = {}
        for on, amount, method in self.allocations.get(bill.external_id, ()):
            sums[method] += amount
            latest[method] = max(on, latest.get(method, on))
        if not sums:
            return self.usual_method(bill.supplier_id)
        return min(sums, key=lambda method: (-sums[method], -latest[method].toordinal(), method.value))

    def _method(self, entry: BillPayment | Expense) -> PaymentMethod:
        account = self._accounts.get(entry.account_id or "")
        return payment_method(entry.stated_method, account=account, note=entry.note)[0]

    @cached_property
    def _accounts(self) -> Mapping[str, Account]:
        return {account.external_id: account for account in self.accounts}


def analyse(books: SpendBooks, period: Period) -> SpendAnalysis:
    """The analysis of one connection's books for whole months."""
    return gather(_parts(books, period), most_used=books.most_used)


def gather(parts: Iterable[Part], *, most_used: Mapping[str, PaymentMethod]) -> SpendAnalysis:
    """Add up parts by method and by supplier."""
    methods: defaultdict[PaymentMethod, Measures] = defaultdict(Measures)
    suppliers: defaultdict[str | None, Measures] = defaultdict(Measures)
    for supplier, method, measures in parts:
        methods[method] += measures
        suppliers[supplier] += measures
    usual = {key: most_used.get(key or "", PaymentMethod.UNKNOWN) for key in suppliers}
    counts = [usual[key] for key in suppliers if key is not None]
    shown = [method for method in PaymentMethod if method in methods or method in counts]
    ranked = sorted(suppliers, key=lambda key: (-suppliers[key].total, key is None, key or ""))
    return SpendAnalysis(
        by_method=tuple(MethodSpend(method, methods[method], counts.count(method)) for method in shown),
        by_supplier=tuple(SupplierSpend(key, suppliers[key], usual[key]) for key in ranked),
        overall=sum(methods.values(), Measures()),
    )


def _parts(books: SpendBooks, period: Period) -> Iterator[Part]:
    def covers(day: date) -> bool:
        return period.first_month <= day <= period.ends_on

    for bill in books.bills:
        if bill.status in COUNTED and covers(bill.issued_on):
            yield bill.supplier_id, books.bill_method(bill), _of_bill(books, bill)
    for payment, method in books.posted_payments:
        if covers(payment.paid_on):
            yield payment.supplier_id, method, Measures(payments=1, paid=books.base(payment.total, payment))
    for expense, method in books.posted_expenses:
        if covers(expense.spent_on):
            yield expense.supplier_id, method, Measures(expenses=1, expensed=books.base(expense.total, expense))
    for note in books.credit_notes:
        if note.status is EntryStatus.POSTED and covers(note.issued_on):
            measures = Measures(credit_notes=1, credited=books.base(note.total, note))
            yield note.supplier_id, books.usual_method(note.supplier_id), measures


def _of_bill(books: SpendBooks, bill: Bill) -> Measures:
    total, due = books.base(bill.total, bill), bill.due_on
    paid = books.allocations.get(bill.external_id, [])
    outstanding = bill.amount_due > 0
    late = due is not None and any(on > due for on, _, _ in paid)
    return Measures(
        bills=1,
        billed=total,
        outstanding_bills=int(outstanding),
        outstanding=books.base(bill.amount_due, bill) if outstanding else Decimal(0),
        late_bills=int(late),
        late=total if late else Decimal(0),
        bills_without_due_date=int(due is None),
        with_terms=Decimal(0) if due is None else total,
        terms_days=Decimal(0) if due is None else total * (due - bill.issued_on).days,
        settled=sum((amount for _, amount, _ in paid), Decimal(0)),
        settled_days=sum((amount * (on - bill.issued_on).days for on, amount, _ in paid), Decimal(0)),
    )
