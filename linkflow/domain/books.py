"""The books: what every accounting product's data becomes, whatever the product.

Plain records, each with the `external_id` the software knows it by; other `…_id` fields are external ids of other
records of the same connection. Amounts stay in the row's own currency, exactly as given; `rate` is base units for
one unit of that currency (None: not stated, so only right for a row in the base currency). Nothing is dropped:
draft, void and deleted rows carry their status and are never counted.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class AccountClass(StrEnum):
    """The five classes of account; `OTHER` is what the software calls non-posting."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    OTHER = "other"


class Statement(StrEnum):
    """The two financial statements."""

    PROFIT_AND_LOSS = "profit_and_loss"
    BALANCE_SHEET = "balance_sheet"


class LineKind(StrEnum):
    """An amount of one account, or the software's own total."""

    LINE = "line"
    TOTAL = "total"


class BillStatus(StrEnum):
    """A bill's life; drafts are unapproved, deleted ones are void."""

    DRAFT = "draft"
    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    VOID = "void"


class EntryStatus(StrEnum):
    """A payment's, credit note's or expense's life; only posted ones count."""

    DRAFT = "draft"
    POSTED = "posted"
    VOID = "void"


class PaymentMethod(StrEnum):
    """The standard set of ways to pay."""

    CREDIT_CARD = "credit_card"
    DEBIT_CARD = "debit_card"
    BANK_TRANSFER = "bank_transfer"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose books these are. `year_end` is month and day as "MM-DD"; addresses are lines joined by newlines."""

    record: ClassVar[str] = "company"
    external_id: str
    name: str
    base_currency: str
    legal_name: str | None = None
    registration_number: str | None = None
    tax_number: str | None = None
    country: str | None = None
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    web_links: tuple[str, ...] = ()
    year_end: str | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account of the chart, with the software's own words for its type."""

    record: ClassVar[str] = "account"
    external_id: str
    name: str
    account_class: AccountClass
    code: str | None = None
    software_type: str | None = None
    software_subtype: str | None = None
    currency: str | None = None
    active: bool = True
    is_bank: bool = False
    is_card: bool = False


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One amount of one statement, in the base currency, signed as the statement prints it.

    `period_end` is the last day of the month (profit and loss: of that month alone; balance sheet: at that day).
    `section` is the path of headings above it; `position` its place on the statement. For a total, `section` is the
    path of what it adds up.
    """

    record: ClassVar[str] = "statement_line"
    external_id: str
    statement: Statement
    period_end: date
    label: str
    amount: Decimal
    kind: LineKind = LineKind.LINE
    section: tuple[str, ...] = ()
    account_id: str | None = None
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """Somebody the company buys from."""

    record: ClassVar[str] = "supplier"
    external_id: str
    name: str
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_number: str | None = None
    registration_number: str | None = None
    addresses: tuple[str, ...] = ()
    active: bool = True
    currency: str | None = None
    terms: str | None = None
    first_seen_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """One line of a bill; amounts in the bill's currency."""

    net: Decimal
    tax: Decimal = Decimal(0)
    account_id: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A supplier's invoice to the company."""

    record: ClassVar[str] = "bill"
    external_id: str
    issued_on: date
    currency: str
    status: BillStatus
    net: Decimal
    tax: Decimal
    total: Decimal
    amount_due: Decimal
    supplier_id: str | None = None
    number: str | None = None
    due_on: date | None = None
    rate: Decimal | None = None
    terms: str | None = None
    lines: tuple[BillLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """The part of a payment or credit note that settles one bill, in the payment's currency."""

    bill_id: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class BillPayment:
    """Money paid to a supplier. `stated_method` is the software's own method field, mapped; None where it has none."""

    record: ClassVar[str] = "bill_payment"
    external_id: str
    paid_on: date
    currency: str
    total: Decimal
    supplier_id: str | None = None
    account_id: str | None = None
    rate: Decimal | None = None
    stated_method: PaymentMethod | None = None
    note: str | None = None
    status: EntryStatus = EntryStatus.POSTED
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CreditNote:
    """A supplier's credit to the company; `total` is positive."""

    record: ClassVar[str] = "credit_note"
    external_id: str
    issued_on: date
    currency: str
    total: Decimal
    supplier_id: str | None = None
    number: str | None = None
    rate: Decimal | None = None
    status: EntryStatus = EntryStatus.POSTED
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExpenseLine:
    """One line of an expense; amounts in the expense's currency."""

    net: Decimal
    tax: Decimal = Decimal(0)
    account_id: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Expense:
    """Money spent without a bill. One that the software marks as paying a bill is a `BillPayment`, never this."""

    record: ClassVar[str] = "expense"
    external_id: str
    spent_on: date
    currency: str
    total: Decimal
    supplier_id: str | None = None
    contact_name: str | None = None
    account_id: str | None = None
    rate: Decimal | None = None
    stated_method: PaymentMethod | None = None
    note: str | None = None
    status: EntryStatus = EntryStatus.POSTED
    lines: tuple[ExpenseLine, ...] = ()


Record = Company | Account | StatementLine | Supplier | Bill | BillPayment | CreditNote | Expense


@dataclass(frozen=True)
class SetAside:
    """A row that cannot be kept, with the reason a person is shown: never silently dropped."""

    kind: str
    external_id: str | None
    reason: str


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included; each end is given as the first day of its month."""

    first_month: date
    last_month: date

    @property
    def ends_on(self) -> date:
        """The last day."""
        return month_end(self.last_month)

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month, in order."""
        count = _month_number(self.last_month) - _month_number(self.first_month) + 1
        return tuple(_month(_month_number(self.first_month) + step) for step in range(count))


def last_full_months(today: date, count: int) -> Period:
    """The last `count` months that were over before `today`."""
    this = _month_number(today)
    return Period(_month(this - count), _month(this - 1))


def month_end(day: date) -> date:
    """The last day of `day`'s month."""
    return date.fromordinal(_month(_month_number(day) + 1).toordinal() - 1)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
