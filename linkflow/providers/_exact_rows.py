"""Exact Online's rows as records. Codes come padded with blanks, and amounts as doubles with their noise.

Which sign a purchase entry's total has, and whether its lines hold the tax, Exact does not document: lines are debits,
so theirs is the sign, and their sum tells the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, PaymentMethod
from linkflow.providers._rows import Row, amount, day, day_or_none, exact, number_or_text, text, word

_NOISE, _FINEST = Decimal("0.000001"), Decimal("0.0001")
_BY_SIDE = {
    ("B", "D"): AccountClass.ASSET,
    ("B", "C"): AccountClass.LIABILITY,
    ("W", "C"): AccountClass.INCOME,
    ("W", "D"): AccountClass.EXPENSE,
}
"""What an account is whose type does not say: on the balance sheet or not, debit or credit."""
_BANK, _CARD = 12, 14
_TYPES: Mapping[int, tuple[str, AccountClass | None]] = {
    10: ("Cash", AccountClass.ASSET),
    _BANK: ("Bank", AccountClass.ASSET),
    _CARD: ("Credit card", AccountClass.LIABILITY),
    16: ("Payment services", AccountClass.ASSET),
    20: ("Accounts receivable", AccountClass.ASSET),
    21: ("Prepayment accounts receivable", None),
    22: ("Accounts payable", AccountClass.LIABILITY),
    24: ("VAT", None),
    25: ("Employees payable", AccountClass.LIABILITY),
    26: ("Prepaid expenses", AccountClass.ASSET),
    27: ("Accrued expenses", AccountClass.LIABILITY),
    29: ("Income taxes payable", AccountClass.LIABILITY),
    30: ("Fixed assets", AccountClass.ASSET),
    32: ("Other assets", AccountClass.ASSET),
    35: ("Accumulated depreciation", AccountClass.ASSET),
    40: ("Inventory", AccountClass.ASSET),
    50: ("Capital stock", AccountClass.EQUITY),
    52: ("Retained earnings", AccountClass.EQUITY),
    55: ("Long term debt", AccountClass.LIABILITY),
    60: ("Current portion of debt", AccountClass.LIABILITY),
    100: ("Tax payable", None),
    110: ("Revenue", AccountClass.INCOME),
    111: ("Cost of goods", AccountClass.EXPENSE),
    120: ("Other costs", AccountClass.EXPENSE),
    121: ("General and administrative expenses", AccountClass.EXPENSE),
    122: ("Depreciation costs", AccountClass.EXPENSE),
    123: ("Research and development", AccountClass.EXPENSE),
    125: ("Employee costs", AccountClass.EXPENSE),
    126: ("Employment costs", AccountClass.EXPENSE),
    130: ("Exceptional costs", AccountClass.EXPENSE),
    140: ("Exceptional income", AccountClass.INCOME),
    150: ("Income taxes", AccountClass.EXPENSE),
    160: ("Interest income", AccountClass.INCOME),
}
_CREDIT_NOTE, _PURCHASE = 31, 30
_REJECTED = 5
_METHODS = {"I": PaymentMethod.DIRECT_DEBIT, "K": PaymentMethod.CASH, "V": PaymentMethod.CREDIT_CARD}
"""B, the usual one, only says that it was bought on credit."""
_MATCHED = 50


@dataclass(frozen=True)
class Around:
    """What rows do not say by themselves."""

    open_amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """Purchase entry → what is still to be paid of it."""
    ledger_of_bank: Mapping[str, str] = field(default_factory=dict)
    """The company's own bank account → the ledger account behind it."""
    since: date = date.min
    """Payments before it are none of the consent's."""


def double(row: Row, key: str) -> Decimal:
    """An amount without the noise of a binary fraction; nothing more is rounded away."""
    found = row[key]
    if isinstance(found, Decimal) and found.is_finite():
        near = found.quantize(_FINEST)
        found = near if abs(near - found) < _NOISE else found
    return amount(found)


def double_or_zero(row: Row, key: str) -> Decimal:
    """The same where null means nothing."""
    return Decimal(0) if row.get(key) is None else double(row, key)


def account(row: Row) -> books.Account:
    """A ledger account of the chart."""
    kind = row.get("Type")
    label, known = _TYPES.get(kind if isinstance(kind, int) else 0, (None, None))
    found = known or _BY_SIDE.get((word(row, "BalanceType") or "", word(row, "BalanceSide") or ""))
    if found is None:
        raise ValueError("BalanceSide")
    return books.Account(
        external_id=text(row, "ID"),
        name=text(row, "Description"),
        account_class=found,
        code=word(row, "Code"),
        software_type=label,
        active=not row.get("IsBlocked"),
        is_bank=kind == _BANK,
        is_card=kind == _CARD,
    )


def company(row: Row, year_end: str | None) -> books.Company:
    """A division; the account that owns it bears the legal name."""
    lines = [word(row, key) for key in ("AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City")]
    return books.Company(
        external_id=number_or_text(row, "Code"),
        name=text(row, "Description"),
        base_currency=text(row, "Currency"),
        legal_name=word(row, "CustomerName"),
        registration_number=word(row, "ChamberOfCommerceNumber"),
        tax_number=word(row, "VATNumber"),
        country=word(row, "Country"),
        addresses=("\n".join(filter(None, lines)),) if any(lines) else (),
        phones=tuple(filter(None, [word(row, "Phone")])),
        year_end=year_end,
    )


def supplier(row: Row) -> books.Supplier:
    """An account that is bought from, with the payment condition agreed with it."""
    keys = ("AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "Country")
    lines = [word(row, key) for key in keys]
    return books.Supplier(
        external_id=text(row, "ID"),
        name=text(row, "Name"),
        email=word(row, "Email"),
        phone=word(row, "Phone"),
        tax_number=word(row, "VATNumber"),
        registration_number=word(row, "ChamberOfCommerce"),
        addresses=("\n".join(filter(None, lines)),) if any(lines) else (),
        active=not row.get("Blocked"),
        currency=word(row, "PurchaseCurrency"),
        terms=word(row, "PaymentConditionPurchaseDescription") or word(row, "PaymentConditionPurchase"),
    )


def entry(row: Row, around: Around) -> books.Bill | books.CreditNote:
    """A purchase entry: a bill, or a credit note."""
    lines = [_line(line) for line in rows_within(row, "PurchaseEntryLines")]
    debits = sum((line.net for line in lines), Decimal(0))
    size, tax = abs(double(row, "AmountFC")), abs(double_or_zero(row, "VATAmountFC"))
    if tax and abs(debits) == size:
        lines = [_without_tax(line) for line in lines]
    total = -size if debits < 0 else size
    common: dict[str, Any] = {
        "external_id": text(row, "EntryID"),
        "issued_on": day(row, "EntryDate"),
        "currency": text(row, "Currency"),
        "rate": abs(double(row, "AmountDC")) / size if size else Decimal(1),
        "supplier_id": word(row, "Supplier"),
        "number": _number(row),
    }
    rejected = row.get("Status") == _REJECTED
    if row.get("Type") == _CREDIT_NOTE:
        return books.CreditNote(**common, total=size, status=EntryStatus.VOID if rejected else EntryStatus.POSTED)
    due = around.open_amounts.get(text(row, "EntryID"), Decimal(0))
    return books.Bill(
        **common,
        due_on=day_or_none(row, "DueDate"),
        status=BillStatus.VOID if rejected else _status(due, total),
        net=total - (tax if total >= 0 else -tax),
        tax=tax if total >= 0 else -tax,
        total=total,
        amount_due=due,
        terms=word(row, "PaymentConditionDescription") or word(row, "PaymentCondition"),
        lines=tuple(lines),
    )


def payment(row: Row, around: Around) -> books.BillPayment | None:
    """What was paid of a purchase entry; None for the other side of a match, such as the line of a bank statement."""
    if row.get("TransactionType") not in (None, _PURCHASE):
        return None
    paid_on = (day_or_none(row, "EndDate") if row.get("Status") == _MATCHED else None) or day(row, "EntryDate")
    if paid_on < around.since:
        return None
    total = abs(double(row, "AmountFC"))
    bill = word(row, "TransactionEntryID")
    return books.BillPayment(
        external_id=text(row, "ID"),
        paid_on=paid_on,
        currency=text(row, "Currency"),
        total=total,
        supplier_id=word(row, "Account"),
        account_id=around.ledger_of_bank.get(word(row, "BankAccountID") or ""),
        rate=abs(double(row, "AmountDC")) / total if total else Decimal(1),
        stated_method=_method(row),
        note=word(row, "Description") or word(row, "PaymentReference"),
        allocations=(books.Allocation(bill_id=bill, amount=total),) if bill else (),
    )


def to_pay(row: Row) -> books.Allocation | None:
    """The part of a purchase entry that is to be paid; None for what belongs to no bill."""
    bill = word(row, "TransactionEntryID")
    if bill is None or row.get("TransactionType") not in (None, _PURCHASE):
        return None
    return books.Allocation(bill_id=bill, amount=abs(double(row, "AmountFC")))


def rows_within(row: Row, key: str) -> list[Any]:
    """The rows of an expanded list, which may come as a list or as an object with `results`."""
    found = row[key]
    found = found.get("results") if isinstance(found, dict) else found
    if not isinstance(found, list):
        raise TypeError(key)
    return found


def _line(row: Row) -> books.BillLine:
    return books.BillLine(
        net=double(row, "AmountFC"),
        tax=double_or_zero(row, "VATAmountFC"),
        account_id=word(row, "GLAccount"),
        description=word(row, "Description"),
        quantity=exact(row, "Quantity"),
    )


def _without_tax(line: books.BillLine) -> books.BillLine:
    return books.BillLine(
        net=line.net - line.tax,
        tax=line.tax,
        account_id=line.account_id,
        description=line.description,
        quantity=line.quantity,
    )


def _status(due: Decimal, total: Decimal) -> BillStatus:
    if due <= 0:
        return BillStatus.PAID
    return BillStatus.OPEN if due >= total else BillStatus.PARTIALLY_PAID


def _number(row: Row) -> str | None:
    told = (row.get(key) for key in ("InvoiceNumber", "EntryNumber"))
    return word(row, "YourRef") or next((str(one) for one in told if isinstance(one, int) and one), None)


def _method(row: Row) -> PaymentMethod | None:
    """A payment of a batch went to the bank in a file."""
    told = _METHODS.get(word(row, "PaymentMethod") or "")
    in_batch = row.get("PaymentBatchNumber") or word(row, "CashflowTransactionBatchCode")
    return told or (PaymentMethod.BANK_TRANSFER if in_batch else None)
