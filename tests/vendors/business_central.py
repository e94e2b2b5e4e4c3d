"""A fake of Business Central behind Microsoft Entra: tokens that are JWTs, OData 4, amounts as a language prints them.

What is not set is a day in the year 1, an id of zeros, an encoded blank. Documents say no rate and no rest. Payments
are entries of the general ledger that name an account and a document. A year is closed between it and the next.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from linkflow.domain.books import (
    Bill,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    Record,
    Supplier,
)
from linkflow.domain.money import in_base
from linkflow.domain.trial_balances import last_year_end
from tests.vendors import oauth
from tests.vendors.books import Books, row_number
from tests.vendors.calls import Call, Refused, Reply, as_json, get
from tests.vendors.chart import CHART, Entry, account_id
from tests.vendors.choosing import kept_of_months
from tests.vendors.kit import Vendor, books_of, guid, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued, TokenRefused

LOGIN = "login.microsoftonline.com/organizations/oauth2/v2.0"
HOST = "api.businesscentral.dynamics.com"
TENANT = "11111111-2222-4333-8444-555555555555"
API = f"{HOST}/v2.0/{TENANT}/Production/api/v2.0"
COMPANY = f"{API}/companies({{company}})"
SCOPE = "https://api.businesscentral.dynamics.com/Financials.ReadWrite.All"
USUAL, MOST = 20_000, 20_000
NO_ID, NO_DAY, NOTHING = "00000000-0000-0000-0000-000000000000", "0001-01-01", "_x0020_"
_CATEGORIES = {
    "asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expense"
}  # fmt: skip
_GOODS = "Cost_x0020_of_x0020_Goods_x0020_Sold"
_SUBCATEGORIES = {
    "bank": "Cash", "cash": "Cash", "debtors": "Accounts Receivable", "stock": "Inventory",
    "prepayments": "Prepaid Expenses", "equipment": "Equipment", "depreciation": "Accumulated Depreciation",
    "creditors": "Current Liabilities", "card": "Current Liabilities", "tax": "Current Liabilities",
    "payroll": "Payroll Liabilities", "loan": "Long Term Liabilities", "shares": "Common Stock",
    "retained": "Retained Earnings", "drawings": "Distributions to Shareholders", "cost_of_sales": "Materials",
    "interest": "Interest Expense", "discounts": "Sales Discounts", "other_income": "Income, Interest",
}  # fmt: skip
_NOT_BY_HAND = ("bank", "debtors", "creditors", "card", "tax")
_STATUSES = {
    BillStatus.DRAFT: "Draft", BillStatus.OPEN: "Open", BillStatus.PARTIALLY_PAID: "Open", BillStatus.PAID: "Paid",
    BillStatus.VOID: "Canceled",
}  # fmt: skip
_OWED, _EXCHANGE = account_id("2100"), account_id("7906")
_Rows = Sequence[dict[str, Any]]


class Fake(Vendor):
    """Business Central as its customers' software sees it."""

    name: ClassVar[str] = "Dynamics 365 Business Central"
    quirks: ClassVar[Quirks] = Quirks(
        authorize=f"{LOGIN}/authorize",
        token=f"{LOGIN}/token",
        client_auth=frozenset({"body"}),
        pkce="optional",
        scopes=frozenset({SCOPE, "offline_access"}),
        offline_scope="offline_access",
        access_seconds=4_712,
        refresh_seconds=90 * 86_400,
        rotates=True,
        grace_seconds=90 * 86_400,
        links=("@odata.nextLink",),
        limits=((6_000, 300),),
    )

    def company_id(self, books: Books) -> str:
        return guid(books.company.external_id)

    def denied(self) -> dict[str, str]:
        words = "AADSTS65004: User declined to consent to access the app."
        return {"error": "access_denied", "error_subcode": "cancel", "error_description": words}

    def new_access(self, grant: Grant) -> str:
        """Good for whoever it is meant for; nobody else looks inside."""
        claims = {"aud": f"https://{HOST}", "tid": TENANT, "oid": grant.id, "scp": "Financials.ReadWrite.All"}
        pieces = ({"typ": "JWT", "alg": "RS256"}, {**claims, "uti": oauth.random_text("")})
        return ".".join([*(_encoded(json.dumps(piece)) for piece in pieces), _encoded(oauth.random_text("", 60))])

    def token_answer(self, issued: Issued) -> Reply:
        """`offline_access` is no scope of anything, and is not among those told."""
        return as_json({**plain_tokens(issued), "scope": SCOPE, "ext_expires_in": issued.access_seconds})

    def token_refused(self, refused: TokenRefused) -> Reply:
        code = {"invalid_grant": 70_000, "invalid_client": 7_000_215}.get(refused.code, 900_144)
        told = {"error": refused.code, "error_description": f"AADSTS{code}: {refused.words}", "error_codes": [code]}
        return as_json(told, 401 if refused.code == "invalid_client" else 400)

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        told = {"error": {"code": refused.kind or "BadRequest", "message": refused.words}}
        answer = as_json(told, refused.status)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """Nothing of expenses, of a bill no rest and no terms, of a credit note not what it was set against."""
        if isinstance(record, Expense):
            return None
        if isinstance(record, Bill):
            is_open = record.status in (BillStatus.OPEN, BillStatus.PARTIALLY_PAID)
            status = BillStatus.OPEN if is_open else record.status
            return replace(record, status=status, terms=None, amount_due=Decimal(0))
        return replace(record, allocations=()) if isinstance(record, CreditNote) else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        """Payments are what was taken off what is owed, in the base currency; a void one was taken back."""
        found: list[Record] = []
        for record in super().kept(books):
            found += list(_as_posted(record, books)) if isinstance(record, BillPayment) else [record]
        return kept_of_months(books, found)

    @get(f"{HOST}/environments/v1.2", scope=SCOPE)
    def environments(self, call: Call) -> Any:
        named = (("Production", "Production"), ("Sandbox", "Sandbox"))
        rows = [{"name": name, "type": kind, "aadTenantId": TENANT, "countryCode": "GB"} for name, kind in named]
        return {"value": rows}

    @get(f"{API}/companies", scope=SCOPE)
    def companies(self, call: Call) -> Any:
        assert call.grant
        return _answer(call, [_company(self.company_id(books), books) for books in call.grant.companies])

    @get(f"{COMPANY}/companyInformation", scope=SCOPE)
    def company_information(self, call: Call) -> Any:
        return _answer(call, [_card(self.books(call))])

    @get(f"{COMPANY}/accounts", scope=SCOPE)
    def accounts(self, call: Call) -> Any:
        self.books(call)
        return _answer(call, [_heading("0001", "BALANCE SHEET", "Heading"), *(_account(entry) for entry in CHART)])

    @get(f"{COMPANY}/trialBalances", scope=SCOPE)
    def trial_balances(self, call: Call) -> Any:
        books, wanted = self.books(call), call.query.get("$filter", "")
        days = re.fullmatch(r"dateFilter ge (\d{4}-\d\d-\d\d) and dateFilter le (\d{4}-\d\d-\d\d)", wanted)
        if days is None:
            raise Refused(400, "dateFilter needs two days", kind="BadRequest_InvalidRequestUri")
        first, last = (date.fromisoformat(day) for day in days.groups())
        rows = _trial_balance(books, first, last, _printing(call.headers.get("accept-language", "de-DE")))
        return _answer(call, rows, filtered=False)

    @get(f"{COMPANY}/vendors", scope=SCOPE)
    def vendors(self, call: Call) -> Any:
        books = self.books(call)
        return _answer(call, [_vendor(row) for row in books.suppliers])

    @get(f"{COMPANY}/paymentTerms", scope=SCOPE)
    def payment_terms(self, call: Call) -> Any:
        named = {row.terms for row in self.books(call).suppliers if row.terms}
        rows = [{"id": _terms_id(terms), "code": f"{terms.split()[0]}D", "displayName": terms} for terms in named]
        return _answer(call, sorted(rows, key=lambda row: row["code"]))

    @get(f"{COMPANY}/purchaseInvoices", scope=SCOPE)
    def purchase_invoices(self, call: Call) -> Any:
        with_lines = call.query.get("$expand") == "purchaseInvoiceLines"
        return _answer(call, [_invoice(row, with_lines=with_lines) for row in self.books(call).bills])

    @get(f"{COMPANY}/purchaseCreditMemos", scope=SCOPE)
    def purchase_credit_memos(self, call: Call) -> Any:
        return _answer(call, [_memo(row) for row in self.books(call).credit_notes])

    @get(f"{COMPANY}/currencyExchangeRates", scope=SCOPE)
    def currency_exchange_rates(self, call: Call) -> Any:
        return _answer(call, _rates(self.books(call)))

    @get(f"{COMPANY}/generalLedgerEntries", scope=SCOPE)
    def general_ledger_entries(self, call: Call) -> Any:
        return _answer(call, _ledger(self.books(call)))

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.path["company"])


def _encoded(words: str) -> str:
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _answer(call: Call, rows: _Rows, *, filtered: bool = True) -> Any:
    """A page of the rows that the filter leaves, as large as the header prefers."""
    wanted = call.query.get("$filter", "") if filtered else ""
    chosen = [row for row in rows if all(_holds(row, one) for one in wanted.split(" and ") if one)]
    if order := call.query.get("$orderby"):
        chosen.sort(key=lambda row: row[order])
    if top := call.query.get("$top"):
        chosen = chosen[: int(top)]
    preferred = re.fullmatch(r"odata\.maxpagesize=(\d+)", call.headers.get("prefer", ""))
    size = min(int(preferred[1]) if preferred else USUAL, MOST)
    at = int(call.query.get("$skiptoken", "0"))
    following = {"@odata.nextLink": call.link(__skiptoken=at + size)} if at + size < len(chosen) else {}
    return {"@odata.context": f"{call.url}/$metadata", "value": chosen[at : at + size], **following}


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "gt": lambda have, want: have > want,
    "ge": lambda have, want: have >= want,
    "le": lambda have, want: have <= want,
}


def _holds(row: Mapping[str, Any], comparison: str) -> bool:
    name, how, said = comparison.split(" ", 2)
    if name not in row:
        raise Refused(400, f"Could not find a property named '{name}'", kind="BadRequest_NotFound")
    is_number = isinstance(row[name], int | Decimal)
    return _COMPARED[how](row[name], Decimal(said) if is_number else said.strip("'"))


def _company(key: str, books: Books) -> dict[str, Any]:
    return {"id": key, "systemVersion": "27.0", "name": f"CO{books.number}", "displayName": books.name}


def _card(books: Books) -> dict[str, Any]:
    company = books.company
    began_on = last_year_end(books.today, books.year_end)
    return {
        "id": guid(company.external_id), "displayName": company.name, "addressLine1": "1 High Street",
        "addressLine2": "", "city": "Springfield", "state": "", "country": company.country, "postalCode": "SP1 1AA",
        "phoneNumber": company.phones[0], "website": company.web_links[0], "taxRegistrationNumber": company.tax_number,
        "currencyCode": company.base_currency,
        "currentFiscalYearStartDate": f"{(began_on + timedelta(days=31)).replace(day=1)}",
    }  # fmt: skip


def _heading(number: str, name: str, kind: str) -> dict[str, Any]:
    return {
        "id": guid(number), "number": number, "displayName": name, "category": NOTHING, "subCategory": "",
        "blocked": False, "accountType": kind, "directPosting": False,
    }  # fmt: skip


def _account(entry: Entry) -> dict[str, Any]:
    return {
        **_heading(entry.account.code or "", entry.account.name, "Posting"),
        "id": guid(entry.id), "category": _category(entry), "subCategory": _SUBCATEGORIES.get(entry.kind, ""),
        "directPosting": entry.kind not in _NOT_BY_HAND,
    }  # fmt: skip


def _category(entry: Entry) -> str:
    return _GOODS if entry.kind == "cost_of_sales" else _CATEGORIES[entry.account.account_class.value]


def _printing(language: str) -> Callable[[Decimal], str]:
    """How amounts are printed: nothing at all for nothing."""
    if language.startswith("en"):
        return lambda amount: f"{amount:,}" if amount else ""
    return lambda amount: f"{amount:,}".translate(str.maketrans(",.", ".,")) if amount else ""


def _trial_balance(books: Books, first: date, last: date, printed: Callable[[Decimal], str]) -> _Rows:
    """What moved between two days, and what accounts stood at after the second; headings stand at nothing."""
    moved, stood = books.moved(first, last), dict(books.closing(last))
    found = [_balance(_heading("0001", "BALANCE SHEET", "Heading"), Decimal(0), Decimal(0), Decimal(0), printed)]
    for place, entry in enumerate(CHART):
        turned = Decimal(place * 100)
        found.append(
            _balance(_account(entry), moved.get(entry.id, Decimal(0)), stood.get(entry.id, Decimal(0)), turned, printed)
        )
    return found


def _balance(
    account: Mapping[str, Any], moved: Decimal, stood: Decimal, turned: Decimal, printed: Callable[[Decimal], str]
) -> dict[str, Any]:
    """`turned`: what came and went again within the time."""
    return {
        "number": account["number"], "accountId": account["id"], "accountType": account["accountType"],
        "display": account["displayName"], "totalDebit": printed(max(moved, Decimal(0)) + turned),
        "totalCredit": printed(max(-moved, Decimal(0)) + turned), "dateFilter": NO_DAY,
        "balanceAtDateDebit": printed(max(stood, Decimal(0))), "balanceAtDateCredit": printed(max(-stood, Decimal(0))),
    }  # fmt: skip


def _terms_id(terms: str | None) -> str:
    return guid(f"9{int(terms.split()[0]):07}") if terms else NO_ID


def _vendor(row: Supplier) -> dict[str, Any]:
    street, city, code = row.addresses[0].split("\n") if row.addresses else ("", "", "")
    return {
        "id": guid(row.external_id), "number": f"V{row.external_id}", "displayName": row.name, "addressLine1": street,
        "addressLine2": "", "city": city, "state": "", "country": "", "postalCode": code,
        "phoneNumber": row.phone or "", "email": row.email or "", "taxRegistrationNumber": row.tax_number or "",
        "currencyCode": row.currency, "paymentTermsId": _terms_id(row.terms), "paymentMethodId": NO_ID,
        "blocked": NOTHING if row.active else "All",
    }  # fmt: skip


def _document(row: Bill | CreditNote, dated: str, number: str) -> dict[str, Any]:
    return {
        "id": guid(row.external_id), "number": row.external_id, dated: f"{row.issued_on}",
        "postingDate": f"{row.issued_on}", "vendorId": guid(row.supplier_id) if row.supplier_id else NO_ID,
        number: row.number or "", "currencyCode": row.currency, "totalAmountIncludingTax": row.total,
    }  # fmt: skip


def _invoice(row: Bill, *, with_lines: bool) -> dict[str, Any]:
    """Its lines begin with a comment."""
    comment = {"lineType": "Comment", "accountId": NO_ID, "description": "Thanks", "netAmount": 0, "netTaxAmount": 0}
    lines = [
        {
            "lineType": "Account", "accountId": guid(line.account_id) if line.account_id else NO_ID,
            "description": line.description or "", "unitCost": line.unit_price, "quantity": line.quantity,
            "netAmount": line.net, "netTaxAmount": line.tax, "totalTaxAmount": line.tax,
        }
        for line in row.lines
    ]  # fmt: skip
    found = {
        **_document(row, "invoiceDate", "vendorInvoiceNumber"), "dueDate": f"{row.due_on}" if row.due_on else NO_DAY,
        "status": _STATUSES[row.status], "totalAmountExcludingTax": row.net, "totalTaxAmount": row.tax,
    }  # fmt: skip
    return {**found, "purchaseInvoiceLines": [comment, *lines]} if with_lines else found


def _memo(row: CreditNote) -> dict[str, Any]:
    return {
        **_document(row, "creditMemoDate", "vendorCreditMemoNumber"), "dueDate": NO_DAY,
        "status": "Corrective" if row.status is EntryStatus.VOID else "Open", "totalAmountExcludingTax": row.total,
        "totalTaxAmount": 0,
    }  # fmt: skip


@lru_cache(maxsize=16)
def _rates(books: Books) -> _Rows:
    """Those of a hundred, each from the first of a month on."""
    documents = (*books.bills, *books.credit_notes)
    told = {(row.currency, row.issued_on.replace(day=1)): row.rate for row in documents if row.rate is not None}
    return [
        {
            "id": guid(f"{place}"), "currencyCode": currency, "startingDate": f"{since}", "exchangeRateAmount": 100,
            "relationalCurrencyCode": "", "relationalExchangeRateAmount": rate * 100,
        }
        for place, ((currency, since), rate) in enumerate(sorted(told.items()))
    ]  # fmt: skip


def _owed(row: BillPayment, books: Books) -> Decimal:
    """What a payment takes off what is owed: each bill at the rate it was booked with."""
    loose = row.total - sum(part.amount for part in row.allocations)
    bills = [(part, books.bills[row_number(part.bill_id)]) for part in row.allocations]
    return _base(loose, row.rate, row, books) + sum(_base(part.amount, bill.rate, row, books) for part, bill in bills)


def _base(amount: Decimal, rate: Decimal | None, row: BillPayment, books: Books) -> Decimal:
    return in_base(amount, currency=row.currency, rate=rate, base=books.base)


def _as_posted(row: BillPayment, books: Books) -> Iterator[BillPayment]:
    owed = _owed(row, books)
    known = replace(
        row, currency=books.base, rate=None, total=owed, supplier_id=None, stated_method=None, allocations=(),
        status=EntryStatus.POSTED,
    )  # fmt: skip
    yield known
    if row.status is EntryStatus.VOID:
        yield replace(known, external_id=f"{row.external_id}/back", total=-owed)


@lru_cache(maxsize=16)
def _ledger(books: Books) -> _Rows:
    """The entries of payments, and one of each invoice; what was taken back comes last."""
    last = len(books.payments)
    found: list[dict[str, Any]] = []
    for place, bill in enumerate(books.bills[:40]):
        found.append(_entry(place + 1, f"PI{place}", bill.issued_on, _OWED, -bill.total, kind="Invoice", about=None))
    for place, row in enumerate(books.payments):
        found += _entries(1_000 + place * 10, row, books, sign=1)
        if row.status is EntryStatus.VOID:
            found += _entries(1_000 + (last + place) * 10, row, books, sign=-1)
    return sorted(found, key=lambda entry: entry["entryNumber"])


def _entries(number: int, row: BillPayment, books: Books, *, sign: int) -> Iterator[dict[str, Any]]:
    """Paid at the rate of its day; then what is owed is put right by what the rate did meanwhile."""
    paid, owed = _base(row.total, row.rate, row, books), _owed(row, books)
    sides = [(_OWED, paid), (row.account_id or "", -paid)]
    sides += [(_OWED, owed - paid), (_EXCHANGE, paid - owed)] if owed != paid else []
    for place, (account, amount) in enumerate(sides):
        yield _entry(number + place, f"BP{row.external_id}", row.paid_on, account, amount * sign, about=row.note)


def _entry(
    number: int, document: str, on: date, account: str, amount: Decimal, *, about: str | None, kind: str = "Payment"
) -> dict[str, Any]:
    code = next(entry.account.code for entry in CHART if entry.id == account)
    return {
        "id": guid(f"{number}"), "entryNumber": number, "postingDate": f"{on}", "documentNumber": document,
        "documentType": kind, "accountId": guid(account), "accountNumber": code, "description": about or "",
        "debitAmount": max(amount, Decimal(0)), "creditAmount": max(-amount, Decimal(0)),
    }  # fmt: skip
