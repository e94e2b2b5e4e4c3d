"""A small company at Xero, written from the field lists of its API: every row that has ever surprised somebody.

Its books begin in November 2024 with 100.00 of capital and equipment for 1,200.00. Every month it sells for 1,000.00,
buys for 300.50, pays 200.00 of rent by card, and writes 20.00 off its equipment; its year ends with March. After k
months the bank stands at 699.50k − 1,100.00, the card at 200.00k, and what was earned at 479.50k.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

TENANT = "31a3dd0a-98b4-4c1e-a7bd-4a6fb4a5ce6b"
EVENT = "d0ddcf81-f942-4f4d-b3c7-f98045204db4"
ROOT = "api.xro/2.0"
JSON = dict[str, Any]
Params = Mapping[str, str]


def uuid(number: int) -> str:
    """An id like Xero's, that a test can name."""
    return f"c0ffee{number:02}-1234-4abc-8def-9876543210{number:02}"


(SALES, PURCHASES, RENT, WEAR, GAINS, BANK, CARD, WALLET, DEBTORS, EQUIPMENT, WORN, CREDITORS, VAT, SHARES, KEPT) = map(
    uuid, range(15)
)
NOBODYS = "00000000-0000-0000-0000-000000000000"
FLOUR, OVEN, CAFE, GUEST, MILL = map(uuid, range(20, 25))


def on(day: str, offset: str = "+0000") -> str:
    """A day as Xero writes it."""
    return f"/Date({int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)}{offset})/"


CONNECTIONS = [
    {
        "id": uuid(90),
        "authEventId": EVENT,
        "tenantId": TENANT,
        "tenantType": "ORGANISATION",
        "tenantName": "Abra Kebabra",
        "createdDateUtc": "2026-11-23T10:02:11.1234567",
        "updatedDateUtc": "2026-11-23T10:02:11.1234567",
    },
    {
        "id": uuid(91),
        "authEventId": EVENT,
        "tenantId": uuid(92),
        "tenantType": "PRACTICE",
        "tenantName": "Sums & Co",
        "createdDateUtc": "2026-11-23T10:02:11.1234567",
        "updatedDateUtc": "2026-11-23T10:02:11.1234567",
    },
]
CODFATHER = uuid(95)
EARLIER = {**CONNECTIONS[0], "authEventId": uuid(94), "tenantId": CODFATHER, "tenantName": "The Codfather"}
ORGANISATION: JSON = {
    "OrganisationID": uuid(80),
    "Name": "Abra Kebabra",
    "LegalName": "ABRA KEBABRA LIMITED",
    "PaysTax": True,
    "Version": "UK",
    "OrganisationType": "COMPANY",
    "BaseCurrency": "GBP",
    "CountryCode": "GB",
    "IsDemoCompany": False,
    "OrganisationStatus": "ACTIVE",
    "RegistrationNumber": "01234567",
    "TaxNumber": "GB 123 4567 89",
    "FinancialYearEndDay": 31,
    "FinancialYearEndMonth": 3,
    "PeriodLockDate": on("2024-03-31", "+1300"),
    "Timezone": "GMTSTANDARDTIME",
    "ShortCode": "!23eYt",
    "Addresses": [
        {
            "AddressType": "STREET",
            "AddressLine1": "1 High Street",
            "City": "Leeds",
            "PostalCode": "LS1 1AA",
            "Country": "",
        },
        {"AddressType": "POBOX", "City": "", "Region": "", "PostalCode": "", "Country": ""},
    ],
    "Phones": [
        {"PhoneType": "OFFICE", "PhoneNumber": "496 0000", "PhoneAreaCode": "113", "PhoneCountryCode": "44"},
        {"PhoneType": "FAX", "PhoneNumber": "496 0001", "PhoneAreaCode": "113", "PhoneCountryCode": "44"},
    ],
    "ExternalLinks": [{"LinkType": "Website", "Url": "https://abra.example"}],
    "PaymentTerms": {
        "Bills": {"Day": 30, "Type": "DAYSAFTERBILLDATE"},
        "Sales": {"Day": 20, "Type": "OFFOLLOWINGMONTH"},
    },
}


def an_account(key: str, name: str, kind: str, of: str, **more: Any) -> JSON:
    return {
        "AccountID": key,
        "Name": name,
        "Status": "ACTIVE",
        "Type": kind,
        "Class": of,
        "TaxType": "NONE",
        "EnablePaymentsToAccount": False,
        "ShowInExpenseClaims": False,
        "BankAccountType": "",
        "SystemAccount": "",
        "HasAttachments": False,
        "UpdatedDateUTC": on("2008-01-01"),
        **more,
    }


ACCOUNTS = [
    an_account(SALES, "Sales", "REVENUE", "REVENUE", Code="200"),
    an_account(PURCHASES, "Purchases", "DIRECTCOSTS", "EXPENSE", Code="300"),
    an_account(RENT, "Rent", "OVERHEADS", "EXPENSE", Code="469"),
    an_account(WEAR, "Depreciation Expense", "DEPRECIATN", "EXPENSE", Code="416"),
    an_account(
        GAINS, "Realised Currency Gains", "EXPENSE", "EXPENSE", Code="498", SystemAccount="REALISEDCURRENCYGAIN"
    ),
    an_account(
        BANK, "Business Bank Account", "BANK", "ASSET", BankAccountType="BANK", BankAccountNumber="20001512345678",
        CurrencyCode="GBP",
    ),
    an_account(CARD, "Company Plastic", "BANK", "LIABILITY", BankAccountType="CREDITCARD", CurrencyCode="GBP"),
    an_account(WALLET, "PayPal", "BANK", "ASSET", Code="092", BankAccountType="PAYPAL", CurrencyCode="USD"),
    an_account(DEBTORS, "Accounts Receivable", "CURRENT", "ASSET", Code="610", SystemAccount="DEBTORS"),
    an_account(EQUIPMENT, "Computer Equipment", "FIXED", "ASSET", Code="720"),
    an_account(WORN, "Less Accumulated Depreciation on Computer Equipment", "FIXED", "ASSET", Code="721"),
    an_account(CREDITORS, "Accounts Payable", "CURRLIAB", "LIABILITY", Code="800", SystemAccount="CREDITORS"),
    an_account(VAT, "VAT", "CURRLIAB", "LIABILITY", Code="820", SystemAccount="GST", Status="ARCHIVED"),
    an_account(SHARES, "Share Capital", "EQUITY", "EQUITY", Code="950"),
    an_account(KEPT, "Retained Earnings", "EQUITY", "EQUITY", Code="960", SystemAccount="RETAINEDEARNINGS"),
]  # fmt: skip


def a_contact(key: str, name: str, **more: Any) -> JSON:
    return {
        "ContactID": key,
        "ContactStatus": "ACTIVE",
        "Name": name,
        "BankAccountDetails": "",
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "IsSupplier": True,
        "IsCustomer": False,
        "ContactPersons": [],
        "UpdatedDateUTC": on("2026-10-01"),
        "HasAttachments": False,
        "HasValidationErrors": False,
        **more,
    }


CONTACTS = [
    a_contact(
        FLOUR, "Flour Ltd", FirstName="Millie", LastName="Mill", EmailAddress="mill@flour.example", TaxNumber="GB 9",
        CompanyNumber="7654321", DefaultCurrency="GBP",
        Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "555 0101", "PhoneAreaCode": "", "PhoneCountryCode": ""}],
        Addresses=[{"AddressType": "POBOX", "AddressLine1": "PO Box 7", "City": "Hull", "Region": "Humberside"}],
        PaymentTerms={"Bills": {"Day": 14, "Type": "DAYSAFTERBILLMONTH"}},
    ),
    a_contact(OVEN, "Oven AG", DefaultCurrency="USD"),
    a_contact(CAFE, "Corner Café", IsSupplier=False),
    a_contact(GUEST, "A. Guest", IsSupplier=False, IsCustomer=True),
    a_contact(
        MILL, "Old Mill", ContactStatus="ARCHIVED",
        PaymentTerms={"Bills": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}},
    ),
]  # fmt: skip


def a_line(amount: str, tax: str, account: str | None, description: str = "Goods", **more: Any) -> JSON:
    booked = {"AccountID": account, "AccountCode": "300"} if account else {}
    return {
        "LineItemID": uuid(70),
        "Description": description,
        "Quantity": Decimal(2),
        "UnitAmount": Decimal(amount) / 2,
        "TaxType": "INPUT2",
        "TaxAmount": Decimal(tax),
        "LineAmount": Decimal(amount),
        "Tracking": [],
        **booked,
        **more,
    }


def a_document(day: str, contact: str, name: str, net: str, tax: str, **more: Any) -> JSON:
    """What bills, credit notes, bank transactions and what was paid ahead have in common."""
    return {
        "Contact": {"ContactID": contact, "Name": name, "Addresses": [], "Phones": [], "HasValidationErrors": False},
        "Date": on(day),
        "DateString": f"{day}T00:00:00",
        "LineAmountTypes": "Exclusive",
        "LineItems": [a_line(net, tax, PURCHASES)],
        "SubTotal": Decimal(net),
        "TotalTax": Decimal(tax),
        "Total": Decimal(net) + Decimal(tax),
        "UpdatedDateUTC": on("2026-10-01"),
        "CurrencyCode": "GBP",
        "CurrencyRate": Decimal(1),
        "HasAttachments": False,
        **more,
    }


def a_bill(number: int, day: str, due: str | None, net: str, tax: str, **more: Any) -> JSON:
    total = Decimal(net) + Decimal(tax)
    paid = Decimal(more.pop("paid", 0))
    ends = {"DueDate": on(due), "DueDateString": f"{due}T00:00:00"} if due else {}
    usual = {
        "Type": "ACCPAY",
        "InvoiceID": uuid(number),
        "InvoiceNumber": f"F-{number}",
        "Reference": "",
        "Status": "AUTHORISED",
        "AmountDue": total - paid,
        "AmountPaid": paid,
        "AmountCredited": Decimal(0),
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "IsDiscounted": False,
        "HasErrors": False,
        **ends,
    }
    return a_document(day, more.pop("contact", FLOUR), "Flour Ltd", net, tax, **{**usual, **more})


BILLS = [
    a_bill(30, "2026-02-01", "2026-03-03", "1000.00", "200.00", paid="1200.00", Status="PAID"),
    a_bill(
        31, "2026-03-01", "2026-03-31", "250.00", "0.00", contact=OVEN, paid="100.00", CurrencyCode="USD",
        CurrencyRate=Decimal("1.25"),
    ),
    a_bill(
        32, "2026-04-01", "2026-05-01", "50.00", "10.00", LineAmountTypes="Inclusive", InvoiceNumber="",
        LineItems=[a_line("60.00", "10.00", RENT), {"Description": "With thanks", "LineItemID": uuid(71)}],
    ),
    a_bill(33, "2026-05-01", "2026-05-31", "70.00", "0.00", Status="VOIDED"),
    a_bill(34, "2026-05-02", "2026-05-31", "80.00", "0.00", Status="DELETED"),
    a_bill(35, "2026-10-20", None, "90.00", "0.00", Status="DRAFT"),
    a_bill(36, "2026-10-21", "2026-11-20", "95.00", "0.00", Status="SUBMITTED"),
    a_bill(
        37, "2026-09-01", "2026-10-01", "30.00", "6.00", AmountCredited=Decimal(36), AmountDue=Decimal(0),
        Status="PAID",
    ),
]  # fmt: skip


def a_payment(number: int, day: str, bill: JSON, amount: str, account: str, **more: Any) -> JSON:
    names = ("Type", "InvoiceID", "InvoiceNumber", "CurrencyCode", "CurrencyRate", "Contact")
    return {
        "PaymentID": uuid(number),
        "Date": on(day, ""),
        "Amount": Decimal(amount),
        "BankAmount": Decimal(amount),
        "Reference": "",
        "CurrencyRate": bill["CurrencyRate"],
        "PaymentType": "ACCPAYPAYMENT",
        "Status": "AUTHORISED",
        "UpdatedDateUTC": on("2026-10-01"),
        "HasAccount": True,
        "IsReconciled": True,
        "Account": {"AccountID": account},
        "Invoice": {name: bill[name] for name in names},
        "HasValidationErrors": False,
        **more,
    }


BATCH = {
    "BatchPaymentID": uuid(60),
    "Account": {"AccountID": BANK},
    "Date": on("2026-03-10"),
    "Type": "PAYBATCH",
    "Status": "AUTHORISED",
    "TotalAmount": Decimal("1200.00"),
    "Details": "March run",
    "IsReconciled": True,
}
PAYMENTS = [
    a_payment(40, "2026-03-10", BILLS[0], "1000.00", BANK, BatchPaymentID=uuid(60), BatchPayment=BATCH),
    a_payment(41, "2026-03-03", BILLS[0], "200.00", CARD, BatchPaymentID=uuid(60), BatchPayment=BATCH),
    a_payment(42, "2026-03-21", BILLS[1], "100.00", CARD, CurrencyRate=Decimal(0), Reference="Oven, first part"),
    a_payment(43, "2026-04-02", BILLS[0], "5.00", BANK, Status="DELETED"),
    a_payment(44, "2026-04-03", BILLS[0], "6.00", BANK, PaymentType="ACCRECPAYMENT"),
]
ALLOCATED = {
    "Amount": Decimal(36),
    "Date": on("2026-09-02"),
    "Invoice": {"InvoiceID": uuid(37), "InvoiceNumber": "F-37"},
    "IsDeleted": False,
}
PREPAYMENTS = [
    a_document(
        "2026-08-15", FLOUR, "Flour Ltd", "30.00", "6.00", Type="SPEND-PREPAYMENT", PrepaymentID=uuid(45),
        Status="PAID", RemainingCredit=Decimal(0), Reference="Bank transfer", Allocations=[ALLOCATED],
        AppliedAmount=Decimal(36),
    ),
    a_document(
        "2026-08-16", GUEST, "A. Guest", "10.00", "0.00", Type="RECEIVE-PREPAYMENT", PrepaymentID=uuid(46),
        Status="AUTHORISED", RemainingCredit=Decimal(10), Allocations=[],
    ),
]  # fmt: skip
OVERPAYMENTS = [
    a_document(
        "2026-08-17", FLOUR, "Flour Ltd", "9.00", "0.00", Type="SPEND-OVERPAYMENT", OverpaymentID=uuid(47),
        Status="VOIDED", RemainingCredit=Decimal(0), LineAmountTypes="NoTax", Allocations=[],
    )
]  # fmt: skip
CREDIT_NOTES = [
    a_document(
        "2026-04-10", FLOUR, "Flour Ltd", "40.00", "8.00", Type="ACCPAYCREDIT", CreditNoteID=uuid(50),
        CreditNoteNumber="CN-1", Status="AUTHORISED", RemainingCredit=Decimal(38),
        Allocations=[
            {**ALLOCATED, "Amount": Decimal(10), "Invoice": {"InvoiceID": uuid(32)}},
            {**ALLOCATED, "Amount": Decimal(48), "IsDeleted": True},
        ],
    ),
    a_document(
        "2026-04-11", FLOUR, "Flour Ltd", "7.00", "0.00", Type="ACCPAYCREDIT", CreditNoteID=uuid(51),
        CreditNoteNumber="", Status="DRAFT", Allocations=[],
    ),
    a_document(
        "2026-04-12", GUEST, "A. Guest", "1.00", "0.00", Type="ACCRECCREDIT", CreditNoteID=uuid(52),
        CreditNoteNumber="CN-2", Status="PAID", Allocations=[],
    ),
]  # fmt: skip


def a_spend(number: int, day: str, net: str, tax: str, account: str, **more: Any) -> JSON:
    usual = {
        "BankTransactionID": uuid(number),
        "Type": "SPEND",
        "Status": "AUTHORISED",
        "IsReconciled": True,
        "BankAccount": {"AccountID": account, "Name": "Company Plastic"},
    }
    return a_document(day, CAFE, "Corner Café", net, tax, **{**usual, **more})


SPENDS = [
    a_spend(55, "2026-06-05", "12.50", "2.50", CARD, Reference="Lunch"),
    a_spend(56, "2026-06-06", "8.00", "0.00", WALLET, CurrencyCode="USD", CurrencyRate=Decimal("1.28")),
    a_spend(57, "2026-06-07", "3.00", "0.00", CARD, Status="DELETED"),
]
