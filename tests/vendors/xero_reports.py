"""The reports of Xero's fake: the newest month first, blank titles, and months counted back from the last day.

Counted back from a short month, Xero's earlier months end as early: then they are not the months of anybody's books.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import month_end
from tests.vendors.books import Books
from tests.vendors.calls import Call, Refused
from tests.vendors.chart import CHART, Entry
from tests.vendors.kit import guid

_NOBODYS = "00000000-0000-0000-0000-000000000000"
_Amounts = Mapping[str, Decimal]


def profit_and_loss(books: Books, call: Call) -> Any:
    """Income and expenses of months, with what is left between them."""
    first, last = date.fromisoformat(call.query["fromDate"]), date.fromisoformat(call.query["toDate"])
    if first != last.replace(day=1) or last != month_end(last):
        raise Refused(400, "this fake has whole months")
    ends = _ends(call, last)
    moved = [dict(books.moved(end, end)) for end in ends]

    def group(title: str, total: str, *kinds: str) -> tuple[dict[str, Any], list[Decimal]]:
        return _section(title, total, [entry for entry in CHART if entry.kind in kinds], moved)

    income, earned = group("Income", "Total Income", "sales", "discounts")
    sold, cost = group(" Less Cost of Sales", "Total Cost of Sales", "cost_of_sales")
    other, besides = group("Plus Other Income", "Total Other Income", "other_income")
    running, spent = group(
        "Less Operating Expenses", "Total Operating Expenses", "overhead", "interest", "exchange", "depreciation_cost"
    )
    gross = [one - less for one, less in zip(earned, cost, strict=True)]
    net = [one + more - less for one, more, less in zip(gross, besides, spent, strict=True)]
    blocks = [income, sold, _alone("", "Gross Profit", gross), other, running, _alone(None, "Net Profit", net)]
    return _report("ProfitAndLoss", [f"{end:%d %b %y}" for end in ends], blocks)


def balance_sheet(books: Books, call: Call) -> Any:
    """What accounts stood at, and what the year has made so far as an account of nobody's id."""
    ends = _ends(call, date.fromisoformat(call.query["date"]))
    stood = [dict(books.closing(end)) for end in ends]
    made = [books.result(end) for end in ends]

    def group(title: str, *kinds: str) -> tuple[dict[str, Any], list[Decimal]]:
        return _section(title, f"Total {title}", [entry for entry in CHART if entry.kind in kinds], stood)

    held = [
        group("Bank", "bank", "cash"),
        group("Current Assets", "debtors", "stock", "prepayments"),
        group("Fixed Assets", "equipment", "depreciation"),
    ]
    owed = [
        group("Current Liabilities", "creditors", "card", "tax", "payroll"),
        group("Non-Current Liabilities", "loan"),
    ]
    own, kept = group("Equity", "shares", "drawings", "retained")
    own["Rows"].insert(0, _row("Current Year Earnings", made, _NOBODYS))
    equity = [one + more for one, more in zip(kept, made, strict=True)]
    own["Rows"][-1] = _row("Total Equity", equity, kind="SummaryRow")
    assets, liabilities = (_added(amounts for _, amounts in groups) for groups in (held, owed))
    blocks = [
        {"RowType": "Section", "Title": "Assets", "Rows": []},
        *(block for block, _ in held),
        {"RowType": "Section", "Title": "", "Rows": [_row("Total Assets", assets, kind="SummaryRow")]},
        {"RowType": "Section", "Title": "Liabilities", "Rows": []},
        *(block for block, _ in owed),
        {"RowType": "Section", "Title": "", "Rows": [_row("Total Liabilities", liabilities, kind="SummaryRow")]},
        _alone("", "Net Assets", [one - less for one, less in zip(assets, liabilities, strict=True)]),
        own,
    ]
    return _report("BalanceSheet", [f"{end:%d %b %Y}" for end in ends], blocks)


def _ends(call: Call, last: date) -> list[date]:
    """The last days of what is asked for, the newest first: as far into each month as the last is into its own."""
    back = range(int(call.query.get("periods", "0")) + 1)
    if len(back) > 12 or (len(back) > 1 and call.query.get("timeframe") != "MONTH"):
        raise Refused(400, "this fake compares up to eleven months")
    number = last.year * 12 + last.month - 1
    months = [date((number - step) // 12, (number - step) % 12 + 1, 1) for step in back]
    return [month.replace(day=min(last.day, month_end(month).day)) for month in months]


def _added(columns: Iterable[Sequence[Decimal]]) -> list[Decimal]:
    return [sum(amounts, Decimal(0)) for amounts in zip(*columns, strict=True)]


def _section(
    title: str, total: str, entries: Sequence[Entry], months: Sequence[_Amounts]
) -> tuple[dict[str, Any], list[Decimal]]:
    """The accounts that were moved in any of the months, and their total."""
    rows = [(entry, [month.get(entry.id, Decimal(0)) * entry.sign for month in months]) for entry in entries]
    told = [_row(entry.account.name, amounts, guid(entry.id)) for entry, amounts in rows if any(amounts)]
    sums = _added([[Decimal(0)] * len(months), *(amounts for _, amounts in rows)])
    return {"RowType": "Section", "Title": title, "Rows": [*told, _row(total, sums, kind="SummaryRow")]}, sums


def _alone(title: str | None, label: str, amounts: Sequence[Decimal]) -> dict[str, Any]:
    titled = {} if title is None else {"Title": title}
    return {"RowType": "Section", **titled, "Rows": [_row(label, amounts)]}


def _row(label: str, amounts: Sequence[Any], account: str | None = None, kind: str = "Row") -> dict[str, Any]:
    marked = {"Attributes": [{"Value": account, "Id": "account"}]} if account else {}
    texts = [label, *(f"{one:.2f}" if isinstance(one, Decimal) else one for one in amounts)]
    return {"RowType": kind, "Cells": [{"Value": text, **marked} for text in texts]}


def _report(kind: str, columns: Sequence[str], blocks: Sequence[Any]) -> dict[str, Any]:
    header = {**_row("", columns), "RowType": "Header"}
    told = {"ReportID": kind, "ReportName": kind, "ReportType": kind, "ReportTitles": [kind], "Rows": [header, *blocks]}
    return {"Id": guid("98"), "Status": "OK", "Reports": [told]}
