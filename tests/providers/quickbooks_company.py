"""A made company at QuickBooks Online, for the adapter's test: its rows, its two reports, and answers made of them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from tests.providers.answering import PERIOD

REALM = "4620816365181234560"
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
USD = {"value": "USD", "name": "United States Dollar"}
EUR = {"value": "EUR", "name": "Euro"}
COMPANY = {
    "CompanyName": "Craig's Landscaping",
    "LegalName": "Craig's Design and Landscaping Services, Inc.",
    "CompanyAddr": {"Id": "1", "Line1": "123 Sierra Way", "City": "San Pablo", "PostalCode": "87999"},
    "LegalAddr": {"Id": "1", "Line1": "123 Sierra Way", "City": "San Pablo", "PostalCode": "87999"},
    "PrimaryPhone": {"FreeFormNumber": "+1 650 555 0100"},
    "Email": {"Address": "craig@example.com"},
    "WebAddr": {},
    "FiscalYearStartMonth": "January",
    "Country": "US",
    "Id": "1",
}
PREFERENCES = {"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": True}}


def account(key: str, name: str, kind: str, classification: str, **more: Any) -> dict[str, Any]:
    return {"Id": key, "Name": name, "AccountType": kind, "Classification": classification, "Active": True, **more}


def line(amount: Any, account_id: str, **more: Any) -> dict[str, Any]:
    detail = {"AccountRef": {"value": account_id}, "BillableStatus": "NotBillable"}
    name = "AccountBasedExpenseLineDetail"
    return {"Id": "1", "Amount": amount, "DetailType": name, name: detail, **more}


def item_line(amount: Any, item: str, quantity: Any, price: Any) -> dict[str, Any]:
    name = "ItemBasedExpenseLineDetail"
    return {
        "Amount": amount, "DetailType": name, name: {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price}
    }  # fmt: skip


def item_accounts(expense: str, *, stock: str | None = None) -> dict[str, Any]:
    return {"ExpenseAccountRef": {"value": expense}, **({"AssetAccountRef": {"value": stock}} if stock else {})}


def linked(amount: Any, key: str, kind: str = "Bill") -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": key, "TxnType": kind}]}


def by_check(account_id: str = "35", name: str = "Checking", printed: str = "NotSet") -> dict[str, Any]:
    ref = {"value": account_id, "name": name}
    return {"PayType": "Check", "CheckPayment": {"BankAccountRef": ref, "PrintStatus": printed}}


BY_CARD = {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": "41", "name": "Mastercard"}}}
BILL = {
    "Id": "101",
    "VendorRef": {"value": "56", "name": "Norton Lumber"},
    "TxnDate": "2026-09-01",
    "DueDate": "2026-10-01",
    "DocNumber": "L-1",
    "CurrencyRef": USD,
    "SalesTermRef": {"value": "3"},
    "TotalAmt": 420.00,
    "Balance": 0,
    "TxnTaxDetail": {"TotalTax": 20.00},
    "LinkedTxn": [{"TxnId": "201", "TxnType": "BillPaymentCheck"}],
    "Line": [
        line(300.00, "80", Description="Lumber"),
        item_line(100.00, "11", 8, 12.5),
        {"DetailType": "DescriptionOnly", "Description": "Thank you"},
    ],
}
NORTON = {"value": "56", "name": "Norton Lumber"}
BLUMEN = {"value": "57", "name": "Blumen GmbH"}


def entry(key: str, day: str, total: Any, **more: Any) -> dict[str, Any]:
    """What every entry has; books of one currency leave out which it is in."""
    return {"Id": key, "TxnDate": f"2026-{day}", "TotalAmt": total, **more}


def purchase(key: str, kind: str, paid_from: tuple[str, str], day: str, total: Any, *lines: Any, **more: Any) -> Any:
    """Money spent at once."""
    account, name = paid_from
    return entry(
        key, day, total, PaymentType=kind, AccountRef={"value": account, "name": name}, Line=list(lines), **more
    )


CHECKING, TILL, MASTERCARD = ("35", "Checking"), ("36", "Petty Cash"), ("41", "Mastercard")
TABLES: dict[str, list[dict[str, Any]]] = {
    "Account": [
        account("1", "Sales", "Income", "Revenue", AccountSubType="SalesOfProductIncome"),
        account("5", "Discounts given", "Income", "Revenue", AccountSubType="DiscountsRefundsGiven"),
        account("45", "Landscaping Services", "Income", "Revenue"),
        account("46", "Job Materials", "Income", "Revenue", SubAccount=True, ParentRef={"value": "45"}),
        account("80", "Cost of Goods Sold", "Cost of Goods Sold", "Expense", AccountSubType="SuppliesMaterialsCogs"),
        account("17", "Rent or Lease", "Expense", "Expense", AccountSubType="RentOrLeaseOfBuildings"),
        account("13", "Meals and Entertainment", "Expense", "Expense"),
        account("35", "Checking", "Bank", "Asset", AccountSubType="Checking", AcctNum="1000"),
        account("36", "Petty Cash", "Bank", "Asset", AccountSubType="CashOnHand"),
        account("81", "Inventory Asset", "Other Current Asset", "Asset", AccountSubType="Inventory"),
        account("33", "Accounts Payable (A/P)", "Accounts Payable", "Liability", AccountSubType="AccountsPayable"),
        account("41", "Mastercard", "Credit Card", "Liability", AccountSubType="CreditCard"),
        account("34", "Opening Balance Equity", "Equity", "Equity", AccountSubType="OpeningBalanceEquity"),
        account("90", "Old account (deleted)", "Expense", "Expense") | {"Active": False},
    ],
    "Vendor": [
        {
            "Id": "56",
            "DisplayName": "Norton Lumber",
            "GivenName": "Julie",
            "FamilyName": "Norton",
            "PrimaryEmailAddr": {"Address": "julie@example.com"},
            "PrimaryPhone": {"FreeFormNumber": "555-1234"},
            "BillAddr": {"Line1": "1 Saw Mill", "City": "Millbrae"},
            "TermRef": {"value": "3"},
            "CurrencyRef": USD,
            "TaxIdentifier": "XXXXX6789",
            "Vendor1099": True,
            "Active": True,
        },
        {"Id": "57", "DisplayName": "Blumen GmbH (deleted)", "CurrencyRef": EUR, "Active": False},
    ],
    "Term": [{"Id": "3", "Name": "Net 30", "Type": "STANDARD", "DueDays": 30, "Active": True}],
    "Item": [
        {"Id": "11", "Name": "Pump", "Type": "Inventory", **item_accounts("80", stock="81")},
        {"Id": "12", "Name": "Digging", "Type": "Service", "Active": False, **item_accounts("80")},
    ],
    "PaymentMethod": [
        {"Id": "1", "Name": "Cash", "Type": "NON_CREDIT_CARD", "Active": True},
        {"Id": "2", "Name": "Check", "Type": "NON_CREDIT_CARD", "Active": True},
        {"Id": "3", "Name": "Diner's", "Type": "CREDIT_CARD", "Active": True},
        {"Id": "4", "Name": "Barter", "Type": "NON_CREDIT_CARD", "Active": True},
        {"Id": "5", "Name": "Direct Debit", "Type": "NON_CREDIT_CARD", "Active": False},
    ],
    "Bill": [
        BILL,
        # Half of it is still due.
        {
            **entry("102", "09-01", 100.00, VendorRef=BLUMEN, CurrencyRef=EUR, ExchangeRate=1.1, DueDate="2026-10-15"),
            "Balance": 50.00,
            "HomeBalance": 55.00,
            "Line": [item_line(100.00, "12", 2, 50)],
        },
        entry("103", "10-05", 80, VendorRef=NORTON, Balance=80),
        BILL
        | {"Id": "104", "TotalAmt": 0, "Balance": 0, "TxnTaxDetail": {}, "PrivateNote": "Voided - twice", "Line": []},
    ],
    "VendorCredit": [
        entry("301", "10-02", 20.00, VendorRef=NORTON, CurrencyRef=USD, DocNumber="C-1"),
        entry("302", "10-02", 0, VendorRef=NORTON, CurrencyRef=USD, PrivateNote="Voided"),
    ],
    "BillPayment": [
        # The bill says of this payment that it was a check.
        {
            **entry("201", "10-11", 400.00, VendorRef=NORTON, CurrencyRef=USD, **BY_CARD),
            "Line": [linked(420.00, "101"), linked(20.00, "301", "VendorCredit")],
        },
        {
            **entry("202", "10-11", 50.00, VendorRef=BLUMEN, CurrencyRef=EUR, ExchangeRate=1.2, **by_check()),
            "DocNumber": "ACH",
            "Line": [linked(50.00, "102")],
        },
        entry("203", "10-12", 0, VendorRef=NORTON, PrivateNote="Voided", **by_check()),
        # It moves nothing: a credit is set against a bill.
        {
            **entry("204", "10-12", 0, VendorRef=NORTON, **by_check()),
            "Line": [linked(5.00, "103"), linked(5.00, "302", "VendorCredit")],
        },
    ],
    "Purchase": [
        purchase("401", "CreditCard", MASTERCARD, "10-03", 45.50, line(45.50, "13"))
        | {"EntityRef": {"value": "9", "name": "Lunch Bar", "type": "Customer"}, "Credit": False},
        purchase("402", "CreditCard", MASTERCARD, "10-04", 5.50, line(5.50, "13"), Credit=True),
        purchase("403", "Cash", TILL, "10-05", 10, line(10, "13"), EntityRef=NORTON | {"type": "Vendor"}),
        # A check over 130.00: 100.00 on account of a supplier's bills, 30.00 for coffee.
        purchase("404", "Check", CHECKING, "10-06", 130.00, line(100.00, "33"), line(30.00, "13"))
        | {"PrintStatus": "PrintComplete", "EntityRef": NORTON | {"type": "Vendor"}},
        # The card's own bill, paid from the bank.
        purchase("405", "Cash", CHECKING, "10-07", 500.00, line(500.00, "41")),
        purchase("406", "Check", CHECKING, "10-08", 0, line(0, "13"), PrivateNote="Voided"),
    ],
}


_QUERY = re.compile(r"SELECT \* FROM (\w+)(?: WHERE (.+))? ORDERBY Id STARTPOSITION (\d+) MAXRESULTS (\d+)")


class Company:
    """QuickBooks' queries over the tables, as far as the adapter's go; anything else fails the test."""

    def __init__(self, **changed: Any) -> None:
        self.tables = {**TABLES, **changed}
        self.reports = REPORTS

    def __call__(self, path: str, params: Mapping[str, str]) -> Any:
        match path.removeprefix(f"v3/company/{REALM}/").split("/"):
            case ["query"]:
                return self.query(params["query"])
            case ["companyinfo", realm] if realm == REALM:
                return {"CompanyInfo": COMPANY, "time": "2026-11-23T04:00:00.000-08:00"}
            case ["preferences"]:
                return {"Preferences": PREFERENCES, "time": "2026-11-23T04:00:00.000-08:00"}
            case ["reports", name]:
                return report(name, params, self.reports[name])
        raise AssertionError(path)

    def query(self, text: str) -> Any:
        asked = re.fullmatch(
            r"SELECT \* FROM (\w+)(?: WHERE (.+))? ORDERBY Id STARTPOSITION (\d+) MAXRESULTS (\d+)", text
        )
        assert asked is not None, text
        entity, where, start, most = asked[1], asked[2] or "", int(asked[3]), int(asked[4])
        rows = self.tables[entity]
        if entity in {"Account", "Vendor", "Term", "Item", "PaymentMethod"} and "Active IN (true, false)" not in where:
            rows = [row for row in rows if row.get("Active") is not False]
        for key, wanted in re.findall(r"(Id|AccountType) IN \(('[^)]*)\)", where):
            rows = [row for row in rows if f"'{row[key]}'" in wanted]
        found = rows[start - 1 : start - 1 + most]
        told = {entity: found, "startPosition": start, "maxResults": len(found)} if found else {}
        return {"QueryResponse": told, "time": "2026-11-23T04:00:00.000-08:00"}


Cells = Mapping[date, str]


def row(label: str, cells: Cells | None = None, key: str | None = None) -> dict[str, Any]:
    """What `report` spells out: a label with its cells by month."""
    return {"label": label, "cells": cells or {}, "id": key}


def section(title: str, *rows: Any, total: Any = None, group: str | None = None, own: Any = None) -> dict[str, Any]:
    return {"title": own or row(title), "rows": rows, "total": total, "group": group}


def report(name: str, params: Mapping[str, str], tree: Any) -> dict[str, Any]:
    """A report as QuickBooks prints it, a column a month and, on a profit and loss, one of totals."""
    assert (params["summarize_column_by"], params["accounting_method"]) == ("Month", "Accrual")
    first, last = (date.fromisoformat(params[key]) for key in ("start_date", "end_date"))
    months = [month for month in PERIOD.months if first <= month <= last]
    columns: list[dict[str, Any]] = [{"ColTitle": "", "ColType": "Account"}]
    for month in months:
        ends = books.month_end(month)
        data = [{"Name": "StartDate", "Value": f"{month}"}, {"Name": "EndDate", "Value": f"{ends}"}]
        columns.append({"ColTitle": f"{month:%b %Y}", "ColType": "Money", "MetaData": data})
    if name == "ProfitAndLoss":
        columns.append({"ColTitle": "Total", "ColType": "Money", "MetaData": [{"Name": "ColKey", "Value": "total"}]})

    def cells(one: Mapping[str, Any]) -> dict[str, Any]:
        told = [{"value": one["cells"].get(month, "")} for month in months]
        every = sum((Decimal(cell["value"] or 0) for cell in told), Decimal(0))
        total = [{"value": str(every)}] if name == "ProfitAndLoss" else []
        return {"ColData": [{"value": one["label"]} | ({"id": one["id"]} if one["id"] else {}), *told, *total]}

    def spell(one: Any) -> Any:
        if not isinstance(one, dict) or "title" not in one:
            return {**cells(one), "type": "Data"} if isinstance(one, dict) else one
        told: dict[str, Any] = {"type": "Section"}
        if one["title"]["label"]:
            told["Header"] = cells(one["title"])
        if one["rows"]:
            told["Rows"] = {"Row": [spell(below) for below in one["rows"]]}
        if one["total"] is not None:
            told["Summary"] = cells(one["total"])
        return told

    options = [{"Name": "AccountingStandard", "Value": "GAAP"}, {"Name": "NoReportData", "Value": "false"}]
    header = {"ReportName": name, "ReportBasis": "Accrual", "SummarizeColumnsBy": "Month", "Currency": "USD"}
    return {
        "Header": {**header, "Option": options},
        "Columns": {"Column": columns},
        "Rows": {"Row": [spell(one) for one in tree]},
    }


def both(september: str, october: str, november: str = "0.00") -> Cells:
    return {SEPTEMBER: september, OCTOBER: october, NOVEMBER: november}


REPORTS = {
    "ProfitAndLoss": [
        section(
            "Income",
            row("Sales", {SEPTEMBER: "1000.00", OCTOBER: "1200.00"}, "1"),
            section(
                "Landscaping Services",
                row("Job Materials", {OCTOBER: "102.50"}, "46"),
                own=row("Landscaping Services", {OCTOBER: "197.50"}, "45"),
                total=row("Total Landscaping Services", both("0.00", "300.00")),
            ),
            row("Discounts given", {OCTOBER: "-20.00"}, "5"),
            total=row("Total Income", both("1000.00", "1480.00")),
        ),
        section(
            "Cost of Goods Sold",
            row("Cost of Goods Sold", {SEPTEMBER: "400.00", OCTOBER: "500.00"}, "80"),
            total=row("Total Cost of Goods Sold", both("400.00", "500.00")),
        ),
        section("", total=row("Gross Profit", both("600.00", "980.00"))),
        section(
            "Expenses",
            row("Meals and Entertainment", {OCTOBER: "45.50"}, "13"),
            row("Rent or Lease", {SEPTEMBER: "300.00", OCTOBER: "300.00"}, "17"),
            total=row("Total Expenses", both("300.00", "345.50")),
        ),
        section("", total=row("Net Operating Income", both("300.00", "634.50"))),
        section("Other Income"),
        section("", total=row("Net Income", both("300.00", "634.50"))),
    ],
    "BalanceSheet": [
        section(
            "ASSETS",
            section(
                "Current Assets",
                section(
                    "Bank Accounts",
                    row("Checking", both("1300.00", "1934.50", "1934.50"), "35"),
                    total=row("Total Bank Accounts", both("1300.00", "1934.50", "1934.50")),
                ),
                total=row("Total Current Assets", both("1300.00", "1934.50", "1934.50")),
            ),
            total=row("TOTAL ASSETS", both("1300.00", "1934.50", "1934.50")),
        ),
        section(
            "LIABILITIES AND EQUITY",
            section(
                "Liabilities",
                section(
                    "Current Liabilities",
                    section(
                        "Accounts Payable",
                        row("Accounts Payable (A/P)", both("450.00", "450.00", "450.00"), "33"),
                        total=row("Total Accounts Payable", both("450.00", "450.00", "450.00")),
                    ),
                    section(
                        "Credit Cards",
                        row("Mastercard", both("50.00", "50.00", "50.00"), "41"),
                        total=row("Total Credit Cards", both("50.00", "50.00", "50.00")),
                    ),
                    total=row("Total Current Liabilities", both("500.00", "500.00", "500.00")),
                ),
                total=row("Total Liabilities", both("500.00", "500.00", "500.00")),
            ),
            section(
                "Equity",
                row("Opening Balance Equity", both("500.00", "500.00", "500.00"), "34"),
                row("Net Income", both("300.00", "934.50", "934.50")),
                total=row("Total Equity", both("800.00", "1434.50", "1434.50")),
            ),
            total=row("TOTAL LIABILITIES AND EQUITY", both("1300.00", "1934.50", "1934.50")),
        ),
    ],
}
