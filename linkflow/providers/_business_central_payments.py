"""Payments to suppliers, from the general ledger: Business Central has no list of those that are posted.

An entry says which account and which document it belongs to, and no supplier. A payment takes off what is owed to
suppliers; from what it was paid is the other side. What is owed to them stands on those liabilities that invoices are
credited to, which nobody posts to by hand as a rule. Amounts are in the base currency.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, takewhile
from typing import Any

from linkflow.domain import books
from linkflow.domain.books import AccountClass
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._business_central_balances import chart_rows
from linkflow.providers._business_central_lists import company_of, one_page
from linkflow.providers._business_central_rows import account
from linkflow.providers._rows import Row, day, money_or_zero, read, text, word


@dataclass(frozen=True)
class _Entry:
    id: str
    number: int
    document: str
    posted_on: date
    account_id: str
    amount: Decimal
    about: str | None


@dataclass(frozen=True)
class _Place:
    """Behind which entry a page begins, and the ids of accounts that stay the same for all pages."""

    after: int
    owed: Sequence[str]
    banks: Sequence[str]
    cards: Sequence[str]
    """Other liabilities that nobody posts to by hand: what is paid by card is owed on one of them."""


def bill_payments(session: ApiSession, asked: Asked, *, base: str) -> Page:
    """A page of entries, but for the last document in it, which may go on: its entries begin the next page."""
    place = _Place(**json.loads(asked.cursor)) if asked.cursor else _beginning(session, asked)
    since = f"documentType eq 'Payment' and postingDate ge {asked.period.first_month}"
    rows = _entries(session, asked, f"entryNumber gt {place.after} and {since}", session.page_size)
    found, aside = read(rows, _entry, kind="bill_payments")
    goes_on = len(rows) >= session.page_size
    whole = _without_the_last(found) if goes_on else found
    kept = [one for document in _documents(whole) for one in _payment(document, place, base)]
    following = json.dumps({**vars(place), "after": whole[-1].number}) if goes_on else None
    return Page(tuple(kept), following, aside)


def _entries(session: ApiSession, asked: Asked, wanted: str, most: int) -> list[Any]:
    params = {"$filter": wanted, "$orderby": "entryNumber", "$top": str(most)}
    rows, _ = one_page(session, f"{company_of(asked.tenant_id)}/generalLedgerEntries", params)
    return rows


def _beginning(session: ApiSession, asked: Asked) -> _Place:
    rows = chart_rows(session, asked)
    chart, _ = read(rows, account, kind="accounts")
    by_hand = {row.get("id") for row in rows if isinstance(row, dict) and row.get("directPosting")}
    liabilities = [one for one in chart if one.account_class is AccountClass.LIABILITY]
    likely = [one for one in liabilities if one.external_id not in by_hand] or liabilities
    owed = [one for one in likely if one.code and _has_invoices(session, asked, one.code)] or likely
    cards = [one for one in likely if one not in owed]
    banks = [one for one in chart if one.is_bank]
    return _Place(0, *([one.external_id for one in some] for some in (owed, banks, cards)))


def _has_invoices(session: ApiSession, asked: Asked, code: str) -> bool:
    number = code.replace("'", "''")
    wanted = f"accountNumber eq '{number}' and documentType eq 'Invoice' and creditAmount gt 0"
    return bool(_entries(session, asked, wanted, 1))


def _entry(row: Row) -> _Entry:
    number = row["entryNumber"]
    if not isinstance(number, int):
        raise TypeError("entryNumber")
    return _Entry(
        id=text(row, "id"),
        number=number,
        document=word(row, "documentNumber") or "",
        posted_on=day(row, "postingDate"),
        account_id=text(row, "accountId"),
        amount=money_or_zero(row, "debitAmount") - money_or_zero(row, "creditAmount"),
        about=word(row, "description"),
    )


def _without_the_last(entries: Sequence[_Entry]) -> Sequence[_Entry]:
    """All of them where they are one document only."""
    if not entries:
        raise BadAnswer(reason="no entry of a whole page can be read")
    many = sum(1 for _ in takewhile(lambda one: _key(one) == _key(entries[-1]), reversed(entries)))
    return entries[:-many] or entries


def _documents(entries: Iterable[_Entry]) -> Iterable[list[_Entry]]:
    """What was posted at once: what takes a payment back has its number and its day, and comes later."""
    return [list(those) for _, those in groupby(entries, _key)]


def _key(entry: _Entry) -> tuple[str, date]:
    return entry.document, entry.posted_on


def _payment(entries: Sequence[_Entry], place: _Place, base: str) -> Iterable[books.BillPayment]:
    """One for a document that takes off what is owed; below zero for one that takes a payment back."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in entries:
        sums[one.account_id] += one.amount
    total = sum((sums[key] for key in place.owed if key in sums), Decimal(0))
    if total:
        first = next(one for one in entries if one.account_id in place.owed)
        others = {key: amount for key, amount in sums.items() if key not in place.owed}
        yield books.BillPayment(
            external_id=first.id,
            paid_on=first.posted_on,
            currency=base,
            total=total,
            account_id=_paid_from(others, total, place),
            note=first.about,
        )


def _paid_from(others: Mapping[str, Decimal], total: Decimal, place: _Place) -> str | None:
    """The only account on the other side, or the only bank or card among them; discounts taken are there, too."""
    possible = [key for key, amount in others.items() if amount * total < 0]
    for known in (possible, place.banks, place.cards):
        found = [key for key in possible if key in known]
        if len(found) == 1:
            return found[0]
    return None
