"""The two statements of Zoho Books, by reports that the vendor's reference does not have (recorded answers only).

A report is a tree of up to four levels: groups with their totals, accounts in them, sub-accounts below their account or
after it and deeper. Whether an account's total has its sub-accounts' in it is not known: of the two readings the one
that comes to the group's total is right. On a profit and loss the outermost groups may be the results reached so far.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import LineKind, month_end
from linkflow.providers._rows import Row, amount_told, money, text, word
from linkflow.providers._statements import Figure

_INSIDE = "account_transactions"


@dataclass(frozen=True)
class Report:
    """Where a statement is asked for, and what its groups lie under."""

    path: str
    rows: str
    first_day: Callable[[date], date]

    def params(self, month: date) -> dict[str, str]:
        """Of one month (any day of it), or at its end."""
        days = {"from_date": f"{self.first_day(month):%Y-%m-%d}", "to_date": f"{month_end(month):%Y-%m-%d}"}
        return {"filter_by": "TransactionDate.CustomDate", "cash_based": "false", **days}


REPORTS: Mapping[str, Report] = {
    "profit_and_loss": Report("reports/profitandloss", "profit_and_loss", lambda month: month.replace(day=1)),
    "balance_sheet": Report("reports/balancesheet", "balance_sheet", month_end),
}


def printed(part: str, groups: Sequence[Any]) -> Iterator[Any]:
    """Every line and total of one month's report, in the order of print."""
    return _rows_of(groups, (), results=part == "profit_and_loss")


def figure(row: Row) -> Figure:
    """A line or total, from what `printed` makes of it."""
    kind, section = row["kind"], row["section"]
    name = word(row, "name") or word(row, "account_code")
    label = name if kind is LineKind.LINE or not section else word(row, "total_label") or f"Total for {section[-1]}"
    return Figure(
        label=label or text(row, "account_id"),
        amount=money(row, "total") if row["own"] is None else row["own"],
        kind=kind,
        section=section,
        account_id=word(row, "account_id") if kind is LineKind.LINE else None,
    )


def _rows_of(nodes: Iterable[Any], above: tuple[str, ...], *, results: bool) -> Iterator[Any]:
    """Every line and total in the order of print, each with its section; what is no object goes as it is."""
    for node in nodes:
        if not isinstance(node, dict):
            yield node
            continue
        inner = _inside(node)
        groups = [one for one in inner if _is_group(one)]
        accounts = [one for one in inner if not _is_group(one)]
        is_result = results and not accounts and (bool(groups) or _INSIDE not in node)
        name = word(node, "name")
        section = above if is_result or name is None else (*above, name)
        yield from _accounts(node, accounts, groups, section)
        yield from _rows_of(groups, section, results=False)
        if name is not None:
            yield {**node, "kind": LineKind.TOTAL, "section": section, "own": None}


def _is_group(node: Any) -> bool:
    return isinstance(node, dict) and "account_id" not in node and _INSIDE in node


def _inside(node: Any) -> Sequence[Any]:
    found = node.get(_INSIDE) if isinstance(node, dict) else None
    return found if isinstance(found, list) else []


def _accounts(node: Row, accounts: Sequence[Any], groups: Sequence[Row], section: tuple[str, ...]) -> Iterator[Any]:
    flat = list(_flat(accounts, 0))
    printed = [_amount(row) for row, _ in flat]
    parents = [_parent(flat, at) for at in range(len(flat))]
    expected = _amount(node) - sum(map(_amount, groups))
    own = list(printed)
    if sum(printed) != expected:
        for at, parent in enumerate(parents):
            if parent is not None:
                own[parent] -= printed[at]
        own = own if sum(own) == expected else printed
    for at, (row, _) in enumerate(flat):
        if not isinstance(row, dict):
            yield row
        elif own[at] or at not in parents:
            told = own[at] if own[at] != printed[at] else None
            yield {**row, "kind": LineKind.LINE, "section": section, "own": told}


def _flat(accounts: Sequence[Any], depth: int) -> Iterator[tuple[Any, int]]:
    """Accounts in the order of print with how deep they stand, whichever way that is told."""
    for row in accounts:
        told = row.get("depth") if isinstance(row, dict) else None
        at = max(depth, told if isinstance(told, int) else 0)
        yield row, at
        yield from _flat(_inside(row), at + 1)


def _parent(flat: Sequence[tuple[Any, int]], at: int) -> int | None:
    return next((before for before in range(at - 1, -1, -1) if flat[before][1] < flat[at][1]), None)


def _amount(row: Any) -> Decimal:
    return amount_told(row, "total") or Decimal(0)
