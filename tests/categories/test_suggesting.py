"""An account finds its category by the first of four answers, and never leaves its class."""

import pytest

from linkflow.domain.books import AccountClass
from linkflow.domain.categories import Confidence, Reason
from tests.categories.labelled import SETS, labelled, score, shipped, suggested

INCOME, EXPENSE, ASSET, LIABILITY, EQUITY = (
    *(AccountClass.INCOME, AccountClass.EXPENSE, AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY),
)


def test_on_accounts_nobody_looked_at_the_words_hold() -> None:
    reached = score("kept-aside")
    assert reached.second_level >= 0.85
    assert reached.leaf >= 0.70


@pytest.mark.parametrize("name", SETS)
def test_no_account_crosses_its_class(name: str) -> None:
    assert score(name).across_class == 0


def test_the_labelled_sets_are_large_varied_and_apart() -> None:
    every = [one for name in SETS for one in labelled(name)]
    assert len(every) >= 400
    assert len({one.chart for one in every}) >= 6
    assert {one.category for one in every} <= {leaf.slug for leaf in shipped()}
    assert all(one.category.startswith(f"{one.account_class}.") for one in every)


def test_the_softwares_own_type_goes_before_words() -> None:
    known = {"RENT": "expense.operating.premises.rent", "OVERHEADS/CAR": "expense.operating.vehicles_and_travel.fuel"}
    found = shipped().suggest(EXPENSE, "Insurance", known=known, software_type="RENT")
    assert (found.category, found.reason, found.confidence, found.because) == (
        *("expense.operating.premises.rent", Reason.SOFTWARE, Confidence.HIGH, "RENT"),
    )
    found = shipped().suggest(EXPENSE, "Rent", known=known, software_type="OVERHEADS", software_subtype="CAR")
    assert (found.category, found.because) == ("expense.operating.vehicles_and_travel.fuel", "OVERHEADS/CAR")


def test_a_type_that_contradicts_the_class_is_passed_over() -> None:
    found = shipped().suggest(
        INCOME, "Rent received", known={"RENT": "expense.operating.premises.rent"}, software_type="RENT"
    )
    assert (found.category, found.reason) == ("income.revenue.rental", Reason.WORDS)


@pytest.mark.parametrize(
    ("account_class", "name", "section", "category", "confidence"),
    [
        (EXPENSE, "Wages", "Direct Costs", "expense.cost_of_sales.direct_wages", Confidence.HIGH),
        (EXPENSE, "Wages", "Overheads", "expense.operating.people.wages", Confidence.HIGH),
        (EXPENSE, "Depreciation of motor vehicles", "", "expense.non_cash.depreciation", Confidence.HIGH),
        (ASSET, "Motor Vehicles - Depn", "Fixed Assets", "asset.non_current.accumulated_depreciation", Confidence.HIGH),
        (ASSET, "Deferred tax", "Non-Current Assets", "asset.non_current.deferred_tax", Confidence.HIGH),
        (LIABILITY, "Bank loan", "Current Liabilities", "liability.current.loans", Confidence.HIGH),
        (LIABILITY, "Bank loan", "Creditors: Due After One Year", "liability.non_current.loans", Confidence.HIGH),
        (EQUITY, "RETAINED EARNINGS", "", "equity.retained_earnings", Confidence.HIGH),
        (EXPENSE, "Whatnot", "Cost of Sales", "expense.cost_of_sales.other", Confidence.MEDIUM),
    ],
)
def test_name_and_headings_decide(
    account_class: AccountClass, name: str, section: str, category: str, confidence: Confidence
) -> None:
    found = shipped().suggest(account_class, name, (section,))
    assert (found.category, found.reason, found.confidence) == (category, Reason.WORDS, confidence)


@pytest.mark.parametrize(
    ("account_class", "section", "category"),
    [
        (INCOME, "", "income.other.other"),
        (EXPENSE, "", "expense.operating.general.other"),
        (ASSET, "", "asset.current.other"),
        (ASSET, "Fixed Assets", "asset.non_current.other"),
        (LIABILITY, "", "liability.current.other"),
        (EQUITY, "", "equity.other"),
    ],
)
def test_what_nothing_is_known_of_falls_back_and_says_so(
    account_class: AccountClass, section: str, category: str
) -> None:
    found = shipped().suggest(account_class, "Zzyzx", (section,))
    assert (found.category, found.reason, found.confidence) == (category, Reason.FALLBACK, Confidence.LOW)


def test_the_words_that_decided_are_named() -> None:
    assert shipped().suggest(EXPENSE, "Google Ads spend").because == "google ad*"


def test_every_suggestion_is_a_leaf_of_the_tree() -> None:
    leaves = {leaf.slug for leaf in shipped()}
    assert all(found.category in leaves for name in SETS for _, found in suggested(name))


def test_an_account_nothing_is_posted_to_has_no_category() -> None:
    with pytest.raises(ValueError, match="not posted to"):
        shipped().suggest(AccountClass.OTHER, "Statistics")
