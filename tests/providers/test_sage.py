"""The adapter for Sage Accounting: a small bakery's books as Sage's lists show them, and answers it should not give."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, PaymentMethod, Statement
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer
from tests.providers.answering import Answering, Pulled, both_reports, pulled, shipped

ADAPTER = providers.load("sage")
BUSINESS = "b-1"
BOTH = frozenset(DataType)


def ref(key: str, shown: str = "") -> dict[str, str]:
    return {"id": key, "displayed_as": shown or key, "$path": f"/somewhere/{key}"}


def account(key: str, name: str, kind: str, group: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "displayed_as": f"{name} ({key})",
        "$path": f"/ledger_accounts/{key}",
        "name": name,
        "nominal_code": int(key),
        "ledger_account_type": ref(kind),
        "ledger_account_group": {"id": group, "displayed_as": group.title()},
        "included_in_chart": True,
        "is_control_account": False,
        "tax_rate": None,
        **more,
    }


ACCOUNTS = [
    account("1100", "Trade Debtors", "CURRENT_ASSETS", "ASSET", is_control_account=True),
    account("1200", "Current", "BANK", "ASSET"),
    account("1210", "Company Card", "BANK", "ASSET"),
    account("2100", "Trade Creditors", "CURRENT_LIABILITY", "LIABILITY"),
    account("3000", "Ordinary Shares", "EQUITY", "CAPITAL"),
    account("4000", "Bread Sales", "SALES", "INCOME"),
    account("5000", "Flour", "DIRECT_EXPENSES", "EXPENDITURE"),
    account("7100", "Rent", "OVERHEADS", "EXPENDITURE", included_in_chart=False),
]
BANKS = [
    {"id": "bank-current", "ledger_account": ref("1200"), "bank_account_type": ref("CHECKING")},
    {"id": "bank-card", "ledger_account": ref("1210"), "bank_account_type": ref("CREDIT_CARD")},
    {"id": "bank-odd", "ledger_account": "1220"},
]
# Day, account debited, account credited, amount. The year ends with March.
ENTRIES = [
    ("2024-06-01", "1200", "3000", "1000"),
    ("2025-02-10", "1200", "4000", "300"),
    ("2026-09-05", "5000", "2100", "100"),
    ("2026-10-02", "1100", "4000", "500"),
    ("2026-10-20", "7100", "1210", "250"),
    ("2026-11-03", "2100", "1200", "100"),
]


def with_balance(row: Mapping[str, Any], first: str, last: str) -> dict[str, Any]:
    """What a ledger account came to between two days, as numbers with a point."""
    inside = [one for one in ENTRIES if first <= one[0] <= last]
    debits = sum(float(one[3]) for one in inside if one[1] == row["id"])
    credited = sum(float(one[3]) for one in inside if one[2] == row["id"])
    details = {
        "balance": abs(debits - credited),
        "credit_or_debit": "debit" if debits >= credited else "credit",
        "debits": debits,
        "credits": credited,
        "from_date": first,
        "to_date": last,
    }
    return {**row, "balance_details": details}


def line(net: float, tax: float, account_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "l",
        "description": "as ordered",
        "ledger_account": ref(account_id),
        "quantity": 2.0,
        "unit_price": net / 2,
        "net_amount": net,
        "tax_amount": tax,
        "total_amount": net + tax,
        **more,
    }


def invoice(key: str, on: str, net: float, tax: float, **more: Any) -> dict[str, Any]:
    total = net + tax
    return {
        "id": key,
        "displayed_as": key,
        "contact": ref("c-1", "Miller & Sons"),
        "date": on,
        "due_date": None,
        "reference": f"PI-{key}",
        "vendor_reference": "",
        "currency": ref("GBP"),
        "exchange_rate": 1.0,
        "net_amount": net,
        "tax_amount": tax,
        "total_amount": total,
        "base_currency_total_amount": total,
        "outstanding_amount": total,
        "status": ref("UNPAID"),
        "void_reason": None,
        "invoice_lines": [line(net, tax, "5000")],
        **more,
    }


INVOICES = [
    invoice(
        "pi-1", "2026-09-05", 100.0, 20.0, due_date="2026-10-05", vendor_reference="INV-77", outstanding_amount=0.0,
        status=ref("PAID"),
    ),
    invoice(
        "pi-2", "2026-10-12", 200.0, 0.0, contact=ref("c-2", "Ovens Inc"), currency=ref("USD"), exchange_rate=1.25,
        base_currency_total_amount=160.0, outstanding_amount=50.0, status=ref("PART_PAID"), due_date="2026-10-26",
    ),
    invoice("pi-3", "2026-10-13", 900.0, 99.0, status=ref("VOID"), void_reason="entered twice"),
    invoice("pi-4", "2026-10-14", 70.0, 0.0, status=ref("DRAFT")),
]  # fmt: skip


def quick(key: str, kind: str, net: float, tax: float) -> dict[str, Any]:
    row = invoice(key, "2026-10-15", net, tax, quick_entry_type=ref(kind), ledger_account=ref("7100"), details="keys")
    return {name: value for name, value in row.items() if name not in ("invoice_lines", "due_date", "void_reason")}


QUICK_ENTRIES = [quick("qe-1", "INVOICE", 30.0, 6.0), quick("qe-2", "CREDIT_NOTE", 10.0, 2.0)]
CREDIT_NOTES = [
    invoice("pc-1", "2026-09-20", 8.0, 2.0, payments_allocations=[
        {"date": "2026-09-20", "type": "allocation", "amount": 10.0, "discount": 0.0, "artefact": ref("pi-1")},
        {"date": "2026-09-20", "type": "refund", "amount": 0.0, "artefact": None},
    ]),
    invoice("pc-2", "2026-09-21", 5.0, 1.0, void_reason="wrong supplier", status=ref("VOID")),
]  # fmt: skip


def paid(key: str, on: str, total: float, bank: str, how: str, shown: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "transaction_type": ref("VENDOR_PAYMENT"),
        "payment_method": ref(how, shown),
        "contact": ref("c-1", "Miller & Sons"),
        "bank_account": ref(bank),
        "date": on,
        "net_amount": total,
        "total_amount": total,
        "currency": ref("GBP"),
        "exchange_rate": 1.0,
        "base_currency_total_amount": total,
        "reference": "ref",
        "allocated_artefacts": [],
        "deleted_at": None,
        **more,
    }


def allocated(bill: str, amount: float) -> dict[str, Any]:
    return {"id": "aa", "artefact": ref(bill), "amount": amount, "discount": 0.0}


PAYMENTS = [
    paid("cp-1", "2026-11-03", 120.0, "bank-current", "ELECTRONIC", allocated_artefacts=[allocated("pi-1", 120.0)]),
    paid(
        "cp-2", "2026-11-10", 150.0, "bank-card", "CREDIT_DEBIT", contact=ref("c-2"), currency=ref("USD"),
        base_currency_total_amount=120.0, allocated_artefacts=[allocated("pi-2", 150.0)],
    ),
    paid("cp-3", "2026-11-12", 40.0, "bank-current", "M17", "Prélèvement"),
    paid("cp-4", "2026-11-13", 5.0, "bank-current", "CREDIT_DEBIT"),
    paid("cp-5", "2026-11-14", 77.0, "bank-current", "CASH", deleted_at="2026-11-15T09:00:00Z"),
]  # fmt: skip
OTHER_PAYMENTS = [
    {
        "id": "op-1", "payment_method": ref("CREDIT_DEBIT"), "contact": None, "bank_account": ref("bank-card"),
        "date": "2026-10-20", "net_amount": 250.0, "tax_amount": 0.0, "total_amount": 250.0, "reference": None,
        "base_currency_total_amount": 250.0,
        "payment_lines": [{"ledger_account": ref("7100"), "details": "October", "net_amount": 250.0, "tax_amount": 0}],
    }
]  # fmt: skip
CONTACTS = [
    {
        "id": "c-1", "displayed_as": "Miller & Sons (MIL)", "name": "Miller & Sons", "credit_days": 30,
        "currency": ref("GBP"), "tax_number": "GB123", "email": "mill@example.com",
        "main_contact_person": {"id": "p", "name": "Ann Miller", "telephone": "0114 496 0000"},
        "main_address": {"address_line_1": "1 Mill Lane", "city": "Sheffield", "country": ref("GB", "United Kingdom")},
    },
    {"id": "c-2", "displayed_as": "Ovens Inc", "name": None, "credit_days": None, "main_address": None},
]  # fmt: skip
LISTS: dict[str, list[Any]] = {
    "ledger_accounts": ACCOUNTS,
    "bank_accounts": BANKS,
    "contacts": CONTACTS,
    "purchase_invoices": INVOICES,
    "purchase_quick_entries": QUICK_ENTRIES,
    "purchase_credit_notes": CREDIT_NOTES,
    "contact_payments": PAYMENTS,
    "other_payments": OTHER_PAYMENTS,
}
OBJECTS = {
    f"businesses/{BUSINESS}": {
        "id": BUSINESS, "name": "Harbour Bakery Ltd", "address_line_1": "2 Quay Street", "city": "Hull",
        "country": ref("GB", "United Kingdom"), "telephone": "01482 496 000", "website": "https://bakery.example",
    },
    "financial_settings": {"year_end_date": "2026-03-31", "base_currency": ref("GBP"), "tax_number": "GB999"},
}  # fmt: skip


def sage(lists: Mapping[str, list[Any]] = LISTS, *, size: int = 2) -> Answering:
    """Sage with small pages, whose next links forget our parameters and whose last page comes again for any later."""

    def answer(path: str, params: Mapping[str, str]) -> Any:
        if path in OBJECTS:
            return OBJECTS[path]
        rows = lists[path]
        if params.get("show_balance_details"):
            rows = [with_balance(row, params["from_date"], params["to_date"]) for row in rows]
        pages = max(1, -(-len(rows) // size))
        at = min(int(params.get("page", "1")), pages)
        return {
            "$total": len(rows),
            "$page": at,
            "$next": f"/{path}?page={at + 1}&items_per_page={size}" if at < pages else None,
            "$back": None,
            "$itemsPerPage": size,
            "$items": rows[(at - 1) * size : at * size],
        }

    return Answering(answer, page_size=200)


def all_of(session: Answering, part: str, **more: Any) -> Pulled:
    return pulled(ADAPTER, session, part, tenant_id=BUSINESS, **more)


def by_id(found: Pulled) -> dict[str, Any]:
    assert len({one.external_id for one in found.records}) == len(found.records)
    return {one.external_id: one for one in found.records}


def test_every_business_of_the_user_is_found_on_every_page() -> None:
    rows = [
        {"id": "b-1", "displayed_as": "Harbour Bakery Ltd", "name": "Harbour Bakery Ltd", "country": ref("GB")},
        {"id": "b-2", "displayed_as": "Quay Café", "$path": "/businesses/b-2"},
        {"id": "b-3", "name": "Anker GmbH", "country": "DE"},
        {"id": None, "name": "Nobody"},
    ]
    session = sage({"businesses": rows})
    found = ADAPTER.tenants(session)
    assert [(one.id, one.name, one.country) for one in found] == [
        ("b-1", "Harbour Bakery Ltd", "GB"),
        ("b-2", "Quay Café", None),
        ("b-3", "Anker GmbH", None),
    ]
    assert [one.params for one in session.sent] == [
        {"attributes": "all"},
        {"attributes": "all", "page": "2", "items_per_page": "2"},
    ]


def test_every_request_names_the_business_and_asks_for_all_of_a_row() -> None:
    session = sage()
    for part in ADAPTER.parts(BOTH):
        all_of(session, part)
    assert {tuple(one.headers.items()) for one in session.sent} == {(("X-Business", BUSINESS),)}
    lists = [one for one in session.sent if one.url not in OBJECTS]
    assert {(one.params["attributes"], one.params["items_per_page"]) for one in lists} == {("all", "200")}
    assert {one.url for one in session.sent} == {*LISTS, *OBJECTS}


def test_bills_are_asked_for_from_the_first_month_on_and_then_the_quick_entries() -> None:
    session = sage()
    found = all_of(session, "bills")
    common = {
        "from_date": "2024-11-01", "attributes": "all", "items_per_page": "200", "show_payments_allocations": "true"
    }  # fmt: skip
    assert [(one.url, one.params) for one in session.sent] == [
        ("purchase_invoices", common),
        ("purchase_invoices", common | {"page": "2"}),
        ("purchase_quick_entries", common),
    ]
    assert (found.pages, found.aside) == (3, [])


def test_what_changed_and_what_was_deleted_since_is_asked_for_in_turn() -> None:
    session = sage()
    since = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    assert {"bills", "credit_notes", "bill_payments", "expenses"} == ADAPTER.INCREMENTAL
    all_of(session, "bill_payments", since=since)
    asked = [one.params for one in session.sent if one.url == "contact_payments" and "page" not in one.params]
    assert [(one.get("updated_or_created_since"), one.get("deleted_since")) for one in asked] == [
        ("2026-11-01T09:30:00Z", None),
        (None, "2026-11-01T09:29:59Z"),
    ]
    assert {one["transaction_type_id"] for one in asked} == {"VENDOR_PAYMENT"}
    session = sage()
    all_of(session, "bills", since=since)
    places = [(one.url, *(set(one.params) & {"updated_or_created_since", "deleted_since"})) for one in session.sent]
    assert list(dict.fromkeys(places)) == [
        ("purchase_invoices", "updated_or_created_since"),
        ("purchase_invoices", "deleted_since"),
        ("purchase_quick_entries", "updated_or_created_since"),
        ("purchase_quick_entries", "deleted_since"),
    ]


def test_the_company_has_its_currency_and_year_from_the_settings() -> None:
    (company,) = all_of(sage(), "company").records
    assert isinstance(company, books.Company)
    assert (company.name, company.base_currency, company.year_end) == ("Harbour Bakery Ltd", "GBP", "03-31")
    assert (company.country, company.tax_number, company.addresses) == (
        "GB",
        "GB999",
        ("2 Quay Street\nHull\nUnited Kingdom",),
    )


def test_accounts_have_their_class_from_the_type_and_their_kind_from_the_bank_account_behind_them() -> None:
    odd = [
        account("8888", "Suspense", "SPECIAL", "ASSET"),
        account("9999", "Mystery", "SPECIAL", "UNHEARD_OF"),
        account("2200", "VAT", "TAXES", "LIABILITY"),
    ]
    found = all_of(sage({**LISTS, "ledger_accounts": [*ACCOUNTS, *odd]}), "accounts")
    accounts = by_id(found)
    assert {key: one.account_class for key, one in accounts.items()} == {
        "1100": AccountClass.ASSET, "1200": AccountClass.ASSET, "1210": AccountClass.LIABILITY,
        "2100": AccountClass.LIABILITY, "2200": AccountClass.LIABILITY, "3000": AccountClass.EQUITY,
        "4000": AccountClass.INCOME, "5000": AccountClass.EXPENSE, "7100": AccountClass.EXPENSE,
        "8888": AccountClass.ASSET,
    }  # fmt: skip
    card, bank, rent = accounts["1210"], accounts["1200"], accounts["7100"]
    assert (card.is_card, card.is_bank, card.software_type) == (True, False, "Credit card")
    assert (bank.is_card, bank.is_bank, bank.software_type, bank.software_subtype) == (False, True, "Bank", "Checking")
    assert (rent.active, rent.code, rent.software_type) == (False, "7100", "Overheads")
    assert [(one.external_id, one.reason) for one in found.aside] == [("9999", "a field cannot be read")]


def test_suppliers_have_terms_from_their_credit_days_and_may_lack_nearly_everything() -> None:
    found = by_id(all_of(sage(), "suppliers"))
    miller, ovens = found["c-1"], found["c-2"]
    assert (miller.name, miller.terms, miller.contact_name) == ("Miller & Sons", "30 days", "Ann Miller")
    assert miller.addresses == ("1 Mill Lane\nSheffield\nUnited Kingdom",)
    assert (ovens.name, ovens.terms, ovens.addresses, ovens.currency) == ("Ovens Inc", None, (), None)


def test_bills_are_kept_with_their_status_their_lines_and_a_rate_from_their_own_totals() -> None:
    found = by_id(all_of(sage(), "bills"))
    assert {key: one.status for key, one in found.items() if isinstance(one, books.Bill)} == {
        "pi-1": BillStatus.PAID,
        "pi-2": BillStatus.PARTIALLY_PAID,
        "pi-3": BillStatus.VOID,
        "pi-4": BillStatus.DRAFT,
        "qe-1": BillStatus.OPEN,
    }
    first, foreign, entry = found["pi-1"], found["pi-2"], found["qe-1"]
    assert (first.number, first.due_on, first.supplier_id) == ("INV-77", date(2026, 10, 5), "c-1")
    assert (first.lines[0].net, first.lines[0].tax, first.lines[0].account_id) == (100, 20, "5000")
    assert (first.lines[0].quantity, first.lines[0].unit_price) == (2, 50)
    assert (foreign.currency, foreign.rate, foreign.amount_due) == ("USD", Decimal("0.8"), 50)
    assert found["pi-3"].number == "PI-pi-3"
    assert (entry.total, entry.due_on, entry.lines[0].description, entry.lines[0].account_id) == (
        36, None, "keys", "7100"
    )  # fmt: skip


def test_a_quick_entry_is_read_with_its_own_kind_and_void_ones_are_marked() -> None:
    assert {type(one) for one in all_of(sage(), "bills").records} == {books.Bill}
    notes = by_id(all_of(sage(), "credit_notes"))
    assert (notes["qe-2"].total, notes["qe-2"].status) == (12, EntryStatus.POSTED)
    assert notes["pc-1"].allocations == (books.Allocation(bill_id="pi-1", amount=Decimal(10)),)
    assert (notes["pc-1"].status, notes["pc-2"].status) == (EntryStatus.POSTED, EntryStatus.VOID)


def test_payments_say_how_they_were_made_and_what_they_settled() -> None:
    found = by_id(all_of(sage(), "bill_payments"))
    assert {key: one.stated_method for key, one in found.items()} == {
        "cp-1": PaymentMethod.BANK_TRANSFER,
        "cp-2": PaymentMethod.CREDIT_CARD,
        "cp-3": PaymentMethod.DIRECT_DEBIT,
        "cp-4": PaymentMethod.DEBIT_CARD,
        "cp-5": PaymentMethod.CASH,
    }
    assert {key: one.account_id for key, one in found.items()} == {
        "cp-1": "1200", "cp-2": "1210", "cp-3": "1200", "cp-4": "1200", "cp-5": "1200"
    }  # fmt: skip
    assert found["cp-2"].allocations == (books.Allocation(bill_id="pi-2", amount=Decimal(150)),)
    assert (found["cp-2"].rate, found["cp-3"].allocations) == (Decimal("0.8"), ())
    assert (found["cp-5"].status, found["cp-4"].status) == (EntryStatus.VOID, EntryStatus.POSTED)


def test_expenses_name_no_currency_and_are_in_that_of_the_business() -> None:
    (expense,) = all_of(sage(), "expenses").records
    assert (expense.currency, expense.total, expense.supplier_id) == ("GBP", 250, None)
    assert (expense.account_id, expense.stated_method) == ("1210", PaymentMethod.CREDIT_CARD)
    assert [(one.net, one.account_id, one.description) for one in expense.lines] == [(250, "7100", "October")]


def test_a_foreign_row_without_a_total_in_the_base_currency_states_no_rate() -> None:
    row = invoice("pi-9", "2026-10-12", 200.0, 0.0, currency=ref("USD"), exchange_rate=1.25)
    del row["base_currency_total_amount"]
    assert by_id(all_of(sage({**LISTS, "purchase_invoices": [row]}), "bills"))["pi-9"].rate is None


def statement(part: str, month: date) -> dict[str, Decimal]:
    found = all_of(sage(), part)
    assert found.aside == []
    assert {one.statement for one in found.records} == {Statement(part)}
    by_id(found)
    return {one.label: one.amount for one in found.records if one.period_end.replace(day=1) == month}


def test_profit_and_loss_is_what_moved_in_each_month() -> None:
    nothing = {"Total income": 0, "Total costs": 0, "Net profit": 0}
    assert statement("profit_and_loss", date(2026, 9, 1)) == nothing | {
        "Flour": 100, "Total costs": 100, "Net profit": -100
    }  # fmt: skip
    assert statement("profit_and_loss", date(2026, 10, 1)) == {
        "Bread Sales": 500, "Total income": 500, "Rent": 250, "Total costs": 250, "Net profit": 250
    }  # fmt: skip
    assert statement("profit_and_loss", date(2024, 11, 1)) == nothing


def test_the_balance_sheet_tells_this_year_s_result_from_that_of_earlier_years() -> None:
    assert statement("balance_sheet", date(2026, 10, 1)) == {
        "Current": 1300, "Trade Debtors": 500, "Total assets": 1800,
        "Trade Creditors": 100, "Company Card": 250, "Total liabilities": 350,
        "Ordinary Shares": 1000, "Result of earlier years": 300, "Result for the year": 150, "Total equity": 1450,
    }  # fmt: skip


def test_balances_are_asked_for_from_the_beginning_to_the_end_of_a_month() -> None:
    session = sage(size=200)
    page = pulled(ADAPTER, session, "balance_sheet", tenant_id=BUSINESS, period=books.Period(
        date(2026, 3, 1), date(2026, 4, 1)
    ))  # fmt: skip
    assert page.pages == 1
    ledgers = [one.params for one in session.sent if one.url == "ledger_accounts"]
    assert [one["to_date"] for one in ledgers] == ["2025-03-31", "2026-03-31", "2026-04-30"]
    assert ledgers[0] == {
        "show_balance_details": "true", "exclude_deleted_entries": "true", "from_date": "1970-01-01",
        "to_date": "2025-03-31", "attributes": "all", "items_per_page": "200",
    }  # fmt: skip


def test_a_balance_that_cannot_be_read_is_set_aside_and_the_statement_goes_on() -> None:
    session = sage()
    usual = session.answer

    def answer(path: str, params: Mapping[str, str]) -> Any:
        found = usual(path, params)
        for row in found.get("$items", []):
            if row["id"] == "7100" and "balance_details" in row:
                row["balance_details"] = {"balance": "n/a"}
        return found

    session.answer = answer
    found = pulled(ADAPTER, session, "profit_and_loss", tenant_id=BUSINESS, period=books.Period(
        date(2026, 10, 1), date(2026, 10, 1)
    ))  # fmt: skip
    assert [(one.kind, one.external_id, one.reason) for one in found.aside] == [
        ("profit_and_loss", "7100", "the field debits is missing")
    ]
    assert "Bread Sales" in {one.label for one in found.records}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total_amount": 10.00001}, "more than four decimals"),
        ({"date": "yesterday"}, "cannot be read"),
        ({"status": ref("EATEN")}, "cannot be read"),
        ({"currency": "GBP"}, "cannot be read"),
        ({"invoice_lines": None}, "cannot be read"),
        ({"invoice_lines": [{"description": "short"}]}, "the field net_amount is missing"),
        ({"outstanding_amount": True}, "cannot be read"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    rows = [INVOICES[0], {**INVOICES[0], "id": "bad", **change}, "no row", INVOICES[3]]
    found = all_of(sage({**LISTS, "purchase_invoices": rows, "purchase_quick_entries": []}), "bills")
    assert [one.external_id for one in found.records] == ["pi-1", "pi-4"]
    assert [one.external_id for one in found.aside] == ["bad", None]
    assert reason in found.aside[0].reason


@pytest.mark.parametrize("part", ["suppliers", "bills", "credit_notes", "bill_payments", "expenses"])
def test_a_business_without_any_has_zero_rows(part: str) -> None:
    found = all_of(sage({key: [] for key in LISTS}), part)
    assert (found.records, found.aside) == ([], [])


@pytest.mark.parametrize("body", ["<html><body>Sorry</body></html>", [], {}, {"$items": None}, {"$items": {"id": 1}}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("bills", "profit_and_loss", "bill_payments"):
        with pytest.raises(BadAnswer):
            all_of(Answering(lambda *_: body), part)
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(Answering(lambda *_: body))


def test_a_list_that_is_needed_whole_and_leads_to_itself_is_given_up() -> None:
    loop = {"$items": [], "$next": "/bank_accounts?page=2"}
    with pytest.raises(BadAnswer):
        all_of(Answering(lambda *_: loop), "bill_payments")


def test_the_samples_become_both_reports(tmp_path: Path) -> None:
    session = sage()
    records = [one for part in ADAPTER.parts(BOTH) for one in all_of(session, part).records]
    made = both_reports(tmp_path, shipped("sage", tmp_path), records)
    assert "check-failed" not in made.findings
    assert made.line("Net profit", date(2026, 10, 1)) == 250
    assert made.line("Total assets", date(2026, 11, 1)) == 1700
    categories = {line.label: line.category for line in made.financials.lines if line.account_id}
    assert (categories["Current"], categories["Company Card"]) == (
        "asset.current.cash",
        "liability.current.credit_cards",
    )
    assert categories["Flour"].startswith("expense.cost_of_sales.")
    assert categories["Rent"] == "expense.operating.premises.rent"
    # Bills 120 + 160 (200 dollars) + 36; credit notes 10 + 12; still due 50 dollars and 36.
    assert (made.overall.bills, made.overall.billed, made.overall.credited) == (3, 316, 22)
    assert (made.overall.outstanding_bills, made.overall.outstanding) == (2, 76)
    # Payments 120 + 120 (150 dollars) + 40 + 5; one expense.
    assert (made.overall.payments, made.overall.paid, made.overall.expensed) == (4, 285, 250)
    # Both bills with a due date were paid after it: 5 October and 26 October.
    assert (made.overall.late_bills, made.overall.late) == (2, 280)
    assert {one.method.value: one.measures.paid for one in made.spend.by_method if one.measures.paid} == {
        "bank_transfer": 120, "credit_card": 120, "direct_debit": 40, "debit_card": 5
    }  # fmt: skip
