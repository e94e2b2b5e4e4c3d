"""A filled-in template, read whole: its sheets and columns found by their names, each cell as its column's kind.

Examples are skipped. What cannot be read as it should is told, with what it is; a formula is never computed. A name
that is nearly right is told too: a column that was left out unseen would be money that is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.entities import fold_name
from linkflow.domain.errors import Refused
from linkflow.domain.filled import UNREAD, FilledRow, Problems
from linkflow.domain.requests import DataTypes
from linkflow.reports.template_cells import Convert, Unfit, converter
from linkflow.reports.template_sheets import EXAMPLE, Column, Sheet, sheets
from linkflow.reports.xlsx_book import FIELD
from linkflow.reports.xlsx_rows import Trouble, Value, XlsxFile, XlsxRow

ROWS_LIMIT = 200_000
"""Rows of all sheets that are not empty."""
QUOTED = 60
"""So much of a cell is quoted beside what is wrong with it."""
_NEAR = 0.75
_LONGEST_HEADING = 200


@dataclass(frozen=True)
class FoundSheet:
    """A sheet of the template in the file: `places` of the template's columns in their order, None for one left out."""

    sheet: Sheet
    name: str
    places: tuple[int | None, ...]


class FilledTemplate:
    """A file whose sheets were looked for; rows are read once, as they are taken, and problems noted as they are."""

    def __init__(self, file: XlsxFile, data_types: DataTypes, *, today: date) -> None:
        self.names = tuple(sheet.name for sheet in sheets(data_types, today))
        self._file = file
        self._by_folded: dict[str, str] = {}
        for given in file.sheets:
            self._by_folded.setdefault(fold_name(given), given)
        self._found: dict[str, FoundSheet] = {}
        letters: dict[str, dict[str, str]] = {}
        self.problems = Problems(letters)
        self.rows_read = 0
        for wanted in sheets(data_types, today):
            name = self._by_folded.get(fold_name(wanted.name))
            if name is None:
                self._note_missing(wanted.name)
                continue
            places = _places(wanted, _headings(file, name), self.problems)
            if places is not None:
                self._found[wanted.name] = FoundSheet(wanted, name, places)
                letters[wanted.name] = {
                    column.name: xl_col_to_name(at)
                    for column, at in zip(wanted.columns, places, strict=True)
                    if at is not None
                }

    def rows(self) -> dict[str, Iterator[FilledRow]]:
        """The rows of each sheet that could be made out; a sheet is read when its rows are taken."""
        return {name: self._rows(found) for name, found in self._found.items()}

    def _note_missing(self, wanted: str) -> None:
        known = {fold_name(name) for name in self.names}
        near = _nearest(wanted, {folded: name for folded, name in self._by_folded.items() if folded not in known})
        self.problems.add(wanted, None, None, "sheet-misnamed" if near else "sheet-missing", found=near or "")

    def _rows(self, found: FoundSheet) -> Iterator[FilledRow]:
        name, places = found.sheet.name, found.places
        converts = tuple(converter(column) for column in found.sheet.columns)
        columns = tuple(zip(found.sheet.columns, places, converts, strict=True))
        for row in self._file.rows(found.name):
            if row.number == 1 or _is_example(row, places[0]):
                continue
            cells = row.cells
            if all(at not in cells for at in places):
                continue
            self.rows_read += 1
            if self.rows_read > ROWS_LIMIT:
                raise Refused(FIELD, "too-many-rows", limit=f"{ROWS_LIMIT:,}")
            yield FilledRow(row.number, tuple(self._value(name, row.number, *column, cells) for column in columns))

    def _value(
        self, sheet: str, number: int, column: Column, at: int | None, convert: Convert, cells: Mapping[int, Value]
    ) -> Any:
        raw = cells.get(at) if at is not None else None
        if raw is None:
            if not column.needed:
                return None
            if at is not None:
                self.problems.add(sheet, number, column.name, "empty")
            return UNREAD
        try:
            return convert(raw)
        except Unfit as unfit:
            self.problems.add(sheet, number, column.name, unfit.reason, **{"value": quoted(raw), **unfit.details})
            return UNREAD


def quoted(value: object) -> str:
    """A cell, or the beginning of it."""
    text = "" if isinstance(value, Trouble) else format(value, "f") if isinstance(value, Decimal) else str(value)
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def _nearest(wanted: str, names: Mapping[str, str]) -> str | None:
    """Of names by what they are folded to, the one that is nearly what is wanted."""
    near = get_close_matches(fold_name(wanted), list(names), n=1, cutoff=_NEAR)
    return names[near[0]] if near else None


def _headings(file: XlsxFile, name: str) -> dict[int, str]:
    first = next(file.rows(name), None)
    if first is None or first.number != 1:
        return {}
    return {at: value for at, value in first.cells.items() if isinstance(value, str) and len(value) <= _LONGEST_HEADING}


def _places(sheet: Sheet, headings: Mapping[int, str], problems: Problems) -> tuple[int | None, ...] | None:
    """Where each column stands; None where the first row has none of them, or one that is needed is not there."""
    by_name: dict[str, list[int]] = {}
    for at, heading in headings.items():
        by_name.setdefault(fold_name(heading), []).append(at)
    known = {fold_name(column.name) for column in sheet.columns}
    if not known & by_name.keys():
        problems.add(sheet.name, 1, None, "no-headings", first=sheet.columns[0].name)
        return None
    spare = {folded: headings[its[0]] for folded, its in by_name.items() if folded not in known}
    places: list[int | None] = []
    whole = True
    for column in sheet.columns:
        its = by_name.get(fold_name(column.name), [])
        places.append(its[0] if its else None)
        if len(its) > 1:
            twice = " and ".join(xl_col_to_name(at) for at in its)
            problems.add(sheet.name, 1, column.name, "column-twice", columns=twice)
        if its:
            continue
        near = _nearest(column.name, spare)
        if near or column.needed:
            problems.add(sheet.name, 1, column.name, "column-misnamed" if near else "column-missing", found=near or "")
        whole = whole and not column.needed
    return tuple(places) if whole else None


def _is_example(row: XlsxRow, at: int | None) -> bool:
    first = row.cells.get(at) if at is not None else None
    return isinstance(first, str) and first.startswith(EXAMPLE)
