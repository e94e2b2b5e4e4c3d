"""FreshBooks: three ids for one business, trees of reports whose parents repeat their children, money as text.

From what is known of the product; what is not sure of it: the balance sheet (recorded answers), the settings of a
business, and that the categories of bills and expenses are named in the chart of accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from linkflow.domain.books import (
    AccountClass,
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
from tests.vendors.calls import Call, Part, Refused, Reply, as_json, get, numbered
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months
from tests.vendors.documents import BILLS, EXPENSES, PAYMENTS
from tests.vendors.kit import Vendor, books_of, guid, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Issued

_API = "api.freshbooks.com"
_BOOKS = _API + "/accounting/account/{account}"
_SCOPES = ("profile", "business", "account", "bills", "bill_payments", "bill_vendors", "reports", "journal_entries")
_CATEGORIES = {
    **dict.fromkeys(("bank", "cash", "debtors", "stock", "prepayments"), "current"),
    **dict.fromkeys(("creditors", "card", "tax", "payroll"), "current"),
    **dict.fromkeys(("equipment", "depreciation", "loan"), "long_term"),
}
_TYPES = {
    PaymentMethod.CASH: "Cash",
    PaymentMethod.CHEQUE: "Check",
    PaymentMethod.BANK_TRANSFER: "Bank Transfer",
    PaymentMethod.CREDIT_CARD: "VISA",
    PaymentMethod.DEBIT_CARD: "Debit",
}
_AT = "2026-06-09 09:47:08"
_DELETED, _ARCHIVED = 1, 2
_IMPORTED = EXPENSES + 1
"""Expenses of a block: the last one is an import from the bank that was matched with a bill."""


class Fake(Vendor):
    name: ClassVar[str] = "FreshBooks"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="auth.freshbooks.com/oauth/authorize",
        token=f"{_API}/auth/oauth/token",
        revoke=f"{_API}/auth/oauth/revoke",
        client_auth=frozenset({"body", "json"}),
        scopes=frozenset({*(f"user:{name}:read" for name in _SCOPES), "user:expenses:read"}),
        access_seconds=43_200,
        rotates=True,
        reused_refresh_ends_grant=True,
        refresh_tokens_each=1,
        refresh_needs_redirect=True,
    )

    def company_id(self, books: Books) -> str:
        return f"aB{books.company.external_id}"

    def token_answer(self, issued: Issued) -> Reply:
        return as_json({**plain_tokens(issued), "created_at": int(self.clock().timestamp())})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        number = 429 if refused.status == 429 else 1003
        error = {"errno": number, "field": "", "message": refused.words, "object": "request", "value": None}
        content = {"response": {"errors": [error]}}
        if refused.status == 401:
            content = {"error_type": "unauthenticated", "message": refused.words}
        reply = as_json(content, refused.status)
        return replace(reply, headers={**reply.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """No drafts, no credits, no rates: what is in another currency cannot be told in the books' own."""
        if isinstance(record, CreditNote) or getattr(record, "rate", None) is not None:
            return None
        if isinstance(record, Bill):
            return None if record.status is BillStatus.DRAFT else record
        if isinstance(record, BillPayment):
            known = record.stated_method if record.stated_method in _TYPES else PaymentMethod.OTHER
            return replace(record, account_id=None, stated_method=known)
        if isinstance(record, Expense):
            return replace(record, account_id=None, stated_method=None, supplier_id=None)
        return record

    def kept(self, books: Books) -> tuple[Record, ...]:
        """A payment pays one bill; one on account there is not."""
        others = (record for record in books.records() if not isinstance(record, BillPayment))
        told = (self.told(record) for record in (*others, *_single(books)))
        return kept_of_months(books, [record for record in told if record is not None])

    @get(f"{_API}/auth/api/v1/users/me", scope="user:profile:read")
    def me(self, call: Call) -> Any:
        companies = call.grant.companies if call.grant else ()
        timed = {"id": 77, "business_uuid": guid("77"), "name": "Time tracking only", "account_id": None}
        members = [{"id": 1, "role": "owner", "business": timed}]
        members += [{"id": 2, "role": "owner", "business": self.business(books)} for books in companies]
        return {"response": {"id": 12345, "business_memberships": members}}

    def business(self, books: Books) -> dict[str, Any]:
        return {
            "id": int(books.company.external_id) + 1,
            "business_uuid": guid(books.company.external_id),
            "name": books.name,
            "account_id": self.company_id(books),
            "date_format": "dd/mm/yyyy",
            "address": {"street": "1 High Street", "city": "Springfield", "country": "United Kingdom"},
        }

    @get(_BOOKS + "/systems/systems/{system}", scope="user:account:read")
    def system(self, call: Call) -> Any:
        books = self.books(call)
        if call.path["system"] != self.company_id(books):
            raise Refused(404, "no such system")
        told = {"accountid": self.company_id(books), "name": books.name, "currency_code": books.base, "street2": None}
        return _result(system={**told, "street": "1 High Street", "country": "United Kingdom", "vat_number": None})

    @get(_API + "/accounting/businesses/{uuid}/ledger_accounts/accounts", scope="user:journal_entries:read")
    def accounts(self, call: Call) -> Any:
        companies = call.grant.companies if call.grant else ()
        if not any(guid(books.company.external_id) == call.path["uuid"] for books in companies):
            raise Refused(404, "no such business")
        return {"data": [_account(entry) for entry in CHART]}

    @get(_BOOKS + "/bill_vendors/bill_vendors", scope="user:bill_vendors:read")
    def vendors(self, call: Call) -> Any:
        return _listed(call, "bill_vendors", self.books(call).suppliers, _vendor)

    @get(_BOOKS + "/bills/bills", scope="user:bills:read")
    def bills(self, call: Call) -> Any:
        """The newest first; no search by day is known for them."""
        books = self.books(call)
        rows = [
            place for place in reversed(range(len(books.bills))) if place % BILLS
        ]  # Each block begins with a draft.
        with_lines = call.query.get("include[]") == "lines"
        return _listed(call, "bills", rows, lambda place: _bill(books, books.bills[place], with_lines=with_lines))

    @get(_BOOKS + "/bill_payments/bill_payments", scope="user:bill_payments:read")
    def payments(self, call: Call) -> Any:
        return _listed(call, "bill_payments", _single(self.books(call)), _payment)

    @get(_BOOKS + "/expenses/expenses", scope="user:expenses:read")
    def expenses(self, call: Call) -> Any:
        books = self.books(call)
        rows = _spent_since(books, call.query.get("search[date_min]", ""))
        return _listed(call, "expenses", rows, lambda place: _expense_at(books, place))

    @get(_BOOKS + "/reports/accounting/profitloss_entity", scope="user:reports:read")
    def profit_and_loss(self, call: Call) -> Any:
        """Costs of goods stand among the income and are taken off in its total."""
        first, last = _day(call, "start_date"), _day(call, "end_date")
        books = self.books(call)
        rows = books.made(first, last)
        cost = _Tree(books.base, [row for row in rows if row[0].kind == "cost_of_sales"])
        income = _Tree(books.base, [row for row in rows if row[0].account.account_class is AccountClass.INCOME])
        spent = [row for row in rows if row[0].account.account_class is AccountClass.EXPENSE and row not in cost.rows]
        expenses = _Tree(books.base, spent)
        gross = income.total - cost.total

        def total(name: str, amount: Decimal, entry_type: str = "credit") -> dict[str, Any]:
            return _node(name, amount, books.base, entry_type=entry_type)

        return _result(
            profitloss={
                "company_name": books.name,
                "currency_code": books.base,
                "cash_based": False,
                "resolution": None,
                "dates": [],
                "income": [*income.nodes, _node("Cost of Goods Sold", cost.total, books.base, *cost.nodes)],
                "expenses": expenses.nodes,
                "total_income": total("Gross Profit", gross),
                "gross_margin": {"description": "Gross Margin", "total": {"amount": "41.50", "code": "%"}},
                "total_expenses": total("Total Expenses", expenses.total, "debit"),
                "net_profit": total(f"Net Profit ({books.base})", gross - expenses.total),
                "download_token": "a-secret-link",
            }
        )

    @get(_BOOKS + "/reports/accounting/balance_sheet", scope="user:reports:read")
    def balance_sheet(self, call: Call) -> Any:
        books, on = self.books(call), _day(call, "dates[]")
        rows = [*((entry, amount) for entry, amount in books.stood(on)), (None, books.result(on))]

        def stood(amount: Decimal) -> list[dict[str, Any]]:
            return [{"balance": _money(amount, books.base), "date": f"{on}"}]

        def group(kind: AccountClass, category: str | None) -> dict[str, Any]:
            mine = [row for row in rows if _place(row[0]) == (kind, category)]
            accounts = [
                {
                    "account_name": entry.account.name if entry else "Profit of the year",
                    "account_number": entry.account.code if entry else None,
                    "balances": stood(amount),
                    "sub_accounts": [],
                }
                for entry, amount in mine
            ]
            sum_ = sum((amount for _, amount in mine), Decimal(0))
            return {"account_type": kind.value, "category": category, "accounts": accounts, "balances": stood(sum_)}

        places = [(kind, category) for kind in _SIDES[:2] for category in ("current", "long_term")]
        owned = sum((amount for entry, amount in rows if _place(entry)[0] is AccountClass.ASSET), Decimal(0))
        return _result(
            balance_sheet={
                "company_name": books.name,
                "currency_code": books.base,
                "dates": [f"{on}"],
                "data": [group(*place) for place in (*places, (AccountClass.EQUITY, None))],
                "assets_total": stood(owned),
                "liabilities_and_equity_total": stood(sum(amount for _, amount in rows) - owned),
                "download_token": "another-secret-link",
            }
        )

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.path["account"])


_SIDES = (AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY)


def _place(entry: Entry | None) -> tuple[AccountClass, str | None]:
    if entry is None:
        return AccountClass.EQUITY, None
    return entry.account.account_class, _CATEGORIES.get(entry.kind)


def _day(call: Call, name: str) -> date:
    if call.query.get("cash_based") not in (None, "false"):
        raise Refused(400, "this fake has books on accrual only")
    try:
        return date.fromisoformat(call.query[name])
    except (KeyError, ValueError):
        raise Refused(422, f"{name} is missing or no day") from None


def _result(**content: Any) -> dict[str, Any]:
    return {"response": {"result": content}}


def _listed(call: Call, key: str, rows: Any, write: Any) -> dict[str, Any]:
    """More than a hundred rows a page are cut to a hundred without a word."""
    part: Part[Any] = numbered(call, rows, usual=15, most=100)
    context = {"page": part.number, "pages": part.pages, "per_page": part.size, "total": part.total}
    return _result(**{key: [write(row) for row in part.rows]}, **context)


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "code": currency}


def _account(entry: Entry) -> dict[str, Any]:
    account, parent = entry.account, BY_ID[entry.parent].account if entry.parent else None
    kind = account.account_class
    below = "Cash & Bank" if entry.kind in ("bank", "cash") else "Credit Card" if entry.kind == "card" else kind.value
    return {
        "uuid": guid(entry.id),
        "name": account.name,
        "number": f"{parent.code}-{account.code}" if parent else account.code,
        "type": kind.value,
        "sub_type": below,
        "description": "",
        "parent_account": guid(entry.parent) if entry.parent else None,
        "sub_accounts": [guid(other.id) for other in CHART if other.parent == entry.id],
        "state": "active",
        "category_id": int(entry.id) if kind is AccountClass.EXPENSE else None,
    }


def _vendor(row: Supplier) -> dict[str, Any]:
    first, _, last = (row.contact_name or "").partition(" ")
    return {
        "vendorid": int(row.external_id),
        "vendor_name": row.name,
        "primary_contact_first_name": first or None,
        "primary_contact_last_name": last or None,
        "primary_contact_email": row.email,
        "phone": row.phone,
        "street": row.addresses[0].split("\n")[0] if row.addresses else None,
        "currency_code": row.currency,
        "created_at": _AT,
        "vis_state": 0 if row.active else _ARCHIVED,
    }


def _bill(books: Books, row: Bill, *, with_lines: bool) -> dict[str, Any]:
    """An open bill whose day has passed is overdue, also where part is paid; every second paid one is archived."""
    late = row.due_on is not None and row.due_on < books.today and row.amount_due > 0
    block = row_number(row.external_id) // BILLS
    mine = [one for one in _block_of(books, block) if one.allocations[0].bill_id == row.external_id]
    paid = row.total - row.amount_due if row.status is not BillStatus.VOID else Decimal(0)
    status = "overdue" if late else "paid" if not row.amount_due else "partial" if paid else "unpaid"
    archived = _ARCHIVED if status == "paid" and row_number(row.external_id) % 2 else 0
    lines = [_line(line, row.currency, place) for place, line in enumerate(row.lines)]
    return {
        "id": int(row.external_id),
        "vendorid": int(row.supplier_id or 0),
        "bill_number": row.number,
        "issue_date": f"{row.issued_on}",
        "due_date": f"{row.due_on}" if row.due_on else None,
        "due_offset_days": int(row.terms.split()[0]) if row.terms else None,
        "currency_code": row.currency,
        "amount": _money(row.net, row.currency),
        "tax_amount": _money(row.tax, row.currency),
        "total_amount": _money(row.total, row.currency),
        "paid": _money(paid, row.currency),
        "outstanding": _money(row.amount_due, row.currency),
        "status": status,
        "lines": lines if with_lines else [],
        "bill_payments": [_payment(one) for one in mine],
        "vis_state": _DELETED if row.status is BillStatus.VOID else archived,
        "updated_at": _AT,
    }


def _line(line: Any, currency: str, place: int) -> dict[str, Any]:
    return {
        "id": place + 1,
        "categoryid": int(line.account_id),
        "description": line.description,
        "quantity": str(line.quantity),
        "unit_cost": _money(line.unit_price, currency),
        "amount": _money(line.net, currency),
        "total_amount": _money(line.net + line.tax, currency),
        "tax_name1": "VAT" if line.tax else None,
        "tax_amount1": f"{line.tax:.2f}" if line.tax else None,
    }


def _single(books: Books) -> Rows[BillPayment]:
    """Payments, each of one bill: as many as there are, for one on account is left out and one of two bills is two."""
    return Rows(len(books.payments), lambda place: _block_of(books, place // PAYMENTS)[place % PAYMENTS])


def _block_of(books: Books, block: int) -> Sequence[BillPayment]:
    rows = books.payments[block * PAYMENTS : (block + 1) * PAYMENTS]
    return [
        replace(row, external_id=f"{row.external_id}{place}", total=part.amount, allocations=(part,))
        for row in rows
        for place, part in enumerate(row.allocations)
    ]


def _payment(row: BillPayment) -> dict[str, Any]:
    part: Allocation = row.allocations[0]
    return {
        "id": int(row.external_id),
        "billid": int(part.bill_id),
        "amount": _money(row.total, row.currency),
        "paid_date": f"{row.paid_on}",
        "payment_type": _TYPES.get(row.stated_method or PaymentMethod.OTHER, "Other"),
        "note": row.note or "",
        "matched_with_expense": False,
        "vis_state": _DELETED if row.status is EntryStatus.VOID else 0,
    }


@lru_cache(maxsize=64)
def _spent_since(books: Books, first: str) -> tuple[int, ...]:
    """The places of expenses from a day on; bills and payments are asked for by no day."""
    every = range(len(books.expenses) // EXPENSES * _IMPORTED)
    return tuple(place for place in every if _expense_at(books, place)["date"] >= first)


def _expense_at(books: Books, place: int) -> dict[str, Any]:
    block, at = divmod(place, _IMPORTED)
    if at < EXPENSES:
        return _expense(books, books.expenses[block * EXPENSES + at])
    paid = _block_of(books, block)[1]
    return {
        "id": 70_000_000 + block,
        "date": f"{paid.paid_on}",
        "amount": _money(paid.total, paid.currency),
        "vendor": "PAYEE 0041",
        "bill_matches": [{"bill_paymentid": int(paid.external_id)}],
        "vis_state": 0,
    }


def _expense(books: Books, row: Expense) -> dict[str, Any]:
    known = books.suppliers[row_number(row.supplier_id)].name if row.supplier_id else row.contact_name
    return {
        "id": int(row.external_id),
        "expenseid": int(row.external_id),
        "categoryid": int(row.lines[0].account_id or 0),
        "date": f"{row.spent_on}",
        "amount": _money(row.total, row.currency),
        "taxAmount1": None,
        "taxAmount2": None,
        "vendor": known or "",
        "notes": row.note or "",
        "account_name": "",
        "bank_name": "",
        "bill_matches": [],
        "status": 0,
        "vis_state": _DELETED if row.status is EntryStatus.VOID else 0,
    }


class _Tree:
    """Entries of accounts, each with its sub-accounts and the kinds of records inside, whose sum it repeats."""

    def __init__(self, currency: str, rows: list[tuple[Entry, Decimal]]) -> None:
        self.currency, self.rows = currency, rows
        shown = {entry.id for entry, _ in rows}
        self.nodes = [self._node(*row) for row in rows if row[0].parent not in shown]
        self.total = sum((amount for _, amount in rows), Decimal(0))

    def _node(self, entry: Entry, own: Decimal) -> dict[str, Any]:
        below = [row for row in self.rows if row[0].parent == entry.id]
        posted = "Invoice" if entry.account.account_class is AccountClass.INCOME else "Bills"
        inner = [self._node(*row) for row in below]
        whole = own + sum((amount for _, amount in below), Decimal(0))
        return _node(entry.account.name, whole, self.currency, _node(posted, own, self.currency), *inner)


def _node(
    name: str, amount: Decimal, currency: str, *children: dict[str, Any], entry_type: str = "debit"
) -> dict[str, Any]:
    total = _money(amount, currency)
    return {"description": name, "entry_type": entry_type, "total": total, "data": [], "children": list(children)}
