"""QuickBooks Online: reads a company's books by queries and its two statements as reports.

A sign-in is for one company, whose number the callback brings. Lists come by place, so a cursor is a place or a first
month. What an entry only points to (terms, items) is asked for with its page; see the two neighbours.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from linkflow.domain import books
from linkflow.domain.books import AccountClass, Record, Statement
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer
from linkflow.providers import _quickbooks_entries as entries
from linkflow.providers._parts import parts_of
from linkflow.providers._quickbooks_query import WITH_INACTIVE, Ledger, Lookups, home_currency, ref
from linkflow.providers._quickbooks_reports import statement
from linkflow.providers._rows import Row, inside, page, text, word

INCREMENTAL: frozenset[str] = frozenset()
"""None: it tells of a thousand changes at most, in no promised order, and of what was deleted only the number.

A whole list is a call for each few hundred rows.
"""
_Build = Callable[[Row, Lookups], Record | Iterable[Record] | None]
_REALM = re.compile(r"[0-9]{1,30}")
_CLASSES = {
    "Asset": AccountClass.ASSET,
    "Liability": AccountClass.LIABILITY,
    "Equity": AccountClass.EQUITY,
    "Revenue": AccountClass.INCOME,
    "Expense": AccountClass.EXPENSE,
}
_MONTH_ENDS = {
    "January": "12-31", "February": "01-31", "March": "02-28", "April": "03-31", "May": "04-30", "June": "05-31",
    "July": "06-30", "August": "07-31", "September": "08-31", "October": "09-30", "November": "10-31",
    "December": "11-30",
}  # fmt: skip
"""First month of the financial year → its last day."""


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The company signed in to; none where the callback named none."""
    realm = session.given.get("realmId", "")
    if not _REALM.fullmatch(realm):
        return ()
    ledger = Ledger(session, realm)
    row = _company_info(ledger, realm)
    name, legal = word(row, "CompanyName"), word(row, "LegalName")
    if name is None and legal is None:
        raise BadAnswer(reason="no company name")
    return (
        Tenant(
            id=realm,
            name=name or legal or "",
            legal_name=legal,
            country=word(row, "Country"),
            currency=home_currency(ledger.get("preferences")),
        ),
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types)


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a company's books."""
    ledger = Ledger(session, asked.tenant_id)
    if part == "company":
        currency = home_currency(ledger.get("preferences"))
        found = {**_company_info(ledger, asked.tenant_id), "Id": asked.tenant_id, "currency": currency}
        return page([found], _company, kind=part, key="Id")
    if part in set(Statement):
        return statement(ledger, Statement(part), cursor=asked.cursor, period=asked.period)
    entity, where, build = _LISTS[part]
    wanted = where.format(since=asked.period.first_month)
    rows, following = ledger.page(entity, where=wanted, cursor=asked.cursor)
    look = Lookups(ledger, rows)
    return page(rows, lambda row: build(row, look), kind=part, key="Id", following=following)


def _company_info(ledger: Ledger, realm: str) -> Row:
    found = ledger.get(f"companyinfo/{realm}").get("CompanyInfo")
    if not isinstance(found, dict):
        raise BadAnswer(reason="no CompanyInfo")
    return found


def _company(row: Row) -> books.Company:
    addresses = (_address(inside(row, key)) for key in ("LegalAddr", "CompanyAddr"))
    return books.Company(
        external_id=text(row, "Id"),
        name=word(row, "CompanyName") or text(row, "LegalName"),
        legal_name=word(row, "LegalName"),
        base_currency=text(row, "currency"),
        country=word(row, "Country"),
        addresses=tuple(dict.fromkeys(filter(None, addresses))),
        phones=_some(word(inside(row, "PrimaryPhone"), "FreeFormNumber")),
        web_links=_some(word(inside(row, "WebAddr"), "URI")),
        year_end=_MONTH_ENDS.get(word(row, "FiscalYearStartMonth") or ""),
    )


def _account(row: Row, _look: Lookups) -> books.Account:
    kind = word(row, "AccountType")
    return books.Account(
        external_id=text(row, "Id"),
        name=text(row, "Name"),
        account_class=_CLASSES.get(word(row, "Classification") or "", AccountClass.OTHER),
        code=word(row, "AcctNum"),
        software_type=kind,
        software_subtype=word(row, "AccountSubType"),
        currency=ref(row, "CurrencyRef"),
        active=row.get("Active") is not False,
        is_bank=kind == "Bank",
        is_card=kind == "Credit Card",
    )


def _supplier(row: Row, look: Lookups) -> books.Supplier:
    """Without the tax number: it is often a person's."""
    person = " ".join(filter(None, (word(row, "GivenName"), word(row, "FamilyName"))))
    address, term = _address(inside(row, "BillAddr")), ref(row, "TermRef")
    return books.Supplier(
        external_id=text(row, "Id"),
        name=text(row, "DisplayName"),
        contact_name=person or None,
        email=word(inside(row, "PrimaryEmailAddr"), "Address"),
        phone=word(inside(row, "PrimaryPhone"), "FreeFormNumber"),
        addresses=_some(address),
        active=row.get("Active") is not False,
        currency=ref(row, "CurrencyRef"),
        terms=look.terms.get(term) if term else None,
    )


def _address(row: Row) -> str | None:
    named = ("Line1", "Line2", "Line3", "Line4", "Line5", "City", "CountrySubDivisionCode", "PostalCode", "Country")
    return "\n".join(filter(None, (word(row, key) for key in named))) or None


def _some(found: str | None) -> tuple[str, ...]:
    return (found,) if found else ()


_DATED = "TxnDate >= '{since}'"
_LISTS: Mapping[str, tuple[str, str, _Build]] = {
    "accounts": ("Account", WITH_INACTIVE, _account),
    "suppliers": ("Vendor", WITH_INACTIVE, _supplier),
    "bills": ("Bill", _DATED, entries.bill),
    "credit_notes": ("VendorCredit", _DATED, entries.credit_note),
    "bill_payments": ("BillPayment", _DATED, entries.bill_payment),
    "expenses": ("Purchase", _DATED, entries.purchase),
}
"""Part → the entity it is called, which of its rows, and what becomes of them."""
