"""What a financials workbook is made from: one entity's report, its lines by month and in their categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from linkflow.domain.books import Statement
from linkflow.domain.categories import Categories
from linkflow.domain.category_sums import Group, by_category
from linkflow.domain.financials import FinancialLine, PlacedAccount, by_impact
from linkflow.domain.ratios import Ratio, ratios
from linkflow.domain.software import Missing
from linkflow.domain.unavailable import missing_of
from linkflow.reports.not_available import absent
from linkflow.reports.tables import Absent

STATEMENTS = {Statement.PROFIT_AND_LOSS: "Profit and loss", Statement.BALANCE_SHEET: "Balance sheet"}
BY_CATEGORY = {
    Statement.PROFIT_AND_LOSS: "Profit and loss by category",
    Statement.BALANCE_SHEET: "Balance sheet by category",
}


@dataclass(frozen=True, kw_only=True)
class FinancialContents:
    """A whole report. The last of `months` is `unfinished` where it was not over; `findings` are the report's own."""

    organization: str
    company: str
    entity: str
    software: str
    currency: str
    read_at: datetime
    made_at: datetime
    taken_at: datetime
    months: tuple[date, ...]
    unfinished: date | None
    lines: tuple[FinancialLine, ...]
    categories: Categories
    findings: Sequence[Mapping[str, Any]] = ()

    @property
    def missing(self) -> frozenset[Missing]:
        """What the software cannot give."""
        return missing_of(self.findings)

    def absent(self, statement: Statement) -> Absent | None:
        """In place of a statement the software cannot give."""
        is_missing = statement.value in {one.value for one in self.missing}
        return absent([self.software]) if is_missing else None

    @property
    def full_months(self) -> int:
        """How many of the months were over."""
        return len(self.months) - (self.unfinished is not None)

    @property
    def month_names(self) -> tuple[str, ...]:
        """The months as headings."""
        return tuple(f"{one:%Y-%m}{' (to date)' if one == self.unfinished else ''}" for one in self.months)

    def of(self, statement: Statement) -> list[FinancialLine]:
        """The lines of a statement, as the software prints it."""
        return [line for line in self.lines if line.statement is statement]

    def tree(self, statement: Statement) -> tuple[Group, ...]:
        """The same by category."""
        return by_category(self.lines, self.categories, statement)

    @cached_property
    def ratios(self) -> tuple[Ratio, ...]:
        """By month."""
        return ratios(self.lines, months=len(self.months), full_months=self.full_months)

    def accounts(self) -> tuple[PlacedAccount, ...]:
        """With the most at stake first."""
        return by_impact(self.lines, full_months=self.full_months)
