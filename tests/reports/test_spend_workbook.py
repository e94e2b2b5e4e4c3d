"""The spend workbook, read back as a spreadsheet program would."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkflow.domain.books import BillLine, BillStatus, CreditNote, Supplier
from linkflow.domain.spend import SpendBooks
from linkflow.reports import spend_workbook
from linkflow.reports.spend_contents import SpendContents
from linkflow.reports.spend_workbook import RowsDiffer, write_spend_workbook
from tests.libreoffice import WRONG, spoil, worked_out
from tests.reports.evaluator import Evaluator
from tests.reports.spend_report import YEAR, spend_report
from tests.spend_rows import MARCH, bill, expense, payment
from tests.store.generated_books import spend_books

NAMES = {"s1": "Paper Ltd", "s2": "Ink Ltd"}
SHEETS = [
    *("Summary", "Payment methods", "Suppliers", "Bills"),
    *("Bill lines", "Credit notes", "Bill payments", "Expenses"),
]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(contents: SpendContents, name: str = "spend.xlsx", **options: Any) -> Path:
        write_spend_workbook(tmp_path / name, contents, **options)
        return tmp_path / name

    return written


def abra(**over: Any) -> SpendBooks:
    """The hand-check's two bills, and one of everything else."""
    line = BillLine(net=Decimal("1000.00"), description="Paper", quantity=Decimal(8), unit_price=Decimal(125))
    parts: dict[str, Any] = {
        "bills": (
            replace(bill("b1", "1000.00", days=30), lines=(line,)),
            bill("b2", "3000.00", days=60, supplier="s2"),
        ),
        "payments": (
            payment("b1", "1000.00", day=45, method="credit_card"),
            payment("b2", "3000.00", day=50, supplier="s2"),
        ),
        "credit_notes": (
            CreditNote(external_id="c1", supplier_id="s2", issued_on=MARCH, currency="GBP", total=Decimal("50.00")),
        ),
        "expenses": (expense("12.34", method="cash"),),
    }
    return SpendBooks("GBP", **{**parts, **over})


def several() -> dict[str, SpendBooks]:
    """Three entities, two of them in pounds; none of the others’ bills is like another."""
    american = SpendBooks("USD", bills=(replace(bill("u1", "70.00", due="7.00"), currency="USD"),))
    small = SpendBooks("GBP", bills=(bill("x1", "5.00", supplier="s1"),))
    return {"Abra UK": abra(), "Abra US": american, "Abra Small": small}


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def decoded(value: Any) -> str:
    """A text without blanks around it, its coded characters read as Excel reads them."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), str(value or "")).strip()


def summary(path: Path) -> dict[str, Any]:
    rows = openpyxl.load_workbook(path, data_only=True)["Summary"].iter_rows(values_only=True)
    return {row[0]: row[1:] for row in rows if row[0]}


def test_the_summary_has_the_figures_of_the_hand_check(write: Write) -> None:
    found = summary(write(spend_report({"Abra": abra()}, names=NAMES)))
    figures = {name: values[0] for name, values in found.items() if values}
    assert figures["Average terms, days"] == 52.5
    assert figures["Average settlement, days"] == 48.75
    assert (figures["Bills paid late"], figures["Paid late"], figures["Paid late of billed"]) == (
        1,
        1000,
        0.25,
    )
    assert (figures["Billed"], figures["Credit notes"], figures["Billed less credit notes"]) == (4000, 50, 3950)
    assert (figures["Total spend"], figures["Suppliers"]) == (4012.34, 2)


def test_the_sheets_come_in_their_order_with_frozen_filterable_headings(write: Write) -> None:
    book = openpyxl.load_workbook(write(spend_report({"Abra": abra()}, names=NAMES)))
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        last = max(2, sum(1 for row in sheet.iter_rows(min_row=2, max_col=2) if row[0].value or row[1].value))
        assert sheet.auto_filter.ref.startswith("A1:")
        assert int(sheet.auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) <= last + 1


def test_days_are_days_and_money_has_the_decimals_of_its_currency(write: Write) -> None:
    yen = replace(bill("y", "1200"), currency="JPY", rate=Decimal("0.0051"))
    dinar = replace(bill("d", "1.234"), currency="KWD", rate=Decimal("2.5"))
    path = write(spend_report({"Abra": abra(bills=(yen, dinar), payments=())}))
    sheet = openpyxl.load_workbook(path)["Bills"]
    places = {cell.value: cell.column for cell in sheet[1]}
    assert isinstance(sheet.cell(2, places["Issued"]).value, datetime)
    assert sheet.cell(2, places["Issued"]).number_format == "yyyy-mm-dd"
    formats = [sheet.cell(row, places["Total"]).number_format for row in (2, 3)]
    assert formats == ["#,##0", "#,##0.000"]
    assert [sheet.cell(row, places["Currency"]).value for row in (2, 3)] == ["JPY", "KWD"]
    assert sheet.cell(2, places["Total in the books’ currency"]).number_format == "#,##0.00"


def test_every_formula_is_what_is_stored_beside_it(write: Write) -> None:
    found = Evaluator(write(spend_report({"Abra": abra()}, names=NAMES)))
    assert len(list(found.both())) > 150
    assert found.differences() == []


def test_rows_that_never_count_are_on_no_sheet(write: Write) -> None:
    void = replace(bill("void", "77.00"), status=BillStatus.VOID)
    path = write(spend_report({"Abra": abra(bills=(void, bill("b1", "1.00")))}))
    assert [row["Id in the software"] for row in table(path, "Bills")] == ["b1"]


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "<r><t>x</t></r>", "_x0041_", "007"])
def test_text_stays_text_whatever_it_begins_with(write: Write, words: str) -> None:
    contact = Supplier(external_id="s1", name=words, email=words)
    line = BillLine(net=Decimal(1), description=words)
    books = abra(bills=(replace(bill("b1", "1.00"), number=words, lines=(line,)),))
    path = write(spend_report({"Abra": books}, names={"s1": words}, contacts={"s1": contact}))
    book = openpyxl.load_workbook(path)
    found = [
        cell
        for name in ("Suppliers", "Bills", "Bill lines")
        for row in book[name].iter_rows(min_row=2)
        for cell in row
        if cell.data_type != "f" and decoded(cell.value) == words.strip()
    ]
    assert len(found) >= 5
    assert {cell.data_type for cell in found} <= {"s", "inlineStr"}
    assert Evaluator(path).differences() == []


def test_several_entities_are_named_on_every_row_and_each_currency_has_its_own_total(write: Write) -> None:
    path = write(spend_report(several(), names=NAMES))
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == ["Summary", "Entities", *SHEETS[1:]]
    for sheet in book.worksheets[1:]:
        assert [sheet.cell(1, place).value for place in (1, 2)] == ["Company", "Entity"]
    assert {row["Entity"] for row in table(path, "Bills")} == {"Abra UK", "Abra US", "Abra Small"}
    totals = {row["Company"]: row["Billed"] for row in table(path, "Entities") if row["Entity"] is None}
    assert totals == {None: None, "Total in GBP": 4005, "Total in USD": 70}
    assert summary(path)["Billed"][:2] == (4005, 70)
    cheques = [row for row in table(path, "Payment methods") if row["Payment method"] == "Unknown"]
    assert [(row["Entity"], row["Base currency"], row["Billed"]) for row in cheques] == [
        ("Abra US", "USD", 70),
        ("Abra Small", "GBP", 5),
        ("All entities", "GBP", 5),
        ("All entities", "USD", 70),
    ]
    assert Evaluator(path).differences() == []


def test_a_full_sheet_goes_on_on_another_and_the_totals_go_over_all(write: Write) -> None:
    bills = tuple(bill(f"b{number}", "10.00", supplier=f"s{number}") for number in range(9))
    path = write(spend_report({"Abra": abra(bills=bills, payments=())}), sheet_rows=4)
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if name.startswith("Bills")] == ["Bills", "Bills (2)", "Bills (3)"]
    assert {book[name].max_row for name in ("Bills", "Bills (2)", "Bills (3)")} == {4}
    assert book["Bills (3)"].freeze_panes == "A2"
    assert summary(path)["Billed"][0] == 90
    assert Evaluator(path).differences() == []


def test_several_entities_over_several_sheets_still_add_up(write: Write) -> None:
    assert Evaluator(write(spend_report(several(), names=NAMES), sheet_rows=3)).differences() == []


def test_the_threshold_leaves_suppliers_off_their_sheet_and_out_of_no_total(write: Write) -> None:
    path = write(spend_report({"Abra": abra()}, names=NAMES, threshold="2000"))
    rows = table(path, "Suppliers")
    assert [row["Supplier"] for row in rows] == ["Ink Ltd", None, "Total in GBP"]
    assert rows[-1]["Billed"] == 4000
    assert summary(path)["Suppliers"][0] == 2
    assert any("left off their sheet: 1." in words for words in summary(path))
    assert Evaluator(path).differences() == []


def test_a_threshold_is_for_a_year_whatever_the_period(write: Write) -> None:
    quarter = replace(YEAR, last_month=YEAR.first_month.replace(month=3))
    contents = spend_report({"Abra": abra()}, period=quarter, names=NAMES, threshold="5000")
    assert next(row["Supplier"] for row in table(write(contents), "Suppliers")) == "Ink Ltd"


def test_what_too_many_formulas_would_say_is_said_by_values_and_the_totals_stay_formulas(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = table(write(spend_report({"Abra": abra()}, names=NAMES)), "Suppliers")
    monkeypatch.setattr(spend_workbook, "COMPARISONS", 0)
    path = write(spend_report({"Abra": abra()}, names=NAMES), "values.xlsx")
    assert table(path, "Suppliers") == plain
    sheet = openpyxl.load_workbook(path)["Suppliers"]
    place = next(cell.column for cell in sheet[1] if cell.value == "Billed")
    assert [sheet.cell(row, place).data_type for row in (2, 6)] == ["n", "f"]
    assert Evaluator(path).differences() == []


def test_a_report_with_nothing_in_it_is_a_workbook_all_the_same(write: Write) -> None:
    path = write(spend_report({"Abra": SpendBooks("GBP")}))
    assert openpyxl.load_workbook(path).sheetnames == SHEETS
    found = summary(path)
    assert (found["Bills"][0], found["Average payment"][0]) == (0, "–")
    assert Evaluator(path).differences() == []


def test_rows_that_do_not_come_to_the_report_make_no_workbook(tmp_path: Path) -> None:
    contents = spend_report({"Abra": abra()})
    later = replace(contents, rows=spend_report({"Abra": abra(bills=(bill("b1", "1.00"),))}).rows)
    with pytest.raises(RowsDiffer):
        write_spend_workbook(tmp_path / "spend.xlsx", later)
    assert not (tmp_path / "spend.xlsx").exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books=st.lists(spend_books(), min_size=1, max_size=3), threshold=st.sampled_from(["0", "100"]))
def test_whatever_the_books_the_workbook_says_what_the_report_says(
    books: list[SpendBooks], threshold: str, tmp_path: Path
) -> None:
    contents = spend_report({f"Entity {place}": one for place, one in enumerate(books)}, threshold=threshold)
    path = tmp_path / "spend.xlsx"
    write_spend_workbook(path, contents)
    whole = contents.together("GBP").overall.measures
    found = summary(path)
    assert (found["Bills"][0], found["Payments"][0], found["Expenses"][0]) == (
        whole.bills,
        whole.payments,
        whole.expenses,
    )
    assert Decimal(str(found["Total spend"][0])).quantize(Decimal("0.0001")) == whole.total.quantize(Decimal("0.0001"))
    assert Evaluator(path).differences() == []


def test_libreoffice_works_out_every_figure_anew_and_gets_ours(write: Write, tmp_path: Path) -> None:
    ours = write(spend_report(several(), names={"s1": "=1+1*", "s2": "<r>"}, threshold="10"), sheet_rows=6)
    wrong = tmp_path / "wrong.xlsx"
    count = spoil(ours, wrong)
    stored = Evaluator(ours)
    lying = openpyxl.load_workbook(wrong, data_only=True)
    found = openpyxl.load_workbook(worked_out(wrong, tmp_path), data_only=True)
    cells = list(stored.both())
    assert len(cells) == count
    assert {lying[sheet][place].value for sheet, place, _, _ in cells} == {int(WRONG)}
    for sheet, place, value, _ in cells:
        assert found[sheet][place].value == (value if isinstance(value, str) else pytest.approx(value, abs=1e-6))
