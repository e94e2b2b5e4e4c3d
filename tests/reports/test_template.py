"""The template says what a request asks for, in typed columns, and nothing in it computes or calls anywhere."""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from linkflow.domain.requests import DataType
from linkflow.reports.template import upload_template
from linkflow.reports.template_sheets import EXAMPLE, Kind, sheets

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINANCIALS, SPEND = frozenset({DataType.FINANCIALS}), frozenset({DataType.SPEND_ANALYSIS})
BOTH = FINANCIALS | SPEND
FOR_FINANCIALS = ["Company", "Accounts", "Trial balance"]
FOR_SPEND = ["Suppliers", "Bills", "Bill lines", "Payments", "Expenses"]
ASKED = [(FINANCIALS, FOR_FINANCIALS), (SPEND, FOR_SPEND), (BOTH, FOR_FINANCIALS + FOR_SPEND)]
CASES = pytest.mark.parametrize(("data_types", "names"), ASKED, ids=["financials", "spend", "both"])


def made(data_types: frozenset[DataType] = BOTH, company: str = "Abra Kebabra Ltd") -> bytes:
    return upload_template(
        data_types, organization="Northbank", company=company, request_name="Virtual card application", now=NOW
    )


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


@CASES
def test_the_sheets_follow_the_request(data_types: frozenset[DataType], names: list[str]) -> None:
    assert opened(made(data_types)).sheetnames == ["Notes", *names]


@CASES
def test_every_sheet_has_a_frozen_filterable_header_and_an_example(
    data_types: frozenset[DataType], names: list[str]
) -> None:
    book = opened(made(data_types))
    for sheet in sheets(data_types, NOW.date()):
        page = book[sheet.name]
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref
        assert [cell.value for cell in page[1]] == [column.name for column in sheet.columns]
        assert str(page["A2"].value).startswith(EXAMPLE)


def test_needed_columns_look_different_from_optional_ones() -> None:
    book = opened(made())
    looks = {
        (column.needed, book[sheet.name][1][at].fill.fgColor.rgb, book[sheet.name][1][at].font.color.rgb)
        for sheet in sheets(BOTH, NOW.date())
        for at, column in enumerate(sheet.columns)
    }
    assert looks == {(True, "FF22324A", "FFFFFFFF"), (False, "FFE4E9F0", "FF22324A")}


def test_columns_are_typed_and_checked_as_they_are_filled_in() -> None:
    book = opened(made())
    expected = {Kind.DATE: "date", Kind.AMOUNT: "decimal", Kind.NUMBER: "decimal", Kind.CHOICE: "list"}
    for sheet in sheets(BOTH, NOW.date()):
        page = book[sheet.name]
        checks = {str(check.sqref).split(":")[0]: check for check in page.data_validations.dataValidation}
        for at, column in enumerate(sheet.columns):
            letter = openpyxl.utils.get_column_letter(at + 1)
            assert checks[f"{letter}2"].type == {**expected}.get(
                column.kind, "textLength" if column.kind in (Kind.CURRENCY, Kind.COUNTRY) else None
            ), (sheet.name, column.name)
            if column.kind is Kind.CHOICE:
                assert len(checks[f"{letter}2"].formula1) <= 257, "a longer list is cut by Excel"


def test_dates_are_dates_and_amounts_are_numbers() -> None:
    book = opened(made())
    for sheet in sheets(BOTH, NOW.date()):
        for row, cells in enumerate(sheet.example_rows, 2):
            for at, (column, value) in enumerate(zip(sheet.columns, cells, strict=True), 1):
                cell = book[sheet.name].cell(row, at)
                if value is None:
                    assert cell.value is None
                elif column.kind is Kind.DATE:
                    assert cell.is_date
                    assert cell.value.date() == value
                elif column.kind in (Kind.AMOUNT, Kind.NUMBER):
                    assert cell.data_type == "n"
                else:
                    assert (cell.data_type, cell.value) == ("s", value)


def test_the_examples_agree_with_each_other() -> None:
    rows = {
        sheet.name: [dict(zip([c.name for c in sheet.columns], row, strict=True)) for row in sheet.example_rows]
        for sheet in sheets(BOTH, NOW.date())
    }
    bill, payment, line = rows["Bills"][0], rows["Payments"][0], rows["Bill lines"][0]
    assert bill["Net"] + bill["Tax"] == bill["Total"] == payment["Amount for this bill"]
    assert (line["Net"], line["Quantity"] * line["Unit price"]) == (bill["Net"], bill["Net"])
    assert bill["Supplier id"] == payment["Supplier id"] == rows["Suppliers"][0]["Supplier id"]
    assert line["Bill id"] == payment["Bill id"] == bill["Bill id"]
    balance = rows["Trial balance"]
    assert sum(row["Closing debit"] or 0 for row in balance) == sum(row["Closing credit"] or 0 for row in balance)
    assert {row["Account id"] for row in balance} == {row["Account id"] for row in rows["Accounts"]}
    assert {row["Month end"] for row in balance} == {date(2026, 10, 31)}


def test_the_notes_explain_every_column() -> None:
    book = opened(made())
    told = {(row[0].value, row[1].value) for row in book["Notes"].iter_rows()}
    assert {(sheet.name, column.name) for sheet in sheets(BOTH, NOW.date()) for column in sheet.columns} <= told
    assert book["Notes"]["A1"].value == "The books of Abra Kebabra Ltd"


@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@sum", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_a_name_that_looks_like_a_formula_stays_text(name: str) -> None:
    content = made(company=name)
    for page in opened(content).worksheets:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert opened(content)["Notes"]["A1"].data_type == "s"


def test_there_is_no_macro_no_link_and_no_formula_in_the_file() -> None:
    with zipfile.ZipFile(BytesIO(made())) as archive:
        names = archive.namelist()
        assert not [name for name in names if "vba" in name or "external" in name]
        pages = [archive.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
    assert all("<f>" not in page and "<hyperlink" not in page for page in pages)
