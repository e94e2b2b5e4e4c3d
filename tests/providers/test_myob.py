"""The adapter for MYOB Business: one made company through every part and to both reports, and odd answers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, LineKind, PaymentMethod
from linkflow.domain.money import in_base
from linkflow.domain.requests import DataType
from linkflow.domain.software import ClientAuth, Pkce
from linkflow.outbound.errors import BadAnswer
from tests.providers.answering import Answering, Request, both_reports, shipped
from tests.providers.answering import pulled as pull

ADAPTER = providers.load("myob")
BOTH = frozenset(DataType)
BUSINESS = "0c7fc03e-e474-42dc-9a46-2fa91694d984"
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
USD = {"UID": "c-usd", "Code": "USD", "CurrencyName": "United States Dollar"}
GST, FREE = {"UID": "t-gst", "Code": "GST"}, {"UID": "t-fre", "Code": "FRE"}
CARPET, HOSTING = {"UID": "s-1", "Name": "Carpet Pty"}, {"UID": "s-2", "Name": "Hosting Inc"}
COMPANY = {
    "CompanyName": "Clearwater Pty Ltd",
    "SerialNumber": 612345678901,
    "Address": "25 Spring Street\r\n\r\nBlackburn VIC 3130\r\n",
    "PhoneNumber": "(03) 9555 0100",
    "ABNOrTFN": "53 004 085 616",
    "ACN": "004 085 616",
}


def account(key: str, code: str, name: str, kind: str, classification: str, parent: str = "", **more: Any) -> Any:
    above = {"UID": parent} if parent else None
    shared = {"UID": key, "DisplayID": code, "Name": name, "Type": kind, "Classification": classification}
    return {**shared, "ParentAccount": above, "IsHeader": False, "IsActive": True, "Level": 3, **more}


def header(key: str, code: str, name: str, classification: str, level: int, parent: str = "") -> Any:
    return account(key, code, name, classification, classification, parent, IsHeader=True, Level=level)


ACCOUNTS = [
    header("h-1", "1-0000", "Assets", "Asset", 1),
    header("h-11", "1-1000", "Current Assets", "Asset", 2, "h-1"),
    account("a-bank", "1-1110", "Business Account", "Bank", "Asset", "h-11"),
    account("a-till", "1-1180", "Petty Cash", "Bank", "Asset", "h-11"),
    account("a-card", "2-1110", "Visa", "CreditCard", "Liability"),
    account("a-owed", "2-1510", "Trade Creditors", "AccountsPayable", "Liability"),
    account("a-kept", "3-8000", "Retained Earnings", "Equity", "Equity"),
    account("a-year", "3-9000", "Current Earnings", "Equity", "Equity"),
    account("a-sales", "4-1100", "Sales of Carpets", "Income", "Income"),
    account("a-cost", "5-1100", "Purchases", "CostOfSales", "CostOfSales"),
    account("a-rent", "6-1100", "Rent", "Expense", "Expense"),
    account("a-bills", "6-1200", "Hosting", "Expense", "Expense"),
    account("a-got", "8-1000", "Interest Income", "OtherIncome", "OtherIncome"),
    account("a-paid", "9-1000", "Interest Expense", "OtherExpense", "OtherExpense", IsActive=False),
]


def line(total: Any, key: str, tax: Any = GST, **more: Any) -> dict[str, Any]:
    return {"RowID": 1, "Type": "Transaction", "Total": total, "Account": {"UID": key}, "TaxCode": tax, **more}


def bill(key: str, day: str, total: Any, due: Any, tax: Any, *lines: Any, **more: Any) -> dict[str, Any]:
    terms = {"PaymentIsDue": "InAGivenNumberOfDays", "BalanceDueDate": 30, "DueDate": "2026-10-01T00:00:00"}
    return {
        "UID": key,
        "Number": f"0000{key}",
        "Date": f"2026-{day}T00:00:00",
        "Supplier": CARPET,
        "Terms": terms,
        "IsTaxInclusive": False,
        "TotalAmount": total,
        "TotalTax": tax,
        "BalanceDueAmount": due,
        "Status": "Open" if due else "Closed",
        "ForeignCurrency": None,
        "Lines": list(lines),
        **more,
    }


ITEM = bill("1", "09-01", 440.00, 0, 40.00, line(400.00, "a-cost", BillQuantity=8, UnitPrice=50)) | {
    "SupplierInvoiceNumber": "C-77"
}
SERVICE = bill(
    *("2", "09-01", 121.00, 21.00, 10.00),
    line(110.00, "a-rent", Description="Rent"),
    {"Type": "Header", "Description": "And besides"},
    line(11.00, "a-rent", FREE),
    {"Type": "Subtotal", "Total": 121.00},
    IsTaxInclusive=True,
)
# 100.00 dollars of theirs are 150.00 of ours.
FOREIGN = bill("3", "10-05", 150.00, 150.00, 0, line(150.00, "a-bills", FREE, TotalForeign=100.00)) | {
    "Supplier": HOSTING,
    "ForeignCurrency": USD,
    "CurrencyExchangeRate": 1.5,
    "TotalAmountForeign": 100.00,
    "TotalTaxForeign": 0,
    "BalanceDueAmountForeign": 100.00,
}
DEBIT = bill("4", "10-06", -55.00, -55.00, -5.00, line(-50.00, "a-cost")) | {"Status": "Debit"}
BEFORE = bill("5", "07-01", 80.00, 80.00, 0) | {"BillType": "PreConversion", "Terms": None}


def payment(key: str, day: str, amount: Any, *lines: Any, **more: Any) -> dict[str, Any]:
    return {
        "UID": key,
        "PayFrom": "Account",
        "Account": {"UID": "a-bank"},
        "Supplier": CARPET,
        "Lines": list(lines),
        "Date": f"2026-{day}T00:00:00",
        "AmountPaid": amount,
        "PaymentNumber": "17",
        "Memo": "",
        **more,
    }


def applied(amount: Any, key: str, kind: str = "Bill", **more: Any) -> dict[str, Any]:
    return {"Type": kind, "Purchase": {"UID": key, "Number": key}, "AmountApplied": amount, **more}


def spent(key: str, day: str, amount: Any, tax: Any, *lines: Any, **more: Any) -> dict[str, Any]:
    return {
        "UID": key,
        "PayFrom": "Account",
        "Account": {"UID": "a-card"},
        "Contact": None,
        "Lines": list(lines),
        "Date": f"2026-{day}T00:00:00",
        "AmountPaid": amount,
        "TotalTax": tax,
        "IsTaxInclusive": True,
        **more,
    }


def part(amount: Any, key: str, tax: Any = FREE, **more: Any) -> dict[str, Any]:
    return {"Account": {"UID": key}, "Amount": amount, "TaxCode": tax, **more}


LISTS: dict[str, list[Any]] = {
    "GeneralLedger/Account": ACCOUNTS,
    "GeneralLedger/TaxCode": [GST | {"Rate": 10.0}, FREE | {"Rate": 0}],
    "Contact/Supplier": [
        {
            "UID": "s-1", "CompanyName": "Carpet Pty", "IsIndividual": False, "IsActive": True,
            "Addresses": [
                {
                    "Location": 1, "Street": "1 Loom Lane\r\nUnit 2", "City": "Perth", "State": "WA",
                    "PostCode": "6000", "Country": "Australia", "Phone1": "08 5550 1234",
                    "Email": "loom@example.com", "ContactName": "Lee Loom",
                },
                {"Location": 2, "Street": "", "City": ""},
            ],
            "BuyingDetails": {
                "ABN": "12 345 678 901",
                "Terms": {"PaymentIsDue": "DayOfMonthAfterEOM", "BalanceDueDate": 20},
            },
        },
        {"UID": "s-2", "FirstName": "Holly", "LastName": "Host", "IsIndividual": True, "IsActive": False,
         "ForeignCurrency": USD, "Addresses": None, "BuyingDetails": None},
    ],
    "Purchase/Bill/Item": [ITEM, DEBIT],
    "Purchase/Bill/Service": [SERVICE],
    "Purchase/Bill/Professional": [FOREIGN],
    "Purchase/Bill/Miscellaneous": [],
    "Purchase/Bill": [
        *(one | {"BillType": "Item", "Lines": None} for one in (ITEM, DEBIT)),
        SERVICE | {"BillType": "Service", "Lines": None},
        FOREIGN | {"BillType": "Professional", "Lines": None},
        {key: held for key, held in BEFORE.items() if key != "Lines"},
    ],
    "Purchase/SupplierPayment": [
        payment("p-1", "10-11", 440.00, applied(440.00, "1"), PayFrom="ElectronicPayments", Account=None),
        payment("p-2", "09-20", 130.00, applied(100.00, "2"), applied(30.00, "o-1", "Order")),
        payment("p-3", "10-12", 75.00, applied(75.00, "3", AmountAppliedForeign=50.00))
        | {"Supplier": HOSTING, "ForeignCurrency": USD, "AmountPaidForeign": 50.00, "Account": {"UID": "a-card"}},
    ],
    "Banking/SpendMoneyTxn": [
        spent("m-1", "10-03", 33.00, 2.00, part(22.00, "a-bills", GST, Memo="Domain"), part(11.00, "a-bills"),
              Contact={"UID": "s-2", "Type": "Supplier", "Name": "Hosting Inc"}),
        # 100.00 on account of a supplier's bills, 20.00 of rent.
        spent("m-2", "10-04", 120.00, 0, part(100.00, "a-owed"), part(20.00, "a-rent"), ChequePrinted=True,
              Account={"UID": "a-bank"}, Contact={"UID": "s-1", "Type": "Supplier", "Name": "Carpet Pty"}),
        # The card's own bill.
        spent("m-3", "10-05", 500.00, 0, part(500.00, "a-card"), Account={"UID": "a-bank"}),
        spent("m-4", "10-06", 5.00, 0, part(5.00, "a-rent"), Account={"UID": "a-till"},
              Contact={"UID": "x", "Type": "Employee", "Name": "Sam Sweep"}),
    ],
}  # fmt: skip
MOVED = {
    SEPTEMBER: {"a-sales": 1000, "a-cost": 400, "a-rent": 100},
    OCTOBER: {"a-sales": "1200.50", "a-cost": 500, "a-rent": 100, "a-bills": 150, "a-got": 10, "a-paid": "2.50"},
}
STOOD = {
    SEPTEMBER: {"a-bank": 1300, "a-card": 100, "a-owed": 200, "a-kept": 500, "a-year": 500},
    OCTOBER: {"a-bank": 1758, "a-till": 50, "a-card": 100, "a-owed": 250, "a-kept": 500, "a-year": 958},
}


class Company:
    """MYOB's lists and reports, as far as the adapter asks for them; anything else fails the test."""

    def __init__(self, lists: Mapping[str, list[Any]] | None = None, **company: Any) -> None:
        self.lists = {**LISTS, **(lists or {})}
        self.company = {**COMPANY, **company}

    def __call__(self, path: str, params: Mapping[str, str]) -> Any:
        assert path.split("/", maxsplit=1)[0] == BUSINESS
        match path.removeprefix(BUSINESS).removeprefix("/"):
            case "":
                return {"CompanyFile": {"Id": BUSINESS, "Country": "NZ"}, "Resources": []}
            case "Company":
                return self.company
            case "GeneralLedger/AccountingProperties":
                return {
                    "ConversionDate": "2020-07-01T00:00:00",
                    "CurrentFinancialYear": 2027,
                    "LastMonthFinancialYear": 6,
                }
            case "Report/ProfitAndLossSummary":
                return report(MOVED, date.fromisoformat(params["EndDate"]))
            case "Report/BalanceSheetSummary":
                return report(STOOD, date.fromisoformat(params["AsOfDate"]))
            case name:
                rows, before, most = since(self.lists[name], params), int(params["$skip"]), int(params["$top"])
                link = f"https://arl2.api.myob.com/{path}?$top={most}&$skip={before + most}"
                more = before + most < len(rows)
                return {
                    "Items": rows[before : before + most],
                    "NextPageLink": link if more else None,
                    "Count": len(rows),
                }


def since(rows: list[Any], params: Mapping[str, str]) -> list[Any]:
    """The rows that the filter asks for, where there is one; those without a day whatever it asks for."""
    first = params.get("$filter", "").removeprefix("Date ge datetime'").removesuffix("'")
    return [row for row in rows if not isinstance(row, dict) or str(row.get("Date") or "9") >= first]


def report(known: Mapping[date, Mapping[str, Any]], last: date) -> dict[str, Any]:
    """Every account that is posted to, at nothing where nothing is known."""
    amounts = known.get(last.replace(day=1), {})
    names = {one["UID"]: (one["Name"], one["DisplayID"]) for one in ACCOUNTS if not one["IsHeader"]}
    classes = {one["UID"]: one["Classification"] for one in ACCOUNTS}
    sheet = known is STOOD
    rows = [
        {"AccountTotal": amounts.get(key, 0), "Account": {"UID": key, "Name": name, "DisplayID": code}}
        for key, (name, code) in names.items()
        if (classes[key] in {"Asset", "Liability", "Equity"}) is sheet
    ]
    return {"AccountsBreakdown": rows, "YearEndAdjust": False}


def session(answer: Any = None, *, page_size: int = 400, **given: str) -> Answering:
    return Answering(answer or Company(), given={"businessId": BUSINESS, **given}, page_size=page_size)


def pulled(name: str, answer: Any = None, **more: Any) -> tuple[list[Any], list[Any], int]:
    found = pull(ADAPTER, session(answer, **more), name, tenant_id=BUSINESS)
    return found.records, found.aside, found.pages


def test_the_company_is_the_one_the_callback_named() -> None:
    asked = session()
    (tenant,) = ADAPTER.tenants(asked)
    assert (tenant.id, tenant.name, tenant.country, tenant.currency) == (BUSINESS, "Clearwater Pty Ltd", "AU", "AUD")
    assert asked.sent == [Request(f"{BUSINESS}/Company", {}, {})]
    (tenant,) = ADAPTER.tenants(session(Company(CompanyName=""), businessName="Clearwater"))
    assert tenant.name == "Clearwater"


@pytest.mark.parametrize("business", ["", "1/../2", f"{BUSINESS}?x", BUSINESS[:-1]])
def test_a_callback_that_names_no_company_opens_none(business: str) -> None:
    asked = session(businessId=business)
    assert ADAPTER.tenants(asked) == ()
    assert asked.sent == []


def test_the_country_of_the_file_tells_the_currency_where_the_serial_number_does_not() -> None:
    for serial, currency in ((64_000, "NZD"), ("", "NZD"), (None, "NZD"), (61_000, "AUD")):
        (company,), _, _ = pulled("company", Company(SerialNumber=serial))
        assert company.base_currency == currency

    def nowhere(path: str, params: Mapping[str, str]) -> Any:
        return {"CompanyName": "Nowhere", "CompanyFile": {"Country": "FR"}}

    with pytest.raises(BadAnswer):
        pulled("company", nowhere)


def test_every_request_is_for_a_list_or_a_report_of_the_company() -> None:
    asked = session()
    for name in ADAPTER.parts(BOTH):
        pull(ADAPTER, asked, name, tenant_id=BUSINESS)
    assert all(one.headers == {} for one in asked.sent)
    sent = [(one.url.removeprefix(f"{BUSINESS}/"), one.params) for one in asked.sent]
    first = {"$top": "400", "$skip": "0"}
    assert [path for path, params in sent if params == first] == ["GeneralLedger/Account", "Contact/Supplier"]
    dated = first | {"$filter": "Date ge datetime'2024-11-01T00:00:00'"}
    assert [path for path, params in sent if params == dated] == [
        *("Purchase/Bill/Item", "Purchase/Bill/Service", "Purchase/Bill/Professional", "Purchase/Bill/Miscellaneous"),
        *("Purchase/Bill", "Purchase/SupplierPayment", "Banking/SpendMoneyTxn"),
    ]
    assert [path for path, params in sent if params == {"$top": "1000", "$skip": "0"}] == [
        *["GeneralLedger/Account"] * 18,
        *["GeneralLedger/TaxCode"] * 4,
        "GeneralLedger/Account",
    ]
    reports = [(path, params) for path, params in sent if path.startswith("Report/")]
    assert len(reports) == 50
    assert reports[0] == (
        "Report/ProfitAndLossSummary",
        {"StartDate": "2024-11-01", "EndDate": "2024-11-30", "ReportingBasis": "Accrual", "YearEndAdjust": "false"},
    )
    assert reports[-1] == (
        "Report/BalanceSheetSummary",
        {"AsOfDate": "2026-11-30", "ReportingBasis": "Accrual", "YearEndAdjust": "false"},
    )
    plain = {path for path, params in sent if not params}
    assert plain == {"Company", "GeneralLedger/AccountingProperties"}


@pytest.mark.parametrize("name", ADAPTER.parts(BOTH))
def test_a_page_takes_no_more_calls_than_fit_into_a_second(name: str) -> None:
    """Of the eight that one key may make a fifth is left to people who wait for a page."""
    asked = session()
    found = pull(ADAPTER, asked, name, tenant_id=BUSINESS)
    assert len(asked.sent) / found.pages <= 5


def test_pages_are_asked_for_by_place_whatever_host_the_next_link_names() -> None:
    asked = session(page_size=5)
    found = pull(ADAPTER, asked, "accounts", tenant_id=BUSINESS)
    assert (len(found.records), found.pages) == (12, 3)
    assert [one.params["$skip"] for one in asked.sent] == ["0", "5", "10"]
    assert {one.url for one in asked.sent} == {f"{BUSINESS}/GeneralLedger/Account"}


@pytest.mark.parametrize(
    ("name", "path", "row"),
    [
        ("bills", "Purchase/Bill/Item", ITEM),
        ("bills", "Purchase/Bill", BEFORE),
        ("bill_payments", "Purchase/SupplierPayment", LISTS["Purchase/SupplierPayment"][0]),
        ("expenses", "Banking/SpendMoneyTxn", LISTS["Banking/SpendMoneyTxn"][0]),
    ],
)
def test_nothing_older_than_the_months_that_were_consented_to_is_read(name: str, path: str, row: Any) -> None:
    nothing: dict[str, list[Any]] = {one: [] for one in LISTS if one.startswith(("Purchase", "Banking"))}
    rows = [row | {"UID": day, "Date": f"{day}T00:00:00"} for day in ("2024-10-31", "2024-11-01")]
    found, aside, _ = pulled(name, Company({**nothing, path: rows}))
    assert ([one.external_id for one in found], aside) == (["2024-11-01"], [])


def test_an_empty_page_that_is_not_the_last_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer):
        pulled("suppliers", lambda path, params: {"Items": [], "NextPageLink": "https://api.myob.com/x"})


def test_the_company_arrives_without_a_persons_tax_number() -> None:
    (company,), aside, _ = pulled("company")
    assert aside == []
    assert company == books.Company(
        external_id=BUSINESS,
        name="Clearwater Pty Ltd",
        base_currency="AUD",
        registration_number="004 085 616",
        tax_number="53004085616",
        country="AU",
        addresses=("25 Spring Street\nBlackburn VIC 3130",),
        phones=("(03) 9555 0100",),
        year_end="06-30",
    )
    (person,), _, _ = pulled("company", Company(ABNOrTFN="123 456 782"))
    assert person.tax_number is None


def test_accounts_are_those_that_are_posted_to() -> None:
    found, aside, _ = pulled("accounts")
    by_id = {one.external_id: one for one in found}
    assert (len(found), aside) == (12, [])
    assert (by_id["a-bank"].is_bank, by_id["a-card"].is_card, by_id["a-bank"].code) == (True, True, "1-1110")
    assert (by_id["a-cost"].account_class, by_id["a-got"].account_class) == (AccountClass.EXPENSE, AccountClass.INCOME)
    assert not by_id["a-paid"].active


def test_suppliers_come_with_their_terms_in_words() -> None:
    carpet, host = pulled("suppliers")[0]
    assert carpet == books.Supplier(
        external_id="s-1",
        name="Carpet Pty",
        contact_name="Lee Loom",
        email="loom@example.com",
        phone="08 5550 1234",
        tax_number="12 345 678 901",
        addresses=("1 Loom Lane\nUnit 2\nPerth\nWA\n6000\nAustralia",),
        terms="Day 20 of the month after",
    )
    assert (host.name, host.contact_name, host.currency, host.active) == ("Holly Host", None, "USD", False)


@pytest.mark.parametrize(
    ("said", "due", "words"),
    [
        ("CashOnDelivery", 0, "Cash on delivery"),
        ("PrePaid", None, "Prepaid"),
        ("Prepaid", 0, "Prepaid"),
        ("InAGivenNumberOfDays", 14, "14 days"),
        ("OnADayOfTheMonth", 15, "Day 15 of the month"),
        ("NumberOfDaysAfterEOM", 30, "30 days after the end of the month"),
        ("WheneverYouLike", 3, None),
        ("InAGivenNumberOfDays", None, None),
        (None, None, None),
    ],
)
def test_terms_in_words(said: Any, due: Any, words: str | None) -> None:
    row = ITEM | {"Terms": {"PaymentIsDue": said, "BalanceDueDate": due}}
    (found, *_), _, _ = pulled("bills", Company({"Purchase/Bill/Item": [row]}))
    assert (found.terms, found.due_on) == (words, None)


def test_bills_of_every_layout_come_once_and_with_their_lines() -> None:
    found, aside, pages = pulled("bills")
    assert (aside, pages) == ([], 5)
    assert [one.external_id for one in found] == ["1", "4", "2", "3", "5"]
    item, _, service, foreign, before = found
    assert (item.total, item.net, item.tax, item.amount_due, item.status) == (440, 400, 40, 0, BillStatus.PAID)
    assert (item.number, item.terms, item.due_on) == ("C-77", "30 days", OCTOBER)
    assert item.lines == (
        books.BillLine(
            net=Decimal(400), tax=Decimal(40), account_id="a-cost", quantity=Decimal(8), unit_price=Decimal(50)
        ),
    )
    # The tax is in the taxed line alone, and its total is what the bill says.
    assert [(one.net, one.tax, one.description) for one in service.lines] == [(100, 10, "Rent"), (11, 0, None)]
    assert (service.status, service.number, service.net) == (BillStatus.PARTIALLY_PAID, "00002", 111)
    assert (foreign.currency, foreign.total, foreign.amount_due, foreign.lines[0].net) == ("USD", 100, 100, 100)
    assert (before.lines, before.terms, before.due_on, before.status) == ((), None, None, BillStatus.OPEN)


@pytest.mark.parametrize(
    ("field", "home", "rate"),
    [(1.5, 150.00, "1.5"), (1.49996, 150.00, "1.49996"), (0.666667, 150.00, "1.5"), (None, 150.00, "1.5")],
)
def test_a_rate_is_what_both_totals_say(field: Any, home: Any, rate: str) -> None:
    row = FOREIGN | {"CurrencyExchangeRate": field, "TotalAmount": home}
    (foreign, *_), _, _ = pulled("bills", Company({"Purchase/Bill/Item": [row]}))
    assert foreign.rate == Decimal(rate)
    assert in_base(foreign.total, currency="USD", rate=foreign.rate, base="AUD") == FOREIGN["TotalAmount"]


def test_a_rate_of_nothing_is_the_fields() -> None:
    nothing = {"TotalAmount": 0, "TotalAmountForeign": 0, "BalanceDueAmountForeign": 0, "Lines": []}
    (found, *_), aside, _ = pulled("bills", Company({"Purchase/Bill/Item": [FOREIGN | nothing]}))
    assert (found.rate, found.currency, aside) == (Decimal("1.5"), "USD", [])


def test_a_foreign_bill_without_amounts_of_its_own_is_in_the_books_currency() -> None:
    half = FOREIGN | {"Lines": [line(150.00, "a-bills", FREE)]}
    (found, *_), _, _ = pulled("bills", Company({"Purchase/Bill/Item": [half]}))
    assert (found.currency, found.rate, found.total, found.lines[0].net) == ("AUD", None, 150, 150)


def test_freight_is_a_line_and_what_rounding_leaves_is_the_heaviest_lines() -> None:
    lines = [line(Decimal("0.33"), "a-cost"), line(Decimal("0.33"), "a-cost"), line(Decimal("10.00"), "a-rent")]
    row = bill("9", "09-01", 12.87, 12.87, 1.17, *({**one, "Total": float(one["Total"])} for one in lines))
    row |= {"Freight": 1.04, "FreightTaxCode": GST}
    (found, *_), _, _ = pulled("bills", Company({"Purchase/Bill/Item": [row]}))
    assert [one.tax for one in found.lines] == [Decimal("0.03"), Decimal("0.03"), Decimal("1.01"), Decimal("0.10")]
    assert (sum(one.tax for one in found.lines), sum(one.net for one in found.lines)) == (found.tax, found.net)
    assert (found.lines[-1].description, found.lines[-1].account_id) == ("Freight", None)


def test_a_debit_is_a_credit_note() -> None:
    (note,) = [one for one in pulled("bills")[0] if isinstance(one, books.CreditNote)]
    assert (note.external_id, note.total, note.supplier_id, note.number) == ("4", 55, "s-1", "00004")


def test_payments_settle_bills_and_not_orders() -> None:
    sent, paid, foreign = pulled("bill_payments")[0]
    assert (sent.stated_method, sent.account_id) == (PaymentMethod.BANK_TRANSFER, None)
    assert (paid.stated_method, paid.account_id, paid.note) == (None, "a-bank", "17")
    assert paid.allocations == (books.Allocation(bill_id="2", amount=Decimal(100)),)
    assert (foreign.currency, foreign.total, foreign.allocations[0].amount) == ("USD", 50, 50)
    assert in_base(foreign.total, currency="USD", rate=foreign.rate, base="AUD") == 75


def test_money_spent_is_an_expense_but_for_what_pays_bills_or_moves_money() -> None:
    found, aside, _ = pulled("expenses")
    assert aside == []
    domain, on_account, rent, sweep = found
    assert (domain.total, domain.supplier_id, domain.account_id) == (33, "s-2", "a-card")
    assert [(one.net, one.tax, one.description) for one in domain.lines] == [(20, 2, "Domain"), (11, 0, None)]
    assert isinstance(on_account, books.BillPayment)
    assert (on_account.external_id, on_account.total, on_account.supplier_id) == ("spend-m-2", 100, "s-1")
    assert (on_account.stated_method, rent.stated_method) == (PaymentMethod.CHEQUE, PaymentMethod.CHEQUE)
    assert (rent.external_id, rent.total) == ("m-2", 20)
    assert (sweep.supplier_id, sweep.contact_name, sweep.stated_method) == (None, "Sam Sweep", None)


def test_statements_stand_under_their_classes_with_totals_and_nothing_at_nothing() -> None:
    found, aside, pages = pulled("profit_and_loss")
    assert (aside, pages) == ([], 9)
    assert [(one.label, one.amount, one.section) for one in found if one.period_end == date(2026, 9, 30)] == [
        ("Sales of Carpets", 1000, ("Income",)),
        ("Total income", 1000, ("Income",)),
        ("Purchases", 400, ("Cost of sales",)),
        ("Total cost of sales", 400, ("Cost of sales",)),
        ("Gross profit", 600, ()),
        ("Rent", 100, ("Expenses",)),
        ("Total expenses", 100, ("Expenses",)),
        ("Operating profit", 500, ()),
        ("Total other income", 0, ("Other income",)),
        ("Total other expenses", 0, ("Other expenses",)),
        ("Net profit", 500, ()),
    ]
    sheet = {one.label: one for one in pulled("balance_sheet")[0] if one.period_end == date(2026, 10, 31)}
    assert sheet["Business Account"].section == ("Assets", "Current Assets")
    assert (sheet["Net assets"].amount, sheet["Total equity"].amount) == (1458, 1458)
    assert sheet["Business Account"].external_id == "balance_sheet:2026-10:a-bank"


def test_an_account_the_chart_has_not_is_shown_under_no_heading_and_in_no_total() -> None:
    fewer = Company({"GeneralLedger/Account": [one for one in ACCOUNTS if one["UID"] != "a-got"]})
    found = [one for one in pulled("profit_and_loss", fewer)[0] if one.period_end == date(2026, 10, 31)]
    lost = next(one for one in found if one.account_id == "a-got")
    assert (lost.label, lost.section, lost.amount) == ("Interest Income", (), 10)
    assert [one for one in found if one.kind is LineKind.TOTAL and not one.section] == []


def test_a_header_that_a_report_brings_is_not_counted_twice() -> None:
    whole = Company()

    def answer(path: str, params: Mapping[str, str]) -> Any:
        found = whole(path, params)
        if "Report/" in path:
            found["AccountsBreakdown"].insert(0, {"AccountTotal": 999, "Account": {"UID": "h-11"}})
            found["AccountsBreakdown"] += [
                None,
                {"AccountTotal": "x", "Account": {"UID": "a-rent"}},
                {"AccountTotal": 1},
            ]
        return found

    found, aside, _ = pulled("balance_sheet", answer)
    assert found == pulled("balance_sheet")[0]
    assert [(one.external_id, one.reason) for one in aside[:3]] == [
        (None, "a field cannot be read"),
        ("a-rent", "a field cannot be read"),
        (None, "a field cannot be read"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"TotalAmount": 10.00001}, "more than four decimals"),
        ({"TotalAmount": None}, "cannot be read"),
        ({"Date": "2026-02-30T00:00:00"}, "cannot be read"),
        ({"Lines": ["x"]}, "cannot be read"),
        ({"Lines": [{"Type": "Transaction", "Account": {"UID": "a-rent"}}]}, "Total is missing"),
        ({"Terms": "30 days"}, "cannot be read"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    rows = [ITEM, ITEM | {"UID": "2"} | change, ITEM | {"UID": "3"}, None, {"Number": "1"}]
    only = Company({"Purchase/Bill/Item": rows, "Purchase/Bill/Service": [], "Purchase/Bill": []})
    found, aside, _ = pulled("bills", only)
    assert [one.external_id for one in found] == ["1", "3", "3"]
    assert [(one.kind, one.external_id) for one in aside] == [("bills", "2"), ("bills", None), ("bills", None)]
    assert reason in aside[0].reason


@pytest.mark.parametrize("body", ["<!DOCTYPE html><p>Sorry</p>", [], {}, {"Items": {}}, {"Errors": [{"Name": "x"}]}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    for name in ADAPTER.parts(BOTH):
        with pytest.raises(BadAnswer):
            pulled(name, lambda path, params: body)
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(session(lambda path, params: body))


@pytest.mark.parametrize("name", [name for name in ADAPTER.parts(BOTH) if name != "company"])
def test_an_empty_company_has_zero_rows(name: str) -> None:
    empty = Company({key: [] for key in LISTS})

    def answer(path: str, params: Mapping[str, str]) -> Any:
        return {"AccountsBreakdown": []} if "Report/" in path else empty(path, params)

    records, aside, _ = pulled(name, answer)
    assert (records, aside) == ([], [])


def test_the_catalogue_asks_for_what_the_product_needs(tmp_path: Path) -> None:
    software = shipped("myob", tmp_path)
    assert software.adapter
    assert not software.read_only
    oauth, api = software.oauth, software.api
    assert oauth is not None
    assert api is not None
    assert (oauth.client_auth, oauth.pkce, oauth.scope_on_token) == (ClientAuth.POST, Pkce.OFF, True)
    assert oauth.required_callback_params == ("businessId",)
    assert oauth.extra_authorize_params == {"prompt": "consent"}
    assert "sme-banking" not in oauth.scopes_for({"financials"})
    assert (api.client_id_header, api.headers) == ("x-myobapi-key", {"x-myobapi-version": "v2"})


def test_both_reports_have_the_books_figures(tmp_path: Path) -> None:
    records = [one for name in ADAPTER.parts(BOTH) for one in pulled(name)[0]]
    made = both_reports(tmp_path, shipped("myob", tmp_path), records)
    place = made.financials.months.index(OCTOBER)
    amounts = {one.label: one.amounts[place] for one in made.financials.lines if one.amounts[place] is not None}
    assert amounts == {
        "Sales of Carpets": Decimal("1200.50"), "Total income": Decimal("1200.50"), "Purchases": 500,
        "Total cost of sales": 500, "Gross profit": Decimal("700.50"), "Rent": 100, "Hosting": 150,
        "Total expenses": 250, "Operating profit": Decimal("450.50"), "Interest Income": 10, "Total other income": 10,
        "Interest Expense": Decimal("2.50"), "Total other expenses": Decimal("2.50"), "Net profit": 458,
        "Business Account": 1758, "Petty Cash": 50, "Total assets": 1808, "Visa": 100, "Trade Creditors": 250,
        "Total liabilities": 350, "Net assets": 1458, "Retained Earnings": 500, "Current Earnings": 958,
        "Total equity": 1458,
    }  # fmt: skip
    assert {one.account_id: one.category for one in made.financials.lines if one.account_id} == {
        "a-sales": "income.revenue.goods", "a-cost": "expense.cost_of_sales.purchases",
        "a-rent": "expense.operating.premises.rent", "a-bills": "expense.operating.technology.software",
        "a-got": "income.other.interest", "a-paid": "expense.finance.loan_interest", "a-bank": "asset.current.cash",
        "a-till": "asset.current.cash", "a-card": "liability.current.credit_cards",
        "a-owed": "liability.current.trade_payables", "a-kept": "equity.retained_earnings",
        "a-year": "equity.current_year",
    }  # fmt: skip
    assert "check-failed" not in made.findings
    overall = made.overall
    # 440.00, 121.00, 100.00 dollars that are 150.00, and 80.00 from before.
    assert (overall.bills, overall.billed, overall.credited) == (4, 791, 55)
    assert (overall.outstanding_bills, overall.outstanding) == (3, 251)
    # 440.00, 130.00, 50.00 dollars that are 75.00, and 100.00 on account.
    assert (overall.payments, overall.paid) == (4, 745)
    assert (overall.expenses, overall.expensed, overall.total) == (3, 58, 849)
    # The first bill, due on the first of October, was paid on the eleventh; the dollars are due then as well.
    assert (overall.late_bills, overall.late) == (2, 590)
    by_method = {one.method: (one.measures.paid, one.measures.expensed) for one in made.spend.by_method}
    assert {method: sums for method, sums in by_method.items() if any(sums)} == {
        PaymentMethod.BANK_TRANSFER: (440, 0), PaymentMethod.CREDIT_CARD: (75, 33), PaymentMethod.CHEQUE: (100, 20),
        PaymentMethod.CASH: (0, 5), PaymentMethod.UNKNOWN: (130, 0),
    }  # fmt: skip
