"""Zoho Books: numbered pages of lists, and a call of its own for every bill, credit, payment and expense of them.

Every call names the organization, and every answer says in `code` how it went, whatever its status. A list knows no
lines and no allocations, so a pull reads the details of some rows at a time and its cursor ("3+40") names the row of
the list's page to go on at. Rows that a list says are unchanged since they were read are not read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from linkflow.domain.books import Record, Statement
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer, OutboundError, StatusError
from linkflow.providers import _zoho_books_records as records
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, inside, listed, page, window, word
from linkflow.providers._statements import page_of_months
from linkflow.providers._zoho_books_reports import REPORTS, figure, printed

DETAILS = 20
"""Rows whose details one page of a pull reads."""
MONTHS_AT_ONCE = 6
INCREMENTAL: frozenset[str] = frozenset()
"""None: no list tells of what was deleted."""
RELISTED = frozenset({"bills", "credit_notes", "bill_payments", "expenses"})
"""A plan may allow a thousand calls a day: not to be spent on what is known. A paid bill counts as changed (unverified;
all are read once a week anyway), and a row without a time of its last change, too."""


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The organizations whose books the person who signed in may read."""
    rows = listed(_agreed(session.get("organizations").json()), "organizations")
    return tuple(
        Tenant(
            id=row["organization_id"],
            name=row["name"],
            country=word(row, "country_code") or word(row, "country"),
            currency=word(row, "currency_code"),
        )
        for row in rows
        if isinstance(row, dict) and word(row, "organization_id") and word(row, "name")
    )


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once."""
    return parts_of(data_types)


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of an organization's books."""
    if part == "company":
        answer = _ask(session, asked, f"organizations/{asked.tenant_id}")
        return page([answer.get("organization")], records.company, kind=part, key="organization_id")
    if part in REPORTS:
        return _months(session, part, asked)
    return _listed_page(session, part, asked, _LISTS[part])


@dataclass(frozen=True, kw_only=True)
class _List:
    """A list: its path, what its rows lie under, their id; `detail` is what a row's own answer has it under.

    What has details has a date, and is asked for by it.
    """

    path: str
    rows: str
    key: str
    build: Callable[[Row], Record | None]
    detail: str | None = None
    wanted: Mapping[str, str] = field(default_factory=dict)


def _listed_page(session: ApiSession, part: str, asked: Asked, what: _List) -> Page:
    number, _, past = (asked.cursor or "1").partition("+")
    dated = {"date_start": f"{asked.period.first_month}"} if what.detail else {}
    params = {"page": number, "per_page": str(session.page_size), **what.wanted, **dated}
    answer = _ask(session, asked, what.path, params)
    rows, at = listed(answer, what.rows), int(past or 0)
    more = bool(rows) and inside(answer, "page_context").get("has_more_page") is True
    told = _Told(rows, len(rows)) if what.detail is None else _in_detail(session, asked, what, rows[at:])
    past_them = at + told.count
    following = f"{number}+{past_them}" if past_them < len(rows) else str(int(number) + 1) if more else None
    found = page(told.rows, what.build, kind=part, key=what.key, following=following)
    return replace(found, pause=told.pause, unchanged=tuple(told.unchanged))


@dataclass(frozen=True)
class _Told:
    """What `count` rows of a list came to: those with their details, and the ids of those that need none."""

    rows: list[Any]
    count: int
    unchanged: Sequence[str] = ()
    pause: timedelta | None = None


def _in_detail(session: ApiSession, asked: Asked, what: _List, rows: Sequence[Any]) -> _Told:
    """Up to `DETAILS` rows with their details: fewer where a call brought none, but for the first.

    So nothing is asked for twice; what there is to be done about that call is decided when it comes first, after the
    pause it asked for.
    """
    found: list[Any] = []
    unchanged: list[str] = []
    asked_for = 0
    for place, row in enumerate(rows):
        if _is_as_before(row, what, asked.since):
            unchanged.append(row[what.key])
            continue
        if asked_for == DETAILS:
            return _Told(found, place, unchanged)
        try:
            found += _whole(session, asked, what, row)
        except OutboundError as error:
            if place == 0:
                raise
            return _Told(found, place, unchanged, error.retry_after)
        asked_for += 1
    return _Told(found, len(rows), unchanged)


def _is_as_before(row: Any, what: _List, since: datetime | None) -> bool:
    if since is None or not isinstance(row, dict) or word(row, what.key) is None or records.is_void(row):
        return False
    try:
        changed_at = datetime.fromisoformat(word(row, "last_modified_time") or "")
    except ValueError:
        return False
    return changed_at.tzinfo is not None and changed_at < since


def _whole(session: ApiSession, asked: Asked, what: _List, row: Any) -> list[Any]:
    """A row with its details; nothing for one that was deleted since it was listed."""
    key = word(row, what.key) if isinstance(row, dict) else None
    if key is None:
        return [row]
    try:
        found = _ask(session, asked, f"{what.path}/{key}").get(what.detail or "")
    except StatusError as error:
        if error.status != _GONE:
            raise
        return []
    return [found if isinstance(found, dict) else {what.key: key}]


def _months(session: ApiSession, part: str, asked: Asked) -> Page:
    months, following = window(asked.period, asked.cursor, MONTHS_AT_ONCE)
    report = REPORTS[part]
    rows = {
        month: printed(part, listed(_ask(session, asked, report.path, report.params(month)), report.rows))
        for month in months
    }
    return page_of_months(Statement(part), rows, figure, key="account_id", following=following)


_GONE = 404
_STATUSES = {44: 429, 45: 429, 1070: 429, 57: 403}
"""Its own codes as statuses: a minute's, a day's and everybody's calls at once used up; not allowed."""


def _ask(session: ApiSession, asked: Asked, path: str, params: Mapping[str, str] | None = None) -> Row:
    return _agreed(session.get(path, params={"organization_id": asked.tenant_id, **(params or {})}).json())


def _agreed(answer: Any) -> Row:
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), int):
        raise BadAnswer(reason="no code")
    code = answer["code"]
    if code in _STATUSES:
        raise StatusError("", status=_STATUSES[code])
    if code != 0:
        raise BadAnswer(reason=f"code {code}")
    return answer


_LISTS: Mapping[str, _List] = {
    "accounts": _List(
        path="chartofaccounts",
        rows="chartofaccounts",
        key="account_id",
        build=records.account,
        wanted={"filter_by": "AccountType.All"},
    ),
    "suppliers": _List(
        path="contacts", rows="contacts", key="contact_id", build=records.supplier, wanted={"contact_type": "vendor"}
    ),
    "bills": _List(path="bills", rows="bills", key="bill_id", detail="bill", build=records.bill),
    "credit_notes": _List(
        path="vendorcredits",
        rows="vendor_credits",
        key="vendor_credit_id",
        detail="vendor_credit",
        build=records.credit_note,
    ),
    "bill_payments": _List(
        path="vendorpayments", rows="vendorpayments", key="payment_id", detail="vendorpayment", build=records.payment
    ),
    "expenses": _List(path="expenses", rows="expenses", key="expense_id", detail="expense", build=records.expense),
}
