"""The ratios as formulas over the statements by category: the definitions of `domain/ratio_rules.py`, cell by cell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from linkflow.domain.books import Statement
from linkflow.domain.ratio_rules import BEFORE_CASH, DAYS, DEBT, STOCK, WRITTEN_OFF, Unit
from linkflow.domain.ratios import A_YEAR, Missing, Ratio, RatioValue
from linkflow.reports.financial_contents import FinancialContents
from linkflow.reports.financial_sheets import StatementSheet, month_headings
from linkflow.reports.formulas import NOT_AVAILABLE, ratio
from linkflow.reports.tables import Heading, Kind, Value
from linkflow.reports.workbook import Content, Formula, Line

NAME = "Ratios"
KINDS = {Unit.MONEY: Kind.MONEY, Unit.PERCENT: Kind.SHARE, Unit.TIMES: Kind.RATIO, Unit.DAYS: Kind.DAYS}
_UNITS = {Unit.MONEY: "amount", Unit.PERCENT: "share", Unit.TIMES: "times", Unit.DAYS: "days"}


@dataclass(frozen=True)
class Month:
    """Sums of parts of the tree as formulas: in a month, over the year that ends with it, at its end, a year before."""

    profit: StatementSheet
    sheet: StatementSheet
    at: int

    def made(self, *parts: str) -> str:
        """In the month."""
        return _added(self.profit.cell(part, self.at) for part in parts)

    def year(self, *parts: str) -> str:
        """In twelve months."""
        spans = (self.profit.span(part, self.at + 1 - A_YEAR, self.at) for part in parts)
        return _added(f"SUM({one})" if one else None for one in spans)

    def held(self, *parts: str) -> str:
        """At its end."""
        return _added(self.sheet.cell(part, self.at) for part in parts)

    def opening(self, *parts: str) -> str:
        """Twelve months before."""
        return _added(self.sheet.cell(part, self.at - A_YEAR) for part in parts)


_Sum = Callable[..., str]


def _revenue(over: _Sum) -> str:
    return over("income.revenue", "income.sales_reductions")


def _net(over: _Sum) -> str:
    return f"({over('income')}-{over('expense')})"


def _ebit(over: _Sum) -> str:
    received = over("income.other.interest", "income.other.tax_refund")
    return f"({_net(over)}+{over('expense.finance', 'expense.tax')}-{received})"


FORMULAS: Mapping[str, Callable[[Month], str]] = {
    "revenue": lambda month: _revenue(month.made),
    "gross-margin": lambda month: ratio(
        f"({_revenue(month.made)}-{month.made('expense.cost_of_sales')})", _revenue(month.made)
    ),
    "net-profit": lambda month: _net(month.made),
    "net-margin": lambda month: ratio(_net(month.made), _revenue(month.made)),
    "ebit": lambda month: _ebit(month.made),
    "ebitda": lambda month: f"{_ebit(month.made)}+{month.made(*WRITTEN_OFF)}",
    "current-ratio": lambda month: ratio(month.held("asset.current"), month.held("liability.current")),
    "quick-ratio": lambda month: ratio(
        f"({month.held('asset.current')}-{month.held(*BEFORE_CASH)})",
        month.held("liability.current"),
    ),
    "working-capital": lambda month: f"{month.held('asset.current')}-{month.held('liability.current')}",
    "debt": lambda month: month.held(*DEBT),
    "debt-to-equity": lambda month: ratio(month.held(*DEBT), month.held("equity")),
    "equity-ratio": lambda month: ratio(month.held("equity"), month.held("asset")),
    "interest-cover": lambda month: ratio(_ebit(month.year), month.year("expense.finance")),
    "debtor-days": lambda month: ratio(f"{DAYS}*{month.held('asset.current.trade_receivables')}", _revenue(month.year)),
    "creditor-days": lambda month: ratio(
        f"{DAYS}*{month.held('liability.current.trade_payables')}", month.year("expense.cost_of_sales")
    ),
    "stock-turn": lambda month: ratio(
        f"2*{month.year('expense.cost_of_sales')}", f"({month.opening(*STOCK)}+{month.held(*STOCK)})"
    ),
}
"""By the ratio's key; one without a formula here stands as a value."""

_BEFORE: tuple[Heading, ...] = (("Ratio", Kind.TEXT), ("Formula", Kind.TEXT), ("Unit", Kind.WORD))


def ratio_headings(contents: FinancialContents) -> tuple[Heading, ...]:
    """Headings with a column for each month."""
    return month_headings(contents, _BEFORE)


def ratio_values(contents: FinancialContents) -> Iterator[Sequence[Value]]:
    """Each ratio as plain values; one that is not available is empty."""
    for one in contents.ratios:
        yield (one.name, one.formula, _UNITS[one.unit], *(_scaled(one, value) for value in one.values))


def ratio_lines(contents: FinancialContents, sheets: Mapping[Statement, StatementSheet]) -> Iterator[Line]:
    """Each ratio as formulas with their values."""
    profit, sheet = sheets[Statement.PROFIT_AND_LOSS], sheets[Statement.BALANCE_SHEET]
    for one in contents.ratios:
        figures = [_figure(one, value, Month(profit, sheet, at)) for at, value in enumerate(one.values)]
        words = (one.name, one.formula, _UNITS[one.unit])
        yield Line.fixed((*words, *figures), contents.currency, kind=KINDS[one.unit])


def _figure(one: Ratio, value: RatioValue, month: Month) -> Content:
    if value.missing in (Missing.NO_STATEMENT, Missing.FEWER_MONTHS):
        return NOT_AVAILABLE
    found = _scaled(one, value)
    known: Value = NOT_AVAILABLE if found is None else found
    return Formula(FORMULAS[one.key](month), known) if one.key in FORMULAS else known


def _scaled(one: Ratio, value: RatioValue) -> Decimal | None:
    """A percentage as a spreadsheet has it: 0.4 for 40 %."""
    return value.value / 100 if value.value is not None and one.unit is Unit.PERCENT else value.value


def _added(cells: Iterator[str | None]) -> str:
    """The sum of what there is; 0 where there is nothing."""
    found = [one for one in cells if one is not None]
    return f"({'+'.join(found)})" if len(found) > 1 else (found[0] if found else "0")
