"""Business Central's rows as records.

What is not set is no null there: a day is 0001-01-01, an id all zeros, a choice a blank. Blanks in choices come
encoded ("Cost_x0020_of_x0020_Goods_x0020_Sold").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus
from linkflow.providers._rows import Row, amount, day, exact, money, money_or_zero, text, word

_CLASSES = {
    "Assets": AccountClass.ASSET,
    "Liabilities": AccountClass.LIABILITY,
    "Equity": AccountClass.EQUITY,
    "Income": AccountClass.INCOME,
    "Cost of Goods Sold": AccountClass.EXPENSE,
    "Expense": AccountClass.EXPENSE,
}
_CASH = "Cash"
_SUBCATEGORIES = {_CASH: "Cash and bank"}
"""In other words where the product's own would be misunderstood: its "Cash" is what lies in banks, too."""
_STATUSES = {
    "Draft": BillStatus.DRAFT,
    "In Review": BillStatus.DRAFT,
    "Open": BillStatus.OPEN,
    "Paid": BillStatus.PAID,
    "Canceled": BillStatus.VOID,
    "Corrective": BillStatus.VOID,
}
"""A document that was cancelled and the one that corrects it undo each other."""
_ENTRY_STATUSES = {BillStatus.DRAFT: EntryStatus.DRAFT, BillStatus.VOID: EntryStatus.VOID}
_UNSET_ID = "00000000-0000-0000-0000-000000000000"
_UNSET_DAY = date(1, 1, 1)
_ENCODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = 3
"""In a group of thousands."""


@dataclass(frozen=True)
class Rate:
    """Base units for one of the currency, from a day on."""

    currency: str
    since: date
    rate: Decimal


@dataclass(frozen=True)
class Terms:
    """Payment terms, and what they are called."""

    id: str
    name: str


@dataclass(frozen=True)
class Around:
    """What rows do not say by themselves."""

    base: str = ""
    rates: tuple[Rate, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    """The id of payment terms → what they are called."""

    def rate(self, currency: str, on: date) -> Decimal | None:
        """That of the latest day up to `on`."""
        known = [one for one in self.rates if one.currency == currency and one.since <= on]
        return max(known, key=lambda one: one.since).rate if known else None


def choice(row: Row, key: str) -> str | None:
    """A choice among some, None where nothing is chosen."""
    said = word(row, key)
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), said).strip() or None if said else None


def id_or_none(row: Row, key: str) -> str | None:
    """The id of something else, None where it is all zeros."""
    found = word(row, key)
    return None if found == _UNSET_ID else found


def date_or_none(row: Row, key: str) -> date | None:
    """A day, None where it is not set."""
    found = day(row, key) if row.get(key) else _UNSET_DAY
    return None if found == _UNSET_DAY else found


def printed(value: Any) -> Decimal:
    """An amount printed as the language of the answer has it ("72,893.84", "72.893,84"); a blank is nothing."""
    if not isinstance(value, str):
        return amount(value)
    said = re.sub(r"[\s'’]", "", value).replace("−", "-")
    return amount(_plain_number(said)) if said else Decimal(0)


def account(row: Row) -> books.Account | None:
    """An account of the chart; None for the headings and totals in it."""
    if choice(row, "accountType") not in (None, "Posting"):
        return None
    category, below = choice(row, "category"), choice(row, "subCategory")
    found = _CLASSES.get(category or "")
    if found is None:
        raise KeyError("category")
    return books.Account(
        external_id=text(row, "id"),
        name=word(row, "displayName") or text(row, "number"),
        account_class=found,
        code=word(row, "number"),
        software_type=category,
        software_subtype=_SUBCATEGORIES.get(below or "", below),
        active=not row.get("blocked"),
        is_bank=found is AccountClass.ASSET and below == _CASH,
    )


def company(row: Row) -> books.Company:
    """The company's own card."""
    began_on = date_or_none(row, "currentFiscalYearStartDate")
    return books.Company(
        external_id=text(row, "id"),
        name=text(row, "displayName"),
        base_currency=text(row, "currencyCode"),
        tax_number=word(row, "taxRegistrationNumber"),
        country=word(row, "country"),
        addresses=_addresses(row),
        phones=_some(row, "phoneNumber"),
        web_links=_some(row, "website"),
        year_end=f"{began_on - timedelta(days=1):%m-%d}" if began_on else None,
    )


def supplier(row: Row, around: Around) -> books.Supplier:
    """A vendor, with the payment terms agreed with it."""
    return books.Supplier(
        external_id=text(row, "id"),
        name=text(row, "displayName"),
        email=word(row, "email"),
        phone=word(row, "phoneNumber"),
        tax_number=word(row, "taxRegistrationNumber"),
        addresses=_addresses(row),
        active=choice(row, "blocked") != "All",
        currency=word(row, "currencyCode"),
        terms=around.terms.get(id_or_none(row, "paymentTermsId") or ""),
    )


def terms(row: Row) -> Terms:
    """Payment terms: their name, or their code where they have none."""
    return Terms(text(row, "id"), word(row, "displayName") or text(row, "code"))


def rate(row: Row) -> Rate | None:
    """None for one that leads to a third currency."""
    if word(row, "relationalCurrencyCode"):
        return None
    units, base_units = money(row, "exchangeRateAmount"), money(row, "relationalExchangeRateAmount")
    return Rate(text(row, "currencyCode"), day(row, "startingDate"), base_units / units) if units else None


def bill(row: Row, around: Around) -> books.Bill:
    """An invoice. Nobody says what is left to be paid of it: nothing is put down, so that it adds to no sum."""
    return books.Bill(
        **_document(row, around, dated="invoiceDate", number="vendorInvoiceNumber"),
        due_on=date_or_none(row, "dueDate"),
        status=_status(row),
        net=money(row, "totalAmountExcludingTax"),
        tax=money(row, "totalTaxAmount"),
        total=money(row, "totalAmountIncludingTax"),
        amount_due=Decimal(0),
        lines=tuple(_line(line) for line in _lines(row) if choice(line, "lineType") != "Comment"),
    )


def credit_note(row: Row, around: Around) -> books.CreditNote:
    """A credit memo."""
    return books.CreditNote(
        **_document(row, around, dated="creditMemoDate", number="vendorCreditMemoNumber"),
        total=money(row, "totalAmountIncludingTax"),
        status=_ENTRY_STATUSES.get(_status(row), EntryStatus.POSTED),
    )


def issued_on(row: Row, dated: str) -> date:
    """The day of a document; that of its posting where it has none of its own."""
    return date_or_none(row, dated) or day(row, "postingDate")


def _document(row: Row, around: Around, *, dated: str, number: str) -> dict[str, Any]:
    currency, on = word(row, "currencyCode") or around.base, issued_on(row, dated)
    return {
        "external_id": text(row, "id"),
        "issued_on": on,
        "currency": currency,
        "rate": None if currency == around.base else around.rate(currency, on),
        "supplier_id": id_or_none(row, "vendorId"),
        "number": word(row, number) or word(row, "number"),
    }


def _status(row: Row) -> BillStatus:
    found = _STATUSES.get(choice(row, "status") or "")
    if found is None:
        raise ValueError("status")
    return found


def _lines(row: Row) -> Iterable[Any]:
    found = row["purchaseInvoiceLines"]
    if not isinstance(found, list):
        raise TypeError("purchaseInvoiceLines")
    return found


def _line(row: Row) -> books.BillLine:
    tax = "netTaxAmount" if row.get("netTaxAmount") is not None else "totalTaxAmount"
    return books.BillLine(
        net=money(row, "netAmount"),
        tax=money_or_zero(row, tax),
        account_id=id_or_none(row, "accountId"),
        description=word(row, "description"),
        quantity=exact(row, "quantity"),
        unit_price=exact(row, "unitCost"),
    )


def _addresses(row: Row) -> tuple[str, ...]:
    keys = ("addressLine1", "addressLine2", "city", "state", "postalCode", "country")
    lines = [found for key in keys if (found := word(row, key))]
    return ("\n".join(lines),) if lines else ()


def _some(row: Row, key: str) -> tuple[str, ...]:
    return tuple(filter(None, [word(row, key)]))


def _plain_number(said: str) -> str:
    """With a point and without thousands. A separator that is there once is one of thousands before three digits."""
    at = max(said.rfind("."), said.rfind(","))
    if at < 0:
        return said
    whole, rest = said[:at], said[at + 1 :]
    grouped = said.count(said[at]) > 1 or (
        not re.search("[.,]", whole) and len(rest) == _DIGITS and whole.lstrip("-") not in ("", "0")
    )
    plain = re.sub("[.,]", "", whole)
    return plain + rest if grouped else f"{plain}.{rest}"
