"""Statements by month, and the checks shown with them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from linkflow.domain.books import AccountClass, LineKind, Period, Statement, StatementLine
from linkflow.domain.statements import CheckName, by_month, failed_checks

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)
PERIOD = Period(date(2026, 1, 1), date(2026, 2, 1))
CLASSES = {
    "sales": AccountClass.INCOME,
    "rent": AccountClass.EXPENSE,
    "bank": AccountClass.ASSET,
    "loan": AccountClass.LIABILITY,
    "capital": AccountClass.EQUITY,
}


def line(
    month: date,
    account: str | None,
    amount: str,
    *section: str,
    position: int = 0,
    statement: Statement = Statement.PROFIT_AND_LOSS,
) -> StatementLine:
    return StatementLine(
        external_id=f"{month}{account}{position}",
        statement=statement,
        period_end=month,
        label=account or f"Total {'/'.join(section)}",
        amount=Decimal(amount),
        kind=LineKind.LINE if account else LineKind.TOTAL,
        section=section,
        account_id=account,
        position=position,
    )


def test_rows_follow_the_latest_month_and_gaps_stay_empty() -> None:
    lines = [
        line(JANUARY, "sales", "10.00", "Income", position=0),
        line(JANUARY, "grants", "5.00", "Income", position=1),
        line(JANUARY, "rent", "3.00", "Expenses", position=2),
        line(FEBRUARY, "interest", "1.00", "Income", position=0),
        line(FEBRUARY, "sales", "11.00", "Income", position=1),
        line(FEBRUARY, "rent", "3.00", "Expenses", position=2),
    ]
    table = by_month(lines, Statement.PROFIT_AND_LOSS, period=PERIOD)
    assert table.months == (date(2026, 1, 1), date(2026, 2, 1))
    assert [(row.label, row.amounts) for row in table.rows] == [
        ("interest", (None, Decimal("1.00"))),
        ("sales", (Decimal("10.00"), Decimal("11.00"))),
        ("grants", (Decimal("5.00"), None)),
        ("rent", (Decimal("3.00"), Decimal("3.00"))),
    ]


def test_other_months_and_the_other_statement_stay_out() -> None:
    lines = [line(date(2025, 12, 31), "sales", "1"), line(JANUARY, "bank", "1", statement=Statement.BALANCE_SHEET)]
    assert by_month(lines, Statement.PROFIT_AND_LOSS, period=PERIOD).rows == ()


def test_a_statement_that_adds_up_fails_no_check() -> None:
    profit = [
        line(JANUARY, "sales", "10.55", "Income", position=0),
        line(JANUARY, None, "10.55", "Income", position=1),
        line(JANUARY, "rent", "3.05", "Expenses", position=2),
        line(JANUARY, None, "7.50", position=3),
    ]
    sheet = [
        line(JANUARY, "bank", "9.50", "Assets", statement=Statement.BALANCE_SHEET),
        line(JANUARY, "loan", "2.00", "Liabilities", statement=Statement.BALANCE_SHEET),
        line(JANUARY, "capital", "7.50", "Equity", statement=Statement.BALANCE_SHEET),
    ]
    assert failed_checks([*profit, *sheet], CLASSES, currency="GBP") == ()


def test_each_wrong_figure_fails_its_own_check_with_the_difference() -> None:
    lines = [
        line(JANUARY, "sales", "10.55", "Income", position=0),
        line(JANUARY, None, "11.55", "Income", position=1),
        line(JANUARY, None, "9.55", position=3),
        line(JANUARY, "bank", "9.50", "Assets", statement=Statement.BALANCE_SHEET),
    ]
    failed = failed_checks(lines, CLASSES, currency="GBP")
    assert {(check.name, check.difference) for check in failed} == {
        (CheckName.SHEET_BALANCES, Decimal("9.50")),
        (CheckName.TOTALS_ADD_UP, Decimal("1.00")),
        (CheckName.NET_PROFIT_AGREES, Decimal("-1.00")),
    }


def test_half_a_minor_unit_per_line_is_rounding() -> None:
    two = [line(JANUARY, "sales", "1.11", "Income"), line(JANUARY, "rent", "1.11", "Income", position=1)]
    assert failed_checks([*two, line(JANUARY, None, "2.23", "Income", position=2)], {}, currency="GBP") == ()
    assert failed_checks([*two, line(JANUARY, None, "2.24", "Income", position=2)], {}, currency="GBP") != ()


def test_whole_units_allow_half_a_unit_per_line() -> None:
    lines = [line(JANUARY, "sales", "100", "Income"), line(JANUARY, "rent", "50", "Income", position=1)]
    assert failed_checks([*lines, line(JANUARY, None, "151", "Income", position=2)], {}, currency="GBP") == ()


def test_one_month_of_round_figures_is_no_statement_in_whole_units() -> None:
    january = [
        line(JANUARY, "sales", "100.00", "Income"),
        line(JANUARY, "grants", "200.00", "Income", position=1),
        line(JANUARY, None, "301.00", "Income", position=2),
    ]
    february = [line(FEBRUARY, "sales", "10.25", "Income"), line(FEBRUARY, None, "10.25", "Income", position=1)]
    assert not failed_checks(january, {}, currency="GBP")
    assert [one.difference for one in failed_checks([*january, *february], {}, currency="GBP")] == [Decimal("1.00")]


def test_other_lines_of_a_page_excuse_no_total() -> None:
    many = [line(JANUARY, "rent", "1.25", "Expenses", position=10 + place) for place in range(40)]
    total = [line(JANUARY, "sales", "5.10", "Income"), line(JANUARY, None, "5.15", "Income", position=1)]
    assert [one.label for one in failed_checks([*total, *many], {}, currency="GBP")] == ["Total Income"]


def named(label: str, amount: str, *, position: int, statement: Statement) -> StatementLine:
    return replace(line(JANUARY, None, amount, position=position, statement=statement), label=label)


def test_a_total_under_no_heading_is_what_its_name_says() -> None:
    made, held = Statement.PROFIT_AND_LOSS, Statement.BALANCE_SHEET
    lines = [
        line(JANUARY, "sales", "100.50", "Income", position=0),
        line(JANUARY, "stuff", "40.25", "Cost of Sales", position=1),
        named("Gross Profit", "999.50", position=2, statement=made),
        line(JANUARY, "rent", "20.00", "Overheads", position=3),
        named("Operating profit", "77.00", position=4, statement=made),
        named("Net Profit", "40.25", position=5, statement=made),
        line(JANUARY, "bank", "100.50", "Assets", position=0, statement=held),
        named("TOTAL ASSETS", "101.50", position=1, statement=held),
        line(JANUARY, "loan", "60.25", "Liabilities", position=2, statement=held),
        line(JANUARY, "capital", "40.25", "Equity", position=3, statement=held),
        named("Total Liabilities & Shareholders' Equity", "900.25", position=4, statement=held),
        named("Whatever", "1.75", position=5, statement=held),
    ]
    classes = {**CLASSES, "stuff": AccountClass.EXPENSE}
    failed = failed_checks(lines, classes, currency="GBP")
    assert {(one.name, one.label, one.difference) for one in failed} == {
        (CheckName.TOTALS_ADD_UP, "Gross Profit", Decimal("939.25")),
        (CheckName.TOTALS_ADD_UP, "TOTAL ASSETS", Decimal("1.00")),
        (CheckName.TOTALS_ADD_UP, "Total Liabilities & Shareholders' Equity", Decimal("799.75")),
    }


@pytest.mark.parametrize(("heading", "told"), [("Costs", 0), ("Direct costs", 1), ("Cost of goods sold", 1)])
def test_gross_profit_is_checked_only_where_the_headings_tell_the_cost_of_sales(heading: str, told: int) -> None:
    lines = [
        line(JANUARY, "sales", "100.50", "Income", position=0),
        line(JANUARY, "rent", "40.25", heading, position=1),
        named("Gross profit", "100.50", position=2, statement=Statement.PROFIT_AND_LOSS),
    ]
    assert len(failed_checks(lines, CLASSES, currency="GBP")) == told


def test_headings_of_the_same_name_have_a_total_each() -> None:
    lines = [
        line(JANUARY, "sales", "10.25", "Income", "Shop", position=0),
        line(JANUARY, None, "10.25", "Income", "Shop", position=1),
        line(JANUARY, "grants", "5.50", "Income", "Shop", position=2),
        line(JANUARY, None, "5.50", "Income", "Shop", position=3),
        line(JANUARY, None, "15.75", "Income", position=4),
    ]
    assert failed_checks(lines, {}, currency="GBP") == ()
    wrong = [replace(one, amount=one.amount + 3) if one.position == 3 else one for one in lines]
    assert [one.difference for one in failed_checks(wrong, {}, currency="GBP")] == [3]


def test_without_knowing_every_account_the_checks_by_class_are_left_out() -> None:
    lines = [line(JANUARY, "somewhere", "9.50", "Assets", statement=Statement.BALANCE_SHEET)]
    assert failed_checks(lines, CLASSES, currency="GBP") == ()
