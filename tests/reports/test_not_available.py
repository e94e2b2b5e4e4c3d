"""What a product cannot give is said so, in sheets, CSV files and JSON, and is never zero."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from linkflow.domain.books import Statement
from linkflow.domain.requests import DataType
from linkflow.domain.software import Missing
from linkflow.domain.spend import SpendBooks
from linkflow.domain.unavailable import figures_gone, figures_without, finding, missing_of, missing_of_all
from linkflow.reports.csv import csv_file
from linkflow.reports.financial_files import financial_facts, financial_files
from linkflow.reports.financial_workbook import write_financial_workbook
from linkflow.reports.json import json_pieces
from linkflow.reports.not_available import sentences
from linkflow.reports.spend_contents import SpendContents
from linkflow.reports.spend_files import spend_facts, spend_files
from linkflow.reports.spend_workbook import write_spend_workbook
from tests.reports.evaluator import Evaluator
from tests.reports.spend_report import spend_report
from tests.reports.test_financial_workbook import report, statement_lines
from tests.reports.test_spend_workbook import abra, several, summary, table

WORDS = "not available from Sandbox Books"
POOR = frozenset({Missing.EXPENSES, Missing.CREDIT_NOTES, Missing.PAYMENT_METHODS, Missing.AMOUNT_DUE})
NO_PAYMENTS = frozenset({Missing.BILL_PAYMENTS, Missing.BILL_LINES, Missing.SUPPLIERS})


def poor(books: dict[str, SpendBooks], missing: Sequence[frozenset[Missing]]) -> SpendContents:
    """A report whose entities' products cannot give these things."""
    made = spend_report(books)
    entities = zip(made.entities, missing, strict=True)
    return replace(made, entities=tuple(replace(one, missing=what) for one, what in entities))


def alone(missing: frozenset[Missing]) -> SpendContents:
    """Books as such a product gives them."""
    without = {Missing.EXPENSES: "expenses", Missing.CREDIT_NOTES: "credit_notes", Missing.BILL_PAYMENTS: "payments"}
    return poor({"Abra": abra(**{name: () for one, name in without.items() if one in missing})}, [missing])


def as_json(facts: Any, tables: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(json_pieces(facts, tables)))
    return found


def test_a_workbook_says_so_in_place_of_every_such_figure(tmp_path: Path) -> None:
    write_spend_workbook(tmp_path / "s.xlsx", alone(POOR))
    found = {name: cells[0] for name, cells in summary(tmp_path / "s.xlsx").items() if cells}
    for name in ("Expenses", "Spent as expenses", "Credit notes", "Billed less credit notes", "Outstanding"):
        assert found[name] == WORDS, name
    assert (found["Billed"], found["Total spend"], found["Paid"]) == (4000, 4000, 4000)
    (row, *_) = table(tmp_path / "s.xlsx", "Suppliers")
    assert row["Most used, by the software’s own field"] == row["Latest expense"] == WORDS
    for sheet in ("Expenses", "Credit notes"):
        assert table(tmp_path / "s.xlsx", sheet) == [{"Records": WORDS}]
    assert Evaluator(tmp_path / "s.xlsx").differences() == []


def test_without_payments_nothing_is_said_of_when_or_how_bills_were_paid(tmp_path: Path) -> None:
    write_spend_workbook(tmp_path / "s.xlsx", alone(NO_PAYMENTS))
    found = {name: cells[0] for name, cells in summary(tmp_path / "s.xlsx").items() if cells}
    for name in ("Payments", "Paid", "Average payment", "Bills paid late", "Paid late", "Average settlement, days"):
        assert found[name] == WORDS, name
    (row, *_) = table(tmp_path / "s.xlsx", "Suppliers")
    assert row["Email"] == row["Paid by card in the last 12 months"] == WORDS
    assert table(tmp_path / "s.xlsx", "Bill lines") == [{"Records": WORDS}]
    assert Evaluator(tmp_path / "s.xlsx").differences() == []


def test_a_bill_does_not_say_what_is_due_or_that_it_was_paid_in_time_where_nobody_knows(tmp_path: Path) -> None:
    contents = alone(frozenset({Missing.AMOUNT_DUE, Missing.PAID_BILLS}))
    write_spend_workbook(tmp_path / "s.xlsx", contents)
    for row in table(tmp_path / "s.xlsx", "Bills"):
        for column in ("Amount due", "Due in the books’ currency", "Paid late", "Last paid", "Allocated × days"):
            assert row[column] == WORDS, column
        assert row["Total"]
    assert Evaluator(tmp_path / "s.xlsx").differences() == []
    bill = as_json(spend_facts(contents), spend_files(contents))["tables"]["bills"][0]
    assert bill["amount_due"] is bill["paid_late"] is bill["last_paid"] is None


def test_payments_that_say_not_for_what_are_told_of_all_and_of_no_supplier(tmp_path: Path) -> None:
    named = abra()
    to_nobody = tuple(replace(one, supplier_id=None, allocations=()) for one in named.payments)
    contents = poor({"Abra": replace(named, payments=to_nobody)}, [frozenset({Missing.PAID_BILLS})])
    write_spend_workbook(tmp_path / "s.xlsx", contents)
    found = {name: cells[0] for name, cells in summary(tmp_path / "s.xlsx").items() if cells}
    for name in ("Bills paid late", "Paid late", "Paid late of billed", "Average settlement, days"):
        assert found[name] == WORDS, name
    assert (found["Payments"], found["Paid"], found["Outstanding"]) == (2, 4000, 0)
    ways = {row["Payment method"]: row for row in table(tmp_path / "s.xlsx", "Payment methods")}
    for column in ("Bills", "Billed", "Total spend", "Share of spend", "Suppliers"):
        assert ways["Credit card"][column] == WORDS, column
        assert ways["Unknown"][column] != WORDS, column
    assert (ways["Credit card"]["Paid"], ways["Unknown"]["Billed"]) == (1000, 4000)
    lines = {row["Supplier"]: row for row in table(tmp_path / "s.xlsx", "Suppliers")}
    for column in ("Payments", "Paid", "Average payment", "Paid late", "Paid by card in the last 12 months"):
        assert lines["s2"][column] == WORDS, column
    assert lines["No supplier named"]["Paid"] == 4000
    assert Evaluator(tmp_path / "s.xlsx").differences() == []


def test_together_with_books_that_have_it_a_figure_is_theirs_and_the_line_of_the_others_says_so(tmp_path: Path) -> None:
    write_spend_workbook(tmp_path / "s.xlsx", poor(several(), [frozenset(), POOR, POOR]))
    by_entity = {row["Entity"]: row for row in table(tmp_path / "s.xlsx", "Entities") if row["Entity"]}
    assert by_entity["Abra UK"]["Spent as expenses"] == 12.34
    assert by_entity["Abra US"]["Spent as expenses"] == by_entity["Abra Small"]["Outstanding"] == WORDS
    columns = dict(zip(("GBP", "USD"), summary(tmp_path / "s.xlsx")["Spent as expenses"], strict=False))
    assert columns == {"GBP": 12.34, "USD": WORDS}
    assert table(tmp_path / "s.xlsx", "Expenses")[0]["Entity"] == "Abra UK"
    assert Evaluator(tmp_path / "s.xlsx").differences() == []


def test_a_csv_file_says_so_and_json_tells_nothing_but_what_is_missing() -> None:
    contents = alone(POOR)
    tables = {one.slug: one for one in spend_files(contents)}
    suppliers = csv_file(tables["suppliers"].header, tables["suppliers"].cells()).decode()
    assert suppliers.count(WORDS) > 8
    assert csv_file(tables["expenses"].header, tables["expenses"].cells()).decode().splitlines()[1] == WORDS
    found = as_json(spend_facts(contents), spend_files(contents))
    assert found["entities"][0]["not_available"] == sorted(one.value for one in POOR)
    assert found["tables"]["expenses"] == found["tables"]["credit_notes"] == []
    supplier = found["tables"]["suppliers"][0]
    assert supplier["spent_as_expenses"] is supplier["outstanding"] is supplier["latest_expense"] is None
    assert supplier["billed"] == "3000.00"
    assert WORDS not in json.dumps(found["tables"])


def test_a_missing_statement_is_said_to_be_missing(tmp_path: Path) -> None:
    lines = [one for one in statement_lines() if one.statement is Statement.PROFIT_AND_LOSS]
    missing = (Missing.BALANCE_SHEET, Missing.ACCOUNT_LINES, Missing.BILLS)
    contents = report(lines, findings=finding(missing, DataType.FINANCIALS))
    write_financial_workbook(tmp_path / "f.xlsx", contents)
    book = openpyxl.load_workbook(tmp_path / "f.xlsx", data_only=True)
    for sheet in ("Balance sheet", "Balance sheet by category"):
        assert [row[0] for row in book[sheet].iter_rows(min_row=2, values_only=True)] == [WORDS]
    assert book["Profit and loss"].max_row > 5
    assert Evaluator(tmp_path / "f.xlsx").differences() == []
    notes = [str(row[0]) for row in book["Summary"].iter_rows(values_only=True)]
    assert "The balance sheet is not available from Sandbox Books." in notes
    found = as_json(financial_facts(contents), financial_files(contents))
    assert found["not_available"] == ["account_lines", "balance_sheet"]
    assert found["tables"]["balance_sheet"] == found["tables"]["balance_sheet_by_category"] == []
    tables = {one.slug: one for one in financial_files(contents)}
    assert WORDS in csv_file(tables["balance-sheet"].header, tables["balance-sheet"].cells()).decode()


def test_everything_a_catalogue_can_say_is_missing_has_a_sentence() -> None:
    assert len(sentences(frozenset(Missing), "Sandbox Books")) == len(Missing)
    assert all("not available from Sandbox Books" in one for one in sentences(frozenset(Missing), "Sandbox Books"))


def test_a_report_remembers_what_is_missing_of_it_and_no_more() -> None:
    every = tuple(Missing)
    financial, spend = (missing_of(finding(every, kind)) for kind in DataType)
    assert financial | spend == frozenset(every)
    assert not financial & spend
    assert finding((), DataType.FINANCIALS) == []
    assert missing_of([{"kind": "not-available", "what": ["what-we-never-knew"]}]) == frozenset()


def test_of_several_only_what_all_lack_has_no_value() -> None:
    assert missing_of_all([POOR, NO_PAYMENTS | {Missing.EXPENSES}]) == {Missing.EXPENSES}
    assert missing_of_all([]) == frozenset()
    for one in (Missing.PAID_BILLS, Missing.BILL_PAYMENTS):
        assert {"card-share", "late"} <= figures_without({one})
        assert "billed" not in figures_without({one})
        assert {"billed", "total"} <= figures_without({one}, of="method")
    together = figures_gone([POOR, frozenset()])
    assert "outstanding" not in together
    assert together["outstanding-share"] == (0,), "else what the other has outstanding would be a share of all bills"
    assert figures_gone([POOR, POOR])["outstanding"] == (0, 1)
    assert figures_gone([]) == {}
