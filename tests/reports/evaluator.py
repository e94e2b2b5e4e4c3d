"""A small reader of the formulas our workbooks have, worked out over their cells as a spreadsheet would."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_PIECES = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<range>(?:(?:'(?:[^']|'')+'|[A-Za-z]+)!)?\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)"
    r"|(?P<cell>(?:(?:'(?:[^']|'')+'|[A-Za-z]+)!)?\$?[A-Z]{1,3}\$?\d+)"
    r"|(?P<equals>=)"
)


class Number(float):
    """A number that can be divided by nothing, which comes to no number."""

    def __add__(self, other: float) -> "Number":
        return Number(float(self) + float(other))

    def __sub__(self, other: float) -> "Number":
        return Number(float(self) - float(other))

    def __truediv__(self, other: float) -> "Number":
        return Number(float(self) / float(other)) if other else Number(math.nan)


class Evaluator:
    """Works out every formula of a workbook from its plain cells; formulas may refer to formulas."""

    def __init__(self, path: Path) -> None:
        self.formulas = openpyxl.load_workbook(path)
        self.values = openpyxl.load_workbook(path, data_only=True)
        self._found: dict[tuple[str, str], Any] = {}

    def differences(self) -> list[tuple[str, str, Any, Any]]:
        """Sheet, cell, stored and worked-out value of every formula whose two differ."""
        return [
            (sheet, place, stored, found)
            for sheet, place, stored, found in self.both()
            if not (stored == found or (_numbers(stored, found) and math.isclose(stored, found, abs_tol=1e-6)))
        ]

    def both(self) -> Iterator[tuple[str, str, Any, Any]]:
        for sheet in self.formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        stored = self.values[sheet.title][cell.coordinate].value
                        yield sheet.title, cell.coordinate, stored, self.cell(sheet.title, cell.coordinate)

    def cell(self, sheet: str, place: str) -> Any:
        key = sheet, place.replace("$", "")
        if key not in self._found:
            cell = self.formulas[sheet][key[1]]
            is_formula = cell.data_type == "f"
            self._found[key] = self._work_out(sheet, cell.value[1:]) if is_formula else cell.value
        value = self._found[key]
        return Number(value) if isinstance(value, int | float) else value

    def _work_out(self, sheet: str, formula: str) -> Any:
        pieces: list[Any] = []

        def keep(match: re.Match[str]) -> str:
            if match["equals"]:
                return "=="
            if match["text"]:
                pieces.append(match["text"][1:-1].replace('""', '"'))
            elif match["range"]:
                pieces.append(self._range(match["range"], sheet))
            else:
                where, _, place = match["cell"].rpartition("!")
                pieces.append(self.cell(where.strip("'").replace("''", "'") or sheet, place))
            return f"_[{len(pieces) - 1}]"

        return eval(_PIECES.sub(keep, formula), {"_": pieces, **_FUNCTIONS})

    def _range(self, words: str, here: str) -> list[Any]:
        where, _, places = words.rpartition("!")
        sheet = where.strip("'").replace("''", "'") or here
        left, low, right, high = range_boundaries(places.replace("$", ""))
        cells = (
            self.formulas[sheet].cell(row, column) for row in range(low, high + 1) for column in range(left, right + 1)
        )
        return [self.cell(sheet, cell.coordinate) if cell.data_type == "f" else cell.value for cell in cells]


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and wanted.startswith(">"):
        return isinstance(value, int | float) and value > float(wanted[1:])
    if isinstance(wanted, str):
        return isinstance(value, str) and value.casefold() == wanted.casefold()
    return isinstance(value, int | float) and value == wanted


def _chosen(rows: int, tests: tuple[Any, ...]) -> list[int]:
    pairs = list(zip(tests[::2], tests[1::2], strict=True))
    return [at for at in range(rows) if all(_meets(cells[at], wanted) for cells, wanted in pairs)]


def _sum(cells: list[Any]) -> Number:
    return Number(math.fsum(one for one in cells if isinstance(one, int | float)))


def _numbers(*values: Any) -> bool:
    return all(isinstance(one, int | float) for one in values)


_FUNCTIONS = {
    "IF": lambda condition, yes, no: yes if condition else no,
    "ROUND": lambda value, digits: Number(round(value, digits)),
    "ABS": lambda value: Number(abs(value)),
    "SUM": lambda *parts: _sum([one for part in parts for one in (part if isinstance(part, list) else [part])]),
    "SUMIFS": lambda cells, *tests: _sum([cells[at] for at in _chosen(len(cells), tests)]),
    "COUNTIFS": lambda *tests: Number(len(_chosen(len(tests[0]), tests))),
}
