"""Every sheet of a large uploaded workbook, row by row, with numbers as they stand in the file and dates as days.

Made for files whose content decides what a bank sees: no number goes through a binary float, a formula is told from
its value, and memory does not grow with the rows. (openpyxl takes three times as long and has floats.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import Enum
from functools import lru_cache
from zipfile import ZipFile

from linkflow.domain.errors import Refused
from linkflow.reports.xlsx_archive import OLD_OR_PROTECTED, open_archive
from linkflow.reports.xlsx_book import (
    FIELD,
    PIECES_LIMIT,
    content_types,
    read_book,
    read_days,
    read_texts,
    targets_of,
    text_of,
)
from linkflow.reports.xml_parts import PartParser

UNPACKED_LIMIT = 160 * 1024 * 1024
CELLS_LIMIT = 4_000_000
"""Cells of all sheets read, empty ones too."""
COLUMNS_LIMIT = 60
"""Cells further right are not looked at."""
LAST_ROW = 1_048_576
_DAYS = 2_900_000
DIGITS = 15
"""As many significant digits as spreadsheet programs show of a number; those behind them are the float's own noise."""
_TEXT = frozenset({"v", "t"})
LONGEST_NUMBER = 50
"""Characters of a number; a float takes 24."""
_EXPONENTS = 400
"""More than any float has."""
_SHOWN = Context(prec=DIGITS)


class Trouble(Enum):
    """What stands in a cell and cannot be taken."""

    FORMULA = "formula"
    ERROR = "error"
    BROKEN_DATE = "broken-date"


Value = str | Decimal | date | bool | Trouble


@dataclass(frozen=True)
class XlsxRow:
    """A row that is not empty: the number a spreadsheet shows beside it, and its cells by their place, from 0."""

    number: int
    cells: dict[int, Value]


@dataclass
class _Budget:
    """What is left to be read of cells."""

    cells: int = CELLS_LIMIT


@dataclass
class XlsxFile:
    """An open workbook; `sheets` are the names in their order."""

    archive: ZipFile = field(repr=False)
    paths: dict[str, str]
    texts: list[str] = field(repr=False)
    days: frozenset[int]
    epoch: date
    budget: _Budget

    @property
    def sheets(self) -> tuple[str, ...]:
        """Their names as they were given."""
        return tuple(self.paths)

    def rows(self, sheet: str) -> Iterator[XlsxRow]:
        """The rows of a sheet that are not empty; raises `Refused` for what cannot be read or is too much."""
        done: list[XlsxRow] = []
        try:
            with self.archive.open(self.paths[sheet]) as part:
                for _ in _sheet_parser(self, done).chunks(part, field=FIELD):
                    yield from done
                    done.clear()
        except Refused:
            raise
        except Exception:  # noqa: BLE001 - a damaged file makes the libraries raise anything, and all of it means the same
            raise Refused(FIELD, "broken") from None


def unpacked_size(content: bytes) -> int:
    """How many bytes a file unpacks to, without unpacking it; raises `Refused` for what is no workbook."""
    return sum(part.file_size for part in _archive(content).infolist())


def _archive(content: bytes) -> ZipFile:
    if content.startswith(OLD_OR_PROTECTED):
        raise Refused(FIELD, "old-or-protected")
    return open_archive(content, unpacked=UNPACKED_LIMIT, field=FIELD)


def open_xlsx(content: bytes) -> XlsxFile:
    """Measure the file and read what its sheets share; raises `Refused`."""
    archive = _archive(content)
    names = {part.casefold(): part for part in archive.namelist()}
    if "xl/workbook.xml" not in names:
        raise Refused(FIELD, "wrong-format")
    try:
        book = read_book(archive, names["xl/workbook.xml"])
        if any("macroenabled" in kind for kind in content_types(archive, names["[content_types].xml"])):
            raise Refused(FIELD, "macros")
        targets = targets_of(archive, names.get("xl/_rels/workbook.xml.rels"))
        paths = {name: names[targets[key].casefold()] for name, key in book.sheets if targets[key].casefold() in names}
        return XlsxFile(
            archive=archive,
            paths=paths,
            texts=read_texts(archive, names.get("xl/sharedstrings.xml")),
            days=read_days(archive, names.get("xl/styles.xml")),
            epoch=date(1904, 1, 1) if book.from_1904 else date(1899, 12, 30),
            budget=_Budget(),
        )
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - likewise
        raise Refused(FIELD, "broken") from None


def _sheet_parser(book: XlsxFile, done: list[XlsxRow]) -> PartParser:  # noqa: C901, PLR0915 - its functions share one state
    """Gathers rows in `done` from the elements of one sheet; its functions are called for each of millions."""
    texts, days, budget = book.texts, book.days, book.budget
    number, column, left = 0, -1, budget.cells
    cells: dict[int, Value] = {}
    pieces: list[str] = []
    kind, style, formula, inside, spoken = "n", "0", False, False, False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal number, column, left, cells, kind, style, formula, inside, spoken
        if name in _TEXT:
            inside = not spoken
            return
        if name == "c":
            reference = given.get("r")
            column = _column_of(reference.rstrip("0123456789")) if reference else column + 1
            kind, style, formula = given.get("t", "n"), given.get("s", "0"), False
            pieces.clear()
        elif name == "row":
            stated = int(given.get("r", number + 1))
            if not number < stated <= LAST_ROW:
                raise Refused(FIELD, "broken")
            number, column, cells = stated, -1, {}
        elif name == "f":
            formula = True
        elif name == "rPh":
            spoken = True
        left -= 1
        if left < 0:
            raise Refused(FIELD, "too-many-cells")

    def end(name: str) -> None:
        nonlocal inside, spoken
        if name in _TEXT:
            inside = False
        elif name == "c":
            if (pieces or formula) and column < COLUMNS_LIMIT:
                value = Trouble.FORMULA if formula else valued("".join(pieces))
                if value != "":
                    cells[column] = value
        elif name == "row":
            budget.cells = left
            if cells:
                done.append(XlsxRow(number, cells))
        elif name == "rPh":
            spoken = False

    def valued(text: str) -> Value:
        if kind == "s":
            return texts[int(text)]
        if kind == "n":
            if len(text) > LONGEST_NUMBER:
                raise Refused(FIELD, "broken")
            return _day(text, book.epoch) if int(style) in days else _number(text)
        if kind == "d":
            return date.fromisoformat(text[:10])
        if kind == "b":
            return text.strip() == "1"
        return Trouble.ERROR if kind == "e" else text_of([text])

    def piece(text: str) -> None:
        if inside:
            pieces.append(text)
            if len(pieces) > PIECES_LIMIT:
                raise Refused(FIELD, "broken")

    return PartParser(start=start, end=end, text=piece)


@lru_cache(maxsize=512)
def _column_of(letters: str) -> int:
    """`A` → 0."""
    if not 0 < len(letters) <= 3:
        raise Refused(FIELD, "broken")
    column = 0
    for letter in letters:
        column = column * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    return column - 1


@lru_cache(maxsize=50_000)
def _number(text: str) -> Decimal:
    """A number as spreadsheet programs show it."""
    number = Decimal(text)
    # Written out, a larger one would fill the memory.
    if not number.is_finite() or abs(number.adjusted()) > _EXPONENTS:
        raise Refused(FIELD, "broken")
    return _SHOWN.plus(number) if len(text) > DIGITS else number


@lru_cache(maxsize=10_000)
def _day(text: str, epoch: date) -> date | Trouble:
    number = float(text)
    return epoch + timedelta(days=int(number)) if 1 <= number < _DAYS else Trouble.BROKEN_DATE
