"""Answers of Zoho Books, written from the fields its documents and recorded answers have: one small company's books."""

import copy
from collections.abc import Mapping
from typing import Any

from linkflow.outbound.errors import StatusError

ORGANIZATION = "10234695"
Row = dict[str, Any]


def account(key: str, name: str, kind: str, **more: Any) -> Row:
    return {"account_id": key, "account_name": name, "account_code": "", "account_type": kind, "is_active": True,
            "currency_code": "GBP", "parent_account_id": "", "depth": 0, **more}  # fmt: skip


ACCOUNTS = [
    account("401", "Sales", "income", account_code="4000"),
    account("402", "Consulting", "income"),
    account("501", "Tea Leaves", "cost_of_goods_sold"),
    account("601", "Rent", "expense"),
    account("603", "Travel", "expense"),
    account("604", "Flights", "expense", parent_account_id="603", depth=1),
    account("605", "Hotels", "expense", parent_account_id="603", depth=1, is_active=False),
    account("606", "Loan interest", "other_expense"),
    account("101", "Barclays", "bank"),
    account("102", "Petty Cash", "cash"),
    account("103", "Accounts Receivable", "accounts_receivable"),
    account("151", "Equipment", "fixed_asset"),
    account("152", "Accumulated Depreciation", "fixed_asset"),
    account("201", "Accounts Payable", "accounts_payable"),
    account("202", "Company Visa", "credit_card", currency_code="USD"),
    account("301", "Share Capital", "equity"),
]

VENDORS = [
    {"contact_id": "v1", "contact_name": "Assam Traders", "company_name": "Assam Traders Ltd", "contact_type": "vendor",
     "first_name": "Mira", "last_name": "Das", "email": "mira@assam.example", "phone": "", "mobile": "07700 900001",
     "status": "active", "currency_code": "GBP", "payment_terms": 30, "payment_terms_label": "Net 30",
     "created_time": "2024-01-05T09:47:08-0400"},
    {"contact_id": "v2", "contact_name": "Oolong Inc", "contact_type": "vendor", "status": "inactive",
     "currency_code": "USD", "payment_terms": 15, "payment_terms_label": "", "created_time": ""},
    {"contact_id": "c9", "contact_name": "A customer", "contact_type": "customer", "status": "active"},
]  # fmt: skip


def bill(key: str, vendor: str, day: str, total: float, status: str, balance: float, **more: Any) -> Row:
    return {"bill_id": key, "vendor_id": vendor, "vendor_name": "", "bill_number": f"B-{key}", "reference_number": "",
            "date": day, "due_date": "", "status": status, "currency_code": "GBP", "exchange_rate": 1.0,
            "sub_total": total, "tax_total": 0.0, "total": total, "balance": balance, "line_items": [],
            **more}  # fmt: skip


BILLS = [
    bill("b1", "v1", "2026-03-01", 120.0, "paid", 0.0, due_date="2026-03-31", sub_total=100.0, tax_total=20.0,
         payment_terms=30, payment_terms_label="Net 30", line_items=[
             {"line_item_id": "l1", "account_id": "501", "account_name": "Tea Leaves", "description": "Leaves",
              "quantity": 2.5, "rate": 24.0, "item_total": 60.0, "tax_percentage": 20,
              "line_item_taxes": [{"tax_name": "VAT", "tax_amount": 12.0}]},
             {"line_item_id": "l2", "account_id": "", "account_name": "", "name": "Tins", "description": "",
              "quantity": 1, "rate": 40.0, "item_total": 40.0,
              "line_item_taxes": [{"tax_name": "VAT", "tax_amount": 8.0}]}]),
    bill("b2", "v2", "2026-04-10", 100.0, "overdue", 40.0, due_date="2026-05-10", currency_code="USD",
         exchange_rate=0.8),
    bill("b3", "v1", "2026-04-11", 77.0, "void", 77.0),
    bill("b4", "v1", "2026-04-12", 55.0, "draft", 55.0, payment_terms=15),
    bill("b5", "v1", "2026-05-01", 300.0, "open", 300.0, sub_total=250.0, tax_total=50.0),
]  # fmt: skip


def payment(key: str, vendor: str, day: str, amount: float, **more: Any) -> Row:
    return {"payment_id": key, "payment_number": key, "vendor_id": vendor, "date": day, "amount": amount,
            "bcy_amount": amount, "balance": 0.0, "payment_mode": "banktransfer", "reference_number": "",
            "description": "", "paid_through_account_id": "101", "paid_through_account_name": "Barclays",
            "currency_code": "GBP", "exchange_rate": 1.0, "status": "paid", "is_ach_payment": False,
            "check_details": {"check_number": ""}, "bills": [], **more}  # fmt: skip


PAYMENTS = [
    payment("p1", "v1", "2026-04-15", 120.0, reference_number="FPS 17", description="March leaves",
            bills=[{"bill_id": "b1", "bill_number": "B-b1", "amount_applied": 120.0, "date": "2026-03-01"}]),
    payment("p2", "v2", "2026-05-01", 60.0, bcy_amount=48.0, currency_code="USD", exchange_rate=0.8,
            payment_mode="Company Visa", paid_through_account_id="202",
            bills=[{"bill_id": "b2", "amount_applied": 60.0}]),
]  # fmt: skip

CREDITS = [
    {"vendor_credit_id": "vc1", "vendor_credit_number": "CN-1", "vendor_id": "v1", "date": "2026-03-20",
     "status": "open", "currency_code": "GBP", "exchange_rate": 1.0, "total": 10.0, "balance": 10.0},
    {"vendor_credit_id": "vc2", "vendor_credit_number": "CN-2", "vendor_id": "v1", "date": "2026-03-21",
     "status": "void", "currency_code": "GBP", "total": 5.0, "balance": 5.0},
]  # fmt: skip

EXPENSES = [
    {"expense_id": "e1", "date": "2026-05-05", "vendor_id": "v2", "vendor_name": "Oolong Inc", "merchant_name": "",
     "paid_through_account_id": "102", "paid_through_account_name": "Petty Cash", "payment_mode": "Cash",
     "currency_code": "GBP", "exchange_rate": 1.0, "total": 24.0, "bcy_total": 24.0, "status": "nonbillable",
     "reference_number": "", "description": "Samples", "line_items": [
         {"line_item_id": "x1", "account_id": "501", "description": "Samples", "item_total": 20.0, "tax_amount": 4.0}]},
    {"expense_id": "e2", "date": "2026-06-05", "vendor_id": "", "vendor_name": "", "merchant_name": "Kiosk",
     "paid_through_account_id": "202", "payment_mode": "Cash", "currency_code": "USD", "exchange_rate": 0.8,
     "total": 10.0, "bcy_total": 8.0, "status": "nonbillable", "line_items": []},
]  # fmt: skip


def leaf(key: str, name: str, total: float, **more: Any) -> Row:
    return {"account_id": key, "name": name, "account_code": "", "total": total, "total_sub_account": total,
            "depth": 0, "is_child_present": False, **more}  # fmt: skip


def group(name: str, total: float, *inner: Row, **more: Any) -> Row:
    return {"name": name, "total": total, "previous_values": [], "account_transactions": list(inner), **more}


def section(name: str, total: float, *inner: Row) -> Row:
    return group(name, total, *inner, total_label=f"Total for {name}")


PROFIT_AND_LOSS = [
    group("Gross Profit", 7300.0,
          section("Operating Income", 10000.5, leaf("401", "Sales", 9000.0), leaf("402", "", 1000.5)),
          section("Cost of Goods Sold", 2700.5, leaf("501", "Tea Leaves", 2700.5))),
    group("Operating Profit", 4100.0,
          section("Operating Expense", 3200.0, leaf("601", "Rent", 2000.0),
                  leaf("603", "Travel", 100.0, total_sub_account=1200.0, is_child_present=True),
                  leaf("604", "Flights", 300.0, depth=1), leaf("605", "Hotels", 800.0, depth=1))),
    group("Net Profit/Loss", 4050.0, section("Non Operating Income", 0.0),
          section("Non Operating Expense", 50.0, leaf("606", "Loan interest", 50.0))),
]  # fmt: skip
NO_PROFIT = [
    group("Gross Profit", 0.0, section("Operating Income", 0.0), section("Cost of Goods Sold", 0.0)),
    group("Operating Profit", 0.0, section("Operating Expense", 0.0)),
    group("Net Profit/Loss", 0.0, section("Non Operating Income", 0.0), section("Non Operating Expense", 0.0)),
]
BALANCE_SHEET = [
    section("Assets", 15000.0,
            section("Current Assets", 12000.0, group("Bank", 9500.0, leaf("101", "Barclays", 9500.0)),
                    group("Accounts Receivable", 2500.0, leaf("103", "Accounts Receivable", 2500.0))),
            section("Fixed Assets", 3000.0, leaf("151", "Equipment", 4000.0),
                    leaf("152", "Accumulated Depreciation", -1000.0))),
    section("Liabilities & Equities", 15000.0,
            section("Liabilities", 5500.0,
                    section("Current Liabilities", 5500.0, leaf("201", "Accounts Payable", 4900.0),
                            leaf("202", "Company Visa", 600.0))),
            section("Equities", 9500.0, leaf("301", "Share Capital", 5450.0),
                    {"name": "Current Year Earnings", "total": 4050.0})),
]  # fmt: skip

COMPANY = {
    "organization_id": ORGANIZATION, "name": "Brightwater Tea Ltd", "currency_code": "GBP", "company_id_value": "0123",
    "fiscal_year_start_month": "april", "tax_id_value": "", "tax_settings": {"tax_reg_no": "GB123"},
    "address": {"street_address1": "1 Quay", "street_address2": "", "city": "Leith", "zip": "EH6", "country": "U.K"},
    "phone": "", "website": "https://brightwater.example",
}  # fmt: skip

LISTS = {
    "chartofaccounts": ("chartofaccounts", "account_id", ACCOUNTS, ""),
    "contacts": ("contacts", "contact_id", VENDORS, ""),
    "bills": ("bills", "bill_id", BILLS, "bill"),
    "vendorpayments": ("vendorpayments", "payment_id", PAYMENTS, "vendorpayment"),
    "vendorcredits": ("vendor_credits", "vendor_credit_id", CREDITS, "vendor_credit"),
    "expenses": ("expenses", "expense_id", EXPENSES, "expense"),
}
"""By path: what the rows lie under, their id, the rows, and what a row's details lie under."""
DETAILS_ONLY = ("line_items", "payment_terms", "payment_terms_label", "bills", "paid_through_account_id", "tax_total")


def answered(path: str, params: Mapping[str, str], **rows: list[Row]) -> Any:
    """What the company's books answer, with other `rows` for some paths; a list has no details, as the real one has."""
    if path == "organizations":
        return said(organizations=[{**COMPANY, "country_code": "GB", "fiscal_year_start_month": 3}])
    assert params["organization_id"] == ORGANIZATION
    if path.startswith("organizations/"):
        return said(organization=COMPANY)
    if path.startswith("reports/"):
        return report(path, params)
    listing, _, one = path.partition("/")
    under, key, known, detail = LISTS[listing]
    known = rows.get(listing, known)
    if one:
        found = [row for row in known if isinstance(row, dict) and row.get(key) == one]
        if not found:
            raise StatusError("", status=404)
        return said(**{detail: found[0]})
    first = params.get("date_start", "")
    known = [row for row in known if not isinstance(row, dict) or str(row.get("date", "9")) >= first]
    page, size = int(params["page"]), int(params["per_page"])
    shown = copy.deepcopy(known[(page - 1) * size : page * size])
    for row in shown if detail else ():
        for name in DETAILS_ONLY if isinstance(row, dict) else ():
            row.pop(name, None)
    context = {"page": page, "per_page": size, "has_more_page": page * size < len(known)}
    return said(**{under: shown, "page_context": context})


def report(path: str, params: Mapping[str, str]) -> Any:
    """Both statements, with figures in October 2026 alone."""
    october = params["to_date"] == "2026-10-31"
    if path == "reports/profitandloss":
        return said(profit_and_loss=PROFIT_AND_LOSS if october else NO_PROFIT)
    return said(balance_sheet=BALANCE_SHEET if october else [])


def said(**more: Any) -> Row:
    return {"code": 0, "message": "success", **more}
