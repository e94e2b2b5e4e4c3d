"""Every mistake in a file of categories is told, by key."""

from dataclasses import replace
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.category_file import load_categories, unknown_categories
from linkflow.domain.books import AccountClass
from linkflow.problems import ConfigurationError
from tests.categories.labelled import shipped
from tests.config_factories import make_software

SHIPPED = paths.config() / "categories.toml"


def mistakes(tmp_path: Path, old: str, new: str) -> list[str]:
    """What is said of the shipped file with a passage changed."""
    text = SHIPPED.read_text()
    assert old in text
    place = tmp_path / "categories.toml"
    place.write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError) as raised:
        load_categories(place)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "Sales of goods"', "", "income.revenue.goods.name: is missing"),
        ("sign = -1", "sign = 0", "income.sales_reductions.discounts.sign"),
        ("[income.other.other]", "[income.other.rest]", "income.other.other: is missing"),
        ("[income.revenue.goods]", "[income.revenue.a.b.goods]", "income.revenue.a.b.goods: lies deeper than 4 levels"),
        ('within = ["expense.tax"]', 'within = ["expense.tx"]', "names 'expense.tx', which is no part of the tree"),
        ('otherwise = "expense.tax.income_tax"', 'otherwise = "expense.tax"', "is no leaf of the tree"),
        ("only = true", "only = 3", "only"),
        ("[income.revenue.goods]", "[incme.revenue.goods]", "incme"),
        (
            '"income.revenue" =',
            '"income.revenu" =',
            "above the leaves; did you mean 'income.revenue'?",
        ),
        (
            '"equity.drawings" = ["privat',
            '"equity.drawing" = ["privat',
            "language.de.words.'equity.drawing': is no leaf",
        ),
        ('equity = ["equity"', 'equiti = ["equity"', "classes.equiti"),
    ],
)
def test_a_mistake_is_told_by_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert any(told in each for each in mistakes(tmp_path, old, new))


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "sign = -1", "sign = 2")
    assert len(found) >= 6


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "categories.toml").write_text("[income")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_categories(tmp_path / "categories.toml")


def test_a_type_of_a_software_names_a_leaf() -> None:
    wrong = replace(make_software(), account_types={"BANK": "asset.current.cahs", "SALES": "income.revenue"})
    found = [str(problem) for problem in unknown_categories([wrong], shipped())]
    assert found[0].startswith("sandbox.toml: account_types.'BANK': names 'asset.current.cahs'")
    assert found[0].endswith("did you mean 'asset.current.cash'?")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("headings", "stands_for"),
    [
        (("Assets", "Bank"), AccountClass.ASSET),
        (("Liabilities and Equity", "Equity"), AccountClass.EQUITY),
        (("LIABILITIES AND EQUITY", "Current Liabilities", "Accounts payable (A/P)"), AccountClass.LIABILITY),
        (("Whatnot",), None),
        ((), None),
    ],
)
def test_headings_say_the_class_where_no_account_does(
    headings: tuple[str, ...], stands_for: AccountClass | None
) -> None:
    held = (AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY)
    assert shipped().class_under(headings, held) is stands_for


def test_parts_of_the_tree_have_names() -> None:
    categories = shipped()
    assert categories.name("income.sales_reductions") == "Sales reductions"
    assert categories.name("asset.current.cash") == "Cash and bank"
    parts = {leaf.slug[:at] for leaf in categories for at, letter in enumerate(leaf.slug) if letter == "."}
    assert parts == set(categories.groups)
