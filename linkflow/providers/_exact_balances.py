"""Both statements of an Exact Online division, made of its reporting balances: what moved by account and period.

A period need not be a month. A month has a profit and loss where periods fill it, and a balance sheet where one ends
with it; nothing is guessed for any other. What accounts stood at is summed from the first year on: the cursor carries
the sums from month to month, and from page to page through the years before.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from linkflow.domain.books import Account, AccountClass, SetAside, Statement, month_end
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.domain.trial_balances import ClosingBalance, last_year_end
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._exact_lists import columns, every_row, one_page
from linkflow.providers._exact_rows import account, double
from linkflow.providers._rows import Row, day, read, text, window
from linkflow.providers._statements import derived_lines, lines_of_moves, unlisted

PAGES_AT_ONCE = 10
"""Of the years before, in one step."""
_MADE = "W"
_RESULT = Account(external_id="result", name="Result", account_class=AccountClass.INCOME)
"""Stands for all income and expenses on a balance sheet, where only their sum is told."""
_Key = tuple[int, int]


@dataclass(frozen=True, order=True)
class _Period:
    year: int
    number: int
    starts_on: date
    ends_on: date


@dataclass
class _Standing:
    """What accounts of the balance sheet stand at so far, debit positive, and what was made this year and earlier.

    `month` is the next to be told; none while the years before are summed. `upto`: the last period within.
    """

    month: str = ""
    year: int = 0
    upto: int | None = None
    made: Decimal = Decimal(0)
    earlier: Decimal = Decimal(0)
    held: dict[str, Decimal] = field(default_factory=dict)
    following: str | None = None

    @classmethod
    def of(cls, cursor: str | None) -> "_Standing":
        if cursor is None:
            return cls()
        said = json.loads(cursor)
        held = {key: Decimal(amount) for key, amount in said.pop("held").items()}
        return cls(**{**said, "made": Decimal(said["made"]), "earlier": Decimal(said["earlier"])}, held=held)

    def cursor(self) -> str:
        held = {key: str(amount) for key, amount in self.held.items() if amount}
        return json.dumps({**vars(self), "made": str(self.made), "earlier": str(self.earlier), "held": held})

    def enter(self, year: int) -> None:
        if year != self.year:
            self.year, self.upto = year, None
            self.earlier, self.made = self.earlier + self.made, Decimal(0)

    def add(self, moved: Iterable["_Moved"]) -> None:
        for one in moved:
            if one.is_made:
                self.made += one.amount
            else:
                self.held[one.account_id] = self.held.get(one.account_id, Decimal(0)) + one.amount


@dataclass(frozen=True)
class _Moved:
    account_id: str
    is_made: bool
    amount: Decimal


def financial_year_end(session: ApiSession, asked: Asked) -> str | None:
    """Month and day the latest financial year ends with, None where the division has no periods."""
    known = _periods(session, asked)
    return f"{known[-1].ends_on:%m-%d}" if known else None


def profit_and_loss(session: ApiSession, asked: Asked) -> Page:
    """That of one month."""
    (month, *_), following = window(asked.period, asked.cursor, 1)
    known = _periods(session, asked)
    inside = _ending_in(month, known)
    if not inside or inside[0].starts_on != month or inside[-1].ends_on != month_end(month):
        return Page((), following)
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    aside: list[SetAside] = []
    for year, upto in _last_of_each_year(inside):
        numbers = [one.number for one in inside if one.year == year]
        above = min(numbers) - 1 if any(one.year == year and one.number < min(numbers) for one in known) else None
        moved, bad = _moved(session, asked, year=year, above=above, upto=_open_end(known, year, upto))
        aside += bad
        for one in moved:
            if one.is_made:
                sums[one.account_id] += one.amount
    chart = _chart(session, asked)
    aside += unlisted(Statement.PROFIT_AND_LOSS, sums, chart)
    return Page(lines_of_moves(month, sums, chart.values()), following, tuple(aside))


def balance_sheet(session: ApiSession, asked: Asked) -> Page:
    """That of one month, once the years before are summed."""
    known, standing = _periods(session, asked), _Standing.of(asked.cursor)
    wanted = [one for one in known if one.ends_on >= asked.period.first_month]
    if not wanted:
        return Page(())
    if not standing.month:
        return _years_before(session, asked, standing, first_year=wanted[0].year)
    (month, *_), following = window(asked.period, standing.month, 1)
    inside = _ending_in(month, known)
    aside: list[SetAside] = []
    for year, upto in _last_of_each_year(inside):
        standing.enter(year)
        moved, bad = _moved(session, asked, year=year, above=standing.upto, upto=_open_end(known, year, upto))
        standing.add(moved)
        standing.upto = upto
        aside += bad
    lines: Sequence[books.StatementLine] = ()
    if inside and inside[-1].ends_on == month_end(month):
        chart = _chart(session, asked)
        aside += unlisted(Statement.BALANCE_SHEET, standing.held, chart)
        lines = _sheet(standing, month, chart, known)
    standing.month = following or ""
    return Page(tuple(lines), standing.cursor() if following else None, tuple(aside))


def _years_before(session: ApiSession, asked: Asked, standing: _Standing, *, first_year: int) -> Page:
    aside: list[SetAside] = []
    standing.enter(first_year - 1)
    params = {"$filter": f"ReportingYear lt {first_year}", **_COLUMNS}
    for _ in range(PAGES_AT_ONCE):
        url = standing.following
        rows, standing.following = one_page(session, _path(asked), params, cursor=url)
        if url is not None and standing.following == url:
            raise BadAnswer(reason="pages in a circle")
        moved, bad = read(rows, _movement, kind=Statement.BALANCE_SHEET.value, key="ID")
        standing.add(moved)
        aside += bad
        if standing.following is None:
            standing.month = f"{asked.period.first_month:%Y-%m}"
            break
    return Page((), standing.cursor(), tuple(aside))


def _sheet(
    standing: _Standing, month: date, chart: Mapping[str, Account], known: Sequence[_Period]
) -> Sequence[books.StatementLine]:
    began_on = min(one.starts_on for one in known if one.year == standing.year)
    year_end = f"{began_on - timedelta(days=1):%m-%d}"
    balances = [
        ClosingBalance(_RESULT.external_id, last_year_end(month, year_end), standing.earlier),
        ClosingBalance(_RESULT.external_id, month, standing.earlier + standing.made),
        *(ClosingBalance(key, month, amount) for key, amount in standing.held.items()),
    ]
    return derived_lines(Statement.BALANCE_SHEET, [month], balances, [*chart.values(), _RESULT], year_end=year_end)


_COLUMNS = columns("ID", "Amount", "BalanceType", "GLAccount", "ReportingYear", "ReportingPeriod")


def _path(asked: Asked) -> str:
    return f"{asked.tenant_id}/financial/ReportingBalance"


def _moved(
    session: ApiSession, asked: Asked, *, year: int, above: int | None, upto: int | None
) -> tuple[Sequence[_Moved], Sequence[SetAside]]:
    """What moved in the periods of a year above one number and up to another, both open where there is none."""
    wanted = [f"ReportingYear eq {year}"]
    wanted += [] if above is None else [f"ReportingPeriod gt {above}"]
    wanted += [] if upto is None else [f"ReportingPeriod le {upto}"]
    rows = every_row(session, _path(asked), {"$filter": " and ".join(wanted), **_COLUMNS})
    return read(rows, _movement, kind="balances", key="ID")


def _movement(row: Row) -> _Moved:
    return _Moved(text(row, "GLAccount"), text(row, "BalanceType") == _MADE, double(row, "Amount"))


def _chart(session: ApiSession, asked: Asked) -> dict[str, Account]:
    """The accounts that can be read; the part "accounts" has set aside the others."""
    found, _ = read(chart_rows(session, asked.tenant_id), account, kind="accounts", key="ID")
    return {one.external_id: one for one in found}


def chart_rows(session: ApiSession, division: str) -> list[Any]:
    """The whole chart of accounts."""
    wanted = columns("ID", "Code", "Description", "BalanceSide", "BalanceType", "Type", "IsBlocked")
    return every_row(session, f"{division}/bulk/Financial/GLAccounts", wanted)


def _periods(session: ApiSession, asked: Asked) -> list[_Period]:
    """Every financial period since well before the first month wanted, in order."""
    since = asked.period.first_month - timedelta(days=400)
    params = {"$filter": f"EndDate ge datetime'{since}'", **columns("FinYear", "FinPeriod", "StartDate", "EndDate")}
    rows = every_row(session, f"{asked.tenant_id}/financial/FinancialPeriods", params)
    found, aside = read(rows, _period, kind="periods")
    if aside:
        raise BadAnswer(reason="a financial period cannot be read")
    return sorted(found)


def _period(row: Row) -> _Period:
    return _Period(int(row["FinYear"]), int(row["FinPeriod"]), day(row, "StartDate"), day(row, "EndDate"))


def _ending_in(month: date, known: Iterable[_Period]) -> list[_Period]:
    return [one for one in known if month <= one.ends_on <= month_end(month)]


def _last_of_each_year(periods: Iterable[_Period]) -> list[_Key]:
    return list({one.year: (one.year, one.number) for one in periods}.values())


def _open_end(known: Iterable[_Period], year: int, upto: int) -> int | None:
    """Nothing where it is the last period of its year: entries that close a year may have numbers above it."""
    return None if upto == max(one.number for one in known if one.year == year) else upto
