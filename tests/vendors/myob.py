"""MYOB Business: the callback names the business; bills have lines only in the list of their layout; reports are flat.

From what is known of the product; what is not sure of it: how long refresh tokens live, that each is good once, and how
reports are signed. It has neither drafts nor void entries, and a supplier's credit is a bill below zero.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from linkflow.domain.books import (
    Bill,
    BillLine,
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
from tests.vendors.books import Books, Rows, row_number
from tests.vendors.calls import Call, Refused, Reply, as_json, get, skipped
from tests.vendors.chart import BY_ID, CHART, Entry
from tests.vendors.choosing import kept_of_months, places, rows_at
from tests.vendors.documents import BILLS, DRAFT
from tests.vendors.kit import Vendor, books_of, guid, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued

_API = "api.myob.com/accountright/{business}"
_LAYOUTS = ("Item", "Service", "Professional", "Miscellaneous")
_CLASSES = {
    "Asset": ("1-0000", "bank cash debtors stock prepayments equipment depreciation"),
    "Liability": ("2-0000", "creditors card tax payroll loan"),
    "Equity": ("3-0000", "shares drawings retained"),
    "Income": ("4-0000", "sales discounts"),
    "CostOfSales": ("5-0000", "cost_of_sales"),
    "Expense": ("6-0000", "overhead depreciation_cost"),
    "OtherIncome": ("8-0000", "other_income"),
    "OtherExpense": ("9-0000", "interest exchange"),
}
_TYPES = {
    "bank": "Bank",
    "cash": "Bank",
    "debtors": "AccountReceivable",
    "equipment": "FixedAsset",
    "depreciation": "FixedAsset",
    "creditors": "AccountsPayable",
    "card": "CreditCard",
    "loan": "LongTermLiability",
}
_USUAL = {"Asset": "OtherCurrentAsset", "Liability": "OtherCurrentLiability"}
_TAXED, _FREE = {"UID": guid("9801"), "Code": "GST"}, {"UID": guid("9802"), "Code": "FRE"}
_YEAR = {"UID": guid("9900"), "Name": "Current Earnings", "DisplayID": "3-9000"}
_OF_A_DAY = "RateLimitError", 403
_FILTER = re.compile(r"Date ge datetime'(\d{4}-\d\d-\d\d)T00:00:00'")


class Fake(Vendor):
    name: ClassVar[str] = "MYOB Business"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="secure.myob.com/oauth2/account/authorize",
        token="secure.myob.com/oauth2/v1/authorize",
        client_auth=frozenset({"body"}),
        pkce="ignored",
        scopes=frozenset(
            f"sme-{name}"
            for name in (
                *("company-file", "company-settings", "general-ledger", "purchases", "banking", "inventory"),
                *("contacts-supplier", "contacts-customer", "contacts-personal", "contacts-employee", "sales"),
                *("payroll", "timebilling"),
            )
        ),
        scope_on_token=True,
        authorize_params={"prompt": "consent"},
        chooses="one",
        access_seconds=1200,
        refresh_seconds=7 * 86_400,
        rotates=True,
        needs_headers={"x-myobapi-key": "{client_id}", "x-myobapi-version": "v2"},
        links=("NextPageLink",),
        limits=((8, 1),),
    )

    def __post_init__(self) -> None:
        """Its companies are Australian."""
        super().__post_init__()
        self.people = {
            person: tuple(replace(one, base="AUD", country="AU", year_end="06-30") for one in mine)
            for person, mine in self.people.items()
        }

    def company_id(self, books: Books) -> str:
        return guid(books.company.external_id)

    def callback(self, grant: Grant) -> dict[str, str]:
        if not grant.companies:
            return {}
        (books,) = grant.companies[:1]
        return {"businessId": self.company_id(books), "businessName": books.name, "scope": " ".join(grant.scopes)}

    def token_answer(self, issued: Issued) -> Reply:
        """Seconds as text."""
        user = {"uid": guid("1"), "username": issued.grant.person}
        return as_json({**plain_tokens(issued), "expires_in": f"{issued.access_seconds}", "user": user})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        """The limit of a day is refused as if it were not allowed."""
        name, status = _OF_A_DAY if refused.kind == "day-limit" else (refused.kind or "Error", refused.status)
        error = {"Name": name, "Message": refused.words, "AdditionalDetails": "", "ErrorCode": 0}
        reply = as_json({"Errors": [{**error, "Severity": "Error"}]}, status)
        return replace(reply, headers={**reply.headers, **headers})

    def told(self, record: Record) -> Record | None:
        if isinstance(record, Bill) and record.status in (BillStatus.DRAFT, BillStatus.VOID):
            return None
        if isinstance(record, BillPayment | Expense | CreditNote) and record.status is EntryStatus.VOID:
            return None
        if not isinstance(record, BillPayment | Expense):
            return record
        said = (PaymentMethod.BANK_TRANSFER, *([PaymentMethod.CHEQUE] if isinstance(record, Expense) else []))
        return replace(record, stated_method=record.stated_method if record.stated_method in said else None)

    def kept(self, books: Books) -> tuple[Record, ...]:
        return kept_of_months(books, super().kept(books))

    @get(_API + "/Company", scope="sme-company-settings")
    def company(self, call: Call) -> Any:
        books = self.books(call)
        address = {"Address": "1 High Street\r\nSpringfield\r\n", "PhoneNumber": "+61 2 5550 0000"}
        return {"CompanyName": books.name, "SerialNumber": 610_000_000_001, "ABNOrTFN": "53 004 085 616", **address}

    @get(_API + "/GeneralLedger/AccountingProperties", scope="sme-general-ledger")
    def properties(self, call: Call) -> Any:
        self.books(call)
        return {"CurrentFinancialYear": 2027, "LastMonthFinancialYear": 6}

    @get(_API + "/GeneralLedger/Account", scope="sme-general-ledger")
    def accounts(self, call: Call) -> Any:
        headers = [_header(name, code) for name, (code, _) in _CLASSES.items()]
        year = {**_YEAR, "Classification": "Equity", "Type": "Equity", "IsHeader": False, "Level": 2}
        rows = [*headers, *(_account(entry) for entry in CHART), year]
        return self.page(call, rows)

    @get(_API + "/GeneralLedger/TaxCode", scope="sme-general-ledger")
    def tax_codes(self, call: Call) -> Any:
        return self.page(call, [{**_TAXED, "Rate": 20.0}, {**_FREE, "Rate": 0.0}])

    @get(_API + "/Contact/Supplier", scope="sme-contacts-supplier")
    def suppliers(self, call: Call) -> Any:
        books = self.books(call)
        return self.page(call, books.suppliers, lambda row: _supplier(books, row))

    @get(_API + "/Purchase/Bill", scope="sme-purchases")
    def all_bills(self, call: Call) -> Any:
        """Of every layout, and none with its lines."""
        books = self.books(call)
        rows, notes = _bills(books, _since(call)), _notes(books, _since(call))

        def write(place: int) -> dict[str, Any]:
            whole = _bill(books, rows[place]) if place < len(rows) else _debit(books, notes[place - len(rows)])
            layout = _LAYOUTS[place % 4] if place < len(rows) else "Service"
            return {name: value for name, value in whole.items() if name != "Lines"} | {"BillType": layout}

        return self.page(call, Rows(len(rows) + len(notes), write))

    @get(_API + "/Purchase/Bill/{layout}", scope="sme-purchases")
    def bills(self, call: Call) -> Any:
        books = self.books(call)
        if call.path["layout"] not in _LAYOUTS:
            raise Refused(404, "no such layout")
        first = _LAYOUTS.index(call.path["layout"])
        rows, notes = _bills(books, _since(call)), _notes(books, _since(call)) if first == 1 else ()
        mine = len(range(first, len(rows), 4))

        def write(place: int) -> dict[str, Any]:
            return _bill(books, rows[first + 4 * place]) if place < mine else _debit(books, notes[place - mine])

        return self.page(call, Rows(mine + len(notes), write))

    @get(_API + "/Purchase/SupplierPayment", scope="sme-purchases")
    def payments(self, call: Call) -> Any:
        books = self.books(call)
        numbers = places(books, "payments", _since(call), void=False)
        return self.page(call, rows_at(books.payments, numbers, lambda row: _payment(books, row)))

    @get(_API + "/Banking/SpendMoneyTxn", scope="sme-banking")
    def spent(self, call: Call) -> Any:
        books = self.books(call)
        numbers = places(books, "expenses", _since(call), void=False)
        return self.page(call, rows_at(books.expenses, numbers, lambda row: _spent(books, row)))

    @get(_API + "/Report/ProfitAndLossSummary", scope="sme-general-ledger")
    def profit_and_loss(self, call: Call) -> Any:
        first, last = _day(call, "StartDate"), _day(call, "EndDate")
        moved = self.books(call).moved(first, last)
        amounts = {entry: moved[entry.id] * entry.sign for entry in CHART if entry.is_made}
        return {"StartDate": f"{first}T00:00:00", "EndDate": f"{last}T00:00:00", **_breakdown(call, amounts)}

    @get(_API + "/Report/BalanceSheetSummary", scope="sme-general-ledger")
    def balance_sheet(self, call: Call) -> Any:
        on, books = _day(call, "AsOfDate"), self.books(call)
        if on != month_end(on):
            raise Refused(400, "this fake has sheets of the ends of months only")
        stood = dict(books.closing(on))
        amounts = {entry: stood.get(entry.id, Decimal(0)) * entry.sign for entry in CHART if not entry.is_made}
        found = _breakdown(call, amounts)
        found["AccountsBreakdown"].append({"AccountTotal": books.result(on) if stood else 0, "Account": _YEAR})
        return {"AsOfDate": f"{on}T00:00:00", **found}

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.path["business"])

    def page(self, call: Call, rows: Sequence[Any], write: Callable[[Any], Any] = lambda row: row) -> Any:
        """The next page is at a host of the company's own."""
        self.books(call)
        part = skipped(call, rows)
        away = call.link(__top=part.size, __skip=part.first + part.size).replace("api.myob.com", "arl2.api.myob.com")
        items = [write(row) for row in part.rows]
        return {"Items": items, "NextPageLink": away if part.more else None, "Count": part.total}


def _since(call: Call) -> date | None:
    """The day from which on rows are asked for."""
    wanted = call.query.get("$filter")
    if wanted is None:
        return None
    found = _FILTER.fullmatch(wanted)
    if found is None:
        raise Refused(400, "this fake knows one filter")
    return date.fromisoformat(found[1])


def _bills(books: Books, since: date | None) -> Rows[Bill]:
    numbers = [place for place in places(books, "bills", since, void=False) if place % BILLS != DRAFT]
    return rows_at(books.bills, numbers)


def _notes(books: Books, since: date | None) -> Rows[CreditNote]:
    return rows_at(books.credit_notes, places(books, "credit_notes", since, void=False))


def _header(name: str, code: str) -> dict[str, Any]:
    shared = {"UID": guid(f"970{code[0]}"), "DisplayID": code, "Name": name, "Classification": name}
    return {**shared, "Type": _USUAL.get(name, name), "IsHeader": True, "Level": 1, "ParentAccount": None}


def _account(entry: Entry) -> dict[str, Any]:
    name, (code, _) = next((name, held) for name, held in _CLASSES.items() if entry.kind in held[1].split())
    return {
        "UID": guid(entry.id),
        "DisplayID": f"{code[0]}-{entry.account.code}",
        "Name": entry.account.name,
        "Classification": name,
        "Type": _TYPES.get(entry.kind) or _USUAL.get(name, name),
        "IsHeader": False,
        "IsActive": True,
        "Level": 2,
        "ParentAccount": {"UID": guid(f"970{code[0]}"), "Name": name, "DisplayID": code},
    }


def _supplier(books: Books, row: Supplier) -> dict[str, Any]:
    address = {"Location": 1, "Street": "1 Mill Lane", "Phone1": row.phone, "Email": row.email}
    return {
        "UID": guid(row.external_id),
        "CompanyName": row.name,
        "IsIndividual": False,
        "IsActive": row.active,
        "Addresses": [{**address, "ContactName": row.contact_name}],
        "BuyingDetails": {"ABN": "", "Terms": _terms(row.terms)},
        "ForeignCurrency": _foreign(books, row.currency or books.base),
    }


def _foreign(books: Books, currency: str) -> dict[str, Any] | None:
    return None if currency == books.base else {"UID": guid("9600"), "Code": currency, "CurrencyName": currency}


def _terms(terms: str | None) -> dict[str, Any]:
    if terms is None:
        return {"PaymentIsDue": "CashOnDelivery", "BalanceDueDate": 0}
    return {"PaymentIsDue": "InAGivenNumberOfDays", "BalanceDueDate": int(terms.split()[0])}


class _Money:
    """A row's amounts as MYOB has them: in the books' currency, and again in its own where that is another."""

    def __init__(self, books: Books, row: Bill | BillPayment | CreditNote | Expense) -> None:
        self.base, self.currency, self.rate = books.base, row.currency, row.rate
        self.about = {"ForeignCurrency": _foreign(books, row.currency), "CurrencyExchangeRate": row.rate}

    def of(self, **amounts: Decimal) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, amount in amounts.items():
            found[name] = in_base(amount, currency=self.currency, rate=self.rate, base=self.base)
            found[f"{name}Foreign"] = None if self.currency == self.base else amount
        return found


def _bill(books: Books, row: Bill) -> dict[str, Any]:
    """Every third one is written with its tax in its lines."""
    held, inclusive = _Money(books, row), row_number(row.external_id) % 3 == 0
    due = {"DueDate": f"{row.due_on}T00:00:00" if row.due_on else None}
    return {
        "UID": guid(row.external_id),
        "Number": f"{row_number(row.external_id):08}",
        "SupplierInvoiceNumber": row.number,
        "Date": f"{row.issued_on}T00:00:00",
        "Supplier": {"UID": guid(row.supplier_id or "0")},
        "Terms": {**_terms(row.terms), **due},
        "IsTaxInclusive": inclusive,
        "Status": "Open" if row.amount_due else "Closed",
        **held.about,
        **held.of(TotalAmount=row.total, TotalTax=row.tax, BalanceDueAmount=row.amount_due),
        "Lines": [
            {"Type": "Header", "Description": "As agreed"},
            *(_bill_line(line, held, inclusive=inclusive) for line in row.lines),
        ],
    }


def _bill_line(line: BillLine, held: _Money, *, inclusive: bool) -> dict[str, Any]:
    return {
        "Type": "Transaction",
        "Description": line.description,
        "Account": {"UID": guid(line.account_id or "0")},
        "TaxCode": _TAXED if line.tax else _FREE,
        "BillQuantity": line.quantity,
        "UnitPrice": line.unit_price,
        **held.of(Total=line.net + (line.tax if inclusive else 0)),
    }


def _debit(books: Books, row: CreditNote) -> dict[str, Any]:
    held = _Money(books, row)
    return {
        "UID": guid(row.external_id),
        "Number": row.number,
        "Date": f"{row.issued_on}T00:00:00",
        "Supplier": {"UID": guid(row.supplier_id or "0")},
        "Terms": None,
        "IsTaxInclusive": False,
        "Status": "Closed" if row.allocations else "Debit",
        **held.about,
        **held.of(TotalAmount=-row.total, TotalTax=Decimal(0), BalanceDueAmount=-row.total),
        "Lines": [],
    }


def _paid(row: BillPayment | Expense) -> dict[str, Any]:
    sent = row.stated_method is PaymentMethod.BANK_TRANSFER
    return {
        "UID": guid(row.external_id),
        "PayFrom": "ElectronicPayments" if sent else "Account",
        "Account": None
        if sent
        else {"UID": guid(row.account_id or "0"), "Name": BY_ID[row.account_id or ""].account.name},
        "PaymentNumber": "",
        "Memo": row.note or "",
    }


def _payment(books: Books, row: BillPayment) -> dict[str, Any]:
    held = _Money(books, row)
    return {
        **_paid(row),
        **held.about,
        **held.of(AmountPaid=row.total),
        "Date": f"{row.paid_on}T00:00:00",
        "Supplier": {"UID": guid(row.supplier_id or "0")},
        "Lines": [
            {"Type": "Bill", "Purchase": {"UID": guid(part.bill_id)}, **held.of(AmountApplied=part.amount)}
            for part in row.allocations
        ],
    }


def _spent(books: Books, row: Expense) -> dict[str, Any]:
    held = _Money(books, row)
    supplier = {"UID": guid(row.supplier_id), "Type": "Supplier"} if row.supplier_id else None
    return {
        **_paid(row),
        **held.about,
        **held.of(AmountPaid=row.total, TotalTax=Decimal(0)),
        "Date": f"{row.spent_on}T00:00:00",
        "Contact": supplier or {"UID": guid("9500"), "Type": "Personal", "Name": row.contact_name},
        "IsTaxInclusive": True,
        "ChequePrinted": row.stated_method is PaymentMethod.CHEQUE,
        "Lines": [
            {
                "Account": {"UID": guid(line.account_id or "0")},
                "TaxCode": _FREE,
                "Memo": line.description,
                **held.of(Amount=line.net),
            }
            for line in row.lines
        ],
    }


def _day(call: Call, name: str) -> date:
    if call.query.get("YearEndAdjust") != "false" or call.query.get("ReportingBasis") != "Accrual":
        raise Refused(400, "this fake has reports on accrual, without adjustments at the end of a year")
    return date.fromisoformat(call.query.get(name, ""))


def _breakdown(call: Call, amounts: Mapping[Entry, Decimal]) -> dict[str, Any]:
    rows = [
        {
            "AccountTotal": amount,
            "Account": {name: _account(entry)[name] for name in ("UID", "Name", "DisplayID")},
        }
        for entry, amount in amounts.items()
    ]
    return {"AccountsBreakdown": rows, "YearEndAdjust": False, "URI": call.url}
