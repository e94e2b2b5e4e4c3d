"""Tables as data: what the sheets of a workbook, the CSV files and the JSON of a report are all made from.

A column says what stands in it and of what kind that is; how a kind looks is each format's own business.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Generic, TypeVar

Row = TypeVar("Row")
Value = str | int | Decimal | date | None
"""What a cell holds; a datetime is a date too, None is an empty cell."""


class Absent(str):
    """Words in place of a figure there cannot be: a sheet and a CSV file have them, a program is told nothing."""

    __slots__ = ()


class Kind(StrEnum):
    """What a column holds. `MONEY` is in the row's own `currency`, `SHARE` is 0 to 1, `NUMBER` any exact number."""

    TEXT = "text"
    WORD = "word"
    DATE = "date"
    TIME = "time"
    COUNT = "count"
    MONEY = "money"
    DAYS = "days"
    SHARE = "share"
    RATIO = "ratio"
    NUMBER = "number"


Heading = tuple[str, Kind]
PLACES = 6
"""Of averages and shares in a file."""
_DIVIDED = (Kind.MONEY, Kind.DAYS, Kind.SHARE, Kind.RATIO)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column; `currency` says whose minor unit a row's money has."""

    heading: str
    kind: Kind
    value: Callable[[Row], Value]
    currency: Callable[[Row], str] | None = None

    @property
    def key(self) -> str:
        """The heading as a name for programs: `amount_due`."""
        return key_of(self.heading)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A table under its sheet's name; `rows` begins to read them when it is called, once for each reading."""

    name: str
    columns: tuple[Column[Row], ...]
    rows: Callable[[], Iterable[Row]]

    @property
    def slug(self) -> str:
        """The name as part of an address or a file's name: `bill-lines`."""
        return self.name.casefold().replace(" ", "-")

    @property
    def header(self) -> tuple[str, ...]:
        """Every heading."""
        return tuple(column.heading for column in self.columns)

    def cells(self) -> Iterator[Sequence[Value]]:
        """The rows as values, for files: what was divided in so many places as anybody can use."""
        for row in self.rows():
            yield [_usable(column.value(row), column.kind) for column in self.columns]


def plain_table(
    name: str, headings: Iterable[Heading], rows: Callable[[], Iterable[Sequence[Value]]]
) -> Table[Sequence[Value]]:
    """A table whose rows are the values themselves, in the order of the headings."""
    return Table(name, tuple(Column(*heading, itemgetter(place)) for place, heading in enumerate(headings)), rows)


def _usable(value: Value, kind: Kind) -> Value:
    if isinstance(value, Decimal) and kind in _DIVIDED and -int(value.as_tuple().exponent) > PLACES:
        return round(value, PLACES)
    return value


def key_of(words: str) -> str:
    """Words as a name for programs."""
    return re.sub(r"[^a-z0-9]+", "_", words.casefold().replace("×", "times")).strip("_")
