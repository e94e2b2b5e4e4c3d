"""A workbook written in constant memory: rows go to files in a folder of the caller's, and from there into the archive.

Tables have a frozen, filterable row of headings and go on on a further sheet where one is full. Text is text, whatever
it begins with. Every formula is written with its value: many programs show that and work nothing out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # likewise

from linkflow.domain.money import minor_digits
from linkflow.reports.formulas import Span
from linkflow.reports.tables import Column, Heading, Kind, Row, Table, Value

ROWS_OF_A_SHEET = 1_048_576
"""What a sheet can hold, headings included."""


@dataclass(frozen=True)
class Formula:
    """A formula, without its equals sign, and what it comes to."""

    text: str
    value: Value


Content = Value | Formula


@dataclass(frozen=True)
class Line:
    """A row whose formulas depend on where it stands: `cells` is given its number as the sheet shows it.

    `kind` is what its figures are where the columns say money; `look` as `Workbook.write` has it.
    """

    cells: Callable[[int], Sequence[Content]]
    currency: str = ""
    kind: Kind = Kind.MONEY
    look: str = ""

    @staticmethod
    def fixed(cells: Sequence[Content], currency: str, *, kind: Kind = Kind.MONEY, look: str = "") -> "Line":
        """A row that is the same wherever it stands."""
        return Line(lambda _row: cells, currency, kind, look)


class Workbook:
    """A workbook for one file, in a private folder that the caller removes: what is written lies there openly.

    Use it with `with`: the file is there, whole, when that ends well.
    """

    def __init__(
        self, path: Path, *, title: str, author: str, created: datetime, sheet_rows: int = ROWS_OF_A_SHEET
    ) -> None:
        self._book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        self._book.use_zip64()
        self._book.set_properties({"title": title, "author": author, "created": created.replace(tzinfo=None)})
        self.room = sheet_rows - 1
        self._formats: dict[tuple[Kind, int, str], Any] = {}
        self._head = self._book.add_format(_HEAD)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            try:
                self._book.close()
            except FileCreateError as error:
                raise OSError("the workbook cannot be written") from error
            return
        for page in self._book.worksheets():
            with suppress(OSError):
                page._opt_close()  # noqa: SLF001 - an abandoned workbook lets go of its files in no other way

    def page(self, name: str) -> Any:
        """A sheet that is no table, in this place among the tabs."""
        page = self._book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        return page

    def place(self, name: str, headings: Sequence[Heading], *, rows: int, below: int = 0) -> "Placed":
        """Sheets for a table of so many rows in this place among the tabs, to be filled later.

        On the last one there is room for so many totals `below`.
        """
        room = max(1, self.room - below - 1)
        full, rest = divmod(rows, room)
        counts = [room] * full + ([rest] if rest or not full else [])
        pages = [self.page(_numbered(name, number)) for number in range(1, len(counts) + 1)]
        return Placed(headings, pages, _span(pages, counts, [heading for heading, _ in headings]))

    def fill(self, placed: "Placed", lines: Iterable[Line], *, totals: Sequence[Line] = ()) -> None:
        """The rows of a table that has its place, and below the last one, apart from them, its totals."""
        several = iter(lines)
        for page, (_, count) in zip(placed.pages, placed.span.sheets, strict=True):
            self._begin(page, placed.headings)
            for row in range(1, count + 1):
                self._line(page, row, placed.headings, next(several))
            _finish(page, count, len(placed.headings))
        for row, line in enumerate(totals, placed.first_total - 1):
            self._line(placed.pages[-1], row, placed.headings, line, look="strong")

    def write_table(self, table: Table[Row], *, each: Callable[[Row], None] | None = None) -> Span:
        """A table with its rows, which are read once; `each` sees every one of them."""
        headings = [(column.heading, column.kind) for column in table.columns]
        writers = [self._writer(column) for column in table.columns]
        pages, counts = [self.page(table.name)], [0]
        self._begin(pages[0], headings)
        for row in table.rows():
            if counts[-1] == self.room:
                pages.append(self.page(_numbered(table.name, len(pages) + 1)))
                counts.append(0)
                self._begin(pages[-1], headings)
            counts[-1] += 1
            page, at = pages[-1], counts[-1]
            for place, write in enumerate(writers):
                write(page, at, place, row)
            if each is not None:
                each(row)
        for page, count in zip(pages, counts, strict=True):
            _finish(page, count, len(headings))
        return _span(pages, counts, table.header)

    def write(
        self, page: Any, row: int, place: int, content: Content, kind: Kind, *, currency: str = "", look: str = ""
    ) -> None:
        """One cell, counted from 0; `look` is one of `_LOOKS`."""
        shape = self.shape(kind, currency, look)
        if isinstance(content, Formula):
            page.write_formula(row, place, f"={content.text}", shape, _plain(content.value))
        else:
            _write(page, row, place, content, shape)

    def head(self, page: Any, row: int, headings: Iterable[str]) -> None:
        """A row of headings."""
        for place, heading in enumerate(headings):
            page.write_string(row, place, heading, self._head)

    def shape(self, kind: Kind, currency: str = "", look: str = "") -> Any:
        """The format of a kind of cell, made once."""
        digits = minor_digits(currency) if kind is Kind.MONEY and currency else 2
        key = kind, digits, look
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**_shape(kind, digits), **_LOOKS[look]})
        return self._formats[key]

    def _line(self, page: Any, row: int, headings: Sequence[Heading], line: Line, *, look: str = "") -> None:
        for place, ((_, kind), content) in enumerate(zip(headings, line.cells(row + 1), strict=True)):
            own = line.kind if kind is Kind.MONEY else kind
            self.write(page, row, place, content, own, currency=line.currency, look=look or line.look)

    def _begin(self, page: Any, headings: Sequence[Heading]) -> None:
        page.set_row(0, 32)
        for place, (heading, kind) in enumerate(headings):
            page.set_column(place, place, max(_WIDTHS[kind], min(len(heading) + 3, 18)))
        self.head(page, 0, (heading for heading, _ in headings))
        page.freeze_panes(1, 0)
        page.repeat_rows(0)

    def _writer(self, column: Column[Row]) -> Callable[[Any, int, int, Row], None]:
        value, currency = column.value, column.currency
        if currency is None:
            shape = self.shape(column.kind)
            return lambda page, at, place, row: _write(page, at, place, value(row), shape)
        return lambda page, at, place, row: _write(page, at, place, value(row), self.shape(Kind.MONEY, currency(row)))


@dataclass(frozen=True)
class Placed:
    """A table that has its sheets and not yet its rows."""

    headings: Sequence[Heading]
    pages: Sequence[Any]
    span: Span

    @property
    def first_total(self) -> int:
        """The number of the first row of totals on the last sheet; an empty row lies between."""
        return self.span.sheets[-1][1] + 3

    def where(self, number: int) -> tuple[str, int]:
        """The sheet a row lies on and the number it has there; the first row is 0."""
        for sheet, rows in self.span.sheets:
            if number < rows:
                return sheet, number + 2
            number -= rows
        raise IndexError(number)


def _write(page: Any, row: int, place: int, value: Value, shape: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, place, writable(value), shape)
    elif isinstance(value, datetime):
        page.write_datetime(row, place, value.replace(tzinfo=None), shape)
    elif isinstance(value, date):
        page.write_number(row, place, value.toordinal() - _EPOCH, shape)
    else:
        page.write_number(row, place, float(value), shape)


def writable(text: str) -> str:
    """A text as a sheet can hold it: no control characters, nothing that its file or the writer takes for markup."""
    text = _UNWRITABLE.sub("", text)
    return f" {text}" if text.startswith("<r>") else text


def _plain(value: Value) -> str | float:
    """A formula's value as its cell keeps it."""
    return value if isinstance(value, str | int) else float(value)  # type: ignore[arg-type]  # no formula gives a date


def _finish(page: Any, rows: int, columns: int) -> None:
    page.autofilter(0, 0, max(rows, 1), columns - 1)


def _span(pages: Sequence[Any], counts: Sequence[int], headings: Sequence[str]) -> Span:
    sheets = tuple((page.get_name(), count) for page, count in zip(pages, counts, strict=True))
    return Span(sheets, {heading: place for place, heading in enumerate(headings)})


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def _shape(kind: Kind, digits: int) -> dict[str, Any]:
    if kind is Kind.MONEY:
        return {"num_format": "#,##0" + ("." + "0" * digits if digits else ""), "align": "right"}
    aligned = {"align": "left"} if kind in (Kind.TEXT, Kind.WORD) else {"align": "right"}
    return {"num_format": _SHAPES[kind], **aligned}


# The day before the first one that a spreadsheet's calendar and the real one agree about counts from.
_EPOCH = date(1899, 12, 30).toordinal()
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = {
    Kind.TEXT: 30,
    Kind.WORD: 16,
    Kind.DATE: 12,
    Kind.TIME: 18,
    Kind.COUNT: 11,
    Kind.MONEY: 16,
    Kind.DAYS: 11,
    Kind.SHARE: 11,
    Kind.RATIO: 11,
    Kind.NUMBER: 13,
}
_SHAPES = {
    Kind.TEXT: "@",
    Kind.WORD: "@",
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm",
    Kind.COUNT: "#,##0",
    Kind.DAYS: "#,##0.0",
    Kind.SHARE: "0.0%",
    Kind.RATIO: "#,##0.00",
    Kind.NUMBER: "General",
}
_HEAD = {
    "bold": True,
    "text_wrap": True,
    "valign": "vcenter",
    "border": 1,
    "border_color": "#8a94a3",
    "bg_color": "#22324a",
    "font_color": "#ffffff",
}
_LOOKS: dict[str, dict[str, Any]] = {
    "": {},
    "strong": {"bold": True, "top": 1, "top_color": "#8a94a3"},
    "title": {"bold": True, "font_size": 16},
    "part": {"bold": True, "font_size": 12},
    "bold": {"bold": True},
    "over": {"bold": True, "font_size": 12, "align": "right"},
    "fact": {"align": "left"},
    "label": {"font_color": "#5c6675"},
}
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
