"""What becomes of the rows and details of Zoho Books. How vendor credits are spread over bills is unverified.

A rate is what one unit of the row's currency costs in the organization's own: payments state both amounts.
"""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    EntryStatus,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Supplier,
    month_end,
)
from linkflow.providers._rows import (
    Row,
    day,
    day_or_none,
    exact,
    inside,
    method,
    money,
    money_or_zero,
    rate,
    text,
    word,
)  # fmt: skip


def company(row: Row) -> Company:
    tax, at = inside(row, "tax_settings"), inside(row, "address")
    lines = [word(at, key) for key in ("street_address1", "street_address2", "city", "state", "zip", "country")]
    return Company(
        external_id=text(row, "organization_id"),
        name=text(row, "name"),
        base_currency=text(row, "currency_code"),
        registration_number=word(row, "company_id_value"),
        tax_number=word(tax, "tax_reg_no") or word(row, "tax_id_value"),
        country=word(at, "country"),
        addresses=tuple(filter(None, ["\n".join(filter(None, lines))])),
        phones=tuple(filter(None, [word(row, "phone")])),
        web_links=tuple(filter(None, [word(row, "website")])),
        year_end=_year_end(row.get("fiscal_year_start_month")),
    )


def _year_end(starts: Any) -> str | None:
    """The day before its first month, which is a name here and a number from 0 in the list of organizations."""
    names = [name.casefold() for name in calendar.month_name]
    if isinstance(starts, str) and starts.casefold() in names[1:]:
        starts = names.index(starts.casefold()) - 1
    if not isinstance(starts, int) or not 0 <= starts < len(names) - 1:
        return None
    return f"{month_end(date(2001, starts or 12, 1)):%m-%d}"


_CLASSES = {
    **dict.fromkeys(("asset", "bank", "cash", "stock", "receivable", "clearing"), AccountClass.ASSET),
    **dict.fromkeys(("liability", "card", "payable", "borrowing"), AccountClass.LIABILITY),
    **dict.fromkeys(("expense", "sold"), AccountClass.EXPENSE),
    "equity": AccountClass.EQUITY,
    "income": AccountClass.INCOME,
}
"""By the last word of an account's type."""


def account(row: Row) -> Account:
    kind = text(row, "account_type")
    return Account(
        external_id=text(row, "account_id"),
        name=text(row, "account_name"),
        account_class=_CLASSES.get(kind.rpartition("_")[2], AccountClass.OTHER),
        code=word(row, "account_code"),
        software_type=kind,
        currency=word(row, "currency_code"),
        active=row.get("is_active") is not False,
        is_bank=kind == "bank",
        is_card=kind == "credit_card",
    )


def supplier(row: Row) -> Supplier | None:
    if word(row, "contact_type") == "customer":
        return None
    person = " ".join(filter(None, (word(row, "first_name"), word(row, "last_name"))))
    return Supplier(
        external_id=text(row, "contact_id"),
        name=word(row, "contact_name") or text(row, "company_name"),
        contact_name=person or None,
        email=word(row, "email"),
        phone=word(row, "phone") or word(row, "mobile"),
        active=word(row, "status") != "inactive",
        currency=word(row, "currency_code"),
        terms=_terms(row),
        first_seen_on=day_or_none(row, "created_time"),
    )


def _terms(row: Row) -> str | None:
    days = row.get("payment_terms")
    return word(row, "payment_terms_label") or (f"{days} days" if isinstance(days, int) and days > 0 else None)


def bill(row: Row) -> Bill:
    total, tax = money(row, "total"), money_or_zero(row, "tax_total")
    return Bill(
        external_id=text(row, "bill_id"),
        supplier_id=word(row, "vendor_id"),
        number=word(row, "bill_number"),
        issued_on=day(row, "date"),
        due_on=day_or_none(row, "due_date"),
        currency=text(row, "currency_code"),
        rate=rate(row, "exchange_rate"),
        status=_bill_status(row),
        net=total - tax,
        tax=tax,
        total=total,
        amount_due=money_or_zero(row, "balance"),
        terms=_terms(row),
        lines=tuple(_bill_line(line) for line in row.get("line_items") or ()),
    )


_UNAPPROVED = frozenset({"draft", "pending_approval", "rejected"})
_VOID = frozenset({"void", "voided", "failed", "cancelled"})


def _bill_status(row: Row) -> BillStatus:
    """By its balance where it says open or overdue: an overdue bill may be paid in part."""
    said, total, due = text(row, "status"), money(row, "total"), money_or_zero(row, "balance")
    if said in _UNAPPROVED | _VOID | {"paid"}:
        return BillStatus.PAID if said == "paid" else BillStatus(_entry_status(row).value)
    return BillStatus.PARTIALLY_PAID if 0 < due < total or said == "partially_paid" else BillStatus.OPEN


def is_void(row: Row) -> bool:
    """Whether a row of a list is of a void entry."""
    return word(row, "status") in _VOID


def _entry_status(row: Row) -> EntryStatus:
    said = word(row, "status")
    if said in _UNAPPROVED:
        return EntryStatus.DRAFT
    return EntryStatus.VOID if said in _VOID else EntryStatus.POSTED


def _bill_line(line: Row) -> BillLine:
    return BillLine(
        net=money(line, "item_total"),
        tax=_tax(line),
        account_id=word(line, "account_id"),
        description=word(line, "description") or word(line, "name"),
        quantity=exact(line, "quantity"),
        unit_price=exact(line, "rate"),
    )


def _tax(line: Row) -> Decimal:
    taxes = line.get("line_item_taxes") or ()
    return sum((money(tax, "tax_amount") for tax in taxes), Decimal(0)) or money_or_zero(line, "tax_amount")


_MODES = {
    "banktransfer": PaymentMethod.BANK_TRANSFER,
    "bankremittance": PaymentMethod.BANK_TRANSFER,
    "check": PaymentMethod.CHEQUE,
    "cash": PaymentMethod.CASH,
    "creditcard": PaymentMethod.CREDIT_CARD,
    "debitcard": PaymentMethod.DEBIT_CARD,
    **dict.fromkeys(("others", "other", "paypal", "stripe"), PaymentMethod.OTHER),
}


def payment(row: Row) -> BillPayment:
    return BillPayment(
        external_id=text(row, "payment_id"),
        supplier_id=word(row, "vendor_id"),
        account_id=word(row, "paid_through_account_id"),
        paid_on=day(row, "date"),
        currency=text(row, "currency_code"),
        rate=rate(row, "exchange_rate"),
        total=money(row, "amount"),
        stated_method=_method(row),
        note=_note(row),
        status=_entry_status(row),
        allocations=_allocations(row, "bills", "amount_applied"),
    )


def _method(row: Row) -> PaymentMethod | None:
    """Its `payment_mode`, which companies name as they like; without one, what else it tells."""
    if found := method(row.get("payment_mode"), _MODES):
        return found
    if row.get("is_ach_payment") is True:
        return PaymentMethod.BANK_TRANSFER
    return PaymentMethod.CHEQUE if word(inside(row, "check_details"), "check_number") else None


def _note(row: Row) -> str | None:
    return " · ".join(filter(None, (word(row, "reference_number"), word(row, "description")))) or None


def _allocations(row: Row, key: str, *amounts: str) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(
            bill_id=text(part, "bill_id"), amount=money(part, next((a for a in amounts if a in part), amounts[0]))
        )
        for part in row.get(key) or ()
    )


def credit_note(row: Row) -> CreditNote:
    return CreditNote(
        external_id=text(row, "vendor_credit_id"),
        supplier_id=word(row, "vendor_id"),
        number=word(row, "vendor_credit_number"),
        issued_on=day(row, "date"),
        currency=text(row, "currency_code"),
        rate=rate(row, "exchange_rate"),
        total=money(row, "total"),
        status=_entry_status(row),
        allocations=_allocations(row, "bills_credited", "amount", "amount_applied"),
    )


def expense(row: Row) -> Expense:
    """Its `payment_mode` says "Cash" whatever it was paid from, so that the account alone decides."""
    return Expense(
        external_id=text(row, "expense_id"),
        supplier_id=word(row, "vendor_id"),
        contact_name=word(row, "vendor_name") or word(row, "merchant_name"),
        account_id=word(row, "paid_through_account_id"),
        spent_on=day(row, "date"),
        currency=text(row, "currency_code"),
        rate=rate(row, "exchange_rate"),
        total=money(row, "total"),
        note=_note(row),
        status=_entry_status(row),
        lines=tuple(_expense_line(line) for line in row.get("line_items") or ()),
    )


def _expense_line(line: Row) -> ExpenseLine:
    return ExpenseLine(
        net=money(line, "item_total"),
        tax=_tax(line),
        account_id=word(line, "account_id"),
        description=word(line, "description"),
    )
