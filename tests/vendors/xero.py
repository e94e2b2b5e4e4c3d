"""Xero: one connection for each organisation a person chose, named by a header; a batch of transfers, and no methods.

From what is known of the product; what is not sure of it: that an access token names the sign-in it came from by the
id its connections have, and which layout reports of many months have (recorded answers).
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    PaymentMethod,
    Record,
    Supplier,
)
from tests.vendors.books import Books, Rows, row_number
from tests.vendors.calls import Call, Refused, Reply, as_json, get, numbered
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months, places, rows_at
from tests.vendors.kit import Vendor, guid
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant
from tests.vendors.xero_reports import balance_sheet, profit_and_loss

_HOST = "api.xero.com"
_API = f"{_HOST}/api.xro/2.0"
_READS = ("settings", "contacts", "invoices", "payments", "banktransactions", "attachments", "budgets")
_REPORTS = ("profitandloss", "balancesheet", "trialbalance", "aged")
_TYPES = {
    "bank": "BANK", "cash": "BANK", "card": "BANK", "debtors": "CURRENT", "stock": "INVENTORY",
    "prepayments": "PREPAYMENT", "equipment": "FIXED", "depreciation": "FIXED", "creditors": "CURRLIAB",
    "tax": "CURRLIAB", "payroll": "CURRLIAB", "loan": "TERMLIAB", "shares": "EQUITY", "drawings": "EQUITY",
    "retained": "EQUITY", "sales": "SALES", "discounts": "SALES", "other_income": "OTHERINCOME",
    "cost_of_sales": "DIRECTCOSTS", "overhead": "OVERHEADS", "interest": "EXPENSE", "exchange": "EXPENSE",
    "depreciation_cost": "DEPRECIATN",
}  # fmt: skip
_BANKS = {"bank": "BANK", "cash": "BANK", "card": "CREDITCARD"}
_SYSTEM = {"debtors": "DEBTORS", "creditors": "CREDITORS", "tax": "GST", "retained": "RETAINEDEARNINGS"}
_STATUSES = {
    BillStatus.DRAFT: "DRAFT", BillStatus.OPEN: "AUTHORISED", BillStatus.PARTIALLY_PAID: "AUTHORISED",
    BillStatus.PAID: "PAID", BillStatus.VOID: "VOIDED",
}  # fmt: skip
_PROBLEMS = {"too-many": "minute", "too-many-until": "minute", "too-many-plain": "minute", "day-limit": "day"}
_CORNER, _CUSTOMER = "9000001", "9000002"
"""A shop that nobody ever had a bill from, and somebody who only ever bought."""
_SECOND = "8"
"""The first digit of a payment's second half: to Xero a payment pays one bill."""


class Fake(Vendor):
    name: ClassVar[str] = "Xero"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="login.xero.com/identity/connect/authorize",
        token="identity.xero.com/connect/token",
        revoke="identity.xero.com/connect/revocation",
        client_auth=frozenset({"basic"}),
        scopes=frozenset(
            {
                *("openid", "profile", "email", "offline_access"),
                *(f"accounting.{name}.read" for name in _READS),
                *(f"accounting.reports.{name}.read" for name in _REPORTS),
            }
        ),
        offline_scope="offline_access",
        chooses="some",
        code_seconds=300,
        access_seconds=1_800,
        refresh_seconds=5_184_000,
        rotates=True,
        grace_seconds=1_800,
        revokes=frozenset({"refresh"}),
        limits=((60, 60), (5_000, 86_400)),
    )

    def company_id(self, books: Books) -> str:
        return guid(books.company.external_id)

    def new_access(self, grant: Grant) -> str:
        """A JWT, signed by nobody."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": "https://identity.xero.com",
            "aud": "https://identity.xero.com/resources",
            "client_id": self.client_id,
            "iat": now,
            "exp": now + 1_800,
            "jti": super().new_access(grant),
            "authentication_event_id": _event(grant),
            "scope": list(grant.scopes),
        }
        return ".".join(_base64(json.dumps(one).encode()) for one in ({"alg": "RS256", "typ": "JWT"}, claims, "seal"))

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        if refused.status == 429:
            said = {"x-rate-limit-problem": _PROBLEMS.get(refused.kind, "minute"), **headers}
            return Reply(status=429, headers=said)
        titles = {401: "Unauthorized", 403: "Forbidden", 404: "The resource you're looking for cannot be found"}
        problem = {"Type": None, "Title": titles.get(refused.status, "An error occurred"), "Status": refused.status}
        answer = as_json({**problem, "Detail": refused.words, "Extensions": {}}, refused.status)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """Rates are short and the other way round; a bill has no terms, and money paid ahead no account."""
        if isinstance(record, Bill | BillPayment | CreditNote | Expense) and record.rate is not None:
            record = replace(record, rate=1 / _rate(record.rate))
        if isinstance(record, Bill):
            return replace(record, terms=None)
        if isinstance(record, BillPayment):
            of = record if record.allocations else replace(record, account_id=None)
            return replace(of, stated_method=PaymentMethod.BANK_TRANSFER if _is_in_batch(record) else None)
        if isinstance(record, Expense):
            return replace(record, stated_method=None, supplier_id=record.supplier_id or _CORNER)
        return record

    def kept(self, books: Books) -> tuple[Record, ...]:
        """A payment of two bills is two, and who was paid without a bill is a contact, too."""
        told = kept_of_months(books, super().kept(books))
        halves = (half for one in told for half in (_halves(one) if isinstance(one, BillPayment) else (one,)))
        return (*halves, Supplier(external_id=_CORNER, name="Corner shop"))

    @get(f"{_HOST}/connections")
    def connections(self, call: Call) -> Any:
        """All that this person ever chose for this client, each with the sign-in that was the last to bring it."""
        assert call.grant
        chosen = self.chosen(call)
        rows = [_connection(key, grant, books.name) for key, (grant, books) in chosen.items()]
        if chosen:
            rows.insert(0, _connection(guid("77"), call.grant, "Sums & Co", kind="PRACTICE"))
        event = call.query.get("authEventId")
        return as_json([one for one in rows if event in (None, one["authEventId"])])

    @get(f"{_API}/Organisation", scope="accounting.settings.read")
    def organisation(self, call: Call) -> Any:
        return _done(Organisations=[_organisation(self.books(call))])

    @get(f"{_API}/Accounts", scope="accounting.settings.read")
    def accounts(self, call: Call) -> Any:
        self.books(call)
        wanted = _wanted(call).kind
        entries = () if _modified(call) else CHART
        return _done(Accounts=[one for one in map(_account, entries) if wanted in (None, one["Type"])])

    @get(f"{_API}/Contacts", scope="accounting.contacts.read")
    def contacts(self, call: Call) -> Any:
        """Archived ones only for who asks; filtered by the words of `where`, of which this fake knows two."""
        others = (
            _contact(Supplier(external_id=_CORNER, name="Corner shop"), IsSupplier=False),
            _contact(Supplier(external_id=_CUSTOMER, name="A. Guest"), IsSupplier=False, IsCustomer=True),
        )
        rows = [*map(_contact, self.books(call).suppliers), *others]
        if call.query.get("includeArchived") != "true":
            rows = [one for one in rows if one["ContactStatus"] == "ACTIVE"]
        words = [one.split("==") for one in call.query.get("where", "").split(" OR ") if one]
        if any(name not in ("IsSupplier", "IsCustomer") for name, *_ in words):
            raise Refused(400, "this fake knows who is a supplier and who a customer")
        found = [one for one in rows if not words or any(one[name] is (value == "true") for name, value in words)]
        found = [] if _modified(call) else found
        return _paged(call, "Contacts", found)

    @get(f"{_API}/Invoices", scope="accounting.invoices.read")
    def invoices(self, call: Call) -> Any:
        return self.documents(call, "Invoices", "ACCPAY", self.rows(call, "bills", _invoice))

    @get(f"{_API}/CreditNotes", scope="accounting.invoices.read")
    def credit_notes(self, call: Call) -> Any:
        return self.documents(call, "CreditNotes", "ACCPAYCREDIT", self.rows(call, "credit_notes", _credit_note))

    @get(f"{_API}/Payments", scope="accounting.payments.read")
    def payments(self, call: Call) -> Any:
        books = self.books(call)
        numbers = _halves_of(books, _wanted(call).since, _modified(call))

        def half(place: int) -> dict[str, Any]:
            number, part = numbers[place]
            return _payment(_halves(books.payments[number])[part], books)

        return self.documents(call, "Payments", "ACCPAYPAYMENT", Rows(len(numbers), half))

    @get(f"{_API}/Prepayments", scope="accounting.payments.read")
    def prepayments(self, call: Call) -> Any:
        books = self.books(call)
        found = _on_account(books, _wanted(call).since, _modified(call))

        def paid(place: int) -> dict[str, Any]:
            return _prepayment(books.payments[found[place]], books)

        return self.documents(call, "Prepayments", None, Rows(len(found), paid))

    @get(f"{_API}/Overpayments", scope="accounting.payments.read")
    def overpayments(self, call: Call) -> Any:
        self.books(call)
        return self.documents(call, "Overpayments", None, ())

    @get(f"{_API}/BankTransactions", scope="accounting.banktransactions.read")
    def bank_transactions(self, call: Call) -> Any:
        return self.documents(call, "BankTransactions", "SPEND", self.rows(call, "expenses", _spend))

    @get(f"{_API}/Reports/ProfitAndLoss", scope="accounting.reports.profitandloss.read")
    def profit_and_loss(self, call: Call) -> Any:
        return profit_and_loss(self.books(call), call)

    @get(f"{_API}/Reports/BalanceSheet", scope="accounting.reports.balancesheet.read")
    def balance_sheet(self, call: Call) -> Any:
        return balance_sheet(self.books(call), call)

    def chosen(self, call: Call) -> dict[str, tuple[Grant, Books]]:
        """By id; a token opens whatever its person ever chose."""
        found: dict[str, tuple[Grant, Books]] = {}
        for grant in self.tokens.grants:
            if call.grant and grant.person == call.grant.person and not grant.dead:
                found |= {self.company_id(books): (grant, books) for books in grant.companies}
        return found

    def books(self, call: Call) -> Books:
        _, found = self.chosen(call).get(call.headers.get("xero-tenant-id", ""), (None, None))
        if found is None:
            raise Refused(403, "AuthenticationUnsuccessful", kind="company")
        return found

    def rows(self, call: Call, kind: str, write: Callable[[Any, Books], Any]) -> Rows[Any]:
        """The rows of a kind that are dated and changed so late."""
        books = self.books(call)
        numbers = places(books, kind, _wanted(call).since, changed=_modified(call))
        return rows_at(getattr(books, kind), numbers, lambda row: write(row, books))

    def documents(self, call: Call, key: str, kind: str | None, rows: Sequence[Any]) -> Any:
        """One page of rows; where the kind is not asked for there is one of a sale among them."""
        wanted = _wanted(call).kind
        sale = {"PaymentType": "ACCRECPAYMENT"} if key == "Payments" else {"Type": "ACCREC", "Status": "PAID"}
        found = rows if wanted in (None, kind) else ()
        part = numbered(call, found, size="pageSize", usual=100, most=1000)
        written = part.rows
        if "page" not in call.query:
            written = [{name: value for name, value in row.items() if name != "LineItems"} for row in written]
        sales = [] if kind is None or wanted == kind else [sale]
        return _done(pagination=_pagination(part.number, part.size, len(found)), **{key: [*written, *sales]})


def _modified(call: Call) -> datetime | None:
    """Since when changes are asked for."""
    told = call.headers.get("if-modified-since")
    return datetime.fromisoformat(told) if told else None


@dataclass(frozen=True)
class _Wanted:
    """The type a list is asked for, and since which day."""

    kind: str | None = None
    since: date | None = None


def _wanted(call: Call) -> _Wanted:
    kind, since = None, None
    for condition in filter(None, call.query.get("where", "").split(" AND ")):
        if found := re.fullmatch(r'(?:Payment)?Type=="([A-Z]+)"', condition):
            kind = found[1]
        elif found := re.fullmatch(r"Date>=DateTime\((\d{4}), (\d\d), (\d\d)\)", condition):
            since = date(*map(int, found.groups()))
        else:
            raise Refused(400, "this fake knows types and days only")
    return _Wanted(kind, since)


def _done(**content: Any) -> dict[str, Any]:
    return {"Id": guid("99"), "Status": "OK", "ProviderName": "linkflow", **content}


def _pagination(number: int, size: int, total: int) -> dict[str, int]:
    return {"page": number, "pageSize": size, "pageCount": -(-total // size), "itemCount": total}


def _paged(call: Call, key: str, rows: Sequence[Any]) -> Any:
    part = numbered(call, rows, size="pageSize", usual=100, most=1000)
    return _done(pagination=_pagination(part.number, part.size, part.total), **{key: part.rows})


def _base64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _event(grant: Grant) -> str:
    """The id of a sign-in."""
    return f"{grant.id[:8]}-{grant.id[8:12]}-4000-8000-{grant.id[-12:]}"


def _connection(key: str, grant: Grant, name: str, kind: str = "ORGANISATION") -> dict[str, Any]:
    at = f"{grant.given_at:%Y-%m-%dT%H:%M:%S}.1234567"
    return {
        "id": f"c0000000{key[8:]}",
        "authEventId": _event(grant),
        "tenantId": key,
        "tenantType": kind,
        "tenantName": name,
        "createdDateUtc": at,
        "updatedDateUtc": at,
    }


def _on(day: date, offset: str = "+0000") -> str:
    return f"/Date({int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)}{offset})/"


def _rate(rate: Decimal) -> Decimal:
    """How much of a currency one of the books' own is worth, as short as Xero has it."""
    return round(1 / rate, 6)


@lru_cache(maxsize=64)
def _halves_of(books: Books, since: date | None, changed: datetime | None) -> Sequence[tuple[int, int]]:
    """The payments of bills, by number and which half."""
    chosen = places(books, "payments", since, changed=changed)
    return [(at, part) for at in chosen for part in range(len(books.payments[at].allocations))]


@lru_cache(maxsize=64)
def _on_account(books: Books, since: date | None, changed: datetime | None) -> Sequence[int]:
    """The numbers of the payments that are for no bill."""
    return [at for at in places(books, "payments", since, changed=changed) if not books.payments[at].allocations]


def _halves(row: BillPayment) -> tuple[BillPayment, ...]:
    """A payment of two bills as two of one each."""

    def half(place: int, part: Allocation) -> BillPayment:
        key = f"{_SECOND}{row.external_id[1:]}" if place else row.external_id
        return replace(row, external_id=key, total=part.amount, allocations=(part,))

    return tuple(half(*one) for one in enumerate(row.allocations)) or (row,)


def _is_in_batch(row: BillPayment) -> bool:
    """Two bills that are paid at once are so with a file for the bank, where a bank pays them."""
    return len(row.allocations) > 1 and BY_ID[row.account_id or ""].kind == "bank"


def _organisation(books: Books) -> dict[str, Any]:
    company = books.company
    month, day = map(int, books.year_end.split("-"))
    return {
        "OrganisationID": guid(company.external_id),
        "Name": company.name,
        "LegalName": company.legal_name,
        "BaseCurrency": books.base,
        "CountryCode": books.country,
        "RegistrationNumber": company.registration_number,
        "TaxNumber": company.tax_number,
        "FinancialYearEndDay": day,
        "FinancialYearEndMonth": month,
        "Addresses": [{"AddressType": "STREET", "AddressLine1": "1 High Street", "City": "Springfield"}],
        "Phones": [{"PhoneType": "OFFICE", "PhoneNumber": "7946 0000", "PhoneAreaCode": "20"}],
        "ExternalLinks": [],
        "PaymentTerms": {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}},
    }


def _account(entry: Entry) -> dict[str, Any]:
    of = {"income": "REVENUE"}.get(entry.account.account_class.value, entry.account.account_class.name)
    return {
        "AccountID": guid(entry.id),
        "Code": entry.account.code,
        "Name": entry.account.name,
        "Status": "ACTIVE",
        "Type": _TYPES[entry.kind],
        "Class": of,
        "BankAccountType": _BANKS.get(entry.kind, ""),
        "SystemAccount": _SYSTEM.get(entry.kind, ""),
        "UpdatedDateUTC": "/Date(1199145600000+0000)/",
    }


def _contact(row: Supplier, **more: Any) -> dict[str, Any]:
    first, _, last = (row.contact_name or "").partition(" ")
    rule = {"Day": int(row.terms.split()[0]), "Type": "DAYSAFTERBILLDATE"} if row.terms else None
    return {
        "ContactID": guid(row.external_id),
        "ContactStatus": "ACTIVE" if row.active else "ARCHIVED",
        "Name": row.name,
        "FirstName": first,
        "LastName": last,
        "EmailAddress": row.email or "",
        "TaxNumber": row.tax_number or "",
        **({"DefaultCurrency": row.currency} if row.currency else {}),
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": row.phone or "", "PhoneAreaCode": ""}],
        "Addresses": [],
        "IsSupplier": True,
        "IsCustomer": False,
        **({"PaymentTerms": {"Bills": rule}} if rule else {}),
        **more,
    }


def _document(row: Bill | BillPayment | CreditNote | Expense, on: date, books: Books) -> dict[str, Any]:
    """What all documents have in common."""
    supplier = books.suppliers[row_number(row.supplier_id)] if row.supplier_id else None
    named = (supplier.external_id, supplier.name) if supplier else (_CORNER, "Corner shop")
    return {
        "Contact": {"ContactID": guid(named[0]), "Name": named[1]},
        "Date": _on(on),
        "DateString": f"{on}T00:00:00",
        "Total": row.total,
        "CurrencyCode": row.currency,
        "CurrencyRate": Decimal(1) if row.rate is None else _rate(row.rate),
        "UpdatedDateUTC": _on(on, ""),
    }


def _line(place: int, line: Any) -> dict[str, Any]:
    account = BY_ID[line.account_id].account
    amounts = {"Quantity": line.quantity, "UnitAmount": line.unit_price} if hasattr(line, "quantity") else {}
    return {
        "LineItemID": guid(f"{place + 1}"),
        "Description": line.description or "",
        "LineAmount": line.net,
        "TaxAmount": line.tax,
        "TaxType": "INPUT2" if line.tax else "NONE",
        "AccountCode": account.code,
        "AccountID": guid(line.account_id),
        **amounts,
    }


def _status(row: BillPayment | CreditNote | Expense, gone: str) -> str:
    return gone if row.status is EntryStatus.VOID else "AUTHORISED"


def _invoice(row: Bill, books: Books) -> dict[str, Any]:
    paid = Decimal(0) if row.status is BillStatus.VOID else row.total - row.amount_due
    return {
        **_document(row, row.issued_on, books),
        "Type": "ACCPAY",
        "InvoiceID": guid(row.external_id),
        "InvoiceNumber": row.number or "",
        "Status": _STATUSES[row.status],
        "LineAmountTypes": "Exclusive",
        "LineItems": [_line(place, line) for place, line in enumerate(row.lines)],
        "SubTotal": row.net,
        "TotalTax": row.tax,
        "AmountDue": row.amount_due,
        "AmountPaid": paid,
        "AmountCredited": Decimal(0),
        **({"DueDate": _on(row.due_on), "DueDateString": f"{row.due_on}T00:00:00"} if row.due_on else {}),
    }


def _credit_note(row: CreditNote, books: Books) -> dict[str, Any]:
    return {
        **_document(row, row.issued_on, books),
        "Type": "ACCPAYCREDIT",
        "CreditNoteID": guid(row.external_id),
        "CreditNoteNumber": row.number,
        "Status": _status(row, "VOIDED"),
        "Allocations": [
            {"Amount": part.amount, "Date": _on(row.issued_on), "Invoice": {"InvoiceID": guid(part.bill_id)}}
            for part in row.allocations
        ],
    }


def _payment(row: BillPayment, books: Books) -> dict[str, Any]:
    """One of two halves has a batch, as the whole payment is one."""
    (part,) = row.allocations
    bill = books.bills[row_number(part.bill_id)]
    whole = books.payments[row_number(row.external_id)]
    batch = {"BatchPaymentID": guid(whole.external_id), "Type": "PAYBATCH", "TotalAmount": whole.total}
    told = _document(row, row.paid_on, books)
    return {
        "PaymentID": guid(row.external_id),
        "PaymentType": "ACCPAYPAYMENT",
        "Status": _status(row, "DELETED"),
        "Date": told["Date"],
        "Amount": part.amount,
        "BankAmount": part.amount,
        "CurrencyRate": told["CurrencyRate"],
        "Reference": row.note or "",
        "Account": {"AccountID": guid(row.account_id or "0")},
        "Invoice": {
            "Type": "ACCPAY",
            "InvoiceID": guid(bill.external_id),
            "InvoiceNumber": bill.number or "",
            "CurrencyCode": bill.currency,
            "Contact": told["Contact"],
        },
        **({"BatchPayment": batch} if _is_in_batch(whole) else {}),
    }


def _prepayment(row: BillPayment, books: Books) -> dict[str, Any]:
    return {
        **_document(row, row.paid_on, books),
        "Type": "SPEND-PREPAYMENT",
        "PrepaymentID": guid(row.external_id),
        "Status": _status(row, "VOIDED"),
        "Reference": row.note or "",
        "RemainingCredit": row.total,
        "Allocations": [],
    }


def _spend(row: Expense, books: Books) -> dict[str, Any]:
    return {
        **_document(row, row.spent_on, books),
        "Type": "SPEND",
        "BankTransactionID": guid(row.external_id),
        "Status": _status(row, "DELETED"),
        "Reference": row.note or "",
        "BankAccount": {"AccountID": guid(row.account_id or "0"), "Name": BY_ID[row.account_id or ""].account.name},
        "LineAmountTypes": "NoTax",
        "LineItems": [_line(place, line) for place, line in enumerate(row.lines)],
    }
