"""The rows behind the figures of a spend analysis, as lists and workbooks show them: names resolved, methods decided.

Amounts are in the row's own currency; `base_…` ones in the books'. What never counts (drafts, void rows) is not among
them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linkflow.domain.books import BillStatus, PaymentMethod
from linkflow.domain.methods import MethodSource


@dataclass(frozen=True, kw_only=True)
class BillRow:
    """A bill with the method it belongs to. `settled` is what was allocated to it, `settled_days` that times days.

    `late`: any part was paid after the due date.
    """

    connection_id: str
    id: str
    number: str | None
    supplier_id: str | None
    supplier: str | None
    issued_on: date
    due_on: date | None
    terms_days: int | None
    currency: str
    rate: Decimal | None
    status: BillStatus
    net: Decimal
    tax: Decimal
    total: Decimal
    amount_due: Decimal
    base_total: Decimal
    base_due: Decimal
    settled: Decimal
    settled_days: Decimal
    last_paid_on: date | None
    late: bool
    method: PaymentMethod


@dataclass(frozen=True, kw_only=True)
class BillLineRow:
    """A line of a bill, with the account it is booked on."""

    connection_id: str
    bill_id: str
    bill_number: str | None
    supplier: str | None
    issued_on: date
    position: int
    account_code: str | None
    account: str | None
    description: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    currency: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True)
class CreditNoteRow:
    """A supplier's credit; it counts under the supplier's most used method."""

    connection_id: str
    id: str
    number: str | None
    supplier_id: str | None
    supplier: str | None
    issued_on: date
    currency: str
    rate: Decimal | None
    total: Decimal
    base_total: Decimal
    method: PaymentMethod


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """Money paid to a supplier, with the account it was paid from and what its method was read from."""

    connection_id: str
    id: str
    supplier_id: str | None
    supplier: str | None
    paid_on: date
    account: str | None
    currency: str
    rate: Decimal | None
    total: Decimal
    base_total: Decimal
    method: PaymentMethod
    method_source: MethodSource
    note: str | None


@dataclass(frozen=True, kw_only=True)
class ExpenseRow:
    """Money spent without a bill."""

    connection_id: str
    id: str
    supplier_id: str | None
    supplier: str | None
    paid_to: str | None
    spent_on: date
    account: str | None
    currency: str
    rate: Decimal | None
    total: Decimal
    base_total: Decimal
    method: PaymentMethod
    method_source: MethodSource
    note: str | None
