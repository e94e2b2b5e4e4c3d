"""Sage Accounting: reads version 3.1 of its API, one business at a time (the X-Business header).

It has no statements. They are made of what every ledger account came to since the books began: Sage closes no year.
Lists lead from page to page by `$next`, a path that repeats none of our parameters, so these are sent again. A cursor
is the place in a part's lists, and that path. Refunds by suppliers are no payments to them and are not asked for.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

from linkflow.domain import books
from linkflow.domain.books import Statement
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.domain.trial_balances import ClosingBalance
from linkflow.outbound.errors import BadAnswer
from linkflow.providers import _sage_rows as rows
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, inside, listed, page, stamp, text, walk, window, word
from linkflow.providers._sage_rows import Around, Bank
from linkflow.providers._statements import derived_lines, months_to_know

INCREMENTAL: frozenset[str] = frozenset({"bills", "credit_notes", "bill_payments", "expenses"})
MONTHS_AT_ONCE = 3
BEGINNING = "1970-01-01"
"""From here balances are asked for: before anybody's books. [U] that Sage takes so early a day."""
YEAR_END = "12-31"
"""Where the settings do not say: it only decides which of two lines of equity a year's result stands on."""
_ALLOCATED = {"show_payments_allocations": "true"}
_LISTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "accounts": {"ledger_accounts": {}},
    "suppliers": {"contacts": {"contact_type_id": "VENDOR", "nested_attributes": "all"}},
    "bills": {"purchase_invoices": _ALLOCATED, "purchase_quick_entries": _ALLOCATED},
    "credit_notes": {"purchase_credit_notes": _ALLOCATED, "purchase_quick_entries": _ALLOCATED},
    "bill_payments": {"contact_payments": {"transaction_type_id": "VENDOR_PAYMENT"}},
    "expenses": {"other_payments": {"transaction_type_id": "OTHER_PAYMENT"}},
}
_Build = Callable[[Row, Around], books.Record | None]
_BUILDERS: Mapping[tuple[str, str], _Build] = {
    ("accounts", "ledger_accounts"): rows.account,
    ("suppliers", "contacts"): rows.supplier,
    ("bills", "purchase_invoices"): rows.invoice,
    ("bills", "purchase_quick_entries"): rows.quick_bill,
    ("credit_notes", "purchase_credit_notes"): rows.credit_note,
    ("credit_notes", "purchase_quick_entries"): rows.quick_credit,
    ("bill_payments", "contact_payments"): rows.payment,
    ("expenses", "other_payments"): rows.expense,
}
"""A quick entry is a bill or a credit note, and each part keeps its own kind."""
_NEEDS_BANKS = {"accounts", "bill_payments", "expenses"}


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """Every business the user may open."""

    def read(following: str | None) -> tuple[list[Any], str | None]:
        answer = session.get(following or "businesses", params={"attributes": "all"}).json()
        return listed(answer, "$items"), _next(answer)

    found = [row for row in walk(read) if isinstance(row, dict) and word(row, "id")]
    return tuple(
        Tenant(id=row["id"], name=name, country=_country(row))
        for row in found
        if (name := word(row, "name") or word(row, "displayed_as"))
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types)


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a business's books."""
    if part == "company":
        business = _one(session, f"businesses/{asked.tenant_id}", asked)
        settings = _one(session, "financial_settings", asked)
        return page([business], lambda row: rows.company(row, settings), kind=part)
    if part in list(Statement):
        return _statement(session, Statement(part), asked)
    return _list(session, part, asked)


def _list(session: ApiSession, part: str, asked: Asked) -> Page:
    lists = _wanted(part, asked)
    place, _, following = (asked.cursor or "0 ").partition(" ")
    path, params = lists[int(place)]
    answer = _read(session, following or path, asked, params)
    around = Around(
        banks=_banks(session, asked) if part in _NEEDS_BANKS else {},
        settings=_one(session, "financial_settings", asked) if part == "expenses" else {},
    )
    later, last = _next(answer), int(place) + 1 == len(lists)
    cursor = f"{place} {later}" if later else None if last else f"{int(place) + 1} "
    total = answer.get("$total") if len(lists) == 1 else None
    build = _BUILDERS[part, path]
    return page(listed(answer, "$items"), lambda row: build(row, around), kind=part, following=cursor, total=total)


def _wanted(part: str, asked: Asked) -> list[tuple[str, Mapping[str, str]]]:
    """The lists of a part, each as a path and its parameters: whole, or what changed and then what was deleted."""
    dated = {"from_date": f"{asked.period.first_month}"} if part in INCREMENTAL else {}
    if asked.since is None:
        return [(path, {**own, **dated}) for path, own in _LISTS[part].items()]
    # `deleted_since` leaves out what was deleted at that very time.
    times = {"updated_or_created_since": stamp(asked.since), "deleted_since": stamp(asked.since - timedelta(seconds=1))}
    return [(path, {**own, **dated, key: at}) for path, own in _LISTS[part].items() for key, at in times.items()]


def _statement(session: ApiSession, statement: Statement, asked: Asked) -> Page:
    months, following = window(asked.period, asked.cursor, MONTHS_AT_ONCE)
    year_end = _year_end(session, asked)
    around = Around(_banks(session, asked))
    accounts: dict[str, books.Account] = {}
    balances: list[ClosingBalance] = []
    aside: dict[str | None, books.SetAside] = {}

    def keep(month: date, row: Row) -> None:
        try:
            account = rows.account(row, around)
        except (KeyError, TypeError, ValueError, AttributeError):
            return  # The accounts came before and have set it aside.
        balances.append(ClosingBalance(account.external_id, month, rows.balance(row)))
        accounts[account.external_id] = account

    for month in months_to_know(statement, months, year_end=year_end):
        found = page(_ledger(session, asked, month), partial(keep, month), kind=statement.value)
        aside |= {one.external_id: one for one in found.set_aside}
    lines = derived_lines(statement, months, balances, accounts.values(), year_end=year_end)
    return Page(lines, following, tuple(aside.values()))


def _ledger(session: ApiSession, asked: Asked, month: date) -> list[Any]:
    """Every ledger account with what it came to from the beginning to the end of a month."""
    balances = {
        "show_balance_details": "true",
        "exclude_deleted_entries": "true",
        "from_date": BEGINNING,
        "to_date": f"{books.month_end(month)}",
    }
    return _whole(session, "ledger_accounts", asked, balances)


def _year_end(session: ApiSession, asked: Asked) -> str:
    with suppress(TypeError, ValueError):
        return rows.year_end(_one(session, "financial_settings", asked)) or YEAR_END
    return YEAR_END


def _banks(session: ApiSession, asked: Asked) -> Mapping[str, Bank]:
    found: dict[str, Bank] = {}
    for row in _whole(session, "bank_accounts", asked):
        with suppress(KeyError, TypeError, AttributeError):  # Then nobody knows what was paid from it.
            found[text(row, "id")] = rows.bank(row)
    return found


def _whole(session: ApiSession, path: str, asked: Asked, params: Mapping[str, str] | None = None) -> list[Any]:
    def read(following: str | None) -> tuple[list[Any], str | None]:
        answer = _read(session, following or path, asked, params)
        return listed(answer, "$items"), _next(answer)

    return walk(read)


def _read(session: ApiSession, path: str, asked: Asked, params: Mapping[str, str] | None = None) -> Row:
    """A page of a list with every attribute of its rows."""
    wanted = {**(params or {}), "attributes": "all", "items_per_page": str(session.page_size)}
    return _one(session, path, asked, wanted)


def _one(session: ApiSession, path: str, asked: Asked, params: Mapping[str, str] | None = None) -> Row:
    found = session.get(path, params=params, headers={"X-Business": asked.tenant_id}).json()
    if not isinstance(found, dict):
        raise BadAnswer(reason="no object")
    return found


def _country(row: Row) -> str | None:
    with suppress(TypeError):
        return word(inside(row, "country"), "id")
    return None


def _next(answer: Any) -> str | None:
    return word(answer, "$next") if isinstance(answer, dict) else None
