"""Expenses: things bought without a bill, paid at once."""

from dataclasses import dataclass
from datetime import date
from random import Random

from linkflow.sandbox.bills import DraftLine
from linkflow.sandbox.chance import seeded
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.ledger import month_of
from linkflow.sandbox.money import day_in, rate_on, share
from linkflow.sandbox.records import Supplier
from linkflow.sandbox.settlements import Trace, trace
from linkflow.sandbox.suppliers import Habit

_SHOPS = (
    ("Corner Hardware", "6620"), ("City Cabs", "6410"), ("Railway Tickets", "6410"), ("Petrol Station", "6400"),
    ("Paper Shop", "6600"), ("Post Office", "6600"), ("Coffee Stop", "6420"), ("App Store", "6300"),
)  # fmt: skip
_METHODS = ("credit_card", "credit_card", "debit_card", "cash", "cash", "direct_debit", "bank_transfer")


@dataclass(frozen=True)
class Purchase:
    """One expense in minor units of its currency."""

    id: str
    supplier: Supplier | None
    contact: str
    on: date
    currency: str
    rate: str
    lines: tuple[DraftLine, ...]
    trace: Trace

    @property
    def total(self) -> int:
        """Everything paid, tax included."""
        return sum(line.net + line.tax for line in self.lines)


def make_expenses(
    profile: Profile, suppliers: tuple[tuple[Supplier, Habit], ...], *, first_month: int, today: date
) -> list[Purchase]:
    """About two dozen expenses a month, oldest first; one in five is from a supplier that also sends bills."""
    found: list[Purchase] = []
    if not suppliers:
        return found
    for month in range(first_month, month_of(today) + 1):
        rng = seeded(profile.company.id, "expenses", month)
        days = sorted(rng.randrange(1, 29) for _ in range(24))
        for place, day in enumerate(days):
            purchase = _purchase(profile, suppliers, day_in(month, day), place, rng)
            if purchase.on <= today:
                found.append(purchase)
    return found


def _purchase(
    profile: Profile, suppliers: tuple[tuple[Supplier, Habit], ...], on: date, place: int, rng: Random
) -> Purchase:
    supplier, habit = rng.choice(suppliers[:-1])
    contact, code = rng.choice(_SHOPS)
    from_supplier = rng.random() < 0.2
    foreign = not from_supplier and rng.random() < 0.06
    currency = rng.choice(profile.foreign)[0] if foreign else profile.company.base_currency
    if from_supplier:
        contact, code, currency = supplier.name, habit.code, supplier.currency
    home = currency == profile.company.base_currency
    lines = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        net = int(rng.lognormvariate(7.9, 0.7)) + 150
        tax = share(net, profile.tax_percent) if home and rng.random() < 0.6 else 0
        lines.append(DraftLine(code, f"Purchase at {contact}", 1, net, net, tax))
    return Purchase(
        id=f"exp-{on:%y%m}-{place + 1:03d}",
        supplier=supplier if from_supplier else None,
        contact=contact,
        on=on,
        currency=currency,
        rate=rate_on(profile, currency, on),
        lines=tuple(lines),
        trace=trace(rng.choice(_METHODS), rng, fills_method=rng.random() < 0.5),
    )
