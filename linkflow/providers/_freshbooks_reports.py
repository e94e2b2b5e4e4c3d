"""The two statements of FreshBooks: trees whose parents repeat what their children come to.

So an entry is what it states less what its children state. Entries have a name and no id: an account is found by its
name below that of its parent, and in the balance sheet (undocumented; recorded answers only) by its number. What lies
below an account and is none itself tells by which kind of record it was posted: it is part of the account.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from linkflow.domain.books import LineKind
from linkflow.providers._freshbooks_records import account_key
from linkflow.providers._rows import Row, amount, amount_told, listed, text, word
from linkflow.providers._statements import Figure

_INCOME, _EXPENSES, _COST = "Income", "Expenses", "Cost of Goods Sold"
_SIDES = {"asset": "Assets", "liability": "Liabilities", "equity": "Equity"}


class Chart:
    """The chart of accounts, as the reports name its accounts."""

    def __init__(self, rows: Iterable[Any]) -> None:
        known = [row for row in rows if isinstance(row, dict) and word(row, "uuid")]
        self._by_number = {number: account_key(row) for row in known if (number := word(row, "number"))}
        self._by_name: defaultdict[str, list[Row]] = defaultdict(list)
        for row in known:
            self._by_name[(word(row, "name") or "").casefold()].append(row)

    def numbered(self, *numbers: Any) -> str | None:
        """The account of that number, or of that number below another."""
        return self._by_number.get("-".join(str(number) for number in numbers))

    def named(self, name: str | None, below: Row | None, types: Sequence[str]) -> Row | None:
        """The one account so called that can stand there; None where there are several or none."""
        found = [row for row in self._by_name.get((name or "").casefold(), ()) if row.get("type") in types]
        if below is not None:
            found = [row for row in found if row.get("parent_account") == below["uuid"]]
        elif len(found) > 1:
            found = [row for row in found if not row.get("parent_account")]
        return found[0] if len(found) == 1 else None


def figure(row: Row) -> Figure:
    """A line or total, from what the functions below make of an entry."""
    return Figure(
        label=text(row, "label"),
        amount=amount(row["amount"]),
        kind=row.get("kind", LineKind.LINE),
        section=row["section"],
        account_id=row.get("account_id"),
    )


def profit_and_loss(report: Row, chart: Chart) -> Iterator[Any]:
    """Income, what it cost, what that leaves; expenses, and what is left in the end. The margin is a percentage."""
    income, expenses = listed(report, "income"), listed(report, "expenses")
    costs = [node for node in income if _is_cost(node)]
    for node in income:
        if node not in costs:
            yield from _entries(node, (_INCOME,), chart, ("income",))
    for node in costs:
        yield from _entries(node, (_COST,), chart, ("expense",), sign=_sign_of(costs, income, report))
    yield from _total(report, "total_income", ())
    for node in expenses:
        yield from _entries(node, (_EXPENSES,), chart, ("expense",))
    yield from _total(report, "total_expenses", (_EXPENSES,))
    yield from _total(report, "net_profit", ())


def _is_cost(node: Any) -> bool:
    return isinstance(node, dict) and "cost of" in (word(node, "description") or "").casefold()


def _sign_of(costs: Iterable[Any], income: Iterable[Any], report: Row) -> int:
    """Costs stand among the income: where everything there adds up to its total they are printed below zero."""
    below_zero = bool(sum(map(_amount, costs))) and sum(map(_amount, income)) == _amount(report.get("total_income"))
    return -1 if below_zero else 1


def _total(report: Row, key: str, section: tuple[str, ...]) -> Iterator[Any]:
    node = report.get(key)
    if node is not None:
        yield _entry(node, section, kind=LineKind.TOTAL)


def _entry(node: Any, section: tuple[str, ...], **more: Any) -> Any:
    """As `figure` reads it; what is no object goes as it is."""
    if not isinstance(node, dict):
        return node
    name = node.get("description")
    return {"label": name, "amount": amount_told(node, *_TOTAL), "section": section} | more


_TOTAL = ("total", "amount")


def _entries(
    node: Any,
    section: tuple[str, ...],
    chart: Chart,
    types: Sequence[str],
    *,
    sign: int = 1,
    below: Row | None = None,
) -> Iterator[Any]:
    """What an entry states itself, then what is shown of its children; `below` is the account above it."""
    if not isinstance(node, dict):
        yield node
        return
    name, told = word(node, "description"), amount_told(node, *_TOTAL)
    account = chart.named(name, below, types)
    here = account or below
    shown = [one for one in _children(node) if account is None or _holds_account(one, account, chart, types)]
    rest = (told or Decimal(0)) - sum(map(_amount, shown))
    if rest or not shown:
        yield _entry(node, section, account_id=here and account_key(here), amount=None if told is None else sign * rest)
    deeper = section if name is None or name == section[-1] else (*section, name)
    for one in shown:
        yield from _entries(one, deeper, chart, types, sign=sign, below=here)


def _holds_account(node: Any, below: Row, chart: Chart, types: Sequence[str]) -> bool:
    if not isinstance(node, dict):
        return True
    found = chart.named(word(node, "description"), below, types)
    return found is not None or any(_holds_account(one, below, chart, types) for one in _children(node))


def _children(node: Row) -> list[Any]:
    found = node.get("children")
    return found if isinstance(found, list) else []


def _amount(node: Any) -> Decimal:
    return amount_told(node, *_TOTAL) or Decimal(0)


def balance_sheet(report: Row, on: str, chart: Chart) -> Iterator[Any]:
    """Assets, liabilities and equity by their groups, at one day (YYYY-MM-DD)."""
    groups = listed(report, "data")
    sides = dict.fromkeys((*_SIDES, *(_side(one) for one in groups)))
    for side in sides:
        heading = _SIDES.get(side) or side.capitalize()
        for group in (one for one in groups if _side(one) == side):
            yield from _group(group, heading, on, chart)
        if side == "asset":
            yield from _overall(report, "assets_total", on, label="Total assets", section=(heading,))
    yield from _overall(report, "liabilities_and_equity_total", on, label="Total liabilities and equity", section=())


def _side(group: Any) -> str:
    return word(group, "account_type") or "" if isinstance(group, dict) else ""


def _group(group: Any, heading: str, on: str, chart: Chart) -> Iterator[Any]:
    if not isinstance(group, dict) or not heading:
        yield None
        return
    category = word(group, "category")
    section = (heading, f"{category.replace('_', ' ').capitalize()} {heading.lower()}") if category else (heading,)
    accounts = group.get("accounts")
    for account in accounts if isinstance(accounts, list) else ():
        yield from _standing(account, section, on, chart)
    yield _stood(group, on, label=f"Total {section[-1].lower()}", section=section, kind=LineKind.TOTAL)


def _overall(report: Row, key: str, on: str, **more: Any) -> Iterator[Any]:
    if report.get(key) is not None:
        yield _stood({"balances": report[key]}, on, kind=LineKind.TOTAL, **more)


def _standing(account: Any, section: tuple[str, ...], on: str, chart: Chart) -> Iterator[Any]:
    """What an account stands at itself, then its sub-accounts."""
    if not isinstance(account, dict):
        yield account
        return
    name, number, inner = word(account, "account_name"), account.get("account_number"), account.get("sub_accounts")
    whole = _stood(account, on, label=name, section=section, account_id=chart.numbered(number))
    deeper = (*section, name) if name else section
    below = [
        _stood(
            one,
            on,
            label=word(one, "sub_account_name"),
            section=deeper,
            account_id=chart.numbered(number, one.get("sub_account_number")),
        )
        for one in (inner if isinstance(inner, list) else ())
        if isinstance(one, dict)
    ]
    if whole["amount"] is not None:
        whole["amount"] -= sum(one["amount"] or Decimal(0) for one in below)
    if whole["amount"] != 0 or not below:
        yield whole
    yield from below


def _stood(node: Row, on: str, **more: Any) -> dict[str, Any]:
    """Without an amount where nothing is dated that day: then it is set aside."""
    balances = node.get("balances")
    dated = [one for one in balances if isinstance(one, dict) and one.get("date") == on] if balances else []
    return {"amount": amount_told(dated[0], "balance", "amount") if dated else None, **more}
