"""Zoho Books: a customer of its European data centre, a call for every bill's lines, errors with a code of their own.

From what is known of the product; what is not sure of it: that token errors come with status 200, how the reports look
(recorded answers), and that a token to revoke may come in the form as well as in the address.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from linkflow.domain.books import (
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
from tests.vendors.books import Books, row_number
from tests.vendors.calls import Call, Part, Refused, Reply, as_json, get, numbered
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months, places, rows_at
from tests.vendors.kit import Vendor, books_of, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued, TokenRefused

_API = "www.zohoapis.eu/books/v3"
_CODES = {"scope": 57, "company": 6041, "too-many": 44, "too-many-until": 44, "too-many-plain": 44, "day-limit": 45}
_SCOPES = ("settings", "accountants", "contacts", "bills", "vendorpayments", "debitnotes", "banking", "expenses")
_TYPES = {
    "debtors": "accounts_receivable",
    "stock": "stock",
    "prepayments": "other_current_asset",
    "equipment": "fixed_asset",
    "depreciation": "fixed_asset",
    "creditors": "accounts_payable",
    "card": "credit_card",
    "tax": "other_current_liability",
    "payroll": "other_current_liability",
    "loan": "long_term_liability",
    "shares": "equity",
    "drawings": "equity",
    "retained": "equity",
    "sales": "income",
    "discounts": "income",
    "cost_of_sales": "cost_of_goods_sold",
    "overhead": "expense",
    "interest": "other_expense",
    "exchange": "other_expense",
    "depreciation_cost": "expense",
}
_MODES = {
    PaymentMethod.CASH: "Cash",
    PaymentMethod.CHEQUE: "Check",
    PaymentMethod.BANK_TRANSFER: "Bank Transfer",
    PaymentMethod.CREDIT_CARD: "Credit Card",
    PaymentMethod.DEBIT_CARD: "Debit Card",
    PaymentMethod.DIRECT_DEBIT: "Direct Debit",
    PaymentMethod.OTHER: "Others",
}
_DRAWN_AT = "2026-06-09T09:47:08-0400"


class Fake(Vendor):
    name: ClassVar[str] = "Zoho Books"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="accounts.zoho.com/oauth/v2/auth",
        token="accounts.zoho.eu/oauth/v2/token",
        revoke="accounts.zoho.eu/oauth/v2/token/revoke",
        client_auth=frozenset({"body"}),
        pkce="ignored",
        scopes=frozenset({*(f"ZohoBooks.{name}.READ" for name in _SCOPES), "ZohoBooks.reports.READ"}),
        scope_separator=",",
        authorize_params={"access_type": "offline", "prompt": "consent"},
        code_seconds=60,
        access_tokens_in=(10, 600),
        refresh_tokens_each=20,
        revokes=frozenset({"refresh"}),
        revoke_as=frozenset({"query", "form"}),
        revoke_needs_client=False,
        scheme="Zoho-oauthtoken",
        limits=((100, 60), (10_000, 86_400)),
    )

    def callback(self, grant: Grant) -> dict[str, str]:
        return {"location": "eu", "accounts-server": "https://accounts.zoho.eu"}

    def token_answer(self, issued: Issued) -> Reply:
        """A refresh brings no refresh token: it stays what it was."""
        fields = plain_tokens(replace(issued, refresh=None) if issued.renewed else issued)
        return as_json({**fields, "api_domain": "https://www.zohoapis.eu"})

    def token_refused(self, refused: TokenRefused) -> Reply:
        codes = {"invalid_grant": "invalid_code", "too_many": "Access Denied"}
        return as_json({"error": codes.get(refused.code, refused.code)})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        code = _CODES.get(refused.kind, 57 if refused.status in (401, 403) else 1000 + refused.status)
        status = 401 if refused.kind == "scope" else refused.status
        reply = as_json({"code": code, "message": refused.words}, status)
        return replace(reply, headers={**reply.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """It has no void payments and expenses; an expense's mode of payment says nothing."""
        if isinstance(record, BillPayment | Expense) and record.status is EntryStatus.VOID:
            return None
        return replace(record, stated_method=None) if isinstance(record, Expense) else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        return kept_of_months(books, super().kept(books))

    @get(f"{_API}/organizations", scope="ZohoBooks.settings.READ")
    def organizations(self, call: Call) -> Any:
        companies = call.grant.companies if call.grant else ()
        return _done(organizations=[_organization(books) for books in companies])

    @get(_API + "/organizations/{id}", scope="ZohoBooks.settings.READ")
    def organization(self, call: Call) -> Any:
        books = books_of(self, call, call.path["id"])
        address = {"street_address1": "1 High Street", "city": "Springfield", "zip": "SP1 1AA", "country": "U.K."}
        return _done(organization={**_organization(books), "fiscal_year_start_month": "april", "address": address})

    @get(f"{_API}/chartofaccounts", scope="ZohoBooks.accountants.READ")
    def accounts(self, call: Call) -> Any:
        self.books(call)
        if call.query.get("filter_by") != "AccountType.All":
            raise Refused(400, "this fake lists all accounts or none")
        return _paged("chartofaccounts", self.part(call, CHART), _account)

    @get(f"{_API}/contacts", scope="ZohoBooks.contacts.READ")
    def contacts(self, call: Call) -> Any:
        rows = self.books(call).suppliers
        if call.query.get("contact_type") != "vendor":
            raise Refused(400, "this fake lists vendors only")
        return _paged("contacts", self.part(call, rows), _contact)

    @get(f"{_API}/bills", scope="ZohoBooks.bills.READ")
    def bills(self, call: Call) -> Any:
        return self.entries(call, "bills", "bills", _bill)

    @get(_API + "/bills/{id}", scope="ZohoBooks.bills.READ")
    def bill(self, call: Call) -> Any:
        row = _by_id(self.books(call).bills, call)
        return _done(bill={**_bill(row), "line_items": [_line(line, n) for n, line in enumerate(row.lines)]})

    @get(f"{_API}/vendorpayments", scope="ZohoBooks.vendorpayments.READ")
    def payments(self, call: Call) -> Any:
        return self.entries(call, "vendorpayments", "payments", _payment, void=False)

    @get(_API + "/vendorpayments/{id}", scope="ZohoBooks.vendorpayments.READ")
    def payment(self, call: Call) -> Any:
        row = _by_id(self.books(call).payments, call)
        applied = [{"bill_id": part.bill_id, "amount_applied": part.amount} for part in row.allocations]
        return _done(vendorpayment={**_payment(row), "bills": applied})

    @get(f"{_API}/vendorcredits", scope="ZohoBooks.debitnotes.READ")
    def credits(self, call: Call) -> Any:
        return self.entries(call, "vendor_credits", "credit_notes", _credit)

    @get(_API + "/vendorcredits/{id}", scope="ZohoBooks.debitnotes.READ")
    def credit(self, call: Call) -> Any:
        row = _by_id(self.books(call).credit_notes, call)
        applied = [{"bill_id": part.bill_id, "amount": part.amount} for part in row.allocations]
        return _done(vendor_credit={**_credit(row), "bills_credited": applied})

    @get(f"{_API}/expenses", scope="ZohoBooks.expenses.READ")
    def expenses(self, call: Call) -> Any:
        return self.entries(call, "expenses", "expenses", _expense, void=False)

    @get(_API + "/expenses/{id}", scope="ZohoBooks.expenses.READ")
    def expense(self, call: Call) -> Any:
        row = _by_id(self.books(call).expenses, call)
        lines = [
            {"account_id": line.account_id, "description": line.description or "", "item_total": line.net}
            for line in row.lines
        ]
        return _done(expense={**_expense(row), "line_items": lines})

    @get(f"{_API}/reports/profitandloss", scope="ZohoBooks.reports.READ")
    def profit_and_loss(self, call: Call) -> Any:
        """Groups below the results reached so far; sub-accounts inside their account."""
        first, last = _days(call)
        rows = self.books(call).made(first, last)

        def group(name: str, *kinds: str) -> dict[str, Any]:
            return _group(name, [row for row in rows if row[0].kind in kinds])

        income, cost = group("Operating Income", "sales", "discounts"), group("Cost of Goods Sold", "cost_of_sales")
        running = group("Operating Expense", "overhead", "depreciation_cost")
        other = group("Non Operating Income", "other_income"), group("Non Operating Expense", "interest", "exchange")
        gross = income["total"] - cost["total"]
        operating = gross - running["total"]
        net = operating + other[0]["total"] - other[1]["total"]
        return _done(
            profit_and_loss=[
                {"name": "Gross Profit", "total": gross, "account_transactions": [income, cost]},
                {"name": "Operating Profit", "total": operating, "account_transactions": [running]},
                {"name": "Net Profit/Loss", "total": net, "account_transactions": list(other)},
            ]
        )

    @get(f"{_API}/reports/balancesheet", scope="ZohoBooks.reports.READ")
    def balance_sheet(self, call: Call) -> Any:
        last, books = _days(call)[1], self.books(call)
        rows = books.stood(last)

        def group(name: str, *kinds: str) -> dict[str, Any]:
            return _group(name, [row for row in rows if row[0].kind in kinds])

        current = _over("Current Assets", group("Bank", "bank"), group("Cash", "cash"), group("Debtors", "debtors"))
        other = group("Other current assets", "stock", "prepayments")
        assets = _over("Assets", current, other, group("Fixed Assets", "equipment", "depreciation"))
        owed = group("Current Liabilities", "creditors", "card", "tax", "payroll")
        equity = group("Equities", "shares", "drawings", "retained")
        year = {"name": "Current Year Earnings", "account_id": "", "total": books.result(last)}
        equity = {
            "name": "Equities",
            "total": equity["total"] + year["total"],
            "account_transactions": [*equity["account_transactions"], year],
        }
        liabilities = _over("Liabilities", owed, group("Long Term Liabilities", "loan"))
        return _done(balance_sheet=[assets, _over("Liabilities & Equities", liabilities, equity)])

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.query.get("organization_id", ""))

    def entries(self, call: Call, key: str, kind: str, write: Any, *, void: bool = True) -> Any:
        """A list from a day on where one is named, each row with the time it was last changed."""
        books, first = self.books(call), call.query.get("date_start")
        numbers = places(books, kind, date.fromisoformat(first) if first else None, void=void)

        def timed(row: Any) -> dict[str, Any]:
            changed = books.changed_at(row)
            return {**write(row), **({"last_modified_time": f"{changed:%Y-%m-%dT%H:%M:%S%z}"} if changed else {})}

        return _paged(key, self.part(call, rows_at(getattr(books, kind), numbers)), timed)

    def part(self, call: Call, rows: Any) -> Part[Any]:
        return numbered(call, rows, usual=200, most=200)


def _done(**content: Any) -> dict[str, Any]:
    return {"code": 0, "message": "success", **content}


def _paged(key: str, part: Part[Any], write: Any) -> dict[str, Any]:
    context = {"page": part.number, "per_page": part.size, "has_more_page": part.more, "sort_column": "created_time"}
    return _done(**{key: [write(row) for row in part.rows], "page_context": context})


def _by_id(rows: Any, call: Call) -> Any:
    place = row_number(call.path["id"])
    if place >= len(rows) or rows[place].external_id != call.path["id"]:
        raise Refused(404, "Resource does not exist.")
    return rows[place]


def _days(call: Call) -> tuple[date, date]:
    if call.query.get("cash_based") != "false":
        raise Refused(400, "this fake has books on accrual only")
    return date.fromisoformat(call.query["from_date"]), date.fromisoformat(call.query["to_date"])


def _organization(books: Books) -> dict[str, Any]:
    return {
        "organization_id": books.company.external_id,
        "name": books.name,
        "currency_code": books.base,
        "fiscal_year_start_month": 3,
        "country": books.country,
        "is_default_org": books.number == 1,
    }


def _account(entry: Entry) -> dict[str, Any]:
    return {
        "account_id": entry.id,
        "account_name": entry.account.name,
        "account_code": entry.account.code,
        "account_type": _TYPES.get(entry.kind, entry.kind),
        "parent_account_id": entry.parent or "",
        "depth": 1 if entry.parent else 0,
        "is_active": True,
    }


def _contact(row: Supplier) -> dict[str, Any]:
    first, _, last = (row.contact_name or "").partition(" ")
    return {
        "contact_id": row.external_id,
        "contact_name": row.name,
        "company_name": row.name,
        "contact_type": "vendor",
        "first_name": first,
        "last_name": last,
        "email": row.email or "",
        "phone": row.phone or "",
        "status": "active" if row.active else "inactive",
        "currency_code": row.currency,
        "created_time": _DRAWN_AT,
        **_terms(row.terms),
    }


def _terms(terms: str | None) -> dict[str, Any]:
    if terms is None:
        return {"payment_terms": 0, "payment_terms_label": "Due on Receipt"}
    days = int(terms.split()[0])
    return {"payment_terms": days, "payment_terms_label": f"Net {days}"}


def _entry(row: Bill | BillPayment | CreditNote | Expense) -> dict[str, Any]:
    return {
        "vendor_id": row.supplier_id or "",
        "currency_code": row.currency,
        "exchange_rate": 1 if row.rate is None else row.rate,
        "last_modified_time": _DRAWN_AT,
    }


def _bill(row: Bill) -> dict[str, Any]:
    """An open bill whose day has passed is overdue, also where part of it is paid."""
    open_ = row.status in (BillStatus.OPEN, BillStatus.PARTIALLY_PAID)
    late = open_ and row.due_on is not None and row.due_on < row.issued_on + timedelta(days=20)
    return {
        **_entry(row),
        **_terms(row.terms),
        "bill_id": row.external_id,
        "bill_number": row.number or "",
        "date": f"{row.issued_on}",
        "due_date": f"{row.due_on or ''}",
        "status": "overdue" if late else row.status.value,
        "sub_total": row.net,
        "tax_total": row.tax,
        "total": row.total,
        "balance": row.amount_due,
        "account_name": "Accounts Payable",
    }


def _line(line: Any, place: int) -> dict[str, Any]:
    account = BY_ID[line.account_id].account
    return {
        "line_item_id": f"{place + 1}",
        "account_id": line.account_id,
        "account_name": account.name,
        "account_code": account.code,
        "description": line.description or "",
        "rate": line.unit_price,
        "quantity": line.quantity,
        "item_total": line.net,
        "tax_id": "20" if line.tax else "",
        "tax_percentage": 20 if line.tax else 0,
    }


def _payment(row: BillPayment) -> dict[str, Any]:
    return {
        **_entry(row),
        "payment_id": row.external_id,
        "payment_number": f"{row_number(row.external_id) + 1}",
        "date": f"{row.paid_on}",
        "amount": row.total,
        "balance": 0 if row.allocations else row.total,
        "payment_mode": _MODES[row.stated_method] if row.stated_method else "",
        "reference_number": row.note or "",
        "paid_through_account_id": row.account_id,
        "is_ach_payment": False,
    }


def _credit(row: CreditNote) -> dict[str, Any]:
    return {
        **_entry(row),
        "vendor_credit_id": row.external_id,
        "vendor_credit_number": row.number,
        "date": f"{row.issued_on}",
        "status": "void" if row.status is EntryStatus.VOID else "closed" if row.allocations else "open",
        "total": row.total,
    }


def _expense(row: Expense) -> dict[str, Any]:
    return {
        **_entry(row),
        "expense_id": row.external_id,
        "date": f"{row.spent_on}",
        "vendor_name": row.contact_name or "",
        "total": row.total,
        "payment_mode": "Cash",
        "paid_through_account_id": row.account_id,
        "reference_number": row.note or "",
        "status": "nonbillable",
    }


def _group(name: str, rows: list[tuple[Entry, Decimal]]) -> dict[str, Any]:
    """Accounts with their sub-accounts inside, whose amounts are in theirs."""
    total = sum((amount for _, amount in rows), Decimal(0))
    inner: list[dict[str, Any]] = []
    for entry, amount in rows:
        if entry.parent is None or all(other.id != entry.parent for other, _ in rows):
            below = [_line_of(*other) for other in rows if other[0].parent == entry.id]
            whole = amount + sum(one["total"] for one in below)
            inner.append({**_line_of(entry, whole), **({"account_transactions": below} if below else {})})
    return {"name": name, "total": total, "account_transactions": inner}


def _line_of(entry: Entry, amount: Decimal) -> dict[str, Any]:
    return {"name": entry.account.name, "account_id": entry.id, "total": amount}


def _over(name: str, *groups: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "total": sum(one["total"] for one in groups), "account_transactions": list(groups)}
