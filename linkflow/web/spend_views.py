"""What the spend analysis' pages are given: tables of cells that lead to the rows behind them, and those rows.

The same rules as `portal_views`: pure frozen values, keys instead of words.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from linkflow.reports.chart_columns import Columns
from linkflow.reports.chart_scales import Drawing
from linkflow.reports.row_charts import Rows
from linkflow.web.company_list_views import SortLink
from linkflow.web.page_views import FormView
from linkflow.web.report_file_views import ReportFilesView
from linkflow.web.report_views import ReportHead

CellKind = Literal["count", "money", "average", "exact", "share", "days", "date", "method", "source", "text", "yes"]
LineKind = Literal["line", "group", "total"]
RowsKind = Literal["bills", "payments", "expenses", "credit-notes"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure or word of a table; `href` leads to the rows behind it. None: there is nothing to say.

    `money` is shown in whole units of the table's currency, `exact` to the last digit in its own. An `average` and
    `days` lead to the rows they weigh. `absent`: the software there cannot be such a figure from.
    """

    kind: CellKind
    value: Decimal | int | date | str | bool | None
    href: str | None = None
    currency: str = ""
    absent: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: `name` as the books have it, `key` of a word or a month; `note` stands below, as an entity's name."""

    cells: tuple[Cell, ...]
    name: str = ""
    key: str = ""
    month: date | None = None
    note: str = ""
    href: str | None = None
    kind: LineKind = "line"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table: the keys of its columns after the first, each with a way to sort by it or none, and its lines."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    sorts: tuple[SortLink, ...] = ()

    def sort(self, column: str) -> SortLink | None:
        """The link that sorts by a column, where there is one."""
        return next((one for one in self.sorts if one.key == column), None)


@dataclass(frozen=True, kw_only=True)
class SpendSection:
    """The figures in one currency.

    `overdue` is the part of every open bill's amount that should have been paid.
    `hidden` suppliers lie below the threshold; `first` to `last` of the `listed` ones are shown.
    `used`: the method or group, or `any` of those with a name, that the list is of; `every_href` shows all of them.
    `absent_from`: the software that what has no value is not available from.
    `unnamed`: whether some lines gather what names no supplier; `unprinted` stand on other pages.
    """

    currency: str
    headlines: tuple[tuple[str, Cell], ...]
    by_month: Drawing[Columns]
    months: Grid
    leading: Drawing[Rows]
    timing: Drawing[Rows]
    age: Drawing[Rows]
    methods: Grid
    settling: Grid
    entities: Grid | None
    ageing: Grid
    overdue: Decimal
    suppliers: Grid
    paying: Grid
    habits: Grid
    first: int
    last: int
    listed: int
    hidden: int
    used: str = ""
    every_href: str = ""
    unnamed: bool = False
    unprinted: int = 0
    absent_from: str = ""
    back_href: str | None = None
    on_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entity, or all of them where `name` is empty."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class SpendPage:
    """Filters are a GET with `from`, `to` (months as YYYY-MM), `threshold` and `used`; they live in the address.

    `form.fields` hold what was typed; `methods` are what `used` can be, each group before its own. `months` are those
    there are figures of, by what addresses call them (None: typed, and no month). `rules` say how all is counted.
    """

    head: ReportHead
    company_href: str
    form: FormView
    months: tuple[tuple[str, date | None], ...]
    methods: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    sections: tuple[SpendSection, ...]
    rules: tuple[str, ...] = ()
    files: ReportFilesView | None = None


@dataclass(frozen=True)
class Besides:
    """Another list that makes up a figure with the bills, where it is, its total, and what both come to."""

    kind: RowsKind
    href: str
    currency: str
    total: Decimal
    together: Decimal


@dataclass(frozen=True, kw_only=True)
class RowsPage:
    """The rows behind a figure: what they are restricted to, in keys and values, and what they add up to."""

    kind: RowsKind
    company_name: str
    company_href: str
    spend_href: str
    first_day: date | None
    last_day: date | None
    restrictions: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, int, Decimal, Decimal], ...]
    besides: tuple[Besides, ...]
    grid: Grid
    changing: bool
    mixed: bool = False
    start_href: str | None = None
    on_href: str | None = None
