"""The statements as sheets: as the software prints them, and by category, with subtotals as sums of what is below.

A total the software gives stays what it gives: where its lines come to something else it is a value, and the checks say
so. A month of which nothing is told has no sum: it stays empty, which is not 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.books import LineKind, Statement
from linkflow.domain.category_sums import GROSS, NET, Group, Share, gross_profit_after, signed
from linkflow.domain.financials import FinancialLine
from linkflow.reports.financial_contents import BY_CATEGORY, FinancialContents
from linkflow.reports.formulas import quoted_sheet
from linkflow.reports.tables import Heading, Kind, Value
from linkflow.reports.workbook import Content, Formula, Line

_FIRST = 2
"""The number of the first row below the headings."""
_RANGES = 100
"""More pieces than this one sum does not take."""
CURRENCY: Heading = ("Currency", Kind.WORD)
_LINE: tuple[Heading, ...] = (("Section", Kind.TEXT), ("Line", Kind.TEXT), ("Account code", Kind.WORD), CURRENCY)
_PART: tuple[Heading, ...] = (("Category", Kind.TEXT), ("Key", Kind.TEXT), ("Account code", Kind.WORD), CURRENCY)
_RESULT: Mapping[Statement, tuple[str, Mapping[str, int]]] = {
    Statement.PROFIT_AND_LOSS: (NET.name, NET.signs),
    Statement.BALANCE_SHEET: ("Assets less liabilities and equity", {"asset": 1, "liability": -1, "equity": -1}),
}
"""What is left at the end, or what the sheet is out by: its name, and the signs of the classes."""
_STEP = "    "
"""How far a part of the tree is set in below the one it belongs to."""


def month_headings(contents: FinancialContents, before: Sequence[Heading]) -> tuple[Heading, ...]:
    """Headings with a column for each month."""
    return (*before, *((name, Kind.MONEY) for name in contents.month_names))


@dataclass(frozen=True)
class SheetRow:
    """A row of a statement: its words, its amounts, and for a sum the rows (counted from 0) that it is the sum of.

    A row of `less` is taken off. `exact`: the amounts stand as they are, in the months in which the sum is another.
    """

    words: tuple[Value, ...]
    amounts: tuple[Decimal | None, ...]
    of: tuple[int, ...] = ()
    less: tuple[int, ...] = ()
    exact: bool = False
    look: str = ""

    def values(self, currency: str) -> tuple[Value, ...]:
        """The row without formulas."""
        return (*self.words, currency, *self.amounts)


@dataclass(frozen=True)
class StatementSheet:
    """A statement as rows; `place_of` says where each part of the tree stands (rows counted from 0)."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[SheetRow, ...]
    currency: str
    place_of: dict[str, int]

    def lines(self) -> Iterator[Line]:
        """Its rows for a workbook."""
        return (Line.fixed(self._cells(row), self.currency, look=row.look) for row in self.rows)

    def cell(self, part: str, month: int) -> str | None:
        """Where a part of the tree stands in a month, from any sheet; None where there is nothing of it."""
        if part not in self.place_of:
            return None
        return f"{quoted_sheet(self.name)}!${self._letters(month)}${self.place_of[part] + _FIRST}"

    def span(self, part: str, first: int, last: int) -> str | None:
        """The same from one month to another."""
        if part not in self.place_of:
            return None
        row = self.place_of[part] + _FIRST
        return f"{quoted_sheet(self.name)}!${self._letters(first)}${row}:${self._letters(last)}${row}"

    def _cells(self, row: SheetRow) -> Sequence[Content]:
        figures = (self._figure(row, month, amount) for month, amount in enumerate(row.amounts))
        return (*row.words, self.currency, *figures)

    def _figure(self, row: SheetRow, month: int, amount: Decimal | None) -> Content:
        if not row.of and not row.less:
            return amount
        if all(self.rows[at].amounts[month] is None for at in (*row.of, *row.less)):
            return amount
        sums = [
            sum((self.rows[at].amounts[month] or Decimal(0) for at in part), Decimal(0)) for part in (row.of, row.less)
        ]
        added, taken = (self._sum(part, month) for part in (row.of, row.less))
        if added is None or taken is None or (row.exact and sums[0] - sums[1] != amount):
            return amount
        return Formula(f"{added}-{taken}" if row.less else added, sums[0] - sums[1])

    def _sum(self, rows: Sequence[int], month: int) -> str | None:
        letters = self._letters(month)
        pieces = [
            f"{letters}{first + _FIRST}" + (f":{letters}{last + _FIRST}" if last > first else "")
            for first, last in _runs(rows)
        ]
        return f"SUM({','.join(pieces)})" if len(pieces) <= _RANGES else None

    def _letters(self, month: int) -> str:
        return str(xl_col_to_name(len(self.headings) - len(self.rows[0].amounts) + month))


def printed(contents: FinancialContents, statement: Statement, name: str) -> StatementSheet:
    """A statement as the software prints it."""
    if (missing := _absent(contents, statement, name, _LINE)) is not None:
        return missing
    lines = contents.of(statement)
    rows = tuple(_printed_row(line, lines) for line in lines)
    return StatementSheet(name, month_headings(contents, _LINE), rows, contents.currency, {})


def categorised(contents: FinancialContents, statement: Statement) -> StatementSheet:
    """A statement by category, each with the accounts in it."""
    if (missing := _absent(contents, statement, BY_CATEGORY[statement], _PART)) is not None:
        return missing
    rows: list[SheetRow] = []
    places: dict[str, int] = {}
    tree = contents.tree(statement)
    gross = gross_profit_after(tree)
    for group in tree:
        _add_group(group, rows, places, stop=gross)
    if gross is not None:
        rows[places[GROSS.key]] = _signed_row(_STEP + GROSS.name, GROSS.key, GROSS.signs, tree, places, look="bold")
    if tree:
        name, signs = _RESULT[statement]
        row = _signed_row(name, "result", signs, tree, places, look="strong")
        places["result"] = len(rows)
        rows.append(row)
    headings = month_headings(contents, _PART)
    return StatementSheet(BY_CATEGORY[statement], headings, tuple(rows), contents.currency, places)


def _absent(
    contents: FinancialContents, statement: Statement, name: str, before: Sequence[Heading]
) -> StatementSheet | None:
    """A sheet that says so where the software cannot give a statement."""
    words = contents.absent(statement)
    if words is None:
        return None
    row = SheetRow((words, None, None), (None,) * len(contents.months))
    return StatementSheet(name, month_headings(contents, before), (row,), "", {})


def _printed_row(line: FinancialLine, lines: Sequence[FinancialLine]) -> SheetRow:
    words = (" / ".join(line.section), line.label, line.account_code)
    if line.kind is LineKind.LINE:
        return SheetRow(words, line.amounts)
    depth = len(line.section)
    below = tuple(
        at
        for at, one in enumerate(lines)
        if depth and one.kind is LineKind.LINE and one.section[:depth] == line.section
    )
    return SheetRow(words, line.amounts, of=below, exact=True, look="strong" if not depth else "bold")


def _add_group(group: Group, rows: list[SheetRow], places: dict[str, int], *, stop: str | None) -> int:
    """Its own row first, then what is below it; answers where it stands. Behind `stop` a place for gross profit."""
    place = places[group.slug] = len(rows)
    words = (_STEP * group.depth + group.name, group.slug, None)
    rows.append(SheetRow(words, group.amounts))
    if group.groups:
        below = tuple(_add_group(one, rows, places, stop=stop) for one in group.groups)
    else:
        below = tuple(range(len(rows), len(rows) + len(group.shares)))
        rows.extend(_share_row(share, group) for share in group.shares)
    rows[place] = SheetRow(words, group.amounts, of=below, look="strong" if not group.depth else "bold")
    if group.slug == stop:
        places[GROSS.key] = len(rows)
        rows.append(SheetRow((), ()))
    return place


def _share_row(share: Share, group: Group) -> SheetRow:
    line = share.line
    return SheetRow((_STEP * (group.depth + 1) + line.label, group.slug, line.account_code), share.amounts)


def _signed_row(
    name: str, key: str, signs: Mapping[str, int], tree: Sequence[Group], places: Mapping[str, int], *, look: str
) -> SheetRow:
    """A line beside the tree: the parts it adds up, less those it takes off."""
    added, taken = (
        tuple(places[part] for part, sign in signs.items() if sign == wanted and part in places) for wanted in (1, -1)
    )
    return SheetRow((name, key, None), signed(tree, signs), of=added, less=taken, look=look)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other as first and last."""
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        numbers = [at for _, at in run]
        yield numbers[0], numbers[-1]
