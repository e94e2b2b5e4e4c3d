"""What FreeAgent's fake writes: its codes of accounts, and rows whose ids are their addresses.

Money that goes out is below zero; so are the net value and the tax of a bill whose total is not.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from linkflow.domain.books import Bill, BillPayment, BillStatus, CreditNote, Expense, PaymentMethod, Record, Supplier
from linkflow.domain.money import in_base
from tests.vendors.books import Books, row_number
from tests.vendors.calls import Call
from tests.vendors.chart import BY_ID, CHART, Entry

API = "api.freeagent.com/v2"
_FIRST = {
    "sales": 1, "discounts": 31, "other_income": 51, "cost_of_sales": 101, "overhead": 201, "interest": 430,
    "exchange": 440, "depreciation_cost": 450,
}  # fmt: skip
_KEPT = {
    "debtors": "681", "stock": "609-1", "prepayments": "680", "equipment": "602-1", "depreciation": "606-1",
    "creditors": "796", "tax": "817", "payroll": "814", "loan": "792-1", "shares": "671", "drawings": "907-1",
    "retained": "950",
}  # fmt: skip
LISTS = {
    **dict.fromkeys(("sales", "discounts"), "income"),
    "cost_of_sales": "cost_of_sales",
    "overhead": "admin_expenses",
}
ENTRIES: Mapping[str, Sequence[Entry]] = {
    kind: [entry for entry in CHART if entry.kind == kind] for kind in {entry.kind for entry in CHART}
}
BANKS = [entry for entry in CHART if entry.kind in ("bank", "cash", "card")]
CODES = {
    **{entry.id: f"{first + place:03}" for kind, first in _FIRST.items() for place, entry in enumerate(ENTRIES[kind])},
    **{entry.id: code for kind, code in _KEPT.items() for entry in ENTRIES[kind]},
    **{entry.id: f"750-{place}" for place, entry in enumerate(BANKS, 1)},
}


def category(entry: Entry, call: Call) -> dict[str, Any]:
    code = CODES[entry.id]
    bank = {"bank_account": f"{call.url}/{API}/bank_accounts/{code.partition('-')[2]}"} if entry in BANKS else {}
    return {
        "url": f"{call.url}/{API}/categories/{code}",
        "description": entry.account.name,
        "nominal_code": code,
        **bank,
    }


def bank(place: int, name: str, call: Call, base: str) -> dict[str, Any]:
    is_card = place <= len(BANKS) and BANKS[place - 1].kind == "card"
    return {
        "url": f"{call.url}/{API}/bank_accounts/{place}",
        "type": "CreditCardAccount" if is_card else "StandardBankAccount",
        "name": name,
        "currency": base,
        "is_personal": False,
        "status": "active",
        "opening_balance": "0.0",
    }


def contact(row: Supplier, call: Call) -> dict[str, Any]:
    first, _, last = (row.contact_name or "").partition(" ")
    return {
        "url": f"{call.url}/{API}/contacts/{row.external_id}",
        "organisation_name": row.name,
        "first_name": first,
        "last_name": last,
        "email": row.email,
        "phone_number": row.phone,
        "sales_tax_registration_number": row.tax_number,
        "default_payment_terms_in_days": int(row.terms.split()[0]) if row.terms else None,
        "status": "Active" if row.active else "Hidden",
    }


def _owed(row: Bill | CreditNote, call: Call, total: Decimal, tax: Decimal) -> dict[str, Any]:
    """What bills and those below zero have in common; net and tax have the other sign."""
    return {
        "url": f"{call.url}/{API}/bills/{row.external_id}",
        "contact": f"{call.url}/{API}/contacts/{row.supplier_id}",
        "reference": row.number or "",
        "dated_on": f"{row.issued_on}",
        "currency": row.currency,
        "exchange_rate": f"{row.rate or 1}",
        "total_value": f"{total}",
        "net_value": f"{tax - total}",
        "sales_tax_value": f"{-tax}",
        "updated_at": f"{row.issued_on}T12:43:36Z",
        "is_paid_by_hire_purchase": False,
    }


def bill(row: Bill, call: Call) -> dict[str, Any]:
    due, paid = row.due_on or row.issued_on, row.total - row.amount_due
    late = row.amount_due and due < row.issued_on + timedelta(days=20)
    with_items = "nested_bill_items" in call.query
    items = [
        {
            "url": f"{call.url}/{API}/bill_items/{place}",
            "category": f"{call.url}/{API}/categories/{CODES[line.account_id or '']}",
            "description": line.description,
            "total_value": f"{line.net + line.tax}",
            "total_value_ex_tax": f"{line.net}",
            "sales_tax_rate": "20.0" if line.tax else "0.0",
            "quantity": f"{line.quantity}",
        }
        for place, line in enumerate(row.lines)
    ]
    return {
        **_owed(row, call, row.total, row.tax),
        "due_on": f"{due}",
        "paid_value": f"{paid}",
        "due_value": f"{row.amount_due}",
        "status": "Paid" if row.status is BillStatus.PAID else "Overdue" if late else "Open",
        **({"bill_items": items} if with_items else {}),
    }


def credit(row: CreditNote, call: Call) -> dict[str, Any]:
    return {
        **_owed(row, call, -row.total, Decimal(0)),
        "due_on": f"{row.issued_on}",
        "paid_value": "0.0",
        "due_value": f"{-row.total}",
        "status": "Refunded",
    }


def _explained(number: str, bank: str, on: date, gross: Decimal, call: Call, **more: Any) -> dict[str, Any]:
    place = next(place for place, entry in enumerate(BANKS, 1) if entry.id == bank)
    return {
        "url": f"{call.url}/{API}/bank_transaction_explanations/{number}",
        "bank_account": f"{call.url}/{API}/bank_accounts/{place}",
        "bank_transaction": f"{call.url}/{API}/bank_transactions/{number}",
        "dated_on": f"{on}",
        "gross_value": f"{gross}",
        "marked_for_review": False,
        "is_money_in": gross > 0,
        "is_money_out": gross < 0,
        "is_money_paid_to_user": False,
        **more,
    }


def paid(row: Record, books: Books, call: Call) -> dict[str, Any]:
    assert isinstance(row, BillPayment)
    (part,) = row.allocations
    bill = books.bills[row_number(part.bill_id)]
    own = books.payments[row_number(row.external_id)].allocations
    foreign = next(one.amount for one in own if one.bill_id == part.bill_id)
    more = {"foreign_currency_value": f"{-foreign}"} if bill.currency != books.base else {}
    more |= {"cheque_number": row.external_id} if stated(row) else {}
    paid = f"{call.url}/{API}/bills/{bill.external_id}"
    return _explained(
        row.external_id,
        row.account_id or "",
        row.paid_on,
        -row.total,
        call,
        type="Bill Payment",
        paid_bill=paid,
        description=row.note,
        **more,
    )


def spent(row: Expense, books: Books, call: Call) -> dict[str, Any]:
    worth = in_base(row.total, currency=row.currency, rate=row.rate, base=books.base)
    more = {"cheque_number": row.external_id} if stated(row) else {}
    booked = f"{call.url}/{API}/categories/{CODES[row.lines[0].account_id or '']}"
    return _explained(
        row.external_id,
        row.account_id or "",
        row.spent_on,
        -worth,
        call,
        type="Payment",
        category=booked,
        description=row.note,
        **more,
    )


def other(place: int, bank: Entry, call: Call) -> dict[str, Any]:
    on, at = date(2026, 1, 5), f"{call.url}/{API}"
    kinds: tuple[tuple[int, dict[str, Any]], ...] = (
        (-500, {"type": "Transfer", "transfer_bank_account": f"{at}/bank_accounts/1"}),
        (-900, {"type": "Payment", "paid_user": f"{at}/users/1", "is_money_paid_to_user": True}),
        (1200, {"type": "Invoice Receipt", "paid_invoice": f"{at}/invoices/1"}),
    )
    amount, more = kinds[place]
    return _explained(f"7{bank.id}{place}", bank.id, on, Decimal(amount), call, **more)


def claim(row: Expense, books: Books, call: Call) -> dict[str, Any]:
    worth = in_base(row.total, currency=row.currency, rate=row.rate, base=books.base)
    return {
        "url": f"{call.url}/{API}/expenses/{row.external_id}",
        "user": f"{call.url}/{API}/users/1",
        "category": f"{call.url}/{API}/categories/{CODES[row.lines[0].account_id or '']}",
        "dated_on": f"{row.spent_on}",
        "currency": row.currency,
        "gross_value": f"{-row.total}",
        "native_gross_value": f"{-worth}",
        "sales_tax_value": "0.0",
        "description": row.note or "",
    }


def is_claim(row: Expense) -> bool:
    return BY_ID[row.account_id or ""].kind == "cash"


def stated(row: BillPayment | Expense) -> PaymentMethod | None:
    """A cheque has a number; nothing else says how."""
    cheque = row.stated_method is PaymentMethod.CHEQUE
    return PaymentMethod.CHEQUE if cheque and not (isinstance(row, Expense) and is_claim(row)) else None
