"""Exact Online: reads its OData API, one division at a time, at the host of the customer's country.

Exact itself chooses the size of pages: 60 rows, or 1000 of what it calls bulk. A cursor is the address of the next one.
What is still open of a bill and what was paid of it are both told by its payments. Credit notes come among the bills.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.providers import _exact_rows as rows
from linkflow.providers._exact_balances import balance_sheet, chart_rows, financial_year_end, profit_and_loss
from linkflow.providers._exact_lists import columns, every_row, one_page
from linkflow.providers._exact_rows import Around
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, number_or_text, page, read, word

INCREMENTAL: frozenset[str] = frozenset()
"""What changed could be asked for; what was deleted only elsewhere."""
_DIVISION = ("Code", "Description", "CustomerName", "Country", "Currency")
_COMPANY = (
    *_DIVISION, "ChamberOfCommerceNumber", "VATNumber", "AddressLine1", "AddressLine2", "AddressLine3", "Postcode",
    "City", "Phone",
)  # fmt: skip
_SUPPLIER = (
    "ID", "Name", "Email", "Phone", "VATNumber", "ChamberOfCommerce", "AddressLine1", "AddressLine2", "AddressLine3",
    "Postcode", "City", "Country", "Blocked", "PurchaseCurrency", "PaymentConditionPurchase",
    "PaymentConditionPurchaseDescription",
)  # fmt: skip
_ENTRY = (
    "EntryID", "EntryNumber", "EntryDate", "DueDate", "Type", "Status", "Supplier", "InvoiceNumber", "YourRef",
    "Currency", "AmountDC", "AmountFC", "VATAmountFC", "PaymentCondition", "PaymentConditionDescription",
    "PurchaseEntryLines",
)  # fmt: skip
_PAYMENT = (
    "ID", "Account", "Currency", "AmountDC", "AmountFC", "BankAccountID", "EntryDate", "EndDate", "PaymentMethod",
    "PaymentBatchNumber", "CashflowTransactionBatchCode", "Status", "TransactionType", "TransactionEntryID",
    "Description", "PaymentReference",
)  # fmt: skip
_PAYMENTS = "bulk/Cashflow/Payments"
_PROCESSED = 40
"""Of a payment; below it, it is still to be made."""


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """Every division the user may open; the current one leads to their list."""
    found, _ = one_page(session, "current/Me", columns("CurrentDivision"))
    current = next((row.get("CurrentDivision") for row in found if isinstance(row, dict)), None)
    if not isinstance(current, int):
        return ()
    listed = every_row(session, f"{current}/system/Divisions", columns(*_DIVISION))
    told, _ = read(listed, _tenant, kind="divisions", key="Code")
    return tuple(told)


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types, without={"credit_notes", "expenses"})


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a division's books."""
    return _PULLS[part](session, asked)


def _company(session: ApiSession, asked: Asked) -> Page:
    wanted = {"$filter": f"Code eq {asked.tenant_id}", **columns(*_COMPANY)}
    found, _ = one_page(session, f"{asked.tenant_id}/system/Divisions", wanted)
    found = [row for row in found if isinstance(row, dict) and str(row.get("Code")) == asked.tenant_id]
    year_end = financial_year_end(session, asked)
    return page(found, lambda row: rows.company(row, year_end), kind="company", key="Code")


def _accounts(session: ApiSession, asked: Asked) -> Page:
    return page(chart_rows(session, asked.tenant_id), rows.account, kind="accounts", key="ID")


def _suppliers(session: ApiSession, asked: Asked) -> Page:
    # [U] `IsSupplier` may be another word in some country.
    wanted = {"$filter": "IsSupplier eq true", **columns(*_SUPPLIER)}
    found, following = _next(session, asked, "bulk/CRM/Accounts", wanted)
    return page(found, rows.supplier, kind="suppliers", key="ID", following=following)


def _bills(session: ApiSession, asked: Asked) -> Page:
    since = {"$filter": f"EntryDate ge datetime'{asked.period.first_month}'", "$expand": "PurchaseEntryLines"}
    found, following = _next(session, asked, "purchaseentry/PurchaseEntries", {**since, **columns(*_ENTRY)})
    around = Around(open_amounts=_open_amounts(session, asked))
    return page(found, lambda row: rows.entry(row, around), kind="bills", key="EntryID", following=following)


def _bill_payments(session: ApiSession, asked: Asked) -> Page:
    first = asked.period.first_month
    made = f"Status ge {_PROCESSED} and (EntryDate ge datetime'{first}' or EndDate ge datetime'{first}')"
    found, following = _next(session, asked, _PAYMENTS, {"$filter": made, **columns(*_PAYMENT)})
    around = Around(ledger_of_bank=_ledger_of_bank(session, asked), since=first)
    return page(found, lambda row: rows.payment(row, around), kind="bill_payments", key="ID", following=following)


_PULLS: Mapping[str, Callable[[ApiSession, Asked], Page]] = {
    "company": _company,
    "accounts": _accounts,
    "profit_and_loss": profit_and_loss,
    "balance_sheet": balance_sheet,
    "suppliers": _suppliers,
    "bills": _bills,
    "bill_payments": _bill_payments,
}


def _next(session: ApiSession, asked: Asked, path: str, params: Mapping[str, str]) -> tuple[list[Any], str | None]:
    return one_page(session, f"{asked.tenant_id}/{path}", params, cursor=asked.cursor)


def _tenant(row: Row) -> Tenant:
    return Tenant(
        id=number_or_text(row, "Code"),
        name=word(row, "Description") or word(row, "CustomerName") or number_or_text(row, "Code"),
        legal_name=word(row, "CustomerName"),
        country=word(row, "Country"),
        currency=word(row, "Currency"),
    )


def _open_amounts(session: ApiSession, asked: Asked) -> Mapping[str, Decimal]:
    """Purchase entry → what is still to be paid of it."""
    wanted = {
        "$filter": f"Status lt {_PROCESSED}",
        **columns("ID", "TransactionEntryID", "TransactionType", "AmountFC"),
    }
    found, _ = read(every_row(session, f"{asked.tenant_id}/{_PAYMENTS}", wanted), rows.to_pay, kind="bills", key="ID")
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in filter(None, found):
        sums[part.bill_id] += part.amount
    return sums


def _ledger_of_bank(session: ApiSession, asked: Asked) -> Mapping[str, str]:
    """The company's own bank account → the ledger account behind it, by their journals."""
    listed = every_row(session, f"{asked.tenant_id}/financial/Journals", columns("BankAccountID", "GLAccount"))
    pairs = [(word(row, "BankAccountID"), word(row, "GLAccount")) for row in listed if isinstance(row, dict)]
    return {bank: ledger for bank, ledger in pairs if bank and ledger}
