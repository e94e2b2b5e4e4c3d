"""Xero: reads the Accounting API of one organisation, which a header names; lists by numbered pages.

A cursor is a list's name and its next page ("Payments/2"), or what `_xero_reports` makes of a month. Lists are asked
for in the order of their ids: in that of the last change, a row changed meanwhile would move another one past us.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linkflow.domain.books import Period, Statement
from linkflow.domain.errors import TenantGone
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer, StatusError
from linkflow.providers import _xero_records as records
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Build, listed, page, stamp, word
from linkflow.providers._xero_reports import report_page

ROOT = "api.xro/2.0"
INCREMENTAL = frozenset({"accounts", "suppliers", "bills", "bill_payments", "credit_notes", "expenses"})
"""Rows that are void or deleted stay in their lists, with that status."""
_CLOSED = 403
_LOOKED_UP = 20
"""Of so many organisations the country and the registered name are asked for; a sign-in usually brings one."""


@dataclass(frozen=True)
class _List:
    """One list of the API: its name is its path and its key in the answer; `kind` is a condition on its rows."""

    name: str
    key: str
    kind: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    dated: bool = True

    def asked_for(self, period: Period) -> Mapping[str, str]:
        """What of it is wanted; of documents those of the months wanted, and none from before."""
        first = period.first_month
        since = f"Date>=DateTime({first:%Y, %m, %d})" if self.dated else None
        return {"where": " AND ".join(filter(None, (self.kind, since))), **self.params}


_EXACT = {"unitdp": "4"}
_LISTS: Mapping[str, tuple[_List, ...]] = {
    # Who is paid without a bill is neither supplier nor customer to Xero; mere customers are nobody's business here.
    "suppliers": (
        _List(
            "Contacts", "ContactID", "IsSupplier==true OR IsCustomer==false", {"includeArchived": "true"}, dated=False
        ),
    ),
    "bills": (_List("Invoices", "InvoiceID", 'Type=="ACCPAY"', _EXACT),),
    "credit_notes": (_List("CreditNotes", "CreditNoteID", 'Type=="ACCPAYCREDIT"', _EXACT),),
    # Money paid ahead of a bill, or too much of it, is no payment to Xero until it is allocated.
    "bill_payments": (
        _List("Payments", "PaymentID", 'PaymentType=="ACCPAYPAYMENT"'),
        _List("Prepayments", "PrepaymentID", params=_EXACT),
        _List("Overpayments", "OverpaymentID", params=_EXACT),
    ),
    "expenses": (_List("BankTransactions", "BankTransactionID", 'Type=="SPEND"', _EXACT),),
}  # fmt: skip


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The organisations just chosen; all that the user ever connected only where Xero does not say which these are."""
    event = session.claim("authentication_event_id")
    chosen = _connections(session, {"authEventId": event}) if event else ()
    found = chosen or _connections(session, {})
    names = {one["tenantId"]: _named(session, one["tenantId"]) for one in found[:_LOOKED_UP]}
    return tuple(
        Tenant(
            id=one["tenantId"],
            name=one["tenantName"],
            legal_name=word(names.get(one["tenantId"], {}), "LegalName"),
            country=word(names.get(one["tenantId"], {}), "CountryCode"),
            currency=word(names.get(one["tenantId"], {}), "BaseCurrency"),
        )
        for one in found
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types)


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of an organisation's books; `TenantGone` where it was disconnected at Xero."""
    try:
        return _pull(session, part, asked)
    except StatusError as error:
        # The same refusal comes for what the person may not see; who is connected tells the two apart.
        if error.status == _CLOSED and asked.tenant_id not in {one["tenantId"] for one in _connections(session, {})}:
            raise TenantGone from None
        raise


def _pull(session: ApiSession, part: str, asked: Asked) -> Page:
    if part in list(Statement):
        return report_page(session, ROOT, Statement(part), asked)
    if part == "company":
        return page([_first(session, asked.tenant_id, "Organisation", "Organisations")], records.company, kind=part)
    if part == "accounts":
        return page(_rows(session, asked, "Accounts"), records.account, kind=part, key="AccountID")
    return _list_page(session, part, asked)


def _list_page(session: ApiSession, part: str, asked: Asked) -> Page:
    lists = _LISTS[part]
    name, _, number = (asked.cursor or f"{lists[0].name}/1").partition("/")
    place = next((place for place, one in enumerate(lists) if one.name == name), 0)
    this, later = lists[place], lists[place + 1 : place + 2]
    wanted = {
        "page": number,
        "pageSize": str(session.page_size),
        "order": f"{this.key} ASC",
        **this.asked_for(asked.period),
    }
    answer = session.get(f"{ROOT}/{this.name}", params=wanted, headers=_headers(asked)).json()
    rows = listed(answer, this.name)
    follows = f"{this.name}/{int(number) + 1}" if _goes_on(answer, rows, session.page_size) else None
    following = follows or next((f"{one.name}/1" for one in later), None)
    total = _pagination(answer).get("itemCount") if len(lists) == 1 else None
    build = _build(session, this.name, asked, rows)
    return page(rows, build, kind=part, key=this.key, following=following, total=total)


def _build(session: ApiSession, name: str, asked: Asked, rows: list[Any]) -> Build:
    """How a row of a list becomes a record, with what has to be looked up for this page."""
    if name == "Contacts":
        return records.supplier(_usual_terms(session, asked, rows))
    if name == "Payments":
        return records.payment(_banks(session, asked, rows))
    return _BUILDERS[name]


_BUILDERS: Mapping[str, Build] = {
    "Invoices": records.bill,
    "CreditNotes": records.credit_note,
    "Prepayments": records.paid_ahead("PrepaymentID"),
    "Overpayments": records.paid_ahead("OverpaymentID"),
    "BankTransactions": records.expense,
}


def _usual_terms(session: ApiSession, asked: Asked, rows: list[Any]) -> str | None:
    """The organisation's terms for bills: those of a supplier that has none of its own."""
    if all(isinstance(row, dict) and records.terms(row) for row in rows):
        return None
    return records.terms(_first(session, asked.tenant_id, "Organisation", "Organisations"))


def _banks(session: ApiSession, asked: Asked, rows: list[Any]) -> frozenset[str]:
    """The ids of the banks that are no cards and no wallets, asked for where a payment went out with a batch."""
    if not any(isinstance(row, dict) and row.get("BatchPayment") for row in rows):
        return frozenset()
    wanted = {"where": 'Type=="BANK"'}
    answer = session.get(f"{ROOT}/Accounts", params=wanted, headers=_tenant(asked.tenant_id)).json()
    found = (row for row in listed(answer, "Accounts") if isinstance(row, dict))
    return frozenset(str(row.get("AccountID")) for row in found if row.get("BankAccountType") == "BANK")


def _connections(session: ApiSession, wanted: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    rows = listed(session.get("connections", params=wanted or None).json())
    found = {
        row["tenantId"]: row
        for row in rows
        if isinstance(row, dict)
        and row.get("tenantType") == "ORGANISATION"
        and word(row, "tenantId")
        and word(row, "tenantName")
    }
    return tuple(found.values())


def _named(session: ApiSession, tenant_id: str) -> dict[str, Any]:
    """The organisation of a tenant; nothing where it is closed to us, as one whose subscription has ended is."""
    try:
        return _first(session, tenant_id, "Organisation", "Organisations")
    except StatusError as error:
        if error.status != _CLOSED:
            raise
        return {}


def _first(session: ApiSession, tenant_id: str, path: str, key: str) -> dict[str, Any]:
    rows = listed(session.get(f"{ROOT}/{path}", headers=_tenant(tenant_id)).json(), key)
    if not rows or not isinstance(rows[0], dict):
        raise BadAnswer(reason=f"no {path}")
    return rows[0]


def _rows(session: ApiSession, asked: Asked, name: str) -> list[Any]:
    return listed(session.get(f"{ROOT}/{name}", headers=_headers(asked)).json(), name)


def _tenant(tenant_id: str) -> dict[str, str]:
    return {"xero-tenant-id": tenant_id}


def _headers(asked: Asked) -> dict[str, str]:
    since = {"If-Modified-Since": stamp(asked.since)} if asked.since else {}
    return {**_tenant(asked.tenant_id), **since}


def _pagination(answer: Any) -> dict[str, Any]:
    found = answer.get("pagination")
    return found if isinstance(found, dict) else {}


def _goes_on(answer: Any, rows: list[Any], page_size: int) -> bool:
    """Whether there is a page behind this one. A page beyond the last is an empty list."""
    said = _pagination(answer)
    this, last = said.get("page"), said.get("pageCount")
    if isinstance(this, int) and isinstance(last, int):
        return bool(rows) and this < last
    return len(rows) >= page_size
