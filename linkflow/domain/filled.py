"""The rows of a filled-in template as they were read, and everything that is wrong with them.

A row's values stand in the order of the template's columns, whatever their order in the file. What is wrong is told
by sheet, row and column, and by a word for the reason; what to do about it the pages say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

SHOWN = 200
"""So many problems are told one by one."""
_HELD = 20_000


class Unread(Enum):
    """In place of a value that is told as a problem."""

    VALUE = "unread"


UNREAD = Unread.VALUE


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row under the number a spreadsheet shows beside it.

    A value is what its column's kind says (text, day, Decimal, bool), None where it may be and is empty, or `UNREAD`.
    """

    number: int
    values: tuple[Any, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every value could be read."""
        return UNREAD not in self.values


Rows = Iterable[FilledRow]


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """One thing that is wrong. `row` and `column` are None where it is not about one; `cell` is its address, `C12`."""

    sheet: str
    row: int | None = None
    column: str | None = None
    reason: str
    details: Mapping[str, str] = field(default_factory=dict)
    cell: str | None = None


class Problems:
    """Gathers what is wrong with one file; past `_HELD` it only counts."""

    def __init__(self, columns: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """`columns` are the letters of each sheet's columns by their headings."""
        self._found: list[FileProblem] = []
        self._columns = {} if columns is None else columns
        self.count = 0

    def add(self, sheet: str, row: int | None, column: str | None, reason: str, **details: object) -> None:
        """Note one."""
        self.count += 1
        if len(self._found) >= _HELD:
            return
        letter = self._columns.get(sheet, {}).get(column or "")
        cell = f"{letter}{row}" if letter and row else None
        told = {name: str(value) for name, value in details.items()}
        self._found.append(FileProblem(sheet=sheet, row=row, column=column, reason=reason, details=told, cell=cell))

    def first(self, sheets: Iterable[str]) -> tuple[FileProblem, ...]:
        """The first `SHOWN`, by sheet in the order given, then by row."""
        order = {name: at for at, name in enumerate(sheets)}
        by_place = sorted(self._found, key=lambda one: (order.get(one.sheet, -1), one.row or 0))
        return tuple(by_place[:SHOWN])
