"""The sheets a customer fills in instead of connecting: every column's name, kind, whether it is needed, and what for.

One table for who writes the template and who reads it back. Columns are known by their names in the first row; rows
whose first cell begins with `EXAMPLE` are examples and never read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum

from linkflow.domain.books import AccountClass, BillStatus, PaymentMethod, last_full_months, month_end
from linkflow.domain.requests import DataType, DataTypes

EXAMPLE = "EXAMPLE"
MONTHS = 24

Cell = str | Decimal | date | None


class Kind(StrEnum):
    """What stands in a column's cells."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    CURRENCY = "currency"
    COUNTRY = "country"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column; `choices` for the kind that has them, `examples` one cell an example row."""

    name: str
    kind: Kind
    help: str
    examples: tuple[Cell, ...]
    needed: bool = False
    choices: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet; `help` is a sentence for the notes."""

    name: str
    help: str
    columns: tuple[Column, ...]

    @property
    def example_rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows already there when the template is opened."""
        return zip(*(column.examples for column in self.columns), strict=True)


def sheets(data_types: DataTypes, today: date) -> tuple[Sheet, ...]:
    """What a request asks for, in the order of the workbook; examples lie in the last full month before `today`."""
    last = month_end(last_full_months(today, 1).last_month)
    financials = _financials(last) if DataType.FINANCIALS in data_types else ()
    return financials + (_spend(last) if DataType.SPEND_ANALYSIS in data_types else ())


def words_of(values: type[Enum]) -> tuple[str, ...]:
    """The values of an enum as a person types them: `partially paid`."""
    return tuple(str(one.value).replace("_", " ") for one in values)


_YES_NO = ("yes", "no")
_METHODS = tuple(word for word in words_of(PaymentMethod) if word != "unknown")
_CLASSES = tuple(word for word in words_of(AccountClass) if word != "other")
_S1, _B1, _P1, _E1 = (f"{EXAMPLE}-{name}" for name in ("S1", "B1", "P1", "E1"))
_A1, _A2 = f"{EXAMPLE}-1200", f"{EXAMPLE}-3000"
_NET, _TAX, _TOTAL = Decimal("1000.00"), Decimal("200.00"), Decimal("1200.00")


def _text(name: str, about: str, *examples: Cell, needed: bool = False) -> Column:
    return Column(name, Kind.TEXT, about, examples, needed)


def _amount(name: str, about: str, *examples: Cell, needed: bool = False, signed: bool = False) -> Column:
    return Column(name, Kind.AMOUNT, about, examples, needed, signed=signed)


def _date(name: str, about: str, *examples: Cell, needed: bool = False) -> Column:
    return Column(name, Kind.DATE, about, examples, needed)


def _choice(name: str, about: str, choices: tuple[str, ...], *examples: Cell, needed: bool = False) -> Column:
    return Column(name, Kind.CHOICE, about, examples, needed, choices)


def _currency(about: str = "Three letters, such as GBP.", *examples: Cell, needed: bool = True) -> Column:
    return Column("Currency", Kind.CURRENCY, about, examples or ("GBP",), needed)


def _rate() -> Column:
    about = "How much one unit of this currency is in your own. Empty for your own currency."
    return Column("Rate", Kind.NUMBER, about, (None,))


def _financials(last: date) -> tuple[Sheet, ...]:
    return (
        Sheet("Company", "The company whose books these are: one row.", _company()),
        Sheet("Accounts", "Every account of the chart of accounts, one row each.", _accounts()),
        Sheet(
            "Trial balance",
            f"The closing balance of every account at the end of each of the last {MONTHS} full months. "
            "Debits and credits of each month end must be equal.",
            (
                _text("Account id", "As on the sheet Accounts.", _A1, _A2, needed=True),
                _date("Month end", "The last day of the month.", last, last, needed=True),
                _amount("Closing debit", "The balance if it is a debit.", _TOTAL, None),
                _amount("Closing credit", "The balance if it is a credit.", None, _TOTAL),
            ),
        ),
    )


def _company() -> tuple[Column, ...]:
    return (
        _text("Name", "The name the company trades under.", f"{EXAMPLE} Trading Ltd", needed=True),
        _text("Legal name", "The registered name, if it differs.", None),
        _text("Registration number", "As on the company register.", "01234567"),
        _text("Tax number", "For example the VAT number.", None),
        Column("Base currency", Kind.CURRENCY, "The currency the books are kept in.", ("GBP",), needed=True),
        Column("Country", Kind.COUNTRY, "Two letters, such as GB.", ("GB",), needed=True),
        _text(
            "Financial year ends",
            "Month and day, such as 03-31: income and costs begin anew after it.",
            "03-31",
            needed=True,
        ),
        _text("Address", "On one line.", "1 High Street, London"),
        _text("Phone", "With the country code.", None),
        _text("Website", "The address of its website.", None),
    )


def _accounts() -> tuple[Column, ...]:
    bank, equity = "asset", "equity"
    return (
        _text("Account id", "Any name that is used once; the code will do.", _A1, _A2, needed=True),
        _text("Code", "The account's number in your books.", "1200", "3000"),
        _text("Name", "As in your books.", "Current account", "Share capital", needed=True),
        _choice("Class", "What kind of account it is.", _CLASSES, bank, equity, needed=True),
        _text("Type", "Your software's own word for it.", "Bank", None),
        _currency("Three letters; empty for your own currency.", None, None, needed=False),
        _choice("Active", "Whether it is still used.", _YES_NO, "yes", "yes"),
        _choice("Is bank", "Whether it is a bank account.", _YES_NO, "yes", "no"),
        _choice("Is card", "Whether it is a payment card.", _YES_NO, "no", "no"),
    )


def _spend(last: date) -> tuple[Sheet, ...]:
    first = last.replace(day=1)
    return (
        Sheet("Suppliers", "Everybody the company buys from, one row each.", _suppliers()),
        Sheet(
            "Bills",
            "Every bill of the last 12 full months and every bill still open, one row each.",
            _bills(first, last),
        ),
        Sheet("Bill lines", "What each bill is for. Optional: a bill without lines counts with its total.", _lines()),
        Sheet(
            "Payments",
            "What was paid for bills. A payment of several bills takes one row a bill, with the same payment id.",
            _payments(last),
        ),
        Sheet("Expenses", "Money spent without a bill, one row each; never what pays a bill.", _expenses(last)),
    )


def _suppliers() -> tuple[Column, ...]:
    return (
        _text("Supplier id", "Any name that is used once.", _S1, needed=True),
        _text("Name", "As in your books.", "Harbour Fish Ltd", needed=True),
        _text("Contact name", "A person there.", "Finn Harbour"),
        _text("Email", "An address there.", "accounts@harbourfish.example"),
        _text("Phone", "With the country code.", None),
        _text("Tax number", "For example the VAT number.", None),
        _text("Registration number", "As on the company register.", None),
        _text("Address", "On one line.", "2 Quay Road, Hull"),
        Column("Country", Kind.COUNTRY, "Two letters, such as GB.", ("GB",)),
        _currency("Three letters, such as GBP.", "GBP", needed=False),
        _text("Terms", "The usual payment terms.", "30 days"),
        _choice("Active", "Whether you still buy there.", _YES_NO, "yes"),
        _date("First seen", "The day of the first bill or payment you know of.", None),
    )


def _bills(issued: date, due: date) -> tuple[Column, ...]:
    return (
        _text("Bill id", "Any name that is used once.", _B1, needed=True),
        _text("Number", "As printed on the bill.", "INV-2041"),
        _text("Supplier id", "As on the sheet Suppliers.", _S1, needed=True),
        _date("Issue date", "The date on the bill.", issued, needed=True),
        _date("Due date", "When it is to be paid.", due),
        _currency(),
        _rate(),
        _choice("Status", "Drafts and void bills are kept and not counted.", words_of(BillStatus), "paid", needed=True),
        _amount("Net", "Before tax.", _NET, needed=True),
        _amount("Tax", "The tax on it; 0 for none.", _TAX, needed=True),
        _amount("Total", "Net and tax.", _TOTAL, needed=True),
        _amount("Amount due", "What is still to be paid; 0 when paid.", Decimal(0), needed=True),
        _text("Terms", "The payment terms, if printed.", "30 days"),
    )


def _lines() -> tuple[Column, ...]:
    return (
        _text("Bill id", "As on the sheet Bills.", _B1, needed=True),
        _text("Account", "Where it is booked.", "Purchases"),
        _text("Description", "What it is for.", "Cod, fresh"),
        Column("Quantity", Kind.NUMBER, "How many.", (Decimal(100),), signed=True),
        Column("Unit price", Kind.NUMBER, "For one, before tax.", (Decimal("10.00"),), signed=True),
        _amount("Net", "Before tax.", _NET, needed=True, signed=True),
        _amount("Tax", "The tax on it.", _TAX, signed=True),
    )


def _payments(paid: date) -> tuple[Column, ...]:
    return (
        _text("Payment id", "The same for every row of one payment.", _P1, needed=True),
        _text("Supplier id", "As on the sheet Suppliers.", _S1, needed=True),
        _date("Date", "When it was paid.", paid, needed=True),
        _text("Paid from", "The account or card it was paid from.", "Current account"),
        _currency(),
        _rate(),
        _amount("Total", "The whole payment.", _TOTAL, needed=True),
        _choice("Method", "How it was paid; empty if you do not know.", _METHODS, "bank transfer"),
        _text("Reference", "The note on the payment.", None),
        _text("Bill id", "The bill it pays; empty if none.", _B1),
        _amount("Amount for this bill", "The part of the payment for that bill.", _TOTAL),
    )


def _expenses(spent: date) -> tuple[Column, ...]:
    return (
        _text("Expense id", "Any name that is used once.", _E1, needed=True),
        _date("Date", "When it was spent.", spent, needed=True),
        _text("Paid to", "Who got the money.", "City Taxis"),
        _text("Supplier id", "As on the sheet Suppliers, if it is one of them.", None),
        _text("Paid from", "The account or card it was paid from.", "Company card"),
        _currency(),
        _rate(),
        _amount("Net", "Before tax.", Decimal("20.00")),
        _amount("Tax", "The tax on it.", Decimal("4.00")),
        _amount("Total", "Net and tax.", Decimal("24.00"), needed=True),
        _choice("Method", "How it was paid; empty if you do not know.", _METHODS, "credit card"),
        _text("Account", "Where it is booked.", "Travel"),
        _text("Reference", "What it was for.", "Taxi to the fish market"),
    )
