"""Double entry: every document posted, and beside them what a business does in a month, so that statements follow.

Amounts are whole hundredths of the base currency, debit positive. Nothing is posted after the last day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from linkflow.domain.books import AccountClass, Bill, BillPayment, CreditNote, EntryStatus, Expense
from linkflow.domain.money import in_base
from linkflow.domain.spend import COUNTED
from linkflow.domain.trial_balances import opens_year
from tests.vendors.chart import BY_ID, CHART, account_id

_BANK, _DEBTORS, _CREDITORS, _TAX = (account_id(code) for code in ("1200", "1100", "2100", "2200"))
_RETAINED, _EXCHANGE = account_id("3200"), account_id("7906")
_MADE = (AccountClass.INCOME, AccountClass.EXPENSE)
Documents = Iterable[Bill | BillPayment | CreditNote | Expense]


class Ledger:
    """What moved on each account in each month, `documents` in any order but a bill before what pays it."""

    def __init__(self, documents: Documents, months: tuple[date, ...], *, base: str, year_end: str) -> None:
        self.months = months
        self._documents, self._base, self._year_end = documents, base, year_end
        self._rates: dict[str, Decimal | None] = {}

    def closing(self, month: date) -> Mapping[str, Decimal]:
        """What every account stood at when that month was over: income and expenses since the year began."""
        return {key: Decimal(cents).scaleb(-2) for key, cents in self._closings.get(month.replace(day=1), {}).items()}

    def moved(self, first: date, last: date) -> Mapping[str, Decimal]:
        """What moved on income and expenses in whole months, both included."""
        sums: defaultdict[str, int] = defaultdict(int)
        for month, moves in self._moves.items():
            if first.replace(day=1) <= month <= last.replace(day=1):
                for key, cents in moves.items():
                    sums[key] += cents
        return {e.id: Decimal(sums[e.id]).scaleb(-2) for e in CHART if e.account.account_class in _MADE}

    @cached_property
    def _moves(self) -> Mapping[date, Mapping[str, int]]:
        moves: dict[date, defaultdict[str, int]] = {month: defaultdict(int) for month in self.months}
        for day, postings in self._entries():
            for key, cents in postings:
                moves[day.replace(day=1)][key] += cents
        bought = {month: sum(cents for key, cents in found.items() if _is_made(key)) for month, found in moves.items()}
        for place, month in enumerate(self.months):
            for key, cents in _month(place, bought[month]):
                moves[month][key] += cents
        return moves

    @cached_property
    def _closings(self) -> Mapping[date, Mapping[str, int]]:
        stood: dict[str, int] = {entry.id: 0 for entry in CHART}
        found = {}
        for place, month in enumerate(self.months):
            if place and opens_year(month, self._year_end):
                for key in filter(_is_made, list(stood)):
                    stood[_RETAINED] += stood[key]
                    stood[key] = 0
            for key, cents in self._moves[month].items():
                stood[key] += cents
            found[month] = dict(stood)
        return found

    def _entries(self) -> Iterator[tuple[date, list[tuple[str, int]]]]:
        for row in self._documents:
            if isinstance(row, Bill):
                self._rates[row.external_id] = row.rate
                if row.status in COUNTED:
                    yield row.issued_on, self._bought(row, _CREDITORS)
            elif row.status is not EntryStatus.POSTED:
                continue
            elif isinstance(row, Expense):
                yield row.spent_on, self._bought(row, row.account_id or _BANK)
            elif isinstance(row, BillPayment):
                yield row.paid_on, self._settled(row, row.account_id or _BANK)
            else:
                yield row.issued_on, self._settled(row, account_id("5000"))

    def _bought(self, row: Bill | Expense, against: str) -> list[tuple[str, int]]:
        total = self._cents(row, row.total)
        tax = self._cents(row, sum((line.tax for line in row.lines), Decimal(0)))
        nets = [(line.account_id or "", self._cents(row, line.net)) for line in row.lines]
        rounding = total - tax - sum(cents for _, cents in nets)
        return [*nets, (_TAX, tax), (_EXCHANGE, rounding), (against, -total)]

    def _settled(self, row: BillPayment | CreditNote, against: str) -> list[tuple[str, int]]:
        """What is off the creditors is what was put on them; the rest is what exchange rates did meanwhile."""
        total = self._cents(row, row.total)
        loose = total - sum(self._cents(row, part.amount) for part in row.allocations)
        owed = loose + sum(self._cents(row, part.amount, rate=self._rates[part.bill_id]) for part in row.allocations)
        return [(_CREDITORS, owed), (_EXCHANGE, total - owed), (against, -total)]

    def _cents(self, row: Bill | BillPayment | CreditNote | Expense, amount: Decimal, **other: Decimal | None) -> int:
        rate = other.get("rate", row.rate)
        return int(in_base(amount, currency=row.currency, rate=rate, base=self._base).scaleb(2))


def _month(place: int, bought: int) -> Iterator[tuple[str, int]]:
    """Everything but purchases; in the first month the balances brought forward, too."""
    at = account_id
    goods, advice = bought * 3 // 2 + 1_234_56, 4_500_00 + place * 321
    discounts, wages, interest = goods // 90, 6_000_00 + place * 1111, 9_000 - place * 50
    taxed = (goods + advice - discounts) // 5
    entries = [
        [(at("4000"), -goods), (at("4010"), -advice), (at("4009"), discounts), (_TAX, -taxed)],
        [(_DEBTORS, goods + advice - discounts + taxed)],
        [(_BANK, (goods + taxed) * 49 // 50), (_DEBTORS, -((goods + taxed) * 49 // 50))],
        [(at("7000"), wages), (at("2210"), -(wages // 4)), (_BANK, wages // 4 - wages)],
        [(at("7903"), interest), (at("2300"), 25_000), (_BANK, -interest - 25_000)],
        [(at("7901"), 1_250), (_BANK, -1_250), (_BANK, 310), (at("4900"), -310)],
        [(at("8000"), 20_833), (at("0031"), -20_833)],
        [(at("1103"), 5_000 if place % 2 else -5_000), (at("7504"), -5_000 if place % 2 else 5_000)],
        [(at("2110"), bought // 9), (_BANK, -(bought // 9)), (at("1230"), bought // 5), (_BANK, -(bought // 5))],
        [(at("3050"), 50_000), (_BANK, -50_000)] if place % 3 == 2 else [],
    ]
    if place == 0:
        opening = [(_BANK, 75_000_00), (at("1210"), 4_000_00), (at("1230"), 300_00), (at("1001"), 8_500_50)]
        opening += [(at("0030"), 20_000_00), (at("0031"), -5_000_00), (at("2300"), -15_000_00), (at("1103"), 400_00)]
        opening += [(at("3000"), -100_00)]
        entries.append([*opening, (_RETAINED, -sum(cents for _, cents in opening))])
    for entry in entries:
        yield from entry


def _is_made(key: str) -> bool:
    return BY_ID[key].account.account_class in _MADE
