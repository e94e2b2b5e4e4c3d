"""What the totals of a statement must come to: the lines under their heading, or what their name says.

A total under a heading is the sum of what stands there. One under none is held only to what its name is known to mean
(English: gross profit, total assets, total liabilities, total equity, net assets, and both sides together), and gross
profit only where every line above it stands plainly under income or cost of sales. What else software prints between
its headings, such as an operating profit, is not checked: a false warning would be worse than none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from linkflow.domain.books import AccountClass, LineKind, Statement, StatementLine
from linkflow.domain.software import plain

_ASSET, _LIABILITY, _EQUITY = AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY
_Signs = Mapping[AccountClass, int]
_BOTH: _Signs = {_LIABILITY: 1, _EQUITY: 1}
_SHEET: Mapping[str, _Signs] = {
    "total assets": {_ASSET: 1},
    "total liabilities": {_LIABILITY: 1},
    "total equity": {_EQUITY: 1},
    "net assets": {_ASSET: 1, _LIABILITY: -1},
    **{
        f"total {one} and {other}": _BOTH
        for equity in ("equity", "capital", "shareholders equity", "stockholders equity", "owners equity")
        for one, other in (("liabilities", equity), (equity, "liabilities"))
    },
}
_COST_OF_SALES = re.compile(r"\b(costs? of (sales?|goods|revenue)|cogs|direct costs?)\b")
_OTHER = re.compile(r"\bother\b")
_BEFORE_THE_LAST = ("gross profit", "operating profit", "operating income", "net operating income")
"""What stands below no heading on a profit and loss and is not what was made in the end."""


@dataclass(frozen=True)
class Held:
    """A total, with the lines it is the sum of (those in `less` taken off)."""

    total: StatementLine
    lines: tuple[StatementLine, ...]
    less: tuple[StatementLine, ...] = ()

    @property
    def difference(self) -> Decimal:
        """How far the total is above its lines."""
        return self.total.amount - sum_of(self.lines) + sum_of(self.less)


def sum_of(lines: Sequence[StatementLine]) -> Decimal:
    """Exact."""
    return sum((line.amount for line in lines), Decimal(0))


def under_headings(page: Sequence[StatementLine]) -> Iterator[Held]:
    """Every total of a heading. Of several headings of the same name each total has its own lines, or those of all."""
    rows = sorted(page, key=lambda line: line.position)
    for at, total in enumerate(rows):
        if total.kind is LineKind.TOTAL and total.section:
            every = tuple(row for row in rows if _is_under(row, total))
            # Software that prints all its totals last has a heading's lines in one place, yet not above the total.
            own = _run(total, rows[:at][::-1]) or _run(total, rows[at + 1 :])
            yield min((Held(total, lines) for lines in (every, own)), key=lambda held: abs(held.difference))


def by_name(
    statement: Statement, page: Sequence[StatementLine], class_of: Callable[[StatementLine], AccountClass | None]
) -> Iterator[Held]:
    """Every total under no heading whose name says what it is the sum of; all classes of the page's lines are known."""
    lines = [line for line in page if line.kind is LineKind.LINE]
    for total in (line for line in page if line.kind is LineKind.TOTAL and not line.section):
        name = name_of(total)
        if statement is Statement.BALANCE_SHEET and name in _SHEET:
            signs = _SHEET[name]
            added, taken = (
                tuple(line for line in lines if signs.get(class_of(line) or AccountClass.OTHER) == sign)
                for sign in (1, -1)
            )
            yield Held(total, added, taken)
        elif statement is Statement.PROFIT_AND_LOSS and name == "gross profit":
            above = [line for line in lines if line.position < total.position]
            sold = tuple(line for line in above if class_of(line) is AccountClass.INCOME)
            cost = tuple(line for line in above if class_of(line) is AccountClass.EXPENSE)
            if all(map(_is_cost_of_sales, cost)) and not any(_says(_OTHER, line) for line in sold):
                yield Held(total, sold, cost)


def result(page: Sequence[StatementLine]) -> StatementLine | None:
    """The total that says what was made in the end: the last under no heading."""
    final = [line for line in page if line.kind is LineKind.TOTAL and not line.section]
    last = max(final, key=lambda line: line.position, default=None)
    return None if last is None or name_of(last) in _BEFORE_THE_LAST else last


def name_of(total: StatementLine) -> str:
    """Its label in plain words."""
    text = plain(total.label).replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(re.findall(r"[a-z]+", text))


def _run(total: StatementLine, rows: Sequence[StatementLine]) -> tuple[StatementLine, ...]:
    """The lines next to a total, as far as its heading goes and up to another total of that name."""
    found = []
    for row in rows:
        if row.section[: len(total.section)] != total.section or _is_rival(row, total):
            break
        if row.kind is LineKind.LINE:
            found.append(row)
    return tuple(found)


def _is_rival(row: StatementLine, total: StatementLine) -> bool:
    return row.kind is LineKind.TOTAL and row.section == total.section


def _is_under(row: StatementLine, total: StatementLine) -> bool:
    return row.kind is LineKind.LINE and row.section[: len(total.section)] == total.section


def _is_cost_of_sales(line: StatementLine) -> bool:
    return _says(_COST_OF_SALES, line)


def _says(words: re.Pattern[str], line: StatementLine) -> bool:
    return any(words.search(plain(heading)) for heading in line.section)
