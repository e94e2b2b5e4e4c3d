"""Formulas over the sheets of a workbook, with functions that Excel, LibreOffice and Google Sheets all have.

A table may be spread over several sheets; a sum over it is the sum over all of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it ships no types

NOT_AVAILABLE = "–"
"""What stands where there is nothing to divide by."""

Criteria = Sequence[tuple[str, str]]
"""Pairs of a heading and what its cells must be: a number, a cell, or a quoted text, as formulas have them."""


@dataclass(frozen=True)
class Span:
    """Where a table's rows lie: its sheets with the number of rows on each, below one row of headings."""

    sheets: tuple[tuple[str, int], ...]
    columns: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Of all sheets together."""
        return sum(rows for _, rows in self.sheets)

    def column(self, heading: str) -> str:
        """The letters of a column."""
        return str(xl_col_to_name(self.columns[heading]))

    def sum(self, heading: str, criteria: Criteria = ()) -> str:
        """The sum of a column over the rows that meet every criterion."""
        if not criteria:
            return _added(f"SUM({self._range(place, heading)})" for place in self.sheets)
        return _added(f"SUMIFS({self._range(place, heading)},{self._tests(place, criteria)})" for place in self.sheets)

    def count(self, criteria: Criteria) -> str:
        """How many rows meet every criterion; at least one is needed."""
        return _added(f"COUNTIFS({self._tests(place, criteria)})" for place in self.sheets)

    def _tests(self, place: tuple[str, int], criteria: Criteria) -> str:
        return ",".join(f"{self._range(place, heading)},{wanted}" for heading, wanted in criteria)

    def _range(self, place: tuple[str, int], heading: str) -> str:
        (sheet, rows), letters = place, self.column(heading)
        return f"{quoted_sheet(sheet)}!${letters}$2:${letters}${max(rows, 1) + 1}"


def quoted_sheet(name: str) -> str:
    """A sheet's name as a formula has it."""
    return name if re.fullmatch(r"[A-Za-z]+", name) else "'" + name.replace("'", "''") + "'"


def text(words: str) -> str:
    """A text as a formula has it."""
    return '"' + words.replace('"', '""') + '"'


def ratio(part: str, whole: str) -> str:
    """One divided by the other, a dash where there is nothing to divide by (or as good as nothing, in binary)."""
    return f"IF(ROUND({whole},6)=0,{text(NOT_AVAILABLE)},{part}/{whole})"


def _added(parts: Iterable[str]) -> str:
    pieces = list(parts)
    return pieces[0] if len(pieces) == 1 else f"({'+'.join(pieces)})"
