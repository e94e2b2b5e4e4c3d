"""The JSON API: companies, and one company's books, a page at a time. Reading only."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, request

from linkflow.sandbox.access import bearer, readable_companies, require_company, require_scope
from linkflow.sandbox.asjson import as_json
from linkflow.sandbox.books import Books, books_for
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.records import Statement
from linkflow.sandbox.refusals import ApiRefusal
from linkflow.sandbox.settings import SandboxSettings

blueprint = Blueprint("api", __name__, url_prefix="/api")
MONTHS_AT_ONCE = 12


@blueprint.errorhandler(ApiRefusal)
def refuse(refusal: ApiRefusal) -> Response:
    """Turn a refusal into its answer."""
    return refusal.answer()


@blueprint.get("/companies")
def companies() -> dict[str, Any]:
    """The companies this grant may read; an empty list for somebody who has none."""
    token = bearer()
    require_scope(token, "company.read", "financials.read", "spend.read")
    g.fetch = (token.grant.companies, "companies", "1")
    return {"data": [as_json(PROFILES[company].company) for company in readable_companies(token)]}


@blueprint.get("/companies/<company_id>")
def company(company_id: str) -> dict[str, Any]:
    """One company."""
    books = _open(company_id, "company", "company.read", "financials.read", "spend.read")
    return {"data": as_json(books.company)}


@blueprint.get("/companies/<company_id>/accounts")
def accounts(company_id: str) -> dict[str, Any]:
    """The chart of accounts, whole."""
    return {"data": as_json(_open(company_id, "accounts", "financials.read", "spend.read").accounts)}


@blueprint.get("/companies/<company_id>/statements/profit-and-loss")
def profit_and_loss(company_id: str) -> dict[str, Any]:
    """Monthly profit and loss, `from` and `to` as YYYY-MM, at most twelve months."""
    return _months(company_id, "profit-and-loss", lambda books: books.profit_and_loss)


@blueprint.get("/companies/<company_id>/statements/balance-sheet")
def balance_sheet(company_id: str) -> dict[str, Any]:
    """Balance sheets at month ends, `from` and `to` as YYYY-MM, at most twelve months."""
    return _months(company_id, "balance-sheet", lambda books: books.balance_sheet)


@blueprint.get("/companies/<company_id>/suppliers")
def suppliers(company_id: str) -> dict[str, Any]:
    """Suppliers, a page of them."""
    return _page(company_id, "suppliers", lambda books: books.suppliers)


@blueprint.get("/companies/<company_id>/bills")
def bills(company_id: str) -> dict[str, Any]:
    """Bills with their lines, a page of them; `from` as YYYY-MM leaves older ones out."""
    return _page(company_id, "bills", lambda books: books.bills, day="issued")


@blueprint.get("/companies/<company_id>/credit-notes")
def credit_notes(company_id: str) -> dict[str, Any]:
    """Credit notes, a page of them; `from` as YYYY-MM leaves older ones out."""
    return _page(company_id, "credit-notes", lambda books: books.credit_notes, day="issued")


@blueprint.get("/companies/<company_id>/payments")
def payments(company_id: str) -> dict[str, Any]:
    """Bill payments with their allocations, a page of them; `from` as YYYY-MM leaves older ones out."""
    return _page(company_id, "payments", lambda books: books.payments, day="paid")


@blueprint.get("/companies/<company_id>/expenses")
def expenses(company_id: str) -> dict[str, Any]:
    """Expenses with their lines, a page of them; `from` as YYYY-MM leaves older ones out."""
    return _page(company_id, "expenses", lambda books: books.expenses, day="spent")


def _open(company_id: str, endpoint: str, *scopes: str, page: str = "1") -> Books:
    token = bearer()
    require_scope(token, *scopes)
    require_company(token, company_id)
    g.fetch = ((company_id,), endpoint, page)
    return books_for(company_id, today=_settings().books_date)


def _page(
    company_id: str, endpoint: str, rows_of: Callable[[Books], Sequence[Any]], *, day: str | None = None
) -> dict[str, Any]:
    number, size = request.args.get("page", default=1, type=int), _settings().page_size
    rows = rows_of(_open(company_id, endpoint, "spend.read", page=str(number)))
    if day is not None and "from" in request.args:
        first = request.args["from"]
        _month(first)
        rows = [row for row in rows if getattr(row, day).isoformat()[:7] >= first]
    pages = max(1, -(-len(rows) // size))
    if not 1 <= number <= pages:
        raise ApiRefusal(400, "no_such_page", f"Pages run from 1 to {pages}")
    following = urlencode({**request.args.to_dict(), "page": number + 1})
    more = f"{_settings().issuer}{request.path}?{following}" if number < pages else None
    part = rows[(number - 1) * size : number * size]
    return {"data": as_json(part), "page": number, "pages": pages, "total": len(rows), "next": more}


def _months(company_id: str, endpoint: str, rows_of: Callable[[Books], Sequence[Statement]]) -> dict[str, Any]:
    first, last = request.args.get("from", ""), request.args.get("to", "")
    books = _open(company_id, endpoint, "financials.read", page=first)
    if not (_month(first) <= _month(last) < _month(first) + MONTHS_AT_ONCE):
        raise ApiRefusal(400, "bad_period", f"Give from and to as YYYY-MM, at most {MONTHS_AT_ONCE} months")
    months = [each for each in rows_of(books) if first <= each.period_end.isoformat()[:7] <= last]
    currency = books.company.base_currency
    return {"from": first, "to": last, "currency": currency, "basis": "accrual", "months": as_json(months)}


def _month(text: str) -> int:
    year, _, month = text.partition("-")
    if len(text) != 7 or not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):
        raise ApiRefusal(400, "bad_period", "Give from and to as YYYY-MM")
    return int(year) * 12 + int(month)


def _settings() -> SandboxSettings:
    found: SandboxSettings = current_app.extensions["sandbox_settings"]
    return found
