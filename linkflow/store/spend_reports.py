"""A spend analysis read back from its report: any period of whole months, of one entity or of several together.

Every function takes the ids of reports in one currency; what it costs depends on months, suppliers and methods, not on
how many bills there were. `domain/spend_figures.py` says what the figures are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.measures import MEASURES, Measures, TermsUse, added_up, most_common_terms
from linkflow.domain.methods import MethodGroup, group_of
from linkflow.domain.money import from_scaled
from linkflow.domain.ports import Transaction
from linkflow.domain.spend_figures import GroupSpend, MethodSpend, MonthSpend, groups, in_order
from linkflow.store.report_tables import spend_ageing, spend_rows, spend_suppliers, spend_terms
from linkflow.store.spend_sums import COUNTS
from linkflow.store.spend_ways import added


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The figures of some reports for a period, without the suppliers one by one."""

    by_method: tuple[MethodSpend, ...]
    by_group: tuple[GroupSpend, ...]
    by_month: tuple[MonthSpend, ...]
    by_report: Mapping[str, "ReportTotals"]
    overall: Measures
    suppliers: int
    common_terms: int | None


@dataclass(frozen=True)
class ReportTotals:
    """One report's share of them."""

    measures: Measures
    suppliers: int
    common_terms: int | None


@dataclass(frozen=True)
class Aged:
    """One bucket: how many open bills, and what is due on them."""

    bucket: AgeBucket
    bills: int
    outstanding: Decimal

    @property
    def is_overdue(self) -> bool:
        """Whether its bills should have been paid."""
        return self.bucket not in (AgeBucket.NOT_DUE, AgeBucket.NO_DUE_DATE)


def totals(tx: Transaction, report_ids: Sequence[str], *, period: Period) -> Totals:
    """Every figure by method, group, month and report."""
    cells = _cells(tx, report_ids, period)
    habits = _Habits(_uses(tx, report_ids, period), _suppliers_by_method(tx, report_ids, period))
    methods: defaultdict[PaymentMethod, Measures] = defaultdict(Measures)
    months: defaultdict[tuple[date, PaymentMethod], Measures] = defaultdict(Measures)
    single: defaultdict[str, Measures] = defaultdict(Measures)
    for (report_id, month, method), measures in cells.items():
        methods[method] += measures
        months[month, method] += measures
        single[report_id] += measures
    by_method = tuple(
        MethodSpend(one, methods[one], habits.suppliers(method=one), habits.terms(methods=[one]))
        for one in PaymentMethod
        if one in methods or habits.suppliers(method=one)
    )
    of_group = {group: [one for one in PaymentMethod if group_of(one) is group] for group in MethodGroup}
    return Totals(
        by_method=by_method,
        by_group=groups(by_method, {group: habits.terms(methods=of_group[group]) for group in MethodGroup}),
        by_month=tuple(MonthSpend(*key, months[key]) for key in sorted(months, key=in_order)),
        by_report={
            one: ReportTotals(single[one], habits.suppliers(report_id=one), habits.terms(report_id=one))
            for one in report_ids
        },
        overall=sum(methods.values(), Measures()),
        suppliers=habits.suppliers(),
        common_terms=habits.terms(),
    )


def ageing(tx: Transaction, report_ids: Sequence[str]) -> tuple[Aged, ...]:
    """Every open bill at the day of the pull, all buckets in order; bills without a due date last."""
    bucket = spend_ageing.c.bucket
    query = select(bucket, added(spend_ageing.c.bills), added(spend_ageing.c.outstanding))
    rows = tx.connection.execute(query.where(spend_ageing.c.report_id.in_(report_ids)).group_by(bucket))
    found = {name: (int(bills), from_scaled(int(amount))) for name, bills, amount in rows}
    return tuple(Aged(one, *found.get(one.value, (0, from_scaled(0)))) for one in AgeBucket)


def within(table: Any, report_ids: Sequence[str], period: Period) -> tuple[ColumnElement[bool], ...]:
    """The rows of some reports in a period."""
    months = table.c.month.between(period.first_month, period.last_month)
    return table.c.report_id.in_(report_ids), months


def sums() -> list[ColumnElement[Any]]:
    """Every measure added up, as the database's integers."""
    return [added(spend_rows.c[name]).label(name) for name in MEASURES]


def measures_of(row: Mapping[Any, Any]) -> Measures:
    """A row of `sums` as values."""
    values: dict[str, Any] = {
        name: int(row[name]) if name in COUNTS else from_scaled(int(row[name])) for name in MEASURES
    }
    return Measures(**values)


@dataclass(frozen=True)
class _Habits:
    """Terms by report and method, and numbers of suppliers by report and most used method."""

    uses: Sequence[tuple[str, PaymentMethod, TermsUse]]
    counted: Mapping[tuple[str, PaymentMethod], int]

    def suppliers(self, *, report_id: str | None = None, method: PaymentMethod | None = None) -> int:
        return sum(
            number
            for (report, way), number in self.counted.items()
            if report_id in (None, report) and method in (None, way)
        )

    def terms(self, *, report_id: str | None = None, methods: Sequence[PaymentMethod] = ()) -> int | None:
        chosen = (use for report, way, use in self.uses if report_id in (None, report) and way in (methods or (way,)))
        return most_common_terms(added_up(chosen))


def _cells(
    tx: Transaction, report_ids: Sequence[str], period: Period
) -> dict[tuple[str, date, PaymentMethod], Measures]:
    keys = spend_rows.c.report_id, spend_rows.c.month, spend_rows.c.method
    query = select(*keys, *sums()).where(*within(spend_rows, report_ids, period)).group_by(*keys)
    rows = tx.connection.execute(query).mappings()
    return {(row["report_id"], row["month"], PaymentMethod(row["method"])): measures_of(row) for row in rows}


def _uses(tx: Transaction, report_ids: Sequence[str], period: Period) -> list[tuple[str, PaymentMethod, TermsUse]]:
    keys = spend_terms.c.report_id, spend_terms.c.method, spend_terms.c.days
    query = select(*keys, added(spend_terms.c.bills), added(spend_terms.c.billed))
    rows = tx.connection.execute(query.where(*within(spend_terms, report_ids, period)).group_by(*keys))
    return [
        (report_id, PaymentMethod(method), TermsUse(days, int(bills), from_scaled(int(billed))))
        for report_id, method, days, bills, billed in rows
    ]


def _suppliers_by_method(
    tx: Transaction, report_ids: Sequence[str], period: Period
) -> dict[tuple[str, PaymentMethod], int]:
    """Per report and most used method: how many suppliers with anything in the period."""
    keys = spend_rows.c.report_id, spend_rows.c.supplier_id
    named = spend_rows.c.supplier_id != ""
    present = select(*keys).where(*within(spend_rows, report_ids, period), named).distinct().subquery()
    same = (
        spend_suppliers.c.report_id == present.c.report_id,
        spend_suppliers.c.supplier_id == present.c.supplier_id,
    )
    by = present.c.report_id, spend_suppliers.c.method_by_count
    query = select(*by, func.count()).select_from(present.join(spend_suppliers, and_(*same))).group_by(*by)
    return {(report_id, PaymentMethod(way)): int(n) for report_id, way, n in tx.connection.execute(query)}
