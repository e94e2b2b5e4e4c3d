"""What a product cannot give of a report, and which figures have no value without it: not available, never zero.

A report remembers it from when it was made. Of several entities together an amount has a value as long as one has it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, Literal

from linkflow.domain.requests import DataType
from linkflow.domain.software import Missing

FINDING = "not-available"
"""The kind of finding that says so."""
OF_FINANCIALS = frozenset({Missing.PROFIT_AND_LOSS, Missing.BALANCE_SHEET, Missing.ACCOUNT_LINES})

_OUTSTANDING = frozenset(
    {"outstanding-bills", "outstanding", "outstanding-share", "outstanding-of-these", "outstanding-part", "all-open"}
    | {"amount-due", "base-due"}
)
_PAID_LATE = frozenset({"late-bills", "late", "late-share", "settlement", "last-paid", "settled"})
_PAID = frozenset({"payments", "paid", "average-payment", "card-share", "card"})
_BILLED = frozenset(
    {"suppliers", "suppliers-share", "bills", "bills-share", "billed", "billed-share", "total", "total-share"}
    | {"credit-notes", "credited", "billed-net", "average-terms", "terms", "common-terms"}
)
Of = Literal["all", "supplier", "method"]
"""Whose figures: everybody's, those of one supplier, or those of a way to pay that is known."""
_FIGURES: Mapping[Missing, frozenset[str]] = {
    Missing.PROFIT_AND_LOSS: frozenset({"revenue", "net-profit"}),
    Missing.BALANCE_SHEET: frozenset({"cash"}),
    Missing.BILLS: _OUTSTANDING
    | _PAID_LATE
    | {"bills", "bills-share", "billed", "billed-share", "billed-net", "last-bill"}
    | {"average-terms", "terms", "common-terms"},
    Missing.AMOUNT_DUE: _OUTSTANDING,
    Missing.CREDIT_NOTES: frozenset({"credit-notes", "credited", "billed-net"}),
    Missing.BILL_PAYMENTS: _PAID_LATE | _PAID,
    Missing.PAID_BILLS: _PAID_LATE | {"card-share"},
    Missing.PAYMENT_METHODS: frozenset({"by-field"}),
    Missing.EXPENSES: frozenset({"expenses", "expensed", "last-expense"}),
    Missing.SUPPLIERS: frozenset({"contact", "email", "phone", "tax-number", "registration-number", "addresses"}),
}


def finding(missing: Iterable[Missing], kind: DataType) -> list[Mapping[str, Any]]:
    """What a report of a kind keeps of what its product cannot give: one finding, or none."""
    of_financials = kind is DataType.FINANCIALS
    what = sorted(one.value for one in missing if (one in OF_FINANCIALS) is of_financials)
    return [{"kind": FINDING, "what": what}] if what else []


def missing_of(findings: Iterable[Mapping[str, Any]]) -> frozenset[Missing]:
    """And back."""
    known = {one.value: one for one in Missing}
    told = (word for one in findings if one["kind"] == FINDING for word in one["what"])
    return frozenset(known[word] for word in told if word in known)


def missing_of_all(each: Iterable[frozenset[Missing]]) -> frozenset[Missing]:
    """What none of several has; of nobody nothing is missing."""
    found = list(each)
    return reduce(frozenset.intersection, found) if found else frozenset()


def figures_without(missing: Collection[Missing], *, of: Of = "all") -> frozenset[str]:
    """The figures that have no value, by the names their columns go by.

    Without payments, and where they say not what they are for, nothing tells how a bill or a supplier was paid.
    """
    found = frozenset[str]().union(*(_FIGURES.get(one, frozenset()) for one in missing))
    told = {Missing.BILL_PAYMENTS, Missing.PAID_BILLS}.isdisjoint(missing)
    return found if told else found | _OF_ONE[of]


def figures_gone(each: Sequence[Collection[Missing]], *, of: Of = "all") -> Mapping[str, tuple[int, ...]]:
    """The figures several together cannot have, each with the places of those it is not available from.

    An amount is that of those who have it. A share of all that was billed there is only where everybody has it.
    """
    lacking = [figures_without(one, of=of) for one in each]
    places = {
        figure: tuple(place for place, gone in enumerate(lacking) if figure in gone)
        for figure in frozenset[str]().union(*lacking)
    }
    return {figure: those for figure, those in places.items() if len(those) == len(each) or figure in _OF_BILLED}


_OF_BILLED = frozenset({"late-share", "outstanding-share"})
_OF_ONE: Mapping[Of, frozenset[str]] = {"all": frozenset(), "supplier": _PAID, "method": _BILLED | _OUTSTANDING}
