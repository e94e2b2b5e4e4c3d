"""A filled-in template is checked whole: every rule told at its place in words that say what to do."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import linkflow.domain
from linkflow.domain.books import Account, Bill, BillPayment, Company, Expense, StatementLine, Supplier
from linkflow.domain.errors import Refused
from linkflow.domain.filled import SHOWN
from linkflow.domain.requests import DataTypes
from linkflow.services.checking_files import CheckedFile, check_file
from linkflow.templating import speech
from linkflow.web.file_words import SENTENCES, sentence
from linkflow.web.words import problem
from tests.filled import BOTH, FINANCIALS, SPEND, TODAY, Sheets, filled, repacked, rows_of

Change = Callable[[Sheets], None]


ENGLISH = speech("en-GB")


def check(rows: Sheets, data_types: DataTypes = BOTH, **headings: list[str]) -> CheckedFile:
    content = filled(data_types, rows, headings={name.replace("_", " "): names for name, names in headings.items()})
    return check_file(content, data_types=data_types, named="Abra Kebabra Ltd", today=TODAY)


def put(sheet: str, row: int, column: str, value: Any) -> Change:
    """Put a value in a row, by the number a spreadsheet shows."""

    def change(rows: Sheets) -> None:
        rows[sheet][row - 2][column] = value

    return change


def add(sheet: str, **values: Any) -> Change:
    def change(rows: Sheets) -> None:
        rows[sheet].append({name.replace("_", " "): value for name, value in values.items()})

    return change


def every(*changes: Change) -> Change:
    def change(rows: Sheets) -> None:
        for one in changes:
            one(rows)

    return change


def drop(sheet: str) -> Change:
    return lambda rows: rows.pop(sheet) and None


def empty(sheet: str) -> Change:
    return lambda rows: rows[sheet].clear()


def without_month(rows: Sheets) -> None:
    rows["Trial balance"] = [row for row in rows["Trial balance"] if row["Month end"] != date(2026, 3, 31)]


BILL = ("Bills", 2)
PAYMENT = ("Payments", 2)
EXPENSE = ("Expenses", 2)
BALANCE = ("Trial balance", 2)
# What is changed in a file that is right → sheet, row, column and reason of each problem, in their order.
WRONG: dict[str, tuple[Change, list[tuple[str, int | None, str | None, str]]]] = {
    "a sheet is missing": (drop("Accounts"), [("Accounts", None, None, "sheet-missing")]),
    "a sheet has no rows": (empty("Company"), [("Company", None, None, "no-rows")]),
    "nobody says when the year ends": (
        put("Company", 2, "Financial year ends", None),
        [("Company", 2, "Financial year ends", "empty")],
    ),
    "what is needed is empty": (put(*BILL, "Status", None), [(*BILL, "Status", "empty")]),
    "a formula": (put(*BILL, "Total", "formula:=I2+J2"), [(*BILL, "Total", "formula")]),
    "text that runs": (
        put("Suppliers", 2, "Address", "=HYPERLINK(1)"),
        [("Suppliers", 2, "Address", "runs")],
    ),
    "text that calls a program": (
        put("Suppliers", 2, "Address", "@SUM(1+1)*cmd|' /C calc'!A0"),
        [("Suppliers", 2, "Address", "runs")],
    ),
    "a number that is a long id": (
        lambda rows: rows["Suppliers"].append({**rows["Suppliers"][0], "Supplier id": 1e300}),
        [("Suppliers", 4, "Supplier id", "too-long")],
    ),
    "a text without an end": (
        put("Suppliers", 2, "Name", "x" * 1_001),
        [("Suppliers", 2, "Name", "too-long")],
    ),
    "a date as people write it": (put(*BILL, "Due date", "31/03/2026"), [(*BILL, "Due date", "not-a-date")]),
    "a day there is not": (put(*BILL, "Due date", "2026-02-30"), [(*BILL, "Due date", "not-a-date")]),
    "a number for a date": (put(*BILL, "Due date", 46_000), [(*BILL, "Due date", "number-for-date")]),
    "a date for a number": (put(*BILL, "Tax", TODAY), [(*BILL, "Tax", "date-for-number")]),
    "words for a number": (put(*BILL, "Tax", "£200"), [(*BILL, "Tax", "not-a-number")]),
    "yes for a number": (put(*BILL, "Tax", True), [(*BILL, "Tax", "not-a-number")]),
    "five decimals": (put(*BILL, "Tax", "200.00001"), [(*BILL, "Tax", "too-many-decimals")]),
    "too large": (put(*BILL, "Tax", 10**16), [(*BILL, "Tax", "too-large")]),
    "below zero": (put(*BILL, "Tax", -200), [(*BILL, "Tax", "negative")]),
    "a rate of nothing": (put("Bills", 4, "Rate", 0), [("Bills", 4, "Rate", "rate-not-above-zero")]),
    "no currency": (put(*EXPENSE, "Currency", "POUND"), [(*EXPENSE, "Currency", "not-a-currency")]),
    "no country": (put("Suppliers", 3, "Country", "USA"), [("Suppliers", 3, "Country", "not-a-country")]),
    "not in the list": (put(*BILL, "Status", "settled"), [(*BILL, "Status", "not-a-choice")]),
    "an id twice": (
        every(add("Suppliers", Supplier_id="S2", Name="Again")),
        [("Suppliers", 4, "Supplier id", "duplicate-id")],
    ),
    "an expense twice": (
        lambda rows: rows["Expenses"].append(dict(rows["Expenses"][0])),
        [("Expenses", 3, "Expense id", "duplicate-id")],
    ),
    "an unknown supplier": (put("Bills", 4, "Supplier id", "S9"), [("Bills", 4, "Supplier id", "unknown-supplier")]),
    "a line of no bill": (
        add("Bill lines", Bill_id="B9", Net=1),
        [("Bill lines", 4, "Bill id", "unknown-bill")],
    ),
    "a payment of no bill": (put("Payments", 3, "Bill id", "B9"), [("Payments", 3, "Bill id", "unknown-bill")]),
    "an unknown account": (put(*BALANCE, "Account id", "9999"), [(*BALANCE, "Account id", "unknown-account")]),
    "long ago": (put(*BILL, "Issue date", date(1926, 3, 1)), [(*BILL, "Issue date", "date-out-of-range")]),
    "due in a century": (put(*BILL, "Due date", date(2126, 3, 1)), [(*BILL, "Due date", "date-out-of-range")]),
    "to come": (put(*EXPENSE, "Date", TODAY + timedelta(days=2)), [(*EXPENSE, "Date", "date-to-come")]),
    "net and tax are not the total": (
        put("Bills", 3, "Total", 1_201),
        [("Bills", 3, "Total", "total-differs")],
    ),
    "an expense does not add up": (put(*EXPENSE, "Net", 21), [(*EXPENSE, "Total", "total-differs")]),
    "the lines are not the bill": (
        put("Bill lines", 2, "Net", 601),
        [(*BILL, "Net", "lines-differ")],
    ),
    "the lines' tax is not the bill's": (put("Bill lines", 2, "Tax", 121), [(*BILL, "Tax", "lines-differ")]),
    "more due than billed": (put("Bills", 3, "Amount due", 1_201), [("Bills", 3, "Amount due", "due-above-total")]),
    "paid and due": (put(*BILL, "Amount due", 1), [(*BILL, "Amount due", "paid-but-due")]),
    "partially paid and nothing due": (
        put("Bills", 3, "Amount due", 0),
        [("Bills", 3, "Amount due", "not-partially-paid")],
    ),
    "open and nothing due": (put("Bills", 4, "Amount due", 0), [("Bills", 4, "Amount due", "open-but-paid")]),
    "foreign without a rate": (put("Bills", 4, "Rate", None), [("Bills", 4, "Rate", "no-rate")]),
    "a rate for one's own": (put(*EXPENSE, "Rate", Decimal("1.5")), [(*EXPENSE, "Rate", "rate-of-own")]),
    "rows of one payment differ": (
        put("Payments", 3, "Date", date(2026, 4, 21)),
        [("Payments", 3, "Date", "payment-differs")],
    ),
    "an amount for no bill": (put(*PAYMENT, "Bill id", None), [(*PAYMENT, "Bill id", "half-allocated")]),
    "a bill without an amount": (
        put(*PAYMENT, "Amount for this bill", None),
        [(*PAYMENT, "Amount for this bill", "half-allocated")],
    ),
    "a bill paid twice by one payment": (
        put("Payments", 3, "Bill id", "B1"),
        [("Payments", 3, "Bill id", "allocated-twice")],
    ),
    "another supplier's bill": (put("Payments", 3, "Bill id", "B3"), [("Payments", 3, "Bill id", "bill-of-another")]),
    "more allocated than paid": (
        put("Payments", 3, "Amount for this bill", 601),
        [(*PAYMENT, "Total", "allocated-too-much")],
    ),
    "two companies": (
        add("Company", Name="Another", Base_currency="GBP", Country="GB", Financial_year_ends="03-31"),
        [("Company", 3, None, "one-company")],
    ),
    "a year that ends on no day": (
        put("Company", 2, "Financial year ends", "31 March"),
        [("Company", 2, "Financial year ends", "not-a-day-of-year")],
    ),
    "a balance twice": (
        lambda rows: rows["Trial balance"].append(dict(rows["Trial balance"][0])),
        [("Trial balance", 74, "Account id", "balance-twice")],
    ),
    "debit and credit": (
        every(put(*BALANCE, "Closing debit", 1_300), put(*BALANCE, "Closing credit", 100)),
        [(*BALANCE, "Closing credit", "debit-and-credit")],
    ),
    "not the end of a month": (
        put(*BALANCE, "Month end", date(2024, 11, 29)),
        [(*BALANCE, "Month end", "not-a-month-end")],
    ),
    "a month that is not over": (
        every(
            add("Trial balance", Account_id="1200", Month_end=date(2026, 11, 30), Closing_debit=1),
            add("Trial balance", Account_id="3000", Month_end=date(2026, 11, 30), Closing_credit=1),
        ),
        [("Trial balance", 74, "Month end", "month-not-over"), ("Trial balance", 75, "Month end", "month-not-over")],
    ),
    "a month is missing": (without_month, [("Trial balance", None, "Month end", "month-missing")]),
    "a month does not balance": (
        put(*BALANCE, "Closing debit", Decimal("1200.01")),
        [("Trial balance", None, "Closing debit", "does-not-balance")],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_where_it_is_and_nothing_else(what: str) -> None:
    change, expected = WRONG[what]
    rows = rows_of(BOTH)
    change(rows)
    checked = check(rows)
    assert [(one.sheet, one.row, one.column, one.reason) for one in checked.problems] == expected
    assert (checked.count, checked.books) == (len(expected), None)
    assert all(sentence(one, ENGLISH) for one in checked.problems)


def test_a_file_that_is_right_becomes_books_as_they_stand_in_it() -> None:
    books = check(rows_of(BOTH)).books
    assert books is not None
    assert books.currency == "GBP"
    assert [(name, len(records)) for name, records in books.parts] == [
        ("company", 1),
        ("accounts", 6),
        ("profit_and_loss", 92),
        ("balance_sheet", 144),
        ("suppliers", 2),
        ("bills", 3),
        ("payments", 1),
        ("expenses", 1),
    ]
    kinds = {type(record) for record in books.records}
    assert kinds == {Company, Account, StatementLine, Supplier, Bill, BillPayment, Expense}
    payment = next(record for record in books.records if isinstance(record, BillPayment))
    assert [(one.bill_id, one.amount) for one in payment.allocations] == [("B1", 1200), ("B2", 600)]
    bill = next(record for record in books.records if isinstance(record, Bill))
    assert [line.net for line in bill.lines] == [600, 400]
    assert bill.lines[0].account_id == "named:purchases"


def test_without_a_sheet_for_the_company_its_currency_is_that_of_the_rows_without_a_rate() -> None:
    books = check(rows_of(SPEND), SPEND).books
    assert books is not None
    company = next(iter(books.records))
    assert isinstance(company, Company)
    assert (company.name, company.base_currency) == ("Abra Kebabra Ltd", "GBP")


RATED = (("Bills", 2), ("Bills", 3), ("Payments", 2), ("Payments", 3), ("Expenses", 2))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([put("Bills", 4, "Rate", None)], "two-own-currencies"),
        ([put(*place, "Rate", 2) for place in RATED], "no-own-currency"),
        ([put("Bills", 3, "Rate", 2)], "rate-of-own"),
    ],
)
def test_when_the_own_currency_cannot_be_told_it_is_asked_for(changes: list[Change], reason: str) -> None:
    rows = rows_of(SPEND)
    every(*changes)(rows)
    checked = check(rows, SPEND)
    assert [one.reason for one in checked.problems] == [reason]
    assert sentence(checked.problems[0], ENGLISH)


BILL_HEADINGS = [
    "Bill id", "Number", "Supplier id", "Issue date", "Due date", "Currency", "Rate", "Status", "Net", "Tax", "Total",
    "Amount due", "Terms",
]  # fmt: skip


def renamed(old: str, new: str | None) -> list[str]:
    return [new if name == old else name for name in BILL_HEADINGS if not (name == old and new is None)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("headings", "column", "reason"),
    [
        (renamed("Net", None), "Net", "column-missing"),
        (renamed("Supplier id", "Suplier id"), "Supplier id", "column-misnamed"),
        (renamed("Due date", "Due dates"), "Due date", "column-misnamed"),
        ([*BILL_HEADINGS, "net"], "Net", "column-twice"),
        (["Our bills"], None, "no-headings"),
    ],
)
def test_headings_that_are_not_the_templates_are_told_with_the_nearest(
    headings: list[str], column: str | None, reason: str
) -> None:
    checked = check(rows_of(BOTH), Bills=headings)
    first = checked.problems[0]
    assert (first.sheet, first.row, first.column, first.reason) == ("Bills", 1, column, reason)
    assert checked.count == 1
    assert sentence(first, ENGLISH)


def test_columns_may_stand_anywhere_with_others_between_them_and_in_any_case() -> None:
    rows = rows_of(SPEND)
    rows["Bills"] = [{name.upper(): value for name, value in row.items()} for row in rows["Bills"]]
    backwards = [name.upper() for name in reversed(BILL_HEADINGS)]
    mixed = [name for pair in zip(backwards, "abcdefghijklm", strict=True) for name in pair]
    assert check(rows, SPEND, Bills=mixed).books is not None
    rows["Bills"][0]["TAX"] = "none"
    assert check(rows, SPEND, Bills=mixed).problems[0].cell == "G2"


def test_a_sheet_with_nearly_the_right_name_is_pointed_at() -> None:
    content = filled(SPEND, rows_of(SPEND))
    misnamed = repacked(content, lambda _, part: part.replace(b'name="Suppliers"', b'name="Supplier"'))
    problem = check_file(misnamed, data_types=SPEND, named="x", today=TODAY).problems[0]
    assert (problem.sheet, problem.reason, problem.details["found"]) == ("Suppliers", "sheet-misnamed", "Supplier")


def test_two_hundred_are_told_and_the_rest_counted() -> None:
    rows = rows_of(SPEND)
    rows["Expenses"] = [{**rows["Expenses"][0], "Expense id": f"E{n}", "Currency": "??"} for n in range(450)]
    checked = check(rows, SPEND)
    assert (len(checked.problems), checked.count) == (SHOWN, 450)
    assert [one.row for one in checked.problems] == list(range(2, 202))
    assert checked.problems[0].cell == "F2"


def test_every_sheet_is_told_in_the_order_of_the_template() -> None:
    rows = rows_of(BOTH)
    every(put(*EXPENSE, "Date", "soon"), put(*BILL, "Tax", "none"), put("Company", 2, "Country", "England"))(rows)
    assert [one.sheet for one in check(rows).problems] == ["Company", "Bills", "Expenses"]


def test_examples_are_not_read_and_a_template_with_nothing_else_is_refused() -> None:
    rows = rows_of(SPEND)
    rows["Suppliers"].insert(0, {"Supplier id": "EXAMPLE-S1", "Name": None})
    assert check(rows, SPEND).books is not None
    with pytest.raises(Refused) as refused:
        check({name: [] for name in rows}, SPEND)
    assert refused.value.reason == "untouched"


def test_a_number_means_what_the_spreadsheet_shows_not_the_noise_of_its_float() -> None:
    rows = rows_of(SPEND)
    put(*EXPENSE, "Net", 0.1 + 0.2)(rows)
    every(put(*EXPENSE, "Tax", 0), put(*EXPENSE, "Total", 0.3))(rows)
    books = check(rows, SPEND).books
    assert books is not None
    [expense] = [record for record in books.records if isinstance(record, Expense)]
    assert expense.lines[0].net == Decimal("0.3")


def test_ids_are_the_same_as_numbers_and_as_text() -> None:
    rows = rows_of(SPEND)
    every(put("Bills", 4, "Bill id", 1001), add("Bill lines", Bill_id="1001", Net=100, Tax=0))(rows)
    assert check(rows, SPEND).count == 0


def test_a_young_company_and_a_last_month_that_is_not_closed_are_right() -> None:
    rows = rows_of(FINANCIALS)
    rows["Trial balance"] = [r for r in rows["Trial balance"] if date(2026, 1, 1) < r["Month end"] < date(2026, 10, 1)]
    assert check(rows, FINANCIALS).count == 0


@pytest.mark.parametrize("text", ["+44 (0)1482 123456", "-20% discount (autumn)", "@home delivery", "- none -"])
def test_text_that_only_looks_like_a_formula_stays(text: str) -> None:
    rows = rows_of(SPEND)
    put("Suppliers", 2, "Phone", text)(rows)
    assert check(rows, SPEND).count == 0


def test_every_reason_there_is_has_its_sentence_and_no_sentence_is_left_over() -> None:
    root = Path(linkflow.domain.__file__).parent.parent
    sources = "".join(
        path.read_text() for path in (*root.glob("domain/filled*.py"), *root.glob("reports/template_*.py"))
    )
    told = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|runs|empty|negative)"', sources))
    more = {"formula", "error", "broken-date"}
    assert (told | more) >= SENTENCES.keys()
    unknown = (told | more) - SENTENCES.keys()
    assert unknown <= {"utf-8", "too-many-rows"}, unknown


def test_what_is_found_right_can_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkflow.domain.acceptance.LONGEST_ID", 2)
    rows = rows_of(SPEND)
    with pytest.raises(Refused) as refused:
        check(rows, SPEND)
    assert refused.value.reason == "unstorable"
    told = problem("workbook", "unstorable", ENGLISH, **refused.value.details)
    assert told is not None
    assert "an id has 1 to 2 characters" in told
