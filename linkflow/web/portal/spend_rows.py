"""The rows behind a figure of a spend analysis, in pages; what they add up to is the figure."""

import json
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.book_rows import BillRow, CreditNoteRow
from linkflow.domain.links import company_page_path
from linkflow.domain.methods import methods_of
from linkflow.services import spend_rows
from linkflow.services.spend_rows import Row, RowsAsked, RowsReview, day_of
from linkflow.store.book_queries import Wanted
from linkflow.store.book_rows import Place
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import spend_path, spend_rows_path, with_query
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.spend_asked import month_key, period_of
from linkflow.web.running import ctx, href
from linkflow.web.spend_views import Besides, Cell, Grid, Line, RowsKind, RowsPage

_BILLS = ("number", "issued", "due", "method", "row-total", "amount-due", "base-total", "base-due", "last-paid", "late")
_NOTES = ("number", "day", "method", "row-total", "base-total")
_ENTRIES = ("day", "account", "method", "method-source", "row-total", "base-total", "note")
_FILTERS = ("entity", "currency", "from", "to", "method", "supplier", "only", "age")
_ONLY = ("outstanding", "late", "without-due-date", "with-due-date", "settled")
_BESIDES = ("expenses", "credit-notes")
_LONGEST = 255


@portal("viewer")
def bills(user: User, company_id: str) -> Response:
    """Bills."""
    return _answer(user, company_id, "bills")


@portal("viewer")
def payments(user: User, company_id: str) -> Response:
    """Bill payments."""
    return _answer(user, company_id, "payments")


@portal("viewer")
def expenses(user: User, company_id: str) -> Response:
    """Expenses."""
    return _answer(user, company_id, "expenses")


@portal("viewer")
def credit_notes(user: User, company_id: str) -> Response:
    """Credit notes."""
    return _answer(user, company_id, "credit-notes")


def _answer(user: User, company_id: str, kind: RowsKind) -> Response:
    asked = _asked(kind)
    found = spend_rows.review_rows(ctx(), user, company_id, asked)
    return render("portal/spend-rows.html", shell=portal_shell(user), page=_page(company_id, asked, found))


def _asked(kind: RowsKind) -> RowsAsked:
    said = {name: request.args.get(name) for name in _FILTERS}
    age, supplier, besides = said["age"], said["supplier"], request.args.get("besides")
    only: dict[str, Any] = {name.replace("-", "_"): name == said["only"] for name in _ONLY}
    return RowsAsked(
        kind=kind,
        entity_id=said["entity"] or None,
        currency=said["currency"] or None,
        period=period_of(request.args),
        wanted=Wanted(
            supplier_id=None if supplier is None else supplier[:_LONGEST],
            methods=methods_of(said["method"]),
            **only,
        ),
        age=AgeBucket(age) if age in set(AgeBucket) and kind == "bills" else None,
        besides=besides if besides in _BESIDES and kind == "bills" else None,
        after=_mark(request.args.get("after")),
    )


def _page(company_id: str, asked: RowsAsked, found: RowsReview) -> RowsPage:
    scope, period = found.scope, None if asked.age else asked.period
    kept = {name: request.args[name] for name in (*_FILTERS, "besides") if name in request.args}
    path = href(spend_rows_path(company_id, asked.kind))
    months = {"from": month_key(period.first_month), "to": month_key(period.last_month)} if period else {}
    back = {**months, **({"entity": asked.entity_id} if asked.entity_id else {})}
    onward = {"after": _written(found.onward)} if found.onward else {}
    return RowsPage(
        kind=cast(RowsKind, asked.kind),
        company_name=scope.company.name,
        company_href=href(company_page_path(company_id)),
        spend_href=href(with_query(spend_path(company_id), **back)),
        first_day=period.first_month if period else None,
        last_day=period.ends_on if period else None,
        restrictions=tuple(_restrictions(asked, found)),
        sums=tuple((currency, sums.rows, sums.total, sums.due) for currency, sums in found.sums),
        besides=_besides(company_id, asked, found, kept),
        grid=_grid(asked, found),
        changing=scope.is_read or scope.is_made,
        mixed=scope.trouble == "books-mixed" and not scope.is_read,
        start_href=f"{path}?{urlencode(kept)}" if asked.after else None,
        on_href=f"{path}?{urlencode({**kept, **onward})}" if onward else None,
    )


def _besides(company_id: str, asked: RowsAsked, found: RowsReview, kept: dict[str, str]) -> tuple[Besides, ...]:
    """What makes up a figure together with the bills: expenses on top of them, credit notes off."""
    if asked.besides is None:
        return ()
    path, billed = href(spend_rows_path(company_id, asked.besides)), dict(found.sums)
    leads = f"{path}?{urlencode({name: value for name, value in kept.items() if name != 'besides'})}"
    sign = -1 if asked.besides == "credit-notes" else 1
    return tuple(
        Besides(cast(RowsKind, asked.besides), leads, currency, sums.total, billed[currency].total + sign * sums.total)
        for currency, sums in found.besides
    )


def _restrictions(asked: RowsAsked, found: RowsReview) -> list[tuple[str, str]]:
    wanted, said = asked.wanted, []
    if found.scope.shown is not None and found.scope.shown.name:
        said.append(("entity", found.scope.shown.name))
    if asked.currency:
        said.append(("currency", asked.currency))
    if wanted.supplier_id is not None:
        named = next((row.supplier for row in found.rows if row.supplier), None)
        said.append(("supplier", named or wanted.supplier_id))
    if wanted.methods:
        said.append(("method", request.args["method"]))
    said += [("only", name) for name in _ONLY if getattr(wanted, name.replace("-", "_"))]
    if asked.age is not None:
        said.append(("age", asked.age.value))
    return said


def _grid(asked: RowsAsked, found: RowsReview) -> Grid:
    columns = {"bills": _BILLS, "credit-notes": _NOTES}.get(asked.kind, _ENTRIES)
    several = len(found.entities) > 1
    if all(row.currency == found.entities[row.connection_id].report.currency for row in found.rows):
        columns = tuple(column for column in columns if column not in ("base-total", "base-due"))
    return Grid(columns=columns, lines=tuple(_line(row, found, columns, several=several) for row in found.rows))


def _line(row: Row, found: RowsReview, columns: tuple[str, ...], *, several: bool) -> Line:
    one = found.entities[row.connection_id]
    name = row.supplier or getattr(row, "paid_to", None) or ""
    return Line(
        name=name,
        key="" if name else "no-supplier",
        note=(one.entity.name or found.scope.company.name) if several else "",
        cells=tuple(_cells(row, one.report.currency or "")[column] for column in columns),
    )


def _cells(row: Row, base: str) -> dict[str, Cell]:
    cells = {
        "method": Cell(kind="method", value=row.method.value),
        "row-total": Cell(kind="exact", value=row.total, currency=row.currency),
        "base-total": Cell(kind="exact", value=row.base_total, currency=base),
        "day": Cell(kind="date", value=day_of(row)),
    }
    if isinstance(row, BillRow):
        return cells | {
            "number": Cell(kind="text", value=row.number),
            "issued": Cell(kind="date", value=row.issued_on),
            "due": Cell(kind="date", value=row.due_on),
            "amount-due": Cell(kind="exact", value=row.amount_due, currency=row.currency),
            "base-due": Cell(kind="exact", value=row.base_due, currency=base),
            "last-paid": Cell(kind="date", value=row.last_paid_on),
            "late": Cell(kind="yes", value=row.late),
        }
    if isinstance(row, CreditNoteRow):
        return cells | {"number": Cell(kind="text", value=row.number)}
    return cells | {
        "account": Cell(kind="text", value=row.account),
        "method-source": Cell(kind="source", value=row.method_source.value),
        "note": Cell(kind="text", value=row.note),
    }


def _written(place: Place) -> str:
    return json.dumps([place.connection_id, place.day.isoformat(), place.id], separators=(",", ":"))


def _mark(text: str | None) -> Place | None:
    """Where a page goes on; nothing for what was not written by `_written`."""
    try:
        connection_id, day, key = (_storable(one) for one in json.loads(text or ""))
        return Place(connection_id, date.fromisoformat(day), key)
    except (ValueError, TypeError, RecursionError):
        return None


def _storable(text: object) -> str:
    """Text that every database takes. Raises `ValueError` for any other: JSON writes more than can be stored."""
    found = str(text)
    if "\0" in found:
        raise ValueError("a zero byte")
    found.encode()
    return found
