"""A spend analysis as figures: what each month, supplier and method contribute, added up by each of them.

It does not matter where the parts come from, the records (`domain/spend.py`) or the database's sums.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.measures import Measures, TermsUse, added_up, most_common_terms
from linkflow.domain.methods import MethodGroup, group_of

NOTHING = Measures()


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one supplier (external id, None: none is named) and one method contribute to one month.

    `uses` are the terms of its bills, in any order, the same days once or several times.
    """

    month: date
    supplier_id: str | None
    method: PaymentMethod
    measures: Measures = NOTHING
    uses: tuple[TermsUse, ...] = ()


@dataclass(frozen=True)
class MethodSpend:
    """One payment method: its measures, the suppliers for whom it is the most used one, and its most common terms."""

    method: PaymentMethod
    measures: Measures
    suppliers: int
    common_terms: int | None = None


@dataclass(frozen=True)
class GroupSpend:
    """Card, non-card, or unknown and other: the sum of its methods."""

    group: MethodGroup
    measures: Measures
    suppliers: int
    common_terms: int | None = None


@dataclass(frozen=True)
class SupplierSpend:
    """One supplier with anything in the period; `supplier_id` None gathers what names no supplier."""

    supplier_id: str | None
    measures: Measures
    most_used: PaymentMethod
    common_terms: int | None = None


@dataclass(frozen=True)
class MonthSpend:
    """One month and method."""

    month: date
    method: PaymentMethod
    measures: Measures


@dataclass(frozen=True)
class SpendAnalysis:
    """By method in the standard order, by supplier with the largest total first, by month; overall sums the methods."""

    by_method: tuple[MethodSpend, ...]
    by_supplier: tuple[SupplierSpend, ...]
    by_month: tuple[MonthSpend, ...]
    by_group: tuple[GroupSpend, ...]
    overall: Measures
    common_terms: int | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierFacts:
    """What is known of a supplier whatever the period, up to the pull.

    The most used method by number (ties: amount), by amount (ties: number), and by number of the payments and
    expenses whose method the software itself states; `last_card_on` is the latest card payment, not after the pull.
    """

    by_count: PaymentMethod = PaymentMethod.UNKNOWN
    by_amount: PaymentMethod = PaymentMethod.UNKNOWN
    by_field: PaymentMethod = PaymentMethod.UNKNOWN
    last_bill_on: date | None = None
    last_expense_on: date | None = None
    first_seen_on: date | None = None
    last_card_on: date | None = None


def accepted_card(last_card_on: date | None, *, on: date) -> bool:
    """Whether a supplier was paid by card in the twelve months up to the day `on`."""
    return last_card_on is not None and last_card_on > _year_before(on)


def covered(period: Period, first_month: date | None, last_month: date | None) -> Period:
    """What of a period lies between the first and the last month that books have figures of."""
    first = max(period.first_month, first_month or period.first_month)
    return Period(first, min(period.last_month, last_month or period.last_month))


def months_covered(period: Period, first_month: date | None, last_month: date | None) -> int:
    """How many months of a period books have figures of: at least one."""
    return len(covered(period, first_month, last_month).months) or 1


def reaches(threshold: Decimal, *, spent: Decimal, months: int) -> bool:
    """Whether what was spent in so many months is `threshold` or more a year."""
    return spent * 12 >= threshold * months


def gather(parts: Iterable[Part], *, most_used: Mapping[str, PaymentMethod]) -> SpendAnalysis:
    """Add up parts by method, by group, by supplier and by month."""
    methods: defaultdict[PaymentMethod, Measures] = defaultdict(Measures)
    suppliers: defaultdict[str | None, Measures] = defaultdict(Measures)
    months: defaultdict[tuple[date, PaymentMethod], Measures] = defaultdict(Measures)
    terms: defaultdict[object, list[TermsUse]] = defaultdict(list)
    for part in parts:
        methods[part.method] += part.measures
        suppliers[part.supplier_id] += part.measures
        months[part.month, part.method] += part.measures
        for of in (part.method, group_of(part.method), ("supplier", part.supplier_id), "overall"):
            terms[of] += part.uses
    usual = {key: most_used.get(key or "", PaymentMethod.UNKNOWN) for key in suppliers}
    counts = [usual[key] for key in suppliers if key is not None]
    shown = [method for method in PaymentMethod if method in methods or method in counts]
    ranked = sorted(suppliers, key=lambda key: (-suppliers[key].total, key is None, key or ""))

    def common(of: object) -> int | None:
        return most_common_terms(added_up(terms[of]))

    by_method = tuple(MethodSpend(method, methods[method], counts.count(method), common(method)) for method in shown)
    return SpendAnalysis(
        by_method=by_method,
        by_supplier=tuple(SupplierSpend(key, suppliers[key], usual[key], common(("supplier", key))) for key in ranked),
        by_month=tuple(MonthSpend(*key, months[key]) for key in sorted(months, key=in_order)),
        by_group=groups(by_method, {group: common(group) for group in MethodGroup}),
        overall=sum(methods.values(), Measures()),
        common_terms=common("overall"),
    )


def in_order(key: tuple[date, PaymentMethod]) -> tuple[date, int]:
    """Months in their order, in each the methods in the standard one."""
    return key[0], list(PaymentMethod).index(key[1])


def groups(methods: Iterable[MethodSpend], terms: Mapping[MethodGroup, int | None]) -> tuple[GroupSpend, ...]:
    """All three groups of the methods, given their most common terms."""
    held = tuple(methods)
    return tuple(
        GroupSpend(
            group,
            sum((one.measures for one in held if group_of(one.method) is group), Measures()),
            sum(one.suppliers for one in held if group_of(one.method) is group),
            terms.get(group),
        )
        for group in MethodGroup
    )


def _year_before(day: date) -> date:
    # 29 February: the day before 1 March of a year that has none.
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
