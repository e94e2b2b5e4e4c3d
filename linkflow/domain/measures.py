"""The measures of a spend analysis, as sums that can be added up, and the ratios that follow from them.

All amounts are in the books' base currency and include tax.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Sums over some bills, payments, credit notes and expenses. `…_days` are amounts times days."""

    bills: int = 0
    billed: Decimal = NOTHING
    outstanding_bills: int = 0
    outstanding: Decimal = NOTHING
    late_bills: int = 0
    late: Decimal = NOTHING
    bills_without_due_date: int = 0
    with_terms: Decimal = NOTHING
    terms_days: Decimal = NOTHING
    settled: Decimal = NOTHING
    settled_days: Decimal = NOTHING
    credit_notes: int = 0
    credited: Decimal = NOTHING
    payments: int = 0
    paid: Decimal = NOTHING
    expenses: int = 0
    expensed: Decimal = NOTHING

    def __add__(self, other: "Measures") -> "Measures":
        """Both together."""
        return Measures(**{name: getattr(self, name) + getattr(other, name) for name in MEASURES})

    @property
    def billed_net(self) -> Decimal:
        """Bills less credit notes."""
        return self.billed - self.credited

    @property
    def total(self) -> Decimal:
        """Total spend: bills and expenses."""
        return self.billed + self.expensed

    @property
    def average_payment(self) -> Decimal | None:
        """The mean payment; None without one."""
        return self.paid / self.payments if self.payments else None

    @property
    def average_terms(self) -> Decimal | None:
        """Days from issue to due date, weighted by bill value; None where there is nothing to weigh."""
        return share(self.terms_days, self.with_terms)

    @property
    def average_settlement(self) -> Decimal | None:
        """Days from issue to payment, weighted by allocated amount; None where nothing was allocated."""
        return share(self.settled_days, self.settled)

    @property
    def outstanding_share(self) -> Decimal | None:
        """The part of the billed amount that is still due, 0 to 1; None without bills."""
        return share(self.outstanding, self.billed)

    @property
    def late_share(self) -> Decimal | None:
        """The part of the billed amount that was paid late, 0 to 1; None without bills."""
        return share(self.late, self.billed)


MEASURES = tuple(field.name for field in fields(Measures))
"""Their names, in order."""


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` of `whole`, 0 to 1 for parts of it; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None


@dataclass(frozen=True)
class TermsUse:
    """So many bills, worth so much, that were due the same number of days after their issue."""

    days: int
    bills: int
    billed: Decimal


def most_common_terms(uses: Iterable[TermsUse]) -> int | None:
    """The days most bills were given, each of `uses` once; ties: the higher amount, then fewer days."""
    best = min(uses, key=lambda use: (-use.bills, -use.billed, use.days), default=None)
    return best.days if best else None


def added_up(uses: Iterable[TermsUse]) -> list[TermsUse]:
    """The same days only once."""
    held: dict[int, TermsUse] = {}
    for use in uses:
        before = held.get(use.days, TermsUse(use.days, 0, Decimal(0)))
        held[use.days] = TermsUse(use.days, before.bills + use.bills, before.billed + use.billed)
    return list(held.values())
