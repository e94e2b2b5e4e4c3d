"""Every mistake in a file of categories is told, by key."""

from pathlib import Path

import pytest

from linkflow import paths
from linkflow.category_file import load_categories
from linkflow.problems import ConfigurationError

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
