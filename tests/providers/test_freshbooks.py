"""The adapter for FreshBooks: what it asks for, what becomes of the answers, and the reports that follow."""

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, LineKind, PaymentMethod, Period, SetAside
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer, StatusError
from tests.providers import freshbooks_answers as fresh
from tests.providers.answering import Answering, Pulled, both_reports, pulled, shipped

ADAPTER = providers.load("freshbooks")
BOTH = frozenset(DataType)
OCTOBER = date(2026, 10, 1)
AUTUMN = Period(date(2026, 9, 1), OCTOBER)
ROOT = "accounting/account/ABC123"


def session(**rows: list[Any]) -> Answering:
    return Answering(partial(fresh.answered, **rows), page_size=100)


def pull(part: str, asked_of: Answering | None = None, *, tenant: str = fresh.ACCOUNT, **more: Any) -> Pulled:
    return pulled(ADAPTER, asked_of or session(), part, tenant_id=tenant, **more)


def saying(body: Any, *, settings: Any = None) -> Answering:
    """One answer for everything asked of a business but its settings."""
    here = {f"{ROOT}/systems/systems/{fresh.ACCOUNT}": settings or fresh.said(system=fresh.SYSTEM)}

    def answer(path: str, params: Any) -> Any:
        return here.get(path, body) if path.startswith(ROOT) else fresh.answered(path, params)

    return Answering(answer)


def test_the_tenants_are_the_businesses_that_have_books() -> None:
    asked_of = session()
    assert [(one.id, one.name, one.country) for one in ADAPTER.tenants(asked_of)] == [
        ("ABC123", "Maple Studio Inc", "Canada"),
        ("OLD1", "Old Books", None),
    ]
    assert [(one.url, one.params) for one in asked_of.sent] == [("auth/api/v1/users/me", {})]


def test_only_what_is_consented_is_pulled_and_payments_before_bills() -> None:
    assert ADAPTER.parts(frozenset({DataType.FINANCIALS})) == (
        "company", "accounts", "profit_and_loss", "balance_sheet"
    )  # fmt: skip
    assert ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS})) == (
        "company", "accounts", "suppliers", "bill_payments", "bills", "expenses"
    )  # fmt: skip


WHO = [
    ("auth/api/v1/users/me", {}),
    (f"accounting/businesses/{fresh.UUID}/ledger_accounts/accounts", {}),
]


@pytest.mark.parametrize(
    ("part", "calls"),
    [
        ("company", [(f"{ROOT}/systems/systems/ABC123", {})]),
        ("accounts", WHO),
        ("suppliers", [(f"{ROOT}/bill_vendors/bill_vendors", {"page": "1", "per_page": "100"})]),
        ("bills", [
            (f"{ROOT}/systems/systems/ABC123", {}),
            (f"{ROOT}/bills/bills", {"page": "1", "per_page": "100", "include[]": "lines"}),
        ]),
        ("bill_payments", [(f"{ROOT}/bill_payments/bill_payments", {"page": "1", "per_page": "100"})]),
        ("expenses", [
            (f"{ROOT}/expenses/expenses", {"page": "1", "per_page": "100", "search[date_min]": "2026-09-01"})
        ]),
        ("profit_and_loss", [*WHO, *(
            (f"{ROOT}/reports/accounting/profitloss_entity",
             {"start_date": f"2026-{month}-01", "end_date": f"2026-{month}-{last}", "cash_based": "false"})
            for month, last in (("09", 30), ("10", 31))
        )]),
        ("balance_sheet", [*WHO, *(
            (f"{ROOT}/reports/accounting/balance_sheet", {"dates[]": day, "cash_based": "false"})
            for day in ("2026-09-30", "2026-10-31")
        )]),
    ],
)  # fmt: skip
def test_each_id_of_a_business_stands_where_it_belongs(part: str, calls: list[tuple[str, dict[str, str]]]) -> None:
    asked_of = session()
    pull(part, asked_of, period=AUTUMN)
    assert [(one.url, one.params, one.headers) for one in asked_of.sent] == [(*call, {}) for call in calls]


def test_pages_are_counted_by_what_came_and_not_by_what_was_asked_for() -> None:
    rows = [fresh.bill(number, 5, "2026-01-05", "1.00", "unpaid", "1.00") for number in range(1, 252)]
    asked_of = Answering(partial(fresh.answered, bills=rows), page_size=500)
    found = pull("bills", asked_of)
    assert (len(found.records), found.pages) == (251, 3)
    assert [one.url for one in asked_of.sent].count(f"{ROOT}/systems/systems/ABC123") == 1


OLD, NEW = "2024-10-31", "2024-11-01"


@pytest.mark.parametrize("part", ["bill_payments", "expenses"])
def test_nothing_older_than_the_months_that_were_consented_to_is_kept(part: str) -> None:
    made = fresh.PAYMENTS[1] if part == "bill_payments" else fresh.EXPENSES[0]
    rows = [{**made, "id": number, "date": day, "paid_date": day} for number, day in ((1, OLD), (2, NEW))]
    found = pull(part, session(**{part: rows}))
    assert ([one.external_id for one in found.records], found.aside) == (["2"], [])


def test_the_page_before_once_more_is_noticed_where_all_of_its_rows_are_too_old() -> None:
    rows = [fresh.paid(number, 1, "5.00", "Check", OLD) for number in range(3)]
    stuck = fresh.said(bill_payments=rows, page=1, pages=2, per_page=3, total=6)
    with pytest.raises(BadAnswer):
        pull("bill_payments", saying(stuck))


def test_of_an_older_bill_only_the_payments_of_those_months_are_kept_with_whom_they_were_made_to() -> None:
    paid = [fresh.paid(number, 1, "5.00", "Check", day) for number, day in ((71, OLD), (72, NEW))]
    older = fresh.bill(1, 5, OLD, "40.00", "unpaid", "30.00", bill_payments=paid, lines=[{}])
    asked_of = Answering(partial(fresh.answered, bills=[older, fresh.bill(2, 5, NEW, "1.00", "unpaid", "1.00")]), 1)
    found = pull("bills", asked_of)
    assert [(one.external_id, one.supplier_id) for one in found.records] == [("72", "5"), ("2", "5")]
    assert (found.aside, found.pages) == ([], 2)


def test_the_company_and_its_accounts_arrive() -> None:
    (company,) = pull("company").records
    assert company == books.Company(
        external_id="ABC123",
        name="Maple Studio Inc",
        base_currency="CAD",
        country="Canada",
        addresses=("1 Main St\nToronto\nOntario\nM6P\nCanada",),
        phones=("416 555 0100",),
    )
    accounts = {one.external_id: one for one in pull("accounts").records}
    assert len(accounts) == len(fresh.CHART)
    assert {one.account_class for one in accounts.values()} == set(AccountClass) - {AccountClass.OTHER}
    assert [key for key, one in accounts.items() if one.is_bank] == ["u-cash", "u-petty"]
    assert [key for key, one in accounts.items() if not one.active] == ["903"]
    assert (accounts["902"].code, accounts["902"].software_subtype) == ("6000-1", "Operating Expense")


def test_a_business_without_a_chart_says_so_and_its_other_books_are_read() -> None:
    def answer(path: str, params: Any) -> Any:
        return fresh.answered(path.replace("OLD1", fresh.ACCOUNT), params)

    missing = pull("accounts", Answering(answer), tenant="OLD1")
    assert missing == Pulled([], [SetAside("accounts", None, "the business has no chart of accounts")], 1)
    assert len(pull("bills", Answering(answer), tenant="OLD1").records) == 7


def test_suppliers_arrive_with_their_people_and_addresses() -> None:
    first, second = pull("suppliers").records
    assert first == books.Supplier(
        external_id="5", name="Example Supplies Co", contact_name="Jamie Vendor", email="jamie@supplies.example",
        addresses=("1 Example Rd\nOttawa\nK1A\nCanada",), currency="CAD", first_seen_on=date(2024, 8, 22),
    )  # fmt: skip
    assert (second.active, second.contact_name, second.addresses) == (False, None, ())


def test_bills_arrive_with_lines_booked_on_the_account_of_their_category() -> None:
    bills = {one.external_id: one for one in pull("bills").records if isinstance(one, books.Bill)}
    first = bills["1"]
    assert (first.number, first.net, first.tax, first.total, first.amount_due) == ("S-1", 100, 13, 113, 0)
    assert first.lines == (
        books.BillLine(
            net=Decimal(80), tax=Decimal("10.40"), account_id="902", description="Fuel", quantity=Decimal(2),
            unit_price=Decimal(40),
        ),
        books.BillLine(
            net=Decimal(20), tax=Decimal("2.60"), account_id="77", quantity=Decimal(1), unit_price=Decimal(20)
        ),
    )  # fmt: skip
    assert {key: (one.status, one.terms) for key, one in bills.items()} == {
        "1": (BillStatus.PAID, "30 days"),
        "2": (BillStatus.PARTIALLY_PAID, "30 days"),
        "3": (BillStatus.VOID, "due on receipt"),
        "4": (BillStatus.OPEN, "due on receipt"),
        "5": (BillStatus.PARTIALLY_PAID, "due on receipt"),
    }
    assert (bills["5"].currency, bills["5"].rate) == ("USD", None)


def test_a_bill_tells_to_whom_its_payments_were_made_which_their_own_list_does_not() -> None:
    alone = pull("bill_payments").records
    assert [(one.external_id, one.supplier_id, one.status) for one in alone] == [
        ("71", None, EntryStatus.POSTED), ("72", None, EntryStatus.POSTED), ("73", None, EntryStatus.VOID)
    ]  # fmt: skip
    told = [one for one in pull("bills").records if isinstance(one, books.BillPayment)]
    assert [(one.external_id, one.supplier_id, one.stated_method) for one in told] == [
        ("71", "5", PaymentMethod.CHEQUE), ("72", "6", PaymentMethod.CREDIT_CARD)
    ]  # fmt: skip
    assert (told[0].note, told[0].allocations) == (
        "No. 104", (books.Allocation(bill_id="1", amount=Decimal("113.00")),)
    )  # fmt: skip


def test_a_payment_in_another_currency_is_told_once() -> None:
    dollars = {**fresh.PAYMENTS[0], "amount": {"amount": "30.00", "code": "USD"}}
    rows = [{**fresh.BILLS[4], "bill_payments": [dollars]}]
    assert [type(one) for one in pull("bills", session(bills=rows)).records] == [books.Bill]


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        ("Cash", PaymentMethod.CASH),
        ("Bank Transfer", PaymentMethod.BANK_TRANSFER),
        ("ACH", PaymentMethod.BANK_TRANSFER),
        ("Credit Card", PaymentMethod.CREDIT_CARD),
        ("AMEX", PaymentMethod.CREDIT_CARD),
        ("Debit", PaymentMethod.DEBIT_CARD),
        ("Credit", PaymentMethod.OTHER),
        ("PayPal", PaymentMethod.OTHER),
        ("Barter", None),
        (None, None),
    ],
)
def test_a_payment_type_is_mapped(said: str | None, stated: PaymentMethod | None) -> None:
    rows = [{**fresh.PAYMENTS[0], "payment_type": said}]
    assert pull("bill_payments", session(bill_payments=rows)).records[0].stated_method is stated


def test_an_expense_that_was_matched_with_a_bill_is_its_payment_and_no_spend() -> None:
    first, second = pull("expenses").records
    assert (first.external_id, first.contact_name, first.note) == ("81", "Petro", "Road trip · Visa 1111")
    assert first.lines == (
        books.ExpenseLine(
            net=Decimal("50.00"), tax=Decimal("6.50"), account_id="902", description="Road trip"
        ),
    )  # fmt: skip
    assert (second.external_id, second.status, second.lines[0].account_id) == ("83", EntryStatus.VOID, None)


def figures(part: str, report: dict[str, Any], chart: list[Any] | None = None) -> list[tuple[Any, ...]]:
    def answer(path: str, params: Any) -> Any:
        if "/reports/" in path:
            return fresh.said(**{{"profit_and_loss": "profitloss"}.get(part, part): report})
        return fresh.answered(path, params, data=fresh.CHART if chart is None else chart)

    found = pull(part, Answering(answer), period=Period(OCTOBER, OCTOBER))
    assert found.aside == []
    return [(one.kind, one.section, one.label, one.amount, one.account_id) for one in found.records]


LINE, TOTAL = LineKind.LINE, LineKind.TOTAL


def test_parents_of_a_profit_and_loss_are_not_counted_with_their_children() -> None:
    income, cost, car = ("Income",), ("Cost of Goods Sold",), ("Expenses", "Car & Truck Expenses")
    assert figures("profit_and_loss", fresh.PROFIT_AND_LOSS) == [
        (LINE, income, "Sales", 12000, "u-sales"),
        (LINE, cost, "Cost of Goods Sold", 3000, "900"),
        (TOTAL, (), "Gross Profit", 9000, None),
        (LINE, ("Expenses",), "Car & Truck Expenses", 600, "901"),
        (LINE, car, "Gas", 900, "902"),
        (LINE, ("Expenses",), "Rent", 2000, "903"),
        (LINE, ("Expenses", "Sundries"), "Stamps", 60, None),
        (LINE, ("Expenses", "Sundries"), "Other", 40, None),
        (TOTAL, ("Expenses",), "Total Expenses", 3600, None),
        (TOTAL, (), "Net Profit (CAD)", 5400, None),
    ]


def test_without_a_chart_the_leaves_are_told_and_what_a_parent_has_of_its_own() -> None:
    car = fresh.entry("Car", "1500.00", fresh.entry("Gas", "900.00"), fresh.entry("Tolls", "500.00"))
    told = figures("profit_and_loss", {"income": [], "expenses": [car]}, chart=[])
    assert [(label, amount) for _, _, label, amount, _ in told] == [("Car", 100), ("Gas", 900), ("Tolls", 500)]


@pytest.mark.parametrize(("cost", "total"), [("3000.00", "9000.00"), ("-3000.00", "9000.00"), ("0.00", "12000.00")])
def test_a_cost_among_the_income_is_above_zero_however_it_is_printed(cost: str, total: str) -> None:
    income = [fresh.entry("Sales", "12000.00"), fresh.entry("Cost of Goods Sold", cost)]
    told = figures(
        "profit_and_loss", {"income": income, "expenses": [], "total_income": fresh.entry("Gross Profit", total)}
    )
    assert told[1][3] == abs(Decimal(cost))


def test_a_balance_sheet_is_read_at_its_day_and_sub_accounts_are_taken_out_of_their_account() -> None:
    current = ("Assets", "Current assets")
    assert figures("balance_sheet", fresh.BALANCE_SHEET) == [
        (LINE, current, "Cash", 6000, "u-cash"),
        (LINE, (*current, "Cash"), "Petty Cash", 310, "u-petty"),
        (LINE, current, "Accounts Receivable", 2690, "u-ar"),
        (TOTAL, current, "Total current assets", 9000, None),
        (LINE, ("Assets", "Fixed assets"), "Equipment", 1000, "u-equipment"),
        (TOTAL, ("Assets", "Fixed assets"), "Total fixed assets", 1000, None),
        (TOTAL, ("Assets",), "Total assets", 10000, None),
        (LINE, ("Liabilities", "Current liabilities"), "Accounts Payable", 2600, "u-ap"),
        (TOTAL, ("Liabilities", "Current liabilities"), "Total current liabilities", 2600, None),
        (LINE, ("Equity",), "Owner's Equity", 2000, "u-owner"),
        (LINE, ("Equity",), "Profit", 5400, None),
        (TOTAL, ("Equity",), "Total equity", 7400, None),
        (TOTAL, (), "Total liabilities and equity", 10000, None),
    ]


def test_what_cannot_be_read_of_a_report_is_set_aside_and_the_rest_stays() -> None:
    bad = {"description": "Rent", "total": {"amount": "x"}, "children": []}
    report = {"income": [fresh.entry("Sales", "5.00"), None], "expenses": [bad, fresh.entry("", "1.00")]}
    found = pull("profit_and_loss", saying(fresh.said(profitloss=report)), period=Period(OCTOBER, OCTOBER))
    assert [one.label for one in found.records] == ["Sales"]
    assert [one.external_id for one in found.aside] == [None, "Rent", ""]
    undated = {"account_name": "Cash", "account_number": "1000", "balances": fresh.stood("1.00", "2026-09-30")}
    sheet = {"data": [None, {"account_type": "asset", "accounts": [undated, "x"], "balances": fresh.stood("5.00")}]}
    found = pull("balance_sheet", saying(fresh.said(balance_sheet=sheet)), period=Period(OCTOBER, OCTOBER))
    assert [one.label for one in found.records] == ["Total assets"]
    assert [one.external_id for one in found.aside] == ["Cash", None, None]


def test_a_download_token_is_kept_nowhere() -> None:
    told = [pull(part) for part in ("profit_and_loss", "balance_sheet")]
    assert all(one.records for one in told)
    assert "secret-token" not in repr(told)


@pytest.mark.parametrize("part", ["suppliers", "bills", "bill_payments", "expenses"])
def test_an_empty_business_has_zero_rows(part: str) -> None:
    empty = {under: [] for under, _ in fresh.LISTS.values()}
    assert pull(part, session(**empty)) == Pulled([], [], 1)


@pytest.mark.parametrize("part", ["bills", "expenses"])
def test_rows_that_are_counted_and_not_shown_are_not_taken_for_none(part: str) -> None:
    hidden = fresh.said(**{part: [], "page": 1, "pages": 2, "per_page": 15, "total": 16})
    reason = "16 rows are not shown to the person who signed in"
    assert pull(part, saying(hidden)) == Pulled([], [SetAside(part, None, reason)], 1)


@pytest.mark.parametrize(("part", "errno"), [("suppliers", 31001), ("bills", 41001), ("bill_payments", 41101)])
def test_what_a_plan_does_not_have_is_told_and_the_rest_goes_on(part: str, errno: int) -> None:
    found = pull(part, saying(fresh.refused(errno)))
    assert found == Pulled([], [SetAside(part, None, "the plan of the business does not have them")], 1)


@pytest.mark.parametrize(("errno", "status"), [(1003, 403), (1012, 403), (429, 429)])
@pytest.mark.parametrize("part", ["company", "bills", "expenses", "profit_and_loss"])
def test_any_other_refusal_counts_as_one_whatever_its_status(part: str, errno: int, status: int) -> None:
    refused = fresh.refused(errno)
    with pytest.raises(StatusError) as caught:
        pull(part, saying(refused, settings=refused))
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total_amount": {"amount": "NaN"}}, "not a finite number"),
        ({"total_amount": {"amount": "1.00001"}}, "more than four decimals"),
        ({"total_amount": None}, "the field total_amount is missing"),
        ({"issue_date": "2026-02-30"}, "cannot be read"),
        ({"status": None}, "cannot be read"),
        ({"currency_code": ""}, "cannot be read"),
        ({"lines": [{}]}, "the field amount is missing"),
    ],
)
def test_a_bill_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(change: dict[str, Any], reason: str) -> None:
    rows = [fresh.BILLS[3], {**fresh.BILLS[1], **change}, None, fresh.BILLS[4]]
    found = pull("bills", session(bills=rows))
    assert [one.external_id for one in found.records] == ["4", "5"]
    assert [one.external_id for one in found.aside] == ["2", None]
    assert reason in found.aside[0].reason


@pytest.mark.parametrize("body", ["<html>", "[]", {}, {"response": {}}, {"response": {"result": {"bills": {}}}}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("bills", "profit_and_loss", "balance_sheet"):
        with pytest.raises(BadAnswer):
            pull(part, saying(body))
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(Answering(lambda *_: body))


def test_the_books_become_both_reports(tmp_path: Path) -> None:
    records = [record for part in ADAPTER.parts(BOTH) for record in pull(part).records]
    made = both_reports(tmp_path, shipped("freshbooks", tmp_path), records)
    assert made.findings <= {"months-missing", "month-to-date", "short-history", "low-confidence", "whole-units"}
    for label, amount in {
        "Sales": "12000.00", "Cost of Goods Sold": "3000.00", "Gross Profit": "9000.00", "Gas": "900.00",
        "Total Expenses": "3600.00", "Net Profit (CAD)": "5400.00", "Cash": "6000.00", "Petty Cash": "310.00",
        "Total assets": "10000.00", "Profit": "5400.00", "Total liabilities and equity": "10000.00",
    }.items():  # fmt: skip
        assert made.line(label, OCTOBER) == Decimal(amount), label
    categories = {one.label: one.category for one in made.financials.lines}
    assert (categories["Petty Cash"], categories["Rent"]) == ("asset.current.cash", "expense.operating.premises.rent")
    overall = made.overall
    # The bill in US dollars states no rate and is set aside.
    assert (overall.bills, overall.billed) == (3, Decimal("353.00"))
    assert (overall.outstanding_bills, overall.outstanding) == (2, Decimal("90.00"))
    assert (overall.payments, overall.paid, overall.late) == (2, Decimal("263.00"), Decimal("113.00"))
    assert (overall.expenses, overall.expensed, overall.credit_notes) == (1, Decimal("56.50"), 0)
    assert {one.method: one.measures.paid for one in made.spend.by_method if one.measures.payments} == {
        PaymentMethod.CHEQUE: Decimal("113.00"), PaymentMethod.CREDIT_CARD: Decimal("150.00")
    }  # fmt: skip
    assert {one.method: one.measures.expensed for one in made.spend.by_method if one.measures.expenses} == {
        PaymentMethod.CREDIT_CARD: Decimal("56.50")
    }
    assert made.spend.suppliers == 2


def test_the_catalogue_knows_that_a_refresh_token_is_good_once(tmp_path: Path) -> None:
    software = shipped("freshbooks", tmp_path)
    assert software.oauth is not None
    assert (software.tokens.rotates, software.tokens.grace_seconds, software.tokens.refresh_days) == (True, 0, None)
    assert software.oauth.redirect_on_refresh
    assert software.oauth.scope_text({"financials"}).split()[-1] == "user:reports:read"
    assert all(scope.endswith(":read") for scope in software.oauth.scopes_for({"financials", "spend_analysis"}))
