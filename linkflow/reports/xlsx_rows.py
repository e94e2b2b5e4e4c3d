"""Every sheet of a large uploaded workbook, row by row, with numbers as they stand in the file and dates as days.

Made for files whose content decides what a bank sees: no number goes through a binary float, a formula is told from
its value, and memory does not grow with the rows. (openpyxl takes three times as long and has floats.)
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import Enum
from functools import lru_cache
from zipfile import ZipFile

from linkflow.domain.errors import Refused
from linkflow.domain.texts import storable
from linkflow.reports.xlsx_archive import OLD_OR_PROTECTED, Limits, open_archive
from linkflow.reports.xml_parts import End, PartParser, Start

FIELD = "workbook"
LIMITS = Limits(unpacked=160 * 1024 * 1024)
TEXTS_LIMIT = 1_500_000
"""Different texts of a workbook; they are the one thing that is held whole."""
CELLS_LIMIT = 4_000_000
"""Cells of all sheets read, empty ones too."""
COLUMNS_LIMIT = 60
"""Cells further right are not looked at."""
LAST_ROW = 1_048_576
LONGEST_TEXT = 32_767
"""Characters a spreadsheet program puts in a cell."""
_DAYS = 2_900_000
DIGITS = 15
"""As many significant digits as spreadsheet programs show of a number; those behind them are the float's own noise."""
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)})
_TEXT = frozenset({"v", "t"})
_EXPONENTS = 400
"""More than any float has."""
_SHOWN = Context(prec=DIGITS)
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


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
    return open_archive(content, LIMITS, field=FIELD)


def open_xlsx(content: bytes) -> XlsxFile:
    """Measure the file and read what its sheets share; raises `Refused`."""
    archive = _archive(content)
    names = {part.casefold(): part for part in archive.namelist()}
    if "xl/workbook.xml" not in names:
        raise Refused(FIELD, "wrong-format")
    try:
        book = _read_book(archive, names["xl/workbook.xml"])
        if any("macroenabled" in kind for kind in _content_types(archive, names["[content_types].xml"])):
            raise Refused(FIELD, "macros")
        targets = _targets(archive, names.get("xl/_rels/workbook.xml.rels"))
        paths = {name: names[targets[key].casefold()] for name, key in book.sheets if targets[key].casefold() in names}
        return XlsxFile(
            archive=archive,
            paths=paths,
            texts=_read_texts(archive, names.get("xl/sharedstrings.xml")),
            days=_read_days(archive, names.get("xl/styles.xml")),
            epoch=date(1904, 1, 1) if book.from_1904 else date(1899, 12, 30),
            budget=_Budget(),
        )
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - likewise
        raise Refused(FIELD, "broken") from None


@dataclass
class _Book:
    sheets: list[tuple[str, str]]
    from_1904: bool = False


def _read_book(archive: ZipFile, path: str) -> _Book:
    book = _Book([])

    def start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            key = next(value for attribute, value in given.items() if attribute.endswith(":id"))
            book.sheets.append((storable(given["name"]), key))
        elif name == "workbookPr":
            book.from_1904 = given.get("date1904", "0") in ("1", "true")

    _read(archive, path, start)
    if len({name for name, _ in book.sheets}) < len(book.sheets):
        raise Refused(FIELD, "broken")
    return book


def _content_types(archive: ZipFile, path: str) -> list[str]:
    kinds: list[str] = []
    _read(archive, path, lambda _, given: kinds.append(given.get("ContentType", "").casefold()))
    return kinds


def _targets(archive: ZipFile, path: str | None) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            target = given["Target"]
            targets[given["Id"]] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)

    _read(archive, path, start)
    return {key: posixpath.normpath(target) for key, target in targets.items()}


def _read_days(archive: ZipFile, path: str | None) -> frozenset[int]:
    """The numbers of the styles that show a number as a day."""
    custom: dict[int, str] = {}
    styles: list[int] = []
    inside = [False]

    def start(name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            custom[int(given["numFmtId"])] = given.get("formatCode", "")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(int(given.get("numFmtId", "0")))

    def end(name: str) -> None:
        inside[0] = inside[0] and name != "cellXfs"

    _read(archive, path, start, end)
    shown = {key for key, code in custom.items() if _shows_a_day(code)}
    return frozenset(at for at, number in enumerate(styles) if number in (shown if number in custom else _DATE_FORMATS))


def _shows_a_day(code: str) -> bool:
    plain = _NOT_SHOWN.sub("", code.split(";", maxsplit=1)[0]).casefold()
    return "y" in plain or "d" in plain


def _read_texts(archive: ZipFile, path: str | None) -> list[str]:
    texts: list[str] = []
    pieces: list[str] = []
    # Inside `t`, and outside `rPh`: how a name is pronounced is not the name.
    state = {"t": False, "rPh": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name in state:
            state[name] = True

    def end(name: str) -> None:
        if name == "si":
            if len(texts) >= TEXTS_LIMIT:
                raise Refused(FIELD, "unpacks-too-large")
            texts.append(_text(pieces))
            pieces.clear()
        elif name in state:
            state[name] = False

    def text(piece: str) -> None:
        if state["t"] and not state["rPh"]:
            pieces.append(piece)

    _read(archive, path, start, end, text)
    return texts


def _text(pieces: list[str]) -> str:
    whole = pieces[0] if len(pieces) == 1 else "".join(pieces)
    if len(whole) > LONGEST_TEXT:
        raise Refused(FIELD, "broken")
    return storable(whole).strip()


def _read(
    archive: ZipFile,
    path: str | None,
    start: Start,
    end: End = lambda _: None,
    text: Callable[[str], None] = lambda _: None,
) -> None:
    if path is None:
        return
    parser = PartParser(start=start, end=end, text=text)
    with archive.open(path) as part:
        for _ in parser.chunks(part, field=FIELD):
            pass


def _sheet_parser(book: XlsxFile, done: list[XlsxRow]) -> PartParser:  # noqa: C901 - one state, shared by its functions
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
            return _day(text, book.epoch) if int(style) in days else _number(text)
        if kind == "d":
            return date.fromisoformat(text[:10])
        if kind == "b":
            return text.strip() == "1"
        return Trouble.ERROR if kind == "e" else _text([text])

    def piece(text: str) -> None:
        if inside:
            pieces.append(text)

    return PartParser(start=start, end=end, text=piece)


@lru_cache(maxsize=512)
def _column_of(letters: str) -> int:
    """`A` → 0."""
    column = 0
    for letter in letters:
        column = column * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    if not letters or len(letters) > 3:
        raise Refused(FIELD, "broken")
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
