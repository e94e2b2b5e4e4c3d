"""QuickBooks' profit and loss and balance sheet by month, as lines and totals.

A report is a tree of sections. The heading of an account that has others below it carries what is booked on the
account itself; what is left after several sections (gross profit, net income) has no heading at all. A blank is
nothing booked, and no amount. No group and no heading is relied on to be there: editions differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from linkflow.domain.books import LineKind, Period, Statement
from linkflow.domain.ports import Page
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._quickbooks_query import Ledger
from linkflow.providers._rows import Row, amount, listed, read, window
from linkflow.providers._statements import Figure, page_of_months

MONTHS_AT_ONCE = 6
"""What the product asks to keep a report to."""
_REPORTS = {Statement.PROFIT_AND_LOSS: "ProfitAndLoss", Statement.BALANCE_SHEET: "BalanceSheet"}


@dataclass(frozen=True)
class _Printed:
    """A row of the report with its cells, the first of which is its label."""

    cells: Sequence[Any]
    kind: LineKind = LineKind.LINE
    section: tuple[str, ...] = ()


def statement(ledger: Ledger, of: Statement, *, cursor: str | None, period: Period) -> Page:
    """Some months of one statement."""
    months, following = window(period, cursor, MONTHS_AT_ONCE)
    asked = Period(months[0], months[-1])
    answer = ledger.get(
        f"reports/{_REPORTS[of]}",
        start_date=asked.first_month.isoformat(),
        end_date=asked.ends_on.isoformat(),
        summarize_column_by="Month",
        accounting_method="Accrual",
    )
    if _says_empty(answer):
        return Page((), following)
    columns = _columns(answer, months)
    printed, unnamed = read(_walk(_below(answer), ()), _named, kind=of.value)
    rows = {
        month: [{"id": _account(row.cells), "row": row, "at": place} for row in printed]
        for place, month in columns.items()
    }
    found = page_of_months(of, rows, _figure, key="id", following=following)
    return replace(found, set_aside=(*unnamed, *found.set_aside))


def _says_empty(answer: Row) -> bool:
    header = answer.get("Header")
    options = header.get("Option") if isinstance(header, dict) else None
    return {"Name": "NoReportData", "Value": "true"} in (options if isinstance(options, list) else ())


def _columns(answer: Row, months: Sequence[date]) -> Mapping[int, date]:
    """Place of a cell → its month, the column of totals left out; `BadAnswer` where no column is one of the months."""
    found = {}
    for place, column in enumerate(listed(answer, "Columns", "Column")):
        data = column.get("MetaData") if isinstance(column, dict) else None
        said = {one.get("Name"): one.get("Value") for one in data or () if isinstance(one, dict)}
        starts, ends = (str(said.get(name, ""))[:7] for name in ("StartDate", "EndDate"))
        month = next((one for one in months if f"{one:%Y-%m}" == starts == ends), None)
        if month is not None:
            found[place] = month
    if not found:
        raise BadAnswer(reason="no column of a month")
    return found


def _below(row: Row) -> Sequence[Any]:
    rows = row.get("Rows")
    if rows in (None, {}):
        return ()
    return listed(rows, "Row")


def _walk(rows: Sequence[Any], path: tuple[str, ...]) -> Iterator[_Printed]:
    for row in rows:
        if not isinstance(row, dict):
            yield _Printed(("", row))
            continue
        heading, total = _cells(row.get("Header")), _cells(row.get("Summary"))
        if "ColData" in row:
            yield _Printed(_cells(row), section=path)
        title = _text(heading)
        inner = (*path, title) if title else path
        if heading:
            # An older form of what is left after several sections: a heading above nothing.
            alone = not (total or _below(row) or _account(heading))
            yield _Printed(heading, LineKind.TOTAL) if alone else _Printed(heading, section=inner)
        yield from _walk(_below(row), inner)
        if total:
            yield _Printed(total, LineKind.TOTAL, inner if title else ())


def _cells(row: Any) -> Sequence[Any]:
    found = row.get("ColData") if isinstance(row, dict) else None
    return found if isinstance(found, list) else ()


def _text(cells: Sequence[Any]) -> str:
    found = cells[0].get("value") if cells and isinstance(cells[0], dict) else None
    return found.strip() if isinstance(found, str) else ""


def _account(cells: Sequence[Any]) -> str | None:
    found = cells[0].get("id") if cells and isinstance(cells[0], dict) else None
    return found if isinstance(found, str) and found else None


def _named(row: _Printed) -> _Printed:
    if not _label(row) and any(cell.get("value") for cell in row.cells):
        raise TypeError("label")
    return row


def _label(row: _Printed) -> str:
    return _text(row.cells) or _account(row.cells) or ""


def _figure(cell: Row) -> Figure | None:
    """What a row prints for one month; None where that is blank."""
    row: _Printed = cell["row"]
    value = row.cells[cell["at"]].get("value") if cell["at"] < len(row.cells) else None
    if value in (None, ""):
        return None
    account_id = _account(row.cells) if row.kind is LineKind.LINE else None
    return Figure(label=_label(row), amount=amount(value), kind=row.kind, section=row.section, account_id=account_id)
