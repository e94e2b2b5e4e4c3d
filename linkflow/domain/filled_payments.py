"""A filled-in template's payments and expenses: what must hold of them, and their records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from linkflow.domain.books import (
    AccountClass,
    Allocation,
    Bill,
    BillPayment,
    Expense,
    ExpenseLine,
    PaymentMethod,
)
from linkflow.domain.filled import UNREAD, FilledRow, Rows
from linkflow.domain.filled_checks import EXPENSES, PAYMENTS, SpendChecks, once

_FACTS = ("Supplier id", "Date", "Paid from", "Currency", "Rate", "Total", "Method", "Reference")
"""What every row of one payment says alike, in the columns' order after the id."""

Bills = Mapping[str, Bill | None]


@dataclass
class _Payment:
    """The rows of one payment: its first says what it was, each what it paid."""

    first: FilledRow
    is_whole: bool = True
    allocations: list[Allocation] = field(default_factory=list)


def read_payments(rows: Rows, bills: Bills | None, checks: SpendChecks) -> list[BillPayment]:
    """One record a payment id; `bills` is None where their sheet could not be read."""
    found: dict[str, _Payment] = {}
    for row in rows:
        key = row.values[0]
        if key is UNREAD:
            continue
        payment = found.setdefault(key, _Payment(row))
        if not row.is_whole:
            payment.is_whole = False
            continue
        if payment.first.is_whole and not _is_same(payment.first, row, checks):
            payment.is_whole = False
        _allocate(row, payment, bills, checks)
    return [_payment(one, checks) for one in found.values() if one.first.is_whole]


def _is_same(first: FilledRow, row: FilledRow, checks: SpendChecks) -> bool:
    if first.values[1:9] == row.values[1:9]:
        return True
    for name, one, other in zip(_FACTS, first.values[1:9], row.values[1:9], strict=True):
        if one != other:
            checks.told.add(PAYMENTS, row.number, name, "payment-differs", earlier=first.number)
    return False


def _allocate(row: FilledRow, payment: _Payment, bills: Bills | None, checks: SpendChecks) -> None:
    supplier, bill_id, amount = row.values[1], row.values[9], row.values[10]
    if bill_id is None and amount is None:
        return
    at = (PAYMENTS, row.number)
    if bill_id is None or amount is None:
        checks.told.add(*at, "Bill id" if bill_id is None else "Amount for this bill", "half-allocated")
        return
    if any(one.bill_id == bill_id for one in payment.allocations):
        checks.told.add(*at, "Bill id", "allocated-twice", value=bill_id)
        return
    payment.allocations.append(Allocation(bill_id=bill_id, amount=amount))
    if bills is None:
        return
    bill = bills.get(bill_id)
    if bill_id not in bills:
        checks.told.add(*at, "Bill id", "unknown-bill", value=bill_id)
    elif bill is not None and bill.supplier_id != supplier:
        checks.told.add(*at, "Bill id", "bill-of-another", value=bill_id, supplier=bill.supplier_id)


def _payment(read: _Payment, checks: SpendChecks) -> BillPayment:
    key, supplier, paid, source, currency, rate, total, method, note, *_ = read.first.values
    at = (PAYMENTS, read.first.number)
    checks.supplier(at, supplier)
    checks.happened(at, "Date", paid)
    checks.money(at, currency, rate, total)
    given = sum((one.amount for one in read.allocations), Decimal(0))
    if read.is_whole and given > total:
        checks.told.add(*at, "Total", "allocated-too-much", total=total, sum=given)
    return BillPayment(
        external_id=key,
        supplier_id=supplier,
        paid_on=paid,
        account_id=checks.account(source, AccountClass.ASSET),
        currency=currency,
        rate=rate,
        total=total,
        stated_method=_method(method),
        note=note,
        allocations=tuple(read.allocations),
    )


def read_expenses(rows: Rows, checks: SpendChecks) -> list[Expense]:
    """One record a row."""
    seen: dict[str, int] = {}
    taken = (row for row in rows if once(checks.told, EXPENSES, "Expense id", row, seen))
    return [_expense(row, checks) for row in taken if row.is_whole]


def _expense(row: FilledRow, checks: SpendChecks) -> Expense:
    key, spent, payee, supplier, source, currency, rate, net, tax, total, method, account, note = row.values
    at = (EXPENSES, row.number)
    if supplier is not None:
        checks.supplier(at, supplier)
    checks.happened(at, "Date", spent)
    checks.money(at, currency, rate, total)
    if net is not None and tax is not None:
        checks.adds_up(at, net=net, tax=tax, total=total)
    before = net if net is not None else total - (tax or 0)
    return Expense(
        external_id=key,
        spent_on=spent,
        contact_name=payee,
        supplier_id=supplier,
        account_id=checks.account(source, AccountClass.ASSET),
        currency=currency,
        rate=rate,
        total=total,
        stated_method=_method(method),
        note=note,
        lines=(ExpenseLine(net=before, tax=total - before, account_id=checks.account(account, AccountClass.EXPENSE)),),
    )


def _method(word: str | None) -> PaymentMethod | None:
    return None if word is None else PaymentMethod(word.replace(" ", "_"))
