"""What is drawn of an entity's financials: income and costs by month, and what the balance sheet is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from linkflow.domain.books import Statement
from linkflow.domain.category_sums import NET, Amounts, signed
from linkflow.domain.financials import has_month
from linkflow.reports import charts
from linkflow.reports.chart_columns import Columns
from linkflow.reports.chart_scales import Drawing
from linkflow.reports.charts import Sides
from linkflow.web.financial_views import DrawnFigures, FigureCell, FigureRow, Months
from linkflow.web.portal.financial_rows import Window

_DAYS = 3
_HALF_A_YEAR = 6
_LEFT = ("asset.non_current", "asset.current")
_RIGHT = ("equity", "liability.non_current", "liability.current")
NOTHING = Decimal(0)


def profit(window: Window) -> DrawnFigures | None:
    """Income beside costs in each full month shown; None without a profit and loss."""
    tops = window.trees[Statement.PROFIT_AND_LOSS]
    places = range(window.start, window.found.full_months)
    if not tops or not places:
        return None
    of = {top.slug: top.amounts for top in tops}
    series = {
        "income": _at(of.get("income"), places),
        "costs": _at(of.get("expense"), places),
        "net": _at(signed(tops, NET.signs), places),
    }
    months = [window.found.months[place] for place in places]
    return _drawn(charts.profit_and_loss(months, **series), window, months, series)


def composition(window: Window) -> DrawnFigures | None:
    """Assets beside what they are owed to: now, half a year and a year ago; None without a balance sheet."""
    found = window.found
    wanted = [found.full_months - 1 - _HALF_A_YEAR * ago for ago in reversed(range(_DAYS))]
    places = [one for one in wanted if one >= 0 and has_month(found.lines, Statement.BALANCE_SHEET, one)]
    if not places:
        return None
    of = {group.slug: group.amounts for top in window.trees[Statement.BALANCE_SHEET] for group in top.walk()}
    series = {part: _at(of.get(part), places) for part in (*_LEFT, *_RIGHT)}
    days = [
        Sides(
            month=found.months[place],
            left=tuple((part, series[part][number]) for part in _LEFT),
            right=tuple((part, series[part][number]) for part in _RIGHT),
        )
        for number, place in enumerate(places)
    ]
    return _drawn(charts.composition(days), window, [day.month for day in days], series)


def _drawn(
    drawing: Drawing[Columns],
    window: Window,
    months: Sequence[date],
    series: Mapping[str, Sequence[Decimal]],
) -> DrawnFigures:
    rows = tuple(
        FigureRow(label=key, kind="line", level=1, cells=tuple(FigureCell(amount=amount) for amount in amounts))
        for key, amounts in series.items()
    )
    return DrawnFigures(drawing=drawing, months=Months(months=tuple(months), currency=window.found.currency), rows=rows)


def _at(amounts: Amounts | None, places: Sequence[int]) -> tuple[Decimal, ...]:
    return tuple((amounts[place] if amounts else None) or NOTHING for place in places)
