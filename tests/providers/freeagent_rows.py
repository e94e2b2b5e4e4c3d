"""A small company at FreeAgent, written from the field lists of its API: every row that has ever surprised somebody.

It began to use FreeAgent in April 2025. Every month it earns 1,000.00 and 10.50 of interest and spends 300.25, 120.10
and 15.00, of which 575.15 is left, and 466.15 once 109.00 are set aside for tax. After k months the bank stands at
695.15k, in whole pounds, and what was retained at 350 and 466.15k.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
API = "https://api.freeagent.com/v2"


def at(path: str) -> str:
    """The address of a record."""
    return f"{API}/{path}"


COMPANY: Row = {
    "url": at("company"),
    "id": "12345",
    "name": "Brightside Studio Ltd",
    "subdomain": "brightside",
    "type": "UkLimitedCompany",
    "currency": "GBP",
    "company_start_date": "2020-05-01",
    "freeagent_start_date": "2025-04-01",
    "first_accounting_year_end": "2021-04-30",
    "annual_accounting_periods": [
        {"starts_on": "2025-04-01", "ends_on": "2026-03-31"},
        {"starts_on": "2026-04-01", "ends_on": "2027-03-31"},
    ],
    "address1": "1 High Street",
    "address2": "",
    "town": "Leith",
    "postcode": "EH6 6AA",
    "country": "United Kingdom",
    "company_registration_number": "SC123456",
    "contact_email": "jo@brightside.example",
    "contact_phone": "0131 496 0000",
    "website": "https://brightside.example",
    "sales_tax_registration_status": "Registered",
    "sales_tax_registration_number": "GB123456789",
}


def category(code: str, name: str, **more: Any) -> Row:
    return {"url": at(f"categories/{code}"), "description": name, "nominal_code": code, **more}


CATEGORIES: Row = {
    "admin_expenses_categories": [
        category("285", "Accommodation and Meals", tax_reporting_name="Travel", auto_sales_tax_rate="Standard rate"),
    ],
    "cost_of_sales_categories": [category("101", "Cost of Sales")],
    "income_categories": [category("001", "Sales")],
    "general_categories": [
        category("051", "Interest Received"),
        category("411", "Bad Debts"),
        category("602-1", "Computer Equipment Purchase", capital_asset_type=at("capital_asset_types/1")),
        category("606-1", "Computer Equipment Depreciation", capital_asset_type=at("capital_asset_types/1")),
        category("670", "Share Premium"),
        category("681", "Trade Debtors"),
        category("750-1", "Bank Account: Tide", bank_account=at("bank_accounts/1")),
        category("750-2", "Bank Account: Card", bank_account=at("bank_accounts/2")),
        category("796", "Trade Creditors"),
        category("817", "VAT"),
        category("820", "Corporation Tax"),
    ],
}


def bank(number: int, name: str, kind: str = "StandardBankAccount", currency: str = "GBP", **more: Any) -> Row:
    return {"url": at(f"bank_accounts/{number}"), "name": name, "type": kind, "currency": currency,
            "is_personal": False, "status": "active", "opening_balance": "0.0", **more}  # fmt: skip


BANKS = [
    bank(1, "Tide"),
    bank(2, "Card", "CreditCardAccount"),
    bank(4, "Jo's own", is_personal=True),
    bank(3, "Dollars", "PaypalAccount", "USD", status="hidden"),
]

SUPPLIERS = [
    {"url": at("contacts/2"), "first_name": "Mira", "last_name": "Das", "organisation_name": "Acme Ltd",
     "email": "", "billing_email": "billing@acme.example", "phone_number": "020 7946 0001", "mobile": "07700 900001",
     "address1": "11 George Street", "town": "London", "postcode": "SE1 6HA", "country": "United Kingdom",
     "default_payment_terms_in_days": 30, "sales_tax_registration_number": "GB987654321", "status": "Active"},
    {"url": at("contacts/3"), "first_name": "Jo", "last_name": "Bloggs", "organisation_name": None,
     "status": "Active"},
]  # fmt: skip
HIDDEN = [
    {"url": at("contacts/4"), "organisation_name": "Old Mill", "first_name": "Sam", "email": "sam@mill.example",
     "phone_number": "020 7946 0002", "address1": "1 Mill Lane", "default_payment_terms_in_days": 14,
     "status": "Hidden"},
]  # fmt: skip


def bill(number: int, contact: int, day: str, total: str, status: str, **more: Any) -> Row:
    """Of one in pounds whose whole total is due; its net value and tax are below zero where its total is above."""
    tax = Decimal(more.pop("tax", 0))
    return {"url": at(f"bills/{number}"), "contact": at(f"contacts/{contact}"), "reference": f"R-{number}",
            "dated_on": day, "due_on": day, "currency": "GBP", "total_value": total, "exchange_rate": "1.0",
            "net_value": f"{tax - Decimal(total)}", "sales_tax_value": f"{-tax}", "paid_value": "0.0",
            "due_value": total, "status": status, "is_paid_by_hire_purchase": False, "bill_items": [],
            **more}  # fmt: skip


def item(code: str, total: str, **more: Any) -> Row:
    return {"url": at("bill_items/1"), "category": at(f"categories/{code}"), "description": "Things",
            "total_value": total, "sales_tax_rate": "20.0", "quantity": "1.0", **more}  # fmt: skip


BILLS = [
    bill(1, 2, "2026-03-01", "120.0", "Paid", due_on="2026-03-31", paid_on="2026-04-07", tax="20.0",
         paid_value="120.0", due_value="0.0", bill_items=[
             item("101", "60.0", total_value_ex_tax="50.0", quantity="2.5"),
             item("602-1", "60.0", sales_tax_value="-10.0", description=None),
         ]),
    bill(2, 3, "2026-04-10", "250.0", "Overdue", due_on="2026-05-10", currency="USD", exchange_rate="0.8",
         paid_value="100.0", due_value="150.0"),
    bill(3, 2, "2026-04-11", "-48.0", "Refunded", tax="-8.0", reference="CN-3"),
    bill(4, 4, "2026-11-06", "60.0", "Open", due_on="2026-12-06"),
    bill(5, 2, "2026-05-01", "0.0", "Zero Value", reference=""),
]  # fmt: skip


def explained(number: int, bank: int, day: str, gross: str, **more: Any) -> Row:
    return {"url": at(f"bank_transaction_explanations/{number}"), "bank_account": at(f"bank_accounts/{bank}"),
            "bank_transaction": at(f"bank_transactions/{number}"), "dated_on": day, "gross_value": gross,
            "description": f"Line {number}", "sales_tax_status": "TAXABLE", "sales_tax_value": "0.0",
            "marked_for_review": False, "is_money_in": not gross.startswith("-"),
            "is_money_out": gross.startswith("-"), "is_money_paid_to_user": False, **more}  # fmt: skip


EXPLANATIONS = [
    explained(1, 1, "2026-04-07", "-100.0", type="Bill Payment", paid_bill=at("bills/1"), cheque_number="000123"),
    explained(2, 1, "2026-04-08", "-500.0", type="Transfer", transfer_bank_account=at("bank_accounts/2")),
    explained(3, 1, "2026-04-09", "-300.0", paid_user=at("users/5"), is_money_paid_to_user=True),
    explained(4, 1, "2026-04-10", "-24.0", category=at("categories/285"), sales_tax_value="-4.0"),
    explained(5, 1, "2026-04-11", "-9.99", category=at("categories/285"), marked_for_review=True),
    explained(6, 1, "2026-04-12", "1200.0", type="Invoice Receipt", paid_invoice=at("invoices/1")),
    explained(7, 1, "2026-04-13", "-30.0", type="Credit Note Refund", paid_invoice=at("credit_notes/1")),
    explained(8, 2, "2026-03-20", "-20.0", type="Bill Payment", paid_bill=at("bills/1")),
    explained(9, 2, "2026-03-21", "-12.5", category=at("categories/101"), description=""),
    explained(10, 3, "2026-05-20", "-100.0", type="Bill Payment", paid_bill=at("bills/2")),
]

CLAIMS = [
    {"url": at("expenses/1"), "user": at("users/5"), "category": at("categories/285"), "dated_on": "2026-06-01",
     "currency": "USD", "gross_value": "-10.0", "native_gross_value": "-7.8", "sales_tax_value": "0.0",
     "description": "A night in Boston"},
    {"url": at("expenses/2"), "user": at("users/5"), "category": "Mileage", "dated_on": "2026-06-02",
     "currency": "GBP", "gross_value": "-45.0", "native_gross_value": "-45.0", "description": "100 miles"},
    {"url": at("expenses/3"), "user": at("users/5"), "category": at("categories/285"), "dated_on": "2026-06-03",
     "currency": "GBP", "gross_value": "5.0", "native_gross_value": "5.0", "description": "Given back"},
]  # fmt: skip


def balance(code: str, name: str, total: str, **more: Any) -> Row:
    return {"category": at(f"categories/{code.partition('-')[0]}"), "nominal_code": code,
            "display_nominal_code": code, "name": name, "total": total, **more}  # fmt: skip


BALANCES = [
    balance("001", "Sales", "-1000.0"),
    balance("051", "Interest Received", "-10.5"),
    balance("101", "Cost of Sales", "300.25"),
    balance("285", "Accommodation and Meals", "120.1"),
    balance("411", "Bad Debts", "15.0"),
    balance("681", "Trade Debtors", "0.0"),
    balance("750-65345", "Bank Account: Tide", "695.15", display_nominal_code="750-1"),
    balance("820", "Corporation Tax", "-109.0"),
]
SUMMARY: Row = {
    "income": "1011",
    "expenses": "435",
    "operating_profit": "575",
    "less": [
        {"title": "Corp. Tax", "total": "109"},
        {"title": "Dividends", "total": "0"},
        {"title": "Adjustments", "total": "0"},
    ],
    "retained_profit": "466",
    "retained_profit_brought_forward": "15817",
    "retained_profit_carried_forward": "16283",
}


def held(code: str, name: str, debit: int) -> Row:
    return {"name": name, "nominal_code": code, "total_debit_value": debit}


def sheet(months: int) -> Row:
    """After so many months; debit positive, total assets less what is owed."""
    kept = whole(Decimal("466.15") * months)
    bank = whole(Decimal("695.15") * months)
    fixed = 1200 - 20 * months
    return {
        "currency": "GBP",
        "capital_assets": {
            "accounts": [
                held("602-1", "Computer Equipment Purchase", 1200),
                held("606-1", "Computer Equipment Depreciation", -20 * months),
            ],
            "net_book_value": fixed,
        },
        "current_assets": {"accounts": [held("681", "Trade Debtors", 500), held("750-1", "Bank Account: Tide", bank)]},
        "current_liabilities": {
            "accounts": [
                held("750-2", "Bank Account: Card", -50),
                held("796", "Trade Creditors", -300),
                held("817", "VAT", -100 * months),
                held("820", "Corporation Tax", -109 * months),
            ]
        },
        "net_current_assets": 1350 + kept - fixed,
        "total_assets": 1350 + kept,
        "owners_equity": {"accounts": [held("670", "Share Premium", -1000)], "retained_profit": -350 - kept},
        "total_owners_equity": -1350 - kept,
    }


def whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
