"""Both statements out of trial balances: what moves, what starts again, and that the sheet balances."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.books import Account, AccountClass, LineKind, Statement, StatementLine
from linkflow.domain.statements import failed_checks
from linkflow.domain.trial_balances import (
    EARLIER,
    RESULT,
    TO_DATE,
    ClosingBalance,
    last_year_end,
    opens_year,
    statements_from_balances,
)

CHART = [
    Account(external_id=key, name=key.title(), account_class=AccountClass(kind), software_type=heading)
    for key, kind, heading in (
        ("bank", "asset", "Bank"),
        ("loan", "liability", None),
        ("shares", "equity", None),
        ("retained", "equity", None),
        ("sales", "income", None),
        ("rent", "expense", "Overheads"),
    )
]


def _closing(month: str, **balances: int) -> list[ClosingBalance]:
    return [ClosingBalance(key, date.fromisoformat(f"{month}-01"), Decimal(n)) for key, n in balances.items()]


def _amounts(lines: tuple[StatementLine, ...], statement: Statement, month: str) -> dict[str, Decimal]:
    return {
        line.label: line.amount for line in lines if line.statement is statement and f"{line.period_end:%Y-%m}" == month
    }


# A shop that opened in January with 100 of shares and 50 borrowed. January: sales 40, rent 10. February: sales 25,
# rent 10 and 5 of rent taken back in March, when nothing was sold. The year ends with March.
SHOP = [
    *_closing("2026-01", bank=180, loan=-50, shares=-100, sales=-40, rent=10),
    *_closing("2026-02", bank=195, loan=-50, shares=-100, sales=-65, rent=20),
    *_closing("2026-03", bank=200, loan=-50, shares=-100, sales=-65, rent=15),
    # April opens a year: what was made of the last, 50, is kept; sales begin again with 12.
    *_closing("2026-04", bank=212, loan=-50, shares=-100, retained=-50, sales=-12),
]
LINES = statements_from_balances(SHOP, CHART, year_end="03-31")


def test_the_first_month_without_its_predecessor_has_a_balance_sheet_alone() -> None:
    assert not _amounts(LINES, Statement.PROFIT_AND_LOSS, "2026-01")
    assert _amounts(LINES, Statement.BALANCE_SHEET, "2026-01") == {
        "Bank": 180,
        "Total assets": 180,
        "Loan": 50,
        "Total liabilities": 50,
        "Shares": 100,
        RESULT: 30,
        "Total equity": 130,
    }


def test_a_month_is_what_moved_in_it() -> None:
    assert _amounts(LINES, Statement.PROFIT_AND_LOSS, "2026-02") == {
        "Sales": 25,
        "Total income": 25,
        "Rent": 10,
        "Total costs": 10,
        "Net profit": 15,
    }
    assert _amounts(LINES, Statement.PROFIT_AND_LOSS, "2026-03")["Rent"] == -5


def test_a_month_that_opens_a_year_starts_from_nothing() -> None:
    april = _amounts(LINES, Statement.PROFIT_AND_LOSS, "2026-04")
    assert april == {"Sales": 12, "Total income": 12, "Total costs": 0, "Net profit": 12}
    sheet = _amounts(LINES, Statement.BALANCE_SHEET, "2026-04")
    assert (sheet["Retained"], sheet[RESULT], sheet["Total equity"]) == (50, 12, 162)


def test_a_missing_month_leaves_the_next_without_a_profit_and_loss() -> None:
    gap = [one for one in SHOP if one.month != date(2026, 2, 1)]
    lines = statements_from_balances(gap, CHART, year_end="03-31")
    assert not _amounts(lines, Statement.PROFIT_AND_LOSS, "2026-03")
    assert _amounts(lines, Statement.BALANCE_SHEET, "2026-03")


def test_an_account_left_out_of_a_month_stood_at_nothing() -> None:
    month = _closing("2026-01", bank=5, sales=-5) + _closing("2026-02", bank=0)
    february = _amounts(statements_from_balances(month, CHART, year_end="12-31"), Statement.PROFIT_AND_LOSS, "2026-02")
    assert february["Sales"] == -5


def test_lines_stand_under_the_headings_of_their_class_and_type() -> None:
    sections = {line.label: line.section for line in LINES if line.kind is LineKind.LINE}
    assert sections["Rent"] == ("Costs", "Overheads")
    assert sections["Bank"] == ("Assets", "Bank")
    assert sections[RESULT] == ("Equity",)


def test_every_line_has_an_id_of_its_own() -> None:
    assert len({line.external_id for line in LINES}) == len(LINES)


@pytest.mark.parametrize(
    ("year_end", "opening"),
    [("12-31", 1), ("03-31", 4), ("02-29", 3), ("04-05", 4), ("06-30", 7), ("11-30", 12)],
)
def test_a_year_opens_after_the_nearest_end_of_a_month(year_end: str, opening: int) -> None:
    assert [month for month in range(1, 13) if opens_year(date(2026, month, 1), year_end)] == [opening]


CENTS = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)


@given(st.lists(st.lists(CENTS, min_size=5, max_size=5), min_size=1, max_size=14))
def test_the_sheet_balances_and_the_months_of_a_year_add_up_to_what_it_made(months: list[list[Decimal]]) -> None:
    balances = [
        ClosingBalance(account.external_id, date(2025 + place // 12, place % 12 + 1, 1), amount)
        for place, amounts in enumerate(months)
        for account, amount in zip(CHART, [*amounts, -sum(amounts)], strict=True)
    ]
    lines = statements_from_balances(balances, CHART, year_end="12-31")
    classes = {account.external_id: account.account_class for account in CHART}
    by_account = [line for line in lines if line.label != RESULT]
    result = {line.period_end: line.amount for line in lines if line.label == RESULT}
    profits = {line.period_end: line.amount for line in lines if line.label == "Net profit"}
    assert not failed_checks(
        [line for line in lines if line.statement is Statement.PROFIT_AND_LOSS], classes, currency="GBP"
    )
    for day, made in result.items():
        assert made == sum(amount for month, amount in profits.items() if month.year == day.year and month <= day)
        held = {kind: Decimal(0) for kind in AccountClass}
        for line in by_account:
            if line.statement is Statement.BALANCE_SHEET and line.period_end == day and line.account_id:
                held[classes[line.account_id]] += line.amount
        assert held[AccountClass.ASSET] == held[AccountClass.LIABILITY] + held[AccountClass.EQUITY] + made


# The same shop in software that never closes a year: April's sales come on top of those before.
NEVER_CLOSED = [one for one in SHOP if one.month.month != 4] + _closing(
    "2026-04", bank=212, loan=-50, shares=-100, sales=-77, rent=15
)


def test_books_that_never_close_a_year_make_the_same_statements() -> None:
    lines = statements_from_balances(NEVER_CLOSED, CHART, year_end="03-31", never_closed=True)
    april = _amounts(lines, Statement.BALANCE_SHEET, "2026-04")
    assert (april[EARLIER], april[RESULT], april["Total equity"]) == (50, 12, 162)
    assert _amounts(lines, Statement.PROFIT_AND_LOSS, "2026-04") == _amounts(
        LINES, Statement.PROFIT_AND_LOSS, "2026-04"
    ) | {"Rent": 0}
    assert failed_checks(lines, {one.external_id: one.account_class for one in CHART}, currency="GBP") == ()


def test_what_earlier_years_made_is_not_told_apart_without_the_balances_at_their_end() -> None:
    lines = statements_from_balances(
        _closing("2026-02", bank=10, sales=-10), CHART, year_end="12-31", never_closed=True
    )
    february = _amounts(lines, Statement.BALANCE_SHEET, "2026-02")
    assert february[TO_DATE] == 10
    assert {EARLIER, RESULT} & set(february) == set()


@pytest.mark.parametrize(
    ("month", "year_end", "ended"),
    [
        ("2026-04-01", "03-31", "2026-03-01"),
        ("2026-03-01", "03-31", "2025-03-01"),
        ("2026-01-01", "12-31", "2025-12-01"),
    ],
)
def test_the_last_year_ended_before_the_month_s_own_began(month: str, year_end: str, ended: str) -> None:
    assert last_year_end(date.fromisoformat(month), year_end) == date.fromisoformat(ended)
