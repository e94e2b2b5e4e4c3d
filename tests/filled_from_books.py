"""A template filled in from books that were pulled, as a bookkeeper would: what they would type, row by row."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import (
    Account,
    AccountClass,
    Bill,
    BillPayment,
    Company,
    EntryStatus,
    Expense,
    LineKind,
    Record,
    StatementLine,
    Supplier,
)
from tests.filled import BOTH, Sheets, filled

_CREDIT = {AccountClass.LIABILITY, AccountClass.EQUITY, AccountClass.INCOME}
_MADE = {AccountClass.INCOME, AccountClass.EXPENSE}


def filled_from(parts: Mapping[str, Sequence[Record]], *, result: str, over: date) -> bytes:
    """Both kinds of sheets; `result` is the account of the year's result, `over` the last day that counts."""
    accounts = {one.external_id: one for one in parts["accounts"] if isinstance(one, Account)}
    company = next(one for one in parts["company"] if isinstance(one, Company))
    lines = [one for name in ("profit_and_loss", "balance_sheet") for one in parts[name]]
    bills = {one.external_id for one in parts["bills"]}
    rows: Sheets = {
        "Company": [_company(company)],
        "Accounts": [_account(one) for one in accounts.values()],
        "Trial balance": list(_balances(lines, accounts, result, over, str(company.year_end))),  # type: ignore[arg-type]
        "Suppliers": [_supplier(one) for one in parts["suppliers"] if isinstance(one, Supplier)],
        "Bills": [_bill(one) for one in parts["bills"] if isinstance(one, Bill)],
        "Bill lines": [row for one in parts["bills"] if isinstance(one, Bill) for row in _lines(one, accounts)],
        "Payments": [row for one in parts["bill_payments"] for row in _payments(one, accounts, bills)],  # type: ignore[arg-type]
        "Expenses": [row for one in parts["expenses"] for row in _expenses(one, accounts)],  # type: ignore[arg-type]
    }
    return filled(BOTH, rows)


def _company(one: Company) -> dict[str, Any]:
    named = {"Name": one.name, "Legal name": one.legal_name, "Base currency": one.base_currency}
    return {**named, "Country": one.country, "Financial year ends": one.year_end, "Address": one.addresses[0]}


def _account(one: Account) -> dict[str, Any]:
    kind = one.account_class.value
    return {
        "Account id": one.external_id, "Code": one.code, "Name": one.name, "Class": kind, "Type": one.software_type,
        "Active": "yes" if one.active else "no", "Is bank": one.is_bank, "Is card": one.is_card,
    }  # fmt: skip


def _balances(
    lines: Sequence[StatementLine], accounts: Mapping[str, Account], result: str, over: date, year_end: str
) -> Iterator[dict[str, Any]]:
    """What each account stood at: the balance sheet's accounts as there, the others' since the year began."""
    by_month: defaultdict[date, dict[str, Decimal]] = defaultdict(dict)
    for line in lines:
        if line.kind is LineKind.LINE and line.account_id and line.period_end <= over:
            by_month[line.period_end][line.account_id] = line.amount
    since: defaultdict[str, Decimal] = defaultdict(Decimal)
    for at, month in enumerate(sorted(by_month)):
        amounts = by_month[month]
        if at and f"{month.month - 1 or 12:02}" == year_end[:2]:
            since.clear()
        for key, amount in amounts.items():
            if accounts[key].account_class in _MADE:
                since[key] += amount
        if not at:
            # What was earned in the year before the first month there is: as if it were all sales.
            made = sum(
                (v if accounts[k].account_class is AccountClass.INCOME else -v for k, v in since.items()), Decimal(0)
            )
            since[next(k for k in since if accounts[k].account_class is AccountClass.INCOME)] += amounts[result] - made
        held = {
            key: amount for key, amount in amounts.items() if accounts[key].account_class not in _MADE and key != result
        }
        for key, amount in {**held, **since}.items():
            debit = -amount if accounts[key].account_class in _CREDIT else amount
            side = "Closing debit" if debit >= 0 else "Closing credit"
            yield {"Account id": key, "Month end": month, side: abs(debit)}


def _supplier(one: Supplier) -> dict[str, Any]:
    told = {"Supplier id": one.external_id, "Name": one.name, "Email": one.email, "Phone": one.phone}
    return {**told, "Currency": one.currency, "Terms": one.terms, "Active": one.active, "First seen": one.first_seen_on}


def _bill(one: Bill) -> dict[str, Any]:
    return {
        "Bill id": one.external_id, "Number": one.number, "Supplier id": one.supplier_id, "Issue date": one.issued_on,
        "Due date": one.due_on, "Currency": one.currency, "Rate": one.rate, "Status": one.status.value, "Net": one.net,
        "Tax": one.tax, "Total": one.total, "Amount due": one.amount_due, "Terms": one.terms,
    }  # fmt: skip


def _lines(one: Bill, accounts: Mapping[str, Account]) -> Iterator[dict[str, Any]]:
    for line in one.lines:
        account = accounts[line.account_id].name if line.account_id else None
        yield {"Bill id": one.external_id, "Account": account, "Net": line.net, "Tax": line.tax}


def _payments(one: BillPayment, accounts: Mapping[str, Account], bills: Collection[str]) -> Iterator[dict[str, Any]]:
    """What it pays of bills older than the months that were read has no bill here to name."""
    told = {
        "Payment id": one.external_id, "Supplier id": one.supplier_id, "Date": one.paid_on, "Total": one.total,
        **_paid(one, accounts),
    }  # fmt: skip
    if one.status is EntryStatus.POSTED:
        named = [allocation for allocation in one.allocations if allocation.bill_id in bills]
        for allocation in named:
            yield {**told, "Bill id": allocation.bill_id, "Amount for this bill": allocation.amount}
        if not named:
            yield told


def _expenses(one: Expense, accounts: Mapping[str, Account]) -> Iterator[dict[str, Any]]:
    if one.status is EntryStatus.POSTED:
        yield {
            "Expense id": one.external_id, "Date": one.spent_on, "Paid to": one.contact_name, "Total": one.total,
            "Supplier id": one.supplier_id, **_paid(one, accounts),
        }  # fmt: skip


def _paid(one: BillPayment | Expense, accounts: Mapping[str, Account]) -> dict[str, Any]:
    method = one.stated_method.value if one.stated_method else None
    source = accounts[one.account_id].name if one.account_id else None
    return {"Paid from": source, "Method": method, "Currency": one.currency, "Rate": one.rate, "Reference": one.note}
