"""The adapter for Exact Online: a Dutch bakery's division as its lists show it, and answers it should not give."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, PaymentMethod, Period
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer
from tests.providers.answering import PERIOD, Answering, Pulled, both_reports, pulled, shipped

ADAPTER = providers.load("exact_online")
DIVISION = "123456"
HOST = "https://start.exactonline.nl/api/v1"
BOTH = frozenset(DataType)


def ms(day: str) -> str:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return f"/Date({int(at.timestamp() * 1000)})/"


def gl(code: str, name: str, kind: int, balance: str, side: str, **more: Any) -> dict[str, Any]:
    return {
        "ID": f"gl-{code}", "Code": code.rjust(9), "Description": name, "Type": kind, "BalanceType": balance,
        "BalanceSide": side, "IsBlocked": False, **more,
    }  # fmt: skip


CHART = [
    gl("0500", "Aandelenkapitaal", 50, "B", "C"),
    gl("1100", "ING Bank", 12, "B", "D"),
    gl("1150", "Creditcard", 14, "B", "D"),
    gl("1300", "Debiteuren", 20, "B", "D"),
    gl("1600", "Crediteuren", 22, "B", "C"),
    gl("4100", "Huur", 121, "W", "D"),
    gl("7000", "Meel", 111, "W", "D"),
    gl("8000", "Omzet brood", 110, "W", "C"),
]
# Year, period, account, debits less credits. Years are calendar years.
MOVED: list[tuple[int, int, str, float]] = [
    (2023, 0, "1100", 1000.0), (2023, 0, "0500", -1000.0),
    (2024, 3, "1100", 300.0), (2024, 3, "8000", -300.0),
    (2025, 9, "7000", 60.0), (2025, 9, "7000", 40.0), (2025, 9, "1600", -100.0),
    (2026, 10, "1300", 500.0), (2026, 10, "8000", -500.0),
    (2026, 10, "4100", 250.00000000000003), (2026, 10, "1150", -250.0),
    (2026, 11, "1600", 100.0), (2026, 11, "1100", -100.0),
]  # fmt: skip
MADE = {"4100", "7000", "8000"}
BALANCES = [
    {
        "ID": at, "Amount": amount, "BalanceType": "W" if code in MADE else "B", "GLAccount": f"gl-{code}",
        "ReportingYear": year, "ReportingPeriod": period,
    }
    for at, (year, period, code, amount) in enumerate(MOVED)
]  # fmt: skip


def month_period(year: int, month: int) -> dict[str, Any]:
    starts_on = date(year, month, 1)
    return {
        "FinYear": year, "FinPeriod": month, "StartDate": ms(f"{starts_on}"),
        "EndDate": ms(f"{books.month_end(starts_on)}"),
    }  # fmt: skip


PERIODS = [month_period(year, month) for year in (2023, 2024, 2025, 2026) for month in range(1, 13)]


def line(net: float, tax: float | None, code: str, about: str = "zoals besteld") -> dict[str, Any]:
    return {"AmountFC": net, "VATAmountFC": tax, "GLAccount": f"gl-{code}", "Description": about, "Quantity": 1.0}


def entry(key: str, on: str, total: float, tax: float, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "EntryID": key, "EntryNumber": 26700001, "EntryDate": ms(on), "DueDate": None, "Type": 30, "Status": 50,
        "Supplier": "su-1", "InvoiceNumber": 0, "YourRef": f"{key}-ref", "Currency": "EUR", "AmountDC": total,
        "AmountFC": total, "VATAmountFC": tax, "PaymentCondition": "30", "PaymentConditionDescription": "30 dagen",
        "PurchaseEntryLines": {"results": list(lines)}, **more,
    }  # fmt: skip


ENTRIES = [
    entry("pe-1", "2026-09-05", -121.0, -21.0, line(100.0, 21.0, "7000"), DueDate=ms("2026-10-05")),
    entry(
        "pe-2", "2026-10-12", 200.0, 0.0, line(150.0, None, "4100"), line(50.0, 0.0, "7000", ""), Currency="USD",
        AmountDC=160.0, DueDate=ms("2026-10-26"), Supplier="su-2", PaymentConditionDescription=None, YourRef=None,
        InvoiceNumber=4711,
    ),
    entry("pe-3", "2026-10-13", 999.0, 0.0, line(999.0, 0.0, "7000"), Status=5),
    entry("pe-4", "2026-10-14", 12.1, 2.1, line(-10.0, -2.1, "7000"), Type=31),
    entry("pe-5", "2026-10-15", 60.5, 10.5, line(60.5, 10.5, "4100"), Status=20, YourRef=" ", Currency="EUR "),
]  # fmt: skip


def paid(key: str, bill: str | None, amount: float, status: int, **more: Any) -> dict[str, Any]:
    return {
        "ID": key, "Account": "su-1", "Currency": "EUR", "AmountDC": amount, "AmountFC": amount, "BankAccountID": None,
        "EntryDate": None, "EndDate": None, "PaymentMethod": "B", "PaymentBatchNumber": None,
        "CashflowTransactionBatchCode": None, "Status": status, "TransactionType": 30, "TransactionEntryID": bill,
        "Description": None, "PaymentReference": None, **more,
    }  # fmt: skip


PAYMENTS = [
    paid(
        "py-1", "pe-1", -121.0, 50, EntryDate=ms("2026-10-30"), EndDate=ms("2026-11-03"), PaymentBatchNumber=7,
        BankAccountID="bank-ing", Description="november",
    ),
    paid(
        "py-2", "pe-2", 150.0, 40, EntryDate=ms("2026-11-10"), Currency="USD", AmountDC=120.0, Account="su-2",
        PaymentMethod="V", BankAccountID="bank-card",
    ),
    paid("py-3", "pe-2", 50.0, 20, Currency="USD", AmountDC=40.0),
    paid("py-4", "pe-5", 40.5, 20),
    paid("py-5", "pe-5", 20.0, 30),
    paid("py-6", None, 121.0, 50, EntryDate=ms("2026-11-03"), TransactionType=40),
    paid("py-7", "pe-0", 10.0, 50, EntryDate=ms("2024-09-01"), EndDate=ms("2024-10-31")),
    paid("py-8", None, 40.0, 40, EntryDate=ms("2026-11-12"), PaymentMethod="I", BankAccountID="bank-ing"),
    paid("py-9", None, 5.0, 40, EntryDate=ms("2026-11-12"), BankAccountID="bank-ing"),
]  # fmt: skip
DIVISIONS = [
    {
        "Code": 123456, "Description": "De Haven - bakkerij", "CustomerName": "Bakkerij De Haven B.V.",
        "Country": "NL ", "Currency": "EUR", "ChamberOfCommerceNumber": "69000001", "VATNumber": "NL001",
        "AddressLine1": "Kade 2",
        "AddressLine2": None, "AddressLine3": "", "Postcode": "1011 AB", "City": "Amsterdam", "Phone": None,
    },
    {"Code": 123457, "Description": "De Haven - winkels", "CustomerName": "Bakkerij De Haven B.V.", "Country": "BE"},
]  # fmt: skip
SUPPLIERS = [
    {
        "ID": "su-1", "Name": "Molen & Zn", "Email": "molen@example.com", "Phone": None, "VATNumber": "NL002",
        "AddressLine1": "Dijk 1", "Postcode": "1000 AA", "City": "Zaandam", "Country": "NL ", "Blocked": False,
        "PurchaseCurrency": "EUR", "PaymentConditionPurchase": "30", "PaymentConditionPurchaseDescription": "30 dagen",
    },
    {"ID": "su-2", "Name": "Ovens Inc", "Blocked": True, "PaymentConditionPurchase": "14"},
]  # fmt: skip
JOURNALS = [
    {"BankAccountID": "bank-ing", "GLAccount": "gl-1100"},
    {"BankAccountID": None, "GLAccount": "gl-1600"},
    {"BankAccountID": "bank-card", "GLAccount": "gl-1150"},
]
LISTS: dict[str, list[Any]] = {
    "system/Divisions": DIVISIONS,
    "bulk/Financial/GLAccounts": CHART,
    "financial/ReportingBalance": BALANCES,
    "financial/FinancialPeriods": PERIODS,
    "financial/Journals": JOURNALS,
    "bulk/CRM/Accounts": SUPPLIERS,
    "purchaseentry/PurchaseEntries": ENTRIES,
    "bulk/Cashflow/Payments": PAYMENTS,
}
_WORDS: Mapping[str, Callable[[int, int], bool]] = {
    "eq": lambda have, want: have == want,
    "lt": lambda have, want: have < want,
    "le": lambda have, want: have <= want,
    "gt": lambda have, want: have > want,
    "ge": lambda have, want: have >= want,
}


def chosen(row: Mapping[str, Any], wanted: str) -> bool:
    """Whether a row is in a filter of whole numbers joined by `and`; days are not looked at."""
    found = re.findall(r"(\w+) (eq|lt|le|gt|ge) (\d+)\b(?!')", wanted)
    return all(_WORDS[how](row[name], int(number)) for name, how, number in found if name in row)


def exact(lists: Mapping[str, list[Any]] = LISTS, *, size: int = 2, bare: bool = False) -> Answering:
    """Exact with small pages of whole addresses; `bare`: `d` is the rows themselves, and all of them."""

    def answer(url: str, params: Mapping[str, str]) -> Any:
        path = url.removeprefix(f"{HOST}/").removeprefix(f"{DIVISION}/")
        if path == "current/Me":
            return {"d": {"results": [{"CurrentDivision": int(DIVISION)}]}}
        rows = lists[path]
        rows = [row for row in rows if not isinstance(row, dict) or chosen(row, params.get("$filter", ""))]
        at = int(params.get("$skiptoken", "0"))
        if bare:
            return {"d": rows}
        found: dict[str, Any] = {"results": rows[at : at + size]}
        if at + size < len(rows):
            kept = "&".join(f"{key}={value}" for key, value in params.items() if key != "$skiptoken")
            found["__next"] = f"{HOST}/{DIVISION}/{path}?{kept}&$skiptoken={at + size}"
        return {"d": found}

    return Answering(answer)


def all_of(session: Answering, part: str, *, period: Period = PERIOD) -> Pulled:
    return pulled(ADAPTER, session, part, tenant_id=DIVISION, period=period)


def by_id(found: Pulled) -> dict[str, Any]:
    assert len({one.external_id for one in found.records}) == len(found.records)
    return {one.external_id: one for one in found.records}


@pytest.mark.parametrize("bare", [False, True])
def test_every_division_is_found_by_way_of_the_current_one(bare: bool) -> None:
    session = exact(size=1, bare=bare)
    found = ADAPTER.tenants(session)
    assert [(one.id, one.name, one.legal_name, one.country, one.currency) for one in found] == [
        ("123456", "De Haven - bakkerij", "Bakkerij De Haven B.V.", "NL", "EUR"),
        ("123457", "De Haven - winkels", "Bakkerij De Haven B.V.", "BE", None),
    ]
    assert (session.sent[0].url, session.sent[0].params) == ("current/Me", {"$select": "CurrentDivision"})
    assert session.sent[1].url == "123456/system/Divisions"
    assert session.sent[1].params == {"$select": "Code,Description,CustomerName,Country,Currency"}


def test_a_user_without_a_division_has_no_company() -> None:
    assert ADAPTER.tenants(Answering(lambda *_: {"d": {"results": []}})) == ()


def test_bills_are_asked_for_with_their_lines_from_the_first_month_on_and_next_links_are_followed_as_they_are() -> None:
    session = exact()
    found = all_of(session, "bills")
    asked = [one for one in session.sent if one.url.endswith("PurchaseEntries")]
    assert [one.url for one in asked] == [
        f"{DIVISION}/purchaseentry/PurchaseEntries",
        *[f"{HOST}/{DIVISION}/purchaseentry/PurchaseEntries"] * 2,
    ]
    assert asked[0].params == {
        "$filter": "EntryDate ge datetime'2024-11-01'",
        "$expand": "PurchaseEntryLines",
        "$select": "EntryID,EntryNumber,EntryDate,DueDate,Type,Status,Supplier,InvoiceNumber,YourRef,Currency,AmountDC,"
        "AmountFC,VATAmountFC,PaymentCondition,PaymentConditionDescription,PurchaseEntryLines",
    }
    assert asked[2].params["$skiptoken"] == "4"
    assert (found.pages, found.aside) == (3, [])


def test_payments_are_asked_for_once_they_are_made_and_bills_by_those_that_are_not() -> None:
    session = exact()
    all_of(session, "bill_payments")
    all_of(session, "bills")
    filters = {one.params["$filter"] for one in session.sent if one.url == f"{DIVISION}/bulk/Cashflow/Payments"}
    assert filters == {
        "Status ge 40 and (EntryDate ge datetime'2024-11-01' or EndDate ge datetime'2024-11-01')",
        "Status lt 40",
    }


def test_the_company_has_the_name_of_its_owner_and_the_end_of_its_financial_year() -> None:
    (company,) = all_of(exact(), "company").records
    assert isinstance(company, books.Company)
    assert (company.name, company.legal_name) == ("De Haven - bakkerij", "Bakkerij De Haven B.V.")
    assert (company.base_currency, company.country, company.year_end) == ("EUR", "NL", "12-31")
    assert (company.registration_number, company.addresses) == ("69000001", ("Kade 2\n1011 AB\nAmsterdam",))


def test_accounts_have_their_class_from_the_type_or_from_the_side_of_their_balance() -> None:
    more = [
        gl("0700", "Afschrijving inventaris", 35, "B", "C"),
        gl("1520", "Te vorderen BTW", 24, "B", "D"),
        gl("1530", "Af te dragen BTW", 24, "B", "C"),
        gl("4900", "Algemeen", 90, "W", "D"),
        gl("9000", "Onbekend", 90, "X", "?"),
        gl("9100", "Nieuw soort", 999, "W", "C", IsBlocked=True),
    ]
    found = all_of(exact({**LISTS, "bulk/Financial/GLAccounts": [*CHART, *more]}), "accounts")
    accounts = by_id(found)
    assert {key: one.account_class for key, one in accounts.items()} == {
        "gl-0500": AccountClass.EQUITY, "gl-0700": AccountClass.ASSET, "gl-1100": AccountClass.ASSET,
        "gl-1150": AccountClass.LIABILITY, "gl-1300": AccountClass.ASSET, "gl-1520": AccountClass.ASSET,
        "gl-1530": AccountClass.LIABILITY, "gl-1600": AccountClass.LIABILITY, "gl-4100": AccountClass.EXPENSE,
        "gl-4900": AccountClass.EXPENSE, "gl-7000": AccountClass.EXPENSE, "gl-8000": AccountClass.INCOME,
        "gl-9100": AccountClass.INCOME,
    }  # fmt: skip
    assert (accounts["gl-1100"].code, accounts["gl-1100"].is_bank, accounts["gl-1150"].is_card) == ("1100", True, True)
    assert (accounts["gl-1100"].software_type, accounts["gl-4900"].software_type) == ("Bank", None)
    assert (accounts["gl-9100"].active, accounts["gl-9100"].software_type) == (False, None)
    assert [one.external_id for one in found.aside] == ["gl-9000"]


def test_suppliers_have_the_payment_condition_agreed_with_them() -> None:
    found = by_id(all_of(exact(), "suppliers"))
    assert (found["su-1"].terms, found["su-1"].addresses) == ("30 dagen", ("Dijk 1\n1000 AA\nZaandam\nNL",))
    assert (found["su-2"].terms, found["su-2"].active, found["su-2"].addresses) == ("14", False, ())


def test_bills_have_the_sign_of_their_lines_and_what_is_open_from_their_payments() -> None:
    found = by_id(all_of(exact(), "bills"))
    assert {key: one.status for key, one in found.items() if isinstance(one, books.Bill)} == {
        "pe-1": BillStatus.PAID,
        "pe-2": BillStatus.PARTIALLY_PAID,
        "pe-3": BillStatus.VOID,
        "pe-5": BillStatus.OPEN,
    }
    first, foreign, inclusive = found["pe-1"], found["pe-2"], found["pe-5"]
    assert (first.net, first.tax, first.total, first.amount_due) == (100, 21, 121, 0)
    assert (first.issued_on, first.due_on, first.terms) == (date(2026, 9, 5), date(2026, 10, 5), "30 dagen")
    assert (foreign.currency, foreign.rate, foreign.amount_due) == ("USD", Decimal("0.8"), 50)
    assert (foreign.number, foreign.terms, foreign.lines[1].description) == ("4711", "30", None)
    assert (inclusive.currency, inclusive.number, inclusive.amount_due) == ("EUR", "26700001", Decimal("60.5"))
    assert [(one.net, one.tax, one.account_id) for one in inclusive.lines] == [(50, Decimal("10.5"), "gl-4100")]


def test_a_credit_note_comes_among_the_bills() -> None:
    note = by_id(all_of(exact(), "bills"))["pe-4"]
    assert isinstance(note, books.CreditNote)
    assert (note.total, note.status) == (Decimal("12.1"), EntryStatus.POSTED)


def test_payments_say_how_they_were_made_and_only_one_side_of_a_match_is_kept() -> None:
    found = by_id(all_of(exact(), "bill_payments"))
    assert {key: (one.paid_on, one.stated_method, one.account_id) for key, one in found.items()} == {
        "py-1": (date(2026, 11, 3), PaymentMethod.BANK_TRANSFER, "gl-1100"),
        "py-2": (date(2026, 11, 10), PaymentMethod.CREDIT_CARD, "gl-1150"),
        "py-8": (date(2026, 11, 12), PaymentMethod.DIRECT_DEBIT, "gl-1100"),
        "py-9": (date(2026, 11, 12), None, "gl-1100"),
    }
    assert (found["py-1"].total, found["py-1"].note) == (121, "november")
    assert found["py-2"].allocations == (books.Allocation(bill_id="pe-2", amount=Decimal(150)),)
    assert (found["py-2"].rate, found["py-8"].allocations) == (Decimal("0.8"), ())


def statement(part: str, month: date, *, first: date | None = None) -> dict[str, Decimal]:
    found = all_of(exact(size=200), part, period=Period(first or month, month))
    assert found.aside == []
    by_id(found)
    return {one.label: one.amount for one in found.records if one.period_end.replace(day=1) == month}


def test_profit_and_loss_is_what_moved_in_the_period_of_a_month() -> None:
    assert statement("profit_and_loss", date(2026, 10, 1)) == {
        "Omzet brood": 500, "Total income": 500, "Huur": 250, "Total costs": 250, "Net profit": 250
    }  # fmt: skip
    assert statement("profit_and_loss", date(2025, 9, 1))["Meel"] == 100
    assert statement("profit_and_loss", date(2025, 2, 1)) == {
        "Total income": 0, "Total costs": 0, "Net profit": 0
    }  # fmt: skip


def test_balances_are_summed_from_the_first_year_on() -> None:
    assert statement("balance_sheet", date(2026, 10, 1), first=date(2025, 11, 1)) == {
        "ING Bank": 1300, "Debiteuren": 500, "Total assets": 1800,
        "Creditcard": 250, "Crediteuren": 100, "Total liabilities": 350,
        "Aandelenkapitaal": 1000, "Result of earlier years": 200, "Result for the year": 250, "Total equity": 1450,
    }  # fmt: skip
    first = statement("balance_sheet", date(2024, 11, 1))
    assert (first["ING Bank"], first["Result of earlier years"], first["Result for the year"]) == (1300, 0, 300)


def test_a_pull_goes_on_with_the_sums_its_cursor_carries() -> None:
    session = exact()
    whole = all_of(session, "balance_sheet").records
    again, cursor = [], None
    while True:
        asked = Asked(tenant_id=DIVISION, cursor=cursor, period=PERIOD)
        page = ADAPTER.pull(exact(), "balance_sheet", asked)
        again += page.records
        cursor = page.next_cursor
        if cursor is None:
            break
    assert again == whole
    years = [one.params["$filter"] for one in session.sent if one.url == f"{DIVISION}/financial/ReportingBalance"]
    assert years[:4] == [
        "ReportingYear lt 2024",
        "ReportingYear eq 2024 and ReportingPeriod le 11",
        "ReportingYear eq 2024 and ReportingPeriod gt 11",
        "ReportingYear eq 2025 and ReportingPeriod le 1",
    ]


QUARTERS = [
    {"FinYear": year, "FinPeriod": at + 1, "StartDate": ms(f"{year}-{first}"), "EndDate": ms(f"{year}-{last}")}
    for year in (2023, 2024, 2025, 2026)
    for at, (first, last) in enumerate([("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")])
]


def test_books_kept_by_quarter_have_a_balance_sheet_at_its_end_and_no_profit_and_loss_of_a_month() -> None:
    session = exact({**LISTS, "financial/FinancialPeriods": QUARTERS})
    assert all_of(session, "profit_and_loss").records == []
    ends = {one.period_end for one in all_of(session, "balance_sheet").records}
    assert ends == {
        date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31),
        date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30),
    }  # fmt: skip


def test_a_division_without_financial_periods_has_no_statements() -> None:
    session = exact({**LISTS, "financial/FinancialPeriods": []})
    assert (all_of(session, "profit_and_loss").records, all_of(session, "balance_sheet").records) == ([], [])


def test_an_amount_of_an_account_that_is_not_listed_is_set_aside() -> None:
    lost = [row for row in CHART if row["ID"] != "gl-4100"]
    session = exact({**LISTS, "bulk/Financial/GLAccounts": lost})
    found = all_of(session, "profit_and_loss", period=Period(date(2026, 10, 1), date(2026, 10, 1)))
    assert [(one.external_id, one.reason) for one in found.aside] == [
        ("gl-4100", "its account is not among the accounts")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"AmountFC": 10.001234}, "more than four decimals"),
        ({"EntryDate": "/Date(soon)/"}, "cannot be read"),
        ({"EntryDate": "/Date(9999999999999999)/"}, "cannot be read"),
        ({"PurchaseEntryLines": {"__deferred": {"uri": "https://start.exactonline.nl"}}}, "cannot be read"),
        ({"PurchaseEntryLines": {"results": [{}]}}, "the field AmountFC is missing"),
        ({"Currency": None}, "cannot be read"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    rows = [ENTRIES[0], {**ENTRIES[0], "EntryID": "bad", **change}, None, ENTRIES[4]]
    found = all_of(exact({**LISTS, "purchaseentry/PurchaseEntries": rows}), "bills")
    assert [one.external_id for one in found.records] == ["pe-1", "pe-5"]
    assert [one.external_id for one in found.aside] == ["bad", None]
    assert reason in found.aside[0].reason


@pytest.mark.parametrize("part", ["accounts", "suppliers", "bills", "bill_payments"])
def test_a_division_without_any_has_zero_rows(part: str) -> None:
    found = all_of(exact({key: [] for key in LISTS}), part)
    assert (found.records, found.aside) == ([], [])


@pytest.mark.parametrize("body", ["<html></html>", [], {}, {"d": None}, {"d": {"Code": 1}}, {"d": {"results": {}}}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for part in ("bills", "profit_and_loss", "balance_sheet", "bill_payments", "company"):
        with pytest.raises(BadAnswer):
            all_of(Answering(lambda *_: body), part)
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(Answering(lambda *_: body))


def test_years_that_lead_to_themselves_are_given_up() -> None:
    usual = exact().answer

    def answer(url: str, params: Mapping[str, str]) -> Any:
        if "ReportingBalance" in url:
            return {"d": {"results": [], "__next": f"{HOST}/{DIVISION}/financial/ReportingBalance?$skiptoken=1"}}
        return usual(url, params)

    with pytest.raises(BadAnswer):
        all_of(Answering(answer), "balance_sheet")


def test_each_country_has_its_own_host_and_no_other_may_stand_there(tmp_path: Path) -> None:
    software = shipped("exact_online", tmp_path)
    here = software.at({"country": "gb"})
    assert here.oauth is not None
    assert here.api is not None
    assert here.oauth.token_url == "https://start.exactonline.co.uk/api/oauth2/token"
    assert here.api.base_url == "https://start.exactonline.co.uk/api/v1"
    for wrong in ({}, {"country": "xx"}, {"country": "nl.evil.example"}):
        with pytest.raises(ValueError, match="country"):
            software.at(wrong)


def test_the_samples_become_both_reports(tmp_path: Path) -> None:
    session = exact()
    records = [one for part in ADAPTER.parts(BOTH) for one in all_of(session, part).records]
    made = both_reports(tmp_path, shipped("exact_online", tmp_path), records)
    assert "check-failed" not in made.findings
    assert made.line("Net profit", date(2026, 10, 1)) == 250
    assert made.line("Total assets", date(2026, 11, 1)) == 1700
    categories = {one.label: one.category for one in made.financials.lines if one.account_id}
    assert (categories["ING Bank"], categories["Creditcard"], categories["Crediteuren"]) == (
        "asset.current.cash",
        "liability.current.credit_cards",
        "liability.current.trade_payables",
    )
    assert categories["Meel"].startswith("expense.cost_of_sales.")
    # Bills 121 + 160 (200 dollars) + 60.50; a credit note of 12.10; still due 50 dollars and 60.50.
    assert (made.overall.bills, made.overall.billed, made.overall.credited) == (3, Decimal("341.5"), Decimal("12.1"))
    assert (made.overall.outstanding_bills, made.overall.outstanding) == (2, Decimal("100.5"))
    # Payments 121 + 120 (150 dollars) + 40 + 5.
    assert (made.overall.payments, made.overall.paid, made.overall.expenses) == (4, 286, 0)
    # Both bills with a due date were paid after it: 5 October and 26 October.
    assert (made.overall.late_bills, made.overall.late) == (2, 281)
    assert {one.method.value: one.measures.paid for one in made.spend.by_method if one.measures.paid} == {
        "bank_transfer": 121, "credit_card": 120, "direct_debit": 40, "unknown": 5
    }  # fmt: skip
