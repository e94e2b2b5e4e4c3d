"""CSV files: exact, readable everywhere, and never run."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from linkflow.reports.csv import csv_file


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))


def test_a_file_begins_with_the_mark_that_excel_needs() -> None:
    assert csv_file(["Name"], [["Café"]]) == b"\xef\xbb\xbfName\r\nCaf\xc3\xa9\r\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (0, "0"),
        (-3, "-3"),
        (Decimal("-1234.50"), "-1234.50"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 10, 31), "2026-10-31"),
        (datetime(2026, 10, 31, 9, 5, tzinfo=UTC), "2026-10-31T09:05:00+00:00"),
    ],
)
def test_figures_and_days_are_exact_and_stay_figures(cell: object, text: str) -> None:
    assert read(csv_file(["Cell"], [[cell]]))[1:] == [[text]]  # type: ignore[list-item]


@pytest.mark.parametrize("begin", [*"=+-@\t\r\n＝＋－＠", " =", "\u00a0@", "  +"])
def test_text_that_a_spreadsheet_would_run_stays_text(begin: str) -> None:
    typed = f'{begin}HYPERLINK("https://evil.example";"Open")'
    header, row = read(csv_file([typed], [[typed]]))
    assert header == row == ["'" + typed]


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
@pytest.mark.parametrize("before", ["x;", "x\t", "x\n", "x\r\n", ";", "x; ;\u00a0", 'x"\n'])
def test_nor_does_a_spreadsheet_of_another_country_run_it(before: str, sign: str) -> None:
    """Where lists are separated by semicolons, a cell that does not begin its line is cut there, quoted or not."""
    written = csv_file(["A", "B"], [["Name", f"{before}{sign}1+1;{sign}2"]]).decode("utf-8-sig")
    cells = [cell.strip(" \u00a0") for line in written.splitlines() for cell in line.replace("\t", ";").split(";")]
    assert [cell for cell in cells if cell[:1] in "=+-@＝＋－＠" and cell] == []


@pytest.mark.parametrize(
    "text", ['Abra "Kebab" Ltd', "North, South", "two\nlines", "a=b", "1-2", "", " ", "a;b", "a; b = c"]
)
def test_other_text_comes_back_as_it_is(text: str) -> None:
    assert read(csv_file(["Name", "More"], [[text, "x"]]))[1] == [text, "x"]
