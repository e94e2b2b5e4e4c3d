"""The upload template: a workbook with a sheet for each kind of record, typed columns, an example row and notes.

It opens cleanly in Excel, LibreOffice and Google Sheets: no macro, no formula, no link to anywhere. Nothing in it is
secret; it names the company it is for.
"""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.requests import DataTypes
from linkflow.reports.template_sheets import Cell, Column, Kind, Sheet, sheets

ROWS = 10_000
"""How far down a column is typed; more rows may follow."""
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
_FORMATS = {
    Kind.TEXT: "@",
    Kind.CURRENCY: "@",
    Kind.COUNTRY: "@",
    Kind.CHOICE: "@",
    Kind.DATE: "yyyy-mm-dd",
    Kind.AMOUNT: "#,##0.00",
    Kind.NUMBER: "General",
}
_WIDTHS = {
    Kind.TEXT: 24,
    Kind.CURRENCY: 10,
    Kind.COUNTRY: 10,
    Kind.CHOICE: 16,
    Kind.DATE: 13,
    Kind.AMOUNT: 15,
    Kind.NUMBER: 11,
}
_KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.CURRENCY: "three letters",
    Kind.COUNTRY: "two letters",
    Kind.CHOICE: "one of a list",
    Kind.DATE: "a date",
    Kind.AMOUNT: "an amount",
    Kind.NUMBER: "a number",
}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#8a94a3"}
_NEEDED = {**_HEAD, "bg_color": "#22324a", "font_color": "#ffffff"}
_OPTIONAL = {**_HEAD, "bg_color": "#e4e9f0", "font_color": "#22324a"}
_EXAMPLE = {"italic": True, "font_color": "#5c6675"}


def upload_template(
    data_types: DataTypes, *, organization: str, company: str, request_name: str, now: datetime
) -> bytes:
    """The workbook for one company or entity, as `.xlsx`; `now` dates the examples and the file."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": f"{request_name}: {company}", "author": organization, "created": now.replace(tzinfo=None)}
    )
    wanted = sheets(data_types, now.date())
    _write_notes(book, wanted, organization=organization, company=company, request_name=request_name)
    for sheet in wanted:
        _write_sheet(book, sheet)
    book.close()
    return content.getvalue()


def _write_notes(book: Any, wanted: tuple[Sheet, ...], *, organization: str, company: str, request_name: str) -> None:
    page = book.add_worksheet("Notes")
    title, strong = book.add_format({"bold": True, "font_size": 16}), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.hide_gridlines(2)
    page.set_column(0, 1, 24)
    page.set_column(2, 2, 12)
    page.set_column(3, 3, 18)
    page.set_column(4, 4, 70)
    page.write_string(0, 0, f"The books of {company}", title)
    page.write_string(1, 0, f"Asked for by {organization}, for “{request_name}”.")
    row = 3
    for line in _RULES:
        page.write_string(row, 0, line)
        row += 1
    row += 1
    for column, word in enumerate(("Sheet", "Column", "Needed", "What stands in it", "Meaning")):
        page.write_string(row, column, word, book.add_format(_NEEDED))
    for sheet in wanted:
        row += 1
        page.write_string(row, 0, sheet.name, strong)
        page.write_string(row, 4, sheet.help, wrapped)
        for one in sheet.columns:
            row += 1
            page.write_string(row, 0, sheet.name, wrapped)
            page.write_string(row, 1, one.name, wrapped)
            page.write_string(row, 2, "yes" if one.needed else "", wrapped)
            page.write_string(row, 3, _KIND_WORDS[one.kind], wrapped)
            page.write_string(row, 4, _meaning(one), wrapped)
    page.set_landscape()
    page.fit_to_pages(1, 0)


_RULES = (
    "Fill in the sheets that follow, one row for each record, from your accounting software.",
    "Dark headings must be filled in on every row. Light ones may stay empty.",
    "Leave the first row and the names of the sheets as they are. The order of the columns does not matter.",
    "Rows in grey begin with EXAMPLE. They show how it is meant and are not read; you can delete them.",
    "Dates are dates, amounts are numbers without a currency sign. An id is any text, used once on its sheet.",
    "Please use no formulas and no macros. The file may have up to 10 MB.",
    "When it is done, send it back on the page where you took it.",
)


def _meaning(column: Column) -> str:
    return f"{column.help} One of: {', '.join(column.choices)}." if column.choices else column.help


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    heads = {needed: book.add_format(_NEEDED if needed else _OPTIONAL) for needed in (True, False)}
    plain = {kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
    grey = {kind: book.add_format({**_EXAMPLE, "num_format": shape}) for kind, shape in _FORMATS.items()}
    page.set_row(0, 32)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, max(_WIDTHS[column.kind], len(column.name) + 4), plain[column.kind])
        page.write_string(0, at, column.name, heads[column.needed])
        page.data_validation(1, at, ROWS, at, _validation(column))
    last = 0
    for last, cells in enumerate(sheet.example_rows, 1):
        for at, (column, value) in enumerate(zip(sheet.columns, cells, strict=True)):
            _write_cell(page, last, at, value, grey[column.kind])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, row: int, at: int, value: Cell, shape: Any) -> None:
    match value:
        case None:
            page.write_blank(row, at, None, shape)
        case str():
            page.write_string(row, at, value, shape)
        case date():
            page.write_datetime(row, at, datetime(value.year, value.month, value.day), shape)  # noqa: DTZ001 - a day
        case Decimal():
            page.write_number(row, at, float(value), shape)


def _validation(column: Column) -> dict[str, Any]:
    """What the spreadsheet program says beside the cell, and what it stops; the upload is checked all the same."""
    hint = {"input_title": column.name[:32], "input_message": _meaning(column)[:255], "ignore_blank": True}
    match column.kind:
        case Kind.CHOICE:
            return {
                **hint,
                "validate": "list",
                "source": list(column.choices),
                "error_title": "Not in the list",
                "error_message": "Choose one of the list.",
            }
        case Kind.DATE:
            bounds = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            words = {"error_title": "Not a date", "error_message": "Enter a date such as 2026-11-23."}
            return {**hint, **words, "validate": "date", **bounds}
        case Kind.AMOUNT | Kind.NUMBER:
            least = -1e12 if column.signed else 0
            words = {"error_title": "Not a number", "error_message": "Enter a number, without a currency sign."}
            return {**hint, **words, "validate": "decimal", "criteria": "between", "minimum": least, "maximum": 1e12}
        case Kind.CURRENCY | Kind.COUNTRY:
            letters = 3 if column.kind is Kind.CURRENCY else 2
            words = {"error_title": "Not a code", "error_message": f"Enter {letters} letters."}
            return {**hint, **words, "validate": "length", "criteria": "==", "value": letters}
        case Kind.TEXT:
            return {**hint, "validate": "any"}
