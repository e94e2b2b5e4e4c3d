"""What the pages about financial statements and the categories of accounts are given.

The same rules as `portal_views`: pure frozen values, keys instead of words, one per template.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from linkflow.reports.chart_columns import Columns
from linkflow.reports.chart_scales import Drawing
from linkflow.web.page_views import FormView
from linkflow.web.report_file_views import ReportFilesView
from linkflow.web.report_views import Newer, ReportHead, StatementKey

ReasonKey = Literal["corrected", "software", "words", "fallback"]
ConfidenceKey = Literal["high", "medium", "low"]
UnitKey = Literal["money", "percent", "times", "days"]
RowKind = Literal["section", "line", "account", "group", "sum", "total"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several ways to look at a page; `key` picks its words."""

    key: str
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Months:
    """The columns of a page's tables, the oldest first; `unfinished` was not over, of `asked` a figure was pressed."""

    months: tuple[date, ...]
    currency: str
    unfinished: date | None = None
    asked: date | None = None


@dataclass(frozen=True, kw_only=True)
class FigureCell:
    """A figure and where what is behind it is shown; no `href` where nothing is."""

    amount: Decimal | None
    href: str | None = None


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A row of a statement, `level` deep (1 is not indented); `doubtful`: its category is a guess."""

    label: str
    kind: RowKind
    level: int
    cells: tuple[FigureCell, ...] = ()
    href: str | None = None
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class StatementView:
    """One statement; `name` is also its fragment. `is_absent`: the software cannot give it."""

    name: StatementKey
    rows: tuple[FigureRow, ...]
    is_absent: bool = False


@dataclass(frozen=True, kw_only=True)
class RatioView:
    """One ratio by month, None where it is not available; `href` leads to the amounts that went into it."""

    key: str
    name: str
    formula: str
    unit: UnitKey
    href: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, kw_only=True)
class DrawnFigures:
    """A chart, and the same figures by month as a table; a row's label is one of the chart's keys."""

    drawing: Drawing[Columns]
    months: Months
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, kw_only=True)
class FinancialsPage:
    """The report of one entity. Without a `head` there is none yet: `newer` says what it waits for."""

    company_name: str
    company_href: str
    entity_name: str | None
    newer: Newer | None
    here_href: str
    head: ReportHead | None = None
    months: Months | None = None
    ways: tuple[Choice, ...] = ()
    details: tuple[Choice, ...] = ()
    spans: tuple[Choice, ...] = ()
    software_name: str = ""
    categories_href: str = ""
    profit: DrawnFigures | None = None
    composition: DrawnFigures | None = None
    statements: tuple[StatementView, ...] = ()
    ratios: tuple[RatioView, ...] = ()
    files: ReportFilesView | None = None


@dataclass(frozen=True, kw_only=True)
class PlacedView:
    """An account and its place: the category's name and the parts it lies in, why it is there, how sure that is.

    One whose class nobody tells is in no category. `because` is what decided: the software's own type, or words.
    `suggested` names what would be without a correction.
    """

    id: str
    name: str
    code: str | None
    category: str
    within: str
    reason: ReasonKey | None
    confidence: ConfidenceKey | None
    because: str
    suggested: str | None
    href: str


@dataclass(frozen=True, kw_only=True)
class PlacedRow:
    """An account with its figures by month."""

    account: PlacedView
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, kw_only=True)
class FinancialCategoryPage:
    """What stands in a category or a part of the tree, or makes up a result: its accounts by month, and their sum.

    `within` is what is above it, of a result how it is worked out.
    """

    back_href: str
    name: str
    within: str
    software_name: str
    categories_href: str
    months: Months
    rows: tuple[PlacedRow, ...]
    sum_cells: tuple[FigureCell, ...]


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """A line of a bill or expense, net of tax, in its own currency."""

    kind: Literal["bill", "expense"]
    day: date
    number: str | None
    supplier: str | None
    description: str | None
    net: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class FinancialAccountPage:
    """One account: why it is where it is, its months, and the lines booked on it in the month that is looked at."""

    back_href: str
    account: PlacedView
    category_href: str | None
    section: tuple[str, ...]
    statement: StatementKey
    software_name: str
    categories_href: str
    months: Months
    cells: tuple[FigureCell, ...]
    month: date | None = None
    amount: Decimal | None = None
    entries: tuple[EntryRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class InputRow:
    """An amount that goes into a ratio, by month."""

    name: str
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True, kw_only=True)
class FinancialRatioPage:
    """One ratio: its formula, and by month what went into it and what came out."""

    back_href: str
    ratio: RatioView
    months: Months
    inputs: tuple[InputRow, ...]


@dataclass(frozen=True, kw_only=True)
class CategorisedRow:
    """An account to be placed; `section` is the heading it stands under on the statement."""

    account: PlacedView
    section: str
    balance: Decimal
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class CategoryGroup:
    """Categories of one part of the tree to choose from: `options` are slug and name."""

    name: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """A change somebody made: of these accounts, to that category (None: back to what is suggested)."""

    accounts: tuple[str, ...]
    more: int
    category: str | None
    user: str
    at: datetime
    undone_at: datetime | None
    undo: FormView | None


@dataclass(frozen=True, kw_only=True)
class CategoriesPage:
    """The accounts of one entity by what hangs on their category. `form` posts `accounts` (several), `category` and
    `once`; None for who may only look. Filters are a GET with `confidence`, `part` and `q`.
    """

    back_href: str
    company_name: str
    entity_name: str | None
    currency: str
    software_name: str
    action: str
    confidence: str
    part: str
    query: str
    parts: tuple[tuple[str, str], ...]
    rows: tuple[CategorisedRow, ...]
    hidden: int
    counts: tuple[tuple[str, int], ...]
    groups: tuple[CategoryGroup, ...]
    changes: tuple[ChangeRow, ...]
    making: bool
    form: FormView | None = None
    once: str = ""
    chosen_category: str = ""
    filtered: bool = False
