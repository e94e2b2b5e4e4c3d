"""Xero's reports: months, headings, totals, odd rows; and the whole company through to both reports."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.books import LineKind, PaymentMethod, Period, StatementLine
from linkflow.domain.measures import Measures
from linkflow.domain.requests import DataType
from tests.providers import xero_rows as rows
from tests.providers.answering import PERIOD, Answering, Request, both_reports, pulled, shipped
from tests.providers.xero_answers import abra
from tests.providers.xero_printed import profit_and_loss, report, row, section
from tests.providers.xero_rows import ROOT, TENANT, Params

ADAPTER = providers.load("xero")
OURS = {"xero-tenant-id": TENANT}
USUAL = {"standardLayout": "true", "paymentsOnly": "false"}
YEAR = {"periods": "11", "timeframe": "MONTH", **USUAL}
ONE = Period(date(2026, 10, 1), date(2026, 10, 1))


def pull(session: Answering, part: str = "profit_and_loss", period: Period = PERIOD) -> tuple[list[Any], list[Any]]:
    found = pulled(ADAPTER, session, part, tenant_id=TENANT, period=period)
    return found.records, found.aside


def printed(*blocks: Any, part: str = "profit_and_loss") -> tuple[list[StatementLine], list[Any]]:
    """What a report of one month becomes."""
    path = {"profit_and_loss": "ProfitAndLoss", "balance_sheet": "BalanceSheet"}[part]
    body = report(path, "Report", ["31 Oct 26"], *blocks)
    return pull(abra(**{f"Reports/{path}": body}), part, ONE)


def test_a_year_of_months_is_asked_for_at_once_ending_with_a_long_one() -> None:
    session = abra()
    pull(session, "profit_and_loss")
    pull(session, "balance_sheet")
    profit, sheet = f"{ROOT}/Reports/ProfitAndLoss", f"{ROOT}/Reports/BalanceSheet"
    assert session.sent == [
        Request(profit, {"fromDate": "2025-10-01", "toDate": "2025-10-31", **YEAR}, OURS),
        Request(profit, {"fromDate": "2026-10-01", "toDate": "2026-10-31", **YEAR}, OURS),
        Request(profit, {"fromDate": "2026-11-01", "toDate": "2026-11-30", **USUAL}, OURS),
        Request(sheet, {"date": "2025-10-31", **YEAR}, OURS),
        Request(sheet, {"date": "2026-10-31", **YEAR}, OURS),
        Request(sheet, {"date": "2026-11-30", **USUAL}, OURS),
    ]


@pytest.mark.parametrize(
    ("first", "last", "ends"),
    [
        ((2026, 2), (2026, 2), ["2026-02-28"]),
        ((2025, 12), (2026, 2), ["2026-01-31", "2026-02-28"]),
        ((2024, 10), (2025, 9), ["2025-08-31", "2025-09-30"]),
        ((2025, 1), (2025, 12), ["2025-12-31"]),
    ],
)
def test_whatever_the_months_no_call_counts_back_from_a_short_one(
    first: tuple[int, int], last: tuple[int, int], ends: list[str]
) -> None:
    session, period = abra(), Period(date(*first, 1), date(*last, 1))
    lines, _ = pull(session, "balance_sheet", period)
    assert [one.params["date"] for one in session.sent] == ends
    assert sorted({line.period_end.replace(day=1) for line in lines}) == list(period.months)


def test_columns_come_newest_first_and_land_in_their_months() -> None:
    lines, aside = pull(abra(), "balance_sheet")
    bank = {line.period_end: line.amount for line in lines if line.account_id == rows.BANK}
    assert aside == []
    assert len(bank) == 25
    assert bank[date(2024, 11, 30)] == Decimal("-400.50")
    assert bank[date(2025, 10, 31)] == Decimal("7294.00")
    assert bank[date(2026, 11, 30)] == Decimal("16387.50")
    assert len({line.external_id for line in lines}) == len(lines)


@pytest.mark.parametrize("heads", ["30 Oct 25", "Oct-24", "Total", None])
def test_columns_that_are_not_the_months_asked_for_are_asked_for_one_by_one(heads: str | None) -> None:
    def odd(params: Params) -> Any:
        body = profit_and_loss(params)
        if "periods" in params:
            head = body["Reports"][0]["Rows"][0]["Cells"]
            head[1:] = [{"Value": heads}] * len(head[1:]) if heads else []
        return body

    session = abra(**{"Reports/ProfitAndLoss": odd})
    lines, aside = pull(session)
    alone = [one for one in session.sent if "periods" not in one.params]
    assert (len(session.sent), len(alone), aside) == (26, 25, [])
    assert {"fromDate": "2025-02-01", "toDate": "2025-02-28", **USUAL} in [one.params for one in alone]
    assert sorted(lines, key=lambda one: one.external_id) == sorted(pull(abra())[0], key=lambda one: one.external_id)


def test_heads_may_name_months_without_a_day() -> None:
    def named(params: Params) -> Any:
        body = profit_and_loss(params)
        head = body["Reports"][0]["Rows"][0]["Cells"]
        head[1:] = [{"Value": one["Value"].partition(" ")[2]} for one in head[1:]]
        return body

    session = abra(**{"Reports/ProfitAndLoss": named})
    assert pull(session) == pull(abra())
    assert len(session.sent) == 3


def test_headings_totals_and_lines_are_told_apart_whatever_their_titles() -> None:
    lines, _ = printed(
        section(
            " Less Cost of Sales", row("Flour", ["1.00"], rows.PURCHASES), row("Total", ["1.00"], kind="SummaryRow")
        ),
        section("", row("Gross Profit", ["-1.00"])),
        section("Frais", row("Loyer", ["2.00"], rows.RENT), row("Change", ["0.50"], rows.GAINS, mark="FXGROUPID")),
        section(None, row("Net Profit", ["-3.50"])),
        row("Alone", ["0.00"]),
    )
    assert [(one.section, one.label, one.kind, one.account_id) for one in lines] == [
        (("Less Cost of Sales",), "Flour", LineKind.LINE, rows.PURCHASES),
        (("Less Cost of Sales",), "Total", LineKind.TOTAL, None),
        ((), "Gross Profit", LineKind.TOTAL, None),
        (("Frais",), "Loyer", LineKind.LINE, rows.RENT),
        (("Frais",), "Change", LineKind.LINE, None),
        ((), "Net Profit", LineKind.TOTAL, None),
        ((), "Alone", LineKind.TOTAL, None),
    ]
    assert [one.position for one in lines] == list(range(7))


@pytest.mark.parametrize("nobodys", [rows.NOBODYS, "abababab-abab-abab-abab-abababababab"])
def test_earnings_of_the_year_are_a_line_of_no_account(nobodys: str) -> None:
    lines, _ = printed(section("Equity", row("Current Year Earnings", ["7.00"], nobodys)), part="balance_sheet")
    assert [(one.kind, one.account_id, one.section) for one in lines] == [(LineKind.LINE, None, ("Equity",))]


def test_sections_of_a_sheet_stand_below_the_title_without_rows_that_goes_before() -> None:
    lines, _ = printed(
        section("Assets"),
        section("Bank", row("Till", ["5.00"], rows.BANK)),
        section("", row("Total Assets", ["5.00"])),
        section("Equity", row("Shares", ["5.00"], rows.SHARES)),
        part="balance_sheet",
    )
    assert [one.section for one in lines] == [("Assets", "Bank"), (), ("Equity",)]


def test_a_section_without_rows_is_no_heading_of_a_profit_and_loss() -> None:
    lines, _ = printed(section("Income"), section("Less Operating Expenses", row("Rent", ["1.00"], rows.RENT)))
    assert [one.section for one in lines] == [("Less Operating Expenses",)]


def test_blank_cells_are_no_figures_and_zeros_are() -> None:
    lines, aside = printed(
        section(
            "Income", row("None", [None], rows.SALES), row("Blank", [""], rows.RENT), row("Nil", ["0.00"], rows.WEAR)
        )
    )
    assert [(one.label, one.amount) for one in lines] == [("Nil", 0)]
    assert aside == []


@pytest.mark.parametrize(
    ("odd", "label"),
    [
        (row("Odd", ["1,000.00"], rows.RENT), "Odd"),
        (row("Odd", ["1.00001"], rows.RENT), "Odd"),
        (row("", ["1.00"], rows.RENT), None),
        ({"RowType": "Row", "Cells": [{"Value": "Short"}]}, "Short"),
        ({"RowType": "Row"}, None),
        ("row", None),
        (None, None),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(odd: Any, label: str | None) -> None:
    lines, aside = printed(section("Income", odd, row("Sales", ["1.00"], rows.SALES)))
    assert [one.label for one in lines] == ["Sales"]
    assert [(one.kind, one.external_id) for one in aside] == [("profit_and_loss", label)]


def test_a_report_of_nothing_has_no_lines() -> None:
    assert printed() == ([], [])
    body = {"Reports": [{"ReportID": "BalanceSheet", "Rows": []}]}
    session = abra(**{"Reports/BalanceSheet": body})
    assert pull(session, "balance_sheet") == ([], [])


def test_the_company_comes_through_to_both_reports(tmp_path: Path) -> None:
    session, records = abra(page_size=3), []
    for part in ADAPTER.parts(frozenset(DataType)):
        found, aside = pull(session, part)
        assert aside == [], part
        records += found
    made = both_reports(tmp_path, shipped("xero", tmp_path), records)
    assert made.findings == {"month-to-date"}, "no month is missing, every check holds, every account has its place"

    begun, full, now = date(2024, 11, 1), date(2026, 10, 1), date(2026, 11, 1)
    bank = [made.line("Business Bank Account", month) for month in (begun, full, now)]
    assert bank == [Decimal("-400.50"), Decimal("15688.00"), Decimal("16387.50")]
    assert [made.line("Net Profit", month) for month in (begun, full, now)] == [Decimal("479.50")] * 3
    assert (made.line("Company Plastic", full), made.line("Net Assets", full)) == (4800, 11608)
    assert made.line("Current Year Earnings", full) == Decimal("3356.50")
    assert made.line("Retained Earnings", full) == Decimal("8151.50")
    assert {one.label: one.category for one in made.financials.lines if one.kind is LineKind.LINE} == {
        "Sales": "income.revenue.goods",
        "Purchases": "expense.cost_of_sales.purchases",
        "Depreciation Expense": "expense.non_cash.depreciation",
        "Rent": "expense.operating.premises.rent",
        "Foreign Currency Gains and Losses": "expense.other.exchange_loss",
        "Business Bank Account": "asset.current.cash",
        "Computer Equipment": "asset.non_current.computers",
        "Less Accumulated Depreciation on Computer Equipment": "asset.non_current.accumulated_depreciation",
        "Company Plastic": "liability.current.credit_cards",
        "Current Year Earnings": "equity.current_year",
        "Retained Earnings": "equity.retained_earnings",
        "Share Capital": "equity.share_capital",
    }

    assert made.overall == Measures(
        bills=4, billed=Decimal("1496.00"),  # 1,200.00 + USD 250.00 at 0.80 + 60.00 + 36.00
        outstanding_bills=2, outstanding=Decimal("180.00"),  # USD 150.00 at 0.80 + 60.00
        late_bills=1, late=Decimal("1200.00"),  # 1,000.00 of it a week after it was due
        with_terms=Decimal("1496.00"), terms_days=Decimal("44880.00"),  # 30 days each
        settled=Decimal("1316.00"),
        settled_days=Decimal("43988.00"),  # 37 × 1,000.00 + 30 × 200.00 + 20 × 80.00, and 36.00 paid 17 days ahead
        credit_notes=1, credited=Decimal("48.00"),
        payments=4, paid=Decimal("1316.00"),  # 1,000.00 + 200.00 + USD 100.00 at 0.80 + 36.00 ahead of the bill
        expenses=2, expensed=Decimal("21.25"),  # 15.00 + USD 8.00 at 0.78125
    )  # fmt: skip
    by_method = {one.method: (one.measures.bills, one.measures.billed) for one in made.spend.by_method}
    assert by_method[PaymentMethod.BANK_TRANSFER] == (3, 1296)
    assert by_method[PaymentMethod.CREDIT_CARD] == (1, 200)
