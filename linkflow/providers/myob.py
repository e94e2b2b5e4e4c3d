"""MYOB Business (and AccountRight in the cloud): reads a company's books list by list and its summaries month by month.

A sign-in is for one company, which the callback names. A bill's lines come only with the list of its layout, so there
is a list for each layout, and the list of all only for what has none of these. See the three neighbours.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from linkflow.domain import books
from linkflow.domain.books import AccountClass, Record, Statement, month_end
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer
from linkflow.providers import _myob_entries as entries
from linkflow.providers._myob_books import Ledger, Lookups
from linkflow.providers._myob_statements import statement
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, inside, page, text, word

INCREMENTAL: frozenset[str] = frozenset()
"""None: the product tells what was modified, and nothing of what was deleted."""
_Build = Callable[[Row, Lookups], Record | Iterable[Record] | None]
_BUSINESS = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_LAYOUTS = ("Item", "Service", "Professional", "Miscellaneous")
_ALL = ""
_CLASSES = {
    "Asset": AccountClass.ASSET,
    "Liability": AccountClass.LIABILITY,
    "Equity": AccountClass.EQUITY,
    "Income": AccountClass.INCOME,
    "OtherIncome": AccountClass.INCOME,
    "CostOfSales": AccountClass.EXPENSE,
    "Expense": AccountClass.EXPENSE,
    "OtherExpense": AccountClass.EXPENSE,
}
_ABN_DIGITS = 11


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The company signed in to; none where the callback named none."""
    business = session.given.get("businessId", "")
    if not _BUSINESS.fullmatch(business):
        return ()
    look = Lookups(Ledger(session, business))
    return (Tenant(id=business, name=_name(session, look), country=look.country, currency=look.currency),)


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once; credit notes are bills below zero."""
    return parts_of(data_types, without={"credit_notes"})


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a company's books."""
    ledger = Ledger(session, asked.tenant_id)
    look = Lookups(ledger)
    if part == "company":
        year = ledger.get("GeneralLedger/AccountingProperties")
        own = {"UID": asked.tenant_id, "CompanyName": _name(session, look)}
        found = {**look.company, **own, "Month": year.get("LastMonthFinancialYear")}
        return page([found], lambda row: _company(row, look), kind=part, key="UID")
    if part in set(Statement):
        return statement(ledger, Statement(part), cursor=asked.cursor, period=asked.period)
    if part == "bills":
        return _bills(ledger, look, asked)
    path, build = _LISTS[part]
    rows, following = ledger.rows(path, asked.cursor, since=asked.period.first_month if part in _DATED else None)
    return page(rows, lambda row: build(row, look), kind=part, key="UID", following=following)


def _name(session: ApiSession, look: Lookups) -> str:
    name = word(look.company, "CompanyName") or session.given.get("businessName", "").strip()
    if not name:
        raise BadAnswer(reason="no company name")
    return name


def _bills(ledger: Ledger, look: Lookups, asked: Asked) -> Page:
    """A page of a layout's bills; a cursor is the layout and how many rows are before."""
    layout, _, before = (asked.cursor or f"{_LAYOUTS[0]}:").partition(":")
    path = f"Purchase/Bill/{layout}".rstrip("/")
    rows, following = ledger.rows(path, before or None, since=asked.period.first_month)
    if layout == _ALL:
        rows = [row for row in rows if not (isinstance(row, dict) and row.get("BillType") in _LAYOUTS)]
    onward = f"{layout}:{following}" if following else None
    if onward is None and layout != _ALL:
        onward = f"{(*_LAYOUTS, _ALL)[_LAYOUTS.index(layout) + 1]}:"
    return page(rows, lambda row: entries.purchase(row, look), kind="bills", key="UID", following=onward)


def _company(row: Row, look: Lookups) -> books.Company:
    abn = "".join(filter(str.isdigit, word(row, "ABNOrTFN") or ""))
    month = row.get("Month")
    return books.Company(
        external_id=text(row, "UID"),
        name=text(row, "CompanyName"),
        base_currency=look.currency,
        country=look.country,
        registration_number=word(row, "ACN"),
        # The other number that may stand there is a person's.
        tax_number=abn if len(abn) == _ABN_DIGITS else None,
        addresses=_some(_text(word(row, "Address"))),
        phones=_some(word(row, "PhoneNumber")),
        year_end=_year_end(month) if isinstance(month, int) and 1 <= month <= 12 else None,
    )


def _year_end(month: int) -> str:
    return f"{month_end(date(2026, month, 1)):%m-%d}"


def _account(row: Row, _look: Lookups) -> books.Account | None:
    """An account that is posted to; None for the headers of the chart."""
    if row.get("IsHeader") is True:
        return None
    kind = word(row, "Type")
    return books.Account(
        external_id=text(row, "UID"),
        name=text(row, "Name"),
        account_class=_CLASSES.get(word(row, "Classification") or "", AccountClass.OTHER),
        code=word(row, "DisplayID"),
        software_type=kind,
        currency=word(inside(row, "ForeignCurrency"), "Code"),
        active=row.get("IsActive") is not False,
        is_bank=kind == "Bank",
        is_card=kind == "CreditCard",
    )


def _supplier(row: Row, _look: Lookups) -> books.Supplier:
    person = " ".join(filter(None, (word(row, "FirstName"), word(row, "LastName"))))
    places = [one for one in row.get("Addresses") or () if isinstance(one, dict)]
    first: Row = places[0] if places else {}
    buying = inside(row, "BuyingDetails")
    return books.Supplier(
        external_id=text(row, "UID"),
        name=word(row, "CompanyName") or person or text(row, "DisplayID"),
        contact_name=word(first, "ContactName") or (person if word(row, "CompanyName") else None) or None,
        email=word(first, "Email"),
        phone=word(first, "Phone1"),
        tax_number=word(buying, "ABN"),
        addresses=tuple(dict.fromkeys(filter(None, map(_address, places)))),
        active=row.get("IsActive") is not False,
        currency=word(inside(row, "ForeignCurrency"), "Code"),
        terms=entries.terms(inside(buying, "Terms")),
    )


def _address(row: Row) -> str | None:
    named = ("Street", "City", "State", "PostCode", "Country")
    return _text("\n".join(filter(None, (word(row, key) for key in named))))


def _text(lines: str | None) -> str | None:
    """Lines joined by newlines, whatever joined them and without the empty ones."""
    return "\n".join(filter(None, (line.strip() for line in (lines or "").splitlines()))) or None


def _some(found: str | None) -> tuple[str, ...]:
    return (found,) if found else ()


_LISTS: Mapping[str, tuple[str, _Build]] = {
    "accounts": ("GeneralLedger/Account", _account),
    "suppliers": ("Contact/Supplier", _supplier),
    "bill_payments": ("Purchase/SupplierPayment", entries.supplier_payment),
    "expenses": ("Banking/SpendMoneyTxn", entries.spend_money),
}
"""Part → where its list is, and what becomes of its rows."""
_DATED = frozenset({"bill_payments", "expenses"})
"""Lists whose rows are of a day, besides the bills'."""
