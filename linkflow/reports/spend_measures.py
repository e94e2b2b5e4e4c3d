"""The measures of a spend analysis as columns: what each comes to, and the formula that gets it from the sheets.

A measure is summed over the sheets of the books, selected by numbers and words of the row it stands in; averages and
shares follow from those beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from linkflow.domain.measures import share
from linkflow.reports import spend_tables as of
from linkflow.reports.formulas import NOT_AVAILABLE, Criteria, Span, ratio, text
from linkflow.reports.spend_contents import Group
from linkflow.reports.spend_words import YES
from linkflow.reports.tables import Kind, Value

_UNPAID = (("Amount due", text(">0")),)
_LATE = ((of.LATE, text(YES)),)
# Any number: bills without a due date have none.
_WITH_TERMS = ((of.TERMS, text(">-1000000")),)


@dataclass(frozen=True)
class Cells:
    """What a row's formulas may refer to: the sheets and which of their rows, cells beside it, cells of the whole."""

    sheets: Mapping[str, Span]
    criteria: Criteria
    beside: Callable[[str], str]
    whole: Callable[[str], str]

    def sum(self, sheet: str, heading: str, more: Criteria = ()) -> str:
        """A column of a sheet, summed over the row's own."""
        return self.sheets[sheet].sum(heading, (*self.criteria, *more))

    def count(self, sheet: str, more: Criteria = ()) -> str:
        """The row's own rows on a sheet."""
        return self.sheets[sheet].count((*self.criteria, *more))


@dataclass(frozen=True)
class Measure:
    """A column. `over_sheets`: its formula goes through whole sheets; without one the value stands alone.

    `adds`: the figures its formula adds up, which it does without where one of them is not available.
    """

    heading: str
    kind: Kind
    value: Callable[[Group, Group], Value]
    formula: Callable[[Cells], str] | None = None
    over_sheets: bool = True
    adds: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The name of the figure, as `domain.unavailable` has it."""
        return _KEYS[self.heading]


def _share(heading: str, of_what: str, part: Callable[[Group], int | Decimal]) -> Measure:
    """What a row is of the whole."""
    return Measure(
        heading,
        Kind.SHARE,
        lambda group, whole: _or_dash(share(part(group), part(whole))),
        lambda cells: ratio(cells.beside(of_what), cells.whole(of_what)),
        over_sheets=False,
    )


def _of_billed(heading: str, of_what: str, value: Callable[[Group], Decimal | None]) -> Measure:
    return Measure(
        heading,
        Kind.SHARE,
        lambda group, _: _or_dash(value(group)),
        lambda cells: ratio(cells.beside(of_what), cells.beside("Billed")),
        over_sheets=False,
    )


def _or_dash(value: Value) -> Value:
    return NOT_AVAILABLE if value is None else value


def _average_terms(cells: Cells) -> str:
    return ratio(cells.sum(of.BILLS, of.TOTAL_DAYS, _WITH_TERMS), cells.sum(of.BILLS, of.TOTAL, _WITH_TERMS))


def _average_settlement(cells: Cells) -> str:
    return ratio(cells.sum(of.BILLS, of.ALLOCATED_DAYS), cells.sum(of.BILLS, of.ALLOCATED))


def _counted(heading: str, value: Callable[[Group], int], sheet: str, more: Criteria = ()) -> Measure:
    return Measure(heading, Kind.COUNT, lambda group, _: value(group), lambda cells: cells.count(sheet, more))


def _summed(heading: str, value: Callable[[Group], Decimal], sheet: str, column: str, more: Criteria = ()) -> Measure:
    return Measure(heading, Kind.MONEY, lambda group, _: value(group), lambda cells: cells.sum(sheet, column, more))


SUPPLIERS = "Suppliers"
_KEYS: Mapping[str, str] = {
    SUPPLIERS: "suppliers",
    "Share of suppliers": "suppliers-share",
    "Bills": "bills",
    "Share of bills": "bills-share",
    "Billed": "billed",
    "Share of billed": "billed-share",
    "Number of credit notes": "credit-notes",
    "Credit notes": "credited",
    "Billed less credit notes": "billed-net",
    "Bills outstanding": "outstanding-bills",
    "Outstanding": "outstanding",
    "Outstanding of billed": "outstanding-share",
    "Bills paid late": "late-bills",
    "Paid late": "late",
    "Paid late of billed": "late-share",
    "Payments": "payments",
    "Paid": "paid",
    "Average payment": "average-payment",
    "Average terms, days": "average-terms",
    "Most common terms, days": "common-terms",
    "Average settlement, days": "settlement",
    "Expenses": "expenses",
    "Spent as expenses": "expensed",
    "Total spend": "total",
    "Share of spend": "total-share",
}
SUPPLIER_MEASURES = (
    Measure(SUPPLIERS, Kind.COUNT, lambda group, _: group.suppliers),
    _share("Share of suppliers", SUPPLIERS, lambda group: group.suppliers),
)
"""Of several suppliers together; the first one's formula depends on the sheet."""
MEASURES = (
    _counted("Bills", lambda group: group.measures.bills, of.BILLS),
    _share("Share of bills", "Bills", lambda group: group.measures.bills),
    _summed("Billed", lambda group: group.measures.billed, of.BILLS, of.TOTAL),
    _share("Share of billed", "Billed", lambda group: group.measures.billed),
    _counted("Number of credit notes", lambda group: group.measures.credit_notes, of.CREDIT_NOTES),
    _summed("Credit notes", lambda group: group.measures.credited, of.CREDIT_NOTES, of.TOTAL),
    Measure(
        "Billed less credit notes",
        Kind.MONEY,
        lambda group, _: group.measures.billed_net,
        lambda cells: f"{cells.beside('Billed')}-{cells.beside('Credit notes')}",
        over_sheets=False,
    ),
    _counted("Bills outstanding", lambda group: group.measures.outstanding_bills, of.BILLS, _UNPAID),
    _summed("Outstanding", lambda group: group.measures.outstanding, of.BILLS, of.DUE, _UNPAID),
    _of_billed("Outstanding of billed", "Outstanding", lambda group: group.measures.outstanding_share),
    _counted("Bills paid late", lambda group: group.measures.late_bills, of.BILLS, _LATE),
    _summed("Paid late", lambda group: group.measures.late, of.BILLS, of.TOTAL, _LATE),
    _of_billed("Paid late of billed", "Paid late", lambda group: group.measures.late_share),
    _counted("Payments", lambda group: group.measures.payments, of.PAYMENTS),
    _summed("Paid", lambda group: group.measures.paid, of.PAYMENTS, of.TOTAL),
    Measure(
        "Average payment",
        Kind.MONEY,
        lambda group, _: _or_dash(group.measures.average_payment),
        lambda cells: ratio(cells.beside("Paid"), cells.beside("Payments")),
        over_sheets=False,
    ),
    Measure("Average terms, days", Kind.DAYS, lambda group, _: _or_dash(group.measures.average_terms), _average_terms),
    Measure("Most common terms, days", Kind.COUNT, lambda group, _: _or_dash(group.usual_terms)),
    Measure(
        "Average settlement, days",
        Kind.DAYS,
        lambda group, _: _or_dash(group.measures.average_settlement),
        _average_settlement,
    ),
    _counted("Expenses", lambda group: group.measures.expenses, of.EXPENSES),
    _summed("Spent as expenses", lambda group: group.measures.expensed, of.EXPENSES, of.TOTAL),
    Measure(
        "Total spend",
        Kind.MONEY,
        lambda group, _: group.measures.total,
        lambda cells: f"{cells.beside('Billed')}+{cells.beside('Spent as expenses')}",
        over_sheets=False,
        adds=frozenset({"billed", "expensed"}),
    ),
    _share("Share of spend", "Total spend", lambda group: group.measures.total),
)
"""Of one supplier, one method, one entity or all, in the order of their columns."""
