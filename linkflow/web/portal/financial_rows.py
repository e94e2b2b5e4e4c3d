"""An entity's statements as rows of figures, by category or as printed, each leading to what is behind it.

Which months are shown and how far the categories are opened is said by the page's address.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Literal

from linkflow.domain.books import LineKind, Statement
from linkflow.domain.categories import Confidence
from linkflow.domain.category_sums import (
    FUNDING,
    GROSS,
    NET,
    Amounts,
    Group,
    Result,
    Share,
    by_category,
    gross_profit,
    gross_profit_after,
    signed,
)
from linkflow.domain.financials import FinancialLine
from linkflow.domain.unavailable import missing_of
from linkflow.services.reviewing_financials import FinancialsReview
from linkflow.store.account_entries import AccountEntry
from linkflow.store.financial_reports import FinancialReport
from linkflow.web.financial_views import EntryRow, FigureCell, FigureRow, Months, StatementView
from linkflow.web.portal.financial_paths import account_key, account_path, category_path
from linkflow.web.portal.paths import with_query
from linkflow.web.running import ctx, href

A_YEAR = 12
EVERYTHING = "24"
"""What an address says that is about every month there is."""
DETAILS = ("groups", "categories", "accounts")
NO_CATEGORY = "In no category"
_DEEPEST = 5
_RESULT = {Statement.PROFIT_AND_LOSS: NET, Statement.BALANCE_SHEET: FUNDING}


@dataclass(frozen=True)
class Window:
    """The months of a report that are shown, from the one at `start`, and where their figures lead."""

    found: FinancialReport
    company_id: str
    entity_id: str
    start: int
    span: str | None = None
    """What stays in the addresses it leads to, so that the same months are shown there."""
    asked: date | None = None
    """The month whose figure was pressed."""

    @cached_property
    def trees(self) -> Mapping[Statement, tuple[Group, ...]]:
        """The classes of each statement with all that stands in them, in every month of the report."""
        return {one: by_category(self.found.lines, ctx().categories, one) for one in Statement}

    @property
    def columns(self) -> Months:
        """The columns of its tables."""
        return Months(
            months=self.found.months[self.start :],
            currency=self.found.currency,
            unfinished=self.found.unfinished,
            asked=self.asked,
        )

    def account_href(self, account_id: str, month: date | None = None) -> str:
        """Where an account is shown, and what is behind its figure of a month."""
        return self._href(account_path(self.company_id, self.entity_id, account_key(account_id)), month)

    def category_href(self, category: str, month: date | None = None) -> str:
        """Where the accounts of a category are shown, and what is behind its figure of a month."""
        return self._href(category_path(self.company_id, self.entity_id, category), month)

    def account_cells(self, amounts: Amounts, account_id: str | None) -> tuple[FigureCell, ...]:
        """An account's figures; of a line without an account nothing is known but the figures."""
        return self._cells(amounts, partial(self.account_href, account_id)) if account_id else self.cells(amounts)

    def category_cells(self, amounts: Amounts, category: str) -> tuple[FigureCell, ...]:
        """A category's figures, each leading to its accounts in that month."""
        return self._cells(amounts, partial(self.category_href, category))

    def cells(self, amounts: Amounts) -> tuple[FigureCell, ...]:
        """Figures that lead nowhere: what is behind them stands beside them."""
        return tuple(FigureCell(amount=one) for one in amounts[self.start :])

    def _cells(self, amounts: Amounts, leads: Callable[[date], str]) -> tuple[FigureCell, ...]:
        pairs = zip(self.columns.months, amounts[self.start :], strict=True)
        return tuple(FigureCell(amount=one, href=None if one is None else leads(month)) for month, one in pairs)

    def _href(self, path: str, month: date | None) -> str:
        return href(with_query(path, month=f"{month:%Y-%m}" if month else None, months=self.span))


def window_of(
    review: FinancialsReview, found: FinancialReport, *, everything: bool, asked: date | None = None
) -> Window:
    """The last twelve full months and the month to date, or all there are; `asked` counts if the report has it."""
    shown = A_YEAR + (found.unfinished is not None)
    start = 0 if everything else max(0, len(found.months) - shown)
    month = asked if asked in found.months else None
    return Window(found, review.company.id, review.entity.id, start, EVERYTHING if everything else None, month)


def statements_by_category(window: Window, *, detail: str) -> tuple[StatementView, ...]:
    """Both statements by category, opened as far as `detail` says, one of `DETAILS`."""
    return _both(window, lambda statement: _by_category(window, statement, detail))


def statements_as_printed(window: Window) -> tuple[StatementView, ...]:
    """Both statements with the software's own lines, headings and totals."""
    return _both(window, lambda statement: _as_printed(window, statement))


def entry_rows(entries: Iterable[AccountEntry]) -> tuple[EntryRow, ...]:
    """The lines of bills and expenses behind an account's figure."""
    names = ("kind", "day", "number", "supplier", "description", "net", "currency")
    return tuple(EntryRow(**{name: getattr(one, name) for name in names}) for one in entries)


def _both(window: Window, rows_of: Callable[[Statement], Iterator[FigureRow]]) -> tuple[StatementView, ...]:
    """Those there are, and those of which must be said that there cannot be one."""
    absent = {one.value for one in missing_of(window.found.report.findings)}
    found = [(statement, tuple(rows_of(statement))) for statement in Statement]
    return tuple(
        StatementView(name=one.value, rows=rows, is_absent=one.value in absent)
        for one, rows in found
        if rows or one.value in absent
    )


def _by_category(window: Window, statement: Statement, detail: str) -> Iterator[FigureRow]:
    tops = window.trees[statement]
    behind, after = gross_profit_after(tops), dict[str, FigureRow]()
    if behind is not None:
        after[behind] = _result(window, GROSS, gross_profit(tops), kind="sum", level=2)
    for top in tops:
        yield from _opened(window, top, detail, after=after)
    if tops:
        yield _result(window, _RESULT[statement], signed(tops, _RESULT[statement].signs), kind="total", level=1)
    loose = [line for line in _lines(window.found.lines, statement) if line.category is None]
    if loose:
        yield FigureRow(label=NO_CATEGORY, kind="section", level=1)
        yield from (_line(window, line) for line in loose)


def _result(
    window: Window, result: Result, amounts: Amounts, *, kind: Literal["sum", "total"], level: int
) -> FigureRow:
    """A line beside the tree, leading to all it adds up."""
    cells, leads = window.category_cells(amounts, result.key), window.category_href(result.key)
    return FigureRow(label=result.name, kind=kind, level=level, cells=cells, href=leads)


def _opened(window: Window, group: Group, detail: str, *, after: Mapping[str, FigureRow]) -> Iterator[FigureRow]:
    """A part of the tree and all below it, and the line that follows it."""
    if group.groups or detail != "groups":
        yield _group(window, group)
    if detail == "accounts":
        yield from (_share(window, share, level=group.depth + 2) for share in group.shares)
    for below in group.groups:
        yield from _opened(window, below, detail, after=after)
    if group.slug in after:
        yield after[group.slug]


def _lines(lines: Iterable[FinancialLine], statement: Statement) -> Iterator[FinancialLine]:
    return (line for line in lines if line.statement is statement and line.kind is LineKind.LINE)


def _group(window: Window, group: Group) -> FigureRow:
    doubtful = any(share.line.confidence is Confidence.LOW for share in group.shares)
    return FigureRow(
        label=group.name,
        kind="group" if group.groups else "line",
        level=group.depth + 1,
        cells=window.category_cells(group.amounts, group.slug),
        href=window.category_href(group.slug),
        doubtful=doubtful,
    )


def _share(window: Window, share: Share, *, level: int) -> FigureRow:
    line = share.line
    return FigureRow(
        label=line.label,
        kind="account",
        level=level,
        cells=window.account_cells(share.amounts, line.account_id),
        href=window.account_href(line.account_id) if line.account_id else None,
        doubtful=line.confidence is Confidence.LOW,
    )


def _as_printed(window: Window, statement: Statement) -> Iterator[FigureRow]:
    """A heading wherever a section begins."""
    opened: tuple[str, ...] = ()
    for line in (one for one in window.found.lines if one.statement is statement):
        if line.kind is LineKind.LINE:
            same = 0
            while same < min(len(opened), len(line.section)) and opened[same] == line.section[same]:
                same += 1
            for depth, name in enumerate(line.section[same:], same + 1):
                yield FigureRow(label=name, kind="section", level=min(depth, _DEEPEST))
            opened = line.section
        yield _line(window, line)


def _line(window: Window, line: FinancialLine) -> FigureRow:
    cells = window.account_cells(line.amounts, line.account_id)
    if line.kind is LineKind.TOTAL:
        level = max(1, min(len(line.section), _DEEPEST))
        return FigureRow(label=line.label, kind="sum" if line.section else "total", level=level, cells=cells)
    return FigureRow(
        label=line.label,
        kind="line",
        level=min(len(line.section) + 1, _DEEPEST),
        cells=cells,
        href=window.account_href(line.account_id) if line.account_id else None,
        doubtful=line.confidence is Confidence.LOW,
    )
