"""The adapter for Zoho Books: what it asks for, what becomes of the answers, and the reports that follow."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, LineKind, PaymentMethod, Period
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer, OutboundError, OverLimit, StatusError
from tests.providers import zoho_books_answers as zoho
from tests.providers.answering import Answering, Pulled, both_reports, pulled, shipped

ADAPTER = providers.load("zoho_books")
BOTH = frozenset(DataType)
OCTOBER = date(2026, 10, 1)
AUTUMN = Period(date(2026, 9, 1), OCTOBER)
YEAR = Period(date(2025, 11, 1), OCTOBER)
DATED = {"date_start": "2025-11-01"}


def session(**rows: list[Any]) -> Answering:
    return Answering(partial(zoho.answered, **rows), page_size=200)


def pull(part: str, asked_of: Answering | None = None, **more: Any) -> Pulled:
    return pulled(ADAPTER, asked_of or session(), part, tenant_id=zoho.ORGANIZATION, **more)


def saying(body: Any) -> Answering:
    return Answering(lambda *_: body)


def test_the_tenants_are_the_organizations() -> None:
    asked_of = session()
    (tenant,) = ADAPTER.tenants(asked_of)
    assert (tenant.id, tenant.name, tenant.country, tenant.currency) == (
        zoho.ORGANIZATION,
        "Brightwater Tea Ltd",
        "GB",
        "GBP",
    )
    assert [(one.url, one.params) for one in asked_of.sent] == [("organizations", {})]
    nameless = zoho.said(organizations=[None, {"organization_id": "1", "name": ""}, {"name": "x"}])
    assert ADAPTER.tenants(saying(nameless)) == ()


def test_only_what_is_consented_is_pulled() -> None:
    assert ADAPTER.parts(frozenset({DataType.FINANCIALS})) == (
        "company", "accounts", "profit_and_loss", "balance_sheet"
    )  # fmt: skip
    assert ADAPTER.parts(BOTH)[4:] == ("suppliers", "bills", "credit_notes", "bill_payments", "expenses")


@pytest.mark.parametrize(
    ("part", "calls"),
    [
        ("company", [("organizations/10234695", {})]),
        ("accounts", [("chartofaccounts", {"page": "1", "per_page": "200", "filter_by": "AccountType.All"})]),
        ("suppliers", [("contacts", {"page": "1", "per_page": "200", "contact_type": "vendor"})]),
        ("credit_notes", [
            ("vendorcredits", {"page": "1", "per_page": "200", **DATED}),
            ("vendorcredits/vc1", {}), ("vendorcredits/vc2", {}),
        ]),
        ("bill_payments", [
            ("vendorpayments", {"page": "1", "per_page": "200", **DATED}),
            ("vendorpayments/p1", {}), ("vendorpayments/p2", {}),
        ]),
        ("expenses", [
            ("expenses", {"page": "1", "per_page": "200", **DATED}), ("expenses/e1", {}), ("expenses/e2", {})
        ]),
        ("profit_and_loss", [
            ("reports/profitandloss", {"filter_by": "TransactionDate.CustomDate", "cash_based": "false",
                                       "from_date": f"2026-{month}-01", "to_date": f"2026-{month}-{last}"})
            for month, last in (("09", 30), ("10", 31))
        ]),
        ("balance_sheet", [
            ("reports/balancesheet", {"filter_by": "TransactionDate.CustomDate", "cash_based": "false",
                                      "from_date": f"2026-{month}-{last}", "to_date": f"2026-{month}-{last}"})
            for month, last in (("09", 30), ("10", 31))
        ]),
    ],
)  # fmt: skip
def test_every_request_names_the_organization_and_nothing_else_is_sent(
    part: str, calls: list[tuple[str, dict[str, str]]]
) -> None:
    asked_of = session()
    pull(part, asked_of, period=AUTUMN if calls[0][0].startswith("reports/") else YEAR)
    named = {"organization_id": zoho.ORGANIZATION}
    assert [(one.url, one.params, one.headers) for one in asked_of.sent] == [
        (url, {**named, **params}, {}) for url, params in calls
    ]


def test_details_are_read_some_at_a_time_and_a_pull_goes_on_in_the_middle_of_a_page() -> None:
    bills = [zoho.bill(f"n{number}", "v1", "2026-01-05", 1.0, "open", 1.0) for number in range(45)]
    asked_of = Answering(partial(zoho.answered, bills=bills), page_size=30)
    cursors, cursor = [], None
    while not cursors or cursor:
        page = ADAPTER.pull(asked_of, "bills", Asked(tenant_id=zoho.ORGANIZATION, cursor=cursor, period=YEAR))
        cursors.append((page.next_cursor, len(page.records)))
        cursor = page.next_cursor
    assert cursors == [("1+20", 20), ("2", 10), (None, 15)]
    assert len(asked_of.sent) == 3 + 45


SINCE = datetime(2026, 6, 9, 13, 47, 8, tzinfo=UTC)


def test_the_details_of_rows_that_are_as_they_were_are_not_read_again() -> None:
    def bill(name: str, changed: Any, status: str = "open") -> Any:
        return {**zoho.bill(name, "v1", "2026-01-05", 1.0, status, 1.0), "last_modified_time": changed}

    old = [bill(f"n{number}", "2026-06-09T09:47:07-0400") for number in range(30)]
    now = bill("now", "2026-06-09T09:47:08-0400")
    unsure = [bill("void", "2026-01-01T00:00:00+0000", "void"), bill("a", ""), bill("b", 7), bill("c", "2026-01-01")]
    asked_of = session(bills=[*old, now, *unsure])
    page = ADAPTER.pull(asked_of, "bills", Asked(tenant_id=zoho.ORGANIZATION, cursor=None, period=YEAR, since=SINCE))
    assert page.unchanged == tuple(row["bill_id"] for row in old)
    assert {one.external_id for one in page.records} == {"now", "void", "a", "b", "c"}
    assert (page.next_cursor, len(asked_of.sent)) == (None, 1 + 5)


def test_everything_is_read_where_no_time_is_given() -> None:
    assert not set(ADAPTER.INCREMENTAL)
    page = ADAPTER.pull(session(), "bills", Asked(tenant_id=zoho.ORGANIZATION, cursor=None, period=YEAR))
    assert page.unchanged == ()


@pytest.mark.parametrize(
    ("part", "path", "row"),
    [
        ("bills", "bills", zoho.BILLS[4]),
        ("credit_notes", "vendorcredits", zoho.CREDITS[0]),
        ("bill_payments", "vendorpayments", zoho.PAYMENTS[0]),
        ("expenses", "expenses", zoho.EXPENSES[0]),
    ],
)
def test_nothing_older_than_the_months_that_were_consented_to_is_read(part: str, path: str, row: zoho.Row) -> None:
    _, key, _, _ = zoho.LISTS[path]
    asked_of = session(**{path: [{**row, key: day, "date": day} for day in ("2025-10-31", "2025-11-01")]})
    found = pull(part, asked_of, period=YEAR)
    assert ([one.external_id for one in found.records], found.aside) == (["2025-11-01"], [])
    assert [one.url for one in asked_of.sent] == [path, f"{path}/2025-11-01"]


def test_a_bill_deleted_since_it_was_listed_is_left_out_and_any_other_refusal_is_not() -> None:
    def answer(path: str, params: Mapping[str, str]) -> Any:
        if path.startswith("bills/"):
            raise StatusError("", status=statuses.pop())
        return zoho.answered(path, params, bills=[zoho.BILLS[0]])

    statuses = [404]
    assert pull("bills", Answering(answer)) == Pulled([], [], 1)
    statuses = [500]
    with pytest.raises(StatusError):
        pull("bills", Answering(answer))


@pytest.mark.parametrize("trouble", [OverLimit(""), StatusError("", status=429), BadAnswer(reason="not JSON")])
def test_a_call_that_fails_among_the_details_costs_nothing_that_was_read_before_it(trouble: OutboundError) -> None:
    in_the_way = {"bills/b3": trouble}

    def answer(path: str, params: Mapping[str, str]) -> Any:
        if path in in_the_way:
            raise in_the_way[path]
        return zoho.answered(path, params)

    asked_of = Answering(answer, page_size=200)
    first = ADAPTER.pull(asked_of, "bills", Asked(tenant_id=zoho.ORGANIZATION, period=YEAR))
    assert ([one.external_id for one in first.records], first.next_cursor) == (["b1", "b2"], "1+2")
    again = Asked(tenant_id=zoho.ORGANIZATION, cursor=first.next_cursor, period=YEAR)
    with pytest.raises(type(trouble)):
        ADAPTER.pull(asked_of, "bills", again)
    in_the_way.clear()
    rest = ADAPTER.pull(asked_of, "bills", again)
    assert ([one.external_id for one in rest.records], rest.next_cursor) == (["b3", "b4", "b5"], None)


def test_the_company_and_its_accounts_arrive() -> None:
    (company,) = pull("company").records
    assert company == books.Company(
        external_id=zoho.ORGANIZATION,
        name="Brightwater Tea Ltd",
        base_currency="GBP",
        registration_number="0123",
        tax_number="GB123",
        country="U.K",
        addresses=("1 Quay\nLeith\nEH6\nU.K",),
        web_links=("https://brightwater.example",),
        year_end="03-31",
    )
    accounts = {one.external_id: one for one in pull("accounts").records}
    assert accounts["401"].code == "4000"
    assert [key for key, one in accounts.items() if not one.active] == ["605"]
    assert [key for key, one in accounts.items() if one.is_bank] == ["101"]
    assert [key for key, one in accounts.items() if one.is_card] == ["202"]
    assert {one.account_class for one in accounts.values()} == set(AccountClass) - {AccountClass.OTHER}


@pytest.mark.parametrize(
    ("starts", "ends"), [("january", "12-31"), ("March", "02-28"), (0, "12-31"), (3, "03-31"), ("x", None), (12, None)]
)
def test_a_year_ends_the_day_before_its_first_month(starts: Any, ends: str | None) -> None:
    answer = zoho.said(organization={**zoho.COMPANY, "fiscal_year_start_month": starts})
    assert pull("company", saying(answer)).records[0].year_end == ends


@pytest.mark.parametrize(
    ("kind", "account_class"),
    [
        ("loans_and_borrowing", AccountClass.LIABILITY),
        ("right_to_use_asset", AccountClass.ASSET),
        ("other_comprehensive_income", AccountClass.INCOME),
        ("lease_expense", AccountClass.EXPENSE),
        ("something_new", AccountClass.OTHER),
    ],
)
def test_an_accounts_class_follows_from_its_type(kind: str, account_class: AccountClass) -> None:
    (account,) = pull("accounts", session(chartofaccounts=[zoho.account("1", "x", kind)])).records
    assert account.account_class is account_class


def test_suppliers_are_vendors_alone() -> None:
    first, second = pull("suppliers").records
    assert first == books.Supplier(
        external_id="v1", name="Assam Traders", contact_name="Mira Das", email="mira@assam.example",
        phone="07700 900001", currency="GBP", terms="Net 30", first_seen_on=date(2024, 1, 5),
    )  # fmt: skip
    assert (second.active, second.terms, second.contact_name, second.first_seen_on) == (False, "15 days", None, None)


def test_bills_arrive_with_lines_terms_and_the_status_their_balance_tells() -> None:
    bills = {one.external_id: one for one in pull("bills").records}
    first = bills["b1"]
    assert (first.net, first.tax, first.total, first.amount_due, first.terms) == (100, 20, 120, 0, "Net 30")
    assert first.lines == (
        books.BillLine(
            net=Decimal(60), tax=Decimal(12), account_id="501", description="Leaves", quantity=Decimal("2.5"),
            unit_price=Decimal(24),
        ),
        books.BillLine(
            net=Decimal(40), tax=Decimal(8), description="Tins", quantity=Decimal(1), unit_price=Decimal(40)
        ),
    )  # fmt: skip
    assert {key: one.status for key, one in bills.items()} == {
        "b1": BillStatus.PAID, "b2": BillStatus.PARTIALLY_PAID, "b3": BillStatus.VOID, "b4": BillStatus.DRAFT,
        "b5": BillStatus.OPEN,
    }  # fmt: skip
    assert (bills["b2"].currency, bills["b2"].rate, bills["b4"].terms, bills["b5"].due_on) == (
        "USD", Decimal("0.8"), "15 days", None
    )  # fmt: skip


def test_a_rate_is_what_one_unit_costs_in_the_base_currency() -> None:
    payments = pull("bill_payments").records
    assert [one.total * one.rate for one in payments] == [row["bcy_amount"] for row in zoho.PAYMENTS]
    expenses = pull("expenses").records
    assert [one.total * one.rate for one in expenses] == [row["bcy_total"] for row in zoho.EXPENSES]


def test_payments_say_what_they_settle_and_from_which_account() -> None:
    first, second = pull("bill_payments").records
    assert (first.note, first.account_id, first.stated_method) == (
        "FPS 17 · March leaves", "101", PaymentMethod.BANK_TRANSFER
    )  # fmt: skip
    assert first.allocations == (books.Allocation(bill_id="b1", amount=Decimal(120)),)
    assert (second.stated_method, second.allocations[0].amount, second.note) == (PaymentMethod.CREDIT_CARD, 60, None)


@pytest.mark.parametrize(
    ("row", "stated"),
    [
        ({"payment_mode": "Check"}, PaymentMethod.CHEQUE),
        ({"payment_mode": "Bank Remittance"}, PaymentMethod.BANK_TRANSFER),
        ({"payment_mode": "Credit Card"}, PaymentMethod.CREDIT_CARD),
        ({"payment_mode": "others"}, PaymentMethod.OTHER),
        ({"payment_mode": "SEPA Lastschrift"}, PaymentMethod.DIRECT_DEBIT),
        ({"payment_mode": "Girolink"}, None),
        ({"payment_mode": ""}, None),
        ({"payment_mode": "", "is_ach_payment": True}, PaymentMethod.BANK_TRANSFER),
        ({"payment_mode": "", "check_details": {"check_number": "1004"}}, PaymentMethod.CHEQUE),
    ],
)
def test_a_payment_mode_is_mapped_or_left_to_the_account(row: dict[str, Any], stated: PaymentMethod | None) -> None:
    rows = [zoho.payment("p", "v1", "2026-01-01", 1.0, **row)]
    assert pull("bill_payments", session(vendorpayments=rows)).records[0].stated_method is stated


def test_drafts_and_voids_are_kept_and_marked() -> None:
    rows = [zoho.payment(f"p-{said}", "v1", "2026-01-01", 1.0, status=said) for said in ("paid", "draft", "void", "")]
    statuses = [one.status for one in pull("bill_payments", session(vendorpayments=rows)).records]
    assert statuses == [EntryStatus.POSTED, EntryStatus.DRAFT, EntryStatus.VOID, EntryStatus.POSTED]
    assert [one.status for one in pull("credit_notes").records] == [EntryStatus.POSTED, EntryStatus.VOID]


def test_a_credit_says_which_bills_it_was_set_against() -> None:
    credited = [{"bill_id": "b1", "amount": 4.0}, {"bill_id": "b2", "amount_applied": 6.0}]
    rows = [{**zoho.CREDITS[0], "bills_credited": credited}]
    (note,) = pull("credit_notes", session(vendorcredits=rows)).records
    assert [(one.bill_id, one.amount) for one in note.allocations] == [("b1", 4), ("b2", 6)]


def test_an_expense_leaves_its_method_to_the_account() -> None:
    first, second = pull("expenses").records
    assert (first.stated_method, first.account_id, first.contact_name, first.note) == (
        None, "102", "Oolong Inc", "Samples"
    )  # fmt: skip
    assert first.lines == (books.ExpenseLine(net=Decimal(20), tax=Decimal(4), account_id="501", description="Samples"),)
    assert (second.contact_name, second.supplier_id, second.lines) == ("Kiosk", None, ())


def figures(part: str, groups: Any) -> list[tuple[Any, ...]]:
    answer = zoho.said(**{part: groups})
    lines = pull(part, saying(answer), period=Period(OCTOBER, OCTOBER)).records
    return [(one.kind, one.section, one.label, one.amount, one.account_id) for one in lines]


LINE, TOTAL = LineKind.LINE, LineKind.TOTAL


def test_a_profit_and_loss_has_its_results_below_no_heading() -> None:
    income, cost = ("Operating Income",), ("Cost of Goods Sold",)
    assert figures("profit_and_loss", zoho.PROFIT_AND_LOSS[:1]) == [
        (LINE, income, "Sales", 9000, "401"),
        (LINE, income, "402", Decimal("1000.5"), "402"),
        (TOTAL, income, "Total for Operating Income", Decimal("10000.5"), None),
        (LINE, cost, "Tea Leaves", Decimal("2700.5"), "501"),
        (TOTAL, cost, "Total for Cost of Goods Sold", Decimal("2700.5"), None),
        (TOTAL, (), "Gross Profit", 7300, None),
    ]


def test_a_balance_sheet_keeps_every_heading_above_a_line() -> None:
    told = figures("balance_sheet", zoho.BALANCE_SHEET)
    assert told[0] == (LINE, ("Assets", "Current Assets", "Bank"), "Barclays", 9500, "101")
    assert told[1] == (TOTAL, ("Assets", "Current Assets", "Bank"), "Total for Bank", 9500, None)
    assert (LINE, ("Liabilities & Equities", "Equities"), "Current Year Earnings", 4050, None) in told
    assert told[-1] == (TOTAL, ("Liabilities & Equities",), "Total for Liabilities & Equities", 15000, None)


CAR = {"name": "Car", "account_id": "1", "total": 100.0}
FUEL = {"name": "Fuel", "account_id": "2", "total": 70.0}


@pytest.mark.parametrize(
    ("total", "accounts", "own"),
    [
        (170.0, [{**CAR, "depth": 0}, {**FUEL, "depth": 1}], {"Car": 100, "Fuel": 70}),
        (100.0, [{**CAR, "depth": 0}, {**FUEL, "depth": 1}], {"Car": 30, "Fuel": 70}),
        (170.0, [{**CAR, "account_transactions": [FUEL]}], {"Car": 100, "Fuel": 70}),
        (100.0, [{**CAR, "account_transactions": [FUEL]}], {"Car": 30, "Fuel": 70}),
        (70.0, [{**CAR, "total": 70.0, "account_transactions": [FUEL]}], {"Fuel": 70}),
        (70.0, [{**CAR, "total": 0.0, "account_transactions": [FUEL]}], {"Fuel": 70}),
        (999.0, [{**CAR, "account_transactions": [FUEL]}], {"Car": 100, "Fuel": 70}),
    ],
)
def test_an_account_is_counted_without_its_sub_accounts_whichever_way_they_are_told(
    total: float, accounts: list[Any], own: dict[str, int]
) -> None:
    told = figures("profit_and_loss", [zoho.section("Operating Expense", total, *accounts)])
    assert {label: amount for kind, _, label, amount, _ in told if kind is LINE} == own


def test_the_three_level_report_without_results_is_read_too() -> None:
    groups = [{"name": "Operating Income", "total": 5.0, "account_transactions": [
        {"name": "Sales", "account_id": "401", "total": 5.0}]}, {"name": "Net Profit", "total": 5.0}]  # fmt: skip
    assert figures("profit_and_loss", groups) == [
        (LINE, ("Operating Income",), "Sales", 5, "401"),
        (TOTAL, ("Operating Income",), "Total for Operating Income", 5, None),
        (TOTAL, (), "Net Profit", 5, None),
    ]


def test_a_line_that_cannot_be_read_is_set_aside_and_the_rest_of_the_report_stays() -> None:
    groups = [zoho.section("Operating Income", 7.0, zoho.leaf("401", "Sales", 7.0), {"account_id": "402", "name": "x"},
                           {"account_id": "403", "name": "y", "total": "1.00001"}), None, "x"]  # fmt: skip
    found = pull("profit_and_loss", saying(zoho.said(profit_and_loss=groups)), period=Period(OCTOBER, OCTOBER))
    assert [one.label for one in found.records] == ["Sales", "Total for Operating Income"]
    assert [(one.external_id, one.reason) for one in found.aside] == [
        ("402", "the field total is missing"),
        ("403", "the amount has more than four decimals"),
        (None, "a field cannot be read"),
        (None, "a field cannot be read"),
    ]


@pytest.mark.parametrize("part", ["accounts", "suppliers", "bills", "credit_notes", "bill_payments", "expenses"])
def test_an_empty_organization_has_zero_rows(part: str) -> None:
    empty = {name: [] for name in zoho.LISTS}
    assert pull(part, session(**empty)) == Pulled([], [], 1)


def test_months_without_a_report_have_no_lines() -> None:
    assert pull("balance_sheet", period=Period(date(2026, 1, 1), date(2026, 9, 1))) == Pulled([], [], 2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total": "NaN"}, "not a finite number"),
        ({"total": 1.00001}, "more than four decimals"),
        ({"date": "2026-02-30"}, "cannot be read"),
        ({"status": None}, "cannot be read"),
        ({"currency_code": ""}, "cannot be read"),
        ({"exchange_rate": -1}, "cannot be read"),
        ({"line_items": [{}]}, "the field item_total is missing"),
    ],
)
def test_a_bill_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(change: dict[str, Any], reason: str) -> None:
    rows = [zoho.BILLS[0], {**zoho.BILLS[1], **change}, None, zoho.BILLS[4]]
    found = pull("bills", session(bills=rows))
    assert [one.external_id for one in found.records] == ["b1", "b5"]
    assert [one.external_id for one in found.aside] == ["b2", None]
    assert reason in found.aside[0].reason


def test_details_that_are_none_set_their_row_aside() -> None:
    def answer(path: str, params: Mapping[str, str]) -> Any:
        return zoho.said(bill=[]) if path.startswith("bills/") else zoho.answered(path, params, bills=zoho.BILLS[:1])

    assert [one.external_id for one in pull("bills", Answering(answer)).aside] == ["b1"]


@pytest.mark.parametrize(
    "body", ["<html>", "[]", {}, {"code": 0}, {"code": 0, "bills": {}}, {"code": "0"}, {"code": 5, "bills": []}]
)
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("bills", "profit_and_loss"):
        with pytest.raises(BadAnswer):
            pull(part, saying(body))
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(saying(body))


@pytest.mark.parametrize(("code", "status"), [(44, 429), (45, 429), (1070, 429), (57, 403)])
def test_a_refusal_with_status_200_counts_as_what_it_says(code: int, status: int) -> None:
    with pytest.raises(StatusError) as caught:
        pull("bills", saying({"code": code, "message": "…"}))
    assert caught.value.status == status


def test_the_books_become_both_reports(tmp_path: Path) -> None:
    records = [record for part in ADAPTER.parts(BOTH) for record in pull(part).records]
    made = both_reports(tmp_path, shipped("zoho_books", tmp_path), records)
    assert made.findings <= {"months-missing", "month-to-date", "short-history", "low-confidence", "whole-units"}
    for label, amount in {
        "Sales": "9000.00", "Gross Profit": "7300.00", "Travel": "100.00", "Hotels": "800.00",
        "Operating Profit": "4100.00", "Net Profit/Loss": "4050.00", "Barclays": "9500.00",
        "Accumulated Depreciation": "-1000.00", "Company Visa": "600.00", "Total for Assets": "15000.00",
        "Current Year Earnings": "4050.00",
    }.items():  # fmt: skip
        assert made.line(label, OCTOBER) == Decimal(amount), label
    categories = {one.label: one.category for one in made.financials.lines}
    assert (categories["Barclays"], categories["Company Visa"], categories["Tea Leaves"]) == (
        "asset.current.cash", "liability.current.credit_cards", "expense.cost_of_sales.other"
    )  # fmt: skip
    overall = made.overall
    assert (overall.bills, overall.billed) == (3, Decimal("500.00"))
    assert (overall.outstanding_bills, overall.outstanding) == (2, Decimal("332.00"))
    assert (overall.payments, overall.paid, overall.credited) == (2, Decimal("168.00"), Decimal("10.00"))
    assert (overall.expenses, overall.expensed) == (2, Decimal("32.00"))
    assert (overall.late_bills, overall.late, overall.bills_without_due_date) == (1, Decimal("120.00"), 1)
    assert {one.method: one.measures.paid for one in made.spend.by_method if one.measures.payments} == {
        PaymentMethod.BANK_TRANSFER: Decimal("120.00"), PaymentMethod.CREDIT_CARD: Decimal("48.00")
    }  # fmt: skip
    assert {one.method: one.measures.expensed for one in made.spend.by_method if one.measures.expenses} == {
        PaymentMethod.CASH: Decimal("24.00"), PaymentMethod.CREDIT_CARD: Decimal("8.00")
    }  # fmt: skip


def test_the_catalogue_sends_a_secret_only_to_the_hosts_it_names(tmp_path: Path) -> None:
    software = shipped("zoho_books", tmp_path)
    here = software.at({"location": "ca"})
    assert here.oauth is not None
    assert here.api is not None
    assert (here.oauth.token_url, here.api.base_url) == (
        "https://accounts.zohocloud.ca/oauth/v2/token", "https://www.zohoapis.ca/books/v3"
    )  # fmt: skip
    assert here.oauth.revoke_url == "https://accounts.zohocloud.ca/oauth/v2/token/revoke"
    assert software.at({}).oauth.token_url == "https://accounts.zoho.com/oauth/v2/token"  # type: ignore[union-attr]
    for said in ("accounts.evil.example", "xx", "https://accounts.zoho.in"):
        with pytest.raises(ValueError, match="accounts"):
            software.at({"location": said})
    assert here.oauth.scope_text({"spend_analysis"}).startswith("ZohoBooks.settings.READ,ZohoBooks.accountants.READ,")
    assert "reports" not in here.oauth.scope_text({"spend_analysis"})
    assert here.oauth.extra_authorize_params == {"access_type": "offline", "prompt": "consent"}
    assert here.api.scheme == "Zoho-oauthtoken"
