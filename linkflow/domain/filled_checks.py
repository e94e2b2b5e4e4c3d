"""What more than one sheet of a filled-in template is held to: ids, suppliers, days, currencies, sums, accounts."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from linkflow.domain.books import Account, AccountClass
from linkflow.domain.filled import UNREAD, FilledRow, Problems
from linkflow.domain.money import UnstorableMoney, in_base, to_scaled

SUPPLIERS, BILLS, LINES, PAYMENTS, EXPENSES = "Suppliers", "Bills", "Bill lines", "Payments", "Expenses"
NAMED = "named:"
"""Begins the id of an account of which only the name is known."""
EARLIEST = date(1990, 1, 1)
_A_DAY, _FARTHEST_DUE = timedelta(days=1), timedelta(days=3_660)
_LONGEST_ID = 255

Place = tuple[str, int]
"""A sheet and the number of a row."""


def once(told: Problems, sheet: str, column: str, row: FilledRow, seen: dict[str, int]) -> bool:
    """An id stands in one row of its sheet; False for a later one, and for one that could not be read."""
    key = row.values[0]
    if key is UNREAD:
        return False
    first = seen.setdefault(key, row.number)
    if first != row.number:
        told.add(sheet, row.number, column, "duplicate-id", value=key, earlier=first)
    return first == row.number


class SpendChecks:
    """One file's rules, and what its rows have told so far; `base` is the company's own currency where it is stated."""

    def __init__(self, problems: Problems, *, today: date, base: str | None, accounts: Iterable[Account]) -> None:
        self.told, self.base = problems, base
        self.suppliers: set[str] | None = None
        self.named: list[Account] = []
        self._today = today
        self._unrated: dict[str, Place] = {}
        self._rated: dict[str, Place] = {}
        self._at_one: dict[str, Place] = {}
        self._known = {
            name.casefold(): one.external_id
            for one in accounts
            for name in (one.name, one.code, one.external_id)
            if name
        }

    def supplier(self, at: Place, supplier: str) -> None:
        """It is one of the sheet of suppliers, where there is that sheet."""
        if self.suppliers is not None and supplier not in self.suppliers:
            self.told.add(*at, "Supplier id", "unknown-supplier", value=supplier)

    def happened(self, at: Place, column: str, day: date) -> None:
        """A day that can have been; tomorrow has begun somewhere."""
        if day < EARLIEST:
            self.told.add(*at, column, "date-out-of-range", value=day)
        elif day > self._today + _A_DAY:
            self.told.add(*at, column, "date-to-come", value=day)

    def falls_due(self, at: Place, day: date) -> None:
        """A day that something can be due on."""
        if not EARLIEST <= day <= self._today + _FARTHEST_DUE:
            self.told.add(*at, "Due date", "date-out-of-range", value=day)

    def adds_up(self, at: Place, *, net: Decimal, tax: Decimal, total: Decimal) -> None:
        """Net and tax are the total."""
        if net + tax != total:
            self.told.add(*at, "Total", "total-differs", net=net, tax=tax, sum=net + tax, total=total)

    def money(self, at: Place, currency: str, rate: Decimal | None, total: Decimal) -> None:
        """A rate for what is not in the company's own currency, and none for what is."""
        if rate is None:
            self._unrated.setdefault(currency, at)
            if self.base is not None and currency != self.base:
                self.told.add(*at, "Rate", "no-rate", value=currency, own=self.base)
            return
        if rate == 1:
            self._at_one.setdefault(currency, at)
        elif currency == self.base:
            self.told.add(*at, "Rate", "rate-of-own", value=currency)
        else:
            self._rated.setdefault(currency, at)
        try:
            to_scaled(in_base(total, currency=currency, rate=rate, base=self.base or ""))
        except UnstorableMoney:
            self.told.add(*at, "Total", "too-large")

    def own_currency(self) -> str | None:
        """The company's own: as stated, else that of the rows without a rate; with two of them there is no telling."""
        if self.base is not None:
            return self.base
        stated = list(self._unrated or self._at_one)
        if len(stated) > 1:
            for currency in stated[1:]:
                place = (self._unrated or self._at_one)[currency]
                self.told.add(*place, "Rate", "two-own-currencies", value=currency, other=stated[0])
        elif stated and stated[0] in self._rated:
            self.told.add(*self._rated[stated[0]], "Rate", "rate-of-own", value=stated[0])
        elif not stated and self._rated:
            self.told.add(*next(iter(self._rated.values())), "Rate", "no-own-currency")
        return stated[0] if len(stated) == 1 else None

    def account(self, name: str | None, account_class: AccountClass) -> str | None:
        """The id of the account that goes by this name; one that nobody listed is known by its name alone."""
        if name is None:
            return None
        folded = name.casefold()
        found = self._known.get(folded)
        if found is None:
            found = self._known[folded] = f"{NAMED}{folded}"[:_LONGEST_ID]
            self.named.append(Account(external_id=found, name=name, account_class=account_class))
        return found
