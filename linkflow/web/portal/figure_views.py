"""Pulled figures as tables: statements by month, spend by supplier and by payment method."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from linkflow.domain.books import LineKind
from linkflow.domain.links import company_page_path
from linkflow.domain.measures import Measures
from linkflow.domain.statements import MonthlyStatement, StatementRow
from linkflow.services.reviewing import CompanyReview, Figures
from linkflow.web.company_list_views import Download, Report
from linkflow.web.company_page_views import FigureChoice, FiguresView
from linkflow.web.portal.paths import figures_path
from linkflow.web.portal_views import MonthLine, MonthTable, SpendLine, SpendTable
from linkflow.web.running import href

SUPPLIERS = 200
"""More rows than this are counted, not shown; the sum covers them."""
NO_SUPPLIER = "No supplier named"


def figures_view(review: CompanyReview) -> FiguresView | None:
    """The figures of the entity shown, and the way to those of the others."""
    shown, found = review.shown, review.figures
    if shown is None or found is None:
        return None
    path = company_page_path(review.company.id)
    read = [one for one in review.entities if one.read_from is not None]
    choices = tuple(
        FigureChoice(
            name=one.entity.name or review.company.name,
            href=href(f"{path}?entity={one.entity.id}#figures"),
            current=one is shown,
        )
        for one in read
    )
    return FiguresView(
        name=shown.entity.name or review.company.name,
        busy=shown.is_read,
        choices=choices if len(read) > 1 else (),
        downloads=downloads(review.company.id, shown.entity.id, _reports(found)),
        profit_and_loss=month_table(found.profit_and_loss, found),
        balance_sheet=month_table(found.balance_sheet, found),
        spend_by_supplier=supplier_table(found),
        spend_by_method=method_table(found),
    )


def downloads(company_id: str, entity_id: str, reports: Iterable[Report]) -> tuple[Download, ...]:
    """Where each of these reports of an entity is taken as a file."""
    return tuple(Download(report=one, href=href(figures_path(company_id, entity_id, one))) for one in reports)


def _reports(found: Figures) -> Iterator[Report]:
    if found.profit_and_loss is not None:
        yield "profit-and-loss"
    if found.balance_sheet is not None:
        yield "balance-sheet"
    if found.spend is not None:
        yield from ("spend-by-method", "spend-by-supplier")


def month_table(statement: MonthlyStatement | None, figures: Figures) -> MonthTable | None:
    """A statement with a heading wherever a section begins."""
    if statement is None:
        return None
    return MonthTable(
        months=statement.months,
        lines=tuple(_lines(statement)),
        currency=figures.currency,
        unfinished=figures.unfinished,
    )


def supplier_table(figures: Figures) -> SpendTable | None:
    """The largest suppliers first."""
    found = figures.spend
    if found is None:
        return None
    suppliers = found.analysis.by_supplier
    lines = [_spend(found.name(one.supplier_id) or NO_SUPPLIER, one.measures) for one in suppliers[:SUPPLIERS]]
    return _table(figures, lines, hidden=max(0, len(suppliers) - SUPPLIERS))


def method_table(figures: Figures) -> SpendTable | None:
    """The payment methods in their usual order."""
    if figures.spend is None:
        return None
    return _table(figures, [_spend(one.method.value, one.measures) for one in figures.spend.analysis.by_method])


def _lines(statement: MonthlyStatement) -> Iterable[MonthLine]:
    nothing: tuple[Decimal | None, ...] = (None,) * len(statement.months)
    opened: tuple[str, ...] = ()
    for row in statement.rows:
        if row.kind is LineKind.LINE:
            same = 0
            while same < min(len(opened), len(row.section)) and opened[same] == row.section[same]:
                same += 1
            yield from (MonthLine(label=name, values=nothing, kind="section") for name in row.section[same:])
            opened = row.section
        yield _line(row)


def _line(row: StatementRow) -> MonthLine:
    if row.kind is LineKind.LINE:
        return MonthLine(label=row.label, values=row.amounts)
    return MonthLine(label=row.label, values=row.amounts, kind="subtotal" if row.section else "total")


def _table(figures: Figures, lines: list[SpendLine], *, hidden: int = 0) -> SpendTable | None:
    found, period = figures.spend, figures.spend_period
    if found is None:
        return None
    return SpendTable(
        lines=tuple(lines),
        sum_line=_spend("", found.analysis.overall),
        currency=found.currency,
        first_day=period.first_month,
        last_day=period.ends_on,
        hidden=hidden,
    )


def _spend(label: str, sums: Measures) -> SpendLine:
    return SpendLine(
        label=label,
        bills=sums.bills,
        billed=sums.billed,
        payments=sums.payments,
        paid=sums.paid,
        expenses=sums.expensed,
        total=sums.total,
        outstanding=sums.outstanding,
    )
