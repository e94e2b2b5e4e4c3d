"""The financial statements: pulled lines laid out by month, and the checks that are shown with them.

A failed check is a warning with its difference; it never hides a figure and never raises.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from linkflow.domain.books import AccountClass, LineKind, Period, Statement, StatementLine
from linkflow.domain.known_totals import by_name, result, under_headings
from linkflow.domain.money import minor_unit

_Key = tuple[tuple[str, ...], str, str | None, LineKind]


@dataclass(frozen=True)
class StatementRow:
    """One row; `amounts` match the statement's months, None where the software gave none."""

    section: tuple[str, ...]
    label: str
    account_id: str | None
    kind: LineKind
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class MonthlyStatement:
    """A statement by month, oldest first; each month is its first day."""

    statement: Statement
    months: tuple[date, ...]
    rows: tuple[StatementRow, ...]


class CheckName(StrEnum):
    """What is checked."""

    TOTALS_ADD_UP = "totals-add-up"
    SHEET_BALANCES = "sheet-balances"
    NET_PROFIT_AGREES = "net-profit-agrees"


@dataclass(frozen=True)
class FailedCheck:
    """A check that failed: the statement's figure is `difference` above what its lines give."""

    name: CheckName
    statement: Statement
    period_end: date
    label: str
    difference: Decimal


def by_month(lines: Iterable[StatementLine], statement: Statement, *, period: Period) -> MonthlyStatement:
    """Lay out the lines of `statement` that fall in `period`, in the order of the latest month.

    A row the latest month lacks stands where its own month had it: after the row that came before it there.
    """
    columns = {month: place for place, month in enumerate(period.months)}
    pages: defaultdict[date, list[StatementLine]] = defaultdict(list)
    for line in lines:
        if line.statement is statement and line.period_end.replace(day=1) in columns:
            pages[line.period_end.replace(day=1)].append(line)
    order: list[_Key] = []
    amounts: dict[_Key, list[Decimal | None]] = {}
    for month in sorted(pages, reverse=True):
        place = 0
        for line in sorted(pages[month], key=lambda line: line.position):
            key = (line.section, line.label, line.account_id, line.kind)
            if key not in amounts:
                amounts[key] = [None] * len(columns)
                order.insert(place, key)
            place = order.index(key) + 1
            amounts[key][columns[month]] = (amounts[key][columns[month]] or Decimal(0)) + line.amount
    rows = tuple(StatementRow(*key, tuple(amounts[key])) for key in order)
    return MonthlyStatement(statement, tuple(columns), rows)


def failed_checks(
    lines: Iterable[StatementLine], classes: Mapping[str, AccountClass], *, currency: str
) -> tuple[FailedCheck, ...]:
    """Check every statement and month of `lines`; a check that needs the class of an unknown account is left out.

    Which totals are checked, and against what, `domain.known_totals` says.
    """
    pages: defaultdict[Statement, defaultdict[date, list[StatementLine]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        pages[line.statement][line.period_end].append(line)
    failed: list[FailedCheck] = []
    for statement, months in pages.items():
        unit = told_in((line.amount for page in months.values() for line in page), currency=currency)
        for period_end, page in months.items():
            for name, label, difference, count in _differences(statement, page, classes):
                if abs(difference) > unit * count / 2:
                    failed.append(FailedCheck(name, statement, period_end, label, difference))
    return tuple(sorted(failed, key=lambda one: (one.period_end, one.statement)))


def told_in(amounts: Iterable[Decimal], *, currency: str) -> Decimal:
    """The unit a statement is told in, all its months together: whole ones where it has no others, or a minor one."""
    unit = minor_unit(currency)
    return max(unit, Decimal(1)) if all(amount == amount.to_integral_value() for amount in amounts) else unit


def _differences(
    statement: Statement, page: Sequence[StatementLine], classes: Mapping[str, AccountClass]
) -> Iterable[tuple[CheckName, str, Decimal, int]]:
    """What is checked, the total's label, how far it is off, and of how many lines."""
    for held in under_headings(page):
        yield CheckName.TOTALS_ADD_UP, held.total.label, held.difference, len(held.lines)
    lines = [line for line in page if line.kind is LineKind.LINE]
    if any(line.account_id not in classes for line in lines):
        return
    for held in by_name(statement, page, lambda line: classes[line.account_id or ""]):
        count = len(held.lines) + len(held.less)
        yield CheckName.TOTALS_ADD_UP, held.total.label, held.difference, count
    sums: defaultdict[AccountClass, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[classes[line.account_id or ""]] += line.amount
    if statement is Statement.BALANCE_SHEET:
        owed = sums[AccountClass.LIABILITY] + sums[AccountClass.EQUITY]
        yield CheckName.SHEET_BALANCES, "", sums[AccountClass.ASSET] - owed, len(lines)
        return
    last = result(page)
    if last is not None:
        made = sums[AccountClass.INCOME] - sums[AccountClass.EXPENSE]
        yield CheckName.NET_PROFIT_AGREES, last.label, last.amount - made, len(lines)
