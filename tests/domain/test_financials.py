"""A financial report from statements: classes, categories, sums, checks; and a company worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from linkflow.domain.books import Account, AccountClass, LineKind, Period, Statement, StatementLine, month_end
from linkflow.domain.categories import Confidence, Reason
from linkflow.domain.category_sums import Group, below_zero, by_category, gather, gross_profit, gross_profit_after
from linkflow.domain.financials import (
    FinancialLine,
    Placing,
    by_impact,
    checks,
    financial_lines,
    in_whole_units,
    low_share,
    missing_months,
    place_again,
)
from linkflow.domain.ratios import ratios
from linkflow.domain.statements import CheckName
from linkflow.domain.trial_balances import ClosingBalance, statements_from_balances
from tests.categories.labelled import shipped

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
PERIOD = Period(JANUARY, FEBRUARY)
PLACING = Placing(categories=shipped())

CHART = {
    one.external_id: one
    for one in (
        Account(external_id="sales", code="4000", name="Sales", account_class=AccountClass.INCOME),
        Account(external_id="returns", name="Sales returns", account_class=AccountClass.INCOME),
        Account(external_id="stuff", name="Cost of goods sold", account_class=AccountClass.EXPENSE),
        Account(external_id="rent", name="Rent", account_class=AccountClass.EXPENSE),
        Account(external_id="oddment", name="Whatnot", account_class=AccountClass.EXPENSE),
        Account(external_id="bank", name="Main Street", account_class=AccountClass.ASSET, is_bank=True),
        Account(external_id="debtors", name="Trade debtors", account_class=AccountClass.ASSET),
        Account(external_id="card", name="Company plastic", account_class=AccountClass.LIABILITY, is_card=True),
        Account(external_id="shares", name="Share capital", account_class=AccountClass.EQUITY),
    )
}
# A corner shop, its year beginning with January. Debits positive.
# January: sold 1,000, took 50 back, bought for 400, paid 300 rent and 20 for something. Made 230. Shares of 500. The
# bank: 500 + 1,000 − 50 − 400 − 300 − 20 − 200 not yet paid by customers + 100 put on the card = 630.
# February: sold 800, bought for 600, rent 300, 25 for something: lost 125, so 105 in the year. Customers still owe 900,
# the card was paid with 120 more than was owed. The bank: 630 + 800 − 600 − 300 − 25 − 700 − 220 = −415.
BALANCES = {
    JANUARY: {
        "sales": -1000, "returns": 50, "stuff": 400, "rent": 300, "oddment": 20,
        "bank": 630, "debtors": 200, "card": -100, "shares": -500,
    },
    FEBRUARY: {
        "sales": -1800, "returns": 50, "stuff": 1000, "rent": 600, "oddment": 45,
        "bank": -415, "debtors": 900, "card": 120, "shares": -500,
    },
}  # fmt: skip
LINES = statements_from_balances(
    [ClosingBalance(key, month, Decimal(n)) for month, held in BALANCES.items() for key, n in held.items()],
    CHART.values(),
    year_end="12-31",
)


def report(placing: Placing = PLACING) -> tuple[FinancialLine, ...]:
    """The shop's."""
    return financial_lines(LINES, CHART, period=PERIOD, placing=placing)


def groups(lines: tuple[FinancialLine, ...], statement: Statement) -> dict[str, Group]:
    """Every part of the tree that something stands in."""
    return {group.slug: group for top in by_category(lines, shipped(), statement) for group in top.walk()}


def test_the_shop_balances() -> None:
    assert all(sum(held.values()) == 0 for held in BALANCES.values())
    assert not checks(LINES, CHART, placing=PLACING, currency="GBP")


def test_the_shop_by_category() -> None:
    made = groups(report(), Statement.PROFIT_AND_LOSS)
    assert {slug: group.amounts for slug, group in made.items()} == {
        "income": (950, 800),
        "income.revenue": (1000, 800),
        "income.revenue.goods": (1000, 800),
        "income.sales_reductions": (-50, 0),
        "income.sales_reductions.returns": (-50, 0),
        "expense": (720, 925),
        "expense.cost_of_sales": (400, 600),
        "expense.cost_of_sales.purchases": (400, 600),
        "expense.operating": (320, 325),
        "expense.operating.premises": (300, 300),
        "expense.operating.premises.rent": (300, 300),
        "expense.operating.general": (20, 25),
        "expense.operating.general.other": (20, 25),
    }
    held = groups(report(), Statement.BALANCE_SHEET)
    assert {slug: group.amounts for slug, group in held.items()} == {
        "asset": (830, 1020),
        "asset.current": (830, 1020),
        "asset.current.cash": (630, None),
        "asset.current.trade_receivables": (200, 900),
        "asset.current.other_receivables": (None, 120),
        "liability": (100, 415),
        "liability.current": (100, 415),
        "liability.current.credit_cards": (100, None),
        "liability.current.overdraft": (None, 415),
        "equity": (730, 605),
        "equity.share_capital": (500, 500),
        "equity.current_year": (230, 105),
    }


def test_the_shop_in_ratios() -> None:
    # Revenue 1,000 − 50 and 800. Gross 550 of 950 and 200 of 800. Net 230 and −125. Debt: the card's 100, then the
    # bank's 415. Current: 830 to 100, then 1,020 to 415.
    found = {ratio.key: [one.value for one in ratio.values] for ratio in ratios(report(), months=2, full_months=2)}
    assert found["revenue"] == [950, 800]
    assert [round(one, 1) for one in found["gross-margin"] if one] == [Decimal("57.9"), 25]
    assert found["net-profit"] == found["ebit"] == found["ebitda"] == [230, -125]
    assert found["debt"] == [100, 415]
    assert [round(one, 2) for one in found["current-ratio"] if one] == [Decimal("8.30"), Decimal("2.46")]
    assert found["debtor-days"] == [None, None]


def test_gross_profit_is_a_line_beside_the_tree() -> None:
    tops = by_category(report(), shipped(), Statement.PROFIT_AND_LOSS)
    assert (gross_profit(tops), gross_profit_after(tops)) == ((550, 200), "expense.cost_of_sales")
    without = tuple(line for line in report() if line.category != "expense.cost_of_sales.purchases")
    tops = by_category(without, shipped(), Statement.PROFIT_AND_LOSS)
    assert (gross_profit(tops), gross_profit_after(tops)) == ((950, 800), "income")
    costs = tuple(line for line in report() if line.account_id in ("rent", "oddment"))
    assert gross_profit_after(by_category(costs, shipped(), Statement.PROFIT_AND_LOSS)) is None


def test_no_ratio_goes_by_the_name_of_a_row_that_is_something_else() -> None:
    found = {ratio.name: [one.value for one in ratio.values] for ratio in ratios(report(), months=2, full_months=2)}
    rows = {group.name: group.amounts for group in groups(report(), Statement.PROFIT_AND_LOSS).values()}
    assert (rows["Revenue"], found["Revenue after discounts and returns"]) == ((1000, 800), [950, 800])
    assert not set(rows) & set(found)


def test_an_account_says_why_it_stands_where_it_does() -> None:
    found = {line.account_id: line for line in report() if line.account_id}
    assert (found["sales"].account_code, found["sales"].account_class) == ("4000", AccountClass.INCOME)
    assert (found["bank"].category, found["bank"].reason, found["bank"].because) == (
        *("asset.current.cash", Reason.SOFTWARE, "bank account"),
    )
    assert found["card"].category == "liability.current.credit_cards"
    assert (found["rent"].reason, found["rent"].because) == (Reason.WORDS, "rent")
    assert (found["oddment"].reason, found["oddment"].confidence) == (Reason.FALLBACK, Confidence.LOW)


def test_a_correction_goes_before_everything_and_keeps_what_was_suggested() -> None:
    said = {"rent": "expense.cost_of_sales.other", "sales": "expense.operating.general.other", "bank": "asset.nowhere"}
    found = {line.account_id: line for line in report(replace(PLACING, corrected=said)) if line.account_id}
    rent = found["rent"]
    assert (rent.category, rent.suggested) == ("expense.cost_of_sales.other", "expense.operating.premises.rent")
    assert (rent.reason, rent.confidence) == (Reason.CORRECTED, Confidence.HIGH)
    assert found["sales"].category == "income.revenue.goods", "no account crosses its class"
    assert found["bank"].category == "asset.current.cash", "a category that is no more counts no more"


def test_what_users_said_since_a_report_was_made_counts_as_if_it_were_made_anew() -> None:
    said = {"rent": "expense.cost_of_sales.other", "oddment": "expense.operating.premises.water"}
    for before, now in (({}, said), (said, {}), (said, {"rent": "expense.operating.premises.gas"})):
        made = report(replace(PLACING, corrected=before))
        placing = replace(PLACING, corrected=now)
        assert place_again(made, CHART, placing) == report(placing)


def test_a_category_that_the_tree_no_longer_has_is_lost_from_no_sum() -> None:
    lines = tuple(
        replace(line, category="expense.operating.gone.rent") if line.account_id == "rent" else line
        for line in report()
    )
    found = groups(lines, Statement.PROFIT_AND_LOSS)
    assert found["expense"].amounts == (720, 925)
    assert found["expense.operating.general.other"].amounts == (320, 325)


def test_the_softwares_own_types_decide_before_words() -> None:
    chart = {**CHART, "rent": replace(CHART["rent"], software_type="OVERHEADS", software_subtype="WATER")}
    known = {"OVERHEADS/WATER": "expense.operating.premises.water"}
    lines = financial_lines(LINES, chart, period=PERIOD, placing=replace(PLACING, known=known))
    rent = next(line for line in lines if line.account_id == "rent")
    assert (rent.category, rent.reason) == ("expense.operating.premises.water", Reason.SOFTWARE)


def test_where_no_account_is_named_the_headings_tell_the_class() -> None:
    said = [
        StatementLine(
            external_id=str(place),
            statement=Statement.BALANCE_SHEET,
            period_end=month_end(JANUARY),
            label=label,
            amount=Decimal(amount),
            section=(heading,),
            position=place,
        )
        for place, (heading, label, amount) in enumerate(
            [("Current Assets", "Till", 70), ("Equity", "Net income", 40), ("Liabilities", "Loan", 30), ("?", "X", 9)]
        )
    ]
    lines = financial_lines(said, {}, period=PERIOD, placing=PLACING)
    assert [line.account_class for line in lines] == [
        *(AccountClass.ASSET, AccountClass.EQUITY, AccountClass.LIABILITY, None),
    ]
    assert [line.category for line in lines][1:] == ["equity.current_year", "liability.current.loans", None]
    assert not checks(said[:3], {}, placing=PLACING, currency="GBP")
    off = [replace(said[0], amount=Decimal(75)), *said[1:3]]
    found = checks(off, {}, placing=PLACING, currency="GBP")
    assert [(one.name, one.difference) for one in found] == [(CheckName.SHEET_BALANCES, 5)]


def test_an_account_of_a_class_the_statement_does_not_have_is_read_by_its_heading() -> None:
    chart = {**CHART, "rent": replace(CHART["rent"], account_class=AccountClass.OTHER)}
    rent = next(
        line for line in financial_lines(LINES, chart, period=PERIOD, placing=PLACING) if line.account_id == "rent"
    )
    assert rent.account_class is AccountClass.EXPENSE


def test_months_missing_and_whole_units_are_found() -> None:
    lines = report()
    assert missing_months(lines, Statement.PROFIT_AND_LOSS, PERIOD.months) == ()
    only = financial_lines(
        [line for line in LINES if line.period_end.month == 2], CHART, period=PERIOD, placing=PLACING
    )
    assert missing_months(only, Statement.BALANCE_SHEET, PERIOD.months) == (JANUARY,)
    assert in_whole_units(lines, Statement.BALANCE_SHEET, currency="GBP")
    assert not in_whole_units(lines, Statement.BALANCE_SHEET, currency="JPY"), "yen have nothing smaller"
    cents = [replace(line, amount=line.amount + Decimal("0.01")) for line in LINES]
    finer = financial_lines(cents, CHART, period=PERIOD, placing=PLACING)
    assert not in_whole_units(finer, Statement.BALANCE_SHEET, currency="GBP")


def test_accounts_come_by_what_hangs_on_them() -> None:
    found = by_impact(report(), full_months=2)
    doubt = {Confidence.LOW: 10, Confidence.MEDIUM: 4, Confidence.HIGH: 1}
    impacts = [abs(one.balance) * doubt[one.line.confidence or Confidence.LOW] for one in found]
    assert impacts == sorted((one.impact for one in found), reverse=True)
    assert (found[0].line.account_id, found[0].line.confidence) == ("sales", Confidence.MEDIUM)
    balances = {one.line.account_id: one.balance for one in found}
    assert (balances["sales"], balances["bank"], balances["oddment"]) == (1800, -415, 45)
    corrected = by_impact(report(replace(PLACING, corrected={"sales": "income.revenue.services"})), full_months=2)
    assert corrected[-1].line.account_id == "sales"
    assert corrected[-1].impact == 0
    # 45 of 45 + 1,800 + 50 + 1,000 + 600 + 415 + 900 + 120 + 500.
    assert round(low_share(found) or 0, 2) == Decimal("0.83")


def test_an_account_the_last_balance_sheet_leaves_out_is_about_nothing() -> None:
    lines = report()
    gone = replace(next(line for line in lines if line.account_id == "debtors"), amounts=(Decimal(50_000), None))
    found = by_impact([gone if line.account_id == "debtors" else line for line in lines], full_months=2)
    assert [(one.balance, one.impact) for one in found if one.line.account_id == "debtors"] == [(0, 0)]
    assert low_share(found) == low_share([one for one in found if one.balance])


def sheet(*rows: tuple[Account, str, int], known: dict[str, str] | None = None) -> tuple[FinancialLine, ...]:
    """Accounts with the heading they stand under and what they stand at in January."""
    said = [
        StatementLine(
            external_id=str(place),
            statement=Statement.BALANCE_SHEET,
            period_end=month_end(JANUARY),
            label=account.name,
            amount=Decimal(amount),
            section=(heading,),
            position=place,
            account_id=account.external_id,
        )
        for place, (account, heading, amount) in enumerate(rows)
    ]
    chart = {account.external_id: account for account, _, _ in rows}
    lines = financial_lines(said, chart, period=Period(JANUARY, JANUARY), placing=replace(PLACING, known=known or {}))
    out = sum(amount if heading in ("Assets", "Bank") else -amount for _, heading, amount in rows)
    differences = [
        one.difference for one in checks(said, chart, placing=replace(PLACING, known=known or {}), currency="GBP")
    ]
    assert differences == ([out] if out else [])
    return lines


def held(lines: tuple[FinancialLine, ...]) -> dict[str, int]:
    return {slug: int(sum(one.amounts[0] or 0 for one in shares)) for slug, shares in gather(lines).items()}


def test_the_heading_says_on_which_side_a_bank_or_a_card_stands() -> None:
    card = replace(CHART["card"], account_class=AccountClass.ASSET)
    bank, shares = CHART["bank"], CHART["shares"]
    overdrawn = sheet((CHART["debtors"], "Assets", 800), (bank, "Bank overdrafts", 500), (shares, "Equity", 300))
    assert held(overdrawn) == {
        "asset.current.trade_receivables": 800, "liability.current.overdraft": 500, "equity.share_capital": 300,
    }  # fmt: skip
    assert (overdrawn[1].reason, overdrawn[1].confidence) == (Reason.SOFTWARE, Confidence.HIGH)
    assert held(sheet((bank, "Liabilities", -70))) == {"asset.current.cash": 70}
    assert held(sheet((bank, "Bank", -70))) == {"liability.current.overdraft": 70}
    assert held(sheet((card, "Bank", 70))) == {"asset.current.other_receivables": 70}
    assert held(sheet((card, "Bank", -70))) == {"liability.current.credit_cards": 70}
    assert held(sheet((card, "Credit cards", 70))) == {"liability.current.credit_cards": 70}


def test_a_card_among_the_softwares_banks_is_a_card() -> None:
    known = {"BANK": "asset.current.cash", "BANK/CREDITCARD": "liability.current.credit_cards"}
    card = Account(
        external_id="c", name="Main", account_class=AccountClass.ASSET, is_bank=True,
        software_type="BANK", software_subtype="CREDITCARD",
    )  # fmt: skip
    assert held(sheet((card, "Bank", -70), known=known)) == {"liability.current.credit_cards": 70}


def test_only_a_bank_is_overdrawn() -> None:
    petty = Account(external_id="p", name="Petty Cash", account_class=AccountClass.ASSET, is_bank=True)
    waiting = Account(external_id="u", name="Undeposited funds", account_class=AccountClass.ASSET)
    assert held(sheet((petty, "Assets", -20))) == {"asset.current.cash": -20}
    assert held(sheet((waiting, "Assets", -20))) == {"asset.current.undeposited": -20}
    assert held(sheet((replace(waiting, is_bank=True), "Assets", -20))) == {"liability.current.overdraft": 20}


def class_sum(lines: tuple[FinancialLine, ...], of: AccountClass, place: int) -> Decimal:
    """What the lines of a class come to in a month, whatever side of the sheet they are shown on."""
    its = (line.amounts[place] for line in lines if line.is_counted and line.account_class is of)
    return sum((amount for amount in its if amount is not None), Decimal(0))


NAMES = st.sampled_from(
    ["Sales", "Rent", "Barclays current account", "Amex", "Trade debtors", "Loan", "Accumulated depreciation", "Zorp"]
)
CLASSES = [one for one in AccountClass if one is not AccountClass.OTHER]
ACCOUNTS = st.builds(
    Account,
    external_id=st.uuids().map(str),
    name=NAMES,
    account_class=st.sampled_from(CLASSES),
    is_bank=st.booleans(),
    is_card=st.booleans(),
)
CENTS = st.integers(-(10**8), 10**8).map(lambda n: Decimal(n) / 100)


@st.composite
def _books(draw: st.DrawFn) -> tuple[tuple[Account, ...], tuple[StatementLine, ...], dict[str, str]]:
    chart = tuple(draw(st.lists(ACCOUNTS, min_size=1, max_size=8, unique_by=lambda one: one.external_id)))
    balances = [ClosingBalance(account.external_id, month, draw(CENTS)) for month in PERIOD.months for account in chart]
    slugs = st.sampled_from([leaf.slug for leaf in shipped()])
    return (
        chart,
        statements_from_balances(balances, chart, year_end="12-31"),
        {one.external_id: draw(slugs) for one in chart[::2]},
    )


@given(_books())
@settings(max_examples=60)
def test_the_categories_are_the_statement_and_nobody_crosses(
    books: tuple[tuple[Account, ...], tuple[StatementLine, ...], dict[str, str]],
) -> None:
    chart, said, corrected = books
    by_id = {one.external_id: one for one in chart}
    lines = financial_lines(said, by_id, period=PERIOD, placing=replace(PLACING, corrected=corrected))
    for category, shares in gather(lines).items():
        for share in shares:
            crossed = not category.startswith(f"{share.line.account_class}.")
            assert not crossed or below_zero(share.line) == category
            assert not crossed or all(amount is None or amount > 0 for amount in share.amounts)
    tops = {group.slug: group.amounts for statement in Statement for group in by_category(lines, shipped(), statement)}
    for place in range(2):
        shown = {name: (tops.get(name) or (None, None))[place] or Decimal(0) for name in map(str, CLASSES)}
        printed = {one: class_sum(lines, one, place) for one in CLASSES}
        for one in (AccountClass.INCOME, AccountClass.EXPENSE, AccountClass.EQUITY):
            assert shown[one] == printed[one]
        larger = shown["asset"] - printed[AccountClass.ASSET]
        assert larger == shown["liability"] - printed[AccountClass.LIABILITY]
        # The statement's own totals, made by other code.
        month = PERIOD.months[place]
        totals = {
            line.label: line.amount
            for line in said
            if line.kind is LineKind.TOTAL and line.period_end == month_end(month)
        }
        if place == 0:
            assert shown["income"] - shown["expense"] == totals["Net profit"]
        assert shown["asset"] - shown["liability"] == totals["Total assets"] - totals["Total liabilities"]
        assert shown["equity"] == totals["Total equity"]
