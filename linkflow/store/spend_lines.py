"""The suppliers of a spend analysis, line by line, from its report: sorted, from a threshold on, a page at a time.

The threshold hides lines of this list alone; totals always cover everything (`spend_reports.py`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Text, and_, case, cast, func, select, tuple_

from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.measures import Measures, TermsUse, most_common_terms
from linkflow.domain.money import from_scaled, to_scaled
from linkflow.domain.ports import Transaction
from linkflow.domain.spend_figures import SupplierFacts, months_covered
from linkflow.store.books_tables import suppliers as book_suppliers
from linkflow.store.report_tables import reports, spend_rows, spend_suppliers, spend_terms
from linkflow.store.spend_reports import measures_of, sums, within
from linkflow.store.spend_ways import AT_ONCE, added

SORTS = (
    *("total", "name", "bills", "billed", "outstanding", "late", "paid", "expensed"),
    *("terms", "settlement", "last-bill"),
)
"""What suppliers can be sorted by."""
LARGEST_LEAST = Decimal(10**12)
"""The largest spend a year suppliers can be listed from: times months it is a number every database holds."""


@dataclass(frozen=True, kw_only=True)
class SupplierLine:
    """One supplier of one report; an empty `supplier_id` gathers what names none. Contact details as in the books."""

    report_id: str
    supplier_id: str
    name: str
    measures: Measures
    facts: SupplierFacts
    common_terms: int | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_number: str | None = None
    registration_number: str | None = None
    addresses: tuple[str, ...] = ()


def supplier_lines(
    tx: Transaction,
    report_ids: Sequence[str],
    *,
    period: Period,
    least: Decimal = Decimal(0),
    used: Sequence[PaymentMethod] = (),
    sort: str = "total",
    reverse: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[SupplierLine]:
    """The suppliers of a period whose spend a year reaches `least`, a few at a time.

    The largest amounts come first, names from A, unless `reverse`. A year's spend is that of the months each report has
    figures of (`months_covered`), as of twelve. `used` leaves those with a name whose most used method by number is one
    of these, as `spend_reports.totals` counts them.
    """
    summed = _by_supplier(tx, report_ids, period, least, used).subquery()
    query = _with_facts(summed).order_by(*_order(summed, sort, reverse)).limit(limit).offset(offset or None)
    found = tx.connection.execute(query.execution_options(yield_per=AT_ONCE))
    with found:
        for batch in found.mappings().partitions():
            terms = _terms_of(tx, batch, period)
            for row in batch:
                yield _line(row, terms.get((row["report_id"], row["supplier_id"])))


def count_suppliers(
    tx: Transaction,
    report_ids: Sequence[str],
    *,
    period: Period,
    least: Decimal = Decimal(0),
    used: Sequence[PaymentMethod] = (),
) -> tuple[int, int]:
    """How many lines suppliers of `used` take in a period: those whose spend a year reaches `least`, and all."""

    def counted(bound: Decimal) -> int:
        lines = _by_supplier(tx, report_ids, period, bound, used).subquery()
        return int(tx.connection.scalar(select(func.count()).select_from(lines)) or 0)

    every = counted(Decimal(0))
    return (counted(least) if least > 0 else every), every


def _by_supplier(
    tx: Transaction, report_ids: Sequence[str], period: Period, least: Decimal, used: Sequence[PaymentMethod]
) -> Select[Any]:
    keys = spend_rows.c.report_id, spend_rows.c.supplier_id
    query = select(*keys, *sums()).where(*within(spend_rows, report_ids, period)).group_by(*keys)
    if used:
        fact = spend_suppliers
        same = and_(fact.c.report_id == spend_rows.c.report_id, fact.c.supplier_id == spend_rows.c.supplier_id)
        mine = fact.c.method_by_count.in_([method.value for method in used])
        query = query.join(fact, same).where(mine, spend_rows.c.supplier_id != "")
    if least <= 0:
        return query
    # `reaches`, in whole numbers.
    spent = added(spend_rows.c.billed) + added(spend_rows.c.expensed)
    months = case(_months_of(tx, report_ids, period), value=spend_rows.c.report_id)
    return query.having(spent * 12 >= to_scaled(least) * months)


def _months_of(tx: Transaction, report_ids: Sequence[str], period: Period) -> dict[str, int]:
    """The months of the period that each report has figures of."""
    query = select(reports.c.id, reports.c.first_month, reports.c.last_month).where(reports.c.id.in_(report_ids))
    return {report_id: months_covered(period, *ends) for report_id, *ends in tx.connection.execute(query)}


def _with_facts(summed: Any) -> Select[Any]:
    fact, contact = spend_suppliers, book_suppliers
    of_report = and_(fact.c.report_id == summed.c.report_id, fact.c.supplier_id == summed.c.supplier_id)
    of_books = and_(contact.c.connection_id == reports.c.connection_id, contact.c.external_id == summed.c.supplier_id)
    facts = [column for column in fact.c if column.name not in ("report_id", "supplier_id")]
    details = ("contact_name", "email", "phone", "tax_number", "registration_number", "addresses")
    return (
        select(*summed.c, *facts, *(contact.c[name] for name in details))
        .select_from(summed)
        .join(reports, reports.c.id == summed.c.report_id)
        .join(fact, of_report)
        .outerjoin(contact, of_books)
    )


def _order(summed: Any, sort: str, reverse: bool) -> list[ColumnElement[Any]]:
    """The column, and what tells equal ones apart: the order is total."""
    column = summed.c
    ways: dict[str, ColumnElement[Any]] = {
        "name": func.lower(spend_suppliers.c.name),
        "total": column.billed + column.expensed,
        "terms": _quotient(column.terms_days, column.with_terms),
        "settlement": _quotient(column.settled_days, column.settled),
        "last-bill": func.coalesce(cast(spend_suppliers.c.last_bill_on, Text), ""),
        **{name: column[name] for name in ("bills", "billed", "outstanding", "late", "paid", "expensed")},
    }
    by = ways[sort]
    ascending = (sort == "name") != reverse
    return [by.asc() if ascending else by.desc(), column.report_id, column.supplier_id]


def _quotient(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    """For order only, where floats do: nothing to weigh is less than nothing."""
    return func.coalesce(cast(part, Float) / func.nullif(cast(whole, Float), 0), -1)


def _terms_of(tx: Transaction, lines: Sequence[Mapping[str, Any]], period: Period) -> dict[tuple[str, str], int | None]:
    """The most common terms of some suppliers."""
    table = spend_terms
    wanted = [(line["report_id"], line["supplier_id"]) for line in lines]
    keys = table.c.report_id, table.c.supplier_id, table.c.days
    query = select(*keys, added(table.c.bills), added(table.c.billed)).where(
        *within(table, sorted({report_id for report_id, _ in wanted}), period),
        tuple_(table.c.report_id, table.c.supplier_id).in_(wanted),
    )
    found: defaultdict[tuple[str, str], list[TermsUse]] = defaultdict(list)
    for report_id, supplier_id, days, bills, billed in tx.connection.execute(query.group_by(*keys)):
        found[report_id, supplier_id].append(TermsUse(days, int(bills), from_scaled(int(billed))))
    return {key: most_common_terms(uses) for key, uses in found.items()}


def _line(row: Mapping[str, Any], common_terms: int | None) -> SupplierLine:
    details = ("contact_name", "email", "phone", "tax_number", "registration_number")
    ways: dict[str, Any] = {f"by_{way}": PaymentMethod(row[f"method_by_{way}"]) for way in ("count", "amount", "field")}
    days: dict[str, Any] = {
        name: row[name] for name in ("last_bill_on", "last_expense_on", "first_seen_on", "last_card_on")
    }
    return SupplierLine(
        report_id=row["report_id"],
        supplier_id=row["supplier_id"],
        name=row["name"],
        measures=measures_of(row),
        facts=SupplierFacts(**ways, **days),
        common_terms=common_terms,
        addresses=tuple(row["addresses"] or ()),
        **{name: row[name] for name in details},
    )
