"""The spend analysis, defined in plain Python over the records; `store/spend_sums.py` sums the same in SQL.

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
from typing import Any, NamedTuple

from linkflow.domain.ageing import AgeBucket, bucket_of
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
    Supplier,
)
from linkflow.domain.measures import Measures, TermsUse
from linkflow.domain.methods import CARDS, MethodSource, payment_method
from linkflow.domain.money import in_base
from linkflow.domain.spend_figures import Part, SpendAnalysis, SupplierFacts, gather

COUNTED = (BillStatus.OPEN, BillStatus.PARTIALLY_PAID, BillStatus.PAID)
"""The bills that count."""
LONGEST_DAYS = 3650
"""From a bill's issue to any day that is meant: what lies further off, the year 9999 say, is as good as not stated."""


class Used(NamedTuple):
    """One payment or expense: when, how much in base currency, how, and how that is known."""

    day: date
    amount: Decimal
    method: PaymentMethod
    source: MethodSource


def most_used(entries: Iterable[Used], *, by_amount: bool = False) -> PaymentMethod:
    """The method of most entries (ties: the larger amount, then the name), or of the largest amount (ties: most)."""
    sums: defaultdict[PaymentMethod, list[Decimal]] = defaultdict(list)
    for entry in entries:
        sums[entry.method].append(entry.amount)

    def place(method: PaymentMethod) -> tuple[Decimal | int, Decimal | int, str]:
        many, much = -len(sums[method]), -sum(sums[method])
        return (much, many, method.value) if by_amount else (many, much, method.value)

    return min(sums, key=place, default=PaymentMethod.UNKNOWN)


@dataclass(frozen=True)
class SpendBooks:
    """The records a spend analysis reads, of one connection."""

    base_currency: str
    accounts: tuple[Account, ...] = ()
    bills: tuple[Bill, ...] = ()
    payments: tuple[BillPayment, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    expenses: tuple[Expense, ...] = ()
    suppliers: tuple[Supplier, ...] = ()

    @cached_property
    def counted_bills(self) -> tuple[Bill, ...]:
        """The bills that count."""
        return tuple(bill for bill in self.bills if bill.status in COUNTED)

    @cached_property
    def posted_credit_notes(self) -> tuple[CreditNote, ...]:
        """The credit notes that count."""
        return tuple(note for note in self.credit_notes if note.status is EntryStatus.POSTED)

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
    def used_by(self) -> Mapping[str, list[Used]]:
        """Per supplier: its payments and expenses."""
        found: defaultdict[str, list[Used]] = defaultdict(list)
        for payment, method in self.posted_payments:
            found[payment.supplier_id or ""].append(self._used(payment, payment.paid_on, method))
        for expense, method in self.posted_expenses:
            found[expense.supplier_id or ""].append(self._used(expense, expense.spent_on, method))
        found.pop("", None)
        return found

    @cached_property
    def most_used(self) -> Mapping[str, PaymentMethod]:
        """Per supplier with any payment or expense."""
        return {supplier: most_used(used) for supplier, used in self.used_by.items()}

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

    def _used(self, entry: BillPayment | Expense, day: date, method: PaymentMethod) -> Used:
        return Used(day, self.base(entry.total, entry), method, self._decide(entry)[1])

    def _method(self, entry: BillPayment | Expense) -> PaymentMethod:
        return self._decide(entry)[0]

    def _decide(self, entry: BillPayment | Expense) -> tuple[PaymentMethod, MethodSource]:
        account = self._accounts.get(entry.account_id or "")
        return payment_method(entry.stated_method, account=account, note=entry.note)

    @cached_property
    def _accounts(self) -> Mapping[str, Account]:
        return {account.external_id: account for account in self.accounts}


def due_day(bill: Bill) -> date | None:
    """When a bill is due; None where the books do not say, or say what cannot be meant."""
    return bill.due_on if bill.due_on is not None and _is_meant(bill, bill.due_on) else None


def _is_meant(bill: Bill, day: date) -> bool:
    return abs((day - bill.issued_on).days) <= LONGEST_DAYS


def analyse(books: SpendBooks, period: Period) -> SpendAnalysis:
    """The analysis of one connection's books for whole months."""
    return gather(_parts(books, period), most_used=books.most_used)


def supplier_facts(books: SpendBooks, *, on: date) -> Mapping[str | None, SupplierFacts]:
    """Of every supplier that anything counted names; None gathers what names none. `on` is the day of the pull."""
    seen: defaultdict[str | None, set[date]] = defaultdict(set)
    for supplier_id, day in _counted_days(books):
        seen[supplier_id].add(day)
    return {supplier_id: _facts(books, supplier_id, min(days), on) for supplier_id, days in seen.items()}


def ageing(books: SpendBooks, *, on: date) -> Mapping[tuple[str | None, AgeBucket], tuple[int, Decimal]]:
    """Per supplier and bucket at the day `on`: how many bills anything is due on, and how much, whenever issued."""
    found: defaultdict[tuple[str | None, AgeBucket], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for bill in books.counted_bills:
        if bill.amount_due > 0:
            key = bill.supplier_id, bucket_of(due_day(bill), on=on)
            found[key] = found[key][0] + 1, found[key][1] + books.base(bill.amount_due, bill)
    return found


def _facts(books: SpendBooks, supplier_id: str | None, first_day: date, on: date) -> SupplierFacts:
    mine = books.used_by.get(supplier_id or "", ())
    cards = [entry.day for entry in mine if entry.method in CARDS and entry.day <= on]
    told = next((one.first_seen_on for one in books.suppliers if one.external_id == supplier_id), None)
    bills = [bill.issued_on for bill in books.counted_bills if bill.supplier_id == supplier_id]
    spent = [expense.spent_on for expense, _ in books.posted_expenses if expense.supplier_id == supplier_id]
    return SupplierFacts(
        by_count=most_used(mine),
        by_amount=most_used(mine, by_amount=True),
        by_field=most_used(entry for entry in mine if entry.source is MethodSource.FIELD),
        last_bill_on=max(bills, default=None),
        last_expense_on=max(spent, default=None),
        first_seen_on=told or first_day,
        last_card_on=max(cards, default=None),
    )


def _counted_days(books: SpendBooks) -> Iterator[tuple[str | None, date]]:
    yield from ((bill.supplier_id, bill.issued_on) for bill in books.counted_bills)
    yield from ((payment.supplier_id, payment.paid_on) for payment, _ in books.posted_payments)
    yield from ((expense.supplier_id, expense.spent_on) for expense, _ in books.posted_expenses)
    yield from ((note.supplier_id, note.issued_on) for note in books.posted_credit_notes)


def _parts(books: SpendBooks, period: Period) -> Iterator[Part]:
    """One for each row that counts in the period."""
    for part, day in _every_part(books):
        if period.first_month <= day <= period.ends_on:
            yield part


def _every_part(books: SpendBooks) -> Iterator[tuple[Part, date]]:
    def part(row: Bill | BillPayment | Expense | CreditNote, day: date, method: PaymentMethod, **more: Any) -> Any:
        return Part(month=day.replace(day=1), supplier_id=row.supplier_id, method=method, **more), day

    for bill in books.counted_bills:
        measures, method = _of_bill(books, bill), books.bill_method(bill)
        yield part(bill, bill.issued_on, method, measures=measures, uses=_terms(bill, measures))
    for payment, method in books.posted_payments:
        yield part(
            payment, payment.paid_on, method, measures=Measures(payments=1, paid=books.base(payment.total, payment))
        )
    for expense, method in books.posted_expenses:
        spent = Measures(expenses=1, expensed=books.base(expense.total, expense))
        yield part(expense, expense.spent_on, method, measures=spent)
    for note in books.posted_credit_notes:
        credited = Measures(credit_notes=1, credited=books.base(note.total, note))
        yield part(note, note.issued_on, books.usual_method(note.supplier_id), measures=credited)


def _terms(bill: Bill, measures: Measures) -> tuple[TermsUse, ...]:
    due = due_day(bill)
    return () if due is None else (TermsUse((due - bill.issued_on).days, 1, measures.billed),)


def _of_bill(books: SpendBooks, bill: Bill) -> Measures:
    total, due = books.base(bill.total, bill), due_day(bill)
    paid = books.allocations.get(bill.external_id, [])
    outstanding = bill.amount_due > 0
    late = due is not None and any(on > due for on, _, _ in paid)
    meant = [(on, amount) for on, amount, _ in paid if _is_meant(bill, on)]
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
        settled=sum((amount for _, amount in meant), Decimal(0)),
        settled_days=sum((amount * (on - bill.issued_on).days for on, amount in meant), Decimal(0)),
    )
