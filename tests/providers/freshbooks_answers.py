"""Answers of FreshBooks, written from the fields its documents and recorded answers have: one small business."""

from collections.abc import Mapping
from typing import Any

ACCOUNT, UUID = "ABC123", "0f9e-uuid"
Row = dict[str, Any]


def cad(amount: str | None, code: str = "CAD") -> Row | None:
    return None if amount is None else {"amount": amount, "code": code}


ADDRESS = {"street": "1 Main St", "city": "Toronto", "country": "Canada"}
MEMBERSHIPS = [
    {"id": 1, "role": "owner", "business": {
        "id": 439000, "business_uuid": UUID, "name": "Maple Studio Inc", "account_id": ACCOUNT, "address": ADDRESS}},
    {"id": 2, "role": "owner", "business": {
        "id": 438000, "business_uuid": "other", "name": "Only Time Tracking", "account_id": None, "address": None}},
    {"id": 3, "role": "business_accountant", "business": {
        "id": 437000, "business_uuid": None, "name": "Old Books", "account_id": "OLD1", "address": None}},
    {"id": 4, "role": "business_employee", "business": None},
]  # fmt: skip
SYSTEM = {
    "id": 1, "accountid": ACCOUNT, "name": "Maple Studio Inc", "currency_code": "CAD", "country": "Canada",
    "street": "1 Main St", "street2": None, "city": "Toronto", "province": "Ontario", "code": "M6P", "vat_number": None,
    "bus_phone": "416 555 0100",
}  # fmt: skip


def ledger(key: str, name: str, number: str, kind: str, sub_type: str, **more: Any) -> Row:
    return {"uuid": key, "name": name, "number": number, "type": kind, "sub_type": sub_type, "parent_account": None,
            "sub_accounts": [], "state": "active", "category_id": None, **more}  # fmt: skip


CHART = [
    ledger("u-cash", "Cash", "1000", "asset", "Cash & Bank", sub_accounts=["u-petty"]),
    ledger("u-petty", "Petty Cash", "1000-1", "asset", "Cash & Bank", parent_account="u-cash"),
    ledger("u-ar", "Accounts Receivable", "1200", "asset", "Current Asset"),
    ledger("u-equipment", "Equipment", "1500", "asset", "Fixed Asset"),
    ledger("u-ap", "Accounts Payable", "2000", "liability", "Current Liability"),
    ledger("u-owner", "Owner's Equity", "3000", "equity", "Equity"),
    ledger("u-sales", "Sales", "4000", "income", "Income"),
    ledger("u-cost", "Cost of Goods Sold", "5000", "expense", "Cost of Goods Sold", category_id=900),
    ledger("u-car", "Car & Truck Expenses", "6000", "expense", "Operating Expense", category_id=901),
    ledger("u-gas", "Gas", "6000-1", "expense", "Operating Expense", category_id=902, parent_account="u-car"),
    ledger("u-rent", "Rent", "6100", "expense", "Operating Expense", category_id=903, state="archived"),
    ledger("u-other-1", "Other", "6000-2", "expense", "Operating Expense", parent_account="u-car"),
    ledger("u-other-2", "Other", "6100-2", "expense", "Operating Expense", parent_account="u-rent"),
]

VENDORS = [
    {"vendorid": 5, "vendor_name": "Example Supplies Co", "primary_contact_first_name": "Jamie",
     "primary_contact_last_name": "Vendor", "primary_contact_email": "jamie@supplies.example", "street": "1 Example Rd",
     "street2": "", "city": "Ottawa", "province": None, "postal_code": "K1A", "country": "Canada", "phone": None,
     "currency_code": "CAD", "created_at": "2024-08-22 04:32:55", "vis_state": 0},
    {"vendorid": 6, "vendor_name": "Northern Paper", "currency_code": "CAD", "vis_state": 2},
]  # fmt: skip


def paid(key: int, bill: int, amount: str, kind: str, day: str, **more: Any) -> Row:
    return {"id": key, "billid": bill, "amount": cad(amount), "payment_type": kind, "paid_date": day, "note": "",
            "matched_with_expense": False, "vis_state": 0, **more}  # fmt: skip


PAYMENTS = [
    paid(71, 1, "113.00", "Check", "2026-04-15", note="No. 104"),
    paid(72, 2, "150.00", "VISA", "2026-04-20"),
    paid(73, 3, "77.00", "Cash", "2026-04-21", vis_state=1),
]


def bill(key: int, vendor: int, day: str, total: str, status: str, outstanding: str, **more: Any) -> Row:
    code = more.get("currency_code", "CAD")
    return {"id": key, "vendorid": vendor, "bill_number": None, "issue_date": day, "due_date": None,
            "due_offset_days": 0, "currency_code": code, "status": status, "amount": cad(total, code),
            "total_amount": cad(total, code), "tax_amount": cad("0.00", code), "outstanding": cad(outstanding, code),
            "lines": [], "bill_payments": [], "vis_state": 0, **more}  # fmt: skip


BILLS = [
    bill(1, 5, "2026-03-01", "113.00", "paid", "0.00", bill_number="S-1", due_date="2026-03-31", due_offset_days=30,
         amount=cad("100.00"), tax_amount=cad("13.00"), bill_payments=PAYMENTS[:1], lines=[
             {"id": 1, "categoryid": 902, "description": "Fuel", "quantity": "2", "unit_cost": cad("40.00"),
              "amount": cad("80.00"), "total_amount": cad("90.40"), "tax_amount1": "10.40"},
             {"id": 2, "categoryid": 77, "description": None, "quantity": 1, "unit_cost": cad("20.00"),
              "amount": cad("20.00"), "tax_amount1": cad("2.00"), "tax_amount2": "0.60"}]),
    bill(2, 6, "2026-04-10", "200.00", "overdue", "50.00", due_date="2026-05-10", due_offset_days=30,
         bill_payments=[*PAYMENTS[1:2], {"id": None}]),
    bill(3, 6, "2026-04-11", "77.00", "unpaid", "77.00", vis_state=1),
    bill(4, 5, "2026-04-12", "40.00", "unpaid", "40.00", vis_state=2, tax_amount=None),
    bill(5, 5, "2026-04-13", "50.00", "partial", "20.00", currency_code="USD"),
]  # fmt: skip

EXPENSES = [
    {"id": 81, "expenseid": 81, "categoryid": 902, "date": "2026-05-05", "amount": cad("56.50"), "vendor": "Petro",
     "taxAmount1": cad("6.50"), "taxAmount2": None, "notes": "Road trip", "account_name": "Visa 1111", "bank_name": "",
     "bill_matches": [], "status": 0, "vis_state": 0},
    {"id": 82, "categoryid": 903, "date": "2026-04-15", "amount": cad("113.00"), "vendor": "Example Supplies Co",
     "bill_matches": [{"billid": 1}], "vis_state": 0},
    {"id": 83, "categoryid": 0, "date": "2026-05-06", "amount": cad("9.99"), "vendor": "", "notes": "",
     "vis_state": 1},
]  # fmt: skip


def entry(description: str, amount: str, *children: Row) -> Row:
    return {"description": description, "entry_type": "debit", "total": cad(amount), "data": [],
            "children": list(children)}  # fmt: skip


PROFIT_AND_LOSS = {
    "company_name": "Maple Studio Inc", "currency_code": "CAD", "cash_based": False, "resolution": None, "labels": [],
    "download_token": "secret-token-1", "start_date": "2026-10-01", "end_date": "2026-10-31",
    "income": [
        entry("Sales", "12000.00", entry("Invoice", "11500.00"), entry("Other Income", "500.00")),
        entry("Cost of Goods Sold", "3000.00"),
    ],
    "total_income": entry("Gross Profit", "9000.00"),
    "gross_margin": {"description": "Gross Margin", "total": {"amount": "75.00", "code": "%"}, "children": []},
    "expenses": [
        entry("Car & Truck Expenses", "1500.00", entry("Gas", "900.00", entry("Expenses", "600.00"),
              entry("Bills", "300.00")), entry("Expenses", "600.00")),
        entry("Rent", "2000.00", entry("Bills", "2000.00")),
        entry("Sundries", "100.00", entry("Stamps", "60.00"), entry("Other", "40.00")),
    ],
    "total_expenses": entry("Total Expenses", "3600.00"),
    "net_profit": entry("Net Profit (CAD)", "5400.00"),
}  # fmt: skip


def stood(amount: str, on: str = "2026-10-31") -> list[Row]:
    return [{"balance": cad("1.23"), "date": "2020-01-01"}, {"balance": cad(amount), "date": on}]


def standing(name: str, number: str | None, amount: str, *subs: Row) -> Row:
    return {"account_name": name, "account_number": number, "balances": stood(amount), "sub_accounts": list(subs)}


BALANCE_SHEET = {
    "company_name": "Maple Studio Inc", "currency_code": "CAD", "dates": ["2026-10-31"],
    "download_token": "secret-token-2",
    "data": [
        {"account_type": "asset", "category": "current", "balances": stood("9000.00"), "accounts": [
            standing("Cash", "1000", "6310.00", {
                "sub_account_name": "Petty Cash", "sub_account_number": "1", "balances": stood("310.00")}),
            standing("Accounts Receivable", "1200", "2690.00")]},
        {"account_type": "asset", "category": "fixed", "balances": stood("1000.00"), "accounts": [
            standing("Equipment", "1500", "1000.00")]},
        {"account_type": "liability", "category": "current", "balances": stood("2600.00"), "accounts": [
            standing("Accounts Payable", "2000", "2600.00")]},
        {"account_type": "equity", "category": None, "balances": stood("7400.00"), "accounts": [
            standing("Owner's Equity", "3000", "2000.00"), standing("Profit", None, "5400.00")]},
    ],
    "assets_total": stood("10000.00"), "liabilities_and_equity_total": stood("10000.00"),
}  # fmt: skip
NOTHING = {
    "profitloss": {"income": [], "expenses": [], "net_profit": entry("Net Profit (CAD)", "0.00")},
    "balance_sheet": {"data": [], "download_token": "secret-token-3"},
}

LISTS = {
    "bill_vendors/bill_vendors": ("bill_vendors", VENDORS),
    "bills/bills": ("bills", BILLS),
    "bill_payments/bill_payments": ("bill_payments", PAYMENTS),
    "expenses/expenses": ("expenses", EXPENSES),
}
"""By path: what the rows lie under, and the rows."""


def answered(path: str, params: Mapping[str, str], **rows: list[Row]) -> Any:
    """What the business's books answer, with other `rows` for some lists; more than 100 a page are cut to 100."""
    if path == "auth/api/v1/users/me":
        return {"response": {"id": 12345, "business_memberships": MEMBERSHIPS}}
    if path == f"accounting/businesses/{UUID}/ledger_accounts/accounts":
        return {"data": rows.get("data", CHART)}
    below = path.removeprefix(f"accounting/account/{ACCOUNT}/")
    assert below != path
    if below == f"systems/systems/{ACCOUNT}":
        return said(system=SYSTEM)
    if below.startswith("reports/accounting/"):
        return report(below, params)
    under, known = LISTS[below]
    first = params.get("search[date_min]", "")
    known = [row for row in rows.get(under, known) if not isinstance(row, dict) or str(row.get("date", "9")) >= first]
    page, size = int(params["page"]), min(int(params["per_page"]), 100)
    context = {"page": page, "per_page": size, "pages": -(-len(known) // size), "total": len(known)}
    return said(**{under: known[(page - 1) * size : page * size], **context})


def report(path: str, params: Mapping[str, str]) -> Any:
    """Both statements, with figures in October 2026 alone."""
    if path.endswith("/balance_sheet"):
        october = params["dates[]"] == "2026-10-31"
        return said(balance_sheet=BALANCE_SHEET if october else NOTHING["balance_sheet"])
    return said(profitloss=PROFIT_AND_LOSS if params["end_date"] == "2026-10-31" else NOTHING["profitloss"])


def said(**more: Any) -> Row:
    return {"response": {"result": more}}


def refused(*numbers: int) -> Row:
    return {"response": {"errors": [{"errno": one, "field": "", "message": "…", "object": "x"} for one in numbers]}}
