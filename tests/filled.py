"""Filled-in templates for tests: right ones, and ones with whatever a test puts in a row."""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from linkflow.domain.books import last_full_months, month_end
from linkflow.domain.requests import DataType, DataTypes
from linkflow.reports.template_sheets import sheets

TODAY = date(2026, 11, 23)
FINANCIALS, SPEND = frozenset({DataType.FINANCIALS}), frozenset({DataType.SPEND_ANALYSIS})
BOTH = FINANCIALS | SPEND
Row = Mapping[str, Any]
Sheets = dict[str, list[dict[str, Any]]]


def filled(
    data_types: DataTypes, rows: Mapping[str, Iterable[Row]], *, headings: Mapping[str, list[str]] | None = None
) -> bytes:
    """A workbook with the template's sheets and these rows below their headings; a row names its columns."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet("Notes").write_string(0, 0, "Our own notes")
    for sheet in sheets(data_types, TODAY):
        if sheet.name not in rows:
            continue
        page = book.add_worksheet(sheet.name)
        names = (headings or {}).get(sheet.name) or [column.name for column in sheet.columns]
        for at, name in enumerate(names):
            page.write_string(0, at, name)
        for number, row in enumerate(rows[sheet.name], 1):
            for at, name in enumerate(names):
                _write(page, number, at, row.get(name), day)
    book.close()
    return content.getvalue()


def _write(page: Any, number: int, at: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(
            number, at, datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None), day
        )
    elif isinstance(value, bool):
        page.write_boolean(number, at, value)
    elif isinstance(value, int | float | Decimal):
        page.write_number(number, at, float(value))
    elif isinstance(value, str) and value.startswith("formula:"):
        page.write_formula(number, at, value.removeprefix("formula:"), None, 1)
    elif value is not None:
        page.write_string(number, at, value)


def rows_of(data_types: DataTypes, today: date = TODAY) -> Sheets:
    """Rows that are right on a day: a small shop's."""
    found: Sheets = {}
    if DataType.FINANCIALS in data_types:
        found |= _financials(today)
    if DataType.SPEND_ANALYSIS in data_types:
        found |= _spend()
    return found


@cache
def workbook(data_types: DataTypes, today: date = TODAY) -> bytes:
    """The workbook of those."""
    return filled(data_types, rows_of(data_types, today))


def _financials(today: date) -> Sheets:
    months = [month_end(month) for month in last_full_months(today, 24).months]
    balances: list[dict[str, Any]] = []
    for at, end in enumerate(months, 1):
        sold = Decimal(100 * (at % 12 + 1))
        balances += [
            {"Account id": "1200", "Month end": end, "Closing debit": 1000 + sold},
            {"Account id": "3000", "Month end": end, "Closing credit": Decimal(1000)},
            {"Account id": "4000", "Month end": end, "Closing credit": sold},
        ]
    return {
        "Company": [
            {"Name": "Abra Kebabra Ltd", "Base currency": "GBP", "Country": "GB", "Financial year ends": "03-31"}
        ],
        "Accounts": [
            {"Account id": "1200", "Code": "1200", "Name": "Current account", "Class": "asset", "Is bank": "yes"},
            {"Account id": "3000", "Code": "3000", "Name": "Share capital", "Class": "equity"},
            {"Account id": "4000", "Code": "4000", "Name": "Sales", "Class": "income"},
        ],
        "Trial balance": balances,
    }


def _spend() -> Sheets:
    bill = {"Supplier id": "S1", "Currency": "GBP", "Net": 1000, "Tax": 200, "Total": 1200}
    paid = {"Payment id": "P1", "Supplier id": "S1", "Date": date(2026, 4, 20), "Currency": "GBP", "Total": 1800}
    return {
        "Suppliers": [
            {"Supplier id": "S1", "Name": "Harbour Fish Ltd", "Currency": "GBP", "Phone": "+44 (0)1482 123456"},
            {"Supplier id": "S2", "Name": "US Spices Inc", "Country": "us"},
        ],
        "Bills": [
            {
                **bill,
                "Bill id": "B1",
                "Issue date": date(2026, 3, 1),
                "Due date": date(2026, 3, 31),
                "Status": "paid",
                "Amount due": 0,
            },
            {
                **bill,
                "Bill id": "B2",
                "Issue date": date(2026, 4, 1),
                "Due date": date(2026, 5, 31),
                "Status": "partially paid",
                "Amount due": 600,
            },
            {
                **bill,
                "Bill id": "B3",
                "Supplier id": "S2",
                "Currency": "USD",
                "Rate": Decimal("0.8"),
                "Issue date": date(2026, 5, 1),
                "Net": 100,
                "Tax": 0,
                "Total": 100,
                "Status": "open",
                "Amount due": 100,
            },
        ],
        "Bill lines": [
            {
                "Bill id": "B1",
                "Account": "Purchases",
                "Description": "Cod",
                "Quantity": 100,
                "Unit price": 6,
                "Net": 600,
                "Tax": 120,
            },
            {"Bill id": "B1", "Account": "Purchases", "Description": "-10% on hake", "Net": 400, "Tax": 80},
        ],
        "Payments": [
            {**paid, "Paid from": "Company Visa card", "Bill id": "B1", "Amount for this bill": 1200},
            {**paid, "Paid from": "Company Visa card", "Bill id": "B2", "Amount for this bill": 600},
        ],
        "Expenses": [
            {
                "Expense id": "E1",
                "Date": date(2026, 6, 1),
                "Paid to": "City Taxis",
                "Currency": "GBP",
                "Net": 20,
                "Tax": 4,
                "Total": 24,
                "Method": "Cash",
                "Account": "Travel",
            },
        ],
    }


def padded(content: bytes, size: int) -> bytes:
    """The same workbook, exactly this long (bytes): with a part that nobody reads."""
    name = "docProps/padding.xml"

    def with_part(length: int) -> bytes:
        kept = BytesIO(content)
        with ZipFile(kept, "a", ZIP_STORED) as archive:
            archive.writestr(ZipInfo(name), random.Random(length).randbytes(length))
        return kept.getvalue()

    return with_part(size - len(with_part(0)))


def unpacking_to(content: bytes, size: int) -> bytes:
    """The same workbook, unpacking to more than so many bytes: with a part that nobody reads."""
    return repacked(content, lambda _, part: part, **{"docProps/padding.xml": bytes(size)})


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The workbook with each part as `change` makes it (None leaves it out), and more parts."""
    kept = BytesIO()
    with ZipFile(BytesIO(content)) as archive, ZipFile(kept, "w", ZIP_DEFLATED) as copy:
        for part in archive.namelist():
            changed = change(part, archive.read(part))
            if changed is not None:
                copy.writestr(part, changed)
        for name, part_content in more.items():
            copy.writestr(name, part_content)
    return kept.getvalue()
