"""How bills were settled: credit notes, payments, and the method with which each payment was made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linkflow.sandbox.bills import OpenBill
from linkflow.sandbox.chance import seeded
from linkflow.sandbox.chart import AMEX, CURRENT, PETTY_CASH, VISA
from linkflow.sandbox.money import share

CREDIT, VOID = "credit", "void"


@dataclass(frozen=True)
class Settlement:
    """A payment or a credit note in minor units of its currency; `extra` is what belongs to no bill."""

    supplier_id: str
    on: date
    currency: str
    method: str
    parts: tuple[tuple[OpenBill, int], ...]
    extra: int = 0

    @property
    def total(self) -> int:
        """Everything paid or credited."""
        return sum(amount for _, amount in self.parts) + self.extra


@dataclass(frozen=True)
class Trace:
    """What the books say about how something was paid: account, field, note, and where the truth can be seen."""

    code: str
    field: str | None
    note: str
    true_method: str
    true_source: str


_CODES = {"credit_card": VISA, "cash": PETTY_CASH}
_NOTES = {
    "bank_transfer": "Bank transfer {n}",
    "direct_debit": "Direct debit {n}",
    "debit_card": "Debit card purchase {n}",
    "cheque": "Cheque {n}",
    "credit_card": "Ref {n}",
    "cash": "Ref {n}",
    "other": "Ref {n}",
}


def trace(method: str, rng: Random, *, fills_method: bool) -> Trace:
    """Decide what is written down about a payment made with `method`.

    With the field filled in, the field tells. Without it a card or petty cash account tells; else the note;
    sometimes nothing does, and the method is `unknown` to any reader.
    """
    code = AMEX if method == "credit_card" and rng.random() < 0.3 else _CODES.get(method, CURRENT)
    number = str(rng.randrange(100000, 999999))
    silent = rng.random() < 0.06
    note = f"Ref {number}" if silent else _NOTES[method].format(n=number)
    if fills_method:
        return Trace(code, method, note, method, "field")
    if method in {"credit_card", "cash"}:
        return Trace(code, None, note, method, "account")
    if silent or method == "other":
        return Trace(code, None, note, "unknown", "none")
    return Trace(code, None, note, method, "note")


def credit_bills(bills: Sequence[OpenBill], *, company_id: str, today: date) -> list[Settlement]:
    """Credit notes for about one bill in thirty; most settle part of the bill, some stay open, a few are void."""
    notes = []
    for bill in bills:
        rng = seeded(company_id, "credit", bill.id)
        on = bill.issued + timedelta(days=rng.randrange(2, 6))
        luck = rng.random()
        if not bill.counts or luck > 0.04 or on > today:
            continue
        amount = share(bill.total, rng.choice((5, 10, 25)))
        if luck > 0.036:
            notes.append(Settlement(bill.supplier.id, on, bill.currency, VOID, (), amount))
        elif rng.random() < 0.75:
            notes.append(Settlement(bill.supplier.id, on, bill.currency, CREDIT, ((bill, amount),)))
        else:
            notes.append(Settlement(bill.supplier.id, on, bill.currency, CREDIT, (), amount))
    return notes


def pay_bills(
    bills: Sequence[OpenBill], notes: Sequence[Settlement], *, company_id: str, today: date
) -> list[Settlement]:
    """Payments made up to today; bills of one supplier due the same day are paid together."""
    credited = {bill.id: amount for note in notes for bill, amount in note.parts}
    together: dict[tuple[str, date, str, str], list[tuple[OpenBill, int]]] = defaultdict(list)
    for bill in bills:
        if bill.state == "approved":
            for on, method, amount in _instalments(bill, bill.total - credited.get(bill.id, 0), company_id):
                if on <= today and amount:
                    together[(bill.supplier.id, on, bill.currency, method)].append((bill, amount))
    payments = []
    for (supplier_id, on, currency, method), parts in sorted(together.items(), key=lambda item: (item[0][1], item[0])):
        rng = seeded(company_id, "extra", supplier_id, on)
        extra = 2500 if rng.random() < 0.01 else 0
        payments.append(Settlement(supplier_id, on, currency, method, tuple(parts), extra))
    return payments


def _instalments(bill: OpenBill, owed: int, company_id: str) -> list[tuple[date, str, int]]:
    rng = seeded(company_id, "pay", bill.id)
    habit = bill.habit
    due = bill.due or bill.issued + timedelta(days=30)
    if habit.on_statement:
        on = due.replace(day=1) + timedelta(days=35)
        on = on.replace(day=3)
    else:
        on = max(bill.issued + timedelta(days=6), due + timedelta(days=habit.lateness + rng.randrange(-2, 5)))
    method = habit.method if rng.random() < 0.88 else rng.choice(("bank_transfer", "credit_card", "cheque"))
    if rng.random() < 0.08:
        first = share(owed, 40)
        return [(on, "cheque", first), (on + timedelta(days=30), method, owed - first)]
    return [(on, method, owed)]
