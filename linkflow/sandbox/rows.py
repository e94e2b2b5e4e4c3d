"""Turn what was made up in minor units into the records everybody sees."""

from collections.abc import Sequence
from hashlib import blake2b

from linkflow.sandbox.bills import DraftLine, OpenBill
from linkflow.sandbox.chart import account_id
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.entries import CreditEntry
from linkflow.sandbox.money import decimal, rate_on
from linkflow.sandbox.records import Allocation, Bill, CreditNote, Expense, Line, Payment
from linkflow.sandbox.settlements import VOID, Settlement, Trace
from linkflow.sandbox.spending import Purchase


def bill_row(bill: OpenBill) -> Bill:
    """A bill as it stands after everything that settled it."""
    tax = sum(line.tax for line in bill.lines)
    return Bill(
        id=bill.id,
        number=bill.number,
        supplier_id=bill.supplier.id,
        issued=bill.issued,
        due=bill.due,
        currency=bill.currency,
        rate=bill.rate,
        status=_status(bill),
        net=decimal(bill.total - tax),
        tax=decimal(tax),
        total=decimal(bill.total),
        amount_due=decimal(0 if bill.state == "void" else bill.total - bill.settled),
        terms=f"{bill.supplier.terms_days} days" if bill.due else "",
        lines=_lines(bill.lines),
    )


def credit_row(entry: CreditEntry) -> CreditNote:
    """A credit note; one that settles no bill is open."""
    credit = entry.credit
    key = _key(credit)
    return CreditNote(
        id=f"credit-{credit.on:%y%m}-{key}",
        number=f"CN-{key[:5].upper()}",
        supplier_id=credit.supplier_id,
        issued=credit.on,
        currency=credit.currency,
        rate=entry.rate,
        total=decimal(credit.total),
        status="void" if credit.method == VOID else "applied" if credit.parts else "open",
        allocations=_allocations(credit),
        lines=_lines(entry.lines),
    )


def payment_row(profile: Profile, payment: Settlement, found: Trace) -> Payment:
    """A payment with what the books say about its method."""
    return Payment(
        id=f"pay-{payment.on:%y%m}-{_key(payment)}",
        supplier_id=payment.supplier_id,
        paid=payment.on,
        account_id=account_id(found.code),
        currency=payment.currency,
        rate=rate_on(profile, payment.currency, payment.on),
        total=decimal(payment.total),
        method=found.field,
        reference=found.note,
        allocations=_allocations(payment),
        true_method=found.true_method,
        true_source=found.true_source,
    )


def expense_row(expense: Purchase) -> Expense:
    """An expense with what the books say about its method."""
    return Expense(
        id=expense.id,
        supplier_id=expense.supplier.id if expense.supplier else None,
        contact=expense.contact,
        spent=expense.on,
        account_id=account_id(expense.trace.code),
        currency=expense.currency,
        rate=expense.rate,
        total=decimal(expense.total),
        method=expense.trace.field,
        reference=expense.trace.note,
        lines=_lines(expense.lines),
        true_method=expense.trace.true_method,
        true_source=expense.trace.true_source,
    )


def _key(settlement: Settlement) -> str:
    """Letters that stay the same whatever else was made up: a later day must not rename an old payment."""
    told = (settlement.supplier_id, settlement.on, settlement.currency, settlement.method, settlement.total)
    return blake2b("|".join(map(str, told)).encode(), digest_size=5).hexdigest()


def _status(bill: OpenBill) -> str:
    if not bill.counts:
        return bill.state
    if bill.settled == bill.total:
        return "paid"
    return "partially_paid" if bill.settled else "open"


def _allocations(settlement: Settlement) -> tuple[Allocation, ...]:
    return tuple(Allocation(bill.id, decimal(amount)) for bill, amount in settlement.parts)


def _lines(lines: Sequence[DraftLine]) -> tuple[Line, ...]:
    return tuple(
        Line(
            account_id=account_id(line.code),
            description=line.description,
            quantity=str(line.quantity),
            unit_price=str(decimal(line.unit_price)),
            net=decimal(line.net),
            tax=decimal(line.tax),
        )
        for line in lines
    )
