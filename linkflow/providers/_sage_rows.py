"""Sage Accounting's rows as records: what is nested is named by its id, amounts are in the row's own currency.

Which way round `exchange_rate` is said is not documented, so the rate is taken from a row's own two totals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, PaymentMethod
from linkflow.providers._rows import (
    Row,
    amount,
    day,
    day_or_none,
    exact,
    inside,
    method,
    money,
    money_or_zero,
    text,
    word,
)

_CLASSES = {
    AccountClass.INCOME: ("SALES", "OTHER_INCOME", "INCOME"),
    AccountClass.EXPENSE: ("DIRECT_EXPENSES", "OVERHEADS", "DEPRECIATION", "EXPENSE", "EXPENSES", "EXPENDITURE"),
    AccountClass.ASSET: ("CURRENT_ASSETS", "FIXED_ASSETS", "FUTURE_ASSETS", "BANK", "ASSET", "ASSETS"),
    AccountClass.LIABILITY: ("CURRENT_LIABILITY", "FUTURE_LIABILITY", "LINE_OF_CREDIT", "LIABILITY", "LIABILITIES"),
    AccountClass.EQUITY: ("EQUITY", "CAPITAL"),
}
_CLASS_OF = {name: found for found, names in _CLASSES.items() for name in names}
"""By the id of an account's type, or of its group. [C]"""
_CARD = "CREDIT_CARD"
_STATUSES = {
    "DRAFT": BillStatus.DRAFT,
    "UNPAID": BillStatus.OPEN,
    "PART_PAID": BillStatus.PARTIALLY_PAID,
    "PAID": BillStatus.PAID,
    "VOID": BillStatus.VOID,
}
_CREDIT_NOTE = "CREDIT_NOTE"
# By id, in small letters. [U] but for CREDIT_DEBIT; what is not here is read from the words it is displayed as.
_METHODS = {
    "check": PaymentMethod.CHEQUE,
    "electronic": PaymentMethod.BANK_TRANSFER,
    "banktransfer": PaymentMethod.BANK_TRANSFER,
    "other": PaymentMethod.OTHER,
}


class Bank(NamedTuple):
    """A bank account: the ledger account behind it, and its type ("CHECKING", "CREDIT_CARD")."""

    account_id: str | None
    kind: str


@dataclass(frozen=True)
class Around:
    """What a row does not say by itself: the bank accounts by id, and the financial settings."""

    banks: Mapping[str, Bank] = field(default_factory=dict)
    settings: Row = field(default_factory=dict)

    def kind_of(self, account_id: str) -> str:
        """The type of the bank account behind a ledger account; empty for any other."""
        return next((bank.kind for bank in self.banks.values() if bank.account_id == account_id), "")


def id_of(row: Row, key: str) -> str | None:
    """The id of what a row refers to."""
    return word(inside(row, key), "id")


def year_end(settings: Row) -> str | None:
    """The financial year's end as MM-DD."""
    ends_on = day_or_none(settings, "year_end_date")
    return f"{ends_on:%m-%d}" if ends_on else None


def balance(row: Row) -> Decimal:
    """What a ledger account came to, debit positive."""
    details = inside(row, "balance_details")
    return money(details, "debits") - money(details, "credits")


def bank(row: Row) -> Bank:
    """A bank account."""
    return Bank(id_of(row, "ledger_account"), id_of(row, "bank_account_type") or "")


def company(row: Row, settings: Row) -> books.Company:
    """A business with its financial settings."""
    return books.Company(
        external_id=text(row, "id"),
        name=text(row, "name"),
        base_currency=text(inside(settings, "base_currency"), "id"),
        legal_name=text(row, "name"),
        tax_number=word(settings, "tax_number"),
        country=id_of(row, "country"),
        addresses=_address(inside(row, "address") or row),
        phones=tuple(filter(None, (word(row, "telephone"), word(row, "mobile")))),
        web_links=tuple(filter(None, [word(row, "website")])),
        year_end=year_end(settings),
    )


def account(row: Row, around: Around) -> books.Account:
    """A ledger account. What is owed on a card is a liability, wherever Sage lists the card."""
    kind = around.kind_of(text(row, "id"))
    code, type_id = row.get("nominal_code"), id_of(row, "ledger_account_type") or ""
    return books.Account(
        external_id=text(row, "id"),
        name=word(row, "name") or word(row, "display_name") or text(row, "displayed_as"),
        account_class=AccountClass.LIABILITY if kind == _CARD else _class(row, type_id),
        code=str(code) if isinstance(code, int) else word(row, "nominal_code"),
        software_type=_words(_CARD if kind == _CARD else type_id),
        software_subtype=_words(kind),
        active=row.get("included_in_chart") is not False,
        is_bank=type_id == "BANK" and kind != _CARD,
        is_card=kind == _CARD,
    )


def supplier(row: Row, _: Around) -> books.Supplier:
    """A contact that is a vendor."""
    person, days = inside(row, "main_contact_person"), row.get("credit_days")
    return books.Supplier(
        external_id=text(row, "id"),
        name=word(row, "name") or text(row, "displayed_as"),
        contact_name=word(person, "name"),
        email=word(row, "email") or word(person, "email"),
        phone=word(person, "telephone") or word(person, "mobile"),
        tax_number=word(row, "tax_number"),
        registration_number=word(row, "registered_number"),
        addresses=_address(inside(row, "main_address")),
        active=not row.get("deleted_at"),
        currency=id_of(row, "currency"),
        terms=f"{days} days" if isinstance(days, int) else word(row, "credit_terms_and_conditions"),
    )


def invoice(row: Row, _: Around) -> books.Bill:
    """A purchase invoice with its lines."""
    return books.Bill(
        **_document(row),
        due_on=day_or_none(row, "due_date"),
        status=_status(row),
        net=money(row, "net_amount"),
        tax=money_or_zero(row, "tax_amount"),
        amount_due=money(row, "outstanding_amount"),
        lines=tuple(
            books.BillLine(
                **_line(line, "description"), quantity=exact(line, "quantity"), unit_price=exact(line, "unit_price")
            )
            for line in row["invoice_lines"]
        ),
    )


def quick_credit(row: Row, around: Around) -> books.CreditNote | None:
    """A quick entry that is a credit note."""
    return credit_note(row, around) if id_of(row, "quick_entry_type") == _CREDIT_NOTE else None


def quick_bill(row: Row, _: Around) -> books.Bill | None:
    """A quick entry that is a bill: of one line, entered without a document."""
    if id_of(row, "quick_entry_type") == _CREDIT_NOTE:
        return None
    return books.Bill(
        **_document(row),
        due_on=day_or_none(row, "due_date"),
        status=_status(row),
        net=money(row, "net_amount"),
        tax=money_or_zero(row, "tax_amount"),
        amount_due=money(row, "outstanding_amount"),
        lines=(books.BillLine(**_line(row, "details")),),
    )


def credit_note(row: Row, _: Around) -> books.CreditNote:
    """A purchase credit note; its amounts are above zero whichever way it is said."""
    document = _document(row)
    status = _status(row)
    return books.CreditNote(
        **{**document, "total": abs(document["total"])},
        status={BillStatus.DRAFT: EntryStatus.DRAFT, BillStatus.VOID: EntryStatus.VOID}.get(status, EntryStatus.POSTED),
        allocations=tuple(
            books.Allocation(bill_id=bill_id, amount=abs(money(part, "amount")))
            for part in row.get("payments_allocations") or ()
            if (bill_id := id_of(part, "artefact"))
        ),
    )


def payment(row: Row, around: Around) -> books.BillPayment:
    """A payment to a vendor; what is not allocated was paid on account."""
    return books.BillPayment(
        **_paid(row, around),
        paid_on=day(row, "date"),
        allocations=tuple(
            books.Allocation(bill_id=text(inside(part, "artefact"), "id"), amount=money(part, "amount"))
            for part in row.get("allocated_artefacts") or ()
        ),
    )


def expense(row: Row, around: Around) -> books.Expense:
    """A payment straight to ledger accounts. It names no currency: Sage keeps these in that of the business."""
    return books.Expense(
        **_paid(row, around),
        spent_on=day(row, "date"),
        contact_name=word(inside(row, "contact"), "displayed_as"),
        lines=tuple(books.ExpenseLine(**_line(line, "details")) for line in row["payment_lines"]),
    )


def _class(row: Row, type_id: str) -> AccountClass:
    group = (id_of(row, "ledger_account_group") or "").upper()
    found = _CLASS_OF.get(type_id) or _CLASS_OF.get(group)
    if found is None:
        raise ValueError("ledger_account_type")
    return found


def _words(identifier: str) -> str | None:
    """CURRENT_ASSETS as "Current assets": it is a heading of the statements."""
    return identifier.replace("_", " ").capitalize() or None


def _address(row: Row) -> tuple[str, ...]:
    keys = ("address_line_1", "address_line_2", "city", "region", "postal_code")
    lines = [*(word(row, key) for key in keys), word(inside(row, "country"), "displayed_as")]
    return ("\n".join(filter(None, lines)),) if any(lines) else ()


def _document(row: Row) -> dict[str, Any]:
    """What bills and credit notes have in common."""
    return {
        "external_id": text(row, "id"),
        "issued_on": day(row, "date"),
        "currency": text(inside(row, "currency"), "id"),
        "rate": _rate(row),
        "total": money(row, "total_amount"),
        "supplier_id": id_of(row, "contact"),
        "number": word(row, "vendor_reference") or word(row, "reference"),
    }


def _paid(row: Row, around: Around) -> dict[str, Any]:
    """What payments and expenses have in common."""
    paid_from = around.banks.get(id_of(row, "bank_account") or "", Bank(None, ""))
    return {
        "external_id": text(row, "id"),
        "currency": text(inside(row, "currency") or inside(around.settings, "base_currency"), "id"),
        "rate": _rate(row),
        "total": money(row, "total_amount"),
        "supplier_id": id_of(row, "contact"),
        "account_id": paid_from.account_id,
        "stated_method": _method(inside(row, "payment_method"), paid_from),
        "note": word(row, "reference"),
        "status": EntryStatus.VOID if row.get("deleted_at") else EntryStatus.POSTED,
    }


def _line(row: Row, description: str) -> dict[str, Any]:
    return {
        "net": money(row, "net_amount"),
        "tax": money_or_zero(row, "tax_amount"),
        "account_id": id_of(row, "ledger_account"),
        "description": word(row, description),
    }


def _status(row: Row) -> BillStatus:
    if row.get("deleted_at") or word(row, "void_reason"):
        return BillStatus.VOID
    found = _STATUSES.get(text(inside(row, "status"), "id"))
    if found is None:
        raise ValueError("status")
    return found


def _method(said: Row, paid_from: Bank) -> PaymentMethod | None:
    """Sage says "credit or debit card" in one word: which it was, the account that was paid from tells."""
    if word(said, "id") == "CREDIT_DEBIT":
        return PaymentMethod.DEBIT_CARD if paid_from.kind not in ("", _CARD) else PaymentMethod.CREDIT_CARD
    return method(word(said, "id"), _METHODS) or method(word(said, "displayed_as"), {})


def _rate(row: Row) -> Decimal | None:
    base, total = row.get("base_currency_total_amount"), money(row, "total_amount")
    if base in (None, "") or not total:
        return Decimal(1) if not total else None
    return amount(base) / total
