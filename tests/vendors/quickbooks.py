"""QuickBooks Online: the callback names the one company; lists are queries; reports have a column for each month.

From what is known of the product; what is not sure of it: how it words refusals, and that a report has no column of
totals on a balance sheet. It has no drafts; void entries keep their row and lose all amounts; a credit is set against
a bill by the payment of the rest; a direct debit and a transfer are checks to it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from linkflow.domain.books import (
    Account,
    AccountClass,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Record,
    Supplier,
    month_end,
)
from tests.vendors.books import Books, Rows, row_number
from tests.vendors.calls import Call, Refused, Reply, as_json, get
from tests.vendors.chart import BY_ID, CHART, Entry, account_id
from tests.vendors.choosing import kept_of_months, places, rows_at
from tests.vendors.documents import BILLS, DRAFT, NOTES, PAYMENTS
from tests.vendors.kit import Vendor, books_of, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued

_API = "quickbooks.api.intuit.com/v3/company/{realm}"
_FAULTS = {"scope": ("AuthorizationFault", "3100"), "company": ("AuthorizationFault", "3100")}
_QUERY = re.compile(
    r"select \* from (?P<entity>\w+)(?: where (?P<where>.+?))?(?: order ?by \w+)?"
    r"(?: startposition (?P<start>\d+))?(?: maxresults (?P<most>\d+))?",
    re.IGNORECASE,
)
_SINCE = re.compile(r"TxnDate >= '(\d{4}-\d{2}-\d{2})'", re.IGNORECASE)
_ENTRIES = frozenset({"Bill", "BillPayment", "VendorCredit", "Purchase"})
_TYPES = {
    "bank": ("Bank", "Checking"),
    "cash": ("Bank", "CashOnHand"),
    "debtors": ("Accounts Receivable", "AccountsReceivable"),
    "stock": ("Other Current Asset", "Inventory"),
    "prepayments": ("Other Current Asset", "PrepaidExpenses"),
    "equipment": ("Fixed Asset", "MachineryAndEquipment"),
    "depreciation": ("Fixed Asset", "AccumulatedDepreciation"),
    "creditors": ("Accounts Payable", "AccountsPayable"),
    "card": ("Credit Card", "CreditCard"),
    "tax": ("Other Current Liability", "SalesTaxPayable"),
    "payroll": ("Other Current Liability", "PayrollTaxPayable"),
    "loan": ("Long Term Liability", "NotesPayable"),
    "shares": ("Equity", "CommonStock"),
    "drawings": ("Equity", "PartnerDistributions"),
    "retained": ("Equity", "RetainedEarnings"),
    "sales": ("Income", "SalesOfProductIncome"),
    "discounts": ("Income", "DiscountsRefundsGiven"),
    "other_income": ("Other Income", "InterestEarned"),
    "cost_of_sales": ("Cost of Goods Sold", "SuppliesMaterialsCogs"),
    "overhead": ("Expense", "OfficeGeneralAdministrativeExpenses"),
    "interest": ("Other Expense", "OtherMiscellaneousExpense"),
    "exchange": ("Other Expense", "ExchangeGainOrLoss"),
    "depreciation_cost": ("Other Expense", "Depreciation"),
}
_CLASSES = {AccountClass.INCOME: "Revenue"}
_TERMS = (7, 14, 30, 45, 60)
_CREDITED = 16
"""Place in a block of the payment of a bill of which a credit note took part."""
_GOODS, _TILL = account_id("5000"), account_id("1230")
Amounts = Sequence[Decimal | None]


class Fake(Vendor):
    name: ClassVar[str] = "QuickBooks Online"
    quirks: ClassVar[Quirks] = Quirks(
        authorize="appcenter.intuit.com/connect/oauth2",
        token="oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        revoke="developer.api.intuit.com/v2/oauth2/tokens/revoke",
        client_auth=frozenset({"basic"}),
        pkce="ignored",
        scopes=frozenset({"com.intuit.quickbooks.accounting", "openid", "profile", "email"}),
        chooses="one",
        refresh_seconds=8_726_400,
        rotates=True,
        rotates_after=86_400,
        hard_end_seconds=5 * 365 * 86_400,
        revoke_as=frozenset({"json"}),
        limits=((500, 60), (10, 1)),
    )

    def callback(self, grant: Grant) -> dict[str, str]:
        return {"realmId": self.company_id(grant.companies[0])} if grant.companies else {}

    def token_answer(self, issued: Issued) -> Reply:
        """No word of scopes."""
        fields = {name: value for name, value in plain_tokens(issued).items() if name != "scope"}
        since = int((self.clock() - issued.grant.given_at).total_seconds())
        hard_end = (self.quirks.hard_end_seconds or 0) - since
        ends = {"x_refresh_token_expires_in": issued.refresh_seconds, "x_refresh_token_hard_expires_in": hard_end}
        return as_json({**fields, **ends})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        usual = {401: ("AuthenticationFault", "3200"), 429: ("ThrottleExceeded", "3001")}
        kind, code = _FAULTS.get(refused.kind) or usual.get(refused.status, ("ValidationFault", "4000"))
        error = {"Message": refused.words, "Detail": refused.words, "code": code}
        reply = as_json({"Fault": {"Error": [error], "type": kind}, "time": _TIME}, refused.status)
        return replace(reply, headers={**reply.headers, **headers, "intuit_tid": "1-5f0-a"})

    def told(self, record: Record) -> Record | None:
        if isinstance(record, Bill) and record.status is BillStatus.DRAFT:
            return None
        if isinstance(record, BillPayment):
            return replace(record, stated_method=_told_method(record, otherwise=PaymentMethod.CHEQUE))
        return replace(record, stated_method=_told_method(record)) if isinstance(record, Expense) else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        return kept_of_months(books, super().kept(books))

    @get(_API + "/companyinfo/{id}", scope="com.intuit.quickbooks.accounting")
    def company(self, call: Call) -> Any:
        books = self.books(call)
        if call.path["id"] != call.path["realm"]:
            raise Refused(400, "Invalid Company ID")
        address = {"Id": "2", "Line1": "1 High Street", "City": "Springfield", "PostalCode": "SP1 1AA"}
        info = {"CompanyName": books.name, "LegalName": books.name, "Country": books.country, "Id": "1"}
        return {"CompanyInfo": {**info, "FiscalYearStartMonth": "April", "CompanyAddr": address}, "time": _TIME}

    @get(_API + "/preferences", scope="com.intuit.quickbooks.accounting")
    def preferences(self, call: Call) -> Any:
        currency = {"HomeCurrency": {"value": self.books(call).base}, "MultiCurrencyEnabled": True}
        return {"Preferences": {"CurrencyPrefs": currency, "Id": "1"}, "time": _TIME}

    @get(_API + "/query", scope="com.intuit.quickbooks.accounting")
    def query(self, call: Call) -> Any:
        books, asked = self.books(call), _QUERY.fullmatch(call.query.get("query", ""))
        day = _SINCE.fullmatch(asked["where"] or "") if asked and asked["entity"] in _ENTRIES else None
        known = _entities(books, date.fromisoformat(day[1]) if day else None)
        if asked is None or asked["entity"] not in known:
            raise Refused(400, "QueryParserError")
        start, most = int(asked["start"] or "1"), int(asked["most"] or "100")
        if start < 1 or not 1 <= most <= 1000:
            raise Refused(400, "QueryValidationError: value out of range")
        rows = _where(known[asked["entity"]](), None if day else asked["where"])
        found = rows[start - 1 : start - 1 + most]
        told = {asked["entity"]: found, "startPosition": start, "maxResults": len(found)} if found else {}
        return {"QueryResponse": told, "time": _TIME}

    @get(_API + "/reports/ProfitAndLoss", scope="com.intuit.quickbooks.accounting")
    def profit_and_loss(self, call: Call) -> Any:
        books = self.books(call)
        return _report(call, _made(books, _months(call, books)), books, total=True)

    @get(_API + "/reports/BalanceSheet", scope="com.intuit.quickbooks.accounting")
    def balance_sheet(self, call: Call) -> Any:
        books = self.books(call)
        return _report(call, _stood(books, _months(call, books)), books, total=False)

    def books(self, call: Call) -> Books:
        if call.query.get("minorversion") != "75":
            raise Refused(400, "Unsupported minor version")
        return books_of(self, call, call.path["realm"])


_TIME = "2026-11-23T04:00:00.000-08:00"


def _told_method(row: BillPayment | Expense, otherwise: PaymentMethod | None = None) -> PaymentMethod | None:
    """A card is said, and a check that was printed; note and account tell the rest, or `otherwise` stands."""
    if row.stated_method in (PaymentMethod.CREDIT_CARD, PaymentMethod.CHEQUE):
        return row.stated_method
    return None if row.note or row.account_id == _TILL else otherwise


def _entities(books: Books, since: date | None) -> Mapping[str, Callable[[], Any]]:
    def dated(kind: str, write: Callable[[Any], Any]) -> Rows[Any]:
        numbers = places(books, kind, since)
        told = [at for at in numbers if kind != "bills" or at % BILLS != DRAFT]
        return rows_at(getattr(books, kind), told, write)

    return {
        "Account": lambda: [_account(entry) for entry in CHART],
        "Vendor": lambda: rows_at(books.suppliers, range(len(books.suppliers)), _vendor),
        "Term": lambda: [{"Id": f"{days}", "Name": f"Net {days}", "DueDays": days, "Active": True} for days in _TERMS],
        "Item": lambda: [{"Id": "9", "Type": "NonInventory", "ExpenseAccountRef": _ref(_GOODS), "Active": True}],
        "PaymentMethod": lambda: [{"Id": "1", "Name": "Cash", "Type": "NON_CREDIT_CARD", "Active": True}],
        "Bill": lambda: dated("bills", _bill),
        "BillPayment": lambda: dated("payments", lambda row: _bill_payment(books, row)),
        "VendorCredit": lambda: dated("credit_notes", _vendor_credit),
        "Purchase": lambda: dated("expenses", _purchase),
    }


def _where(rows: Any, where: str | None) -> Any:
    """The rows of conditions on ids, types and being in use; without the last, what is no longer used is left out."""
    conditions = [] if where is None else re.split(r" and ", where, flags=re.IGNORECASE)
    lists = isinstance(rows, list) or (len(rows) > 0 and "Active" in rows[0])
    wanted: dict[str, set[Any]] = {"Active": {True}} if lists else {}
    for condition in conditions:
        found = re.fullmatch(r"(Active|Id|AccountType) in \((.+)\)", condition.strip(), re.IGNORECASE)
        if found is None:
            raise Refused(400, "QueryParserError")
        values = [value.strip() for value in found[2].split(",")]
        if found[1] == "Active":
            wanted["Active"] = {value == "true" for value in values}
        elif any(not re.fullmatch(r"'[^']*'", value) for value in values):
            raise Refused(400, "QueryParserError")
        else:
            wanted[found[1]] = {value[1:-1] for value in values}
    if not wanted or wanted == {"Active": {True, False}}:
        return rows
    return [row for row in rows if all(row[key] in values for key, values in wanted.items())]


def _ref(key: str, name: str | None = None) -> dict[str, str]:
    return {"value": key, **({"name": name} if name else {})}


def _account(entry: Entry) -> dict[str, Any]:
    account: Account = entry.account
    kind, detail = _TYPES[entry.kind]
    return {
        "Id": entry.id,
        "Name": account.name,
        "SubAccount": entry.parent is not None,
        **({"ParentRef": _ref(entry.parent)} if entry.parent else {}),
        "Active": True,
        "Classification": _CLASSES.get(account.account_class, account.account_class.value.title()),
        "AccountType": kind,
        "AccountSubType": detail,
    }


def _vendor(row: Supplier) -> dict[str, Any]:
    given, _, family = (row.contact_name or "").partition(" ")
    days = row.terms.split()[0] if row.terms else None
    return {
        "Id": row.external_id,
        "DisplayName": row.name,
        **({"GivenName": given, "FamilyName": family} if given else {}),
        **({"PrimaryEmailAddr": {"Address": row.email}} if row.email else {}),
        **({"PrimaryPhone": {"FreeFormNumber": row.phone}} if row.phone else {}),
        **({"TermRef": _ref(days)} if days else {}),
        "CurrencyRef": _ref(row.currency or ""),
        "Active": row.active,
    }


def _entry(row: Bill | BillPayment | CreditNote | Expense, on: date, *, void: bool) -> dict[str, Any]:
    return {
        "Id": row.external_id,
        "SyncToken": "0",
        "TxnDate": f"{on}",
        "CurrencyRef": _ref(row.currency),
        **({} if row.rate is None else {"ExchangeRate": row.rate}),
        "TotalAmt": 0 if void else row.total,
        **({"PrivateNote": "Voided"} if void else {}),
    }


def _bill(row: Bill) -> dict[str, Any]:
    void = row.status is BillStatus.VOID
    days = row.terms.split()[0] if row.terms else None
    return {
        **_entry(row, row.issued_on, void=void),
        "VendorRef": _ref(row.supplier_id or ""),
        **({"DueDate": f"{row.due_on}"} if row.due_on else {}),
        **({"DocNumber": row.number} if row.number else {}),
        **({"SalesTermRef": _ref(days)} if days else {}),
        "Balance": 0 if void else row.amount_due,
        "APAccountRef": _ref(account_id("2100")),
        **({"TxnTaxDetail": {"TotalTax": row.tax}} if row.tax and not void else {}),
        "Line": [] if void else [_line(line) for line in row.lines],
    }


def _line(line: BillLine | ExpenseLine, *, void: bool = False) -> dict[str, Any]:
    shared = {"Id": "1", "Amount": 0 if void else line.net, "Description": line.description}
    if isinstance(line, BillLine) and line.account_id == _GOODS:
        bought = {"ItemRef": _ref("9", "Goods"), "Qty": line.quantity, "UnitPrice": line.unit_price}
        return {**shared, "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": bought}
    detail = {"AccountRef": _ref(line.account_id or ""), "BillableStatus": "NotBillable"}
    return {**shared, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}


def _paid_by(row: BillPayment | Expense) -> tuple[str, dict[str, str], str]:
    """The kind of payment, the account with its name, and whether a check was printed."""
    kind = "CreditCard" if row.stated_method is PaymentMethod.CREDIT_CARD else "Check"
    key = row.account_id or ""
    printed = "PrintComplete" if row.stated_method is PaymentMethod.CHEQUE else "NotSet"
    return kind, _ref(key, BY_ID[key].account.name), printed


def _noted(row: BillPayment | Expense) -> dict[str, str]:
    return {"PrivateNote": row.note} if row.note and row.status is not EntryStatus.VOID else {}


def _bill_payment(books: Books, row: BillPayment) -> dict[str, Any]:
    void = row.status is EntryStatus.VOID
    kind, account, printed = _paid_by(row)
    paid = (
        {"CreditCardPayment": {"CCAccountRef": account}}
        if kind == "CreditCard"
        else {"CheckPayment": {"BankAccountRef": account, "PrintStatus": printed}}
    )
    lines = [_linked(part.amount, part.bill_id) for part in row.allocations]
    number = row_number(row.external_id)
    if number % PAYMENTS == _CREDITED:
        note = books.credit_notes[number // PAYMENTS * NOTES]
        lines = [
            _linked(row.total + note.total, row.allocations[0].bill_id),
            _linked(note.total, note.external_id, "VendorCredit"),
        ]
    return {
        **_entry(row, row.paid_on, void=void),
        **_noted(row),
        "VendorRef": _ref(row.supplier_id or ""),
        "PayType": kind,
        **paid,
        **({} if void else {"Line": lines}),
    }


def _linked(amount: Decimal, key: str, kind: str = "Bill") -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": key, "TxnType": kind}]}


def _vendor_credit(row: CreditNote) -> dict[str, Any]:
    void = row.status is EntryStatus.VOID
    return {**_entry(row, row.issued_on, void=void), "VendorRef": _ref(row.supplier_id or ""), "DocNumber": row.number}


def _purchase(row: Expense) -> dict[str, Any]:
    """What is neither a card's nor a printed check is cash to it, wherever the money comes from."""
    void = row.status is EntryStatus.VOID
    kind, account, printed = _paid_by(row)
    who = (
        {**_ref(row.supplier_id), "type": "Vendor"}
        if row.supplier_id
        else {**_ref("77", row.contact_name), "type": "Customer"}
    )
    return {
        **_entry(row, row.spent_on, void=void),
        **_noted(row),
        "PaymentType": kind if kind == "CreditCard" or printed != "NotSet" else "Cash",
        "PrintStatus": printed,
        "AccountRef": account,
        "EntityRef": who,
        "Credit": False,
        "Line": [_line(line, void=void) for line in row.lines],
    }


def _months(call: Call, books: Books) -> list[date]:
    if call.query.get("summarize_column_by") != "Month" or call.query.get("accounting_method") != "Accrual":
        raise Refused(400, "this fake prints a column a month, on accrual")
    first, last = (date.fromisoformat(call.query[name]) for name in ("start_date", "end_date"))
    return [month for month in books.months if first <= month <= last]


def _report(call: Call, rows: list[dict[str, Any]], books: Books, *, total: bool) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [{"ColTitle": "", "ColType": "Account", "MetaData": [_named("ColKey", "account")]}]
    for month in _months(call, books):
        ends = min(month_end(month), books.today)
        data = [_named("StartDate", f"{month}"), _named("EndDate", f"{ends}"), _named("ColKey", f"{month:%b %Y}")]
        columns.append({"ColTitle": f"{month:%b %Y}", "ColType": "Money", "MetaData": data})
    if total:
        columns.append({"ColTitle": "Total", "ColType": "Money", "MetaData": [_named("ColKey", "total")]})
    options = [_named("AccountingStandard", "GAAP"), _named("NoReportData", "false")]
    header = {"ReportBasis": "Accrual", "SummarizeColumnsBy": "Month", "Currency": books.base, "Option": options}
    return {"Header": header, "Columns": {"Column": columns}, "Rows": {"Row": rows}}


def _named(name: str, value: str) -> dict[str, str]:
    return {"Name": name, "Value": value}


class _Table:
    """Accounts by the amounts of some months, and sums of them; `total` adds the column of a profit and loss."""

    def __init__(self, months: Sequence[Sequence[tuple[Entry, Decimal]]], *, total: bool) -> None:
        self.months = [dict(month) for month in months]
        self.total = total

    def of(self, *kinds: str) -> list[Entry]:
        """The accounts of these kinds that stand at anything in any month."""
        return [entry for entry in CHART if entry.kind in kinds and any(entry in month for month in self.months)]

    def sums(self, *kinds: str) -> list[Decimal]:
        return [
            sum((amount for entry, amount in month.items() if entry.kind in kinds), Decimal(0)) for month in self.months
        ]

    def cells(self, label: str, amounts: Amounts, key: str | None = None) -> dict[str, Any]:
        told = [{"value": "" if amount is None else f"{amount:.2f}"} for amount in amounts]
        if self.total:
            every = [amount for amount in amounts if amount is not None]
            told.append({"value": f"{sum(every):.2f}" if every else ""})
        return {"ColData": [{"value": label, **({"id": key} if key else {})}, *told]}

    def account(self, entry: Entry, among: Sequence[Entry]) -> dict[str, Any]:
        """A row; for one with others below it a section, what is its own in the heading."""
        own = [month.get(entry) for month in self.months]
        below = [one for one in among if one.parent == entry.id]
        if not below:
            return {**self.cells(entry.account.name, own, entry.id), "type": "Data"}
        every = [entry, *below]
        whole = [sum((month.get(one) or Decimal(0) for one in every), Decimal(0)) for month in self.months]
        return {
            "Header": self.cells(entry.account.name, own, entry.id),
            "Rows": {"Row": [self.account(one, ()) for one in below]},
            "Summary": self.cells(f"Total {entry.account.name}", whole),
            "type": "Section",
        }

    def accounts(self, *kinds: str) -> Iterator[dict[str, Any]]:
        found = self.of(*kinds)
        shown = {entry.id for entry in found}
        yield from (self.account(entry, found) for entry in found if entry.parent not in shown)

    def section(self, title: str, group: str, *kinds: str) -> dict[str, Any]:
        return self.over(title, group, list(self.accounts(*kinds)), self.sums(*kinds))

    def over(self, title: str, group: str, rows: list[Any], sums: Amounts, total: str = "") -> dict[str, Any]:
        return {
            "Header": self.cells(title, [None] * len(self.months)),
            **({"Rows": {"Row": rows}} if rows else {}),
            "Summary": self.cells(total or f"Total {title}", sums),
            "type": "Section",
            "group": group,
        }

    def left(self, title: str, group: str, amounts: Amounts) -> dict[str, Any]:
        """What is left after several sections: a summary and nothing else."""
        return {"Summary": self.cells(title, amounts), "type": "Section", "group": group}


def _less(one: Sequence[Decimal], other: Sequence[Decimal]) -> list[Decimal]:
    return [left - right for left, right in zip(one, other, strict=True)]


def _plus(one: Sequence[Decimal], other: Sequence[Decimal]) -> list[Decimal]:
    return [left + right for left, right in zip(one, other, strict=True)]


def _made(books: Books, months: Sequence[date]) -> list[dict[str, Any]]:
    table = _Table([books.made(month, month) for month in months], total=True)
    others = ("interest", "exchange", "depreciation_cost")
    gross = _less(table.sums("sales", "discounts"), table.sums("cost_of_sales"))
    operating = _less(gross, table.sums("overhead"))
    other = _less(table.sums("other_income"), table.sums(*others))
    return [
        table.section("Income", "Income", "sales", "discounts"),
        table.section("Cost of Goods Sold", "COGS", "cost_of_sales"),
        table.left("Gross Profit", "GrossProfit", gross),
        table.section("Expenses", "Expenses", "overhead"),
        table.left("Net Operating Income", "NetOperatingIncome", operating),
        table.section("Other Income", "OtherIncome", "other_income"),
        table.section("Other Expenses", "OtherExpenses", *others),
        table.left("Net Other Income", "NetOtherIncome", other),
        table.left("Net Income", "NetIncome", _plus(operating, other)),
    ]


def _stood(books: Books, months: Sequence[date]) -> list[dict[str, Any]]:
    table = _Table([books.stood(month) for month in months], total=False)
    current, fixed = ("bank", "cash", "debtors", "stock", "prepayments"), ("equipment", "depreciation")
    owed_now = ("creditors", "card", "tax", "payroll")
    now = [
        table.section("Bank Accounts", "BankAccounts", "bank", "cash"),
        table.section("Accounts Receivable", "AR", "debtors"),
        table.section("Other Current Assets", "OtherCurrentAssets", "stock", "prepayments"),
    ]
    soon = [
        table.section("Accounts Payable", "AP", "creditors"),
        table.section("Credit Cards", "CreditCards", "card"),
        table.section("Other Current Liabilities", "OtherCurrentLiabilities", "tax", "payroll"),
    ]
    made = [books.result(month) for month in months]
    own = [*table.accounts("shares", "drawings", "retained"), {**table.cells("Net Income", made), "type": "Data"}]
    equity, owed = _plus(table.sums("shares", "drawings", "retained"), made), table.sums(*owed_now, "loan")
    assets = [
        table.over("Current Assets", "CurrentAssets", now, table.sums(*current)),
        table.section("Fixed Assets", "FixedAssets", *fixed),
    ]
    liabilities = [
        table.over("Current Liabilities", "CurrentLiabilities", soon, table.sums(*owed_now)),
        table.section("Long-Term Liabilities", "LongTermLiabilities", "loan"),
    ]
    both = [
        table.over("Liabilities", "Liabilities", liabilities, owed),
        table.over("Equity", "Equity", own, equity),
    ]
    return [
        table.over("ASSETS", "TotalAssets", assets, table.sums(*current, *fixed), "TOTAL ASSETS"),
        table.over(
            "LIABILITIES AND EQUITY",
            "TotalLiabilitiesAndEquity",
            both,
            _plus(owed, equity),
            "TOTAL LIABILITIES AND EQUITY",
        ),
    ]
