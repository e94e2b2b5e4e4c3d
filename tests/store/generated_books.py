"""Books by chance: every status, method, gap and tie that a spend analysis must agree about."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    Bill,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    EntryStatus,
    Expense,
    PaymentMethod,
    Record,
)
from linkflow.domain.spend import SpendBooks

ACCOUNTS = (
    Account(external_id="bank", name="Current account", account_class=AccountClass.ASSET, is_bank=True),
    Account(external_id="card", name="Barclaycard", account_class=AccountClass.LIABILITY, is_card=True),
    Account(external_id="till", name="Petty cash", account_class=AccountClass.ASSET),
)

# Few values, so that ties, several allocations of a bill and empty corners are common.
_money = st.sampled_from(["0.00", "0.01", "10.00", "10.05", "33.33", "1000000.10", "-5.00"]).map(Decimal)
_days = st.sampled_from([0, 46, 47, 60, 61, 92, 411, 412, 500]).map(lambda days: date(2024, 11, 15) + timedelta(days))
_supplier = st.sampled_from([None, "s1", "s2", "s3"])
_currency = st.sampled_from([("GBP", None), ("GBP", "1"), ("USD", "0.7777"), ("JPY", "0.0051")])
_entry = {
    "account_id": st.sampled_from([None, "bank", "card", "till", "gone"]),
    "stated_method": st.sampled_from([None, *PaymentMethod]),
    "note": st.sampled_from([None, "Ref 1", "Direct debit 9", "cash"]),
    "status": st.sampled_from([*EntryStatus, EntryStatus.POSTED, EntryStatus.POSTED]),
}


@st.composite
def spend_books(draw: st.DrawFn) -> SpendBooks:
    """One connection's books."""
    bills = draw(st.lists(_bills(), max_size=8))
    numbered = tuple(replace(bill, external_id=f"b{place}") for place, bill in enumerate(bills))
    return SpendBooks(
        "GBP",
        ACCOUNTS,
        numbered,
        _numbered(draw(st.lists(_payments(), max_size=8))),
        _numbered(draw(st.lists(_credit_notes(), max_size=3))),
        _numbered(draw(st.lists(_expenses(), max_size=4))),
    )


def records(books: SpendBooks) -> tuple[Record, ...]:
    """The same books as a pull would bring them."""
    company = Company(external_id="co", name="Abra", base_currency=books.base_currency)
    return (company, *books.accounts, *books.payments, *books.bills, *books.credit_notes, *books.expenses)


def _numbered(rows: list[Any]) -> tuple[Any, ...]:
    return tuple(replace(row, external_id=f"x{place}") for place, row in enumerate(rows))


def _money_row(**more: Any) -> Any:
    return st.tuples(_currency, st.fixed_dictionaries({"supplier_id": _supplier, "total": _money, **more})).map(
        lambda pair: {
            "external_id": "?",
            "currency": pair[0][0],
            "rate": pair[0][1] and Decimal(pair[0][1]),
            **pair[1],
        }
    )


def _bills() -> Any:
    more = {"amount_due": _money, "status": st.sampled_from(list(BillStatus)), "issued_on": _days}
    rows = _money_row(**more, due_on=st.none() | _days)
    return rows.map(lambda row: Bill(net=row["total"], tax=Decimal(0), **row))


def _allocations() -> Any:
    some = st.builds(Allocation, bill_id=st.sampled_from(["b0", "b1", "b2", "gone"]), amount=_money)
    return st.lists(some, max_size=3).map(tuple)


def _payments() -> Any:
    return _money_row(**_entry, paid_on=_days, allocations=_allocations()).map(lambda row: BillPayment(**row))


def _credit_notes() -> Any:
    return _money_row(status=_entry["status"], issued_on=_days).map(lambda row: CreditNote(**row))


def _expenses() -> Any:
    return _money_row(**_entry, spent_on=_days).map(lambda row: Expense(**row))
