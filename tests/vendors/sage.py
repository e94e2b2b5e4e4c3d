"""A fake of Sage Accounting: codes with a slash, five-minute tokens that work once, the business in a header.

Lists lead on by a path that repeats none of the caller's parameters, and a page past the last one is the last one.
There are no statements: ledger accounts say what they came to between two days, and no year is ever closed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from linkflow.domain.books import (
    Account,
    Bill,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    EntryStatus,
    Expense,
    PaymentMethod,
    Record,
    Supplier,
)
from linkflow.domain.money import in_base
from tests.vendors.books import Books
from tests.vendors.calls import Call, Refused, Reply, as_json, get
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months, places, rows_at, standing
from tests.vendors.kit import Vendor, books_of, guid, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued

API = "api.accounting.sage.com/v3.1"
_TYPES = {
    "bank": "BANK", "cash": "BANK", "card": "BANK", "debtors": "CURRENT_ASSETS", "stock": "CURRENT_ASSETS",
    "prepayments": "CURRENT_ASSETS", "equipment": "FIXED_ASSETS", "depreciation": "FIXED_ASSETS",
    "creditors": "CURRENT_LIABILITY", "tax": "TAXES", "payroll": "CURRENT_LIABILITY", "loan": "FUTURE_LIABILITY",
    "shares": "EQUITY", "drawings": "EQUITY", "retained": "EQUITY", "sales": "SALES", "discounts": "SALES",
    "other_income": "OTHER_INCOME", "cost_of_sales": "DIRECT_EXPENSES", "overhead": "OVERHEADS",
    "interest": "OVERHEADS", "exchange": "OVERHEADS", "depreciation_cost": "DEPRECIATION",
}  # fmt: skip
_GROUPS = {
    "asset": "ASSET",
    "liability": "LIABILITY",
    "equity": "CAPITAL",
    "income": "INCOME",
    "expense": "EXPENDITURE",
}
_BANKS = {"bank": "CHECKING", "cash": "CASH_IN_HAND", "card": "CREDIT_CARD"}
_METHODS = {
    PaymentMethod.BANK_TRANSFER: ("ELECTRONIC", "Electronic"),
    PaymentMethod.CREDIT_CARD: ("CREDIT_DEBIT", "Credit/Debit Card"),
    PaymentMethod.DEBIT_CARD: ("CREDIT_DEBIT", "Credit/Debit Card"),
    PaymentMethod.DIRECT_DEBIT: ("DD", "Direct Debit"),
    PaymentMethod.CASH: ("CASH", "Cash"),
    PaymentMethod.CHEQUE: ("CHECK", "Cheque"),
    PaymentMethod.OTHER: ("OTHER", "Other"),
}
_STATUSES = {
    BillStatus.DRAFT: "DRAFT", BillStatus.OPEN: "UNPAID", BillStatus.PARTIALLY_PAID: "PART_PAID",
    BillStatus.PAID: "PAID", BillStatus.VOID: "VOID",
}  # fmt: skip
_QUICK = 1
"""Every third credit note, this one first, is a quick entry."""


class Fake(Vendor):
    """Sage as its customers' software sees it."""

    name: ClassVar[str] = "Sage Accounting"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="www.sageone.com/oauth2/auth/central",
        token="oauth.accounting.sage.com/token",
        revoke="oauth.accounting.sage.com/revoke",
        client_auth=frozenset({"body"}),
        scopes=frozenset({"readonly", "full_access"}),
        authorize_params={"filter": "apiv3.1"},
        code_seconds=60,
        access_seconds=300,
        refresh_seconds=2_678_400,
        rotates=True,
        revokes=frozenset({"refresh"}),
        links=("$next",),
        limits=((100, 60), (2_500, 86_400)),
    )

    def callback(self, grant: Grant) -> dict[str, str]:
        return {"country": "GB"}

    def company_id(self, books: Books) -> str:
        return guid(books.company.external_id)

    def new_code(self, grant: Grant) -> str:
        return f"GB/{uuid.uuid4()}"

    def new_access(self, grant: Grant) -> str:
        return super().new_access(grant).ljust(2048, "x")

    def token_answer(self, issued: Issued) -> Reply:
        own = {"token_type": "bearer", "refresh_token_expires_in": 2_678_400, "requested_by_id": str(uuid.uuid4())}
        return as_json({**plain_tokens(issued), **own})

    def revoked(self) -> Reply:
        return as_json({"success": "ok"})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        told = {"$severity": "error", "$dataCode": refused.kind or "Error", "$message": refused.words, "$source": ""}
        answer = as_json([told], refused.status)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """Deleted payments are gone; a bill says no terms, a supplier's are days."""
        if isinstance(record, BillPayment | Expense):
            return None if record.status is EntryStatus.VOID else record
        return replace(record, terms=None) if isinstance(record, Bill) else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        return kept_of_months(books, super().kept(books), closes=False)

    @get(f"{API}/businesses")
    def businesses(self, call: Call) -> Any:
        assert call.grant
        rows = [_business(self, books) for books in call.grant.companies]
        if call.query.get("attributes") != "all":
            rows = [{name: row[name] for name in ("id", "displayed_as", "$path")} for row in rows]
        return _page(call, rows)

    @get(f"{API}/businesses/{{key}}")
    def business(self, call: Call) -> Any:
        return _business(self, books_of(self, call, call.path["key"]))

    @get(f"{API}/financial_settings")
    def financial_settings(self, call: Call) -> Any:
        books = self.books(call)
        month, day = map(int, books.year_end.split("-"))
        ends_on = date(books.today.year + 1, month, day)
        return {
            "$path": "/financial_settings",
            "year_end_date": f"{ends_on}",
            "accounting_type": "accrual",
            "base_currency": _ref(books.base),
            "tax_number": books.company.tax_number,
        }

    @get(f"{API}/ledger_accounts")
    def ledger_accounts(self, call: Call) -> Any:
        if call.query.get("show_balance_details") != "true":
            return _page(call, [_account(entry) for entry in CHART])
        first, last = date.fromisoformat(call.query["from_date"]), date.fromisoformat(call.query["to_date"])
        books = self.books(call)
        stood, before = _standing(books, last), _standing(books, first - timedelta(days=1))
        return _page(call, [_account(e) | _balance(stood[e.id] - before[e.id], first, last) for e in CHART])

    @get(f"{API}/bank_accounts")
    def bank_accounts(self, call: Call) -> Any:
        return _page(call, [_bank(entry) for entry in CHART if entry.kind in _BANKS])

    @get(f"{API}/contacts")
    def contacts(self, call: Call) -> Any:
        if call.query.get("contact_type_id") != "VENDOR":
            raise Refused(400, "this fake has vendors only")
        whole = call.query.get("nested_attributes") == "all"
        rows = self.books(call).suppliers
        return _page(call, rows_at(rows, range(len(rows)), lambda row: _contact(row, whole=whole)))

    @get(f"{API}/purchase_invoices")
    def purchase_invoices(self, call: Call) -> Any:
        return self.documents(call, "bills", _invoice)

    @get(f"{API}/purchase_quick_entries")
    def purchase_quick_entries(self, call: Call) -> Any:
        return self.documents(call, "credit_notes", _quick_entry, only=lambda place: place % 3 == _QUICK)

    @get(f"{API}/purchase_credit_notes")
    def purchase_credit_notes(self, call: Call) -> Any:
        return self.documents(call, "credit_notes", _credit_note, only=lambda place: place % 3 != _QUICK)

    @get(f"{API}/contact_payments")
    def contact_payments(self, call: Call) -> Any:
        if call.query.get("transaction_type_id") != "VENDOR_PAYMENT":
            raise Refused(400, "this fake has payments to vendors only")
        return self.documents(call, "payments", _payment)

    @get(f"{API}/other_payments")
    def other_payments(self, call: Call) -> Any:
        if call.query.get("transaction_type_id") != "OTHER_PAYMENT":
            raise Refused(400, "this fake has other payments only")
        return self.documents(call, "expenses", _other_payment)

    def books(self, call: Call) -> Books:
        """Those of the business in the header, else the user's lead business."""
        assert call.grant
        lead = self.company_id(call.grant.companies[0]) if call.grant.companies else ""
        return books_of(self, call, call.headers.get("x-business", lead))

    def documents(self, call: Call, kind: str, write: Any, *, only: Any = lambda place: True) -> Any:
        """Those since a day, or changed since a time; the deleted, and allocations, only for who asks for them.

        What was deleted at the very time that is named is left out.
        """
        books, query = self.books(call), call.query
        since = date.fromisoformat(query["from_date"]) if "from_date" in query else None
        rows = getattr(books, kind)
        deleted = "deleted_since" in query
        told = query.get("deleted_since") or query.get("updated_or_created_since")
        changed = datetime.fromisoformat(told) + timedelta(seconds=deleted) if told else None
        numbers = places(books, kind, since, changed=changed)
        is_gone = kind in ("payments", "expenses")
        chosen = [at for at in numbers if only(at) and (is_gone and rows[at].status is EntryStatus.VOID) == deleted]
        unasked = () if query.get("show_payments_allocations") == "true" else ("payments_allocations",)

        def told(row: Any) -> dict[str, Any]:
            return {name: value for name, value in write(row, books).items() if name not in unasked}

        return _page(call, rows_at(rows, chosen, told))


def _standing(books: Books, day: date) -> Mapping[str, Decimal]:
    """Whole months only: the adapter asks for no others."""
    if day < books.months[0]:
        return {entry.id: Decimal(0) for entry in CHART}
    return standing(books, min(day.replace(day=1), books.months[-1]))


def _page(call: Call, rows: Sequence[Any]) -> Any:
    size = min(int(call.query.get("items_per_page", "20")), 200)
    pages = max(1, -(-len(rows) // size))
    number = min(int(call.query.get("page", "1")), pages)
    path = call.address.removeprefix(API)
    found = list(rows[(number - 1) * size : number * size])
    if call.query.get("attributes") != "all":
        found = [{name: row[name] for name in ("id", "displayed_as") if name in row} for row in found]
    return {
        "$total": len(rows),
        "$page": number,
        "$next": f"{path}?page={number + 1}&items_per_page={size}" if number < pages else None,
        "$back": f"{path}?page={number - 1}&items_per_page={size}" if number > 1 else None,
        "$itemsPerPage": size,
        "$items": found,
    }


def _ref(key: str | None, shown: str = "") -> Any:
    return {"id": key, "displayed_as": shown or key, "$path": f"/somewhere/{key}"} if key else None


def _business(vendor: Fake, books: Books) -> dict[str, Any]:
    company: Company = books.company
    key = vendor.company_id(books)
    return {
        "id": key,
        "displayed_as": company.name,
        "$path": f"/businesses/{key}",
        "name": company.name,
        "address_line_1": "1 High Street",
        "city": "Springfield",
        "postal_code": "SP1 1AA",
        "country": _ref(company.country, "United Kingdom (GB)"),
        "telephone": company.phones[0],
        "website": company.web_links[0],
        "is_demo": False,
    }


def _account(entry: Entry) -> dict[str, Any]:
    account: Account = entry.account
    return {
        "id": guid(account.external_id),
        "displayed_as": f"{account.name} ({account.code})",
        "name": account.name,
        "nominal_code": int(account.code or 0),
        "ledger_account_type": _ref(_TYPES[entry.kind]),
        "ledger_account_group": {"id": _GROUPS[account.account_class], "displayed_as": account.account_class.title()},
        "included_in_chart": account.active,
        "is_control_account": entry.kind in ("debtors", "creditors", "tax"),
    }


def _balance(moved: Decimal, first: date, last: date) -> dict[str, Any]:
    """As much again on both sides, for accounts move both ways."""
    both = Decimal("1000.10")
    details = {
        "balance": abs(moved),
        "credit_or_debit": "debit" if moved >= 0 else "credit",
        "debits": both + max(moved, Decimal(0)),
        "credits": both + max(-moved, Decimal(0)),
        "from_date": f"{first}",
        "to_date": f"{last}",
    }
    return {"balance_details": details}


def _bank(entry: Entry) -> dict[str, Any]:
    return {
        "id": f"bank-{entry.id}",
        "displayed_as": entry.account.name,
        "ledger_account": _ref(guid(entry.id)),
        "bank_account_type": _ref(_BANKS[entry.kind]),
    }


def _contact(row: Supplier, *, whole: bool) -> dict[str, Any]:
    street, city, code = row.addresses[0].split("\n") if row.addresses else ("", "", "")
    address = {"id": "a", "address_line_1": street, "city": city, "postal_code": code, "country": None}
    person = {"id": "p", "name": row.contact_name, "telephone": row.phone, "email": None}
    return {
        "id": guid(row.external_id),
        "displayed_as": row.name,
        "name": row.name,
        "email": row.email,
        "tax_number": row.tax_number,
        "credit_days": int(row.terms.split()[0]) if row.terms else None,
        "currency": _ref(row.currency),
        "main_address": address if whole else _ref("a", street),
        "main_contact_person": person if whole else _ref("p"),
        "deleted_at": None if row.active else "2026-01-01T00:00:00Z",
    }


def _totals(row: Bill | CreditNote | BillPayment | Expense, books: Books) -> dict[str, Any]:
    """What documents have in common. The exchange rate is said the other way round than one would think."""
    rate = row.rate or Decimal(1)
    return {
        "id": guid(row.external_id),
        "displayed_as": row.external_id,
        "contact": _ref(guid(row.supplier_id) if row.supplier_id else None),
        "currency": _ref(row.currency),
        "exchange_rate": round(1 / rate, 6),
        "inverse_exchange_rate": rate,
        "total_amount": row.total,
        "base_currency_total_amount": in_base(row.total, currency=row.currency, rate=row.rate, base=books.base),
    }


def _invoice(row: Bill, books: Books) -> dict[str, Any]:
    return {
        **_totals(row, books),
        "date": f"{row.issued_on}",
        "due_date": f"{row.due_on}" if row.due_on else None,
        "reference": None,
        "vendor_reference": row.number,
        "net_amount": row.net,
        "tax_amount": row.tax,
        "outstanding_amount": row.amount_due,
        "status": _ref(_STATUSES[row.status]),
        "void_reason": "Entered twice" if row.status is BillStatus.VOID else None,
        "invoice_lines": [
            {
                "id": f"line-{place}",
                "description": line.description,
                "ledger_account": _ref(guid(line.account_id or "0")),
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "net_amount": line.net,
                "tax_amount": line.tax,
                "total_amount": line.net + line.tax,
            }
            for place, line in enumerate(row.lines)
        ],
    }


def _note(row: CreditNote, books: Books) -> dict[str, Any]:
    void = row.status is EntryStatus.VOID
    return {
        **_totals(row, books),
        "date": f"{row.issued_on}",
        "reference": row.number,
        "net_amount": row.total,
        "tax_amount": 0,
        "status": _ref("VOID" if void else "PAID"),
        "payments_allocations": [
            {"date": f"{row.issued_on}", "amount": part.amount, "discount": 0, "artefact": _ref(guid(part.bill_id))}
            for part in row.allocations
        ],
    }


def _credit_note(row: CreditNote, books: Books) -> dict[str, Any]:
    return {**_note(row, books), "void_reason": "Wrong" if row.status is EntryStatus.VOID else None}


def _quick_entry(row: CreditNote, books: Books) -> dict[str, Any]:
    return {
        **_note(row, books),
        "quick_entry_type": _ref("CREDIT_NOTE"),
        "outstanding_amount": 0,
        "details": "Returned",
    }


def _paid(row: BillPayment | Expense, books: Books) -> dict[str, Any]:
    return {
        **_totals(row, books),
        "payment_method": _ref(*_METHODS[row.stated_method or PaymentMethod.OTHER]),
        "bank_account": _ref(f"bank-{row.account_id}") if BY_ID[row.account_id or ""].kind in _BANKS else None,
        "reference": row.note,
        "deleted_at": "2026-01-01T00:00:00Z" if row.status is EntryStatus.VOID else None,
    }


def _payment(row: BillPayment, books: Books) -> dict[str, Any]:
    return {
        **_paid(row, books),
        "transaction_type": _ref("VENDOR_PAYMENT"),
        "date": f"{row.paid_on}",
        "allocated_artefacts": [
            {"id": f"part-{part.bill_id}", "artefact": _ref(guid(part.bill_id)), "amount": part.amount, "discount": 0}
            for part in row.allocations
        ],
    }


def _other_payment(row: Expense, books: Books) -> dict[str, Any]:
    """In the currency of the business: Sage knows no other here."""
    base = in_base(row.total, currency=row.currency, rate=row.rate, base=books.base)
    own = {"total_amount": base, "net_amount": base, "tax_amount": 0, "date": f"{row.spent_on}"}
    lines = [
        {"ledger_account": _ref(guid(line.account_id or "0")), "details": line.description, "net_amount": line.net}
        for line in row.lines
    ]
    return {**_paid(row, books), "currency": None, **own, "payment_lines": lines}
