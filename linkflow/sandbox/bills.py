"""Suppliers' bills, month by month. What is paid of them is worked out in `settlements`."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linkflow.sandbox.chance import seeded
from linkflow.sandbox.companies import Profile
from linkflow.sandbox.ledger import month_of
from linkflow.sandbox.money import day_in, rate_on, share, to_base
from linkflow.sandbox.records import Supplier
from linkflow.sandbox.suppliers import Habit

_THINGS = ("Weekly delivery", "Standing order", "Call-out", "Monthly service", "Extra order", "Top-up", "Hire")


@dataclass(frozen=True)
class DraftLine:
    """A line in minor units of the bill's currency."""

    code: str
    description: str
    quantity: int
    unit_price: int
    net: int
    tax: int


@dataclass
class OpenBill:
    """A bill while its payments are being worked out; amounts in minor units of its currency.

    `relieved` is how much of `total_base` settled allocations have taken so far.
    """

    id: str
    number: str
    supplier: Supplier
    habit: Habit
    issued: date
    due: date | None
    currency: str
    rate: str
    state: str
    lines: tuple[DraftLine, ...]
    total: int
    total_base: int
    settled: int = 0
    relieved: int = 0

    @property
    def counts(self) -> bool:
        """Whether the bill is in the ledger: neither a draft nor void."""
        return self.state not in {"draft", "void"}

    def relieve(self, amount: int) -> int:
        """Settle `amount`; return the base units that leave the creditors' account, exact over the whole bill."""
        self.settled += amount
        upto = self.total_base if self.settled == self.total else self.total_base * self.settled // self.total
        taken, self.relieved = upto - self.relieved, upto
        return taken


def make_bills(
    profile: Profile, suppliers: tuple[tuple[Supplier, Habit], ...], *, first_month: int, today: date
) -> list[OpenBill]:
    """Every bill issued from the first month up to today, oldest first."""
    bills: list[OpenBill] = []
    senders = suppliers[:-1]
    for month in range(first_month, month_of(today) + 1):
        rng = seeded(profile.company.id, "bills", month)
        picked = [rng.choice(senders) for _ in range(profile.bills_a_month)]
        days = sorted(rng.randrange(1, 29) for _ in picked)
        for place, ((supplier, habit), day) in enumerate(zip(picked, days, strict=True)):
            issued = day_in(month, day)
            bill = _bill(profile, supplier, habit, issued, place, rng)
            if issued <= today:
                bills.append(bill)
    return bills


def _bill(profile: Profile, supplier: Supplier, habit: Habit, issued: date, place: int, rng: Random) -> OpenBill:
    key = f"{issued:%y%m}-{place + 1:03d}"
    home = supplier.currency == profile.company.base_currency
    lines = _lines(profile, habit, rng, taxed=home and rng.random() < 0.85)
    rate = rate_on(profile, supplier.currency, issued)
    total = sum(line.net + line.tax for line in lines)
    luck = rng.random()
    return OpenBill(
        id=f"bill-{key}",
        number=f"{supplier.name[:3].upper()}-{rng.randrange(1000, 99999)}",
        supplier=supplier,
        habit=habit,
        issued=issued,
        due=None if rng.random() < 0.01 else issued + timedelta(days=supplier.terms_days),
        currency=supplier.currency,
        rate=rate,
        state="void" if luck < 0.02 else "draft" if luck < 0.035 else "disputed" if luck < 0.06 else "approved",
        lines=lines,
        total=total,
        total_base=to_base(total, rate),
    )


def _lines(profile: Profile, habit: Habit, rng: Random, *, taxed: bool) -> tuple[DraftLine, ...]:
    # Bills come to about three fifths of the turnover: `weight` averages a little under nine.
    usual = profile.turnover * 100 * 0.62 / max(profile.bills_a_month, 1) * habit.weight / 9
    count = rng.choice((1, 1, 2, 2, 3))
    lines = []
    for place in range(count):
        quantity = rng.choice((1, 1, 2, 4, 5, 10, 12))
        unit_price = max(50, int(usual * rng.lognormvariate(-0.08, 0.4) / count / quantity))
        net = quantity * unit_price
        code = habit.code if place < 2 or habit.code != "5000" else "5100"
        tax = share(net, profile.tax_percent) if taxed else 0
        lines.append(DraftLine(code, rng.choice(_THINGS), quantity, unit_price, net, tax))
    return tuple(lines)
