"""FreshBooks: numbered pages of lists, and reports of one month at a time.

A business goes by three ids: `account_id`, by which it is known here and most is asked for, a number, and a uuid that
the chart of accounts needs. Memberships without an `account_id` have no books. A refusal may come with status 200, and
a list may count rows that it does not show: neither is taken for an empty one. Only the fields that are named are
read: a report's `download_token` opens it to anybody, and is kept nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from linkflow.domain.books import Record, SetAside, Statement, month_end
from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import BadAnswer, StatusError
from linkflow.providers import _freshbooks_records as records
from linkflow.providers._freshbooks_reports import Chart, balance_sheet, figure, profit_and_loss
from linkflow.providers._parts import parts_of
from linkflow.providers._rows import Row, listed, page, window, word
from linkflow.providers._statements import page_of_months

MONTHS_AT_ONCE = 6
INCREMENTAL: frozenset[str] = frozenset()


def tenants(session: ApiSession) -> tuple[Tenant, ...]:
    """The businesses the person who signed in belongs to, as far as they have books."""
    found = {one["account_id"]: one for one in _businesses(session) if word(one, "account_id") and word(one, "name")}
    return tuple(Tenant(id=key, name=one["name"], country=_country(one)) for key, one in found.items())


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The pulls these data types need, each once: payments before the bills, which also say whom they were made to."""
    wanted = parts_of(data_types, without=("credit_notes",))
    return tuple(_SWAPPED.get(part, part) for part in wanted)


_SWAPPED = {"bills": "bill_payments", "bill_payments": "bills"}


def pull(session: ApiSession, part: str, asked: Asked) -> Page:
    """One page of one part of a business's books."""
    if part == "company":
        return page([_system(session, asked)], records.company, kind=part, key="accountid")
    if part == "accounts":
        return _accounts(session, asked)
    if part in _REPORTS:
        return _months(session, part, asked)
    if part == "bills":
        return _bills(session, asked)
    return _listed_page(session, part, asked, _LISTS[part])


def _root(asked: Asked) -> str:
    return f"accounting/account/{asked.tenant_id}"


def _system(session: ApiSession, asked: Asked) -> Any:
    """The settings of a business."""
    return _result(session.get(f"{_root(asked)}/systems/systems/{asked.tenant_id}").json()).get("system")


def _businesses(session: ApiSession) -> list[Row]:
    rows = listed(session.get("auth/api/v1/users/me").json(), "response", "business_memberships")
    return [row["business"] for row in rows if isinstance(row, dict) and isinstance(row.get("business"), dict)]


def _country(business: Row) -> str | None:
    address = business.get("address")
    return word(address, "country") if isinstance(address, dict) else None


def _chart(session: ApiSession, asked: Asked) -> list[Any] | None:
    """Its chart of accounts; None for a business that has no uuid to ask for it with."""
    here = (one for one in _businesses(session) if one.get("account_id") == asked.tenant_id)
    uuid = next((found for one in here if (found := word(one, "business_uuid"))), None)
    if uuid is None:
        return None
    return listed(session.get(f"accounting/businesses/{uuid}/ledger_accounts/accounts").json(), "data")


def _accounts(session: ApiSession, asked: Asked) -> Page:
    rows = _chart(session, asked)
    if rows is None:
        return Page((), set_aside=(SetAside("accounts", None, "the business has no chart of accounts"),))
    return page(rows, records.account, kind="accounts", key="uuid")


@dataclass(frozen=True, kw_only=True)
class _List:
    """A list: its path, what its rows lie under, and the code with which it is refused to a plan that has it not.

    `since` names the search by which it is asked for from a day on; `day` the field of its rows that says their day,
    where there is no such search and older rows are left out here.
    """

    path: str
    rows: str
    build: Callable[[Row], Record | Iterable[Record] | None]
    key: str = "id"
    wanted: Mapping[str, str] = field(default_factory=dict)
    not_in_plan: int = 0
    since: str = ""
    day: str = ""


def _listed_page(session: ApiSession, part: str, asked: Asked, what: _List) -> Page:
    number = int(asked.cursor or "1")
    first = asked.period.first_month
    dated = {what.since: f"{first}"} if what.since else {}
    params = {"page": str(number), "per_page": str(session.page_size), **what.wanted, **dated}
    answer = session.get(f"{_root(asked)}/{what.path}", params=params).json()
    if what.not_in_plan and what.not_in_plan in _errors(answer):
        return Page((), set_aside=(SetAside(part, None, "the plan of the business does not have them"),))
    result = _result(answer)
    rows, total = listed(result, what.rows), result.get("total")
    if not rows and number == 1 and isinstance(total, int) and total > 0:
        return Page((), set_aside=(SetAside(part, None, f"{total} rows are not shown to the person who signed in"),))
    said, pages = result.get("page"), result.get("pages")
    if isinstance(said, int) and said != number:  # Nothing else would tell, where all of its rows are left out.
        raise BadAnswer(reason="another page than was asked for")
    following = str(number + 1) if rows and isinstance(pages, int) and number < pages else None
    rows = [row for row in rows if not (what.day and records.is_before(row, what.day, first))]
    return page(rows, what.build, kind=part, key=what.key, following=following)


def _bills(session: ApiSession, asked: Asked) -> Page:
    """The cursor keeps the currency of the books ("2 CAD"): a payment in another one is told by its own list alone."""
    number, _, base = (asked.cursor or "1").partition(" ")
    if not base:
        system = _system(session, asked)
        base = (word(system, "currency_code") if isinstance(system, dict) else None) or "?"
    build = partial(records.bill_and_payments, base=base, since=asked.period.first_month)
    found = _listed_page(session, "bills", replace(asked, cursor=number), replace(_LISTS["bills"], build=build))
    return replace(found, next_cursor=found.next_cursor and f"{found.next_cursor} {base}")


_REPORTS = ("profit_and_loss", "balance_sheet")


def _months(session: ApiSession, part: str, asked: Asked) -> Page:
    months, following = window(asked.period, asked.cursor, MONTHS_AT_ONCE)
    chart = Chart(_chart(session, asked) or ())
    rows = {month: _printed(session, part, asked, month, chart) for month in months}
    return page_of_months(Statement(part), rows, figure, following=following)


def _printed(session: ApiSession, part: str, asked: Asked, month: date, chart: Chart) -> Iterator[Any]:
    root, last = f"{_root(asked)}/reports/accounting", f"{month_end(month):%Y-%m-%d}"
    if part == "balance_sheet":
        answer = session.get(f"{root}/balance_sheet", params={"dates[]": last, "cash_based": "false"}).json()
        return balance_sheet(_report(answer, "balance_sheet"), last, chart)
    days = {"start_date": f"{month:%Y-%m-01}", "end_date": last, "cash_based": "false"}
    answer = session.get(f"{root}/profitloss_entity", params=days).json()
    return profit_and_loss(_report(answer, "profitloss"), chart)


def _report(answer: Any, name: str) -> Row:
    found = _result(answer).get(name)
    if not isinstance(found, dict):
        raise BadAnswer(reason="no report")
    return found


_TOO_MANY, _NOT_ALLOWED = 429, 403


def _errors(answer: Any) -> list[Any]:
    response = answer.get("response") if isinstance(answer, dict) else None
    errors = response.get("errors") if isinstance(response, dict) else None
    return [one.get("errno") if isinstance(one, dict) else None for one in errors] if isinstance(errors, list) else []


def _result(answer: Any) -> Row:
    if errors := _errors(answer):
        raise StatusError("", status=_TOO_MANY if _TOO_MANY in errors else _NOT_ALLOWED)
    response = answer.get("response") if isinstance(answer, dict) else None
    result = response.get("result") if isinstance(response, dict) else None
    if not isinstance(result, dict):
        raise BadAnswer(reason="no result")
    return result


_LISTS: Mapping[str, _List] = {
    "suppliers": _List(
        path="bill_vendors/bill_vendors",
        rows="bill_vendors",
        key="vendorid",
        build=records.supplier,
        not_in_plan=31001,
    ),
    "bills": _List(
        path="bills/bills",
        rows="bills",
        build=partial(records.bill_and_payments, base="", since=date.max),
        wanted={"include[]": "lines"},
        not_in_plan=41001,
    ),
    "bill_payments": _List(
        path="bill_payments/bill_payments",
        rows="bill_payments",
        build=records.payment,
        not_in_plan=41101,
        day="paid_date",
    ),
    "expenses": _List(path="expenses/expenses", rows="expenses", build=records.expense, since="search[date_min]"),
}
