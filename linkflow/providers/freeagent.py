"""FreeAgent: reads the one company a grant is for; records are known by their addresses, kept as what follows its host.

A cursor is the address of the next page, which the Link header names, or a month. Payments and what was spent without
a bill are explanations of bank transactions, listed bank by bank: there it is "currency bank", or "currency bank next".
Of suppliers there are two views, there it is "view" or "view next". Nothing tells what was deleted.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from linkflow.domain.books import Company, Period, Statement, month_end
from linkflow.domain.ports import Answer, ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer, StatusError
from linkflow.providers import _freeagent_records as records
from linkflow.providers import _freeagent_reports as reports
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Build, Row, day, listed, page, walk, window, word

INCREMENTAL: frozenset[str] = frozenset()
_EXPLANATIONS = "bank_transaction_explanations"
_HIDDEN = "hidden"
_GONE = 404


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The company of this grant."""
    found = page([_company(session)], records.company, kind="company").records
    return tuple(
        Tenant(id=one.external_id, name=one.name, country=one.country, currency=one.base_currency)
        for one in found
        if isinstance(one, Company)
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need. A credit note is a bill below zero and comes among the bills."""
    return parts_of(data_types, without={"credit_notes"})


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of the company's books."""
    if part in list(Statement):
        return _month(session, Statement(part), asked)
    if part == "company":
        return page([_company(session)], records.company, kind=part)
    if part == "accounts":
        return _accounts(session)
    if part == "bill_payments":
        return _explanations(session, asked)
    if part == "suppliers":
        return _suppliers(session, asked.cursor)
    if part == "bills":
        wanted = {"view": "all", "nested_bill_items": "true", **_from(asked)}
        return _list(session, asked.cursor, part, wanted, records.bill)
    return _list(session, asked.cursor, part, _from(asked), records.claim)


def _company(session: ApiSession) -> Row:
    answer = session.get("company").json()
    row = answer.get("company") if isinstance(answer, dict) else None
    if not isinstance(row, dict):
        raise BadAnswer(reason="no company")
    return row


def _accounts(session: ApiSession) -> Page:
    """The categories, each with the list it stands in; and the banks, which payments name."""
    answer = session.get("categories", params={"sub_accounts": "true"}).json()
    banks = _banks(session)
    types = {word(bank, "url"): bank.get("type") for bank in banks if isinstance(bank, dict)}
    rows = [
        {**row, "list": name, "bank_type": types.get(word(row, "bank_account"))} if isinstance(row, dict) else row
        for name in records.LISTS
        for row in listed(answer, f"{name}_categories")
    ]
    chart = page(rows, records.category, kind="accounts", key="nominal_code")
    own = page(banks, records.bank, kind="accounts", key="url")
    return Page(chart.records + own.records, set_aside=chart.set_aside + own.set_aside)


def _banks(session: ApiSession) -> list[Any]:
    """The company's own; personal ones of its people are none of it."""
    rows = walk(partial(_page_of, session, "bank_accounts", {}))
    return [row for row in rows if not (isinstance(row, dict) and row.get("is_personal") is True)]


def _list(session: ApiSession, at: str | None, path: str, params: Mapping[str, str], build: Build) -> Page:
    """A page of a list that has the name of its part."""
    answer = _get(session, at, path, params, session.page_size)
    rows = listed(answer.json(), path)
    return page(rows, build, kind=path, key="url", following=_next(answer), total=_total(answer))


def _suppliers(session: ApiSession, cursor: str | None) -> Page:
    """Those in use, then whoever was hidden: bills name them still."""
    view, _, at = (cursor or "suppliers").partition(" ")
    answer = _get(session, at or None, "contacts", {"view": view}, session.page_size)
    further = _next(answer)
    following = f"{view} {further}" if further else _HIDDEN if view != _HIDDEN else None
    return page(listed(answer.json(), "contacts"), records.supplier, kind="suppliers", key="url", following=following)


def _explanations(session: ApiSession, asked: Asked) -> Page:
    """What one bank paid out, a page at a time, then the next bank."""
    if asked.cursor is None:
        return _next_bank(session, after=None)
    currency, bank, *at = asked.cursor.split(" ")
    wanted = {"bank_account": bank, **_from(asked)}
    answer = _get(session, at[0] if at else None, _EXPLANATIONS, wanted, session.page_size)
    rows = listed(answer.json(), _EXPLANATIONS)
    paid = sorted({url for row in rows if (url := records.bill_paid_by(row))})
    listed_bills = _bills(session, at_most=len(paid)) if len(paid) > 1 else {}
    build = records.explanation(currency, {url: listed_bills.get(url) or _paid_bill(session, url) for url in paid})
    found = page(rows, build, kind="bill_payments", key="url")
    further = _next(answer)
    following = f"{currency} {bank} {further}" if further else _next_bank(session, after=bank).next_cursor
    return Page(found.records, following, found.set_aside)


def _next_bank(session: ApiSession, *, after: str | None) -> Page:
    every = [row for row in _banks(session) if isinstance(row, dict) and word(row, "url") and word(row, "currency")]
    urls = [row["url"] for row in every]
    place = urls.index(after) + 1 if after in urls else 0 if after is None else len(urls)
    return Page((), next((f"{row['currency']} {row['url']}" for row in every[place:]), None))


def _bills(session: ApiSession, *, at_most: int) -> dict[str | None, Row]:
    """All bills by address, where that takes fewer calls than one for each of `at_most`; else none."""
    first = _get(session, None, "bills", {"view": "all"}, session.page_size)
    total, further = _total(first), _next(first)
    if total is None or total > at_most * session.page_size:
        return {}
    rows = listed(first.json(), "bills")
    rows += walk(lambda at: _page_of(session, "bills", {}, at or further)) if further else []
    return {word(row, "url"): row for row in rows if isinstance(row, dict)}


def _paid_bill(session: ApiSession, url: str) -> Row | None:
    """A bill that was paid: of it a payment says nothing more. None where it is gone meanwhile, and its payment too."""
    try:
        answer = session.get(url).json()
    except StatusError as error:
        if error.status != _GONE:
            raise
        return None
    row = answer.get("bill") if isinstance(answer, dict) else None
    return row if isinstance(row, dict) else {}


def _month(session: ApiSession, statement: Statement, asked: Asked) -> Page:
    """One month; the first call looks up since when there are any books, for nothing before can be asked for."""
    start = asked.cursor or _first_month(session, asked.period)
    if start is None:
        return Page(())
    (month,), following = window(asked.period, start, 1)
    if statement is Statement.BALANCE_SHEET:
        at = {"as_at_date": f"{month_end(month):%Y-%m-%d}"}
        sheet = session.get("accounting/balance_sheet", params=at).json()
        return reports.balance_sheet(month, sheet, following=following)
    span = {"from_date": f"{month:%Y-%m-%d}", "to_date": f"{month_end(month):%Y-%m-%d}"}
    balances = walk(partial(_page_of, session, "accounting/trial_balance/summary", span))
    summary = session.get("accounting/profit_and_loss/summary", params=span).json()
    return reports.profit_and_loss(month, balances, summary, following=following)


def _first_month(session: ApiSession, period: Period) -> str | None:
    try:
        begun = day(_company(session), "freeagent_start_date").replace(day=1)
    except (KeyError, TypeError, ValueError):
        begun = period.first_month
    first = max(begun, period.first_month)
    return f"{first:%Y-%m}" if first <= period.last_month else None


def _from(asked: Asked) -> dict[str, str]:
    return {"from_date": f"{asked.period.first_month:%Y-%m-%d}"}


def _page_of(session: ApiSession, path: str, params: Mapping[str, str], at: str | None) -> tuple[list[Any], str | None]:
    answer = _get(session, at, path, params, session.page_size)
    return listed(answer.json(), path.removeprefix("accounting/").replace("/", "_")), _next(answer)


def _get(session: ApiSession, at: str | None, path: str, params: Mapping[str, str], size: int) -> Answer:
    """The page at an address that a page before gave, or the first one."""
    return session.get(at) if at else session.get(path, params={**params, "per_page": str(size)})


def _total(answer: Answer) -> int | None:
    """How many rows a list has."""
    said = answer.headers.get("x-total-count", "")
    return int(said) if said.isdecimal() else None


def _next(answer: Answer) -> str | None:
    """The address of the next page. The session goes to no host but the API's, whatever it says."""
    found = _NEXT.search(answer.headers.get("link", ""))
    return found[1] if found else None


_NEXT = re.compile(r"""<([^<>\s]+)>\s*;[^<>]*\brel=["']?next\b""")
