"""Both statements from what the accounts stood at, for books that have no statements of their own.

A trial balance counts a debit as positive. Income and expenses start again at nothing with each financial year; what
they make of it stands on the balance sheet as one line, so that it balances. Nothing is guessed: a month whose
predecessor is missing has no profit and loss, unless a year begins with it.

Books that never close a year go on counting from their beginning (`never_closed`): what earlier years made is then
told from what the running one has made, which needs the balances at the end of the last year.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linkflow.domain.books import Account, AccountClass, LineKind, Statement, StatementLine, last_full_months, month_end

RESULT = "Result for the year"
"""The line of the balance sheet that income and expenses make."""
EARLIER = "Result of earlier years"
"""The line beside it in books that never close a year."""
TO_DATE = "Result to date"
"""In place of both where it is not known what the books stood at when the last year ended."""
_MID_MONTH = 15
# "Expenses" would say that they are no cost of sales, which nobody knows.
_HEADINGS: Mapping[AccountClass, str] = {
    AccountClass.INCOME: "Income",
    AccountClass.EXPENSE: "Costs",
    AccountClass.ASSET: "Assets",
    AccountClass.LIABILITY: "Liabilities",
    AccountClass.EQUITY: "Equity",
}
_MADE = (AccountClass.INCOME, AccountClass.EXPENSE)
_HELD = (AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY)
_CREDIT = frozenset({AccountClass.INCOME, AccountClass.LIABILITY, AccountClass.EQUITY})

_Closing = Mapping[str, Decimal]
_Entry = tuple[Account | str, Decimal]
"""An account, or the name of a line that is none, and its amount."""


@dataclass(frozen=True)
class ClosingBalance:
    """What an account stood at when a month was over, debit positive; `month` is any day of it."""

    account_id: str
    month: date
    balance: Decimal


def statements_from_balances(
    balances: Iterable[ClosingBalance], accounts: Iterable[Account], *, year_end: str, never_closed: bool = False
) -> tuple[StatementLine, ...]:
    """The lines and totals of both statements, for every month that has a balance.

    `year_end` is month and day as "MM-DD" (`Company.year_end`); one in the middle of a month counts as the nearest end
    of a month. An account without a balance in a month stood at nothing. An account's
    `software_type` is the heading it stands under, below that of its class. Balances of accounts that are not among
    `accounts`, or not posted to, are left out. Amounts are signed as statements print them.
    `never_closed`: income and expenses are what they came to since the books began.
    """
    chart = sorted(accounts, key=lambda one: (one.code or "", one.name, one.external_id))
    closing: defaultdict[date, dict[str, Decimal]] = defaultdict(dict)
    for each in balances:
        stood = closing[each.month.replace(day=1)]
        stood[each.account_id] = stood.get(each.account_id, Decimal(0)) + each.balance
    lines: list[StatementLine] = []
    for month in sorted(closing):
        starts_again = opens_year(month, year_end) and not never_closed
        opening = {} if starts_again else closing.get(month_before(month))
        if opening is not None:
            lines += _profit_and_loss(month, closing[month], opening, chart)
        earlier = closing.get(last_year_end(month, year_end)) if never_closed else {}
        lines += _balance_sheet(month, closing[month], earlier, chart)
    return tuple(lines)


def month_before(month: date) -> date:
    """The first day of the month before that of any day."""
    return last_full_months(month, 1).first_month


def last_year_end(month: date, year_end: str) -> date:
    """The last month of the financial year before that of `month`, as its first day."""
    while not opens_year(month, year_end):
        month = month_before(month)
    return month_before(month)


def opens_year(month: date, year_end: str) -> bool:
    """Whether a financial year begins with this month."""
    at, day = map(int, year_end.split("-"))
    return month.month == (at if day < _MID_MONTH else at % 12 + 1)


def _profit_and_loss(
    month: date, closing: _Closing, opening: _Closing, chart: Sequence[Account]
) -> Iterator[StatementLine]:
    moved = {key: closing.get(key, Decimal(0)) - opening.get(key, Decimal(0)) for key in {*closing, *opening}}
    groups = {one: _entries(one, moved, chart) for one in _MADE}
    made = _sum(groups[AccountClass.INCOME]) - _sum(groups[AccountClass.EXPENSE])
    yield from _page(Statement.PROFIT_AND_LOSS, month, groups, final=made)


def _balance_sheet(
    month: date, closing: _Closing, earlier: _Closing | None, chart: Sequence[Account]
) -> Iterator[StatementLine]:
    """`earlier`: what the books stood at when the last year ended; nothing where it was closed, None: unknown."""
    groups = {one: _entries(one, closing, chart) for one in _HELD}
    made, before = _result(closing, chart), _result(earlier or {}, chart)
    if earlier:
        groups[AccountClass.EQUITY].append((EARLIER, before))
    groups[AccountClass.EQUITY].append((TO_DATE if earlier is None else RESULT, made - before))
    yield from _page(Statement.BALANCE_SHEET, month, groups)


def _result(closing: _Closing, chart: Sequence[Account]) -> Decimal:
    income, expense = (_sum(_entries(one, closing, chart)) for one in _MADE)
    return income - expense


def _entries(account_class: AccountClass, amounts: _Closing, chart: Sequence[Account]) -> list[_Entry]:
    sign = -1 if account_class in _CREDIT else 1
    return [
        (one, amounts[one.external_id] * sign)
        for one in chart
        if one.account_class is account_class and one.external_id in amounts
    ]


def _sum(entries: Iterable[_Entry]) -> Decimal:
    return sum((amount for _, amount in entries), Decimal(0))


def _page(
    statement: Statement,
    month: date,
    groups: Mapping[AccountClass, Sequence[_Entry]],
    *,
    final: Decimal | None = None,
) -> Iterator[StatementLine]:
    """One statement of one month: the lines of each class with their total, then the last total if there is one."""
    rows: list[tuple[str, Decimal, LineKind, tuple[str, ...], str | None]] = []
    for account_class, entries in groups.items():
        heading = _HEADINGS[account_class]
        for account, amount in entries:
            name, kind, key = _named(account)
            below = (kind,) if kind else ()
            rows.append((name, amount, LineKind.LINE, (heading, *below), key))
        rows.append((f"Total {heading.lower()}", _sum(entries), LineKind.TOTAL, (heading,), None))
    if final is not None:
        rows.append(("Net profit", final, LineKind.TOTAL, (), None))
    for position, (label, amount, kind, section, account_id) in enumerate(rows):
        yield StatementLine(
            external_id=f"{statement}:{month:%Y-%m}:{account_id or f'{kind}:{label}'}",
            statement=statement,
            period_end=month_end(month),
            label=label,
            amount=amount,
            kind=kind,
            section=section,
            account_id=account_id,
            position=position,
        )


def _named(entry: Account | str) -> tuple[str, str | None, str | None]:
    """The label, the heading and the account id of a line."""
    return (entry, None, None) if isinstance(entry, str) else (entry.name, entry.software_type, entry.external_id)
