"""What becomes of the rows of FreshBooks. No row states an exchange rate.

Unverified: that the category a bill or expense names is the `category_id` of its ledger account, and that "Credit" is
no card (there is "Credit Card" beside it).
"""

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
    EntryStatus,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Supplier,
)
from linkflow.providers._rows import (
    Row,
    amount,
    day,
    day_or_none,
    exact,
    inside,
    method,
    number_or_text,
    read,
    text,
    word,
)

_DELETED = 1


def company(row: Row) -> Company:
    """A business, from its settings."""
    lines = [word(row, key) for key in ("street", "street2", "city", "province", "code", "country")]
    return Company(
        external_id=text(row, "accountid"),
        name=text(row, "name"),
        base_currency=text(row, "currency_code"),
        tax_number=word(row, "vat_number"),
        country=word(row, "country"),
        addresses=tuple(filter(None, ["\n".join(filter(None, lines))])),
        phones=tuple(filter(None, [word(row, "bus_phone")])),
    )


def account(row: Row) -> Account:
    """One account of the ledger."""
    kind, below = text(row, "type"), word(row, "sub_type")
    return Account(
        external_id=account_key(row),
        name=text(row, "name"),
        account_class=AccountClass(kind),
        code=word(row, "number"),
        software_type=kind,
        software_subtype=below,
        active=word(row, "state") != "archived",
        is_bank=below == "Cash & Bank",
        is_card="credit card" in (below or "").casefold(),
    )


def account_key(row: Row) -> str:
    """What an account is known by here: the category that bills and expenses name, where it is one; else its uuid."""
    category = row.get("category_id")
    return str(category) if isinstance(category, int) and category else text(row, "uuid")


def supplier(row: Row) -> Supplier:
    """A vendor of bills; those of expenses are only names."""
    person = (word(row, "primary_contact_first_name"), word(row, "primary_contact_last_name"))
    lines = [word(row, key) for key in ("street", "street2", "city", "province", "postal_code", "country")]
    return Supplier(
        external_id=number_or_text(row, "vendorid"),
        name=text(row, "vendor_name"),
        contact_name=" ".join(filter(None, person)) or None,
        email=word(row, "primary_contact_email"),
        phone=word(row, "phone"),
        addresses=tuple(filter(None, ["\n".join(filter(None, lines))])),
        active=row.get("vis_state") in (0, None),
        currency=word(row, "currency_code"),
        first_seen_on=day_or_none(row, "created_at"),
    )


def bill_and_payments(row: Row, base: str, since: date) -> tuple[Bill | BillPayment, ...]:
    """A bill and the payments it lists, as far as either is of a day `since` then.

    Only there a payment is told the supplier it was made to: so an older bill is still looked at, and not kept. Those
    that cannot be read or kept (for no rate is told) are left to their own list, where they are set aside.
    """
    vendor, listed = _id_or_none(row, "vendorid"), row.get("bill_payments") or ()
    payments, _ = read(listed, lambda made: payment({"billid": row["id"], **made}, vendor), kind="bill_payments")
    bills = () if is_before(row, "issue_date", since) else (_bill(row, vendor),)
    return (*bills, *(one for one in payments if one.currency == base and one.paid_on >= since))


def is_before(row: Any, key: str, first: date) -> bool:
    """Whether a row says that it is of an earlier day; one that says no day is left to who reads it."""
    try:
        return day(row, key) < first
    except (KeyError, TypeError, ValueError):
        return False


def _bill(row: Row, vendor: str | None) -> Bill:
    total, tax = _money(row, "total_amount"), _money_or_zero(row, "tax_amount")
    return Bill(
        external_id=number_or_text(row, "id"),
        supplier_id=vendor,
        number=word(row, "bill_number"),
        issued_on=day(row, "issue_date"),
        due_on=day_or_none(row, "due_date"),
        currency=text(row, "currency_code"),
        status=_bill_status(row, total),
        net=total - tax,
        tax=tax,
        total=total,
        amount_due=_money_or_zero(row, "outstanding"),
        terms=_terms(row.get("due_offset_days")),
        lines=tuple(_bill_line(line) for line in row.get("lines") or ()),
    )


def _terms(days: Any) -> str | None:
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        return None
    return f"{days} days" if days else "due on receipt"


def _bill_status(row: Row, total: Decimal) -> BillStatus:
    """By what is outstanding where it says unpaid or overdue: an overdue bill may be paid in part."""
    if row.get("vis_state") == _DELETED:
        return BillStatus.VOID
    said, due = text(row, "status"), _money_or_zero(row, "outstanding")
    if said == "paid":
        return BillStatus.PAID
    return BillStatus.PARTIALLY_PAID if said == "partial" or 0 < due < total else BillStatus.OPEN


def _bill_line(line: Row) -> BillLine:
    net = _money(line, "amount")
    told = line.get("total_amount") is not None
    return BillLine(
        net=net,
        tax=_money(line, "total_amount") - net if told else _taxes(line, "tax_amount"),
        account_id=_id_or_none(line, "categoryid"),
        description=word(line, "description"),
        quantity=exact(line, "quantity"),
        unit_price=exact(inside(line, "unit_cost"), "amount"),
    )


_TYPES = {
    **dict.fromkeys(("check", "cheque"), PaymentMethod.CHEQUE),
    **dict.fromkeys(("banktransfer", "ach"), PaymentMethod.BANK_TRANSFER),
    **dict.fromkeys(
        ("creditcard", "visa", "mastercard", "discover", "amex", "diners", "eurocard", "jcb"), PaymentMethod.CREDIT_CARD
    ),
    **dict.fromkeys(("debit", "debitcard"), PaymentMethod.DEBIT_CARD),
    **dict.fromkeys(("credit", "paypal", "2checkout", "other"), PaymentMethod.OTHER),
    "cash": PaymentMethod.CASH,
}


def payment(row: Row, supplier_id: str | None = None) -> BillPayment:
    """A payment of one bill. From which account it was made is not told."""
    total = _money(row, "amount")
    return BillPayment(
        external_id=number_or_text(row, "id"),
        supplier_id=supplier_id,
        paid_on=day(row, "paid_date"),
        currency=text(inside(row, "amount"), "code"),
        total=total,
        stated_method=method(row.get("payment_type"), _TYPES),
        note=word(row, "note"),
        status=_entry_status(row),
        allocations=(Allocation(bill_id=number_or_text(row, "billid"), amount=total),),
    )


def _entry_status(row: Row) -> EntryStatus:
    return EntryStatus.VOID if row.get("vis_state") == _DELETED else EntryStatus.POSTED


def expense(row: Row) -> Expense | None:
    """Money spent; None for an import from the bank that was matched with a bill: the bill's payment says the same."""
    if row.get("bill_matches"):
        return None
    total, tax = _money(row, "amount"), _taxes(row, "taxAmount")
    line = ExpenseLine(
        net=total - tax, tax=tax, account_id=_id_or_none(row, "categoryid"), description=word(row, "notes")
    )
    return Expense(
        external_id=number_or_text(row, "id"),
        contact_name=word(row, "vendor"),
        spent_on=day(row, "date"),
        currency=text(inside(row, "amount"), "code"),
        total=total,
        note=" · ".join(filter(None, (word(row, "notes"), word(row, "account_name")))) or None,
        status=_entry_status(row),
        lines=(line,),
    )


def _id_or_none(row: Row, key: str) -> str | None:
    return number_or_text(row, key) if row.get(key) else None


def _money(row: Row, key: str) -> Decimal:
    if row[key] is None:
        raise KeyError(key)
    return amount(inside(row, key)["amount"])


def _money_or_zero(row: Row, key: str) -> Decimal:
    return Decimal(0) if row.get(key) is None else _money(row, key)


def _taxes(row: Row, key: str) -> Decimal:
    """Both taxes of a row, each an amount of money or a bare number."""
    told = (row.get(f"{key}{which}") for which in (1, 2))
    return sum((amount(one["amount"] if isinstance(one, dict) else one) for one in told if one), Decimal(0))
