"""Post bills, credit notes, payments and expenses to the ledger. Drafts and void bills never reach it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from linkflow.sandbox.bills import DraftLine, OpenBill
from linkflow.sandbox.chart import CREDITORS, EXCHANGE, SALES_TAX
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.ledger import Ledger
from linkflow.sandbox.money import rate_on, share, to_base
from linkflow.sandbox.settlements import VOID, Settlement, Trace
from linkflow.sandbox.spending import Purchase


@dataclass(frozen=True)
class CreditEntry:
    """A credit note with its lines and rate, as posted."""

    credit: Settlement
    bill: OpenBill | None
    rate: str
    lines: tuple[DraftLine, ...]


def post_bill(ledger: Ledger, bill: OpenBill) -> None:
    """Debit costs and reclaimable tax, credit the creditors; the cents that rounding leaves go to exchange."""
    legs = _costs(bill.lines, bill.rate)
    _close(legs, bill.total_base)
    ledger.post(bill.issued, bill.id, *legs.items(), (CREDITORS, -bill.total_base))


def post_credit(ledger: Ledger, profile: Profile, credit: Settlement, *, code: str) -> CreditEntry:
    """Take a credit note off the costs and off what is owed; a void one changes nothing."""
    bill = credit.parts[0][0] if credit.parts else None
    rate = bill.rate if bill else rate_on(profile, credit.currency, credit.on)
    taxed = bill is not None and any(line.tax for line in bill.lines)
    tax = share(credit.total * 100, profile.tax_percent) // (100 + profile.tax_percent) if taxed else 0
    net = credit.total - tax
    lines = (DraftLine(code, "Goods returned", 1, net, net, tax),)
    if credit.method == VOID:
        return CreditEntry(credit, None, rate, lines)
    base = sum(each.relieve(amount) for each, amount in credit.parts) + to_base(credit.extra, rate)
    legs = _costs(lines, rate)
    _close(legs, base)
    ledger.post(credit.on, "credit note", *((at, -amount) for at, amount in legs.items()), (CREDITORS, base))
    return CreditEntry(credit, bill, rate, lines)


def post_payment(ledger: Ledger, profile: Profile, payment: Settlement, found: Trace) -> None:
    """Pay out of an account what the day's rate makes of it; the difference to the bills' rates is exchange."""
    rate = rate_on(profile, payment.currency, payment.on)
    paid = to_base(payment.total, rate)
    relieved = sum(bill.relieve(amount) for bill, amount in payment.parts) + to_base(payment.extra, rate)
    ledger.post(payment.on, "payment", (CREDITORS, relieved), (EXCHANGE, paid - relieved), (found.code, -paid))


def post_expense(ledger: Ledger, expense: Purchase) -> None:
    """Debit costs and reclaimable tax, credit the account paid from."""
    paid = to_base(expense.total, expense.rate)
    legs = _costs(expense.lines, expense.rate)
    _close(legs, paid)
    ledger.post(expense.on, expense.id, *legs.items(), (expense.trace.code, -paid))


def _costs(lines: Iterable[DraftLine], rate: str) -> dict[str, int]:
    legs: dict[str, int] = defaultdict(int)
    for line in lines:
        legs[line.code] += to_base(line.net, rate)
        legs[SALES_TAX] += to_base(line.tax, rate)
    return legs


def _close(legs: dict[str, int], total: int) -> None:
    legs[EXCHANGE] = legs.get(EXCHANGE, 0) + total - sum(legs.values())
