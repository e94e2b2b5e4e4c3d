"""The reports of the company of `xero_rows`, as Xero prints them: the newest month first, odd titles and all."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import month_end
from tests.providers.xero_rows import (
    BANK,
    CARD,
    EQUIPMENT,
    GAINS,
    JSON,
    KEPT,
    NOBODYS,
    PURCHASES,
    RENT,
    SALES,
    SHARES,
    WEAR,
    WORN,
    Params,
    on,
    uuid,
)  # fmt: skip


def cells(label: str, values: Iterable[Decimal | str | None], attributes: Sequence[tuple[str, str]] = ()) -> list[JSON]:
    told = [{"Value": value, "Id": key} for key, value in attributes]
    marked = {"Attributes": told} if told else {}
    return [{"Value": label, **marked}, *({**({} if one is None else {"Value": str(one)}), **marked} for one in values)]


def row(
    label: str, values: Iterable[Any], account: str | None = None, kind: str = "Row", mark: str = "account"
) -> JSON:
    return {"RowType": kind, "Cells": cells(label, values, [(mark, account)] if account else ())}


def section(title: str | None, *rows: JSON) -> JSON:
    return {"RowType": "Section", **({} if title is None else {"Title": title}), "Rows": list(rows)}


def report(kind: str, name: str, columns: Sequence[str], *blocks: JSON) -> JSON:
    return {
        "Id": uuid(98),
        "Status": "OK",
        "Reports": [
            {
                "ReportID": kind,
                "ReportName": name,
                "ReportType": kind,
                "ReportTitles": [name, "Abra Kebabra", "to 30 November 2026"],
                "ReportDate": "23 November 2026",
                "UpdatedDateUTC": on("2026-11-23", ""),
                "Fields": [],
                "Rows": [{"RowType": "Header", "Cells": cells("", columns)}, *blocks],
            }
        ],
    }


def asked_months(params: Params) -> list[date]:
    """The months of a report, the newest first, as Xero counts them back."""
    last = date.fromisoformat(params.get("toDate") or params["date"])
    number = last.year * 12 + last.month - 1
    back = range(int(params.get("periods", 0)) + 1)
    return [date((number - step) // 12, (number - step) % 12 + 1, 1) for step in back]


def since_start(month: date) -> int:
    """How many months the books have run when this one is over."""
    return (month.year - 2024) * 12 + month.month - 10


def since_year_began(month: date) -> int:
    """How many of them are of the current year, which began with April."""
    return min(since_start(month), (month.month - 4) % 12 + 1)


def profit_and_loss(params: Params) -> JSON:
    months = asked_months(params)

    def every(amount: str) -> list[Decimal]:
        return [Decimal(amount) for _ in months]

    return report(
        "ProfitAndLoss",
        "Profit and Loss",
        [f"{month_end(month):%d %b %y}" for month in months],
        section(
            "Income", row("Sales", every("1000.00"), SALES), row("Total Income", every("1000.00"), kind="SummaryRow")
        ),
        section(
            " Less Cost of Sales",
            row("Purchases", every("300.50"), PURCHASES),
            row("Total Cost of Sales", every("300.50"), kind="SummaryRow"),
        ),
        section("", row("Gross Profit", every("699.50"))),
        section(
            "Less Operating Expenses",
            row("Depreciation Expense", every("20.00"), WEAR),
            row("Rent", every("200.00"), RENT),
            row("Foreign Currency Gains and Losses", every("0.00"), GAINS, mark="FXGROUPID"),
            row("Nothing at all", [None for _ in months], GAINS),
            row("Total Operating Expenses", every("220.00"), kind="SummaryRow"),
        ),
        section(None, row("Net Profit", every("479.50"))),
    )


def balance_sheet(params: Params) -> JSON:
    months = asked_months(params)
    each = [since_start(month) for month in months]
    bank = [Decimal("699.50") * k - 1100 for k in each]
    worn = [Decimal(-20) * k for k in each]
    card = [Decimal(200) * k for k in each]
    this = [Decimal("479.50") * since_year_began(month) for month in months]
    earned = [Decimal("479.50") * k for k in each]
    held = [1200 + one for one in worn]
    assets = [one + other for one, other in zip(bank, held, strict=True)]
    equity = [100 + one for one in earned]
    return report(
        "BalanceSheet",
        "Balance Sheet",
        [f"{month_end(month):%d %b %Y}" for month in months],
        section("Assets"),
        section("Bank", row("Business Bank Account", bank, BANK), row("Total Bank", bank, kind="SummaryRow")),
        section(
            "Fixed Assets",
            row("Computer Equipment", [1200 for _ in months], EQUIPMENT),
            row("Less Accumulated Depreciation on Computer Equipment", worn, WORN),
            row("Total Fixed Assets", held, kind="SummaryRow"),
        ),
        section("", row("Total Assets", assets, kind="SummaryRow")),
        section("Liabilities"),
        section(
            "Current Liabilities",
            row("Company Plastic", card, CARD),
            row("Total Current Liabilities", card, kind="SummaryRow"),
        ),
        section("", row("Total Liabilities", card, kind="SummaryRow")),
        section(None, row("Net Assets", equity)),
        section(
            "Equity",
            row("Current Year Earnings", this, NOBODYS),
            row("Retained Earnings", [all_ - one for all_, one in zip(earned, this, strict=True)], KEPT),
            row("Share Capital", [100 for _ in months], SHARES),
            row("Total Equity", equity, kind="SummaryRow"),
        ),
    )
