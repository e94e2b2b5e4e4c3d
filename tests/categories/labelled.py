"""How well accounts find their category, on two labelled sets: `python -m tests.categories.labelled`.

`written_on.csv` is what the words in `config/categories.toml` were written with; at `kept_aside.csv` nobody who writes
them looks: only what holds there says how well they do on the books of a stranger.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from linkflow import paths
from linkflow.category_file import load_categories
from linkflow.domain.books import AccountClass
from linkflow.domain.categories import Categories, Suggestion

FOLDER = Path(__file__).parent
SETS = ("written-on", "kept-aside")


@dataclass(frozen=True)
class Labelled:
    """An account of somebody's chart, and where an accountant puts it."""

    chart: str
    section: str
    account_class: AccountClass
    name: str
    category: str


@dataclass(frozen=True)
class Score:
    """Shares of accounts that came into the right second level and the right leaf."""

    second_level: float
    leaf: float


@cache
def shipped() -> Categories:
    """The categories as they are shipped."""
    return load_categories(paths.config() / "categories.toml")


def labelled(name: str) -> tuple[Labelled, ...]:
    """A labelled set, `written-on` or `kept-aside`."""
    with (FOLDER / f"{name.replace('-', '_')}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Labelled(row["chart"], row["section"], AccountClass(row["class"]), row["name"], row["category"])
            for row in csv.DictReader(file)
        )


def suggested(name: str) -> Iterator[tuple[Labelled, Suggestion]]:
    """Each account of a set with what is suggested for it, by its words alone."""
    for one in labelled(name):
        yield one, shipped().suggest(one.account_class, one.name, (one.section,))


def score(name: str) -> Score:
    """How well a set does."""
    pairs = [(one.category, found.category) for one, found in suggested(name)]
    second = sum(right.split(".")[:2] == got.split(".")[:2] for right, got in pairs)
    return Score(second / len(pairs), sum(right == got for right, got in pairs) / len(pairs))


if __name__ == "__main__":
    for each in SETS:
        reached = score(each)
        print(f"{each} second-level {reached.second_level:.2f} leaf {reached.leaf:.2f}")
