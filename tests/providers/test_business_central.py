"""The adapter for Business Central: a Danish wholesaler as its API shows it, and answers it should not give."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.acceptance import reason_to_set_aside
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, Period, month_end
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._business_central_rows import printed
from tests.providers.answering import PERIOD, Answering, Pulled, both_reports, pulled, shipped

ADAPTER = providers.load("business_central")
TENANT, COMPANY = "7d1f0000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000001"
ID = f"{TENANT}/Production/{COMPANY}"
HOST = "https://api.businesscentral.dynamics.com"
API = f"v2.0/{TENANT}/Production/api/v2.0"
BASE = f"{API}/companies({COMPANY})"
NONE, NEVER = "00000000-0000-0000-0000-000000000000", "0001-01-01"
BOTH = frozenset(DataType)


def gl(number: str, name: str, category: str, below: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": f"gl-{number}", "number": number, "displayName": name, "category": category, "subCategory": below,
        "accountType": "Posting", "blocked": False, "directPosting": True, **more,
    }  # fmt: skip


GOODS = "Cost_x0020_of_x0020_Goods_x0020_Sold"
CHART = [
    gl("1000", "INCOME STATEMENT", "_x0020_", accountType="Heading"),
    gl("1010", "Salg af varer", "Income", "Income, Product Sales"),
    gl("1300", "Vareforbrug", GOODS),
    gl("2100", "Husleje", "Expense", "Rent Expense"),
    gl("2900", "Kursdifferencer", "Expense"),
    gl("5600", "Danske Bank", "Assets", "Cash", directPosting=False),
    gl("5610", "Kassen", "Assets", "Cash"),
    gl("5700", "Debitorer", "Assets", "Accounts Receivable", directPosting=False),
    gl("5799", "TOTAL ASSETS", "Assets", accountType="End-Total"),
    gl("6100", "Aktiekapital", "Equity", "Common Stock"),
    gl("6200", "Overført resultat", "Equity", "Retained Earnings"),
    gl("7100", "Kreditorer", "Liabilities", "Current Liabilities", directPosting=False),
    gl("7200", "Moms", "Liabilities", "Current Liabilities", directPosting=False),
    gl("7300", "MasterCard", "Liabilities", "Current Liabilities", directPosting=False),
    gl("7400", "Banklån", "Liabilities", "Long Term Liabilities"),
]
# Month, account, debits, credits. 2024 and 2025 are closed in the January after.
MOVED: list[tuple[str, str, str, str]] = [
    ("2024-03", "5600", "1,500.00", "0"), ("2024-03", "6100", "0", "1,000.00"), ("2024-03", "1010", "0", "500.00"),
    ("2025-01", "1010", "500.00", ""), ("2025-01", "6200", "", "500.00"),
    ("2025-09", "1300", "100.00", "0"), ("2025-09", "7100", "0", "100.00"),
    ("2026-01", "6200", "100.00", ""), ("2026-01", "1300", "", "100.00"),
    ("2026-10", "5700", "72,893.84", "0"), ("2026-10", "1010", "893.84", "73,787.68"),
    ("2026-10", "2100", "250", "0"), ("2026-10", "7300", "0", "250"),
    ("2026-11", "7100", "100.00", "0"), ("2026-11", "5600", "0", "100.00"),
]  # fmt: skip
CLOSING = {"2025-01", "2026-01"}


def value(text: str) -> Decimal:
    return Decimal(text.replace(",", "") or "0")


def trial_balance(month: date) -> list[dict[str, Any]]:
    found = []
    for row in CHART:
        posts = row["accountType"] == "Posting"
        mine = [one for one in MOVED if f"gl-{one[1]}" == row["id"]]
        inside = [one for one in mine if one[0] == f"{month:%Y-%m}" and one[0] not in CLOSING]
        stood = sum((value(one[2]) - value(one[3]) for one in mine if one[0] <= f"{month:%Y-%m}"), Decimal(0))
        found.append(
            {
                "number": row["number"], "accountId": row["id"], "accountType": row["accountType"],
                "display": row["displayName"], "dateFilter": NEVER,
                "totalDebit": inside[0][2] if inside else "", "totalCredit": inside[0][3] if inside else "",
                "balanceAtDateDebit": f"{stood:,}" if posts and stood > 0 else "",
                "balanceAtDateCredit": f"{-stood:,}" if posts and stood < 0 else "",
            }
        )  # fmt: skip
    return found


def line(net: float, tax: float, number: str | None, kind: str = "Account", **more: Any) -> dict[str, Any]:
    return {
        "lineType": kind, "accountId": f"gl-{number}" if number else NONE, "description": "som bestilt", "quantity": 2,
        "unitCost": net / 2, "netAmount": net, "netTaxAmount": tax, "totalTaxAmount": 0, **more,
    }  # fmt: skip


def invoice(key: str, on: str, net: float, tax: float, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": key, "number": f"1080{key[-1]}", "invoiceDate": on, "postingDate": on, "dueDate": NEVER,
        "vendorInvoiceNumber": f"{key}-ref", "vendorId": "v-1", "currencyCode": "DKK", "status": "Open",
        "totalAmountExcludingTax": net, "totalTaxAmount": tax, "totalAmountIncludingTax": net + tax,
        "purchaseInvoiceLines": list(lines), **more,
    }  # fmt: skip


INVOICES = [
    invoice("pi-1", "2026-09-05", 100.0, 25.0, line(100.0, 25.0, "1300"), dueDate="2026-10-05", status="Paid"),
    invoice(
        "pi-2", "2026-10-12", 200.0, 0.0, line(150.0, 0.0, "2100"), line(0, 0, None, "Comment", netAmount=None),
        line(50.0, 0.0, None, "Item", netTaxAmount=None, description=""), currencyCode="EUR", vendorId="v-2",
        dueDate="2026-11-10", vendorInvoiceNumber="",
    ),
    invoice("pi-3", "2026-10-13", 999.0, 0.0, line(999.0, 0.0, "1300"), status="Canceled"),
    invoice("pi-4", "2026-10-14", 999.0, 0.0, line(999.0, 0.0, "1300"), status="Corrective"),
    invoice("pi-5", "2026-10-15", 60.0, 15.0, line(60.0, 15.0, "2100"), status="In_x0020_Review", vendorId=NONE),
    invoice("pi-6", NEVER, 8.0, 2.0, line(8.0, 2.0, "2100"), status="Draft", postingDate="2026-11-01"),
]  # fmt: skip
MEMOS = [
    {
        "id": key, "number": f"1090{key[-1]}", "creditMemoDate": "2026-10-20", "postingDate": "2026-10-20",
        "vendorId": "v-1", "vendorCreditMemoNumber": number, "currencyCode": currency, "status": status,
        "totalAmountExcludingTax": 10, "totalTaxAmount": 2.5, "totalAmountIncludingTax": 12.5,
    }
    for key, number, currency, status in [
        ("cm-1", "KN 7", "DKK", "Paid"), ("cm-2", "", "EUR", "Open"), ("cm-3", "KN 9", "DKK", "Corrective")
    ]
]  # fmt: skip
VENDORS = [
    {
        "id": "v-1", "number": "L001", "displayName": "Mølle & Søn", "addressLine1": "Havnen 1", "addressLine2": "",
        "city": "Aarhus", "state": "", "country": "DK", "postalCode": "8000", "phoneNumber": "", "currencyCode": "DKK",
        "email": "mel@example.com", "taxRegistrationNumber": "DK001", "paymentTermsId": "pt-1", "blocked": "_x0020_",
    },
    {
        "id": "v-2", "number": "L002", "displayName": "Öfen GmbH", "currencyCode": "EUR", "paymentTermsId": NONE,
        "blocked": "Payment",
    },
    {"id": "v-3", "number": "L003", "displayName": "Lukket", "paymentTermsId": "pt-2", "blocked": "All"},
]  # fmt: skip
TERMS = [
    {"id": "pt-1", "code": "30D", "displayName": "Netto 30 dage", "dueDateCalculation": "30D"},
    {"id": "pt-2", "code": "CM", "displayName": "", "dueDateCalculation": "CM"},
]
RATES = [
    {
        "id": f"r-{at}", "currencyCode": currency, "startingDate": since, "exchangeRateAmount": 100,
        "relationalCurrencyCode": third, "relationalExchangeRateAmount": amount,
    }
    for at, (currency, since, amount, third) in enumerate(
        [("EUR", "2026-01-01", 740, ""), ("EUR", "2026-10-01", 745.5, ""), ("EUR", "2026-11-01", 900, ""),
         ("SEK", "2020-01-01", 10, "EUR")]
    )
]  # fmt: skip


def posted(number: int, document: str, on: str, account: str, amount: float, **more: Any) -> dict[str, Any]:
    return {
        "id": f"e-{number}", "entryNumber": number, "postingDate": on, "documentNumber": document,
        "documentType": "Payment", "accountId": f"gl-{account}", "accountNumber": account, "description": "Betaling",
        "debitAmount": max(amount, 0), "creditAmount": max(-amount, 0), **more,
    }  # fmt: skip


LEDGER = [
    posted(at + 1, *entry)
    for at, entry in enumerate([
        # A customer pays: nothing was owed.
        ("B1", "2026-10-02", "5700", -500.0), ("B1", "2026-10-02", "5600", 500.0),
        # A supplier is paid, less a discount; two entries on the same account.
        ("B2", "2026-10-30", "7100", 100.0), ("B2", "2026-10-30", "7100", 25.0), ("B2", "2026-10-30", "5600", -123.0),
        ("B2", "2026-10-30", "1300", -2.0),
        # By card, and with a gain of exchange: its account is one of the liabilities, too.
        ("B3", "2026-11-03", "7100", 80.0), ("B3", "2026-11-03", "7300", -77.0), ("B3", "2026-11-03", "2900", -3.0),
        # A loan is paid back: nobody's bill.
        ("B4", "2026-11-04", "7400", 1000.0), ("B4", "2026-11-04", "5600", -1000.0),
        # From two banks; tax that was not due yet moves within the tax account.
        ("B5", "2026-11-05", "7100", 50.0), ("B5", "2026-11-05", "5610", -30.0), ("B5", "2026-11-05", "5600", -20.0),
        ("B5", "2026-11-05", "7200", 10.0), ("B5", "2026-11-05", "7200", -10.0),
        # What was paid by mistake is taken back.
        ("B6", "2026-11-06", "7100", 40.0), ("B6", "2026-11-06", "7300", -40.0),
        ("B7", "2026-11-07", "7100", 7.0), ("B7", "2026-11-07", "5600", -7.0),
        ("B6", "2026-11-06", "7100", -40.0), ("B6", "2026-11-06", "7300", 40.0),
    ])
]  # fmt: skip
INVOICED = [
    posted(at, "F1", "2026-09-05", account, amount, documentType="Invoice")
    for at, (account, amount) in enumerate([("1300", 100.0), ("7200", 25.0), ("7100", -125.0), ("7200", -10.0)], 101)
]
LISTS: dict[str, list[Any]] = {
    "companyInformation": [
        {
            "id": "ci-1", "displayName": "Havnens Engros A/S", "addressLine1": "Kajen 2", "addressLine2": "",
            "city": "Aarhus", "state": "", "country": "DK", "postalCode": "8000", "phoneNumber": "+45 1",
            "website": "havnen.example", "taxRegistrationNumber": "DK69000001", "currencyCode": "DKK",
            "currentFiscalYearStartDate": "2026-01-01",
        }
    ],
    "accounts": CHART,
    "vendors": VENDORS,
    "paymentTerms": TERMS,
    "purchaseInvoices": INVOICES,
    "purchaseCreditMemos": MEMOS,
    "currencyExchangeRates": RATES,
    "generalLedgerEntries": [*LEDGER, *INVOICED],
}  # fmt: skip
ENVIRONMENTS = [
    {"name": "Production", "type": "Production", "aadTenantId": TENANT, "countryCode": "DK"},
    {"name": "Prøve", "type": "Sandbox", "aadTenantId": TENANT, "countryCode": "DK"},
    {"name": "Produktion 2", "type": "Production", "countryCode": "SE"},
]
COMPANIES = [
    {"id": COMPANY, "name": "Havnen", "displayName": "Havnens Engros A/S"},
    {"id": "c-2", "name": "Havnens Butik", "displayName": ""},
]


def posted_as(row: Mapping[str, Any], wanted: str) -> bool:
    """Whether an entry is one of the kind and account, with a higher number; days are not looked at."""
    told = dict(re.findall(r"(\w+) (?:eq|gt) '?(\w+)", wanted))
    of_account = told.get("accountNumber", row["accountNumber"]) == row["accountNumber"]
    is_credited = "creditAmount" not in told or row["creditAmount"] > 0
    kind = row["documentType"] == told["documentType"]
    return of_account and is_credited and kind and row["entryNumber"] > int(told.get("entryNumber", 0))


def central(lists: Mapping[str, list[Any]] = LISTS, *, size: int = 2, page_size: int = 100) -> Answering:
    """Business Central with small pages of whole addresses, and entries by number."""

    def answer(url: str, params: Mapping[str, str]) -> Any:
        path = url.removeprefix(f"{HOST}/")
        rows = lists[path.removeprefix(f"{BASE}/")] if "trialBalances" not in path else months[params["$filter"]]
        if "$top" in params:
            chosen = [row for row in rows if posted_as(row, params["$filter"])]
            return {"value": chosen[: int(params["$top"])]}
        at = int(params.get("$skiptoken", "0"))
        found: dict[str, Any] = {"value": rows[at : at + size]}
        if at + size < len(rows):
            kept = "&".join(f"{key}={value}" for key, value in params.items() if key != "$skiptoken")
            found["@odata.nextLink"] = f"{HOST}/{path}?{kept}&$skiptoken={at + size}"
        return found

    months = {
        f"dateFilter ge {month} and dateFilter le {month_end(month)}": trial_balance(month) for month in PERIOD.months
    }
    return Answering(answer, page_size=page_size)


def all_of(session: Answering, part: str, *, period: Period = PERIOD) -> Pulled:
    return pulled(ADAPTER, session, part, tenant_id=ID, period=period)


def by_id(found: Pulled) -> dict[str, Any]:
    assert len({one.external_id for one in found.records}) == len(found.records)
    return {one.external_id: one for one in found.records}


def of_environments(environments: list[Any]) -> Answering:
    def answer(url: str, params: Mapping[str, str]) -> Any:
        return {"value": environments if url == "environments/v1.2" else COMPANIES}

    return Answering(answer, claims={"tid": "tid-of-token"})


def test_companies_of_every_environment_of_production_are_found() -> None:
    session = of_environments(ENVIRONMENTS)
    assert [(one.id, one.name, one.country) for one in ADAPTER.tenants(session)] == [
        (ID, "Havnens Engros A/S", "DK"),
        (f"{TENANT}/Production/c-2", "Havnens Butik", "DK"),
        (f"tid-of-token/Produktion 2/{COMPANY}", "Havnens Engros A/S", "SE"),
        ("tid-of-token/Produktion 2/c-2", "Havnens Butik", "SE"),
    ]
    assert [one.url for one in session.sent] == [
        "environments/v1.2", f"{API}/companies", "v2.0/tid-of-token/Produktion%202/api/v2.0/companies"
    ]  # fmt: skip


def test_a_developer_who_has_no_production_sees_the_others() -> None:
    found = ADAPTER.tenants(of_environments(ENVIRONMENTS[1:2]))
    assert [one.id for one in found] == [f"{TENANT}/Prøve/{COMPANY}", f"{TENANT}/Prøve/c-2"]


def test_a_user_without_an_environment_has_no_company_and_one_of_no_tenant_is_a_bad_answer() -> None:
    assert ADAPTER.tenants(of_environments([])) == ()
    session = of_environments(ENVIRONMENTS[2:])
    session.claims = {}
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(session)


def test_lists_are_asked_for_from_the_first_month_on_and_next_links_are_followed_as_they_are() -> None:
    session = central()
    all_of(session, "bills")
    all_of(session, "credit_notes")
    asked = [one for one in session.sent if "purchase" in one.url]
    assert [one.url for one in asked[:3]] == [
        f"{BASE}/purchaseInvoices", *[f"{HOST}/{BASE}/purchaseInvoices"] * 2
    ]  # fmt: skip
    assert asked[0].params == {"$expand": "purchaseInvoiceLines", "$filter": "invoiceDate ge 2024-11-01"}
    assert asked[2].params["$skiptoken"] == "4"
    assert asked[3].params == {"$filter": "creditMemoDate ge 2024-11-01"}
    assert {tuple(one.headers.items()) for one in session.sent} == {(("prefer", "odata.maxpagesize=100"),)}


def test_rates_are_asked_for_only_where_a_document_is_in_another_currency() -> None:
    session = central({**LISTS, "purchaseInvoices": INVOICES[:1]})
    all_of(session, "bills")
    assert [one.url for one in session.sent] == [f"{BASE}/purchaseInvoices", f"{BASE}/companyInformation"]


def test_the_company_has_the_end_of_its_year_from_the_beginning_of_this_one() -> None:
    (company,) = all_of(central(), "company").records
    assert (company.name, company.base_currency, company.country) == ("Havnens Engros A/S", "DKK", "DK")
    assert (company.year_end, company.tax_number) == ("12-31", "DK69000001")
    assert (company.addresses, company.phones) == (("Kajen 2\nAarhus\n8000\nDK",), ("+45 1",))
    unset = [{**LISTS["companyInformation"][0], "currentFiscalYearStartDate": NEVER}]
    (company,) = all_of(central({**LISTS, "companyInformation": unset}), "company").records
    assert company.year_end is None


def test_accounts_have_their_class_from_the_category_and_headings_and_totals_are_none() -> None:
    more = [gl("8000", "", "Assets", blocked=True), gl("9000", "Uden kategori", "_x0020_"), gl("9100", "Ny", "Other")]
    found = all_of(central({**LISTS, "accounts": [*CHART, *more]}), "accounts")
    accounts = by_id(found)
    assert {key: one.account_class for key, one in accounts.items()} == {
        "gl-1010": AccountClass.INCOME, "gl-1300": AccountClass.EXPENSE, "gl-2100": AccountClass.EXPENSE,
        "gl-2900": AccountClass.EXPENSE, "gl-5600": AccountClass.ASSET, "gl-5610": AccountClass.ASSET,
        "gl-5700": AccountClass.ASSET, "gl-6100": AccountClass.EQUITY, "gl-6200": AccountClass.EQUITY,
        "gl-7100": AccountClass.LIABILITY, "gl-7200": AccountClass.LIABILITY, "gl-7300": AccountClass.LIABILITY,
        "gl-7400": AccountClass.LIABILITY, "gl-8000": AccountClass.ASSET,
    }  # fmt: skip
    assert (accounts["gl-5600"].is_bank, accounts["gl-5700"].is_bank, accounts["gl-5600"].code) == (True, False, "5600")
    assert (accounts["gl-1300"].software_type, accounts["gl-1300"].software_subtype) == ("Cost of Goods Sold", None)
    assert (accounts["gl-8000"].name, accounts["gl-8000"].active) == ("8000", False)
    assert [one.external_id for one in found.aside] == ["gl-9000", "gl-9100"]


def test_suppliers_have_the_payment_terms_agreed_with_them() -> None:
    found = by_id(all_of(central(), "suppliers"))
    assert {key: (one.terms, one.active, one.currency) for key, one in found.items()} == {
        "v-1": ("Netto 30 dage", True, "DKK"), "v-2": (None, True, "EUR"), "v-3": ("CM", False, None)
    }  # fmt: skip
    assert found["v-1"].addresses == ("Havnen 1\nAarhus\n8000\nDK",)
    assert (found["v-1"].phone, found["v-2"].addresses) == (None, ())


def test_bills_say_nothing_of_what_is_left_and_those_that_undo_each_other_are_void() -> None:
    found = by_id(all_of(central(), "bills"))
    assert {key: (one.status, one.amount_due) for key, one in found.items()} == {
        "pi-1": (BillStatus.PAID, 0), "pi-2": (BillStatus.OPEN, 0), "pi-3": (BillStatus.VOID, 0),
        "pi-4": (BillStatus.VOID, 0), "pi-5": (BillStatus.DRAFT, 0), "pi-6": (BillStatus.DRAFT, 0),
    }  # fmt: skip
    first, foreign, draft = found["pi-1"], found["pi-2"], found["pi-6"]
    assert (first.net, first.tax, first.total, first.number) == (100, 25, 125, "pi-1-ref")
    assert (first.due_on, first.rate, first.terms) == (date(2026, 10, 5), None, None)
    assert (foreign.rate, foreign.number, foreign.supplier_id) == (Decimal("7.455"), "10802", "v-2")
    assert [(one.net, one.tax, one.account_id, one.description) for one in foreign.lines] == [
        (150, 0, "gl-2100", "som bestilt"), (50, 0, None, None)
    ]  # fmt: skip
    assert (draft.issued_on, draft.due_on, found["pi-5"].supplier_id) == (date(2026, 11, 1), None, None)


def test_a_document_for_whose_day_there_is_no_rate_is_set_aside() -> None:
    rows = [invoice("pi-7", "2025-12-31", 1.0, 0.0, currencyCode="EUR"), {**INVOICES[1], "currencyCode": "SEK"}]
    for bill in all_of(central({**LISTS, "purchaseInvoices": rows}), "bills").records:
        assert "exchange rate" in (reason_to_set_aside(bill, base_currency="DKK") or "")


def test_credit_notes_have_a_status_and_no_lines() -> None:
    found = by_id(all_of(central(), "credit_notes"))
    assert {key: (one.status, one.number, one.rate) for key, one in found.items()} == {
        "cm-1": (EntryStatus.POSTED, "KN 7", None), "cm-2": (EntryStatus.POSTED, "10902", Decimal("7.455")),
        "cm-3": (EntryStatus.VOID, "KN 9", None),
    }  # fmt: skip
    assert found["cm-1"].total == Decimal("12.5")


@pytest.mark.parametrize("page_size", [5, 6, 7, 8, 100])
def test_payments_are_documents_that_take_off_what_is_owed_however_entries_fall_on_pages(page_size: int) -> None:
    found = all_of(central(page_size=page_size), "bill_payments")
    assert {key: (one.paid_on, one.total, one.account_id) for key, one in by_id(found).items()} == {
        "e-3": (date(2026, 10, 30), 125, "gl-5600"),
        "e-7": (date(2026, 11, 3), 80, "gl-7300"),
        "e-12": (date(2026, 11, 5), 50, None),
        "e-17": (date(2026, 11, 6), 40, "gl-7300"),
        "e-19": (date(2026, 11, 7), 7, "gl-5600"),
        "e-21": (date(2026, 11, 6), -40, "gl-7300"),
    }
    assert {(one.currency, one.supplier_id, one.allocations, one.note) for one in found.records} == {
        ("DKK", None, (), "Betaling")
    }


def test_what_is_owed_to_suppliers_stands_on_liabilities_that_invoices_are_credited_to() -> None:
    session = central(page_size=15)
    all_of(session, "bill_payments")
    asked = [one.params for one in session.sent if "generalLedgerEntries" in one.url]
    credited = "documentType eq 'Invoice' and creditAmount gt 0"
    paid = "documentType eq 'Payment' and postingDate ge 2024-11-01"
    assert [(one["$filter"], one["$orderby"], one["$top"]) for one in asked] == [
        *((f"accountNumber eq '{number}' and {credited}", "entryNumber", "1") for number in (7100, 7200, 7300)),
        (f"entryNumber gt 0 and {paid}", "entryNumber", "15"),
        (f"entryNumber gt 11 and {paid}", "entryNumber", "15"),
    ]


def test_a_document_of_more_entries_than_a_page_is_read_in_pieces() -> None:
    rows = [posted(at + 1, "B1", "2026-10-30", "7100", 1.0) for at in range(12)]
    rows.append(posted(13, "B1", "2026-10-30", "5600", -12.0))
    found = all_of(central({**LISTS, "generalLedgerEntries": rows}, page_size=5), "bill_payments")
    assert [(one.external_id, one.total) for one in found.records] == [("e-1", 5), ("e-6", 5), ("e-11", 2)]


def test_where_everybody_may_post_by_hand_every_liability_is_tried() -> None:
    chart = [{**row, "directPosting": True} for row in CHART]
    found = all_of(central({**LISTS, "accounts": chart}), "bill_payments")
    assert sum(one.total for one in found.records) == 262


def test_a_whole_page_of_entries_that_cannot_be_read_is_a_bad_answer() -> None:
    rows = [{**row, "postingDate": None} for row in LEDGER]
    with pytest.raises(BadAnswer):
        all_of(central({**LISTS, "generalLedgerEntries": rows}, page_size=5), "bill_payments")
    assert len(all_of(central({**LISTS, "generalLedgerEntries": rows}), "bill_payments").aside) == len(LEDGER)


def statement(part: str, month: date) -> dict[str, Decimal]:
    found = all_of(central(size=50), part, period=Period(month, month))
    assert found.aside == []
    by_id(found)
    return {one.label: one.amount for one in found.records}


def test_profit_and_loss_is_what_moved_in_a_month_and_not_what_closed_a_year() -> None:
    assert statement("profit_and_loss", date(2026, 10, 1)) == {
        "Salg af varer": Decimal("72893.84"), "Total income": Decimal("72893.84"),
        "Husleje": 250, "Total costs": 250, "Net profit": Decimal("72643.84"),
    }  # fmt: skip
    for month in (date(2025, 1, 1), date(2025, 2, 1)):
        assert statement("profit_and_loss", month) == {"Total income": 0, "Total costs": 0, "Net profit": 0}


def test_a_balance_sheet_has_the_result_that_no_closing_has_moved_to_equity_yet() -> None:
    assert statement("balance_sheet", date(2024, 12, 1)) == {
        "Danske Bank": 1500, "Total assets": 1500, "Total liabilities": 0, "Aktiekapital": 1000,
        "Result to date": 500, "Total equity": 1500,
    }  # fmt: skip
    assert statement("balance_sheet", date(2026, 10, 1)) == {
        "Danske Bank": 1500, "Debitorer": Decimal("72893.84"), "Total assets": Decimal("74393.84"),
        "Kreditorer": 100, "MasterCard": 250, "Total liabilities": 350, "Aktiekapital": 1000,
        "Overført resultat": 400, "Result to date": Decimal("72643.84"), "Total equity": Decimal("74043.84"),
    }  # fmt: skip


def test_lines_stand_under_their_subcategory_and_the_cost_of_goods_under_its_category() -> None:
    found = all_of(central(size=50), "profit_and_loss").records
    assert {one.label: one.section for one in found if one.account_id} == {
        "Salg af varer": ("Income", "Income, Product Sales"),
        "Vareforbrug": ("Costs", "Cost of Goods Sold"),
        "Husleje": ("Costs", "Rent Expense"),
    }


def test_a_trial_balance_is_asked_for_month_by_month_and_the_chart_every_half_year() -> None:
    session = central(size=50)
    all_of(session, "balance_sheet")
    assert [one.url for one in session.sent].count(f"{BASE}/accounts") == 5
    assert [one.params["$filter"] for one in session.sent if "trialBalances" in one.url][:2] == [
        "dateFilter ge 2024-11-01 and dateFilter le 2024-11-30",
        "dateFilter ge 2024-12-01 and dateFilter le 2024-12-31",
    ]


def test_an_amount_of_an_account_that_is_not_listed_is_set_aside() -> None:
    lost = [row for row in CHART if row["id"] != "gl-2100"]
    session = central({**LISTS, "accounts": lost}, size=50)
    found = all_of(session, "profit_and_loss", period=Period(date(2026, 10, 1), date(2026, 10, 1)))
    assert [(one.external_id, one.reason) for one in found.aside] == [
        ("gl-2100", "its account is not among the accounts")
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("72,893.84", "72893.84"), ("72.893,84", "72893.84"), ("72 893,84", "72893.84"), ("72\xa0893,84", "72893.84"),
        ("72'893.84", "72893.84"), ("1,234,567", "1234567"), ("1.234.567,8", "1234567.8"), ("12,345", "12345"),
        ("-0,125", "-0.125"), ("0.5", "0.5"), ("-1.234", "-1234"), ("", "0"), ("  ", "0"), ("893", "893"),
        (Decimal("5.25"), "5.25"), (7, "7"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_any_language_prints_them(said: Any, meant: str) -> None:
    assert printed(said) == Decimal(meant)


@pytest.mark.parametrize("said", ["n/a", "1,2x", None, True, "NaN", "1,2.3,4.5.6e"])
def test_what_is_no_amount_is_none(said: Any) -> None:
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        printed(said)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"totalAmountIncludingTax": 10.00001}, "more than four decimals"),
        ({"invoiceDate": "soon"}, "cannot be read"),
        ({"status": "Dreaming"}, "cannot be read"),
        ({"purchaseInvoiceLines": None}, "cannot be read"),
        ({"purchaseInvoiceLines": [{"lineType": "Account"}]}, "the field netAmount is missing"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    rows = [INVOICES[0], {**INVOICES[0], "id": "bad", **change}, None, INVOICES[4]]
    found = all_of(central({**LISTS, "purchaseInvoices": rows}), "bills")
    assert [one.external_id for one in found.records] == ["pi-1", "pi-5"]
    assert [one.external_id for one in found.aside] == ["bad", None]
    assert reason in found.aside[0].reason


@pytest.mark.parametrize("part", ["accounts", "suppliers", "bills", "credit_notes", "bill_payments"])
def test_a_company_without_any_has_zero_rows(part: str) -> None:
    lists = {**{key: [] for key in LISTS}, "companyInformation": LISTS["companyInformation"]}
    found = all_of(central(lists), part)
    assert (found.records, found.aside) == ([], [])


@pytest.mark.parametrize("body", ["<html></html>", [], {}, {"value": None}, {"value": {"id": 1}}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("company", "accounts", "profit_and_loss", "suppliers", "bills", "credit_notes", "bill_payments"):
        with pytest.raises(BadAnswer):
            all_of(Answering(lambda *_: body), part)
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(Answering(lambda *_: body))


def test_a_company_without_a_currency_and_pages_that_lead_to_themselves_are_bad_answers() -> None:
    with pytest.raises(BadAnswer):
        all_of(central({**LISTS, "companyInformation": []}), "bill_payments")
    round_and_round = {"value": [], "@odata.nextLink": f"{HOST}/{BASE}/accounts?$skiptoken=1"}
    with pytest.raises(BadAnswer):
        all_of(Answering(lambda *_: round_and_round), "accounts")


def test_only_what_is_consented_is_pulled() -> None:
    assert ADAPTER.parts(frozenset({DataType.FINANCIALS})) == (
        "company", "accounts", "profit_and_loss", "balance_sheet"
    )  # fmt: skip
    assert ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS})) == (
        "company", "accounts", "suppliers", "bills", "credit_notes", "bill_payments"
    )  # fmt: skip


def test_the_samples_become_both_reports(tmp_path: Path) -> None:
    session = central()
    records = [one for part in ADAPTER.parts(BOTH) for one in all_of(session, part).records]
    made = both_reports(tmp_path, shipped("business_central", tmp_path), records)
    assert "check-failed" not in made.findings
    assert made.line("Net profit", date(2026, 10, 1)) == Decimal("72643.84")
    assert made.line("Total assets", date(2026, 11, 1)) == Decimal("74293.84")
    categories = {one.label: one.category for one in made.financials.lines if one.account_id}
    assert (categories["Danske Bank"], categories["Debitorer"], categories["Husleje"]) == (
        "asset.current.cash", "asset.current.trade_receivables", "expense.operating.premises.rent"
    )  # fmt: skip
    assert categories["Vareforbrug"].startswith("expense.cost_of_sales.")
    # Bills 125 + 1491 (200 euros); credit notes 12.50 + 93.1875 (12.50 euros).
    assert (made.overall.bills, made.overall.billed) == (2, 1616)
    assert made.overall.credited == Decimal("105.69")
    assert (made.overall.outstanding_bills, made.overall.outstanding) == (0, 0)
    # Payments 125 + 80 + 50 + 40 + 7, and 40 taken back.
    assert (made.overall.payments, made.overall.paid, made.overall.expenses) == (6, 262, 0)
    assert {one.method.value: one.measures.paid for one in made.spend.by_method if one.measures.paid} == {
        "credit_card": 80, "unknown": 182
    }  # fmt: skip
