"""FreeAgent's statements, month by month since it was begun with, and all of its books through to both reports."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.books import LineKind, PaymentMethod, Period, SetAside, StatementLine
from linkflow.domain.measures import Measures
from linkflow.domain.requests import DataType
from tests.providers import freeagent_rows as rows
from tests.providers.answering import Answering, Request, both_reports, pulled, shipped
from tests.providers.freeagent_answers import studio
from tests.providers.freeagent_rows import API, Row, balance

ADAPTER = providers.load("freeagent")
APRIL = date(2025, 4, 1)
ONE = Period(APRIL, APRIL)
LINE, TOTAL = LineKind.LINE, LineKind.TOTAL


def pull(session: Answering, part: str, period: Period = ONE) -> tuple[list[Any], list[SetAside]]:
    found = pulled(ADAPTER, session, part, tenant_id="12345", period=period)
    return found.records, found.aside


def earned(*balances: Any, **summary: Any) -> tuple[list[Any], list[SetAside]]:
    """The profit and loss of April where these are its balances and this its summary."""
    told = {
        "accounting__trial_balance__summary": {"trial_balance_summary": list(balances)},
        "accounting__profit_and_loss__summary": {"profit_and_loss_summary": {**rows.SUMMARY, **summary}},
    }
    return pull(studio(**told), "profit_and_loss")


def stood(**changes: Any) -> tuple[list[Any], list[SetAside]]:
    """The sheet at the end of April with these changes."""
    return pull(studio(accounting__balance_sheet={"balance_sheet": {**rows.sheet(1), **changes}}), "balance_sheet")


def printed(lines: list[StatementLine]) -> list[tuple[Any, ...]]:
    return [("/".join(one.section), one.label, one.account_id, one.kind, one.amount) for one in lines]


def amounts(lines: list[StatementLine]) -> dict[str, Decimal]:
    return {one.label: one.amount for one in lines}


def test_a_month_is_asked_for_by_its_days_from_the_month_it_was_begun_with() -> None:
    session = studio(page_size=5)
    two = Period(date(2025, 3, 1), date(2025, 5, 1))
    for part in ("profit_and_loss", "balance_sheet"):
        pull(session, part, two)
    april, may = (
        {"from_date": "2025-04-01", "to_date": "2025-04-30"},
        {"from_date": "2025-05-01", "to_date": "2025-05-31"},
    )
    balances, summary, sheet = (
        f"accounting/{name}" for name in ("trial_balance/summary", "profit_and_loss/summary", "balance_sheet")
    )
    assert session.sent == [
        Request("company", {}, {}),
        *(
            one
            for days in (april, may)
            for one in (
                Request(balances, {**days, "per_page": "5"}, {}),
                Request(f"{API}/{balances}", {**days, "per_page": "5", "page": "2"}, {}),
                Request(summary, days, {}),
            )
        ),
        Request("company", {}, {}),
        Request(sheet, {"as_at_date": "2025-04-30"}, {}),
        Request(sheet, {"as_at_date": "2025-05-31"}, {}),
    ]


@pytest.mark.parametrize(
    ("begun", "months"),
    [
        ("2025-04-15", {4, 5}),
        ("2020-01-01", {2, 3, 4, 5}),
        ("2025-05-31", {5}),
        ("2025-06-01", set()),
        ("", {2, 3, 4, 5}),
        ("long ago", {2, 3, 4, 5}),
        (None, {2, 3, 4, 5}),
    ],
)
def test_nothing_is_asked_for_of_before_it_was_begun_with(begun: Any, months: set[int]) -> None:
    session = studio(company={"company": {**rows.COMPANY, "freeagent_start_date": begun}})
    lines, _ = pull(session, "balance_sheet", Period(date(2025, 2, 1), date(2025, 5, 1)))
    assert {one.period_end.month for one in lines} == months


def test_what_was_earned_is_told_to_the_penny_account_by_account_with_the_totals_of_the_summary() -> None:
    lines, aside = pull(studio(), "profit_and_loss")
    assert aside == []
    assert printed(lines) == [
        ("Income", "Sales", "001", LINE, Decimal("1000.0")),
        ("Other income", "Interest Received", "051", LINE, Decimal("10.5")),
        ("", "Total income", None, TOTAL, Decimal("1010.5")),
        ("Cost of sales", "Cost of Sales", "101", LINE, Decimal("300.25")),
        ("Admin expenses", "Accommodation and Meals", "285", LINE, Decimal("120.1")),
        ("Other expenses", "Bad Debts", "411", LINE, Decimal("15.0")),
        ("", "Total expenses", None, TOTAL, Decimal("435.35")),
        ("", "Operating profit", None, TOTAL, Decimal("575.15")),
        ("Tax expense", "Corp. Tax", None, LINE, Decimal(109)),
        ("", "Retained profit", None, TOTAL, Decimal("466.15")),
    ]
    assert {one.period_end for one in lines} == {date(2025, 4, 30)}
    assert [one.position for one in lines] == list(range(10))


def test_accounts_stand_in_the_order_of_their_codes_and_subaccounts_by_the_code_reports_have() -> None:
    lines, _ = earned(
        balance("285-9", "Late", "1.0", display_nominal_code="285-2"),
        balance("101", "Cost", "1.0"),
        balance("285-8", "Early", "1.0", display_nominal_code="285-1"),
        {**balance("902-6465", "Salary", "-9.0"), "display_nominal_code": None},
    )
    assert [(one.label, one.account_id) for one in lines if one.account_id] == [
        ("Cost", "101"), ("Early", "285-1"), ("Late", "285-2")
    ]  # fmt: skip


def test_dividends_are_taken_off_what_is_kept_and_are_no_expense() -> None:
    lines, _ = earned(
        balance("001", "Sales", "-100.0"), income="100", expenses="0", operating_profit="100", retained_profit="60",
        less=[{"title": "Corp. Tax", "total": "0"}, {"title": "Dividends", "total": "50"},
              {"title": "Adjustments", "total": "-10"}],
    )  # fmt: skip
    assert printed(lines)[3:] == [
        ("", "Operating profit", None, TOTAL, 100),
        ("Appropriations", "Dividends", None, LINE, 50),
        ("Appropriations", "Adjustments", None, LINE, -10),
        ("", "Retained profit", None, TOTAL, 60),
    ]


def test_tax_that_is_among_the_accounts_is_not_taken_off_again() -> None:
    lines, _ = earned(
        balance("001", "Sales", "-1000.4"), balance("530", "Corporation Tax Charge", "109.0"),
        income="1000", expenses="0", operating_profit="1000", retained_profit="891",
    )  # fmt: skip
    told = amounts(lines)
    assert "Corp. Tax" not in told
    assert (told["Corporation Tax Charge"], told["Operating profit"]) == (109, 1000)
    assert told["Retained profit"] == Decimal("891.4")


def test_a_summary_that_says_otherwise_is_told_as_it_is() -> None:
    lines, _ = earned(
        balance("001", "Sales", "-100.0"), income="90.25", expenses="7", operating_profit="83.25", less=None
    )
    told = amounts(lines)
    assert (told["Total income"], told["Total expenses"]) == (Decimal("90.25"), 7)
    assert (told["Operating profit"], told["Retained profit"]) == (Decimal("83.25"), 466)


@pytest.mark.parametrize(
    "odd",
    [
        balance("285", "Odd", "much"),
        balance("285", "", "1.0"),
        balance("x", "Odd", "1.0"),
        {**balance("", "Odd", "1.0"), "display_nominal_code": ""},
        {"name": "Odd"},
        None,
        "row",
    ],
)
def test_a_balance_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(odd: Any) -> None:
    lines, aside = earned(balance("001", "Sales", "-1.0"), odd, balance("285", "Meals", "2.0"))
    assert [one.label for one in lines if one.account_id] == ["Sales", "Meals"]
    assert [one.kind for one in aside] == ["profit_and_loss"]


@pytest.mark.parametrize("odd", [{"income": None}, {"less": [{"title": "Tax"}]}, {"less": 7}, {"retained_profit": "x"}])
def test_a_summary_that_cannot_be_read_leaves_the_accounts(odd: Row) -> None:
    lines, aside = earned(balance("001", "Sales", "-1.0"), **odd)
    assert [one.kind for one in lines] == [LINE]
    assert [one.kind for one in aside] == ["profit_and_loss"]


def test_the_sheet_is_turned_so_that_all_of_it_stands_above_zero() -> None:
    lines, aside = pull(studio(), "balance_sheet")
    assert aside == []
    assert printed(lines) == [
        ("Assets/Fixed assets", "Computer Equipment Purchase", "602-1", LINE, 1200),
        ("Assets/Fixed assets", "Computer Equipment Depreciation", "606-1", LINE, -20),
        ("Assets/Fixed assets", "Net book value", None, TOTAL, 1180),
        ("Assets/Current assets", "Trade Debtors", "681", LINE, 500),
        ("Assets/Current assets", "Bank Account: Tide", "750-1", LINE, 695),
        ("Current liabilities", "Bank Account: Card", "750-2", LINE, 50),
        ("Current liabilities", "Trade Creditors", "796", LINE, 300),
        ("Current liabilities", "VAT", "817", LINE, 100),
        ("Current liabilities", "Corporation Tax", "820", LINE, 109),
        ("", "Net current assets", None, TOTAL, 636),
        ("", "Net assets", None, TOTAL, 1816),
        ("Owners' equity", "Share Premium", "670", LINE, 1000),
        ("Owners' equity", "Retained profit", None, LINE, 816),
        ("Owners' equity", "Total owners' equity", None, TOTAL, 1816),
    ]


def test_headings_without_accounts_and_headings_nobody_has_heard_of() -> None:
    lines, aside = stood(
        capital_assets={"net_book_value": 0},
        current_assets=None,
        current_liabilities={},
        long_term_liabilities={"accounts": [rows.held("790", "Loan", -2000)]},
        owners_equity={"retained_profit": 0},
    )
    assert aside == []
    assert [(one.section, one.label, one.amount) for one in lines if one.kind is LINE] == [
        (("Long term liabilities",), "Loan", 2000),
        (("Owners' equity",), "Retained profit", 0),
    ]


@pytest.mark.parametrize(
    "odd",
    [rows.held("681", "", 1), {"name": "Odd", "nominal_code": "681"}, {"name": "Odd", "total_debit_value": 1}, None, 7],
)
def test_a_row_of_the_sheet_that_cannot_be_read_is_set_aside(odd: Any) -> None:
    lines, aside = stood(current_assets={"accounts": [odd, rows.held("750-1", "Bank", 5)]})
    assert [one.label for one in lines if one.section == ("Assets", "Current assets")] == ["Bank"]
    assert [one.kind for one in aside] == ["balance_sheet"]


def test_a_sheet_without_equity_is_short_of_it() -> None:
    lines, aside = stood(owners_equity=None, total_assets=None)
    assert [one.label for one in lines if one.section == ("Owners' equity",)] == ["Total owners' equity"]
    assert {one.external_id for one in aside} == {"Net assets", "Retained profit"}


def test_the_company_comes_through_to_both_reports(tmp_path: Path) -> None:
    session, records = studio(page_size=3), []
    for part in ADAPTER.parts(frozenset(DataType)):
        found = pulled(ADAPTER, session, part, tenant_id="12345")
        assert found.aside == [], part
        records += found.records
    made = both_reports(tmp_path, shipped("freeagent", tmp_path), records)
    assert made.findings == {"month-to-date", "short-history", "whole-units"}, "every check holds"

    begun, full, now = APRIL, date(2026, 10, 1), date(2026, 11, 1)
    bank = [made.line("Bank Account: Tide", month) for month in (begun, full, now)]
    assert bank == [695, 13208, 13903], "695.15 times 1, 19 and 20"
    assert [made.line("Retained profit", month) for month in (begun, full, now)] == [Decimal("466.15")] * 3
    assert (made.line("Net assets", full), made.line("Computer Equipment Depreciation", full)) == (10207, -380)
    assert made.line("Bank Account: Card", full) == 50
    assert {one.label: one.category for one in made.financials.lines if one.kind is LINE} == {
        "Sales": "income.revenue.goods",
        "Interest Received": "income.other.interest",
        "Cost of Sales": "expense.cost_of_sales.purchases",
        "Accommodation and Meals": "expense.operating.vehicles_and_travel.travel",
        "Bad Debts": "expense.operating.general.bad_debts",
        "Corp. Tax": "expense.tax.income_tax",
        "Computer Equipment Purchase": "asset.non_current.computers",
        "Computer Equipment Depreciation": "asset.non_current.accumulated_depreciation",
        "Trade Debtors": "asset.current.trade_receivables",
        "Bank Account: Tide": "asset.current.cash",
        "Bank Account: Card": "liability.current.credit_cards",
        "Trade Creditors": "liability.current.trade_payables",
        "VAT": "liability.current.sales_tax",
        "Corporation Tax": "liability.current.income_tax",
        "Share Premium": "equity.share_premium",
        "Retained profit": "equity.retained_earnings",
    }

    assert made.overall == Measures(
        bills=4, billed=Decimal("380.00"),  # 120.00 + USD 250.00 at 0.80 + 60.00 + nothing
        outstanding_bills=2, outstanding=Decimal("180.00"),  # USD 150.00 at 0.80 + 60.00
        late_bills=2, late=Decimal("320.00"),  # 120.00, 100.00 of it a week after it was due, and the dollars
        with_terms=Decimal("380.00"), terms_days=Decimal("11400.00"),  # 30 days each
        settled=Decimal("200.00"),
        settled_days=Decimal("7280.00"),  # 37 × 100.00 + 19 × 20.00 + 40 × 80.00
        credit_notes=1, credited=Decimal("48.00"),
        payments=3, paid=Decimal("200.00"),  # 100.00 + 20.00 + USD 100.00 at 0.80
        expenses=4, expensed=Decimal("89.30"),  # 24.00 + 12.50 from banks, USD 10.00 at 0.78 + 45.00 out of pocket
    )  # fmt: skip
    by_method = {one.method: (one.measures.bills, one.measures.billed) for one in made.spend.by_method}
    assert by_method == {
        PaymentMethod.CHEQUE: (2, 120),
        PaymentMethod.CREDIT_CARD: (0, 0),
        PaymentMethod.UNKNOWN: (2, 260),
    }
