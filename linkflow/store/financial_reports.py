"""The rows of financial reports: written when one is made, and read back whole as what they were made of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, select

from linkflow.domain.books import AccountClass, LineKind, Period, Statement
from linkflow.domain.categories import Confidence, Reason
from linkflow.domain.financials import FinancialLine
from linkflow.domain.ports import Transaction
from linkflow.store.report_tables import financial_amounts, financial_lines
from linkflow.store.reports import Report, Row

UNFINISHED = "month-to-date"
"""The finding that names the month that was not over."""


@dataclass(frozen=True, kw_only=True)
class FinancialReport:
    """A report that was made: every line by month. The last of `months` is `unfinished` where it was not over."""

    report: Report
    months: tuple[date, ...]
    unfinished: date | None
    lines: tuple[FinancialLine, ...]

    @property
    def currency(self) -> str:
        """Of every amount."""
        return self.report.currency or ""

    @property
    def full_months(self) -> int:
        """How many of the months were over."""
        return len(self.months) - (self.unfinished is not None)


def rows_of(lines: Sequence[FinancialLine], months: Sequence[date]) -> Iterator[Row]:
    """The rows of a report, those of one table together."""
    for position, line in enumerate(lines):
        yield financial_lines, _row(position, line)
    for position, line in enumerate(lines):
        for month, amount in zip(months, line.amounts, strict=True):
            if amount is not None:
                yield financial_amounts, {"position": position, "month": month, "amount": amount}


def read_report(tx: Transaction, report: Report) -> FinancialReport:
    """A report that is made, with all its lines."""
    if report.first_month is None or report.last_month is None:
        raise LookupError("a report that is not made has no months")
    months = Period(report.first_month, report.last_month).months
    columns = financial_amounts.c
    amounts: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    told = select(columns.position, columns.month, columns.amount).where(columns.report_id == report.id)
    for position, month, amount in tx.connection.execute(told):
        amounts[position][month] = amount
    here = select(financial_lines).where(financial_lines.c.report_id == report.id)
    found = tx.connection.execute(here.order_by(financial_lines.c.position)).mappings()
    lines = tuple(_line(row, tuple(amounts[row["position"]].get(month) for month in months)) for row in found)
    return FinancialReport(report=report, months=months, unfinished=unfinished_month(report), lines=lines)


def classes_of(tx: Transaction, report_id: str) -> dict[str, tuple[str, AccountClass]]:
    """Account id → its name and class, of every account a report places."""
    columns = financial_lines.c
    here = columns.report_id == report_id, columns.account_id.is_not(None), columns.category.is_not(None)
    found = tx.connection.execute(select(columns.account_id, columns.label, columns.account_class).where(*here))
    return {account_id: (label, AccountClass(of)) for account_id, label, of in found}


def unfinished_month(report: Report) -> date | None:
    """The month of a report that was not over when the books were read."""
    told = next((one["month"] for one in report.findings if one["kind"] == UNFINISHED), None)
    return date.fromisoformat(told) if told else None


def _row(position: int, line: FinancialLine) -> dict[str, Any]:
    return {
        "position": position,
        "statement": line.statement.value,
        "kind": line.kind.value,
        "section": list(line.section),
        "label": line.label,
        "account_id": line.account_id,
        "account_code": line.account_code,
        "account_class": line.account_class.value if line.account_class else None,
        "category": line.category,
        "suggested": line.suggested,
        "reason": line.reason.value if line.reason else None,
        "confidence": line.confidence.value if line.confidence else None,
        "because": line.because,
        "marked": line.marked,
    }


def _line(row: RowMapping, amounts: tuple[Decimal | None, ...]) -> FinancialLine:
    return FinancialLine(
        statement=Statement(row["statement"]),
        kind=LineKind(row["kind"]),
        section=tuple(row["section"]),
        label=row["label"],
        amounts=amounts,
        account_id=row["account_id"],
        account_code=row["account_code"],
        account_class=AccountClass(row["account_class"]) if row["account_class"] else None,
        category=row["category"],
        suggested=row["suggested"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        confidence=Confidence(row["confidence"]) if row["confidence"] else None,
        because=row["because"],
        marked=row["marked"],
    )
