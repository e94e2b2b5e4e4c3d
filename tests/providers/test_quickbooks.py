"""The adapter for QuickBooks Online: one made company through every part and to both reports, and odd answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, LineKind, PaymentMethod
from linkflow.domain.money import to_base
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer
from tests.providers.answering import Answering, Request, both_reports, shipped
from tests.providers.answering import pulled as pull
from tests.providers.quickbooks_company import (
    BILL,
    BY_CARD,
    CHECKING,
    OCTOBER,
    REALM,
    TABLES,
    Company,
    by_check,
    entry,
    item_line,
    line,
    linked,
    purchase,
)

ADAPTER = providers.load("quickbooks")
BOTH = frozenset(DataType)


def session(answer: Any = None, *, page_size: int = 500, realm: str = REALM) -> Answering:
    return Answering(answer or Company(), given={"realmId": realm}, page_size=page_size)


def pulled(part: str, answer: Any = None, **more: Any) -> tuple[list[Any], list[Any], int]:
    found = pull(ADAPTER, session(answer, **more), part, tenant_id=REALM)
    return found.records, found.aside, found.pages


def only(part: str, *rows: Any, key: str = "") -> tuple[list[Any], list[Any]]:
    """What becomes of these rows of a part."""
    found, aside, _ = pulled(part, Company(**{key or ENTITIES[part]: list(rows)}))
    return found, aside


ENTITIES = {
    "bills": "Bill", "bill_payments": "BillPayment", "expenses": "Purchase", "credit_notes": "VendorCredit",
    "suppliers": "Vendor", "accounts": "Account",
}  # fmt: skip


def test_the_company_is_the_one_the_callback_named() -> None:
    asked = session()
    (tenant,) = ADAPTER.tenants(asked)
    assert (tenant.id, tenant.name, tenant.country, tenant.currency) == (REALM, "Craig's Landscaping", "US", "USD")
    assert tenant.legal_name == "Craig's Design and Landscaping Services, Inc."
    assert asked.sent == [
        Request(f"v3/company/{REALM}/companyinfo/{REALM}", {}, {}),
        Request(f"v3/company/{REALM}/preferences", {}, {}),
    ]


@pytest.mark.parametrize("realm", ["", "1/../2", "12?x=1", "abc", "١٢٣"])
def test_a_callback_that_names_no_company_opens_none(realm: str) -> None:
    asked = session(realm=realm)
    assert ADAPTER.tenants(asked) == ()
    assert asked.sent == []


def test_every_request_is_a_query_or_a_report_of_the_company() -> None:
    asked = session()
    for part in ADAPTER.parts(BOTH):
        pull(ADAPTER, asked, part, tenant_id=REALM)
    paths = [one.url.removeprefix(f"v3/company/{REALM}/") for one in asked.sent]
    assert set(paths) == {
        f"companyinfo/{REALM}", "preferences", "query", "reports/ProfitAndLoss", "reports/BalanceSheet"
    }  # fmt: skip
    queries = [one.params["query"] for one in asked.sent if one.url.endswith("/query")]
    tail = "ORDERBY Id STARTPOSITION 1 MAXRESULTS 500"
    short = "ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    active = "WHERE Active IN (true, false)"
    dated = "WHERE TxnDate >= '2024-11-01'"
    own = "WHERE AccountType IN ('Accounts Payable', 'Bank', 'Credit Card') AND Active IN (true, false)"
    assert queries == [
        f"SELECT * FROM Account {active} {tail}",
        f"SELECT * FROM Vendor {active} {tail}",
        f"SELECT * FROM Term {active} {short}",
        f"SELECT * FROM Bill {dated} {tail}",
        f"SELECT * FROM Term {active} {short}",
        f"SELECT * FROM Item WHERE Id IN ('11', '12') AND Active IN (true, false) {short}",
        f"SELECT * FROM VendorCredit {dated} {tail}",
        f"SELECT * FROM BillPayment {dated} {tail}",
        f"SELECT * FROM Purchase {dated} {tail}",
        f"SELECT * FROM Account {own} {short}",
    ]
    reports = [one.params for one in asked.sent if one.url.endswith("/ProfitAndLoss")]
    assert reports[0] == {
        "start_date": "2024-11-01", "end_date": "2025-04-30", "summarize_column_by": "Month",
        "accounting_method": "Accrual",
    }  # fmt: skip
    assert [(one["start_date"], one["end_date"]) for one in reports[1:]] == [
        ("2025-05-01", "2025-10-31"),
        ("2025-11-01", "2026-04-30"),
        ("2026-05-01", "2026-10-31"),
        ("2026-11-01", "2026-11-30"),
    ]
    assert all(one.headers == {} for one in asked.sent)


def test_only_what_is_consented_is_pulled() -> None:
    spend = set(ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS})))
    assert spend & {"profit_and_loss", "balance_sheet"} == set()
    assert set(ADAPTER.parts(frozenset({DataType.FINANCIALS}))) == {
        "company", "accounts", "profit_and_loss", "balance_sheet"
    }  # fmt: skip


def test_a_list_is_read_to_the_first_page_that_is_not_full() -> None:
    asked = session(page_size=2)
    found = pull(ADAPTER, asked, "bills", tenant_id=REALM)
    assert [one.external_id for one in found.records] == ["101", "102", "103", "104"]
    assert (found.aside, found.pages) == ([], 3)
    queries = [one.params.get("query", "") for one in asked.sent]
    starts = [one.split(" STARTPOSITION ")[1] for one in queries if "FROM Bill " in one]
    assert starts == ["1 MAXRESULTS 2", "3 MAXRESULTS 2", "5 MAXRESULTS 2"]


def test_a_page_that_names_too_many_items_is_cut_so_that_its_calls_are_few() -> None:
    items = [{"Id": f"{n}", "Type": "Service", "ExpenseAccountRef": {"value": "80"}} for n in range(3000)]

    def many(key: str, first: int, count: int) -> dict[str, Any]:
        return BILL | {"Id": key, "Line": [item_line(1, f"{n}", 1, 1) for n in range(first, first + count)]}

    bills = [many("1", 0, 700), many("2", 700, 500), many("3", 1200, 10), many("4", 1210, 1300), many("5", 0, 1)]
    asked = session(Company(Item=items, Bill=bills), page_size=4)
    found = pull(ADAPTER, asked, "bills", tenant_id=REALM)
    assert [one.external_id for one in found.records] == ["1", "2", "3", "4", "5"]
    assert {line.account_id for one in found.records for line in one.lines} == {"80"}
    queries = [one.params["query"] for one in asked.sent]
    pages = [place for place, one in enumerate(queries) if "FROM Bill " in one]
    assert [int(queries[place].split()[-3]) for place in pages] == [1, 3, 4, 5]
    ends = [*pages[1:], len(queries)]
    assert max(end - place for place, end in zip(pages, ends, strict=True)) <= 10


def test_the_same_page_again_is_refused() -> None:
    def again(path: str, params: Mapping[str, str]) -> Any:
        return {"QueryResponse": {"Bill": [BILL, BILL], "startPosition": 1, "maxResults": 2}}

    with pytest.raises(BadAnswer):
        pulled("bills", again, page_size=2)


def test_the_company_arrives() -> None:
    (company,), aside, _ = pulled("company")
    assert aside == []
    assert company == books.Company(
        external_id=REALM,
        name="Craig's Landscaping",
        legal_name="Craig's Design and Landscaping Services, Inc.",
        base_currency="USD",
        country="US",
        addresses=("123 Sierra Way\nSan Pablo\n87999",),
        phones=("+1 650 555 0100",),
        year_end="12-31",
    )


def test_accounts_keep_the_words_of_their_types_and_none_is_left_out() -> None:
    found, aside, _ = pulled("accounts")
    by_id = {one.external_id: one for one in found}
    assert (len(found), aside) == (len(TABLES["Account"]), [])
    assert (by_id["35"].is_bank, by_id["35"].is_card, by_id["35"].code) == (True, False, "1000")
    assert (by_id["41"].is_card, by_id["41"].account_class) == (True, AccountClass.LIABILITY)
    assert (by_id["17"].software_type, by_id["17"].software_subtype) == ("Expense", "RentOrLeaseOfBuildings")
    assert not by_id["90"].active
    (odd,), _ = only("accounts", {"Id": "7", "Name": "Notes"})
    assert odd.account_class is AccountClass.OTHER


def test_suppliers_come_with_their_terms_and_without_a_persons_tax_number() -> None:
    norton, blumen = pulled("suppliers")[0]
    assert norton == books.Supplier(
        external_id="56",
        name="Norton Lumber",
        contact_name="Julie Norton",
        email="julie@example.com",
        phone="555-1234",
        addresses=("1 Saw Mill\nMillbrae",),
        currency="USD",
        terms="Net 30",
    )
    assert (blumen.active, blumen.currency, blumen.terms) == (False, "EUR", None)


def test_bills_come_with_their_status_their_terms_and_their_items_accounts() -> None:
    paid, partly, bare, void = pulled("bills")[0]
    assert (paid.total, paid.net, paid.tax, paid.amount_due) == (420, 400, 20, 0)
    assert (paid.issued_on, paid.due_on, paid.number, paid.terms) == (
        date(2026, 9, 1), date(2026, 10, 1), "L-1", "Net 30"
    )  # fmt: skip
    lumber, pump = paid.lines
    assert (lumber.net, lumber.account_id, lumber.description) == (300, "80", "Lumber")
    # Kept in stock, so bought into the stock's account; the service is an expense.
    assert (pump.account_id, pump.quantity, pump.unit_price) == ("81", 8, Decimal("12.5"))
    assert [one.account_id for one in partly.lines] == ["80"]
    assert [one.status for one in (paid, partly, bare, void)] == [
        BillStatus.PAID, BillStatus.PARTIALLY_PAID, BillStatus.OPEN, BillStatus.VOID
    ]  # fmt: skip
    assert (bare.currency, bare.rate, bare.due_on, bare.terms, bare.lines) == ("USD", None, None, None, ())


def test_a_rate_is_home_units_for_one_of_the_bills_own() -> None:
    partly = pulled("bills")[0][1]
    stated = next(one["HomeBalance"] for one in TABLES["Bill"] if one["Id"] == "102")
    assert to_base(partly.amount_due, partly.rate, currency="USD") == Decimal(str(stated))


def test_payments_settle_with_their_money_and_not_with_credits() -> None:
    card, transfer, void = pulled("bill_payments")[0]
    assert (card.total, card.account_id, card.stated_method) == (400, "41", PaymentMethod.CREDIT_CARD)
    assert card.allocations == (books.Allocation(bill_id="101", amount=Decimal("400.0")),)
    assert (transfer.stated_method, transfer.note, transfer.rate) == (None, "ACH", Decimal("1.2"))
    assert (void.external_id, void.status, void.allocations) == ("203", EntryStatus.VOID, ())


@pytest.mark.parametrize(
    ("change", "method"),
    [
        (by_check(printed="NeedToPrint"), PaymentMethod.CHEQUE),
        (by_check(), PaymentMethod.CHEQUE),
        (by_check() | {"DocNumber": "1042"}, PaymentMethod.CHEQUE),
        (by_check() | {"PrivateNote": "paid by wire"}, None),
        (by_check(name="Visa debit"), None),
        (BY_CARD, PaymentMethod.CREDIT_CARD),
        ({"PayType": "Barter"}, None),
    ],
)
def test_a_check_is_what_its_account_or_note_say_first(change: dict[str, Any], method: PaymentMethod | None) -> None:
    (found,), _ = only("bill_payments", entry("1", "10-11", 9, **change))
    assert found.stated_method == method


@pytest.mark.parametrize(
    ("total", "lines", "settled"),
    [
        (150, [linked(100, "1"), linked(50, "2")], {"1": 100, "2": 50}),
        (100, [linked(100, "1"), linked(50, "2"), linked(50, "9", "VendorCredit")], {"1": 50, "2": 50}),
        (10, [linked(100, "1"), linked(50, "2"), linked(140, "9", "JournalEntry")], {"2": 10}),
        (200, [linked(100, "1")], {"1": 100}),
        (100, [linked(60, "1"), linked(40, "1")], {"1": 100}),
    ],
)
def test_what_a_payment_settles_is_never_more_than_it_paid(
    total: int, lines: list[Any], settled: dict[str, int]
) -> None:
    (found,), _ = only("bill_payments", entry("1", "10-11", total, **BY_CARD, Line=lines))
    assert {one.bill_id: one.amount for one in found.allocations} == settled


def test_a_vendor_credit_is_a_credit_note() -> None:
    note, void = pulled("credit_notes")[0]
    assert (note.total, note.number, note.supplier_id, note.status) == (20, "C-1", "56", EntryStatus.POSTED)
    assert void.status is EntryStatus.VOID


def test_a_purchase_is_an_expense_but_for_what_pays_bills_or_moves_money() -> None:
    found, aside, _ = pulled("expenses")
    assert aside == []
    expenses = {one.external_id: one for one in found if isinstance(one, books.Expense)}
    payments = [one for one in found if isinstance(one, books.BillPayment)]
    assert {key: one.total for key, one in expenses.items()} == {
        "401": Decimal("45.5"), "402": Decimal("-5.5"), "403": 10, "404": 30, "406": 0
    }  # fmt: skip
    lunch, refund, cash = (expenses[key] for key in ("401", "402", "403"))
    assert (lunch.supplier_id, lunch.contact_name, lunch.stated_method) == (
        None, "Lunch Bar", PaymentMethod.CREDIT_CARD
    )  # fmt: skip
    assert [one.net for one in refund.lines] == [Decimal("-5.5")]
    assert (cash.supplier_id, cash.account_id, cash.stated_method) == ("56", "36", None)
    assert expenses["406"].status is EntryStatus.VOID
    (on_account,) = payments
    assert (on_account.external_id, on_account.total, on_account.supplier_id) == ("purchase-404", 100, "56")
    assert (on_account.stated_method, on_account.allocations) == (PaymentMethod.CHEQUE, ())


def test_a_purchase_linked_to_a_bill_pays_it() -> None:
    links = [{"TxnId": "103", "TxnType": "Bill"}]
    row = purchase("9", "Check", CHECKING, "10-11", 70, line(70, "13"), LinkedTxn=links)
    (found,), _ = only("expenses", row)
    assert isinstance(found, books.BillPayment)
    assert found.allocations == (books.Allocation(bill_id="103", amount=Decimal(70)),)


@pytest.mark.parametrize(
    ("own", "method"),
    [
        ("1", PaymentMethod.CASH),
        ("2", PaymentMethod.CHEQUE),
        ("3", PaymentMethod.CREDIT_CARD),
        ("4", None),
        ("5", PaymentMethod.DIRECT_DEBIT),
        ("99", None),
    ],
)
def test_the_companys_own_list_of_ways_to_pay_comes_first(own: str, method: PaymentMethod | None) -> None:
    row = purchase("9", "Cash", CHECKING, "10-11", 70, line(70, "13"), PaymentMethodRef={"value": own})
    (found,), _ = only("expenses", row)
    assert found.stated_method == method


def test_the_amount_in_the_heading_of_a_parent_account_is_a_line_below_it() -> None:
    found = {(one.label, one.kind): one for one in pulled("profit_and_loss")[0] if one.period_end.month == 10}
    own = found["Landscaping Services", LineKind.LINE]
    assert (own.amount, own.account_id, own.section) == (
        Decimal("197.50"), "45", ("Income", "Landscaping Services")
    )  # fmt: skip
    assert found["Total Landscaping Services", LineKind.TOTAL].section == own.section
    assert found["Gross Profit", LineKind.TOTAL].section == ()


def test_statements_come_in_five_pages_with_distinct_ids_and_no_column_of_totals() -> None:
    for part in ("profit_and_loss", "balance_sheet"):
        found, aside, pages = pulled(part)
        assert (aside, pages) == ([], 5)
        assert len({one.external_id for one in found}) == len(found)
        assert {one.period_end for one in found if one.amount} <= {
            date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)
        }  # fmt: skip


def changed_report(change: Any) -> Any:
    """The company with every report changed on its way."""
    whole = Company()

    def answer(path: str, params: Mapping[str, str]) -> Any:
        found = whole(path, params)
        return change(found) or found if "/reports/" in path else found

    return answer


def test_a_report_that_says_it_has_no_data_has_no_lines() -> None:
    def empty(found: Any) -> None:
        found["Header"]["Option"][1]["Value"] = "true"

    assert pulled("profit_and_loss", changed_report(empty)) == ([], [], 5)


def test_a_report_row_that_cannot_be_read_is_set_aside_and_the_rest_goes_on() -> None:
    def spoil(found: Any) -> None:
        rows = found["Rows"]["Row"]
        rows[0]["Rows"]["Row"][0]["ColData"][-2]["value"] = "1.2.3"
        rows.insert(1, "not a row")
        rows.insert(2, {"ColData": [{"value": ""}, {"value": "5.00"}], "type": "Data"})
        rows.insert(3, {"ColData": [{"value": ""}, {"value": ""}], "type": "Data"})

    whole, _, pages = pulled("profit_and_loss")
    found, aside, _ = pulled("profit_and_loss", changed_report(spoil))
    assert [(one.external_id, one.reason) for one in aside] == [
        (None, "a field cannot be read"),
        (None, "a field cannot be read"),
        ("1", "a field cannot be read"),
    ] * pages
    lost = [one for one in whole if one not in [replace(each, position=one.position) for each in found]]
    assert [(one.label, one.period_end) for one in lost] == [("Sales", date(2026, 10, 31))]


def test_gross_profit_in_the_heading_of_nothing_is_a_total() -> None:
    def older(found: Any) -> None:
        for one in found["Rows"]["Row"]:
            if "Header" not in one:
                one["Header"] = one.pop("Summary")

    found = pulled("profit_and_loss", changed_report(older))[0]
    assert {(one.label, one.section) for one in found if one.kind is LineKind.TOTAL and not one.section} == {
        ("Gross Profit", ()), ("Net Operating Income", ()), ("Net Income", ())
    }  # fmt: skip


@pytest.mark.parametrize("data", [None, "x", [], [{"Name": "StartDate", "Value": "2026"}], ["x"]])
def test_a_report_without_a_column_of_a_month_is_a_bad_answer(data: Any) -> None:
    def blind(found: Any) -> None:
        for column in found["Columns"]["Column"]:
            column["MetaData"] = data

    with pytest.raises(BadAnswer):
        pulled("balance_sheet", changed_report(blind))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"TotalAmt": 10.00001}, "more than four decimals"),
        ({"TotalAmt": "NaN"}, "not a finite number"),
        ({"TotalAmt": 1e20}, "above 900"),
        ({"TotalAmt": None}, "cannot be read"),
        ({"TxnDate": "2026-02-30"}, "cannot be read"),
        ({"TxnDate": None}, "cannot be read"),
        ({"ExchangeRate": -1}, "cannot be read"),
        ({"Line": [line("much", "13")]}, "cannot be read"),
        ({"Line": [{key: held for key, held in line(1, "13").items() if key != "Amount"}]}, "Amount is missing"),
        ({"VendorRef": "56", "TxnTaxDetail": "none"}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    found, aside = only("bills", BILL, BILL | {"Id": "2"} | change, BILL | {"Id": "3"}, None, "x", {"DocNumber": "1"})
    assert [one.external_id for one in found] == ["101", "3"]
    assert [(one.kind, one.external_id) for one in aside] == [
        ("bills", "2"), ("bills", None), ("bills", None), ("bills", None)
    ]  # fmt: skip
    assert reason in aside[0].reason


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><title>Down for maintenance</title>",
        [],
        {},
        {"QueryResponse": []},
        {"QueryResponse": {"Bill": {"Id": "1"}}},
        {"Fault": {"Error": [{"Message": "x", "code": "610"}], "type": "ValidationFault"}},
        {"fault": {"error": []}},
    ],
)
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("bills", "company", "profit_and_loss"):
        with pytest.raises(BadAnswer):
            pulled(part, lambda path, params: body)
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(session(lambda path, params: body))


@pytest.mark.parametrize("part", sorted(ENTITIES))
def test_an_empty_company_has_zero_rows(part: str) -> None:
    empty = Company(**{name: [] for name in TABLES})
    assert pulled(part, empty) == ([], [], 1)


def test_an_item_whose_id_is_no_id_is_put_into_no_query() -> None:
    found, aside = only("bills", BILL | {"Line": [item_line(5, "1') OR Id IN ('2", 1, 5)]})
    assert (found[0].lines[0].account_id, aside) == (None, [])


def test_the_catalogue_asks_for_what_the_product_needs(tmp_path: Path) -> None:
    software = shipped("quickbooks", tmp_path)
    assert software.adapter
    assert not software.read_only
    assert software.oauth is not None
    assert software.oauth.required_callback_params == ("realmId",)
    assert software.api is not None
    assert software.api.params == {"minorversion": "75"}
    assert (software.oauth.revoke_ends_all, software.oauth.sibling_param) == (True, "realmId")
    assert (software.oauth.revoke_json, software.oauth.token_headers) == (
        True, {"x-include-refresh-token-hard-expires-in": "true"}
    )  # fmt: skip
    assert (software.tokens.refresh_life_field, software.tokens.sign_in_life_field) == (
        "x_refresh_token_expires_in", "x_refresh_token_hard_expires_in"
    )  # fmt: skip


def test_both_reports_have_the_books_figures(tmp_path: Path) -> None:
    records = [one for part in ADAPTER.parts(BOTH) for one in pulled(part)[0]]
    made = both_reports(tmp_path, shipped("quickbooks", tmp_path), records)
    place = made.financials.months.index(OCTOBER)
    amounts = {one.label: one.amounts[place] for one in made.financials.lines if one.amounts[place] is not None}
    assert amounts == {
        "Sales": 1200, "Landscaping Services": Decimal("197.50"), "Job Materials": Decimal("102.50"),
        "Total Landscaping Services": 300, "Discounts given": -20, "Total Income": 1480, "Cost of Goods Sold": 500,
        "Total Cost of Goods Sold": 500, "Gross Profit": 980, "Meals and Entertainment": Decimal("45.50"),
        "Rent or Lease": 300, "Total Expenses": Decimal("345.50"), "Net Operating Income": Decimal("634.50"),
        "Net Income": Decimal("934.50"), "Checking": Decimal("1934.50"), "Total Bank Accounts": Decimal("1934.50"),
        "Total Current Assets": Decimal("1934.50"), "TOTAL ASSETS": Decimal("1934.50"),
        "Accounts Payable (A/P)": 450, "Total Accounts Payable": 450, "Mastercard": 50, "Total Credit Cards": 50,
        "Total Current Liabilities": 500, "Total Liabilities": 500, "Opening Balance Equity": 500,
        "Total Equity": Decimal("1434.50"), "TOTAL LIABILITIES AND EQUITY": Decimal("1934.50"),
    }  # fmt: skip
    categories = {one.account_id: one.category for one in made.financials.lines if one.account_id}
    assert categories == {
        "1": "income.revenue.goods", "5": "income.sales_reductions.discounts", "45": "income.revenue.services",
        "46": "income.revenue.services", "80": "expense.cost_of_sales.materials",
        "13": "expense.operating.vehicles_and_travel.subsistence", "17": "expense.operating.premises.rent",
        "35": "asset.current.cash", "33": "liability.current.trade_payables",
        "41": "liability.current.credit_cards", "34": "equity.opening_balance",
    }  # fmt: skip
    assert "check-failed" not in made.findings
    overall = made.overall
    # 420.00, 100.00 euros at 1.10, 80.00; the void one counts nowhere.
    assert (overall.bills, overall.billed, overall.credited) == (3, 610, 20)
    # 50.00 euros at 1.10, and 80.00.
    assert (overall.outstanding_bills, overall.outstanding) == (2, 135)
    # 400.00 by card, 50.00 euros at 1.20 by transfer, 100.00 by check on account.
    assert (overall.payments, overall.paid) == (3, 560)
    # 45.50 less 5.50 by card, 10.00 in cash, 30.00 by check.
    assert (overall.expenses, overall.expensed, overall.total) == (4, 80, 690)
    # The first bill, due on the first of October, was paid on the eleventh.
    assert (overall.late_bills, overall.late) == (1, 420)
    by_method = {one.method: (one.measures.paid, one.measures.expensed) for one in made.spend.by_method}
    assert {method: sums for method, sums in by_method.items() if any(sums)} == {
    PaymentMethod.CREDIT_CARD: (400, 40), PaymentMethod.BANK_TRANSFER: (60, 0), PaymentMethod.CHEQUE: (100, 30),
    PaymentMethod.CASH: (0, 10),
    }  # fmt: skip
