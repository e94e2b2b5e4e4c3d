"""What Sandbox Books keeps: plain frozen records in its own words, money as exact decimals.

`rate` is always base units for one unit of the row's currency. The records know more than the JSON API
tells: `true_method` is how a payment was really made, for tests that check a derived method.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Address:
    """One postal address."""

    street: str
    city: str
    postcode: str
    country: str


@dataclass(frozen=True)
class Company:
    """A company whose books are kept here; `financial_year_end` is MM-DD."""

    id: str
    name: str
    legal_name: str
    trading_name: str
    registration_number: str
    tax_number: str
    base_currency: str
    country: str
    address: Address
    phone: str
    website: str
    financial_year_end: str


@dataclass(frozen=True)
class Account:
    """One ledger account; class is asset, liability, equity, income or expense."""

    id: str
    code: str
    name: str
    account_class: str
    type: str
    subtype: str
    currency: str
    active: bool
    is_bank: bool
    is_card: bool


@dataclass(frozen=True)
class Supplier:
    """Somebody who sends bills; `terms_days` is the usual time to pay."""

    id: str
    name: str
    contact: str
    email: str
    phone: str
    tax_number: str
    registration_number: str
    address: Address
    status: str
    currency: str
    terms_days: int
    first_seen: date


@dataclass(frozen=True)
class Line:
    """One line of a bill, credit note or expense; quantity and unit price are exact text."""

    account_id: str
    description: str
    quantity: str
    unit_price: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Allocation:
    """How much of a payment or credit note settles one bill, in the row's currency."""

    bill_id: str
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """A supplier's bill; status is draft, open, partially_paid, paid or void."""

    id: str
    number: str
    supplier_id: str
    issued: date
    due: date | None
    currency: str
    rate: str
    status: str
    net: Decimal
    tax: Decimal
    total: Decimal
    amount_due: Decimal
    terms: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CreditNote:
    """What a supplier gave back; status is open, applied or void."""

    id: str
    number: str
    supplier_id: str
    issued: date
    currency: str
    rate: str
    total: Decimal
    status: str
    allocations: tuple[Allocation, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Payment:
    """Money paid to a supplier; `method` is None where nobody filled the field in."""

    id: str
    supplier_id: str
    paid: date
    account_id: str
    currency: str
    rate: str
    total: Decimal
    method: str | None
    reference: str
    allocations: tuple[Allocation, ...]
    true_method: str
    true_source: str


@dataclass(frozen=True)
class Expense:
    """Something bought without a bill; `supplier_id` may be empty."""

    id: str
    supplier_id: str | None
    contact: str
    spent: date
    account_id: str
    currency: str
    rate: str
    total: Decimal
    method: str | None
    reference: str
    lines: tuple[Line, ...]
    true_method: str
    true_source: str


@dataclass(frozen=True)
class StatementRow:
    """One row of a statement; a total has no account."""

    account_id: str | None
    section: tuple[str, ...]
    label: str
    amount: Decimal
    kind: str


@dataclass(frozen=True)
class Statement:
    """One month of one statement; `to_date` marks the running month."""

    period_end: date
    to_date: bool
    rows: tuple[StatementRow, ...]

    def total(self, label: str) -> Decimal:
        """Return the total with that label; raises KeyError where there is none."""
        for row in self.rows:
            if row.kind == "total" and row.label == label:
                return row.amount
        raise KeyError(label)
