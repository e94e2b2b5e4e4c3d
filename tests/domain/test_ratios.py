"""The ratios: the hand-check of their definition, and when there is none to give."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from linkflow.domain.books import AccountClass, LineKind, Statement
from linkflow.domain.financials import FinancialLine
from linkflow.domain.ratios import Missing, Ratio, ratios

SHEET = ("asset", "liability", "equity")

# In thousands, as the definition gives them. Current assets 400 are stock 100, prepaid 20, receivables 177 and 103 in
# the bank; assets of 900 leave 500 that are not current. Current liabilities 250 are payables 116.4, overdraft 30 and
# 103.6 of other kinds.
MADE = {
    "income.revenue.goods": "1200",
    "income.sales_reductions.returns": "-20",
    "income.other.interest": "3",
    "expense.cost_of_sales.purchases": "708",
    "expense.operating.people.wages": "300",
    "expense.non_cash.depreciation": "40",
    "expense.non_cash.amortisation": "10",
    "expense.finance.loan_interest": "15",
    "expense.tax.income_tax": "20",
}
HELD = {
    "asset.current.stock_finished": "100",
    "asset.current.prepayments": "20",
    "asset.current.trade_receivables": "177",
    "asset.current.cash": "103",
    "asset.non_current.plant_and_machinery": "500",
    "liability.current.trade_payables": "116.4",
    "liability.current.overdraft": "30",
    "liability.current.other": "103.6",
    "liability.non_current.loans": "150",
    "equity.share_capital": "500",
}
BY_HAND = {
    "revenue": "1180",
    "gross-margin": "40.0",
    "net-profit": "90",
    "net-margin": "7.6",
    "ebit": "122",
    "ebitda": "172",
    "current-ratio": "1.60",
    "quick-ratio": "1.12",
    "working-capital": "150",
    "debt": "180",
    "debt-to-equity": "0.36",
    "equity-ratio": "55.6",
    "interest-cover": "8.13",
    "debtor-days": "54.75",
    "creditor-days": "60.0",
    "stock-turn": "6.0",
}


def line(category: str, *amounts: str | None) -> FinancialLine:
    """A line in a category."""
    kind = category.partition(".")[0]
    return FinancialLine(
        statement=Statement.BALANCE_SHEET if kind in SHEET else Statement.PROFIT_AND_LOSS,
        kind=LineKind.LINE,
        section=(),
        label=category,
        account_id=category,
        account_class=AccountClass(kind),
        category=category,
        amounts=tuple(Decimal(amount) if amount is not None else None for amount in amounts),
    )


def a_year() -> list[FinancialLine]:
    """Thirteen months: the first has only what the stock opened with, the last all that was made in the year."""
    made = [line(category, None, *["0"] * 11, amount) for category, amount in MADE.items()]
    held = [
        line(category, "136" if "stock" in category else "0", *["0"] * 11, amount) for category, amount in HELD.items()
    ]
    return made + held


def last(found: tuple[Ratio, ...]) -> Mapping[str, Ratio]:
    """By key."""
    return {ratio.key: ratio for ratio in found}


def test_the_hand_check() -> None:
    found = ratios(a_year(), months=13, full_months=13)
    assert [ratio.key for ratio in found] == list(BY_HAND)
    for ratio in found:
        by_hand = Decimal(BY_HAND[ratio.key])
        value = ratio.values[-1].value
        assert value is not None
        assert round(value, -by_hand.as_tuple().exponent) == by_hand, ratio.key


def test_every_value_comes_with_what_went_into_its_formula() -> None:
    found = last(ratios(a_year(), months=13, full_months=13))
    quick = found["quick-ratio"]
    assert quick.formula == "(current assets − stock and prepayments) ÷ current liabilities"
    assert [(one.name, one.amount) for one in quick.values[-1].inputs] == [
        ("Current assets", 400),
        ("Stock and prepayments", 120),
        ("Current liabilities", 250),
    ]
    turn = found["stock-turn"].values[-1]
    assert [one.amount for one in turn.inputs] == [708, 136, 100]
    assert all(ratio.values[-1].inputs for ratio in found.values())


def test_what_looks_at_twelve_months_needs_them_and_a_year_ends_with_no_month_that_is_not_over() -> None:
    found = last(ratios(a_year(), months=13, full_months=12))
    for key in ("interest-cover", "debtor-days", "creditor-days", "stock-turn"):
        value = found[key].values[-1]
        assert (value.value, value.missing) == (None, Missing.FEWER_MONTHS), key
    assert found["gross-margin"].values[-1].value is not None
    eleven = last(ratios([line("income.revenue.goods", *["1"] * 11)], months=11, full_months=11))
    assert eleven["debtor-days"].values[-1].missing is Missing.FEWER_MONTHS


def test_a_gap_among_the_twelve_months_is_no_year() -> None:
    lines = [line("income.revenue.goods", *["1"] * 5, None, *["1"] * 7), line("asset.current.cash", *["5"] * 13)]
    assert last(ratios(lines, months=13, full_months=13))["debtor-days"].values[-1].value is None


def test_without_the_opening_stock_there_is_no_turn() -> None:
    twelve = [line("expense.cost_of_sales.purchases", *["1"] * 12), line("asset.current.stock_raw", *["1"] * 12)]
    found = last(ratios(twelve, months=12, full_months=12))
    assert found["stock-turn"].values[-1].value is None
    assert found["creditor-days"].values[-1].value == 0


@pytest.mark.parametrize(
    "key", ["gross-margin", "net-margin", "current-ratio", "quick-ratio", "debt-to-equity", "interest-cover"]
)
def test_over_nothing_there_is_none(key: str) -> None:
    lines = [line("expense.operating.general.other", *["1"] * 13), line("asset.current.cash", *["1"] * 13)]
    value = last(ratios(lines, months=13, full_months=13))[key].values[-1]
    assert (value.value, value.missing) == (None, Missing.OVER_NOTHING)


def test_a_month_without_a_statement_has_none_of_its_ratios() -> None:
    found = last(ratios([line("income.revenue.goods", "1", None)], months=2, full_months=2))
    assert found["revenue"].values[1].missing is Missing.NO_STATEMENT
    assert found["current-ratio"].values[0].missing is Missing.NO_STATEMENT


def test_a_bank_below_zero_is_debt_and_a_card_in_credit_is_none() -> None:
    lines = [
        line("asset.current.cash", "-30", "70"),
        line("liability.current.credit_cards", "20", "-5"),
        line("equity.share_capital", "100", "100"),
    ]
    found = last(ratios(lines, months=2, full_months=2))
    assert [value.value for value in found["debt"].values] == [50, 0]
    assert [value.value for value in found["working-capital"].values] == [-50, 75]
