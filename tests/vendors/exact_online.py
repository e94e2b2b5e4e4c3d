"""A fake of Exact Online in the Netherlands: OData 2, a column for every one asked for, tokens not before their time.

Lists come sixty at a time, what is called bulk a thousand; dates are milliseconds, codes are padded, amounts doubles.
Payments are what a bill is settled by, part by part: what is open of it, what was matched with money.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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
    month_end,
)
from linkflow.domain.money import in_base
from linkflow.domain.trial_balances import last_year_end
from tests.vendors.books import Books
from tests.vendors.calls import Call, Refused, Reply, as_json, get
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months, standing
from tests.vendors.kit import Vendor, books_of, guid
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Issued, TokenRefused

ROOT = "start.exactonline.nl/api"
API = f"{ROOT}/v1/{{division}}"
USUAL, BULK = 60, 1000
_TYPES = {
    "bank": 12, "cash": 10, "card": 14, "debtors": 20, "stock": 40, "prepayments": 26, "equipment": 30,
    "depreciation": 35, "creditors": 22, "tax": 24, "payroll": 25, "loan": 55, "shares": 50, "drawings": 52,
    "retained": 52, "sales": 110, "discounts": 110, "other_income": 160, "cost_of_sales": 111, "overhead": 121,
    "interest": 120, "exchange": 130, "depreciation_cost": 122,
}  # fmt: skip
_METHODS = {PaymentMethod.CREDIT_CARD: "V", PaymentMethod.CASH: "K", PaymentMethod.DIRECT_DEBIT: "I"}
_STATED = (*_METHODS, PaymentMethod.BANK_TRANSFER)
_BANKS = ("bank", "cash", "card")
_Rows = Sequence[dict[str, Any]]


class Fake(Vendor):
    """Exact as its customers' software sees it."""

    name: ClassVar[str] = "Exact Online"
    quirks: ClassVar[Quirks] = Quirks(
        authorize=f"{ROOT}/oauth2/auth",
        token=f"{ROOT}/oauth2/token",
        client_auth=frozenset({"body"}),
        pkce="ignored",
        scopes=None,
        code_seconds=180,
        access_seconds=600,
        refresh_seconds=30 * 86_400,
        rotates=True,
        earliest_refresh=30,
        links=("__next",),
        limits=((60, 60), (5_000, 86_400)),
    )

    def token_answer(self, issued: Issued) -> Reply:
        told = {"access_token": issued.access, "token_type": "bearer", "expires_in": f"{issued.access_seconds}"}
        return as_json({**told, "refresh_token": issued.refresh})

    def token_refused(self, refused: TokenRefused) -> Reply:
        match refused.code, refused.words:
            case "too_early", _:
                return _no_tokens("access_denied", "Rate limit exceeded: access_token not expired")
            case "invalid_grant", words if "old" in words:
                return _no_tokens("unauthorized_client", "Old refresh token used.", 401)
            case "invalid_grant", words if "expired" in words:
                return _no_tokens("invalid_request", "The refresh token expired at 10/11/2022 9:18:20 PM and it is now")
        return super().token_refused(refused)

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        told = {"error": {"code": "", "message": {"lang": "", "value": refused.words}}}
        answer = as_json(told, refused.status)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """No expenses, nothing that is not booked yet, and of how something was paid only four ways."""
        if isinstance(record, Expense) or getattr(record, "status", None) is BillStatus.DRAFT:
            return None
        if isinstance(record, BillPayment):
            stated = record.stated_method if record.stated_method in _STATED else None
            return None if record.status is EntryStatus.VOID else replace(record, stated_method=stated)
        return record

    def kept(self, books: Books) -> tuple[Record, ...]:
        """A payment of several bills is a payment of each; one of none is none of a bill."""
        found: list[Record] = []
        for record in super().kept(books):
            if isinstance(record, BillPayment):
                found += [
                    replace(
                        record,
                        external_id=f"{record.external_id}/{part.bill_id}",
                        total=part.amount,
                        allocations=(part,),
                    )
                    for part in record.allocations
                ]
            else:
                found.append(record)
        return kept_of_months(books, found, closes=False)

    @get(f"{ROOT}/v1/current/Me")
    def me(self, call: Call) -> Any:
        assert call.grant
        rows = [{"CurrentDivision": int(self.company_id(books)), "FullName": "A"} for books in call.grant.companies[:1]]
        return _answer(call, rows)

    @get(f"{API}/system/Divisions")
    def divisions(self, call: Call) -> Any:
        assert call.grant
        return _answer(call, [_division(books) for books in call.grant.companies])

    @get(f"{API}/bulk/Financial/GLAccounts")
    def gl_accounts(self, call: Call) -> Any:
        self.books(call)
        return _answer(call, [_account(entry) for entry in CHART], size=BULK)

    @get(f"{API}/financial/ReportingBalance")
    def reporting_balance(self, call: Call) -> Any:
        return _answer(call, list(_moves(self.books(call))))

    @get(f"{API}/financial/FinancialPeriods")
    def financial_periods(self, call: Call) -> Any:
        return _answer(call, [_period(books, month) for books in [self.books(call)] for month in _calendar(books)])

    @get(f"{API}/financial/Journals")
    def journals(self, call: Call) -> Any:
        self.books(call)
        return _answer(call, [_journal(entry) for entry in CHART if entry.kind in (*_BANKS, "creditors")])

    @get(f"{API}/bulk/CRM/Accounts")
    def accounts(self, call: Call) -> Any:
        return _answer(call, [_supplier(row) for row in self.books(call).suppliers], size=BULK)

    @get(f"{API}/purchaseentry/PurchaseEntries")
    def purchase_entries(self, call: Call) -> Any:
        books = self.books(call)
        bills = [_entry(bill, books) for bill in books.bills if bill.status is not BillStatus.DRAFT]
        notes = [_credit(note, books) for note in books.credit_notes]
        return _answer(call, [*bills, *notes], expanded="PurchaseEntryLines")

    @get(f"{API}/bulk/Cashflow/Payments")
    def payments(self, call: Call) -> Any:
        return _answer(call, list(_payments(self.books(call))), size=BULK)

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.path["division"])


def _no_tokens(error: str, words: str, status: int = 400) -> Reply:
    return as_json({"error": error, "error_description": words}, status)


def _answer(call: Call, rows: _Rows, *, size: int = USUAL, expanded: str = "") -> Any:
    """A page of the rows that the filter leaves, with the columns asked for."""
    selected = call.query.get("$select", "").split(",")
    known = {name for row in rows for name in row}
    if not call.query.get("$select") or (rows and not known.issuperset(selected)):
        raise Refused(400, f"$select: unknown or none of {sorted(set(selected) - known)}", kind="select")
    if (expanded in selected) != (call.query.get("$expand") == expanded) and expanded:
        raise Refused(400, "$expand goes with $select", kind="expand")
    wanted = call.query.get("$filter", "")
    chosen = [row for row in rows if not wanted or _is_in(row, wanted)]
    at = int(call.query.get("$skiptoken", "0"))
    found = [{name: row.get(name) for name in selected} for row in chosen[at : at + size]]
    following = {"__next": call.link(__skiptoken=at + size)} if at + size < len(chosen) else {}
    return {"d": {"results": found, **following}}


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "lt": lambda have, want: have is not None and have < want,
    "le": lambda have, want: have is not None and have <= want,
    "gt": lambda have, want: have is not None and have > want,
    "ge": lambda have, want: have is not None and have >= want,
}


def _is_in(row: Mapping[str, Any], wanted: str) -> bool:
    """Comparisons joined by `and`, some of them in brackets and joined by `or`."""
    return all(any(_holds(row, one) for one in piece.strip("()").split(" or ")) for piece in wanted.split(" and "))


def _holds(row: Mapping[str, Any], comparison: str) -> bool:
    name, how, text = comparison.split(" ")
    if name not in row:
        raise Refused(400, f"$filter: no {name} here", kind="filter")
    return _COMPARED[how](_plain(row[name]), _plain(text))


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if found := re.fullmatch(r"/Date\((-?\d+)\)/", value):
        return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date()
    if found := re.fullmatch(r"datetime'([\d-]+)'", value):
        return date.fromisoformat(found[1])
    return {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)


def _ms(day: date | None) -> str | None:
    at = datetime.combine(day, datetime.min.time(), UTC) if day else None
    return f"/Date({int(at.timestamp() * 1000)})/" if at else None


def _division(books: Books) -> dict[str, Any]:
    company = books.company
    return {
        "Code": int(company.external_id), "Description": company.name, "CustomerName": company.legal_name,
        "Country": f"{company.country} ", "Currency": books.base, "Status": 1,
        "ChamberOfCommerceNumber": company.registration_number, "VATNumber": company.tax_number,
        "AddressLine1": "1 High Street", "AddressLine2": None, "AddressLine3": None, "Postcode": "SP1 1AA",
        "City": "Springfield", "Phone": company.phones[0],
    }  # fmt: skip


def _account(entry: Entry) -> dict[str, Any]:
    account = entry.account
    of = account.account_class.value
    return {
        "ID": guid(entry.id), "Code": (account.code or "").rjust(18), "Description": account.name,
        "BalanceSide": "D" if of in ("asset", "expense") else "C",
        "BalanceType": "W" if of in ("income", "expense") else "B", "Type": _TYPES[entry.kind],
        "TypeDescription": "Soort", "IsBlocked": False,
    }  # fmt: skip


def _journal(entry: Entry) -> dict[str, Any]:
    is_bank = entry.kind in _BANKS
    return {"BankAccountID": f"bank-{entry.id}" if is_bank else None, "GLAccount": guid(entry.id), "Type": 12}


def _calendar(books: Books) -> Iterator[date]:
    """The months of every financial year that there is anything of."""
    month = last_year_end(books.months[0], books.year_end)
    end = last_year_end(books.months[-1], books.year_end)
    end = end.replace(year=end.year + 1)
    while month < end:
        month = month_end(month) + timedelta(days=1)
        yield month


def _fiscal(books: Books, month: date) -> tuple[int, int]:
    """The financial year, named after the one it ends in, and the number of the period."""
    ended = last_year_end(month, books.year_end)
    return ended.year + 1, (month.year - ended.year) * 12 + month.month - ended.month


def _period(books: Books, month: date) -> dict[str, Any]:
    year, number = _fiscal(books, month)
    return {"FinYear": year, "FinPeriod": number, "StartDate": _ms(month), "EndDate": _ms(month_end(month))}


def _moves(books: Books) -> Iterator[dict[str, Any]]:
    """What moved in each period on each account, in two rows: of two cost centres."""
    before: Mapping[str, Decimal] = {}
    for month in books.months:
        stood = standing(books, month)
        year, number = _fiscal(books, month)
        for entry in CHART:
            moved = stood[entry.id] - before.get(entry.id, Decimal(0))
            for part in (moved * 3 // 5, moved - moved * 3 // 5) if moved else ():
                yield {
                    "ID": int(f"{year}{number:02}{entry.id}"), "Amount": part, "GLAccount": guid(entry.id),
                    "GLAccountCode": entry.account.code, "ReportingYear": year, "ReportingPeriod": number, "Status": 50,
                    "BalanceType": "W" if entry.account.account_class.value in ("income", "expense") else "B",
                }  # fmt: skip
        before = stood


def _supplier(row: Supplier) -> dict[str, Any]:
    street, city, code = row.addresses[0].split("\n") if row.addresses else (None, None, None)
    return {
        "ID": guid(row.external_id), "Code": row.external_id.rjust(18), "Name": row.name, "Email": row.email,
        "Phone": row.phone, "VATNumber": row.tax_number, "ChamberOfCommerce": None, "AddressLine1": street,
        "AddressLine2": None, "AddressLine3": None, "Postcode": code, "City": city, "Country": "GB ",
        "Blocked": not row.active, "PurchaseCurrency": row.currency, "IsSupplier": True,
        "PaymentConditionPurchase": "30", "PaymentConditionPurchaseDescription": row.terms,
    }  # fmt: skip


def _document(row: Bill | CreditNote, books: Books) -> dict[str, Any]:
    base = in_base(row.total, currency=row.currency, rate=row.rate, base=books.base)
    return {
        "EntryID": guid(row.external_id), "EntryNumber": int(row.external_id), "EntryDate": _ms(row.issued_on),
        "Supplier": guid(row.supplier_id or "0"), "InvoiceNumber": None, "YourRef": row.number,
        "Currency": row.currency, "AmountDC": -base, "AmountFC": -row.total,
    }  # fmt: skip


def _entry(row: Bill, books: Books) -> dict[str, Any]:
    """The total as a credit, the lines as debits. Some entries have the tax within their lines."""
    within = int(row.external_id) % 4 == 0
    lines = [
        {
            "AmountFC": line.net + (line.tax if within else 0), "VATAmountFC": line.tax,
            "GLAccount": guid(line.account_id or "0"), "Description": line.description, "Quantity": line.quantity,
        }
        for line in row.lines
    ]  # fmt: skip
    return {
        **_document(row, books), "DueDate": _ms(row.due_on), "Type": 30,
        "Status": 5 if row.status is BillStatus.VOID else 50, "VATAmountFC": -row.tax, "PaymentCondition": "30",
        "PaymentConditionDescription": row.terms, "PurchaseEntryLines": {"results": lines},
    }  # fmt: skip


def _credit(row: CreditNote, books: Books) -> dict[str, Any]:
    line = {"AmountFC": -row.total, "VATAmountFC": 0, "GLAccount": None, "Description": "Retour", "Quantity": 1}
    void = row.status is EntryStatus.VOID
    return {
        **_document(row, books), "DueDate": None, "Type": 31, "Status": 5 if void else 20, "VATAmountFC": None,
        "PaymentCondition": None, "PaymentConditionDescription": None, "PurchaseEntryLines": {"results": [line]},
    }  # fmt: skip


def _payments(books: Books) -> Iterator[dict[str, Any]]:
    for bill in books.bills:
        if bill.amount_due and bill.status is not BillStatus.DRAFT:
            yield _item(f"o-{bill.external_id}", bill, bill.external_id, bill.amount_due, books, Status=20)
    for payment in books.payments:
        if payment.status is EntryStatus.VOID:
            continue
        # The line of the bank statement it was matched with.
        yield _item(f"b-{payment.external_id}", payment, None, -payment.total, books, Status=50, TransactionType=40)
        paid = _how(payment)
        for part in payment.allocations:
            key = f"p-{payment.external_id}-{part.bill_id}"
            yield _item(key, payment, part.bill_id, part.amount, books, Status=50, **paid)


def _how(row: BillPayment) -> dict[str, Any]:
    from_bank = BY_ID[row.account_id or ""].kind in _BANKS
    return {
        "BankAccountID": f"bank-{row.account_id}" if from_bank else None, "EntryDate": _ms(row.paid_on),
        "EndDate": _ms(row.paid_on), "PaymentMethod": _METHODS.get(row.stated_method or PaymentMethod.OTHER, "B"),
        "PaymentBatchNumber": 7 if row.stated_method is PaymentMethod.BANK_TRANSFER else None, "Description": row.note,
    }  # fmt: skip


def _item(
    key: str, row: Bill | BillPayment, bill_id: str | None, amount: Decimal, books: Books, **more: Any
) -> dict[str, Any]:
    return {
        "ID": key, "Account": guid(row.supplier_id or "0"), "Currency": row.currency, "AmountFC": amount,
        "AmountDC": in_base(amount, currency=row.currency, rate=row.rate, base=books.base), "BankAccountID": None,
        "EntryDate": None, "EndDate": None, "PaymentMethod": "B", "PaymentBatchNumber": None,
        "CashflowTransactionBatchCode": None, "TransactionType": 30, "Description": None, "PaymentReference": None,
        "TransactionEntryID": guid(bill_id) if bill_id else None, **more,
    }  # fmt: skip
