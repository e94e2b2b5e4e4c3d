"""The figures of one entity as a table for a spreadsheet: exact amounts, one file a report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from flask import Response as Answer
from werkzeug.wrappers import Response

from linkflow.domain.measures import Measures
from linkflow.domain.statements import MonthlyStatement
from linkflow.reports.csv import Cell, csv_file
from linkflow.services import taking
from linkflow.services.taking import Figures
from linkflow.store.users import User
from linkflow.web.attachment import attached
from linkflow.web.portal.guard import portal
from linkflow.web.running import ctx

NO_SUPPLIER = "No supplier named"
Table = tuple[Sequence[str], Iterator[Sequence[Cell]]]
_SPEND = ("currency", "from", "to", "bills", "billed", "payments", "paid", "expenses", "outstanding", "total")


@portal("viewer")
def figures_csv(user: User, company_id: str, entity_id: str, report: str) -> Response:
    """One report; that it was taken is written down."""
    review, found = taking.take_figures(ctx(), user, company_id, entity_id, report=report)
    header, rows = _TABLES[report](found)
    name = (review.shown.entity.name if review.shown else None) or review.company.name
    answer = Answer(csv_file(header, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = attached(name, report, "csv")
    return answer


def _statement(statement: MonthlyStatement | None, found: Figures) -> Table:
    months = statement.months if statement else ()
    header = ("section", "line", "kind", "currency", *(f"{month:%Y-%m}" for month in months))
    rows = (
        (" / ".join(row.section), row.label, row.kind.value, found.currency, *row.amounts)
        for row in (statement.rows if statement else ())
    )
    return header, rows


def _by_supplier(found: Figures) -> Table:
    spend = found.spend
    rows = (
        (spend.name(one.supplier_id) or NO_SUPPLIER, *_sums(one.measures, found))
        for one in (spend.analysis.by_supplier if spend else ())
        if spend
    )
    return ("supplier", *_SPEND), rows


def _by_method(found: Figures) -> Table:
    methods = found.spend.analysis.by_method if found.spend else ()
    return ("method", *_SPEND), ((one.method.value, *_sums(one.measures, found)) for one in methods)


def _sums(sums: Measures, found: Figures) -> tuple[Cell, ...]:
    period, currency = found.spend_period, found.spend.currency if found.spend else ""
    amounts: tuple[Decimal | None, ...] = (sums.expensed, sums.outstanding, sums.total)
    return (
        currency,
        period.first_month,
        period.ends_on,
        sums.bills,
        sums.billed,
        sums.payments,
        sums.paid,
        *amounts,
    )


_TABLES: Mapping[str, Callable[[Figures], Table]] = {
    "profit-and-loss": lambda found: _statement(found.profit_and_loss, found),
    "balance-sheet": lambda found: _statement(found.balance_sheet, found),
    "spend-by-supplier": _by_supplier,
    "spend-by-method": _by_method,
}
