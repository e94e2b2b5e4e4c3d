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
    """Check every statement and month of `lines`; a check that needs the class of an unknown account is left out."""
    pages: defaultdict[tuple[Statement, date], list[StatementLine]] = defaultdict(list)
    for line in lines:
        pages[line.statement, line.period_end].append(line)
    failed: list[FailedCheck] = []
    for (statement, period_end), page in sorted(pages.items(), key=lambda item: (item[0][1], item[0][0])):
        allowed = tolerance(page, currency=currency)
        for name, label, difference in _differences(statement, page, classes):
            if abs(difference) > allowed:
                failed.append(FailedCheck(name, statement, period_end, label, difference))
    return tuple(failed)


def tolerance(page: Sequence[StatementLine], *, currency: str) -> Decimal:
    """Half a minor unit per line, or half a whole unit per line where the software gives only whole ones."""
    whole = all(line.amount == line.amount.to_integral_value() for line in page)
    unit = Decimal(1) if whole else minor_unit(currency)
    return unit * sum(line.kind is LineKind.LINE for line in page) / 2


def _differences(
    statement: Statement, page: Sequence[StatementLine], classes: Mapping[str, AccountClass]
) -> Iterable[tuple[CheckName, str, Decimal]]:
    lines = [line for line in page if line.kind is LineKind.LINE]
    totals = [line for line in page if line.kind is LineKind.TOTAL]
    for total in totals:
        if depth := len(total.section):
            summed = sum((line.amount for line in lines if line.section[:depth] == total.section), Decimal(0))
            yield CheckName.TOTALS_ADD_UP, total.label, total.amount - summed
    if any(line.account_id not in classes for line in lines):
        return
    sums: defaultdict[AccountClass, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[classes[line.account_id or ""]] += line.amount
    if statement is Statement.BALANCE_SHEET:
        owed = sums[AccountClass.LIABILITY] + sums[AccountClass.EQUITY]
        yield CheckName.SHEET_BALANCES, "", sums[AccountClass.ASSET] - owed
        return
    final = [total for total in totals if not total.section]
    if final:
        last = max(final, key=lambda total: total.position)
        made = sums[AccountClass.INCOME] - sums[AccountClass.EXPENSE]
        yield CheckName.NET_PROFIT_AGREES, last.label, last.amount - made
