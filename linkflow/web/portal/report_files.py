"""The files of a report: its workbook, asked for and taken; its tables as CSV; the whole as JSON."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from flask import Response as Answer
from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.books import Period
from linkflow.domain.errors import Refused
from linkflow.domain.requests import DataType
from linkflow.services import taking_reports, workbooks
from linkflow.services.taking_reports import TABLES, TakenFile
from linkflow.services.workbooks import Figures
from linkflow.store.spend_lines import LARGEST_LEAST
from linkflow.store.users import User
from linkflow.web.attachment import attached
from linkflow.web.forms import Form, button
from linkflow.web.pages import XLSX, spoken
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import (
    financials_path,
    report_json_path,
    report_table_path,
    spend_path,
    stored_workbook_path,
    with_query,
    workbook_path,
)
from linkflow.web.report_file_views import ReportFilesView, TableFile
from linkflow.web.running import ctx, href
from linkflow.web.words import problem

ENTITY, FIRST, LAST, THRESHOLD = "entity", "from", "to", "threshold"
"""What an address says of a spend analysis: an entity's id, two months such as 2026-10, the suppliers' least spend."""


@portal("viewer")
def spend_workbook(user: User, company_id: str) -> Response:
    """Have the workbook of a spend analysis made."""
    return _ask(user, company_id, _spend_asked())


@portal("viewer")
def financials_workbook(user: User, company_id: str, entity_id: str) -> Response:
    """Have the workbook of the financials made."""
    return _ask(user, company_id, financials_of(entity_id))


@portal("viewer")
def stored_workbook(user: User, workbook_id: str) -> Response:
    """One that is ready, piece by piece; that it was taken is written down."""
    found = workbooks.take_workbook(ctx(), user, workbook_id)
    return _file(found.pieces, size=found.size, kind=XLSX, name=attached(found.name, found.report, "xlsx"))


@portal("viewer")
def spend_csv(user: User, company_id: str, table: str) -> Response:
    """One table of a spend analysis."""
    return _table(user, company_id, _spend_asked(), table)


@portal("viewer")
def financials_csv(user: User, company_id: str, entity_id: str, statement: str) -> Response:
    """One table of the financials."""
    return _table(user, company_id, financials_of(entity_id), statement)


@portal("viewer")
def spend_json(user: User, company_id: str) -> Response:
    """A whole spend analysis."""
    return _json(user, company_id, _spend_asked())


@portal("viewer")
def financials_json(user: User, company_id: str, entity_id: str) -> Response:
    """All the financials."""
    return _json(user, company_id, financials_of(entity_id))


def financials_of(entity_id: str) -> Figures:
    """The financials of an entity: every month there is."""
    return Figures(kind=DataType.FINANCIALS, entity_id=entity_id)


def report_files(user: User, company_id: str, figures: Figures) -> ReportFilesView:
    """The files of some figures, for the page that shows them."""
    with ctx().database.reading() as tx:
        found = workbooks.standing(ctx(), tx, user, company_id, figures)
    path = _path(company_id, figures)
    tables = [one for one in TABLES[figures.kind] if one != "entities" or figures.entity_id is None]
    return ReportFilesView(
        state=found.state,
        ask=button(workbook_path(path)),
        fields=_fields(figures),
        again_href=_again_href(company_id, figures),
        tables=tuple(TableFile(table=one, href=table_href(company_id, figures, one)) for one in tables),
        json_href=_href(report_json_path(path), figures),
        download_href=href(stored_workbook_path(found.ready.id)) if found.ready else None,
        made_at=found.ready.made_at if found.ready else None,
        kilobytes=max(1, found.ready.size // 1024) if found.ready else 0,
        error=found.error,
    )


def table_href(company_id: str, figures: Figures, table: str) -> str:
    """Where a table of some figures is taken as a file."""
    return _href(report_table_path(_path(company_id, figures), table), figures)


def month_of(text: str) -> date | None:
    """The first day of a month such as `2026-10`."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def amount_of(text: str) -> Decimal:
    """An amount that can be stored; anything else is none."""
    try:
        amount = Decimal(text.strip()[:20] or 0)
    except InvalidOperation:
        return Decimal(0)
    usable = amount.is_finite() and 0 <= amount <= LARGEST_LEAST
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP).normalize() if usable else Decimal(0)


def _spend_asked() -> Figures:
    """Which figures the address or form asks for; what says no month and no amount says nothing."""
    first, last = month_of(request.values.get(FIRST, "")), month_of(request.values.get(LAST, ""))
    return Figures(
        kind=DataType.SPEND_ANALYSIS,
        entity_id=request.values.get(ENTITY) or None,
        period=Period(first, last) if first and last else None,
        threshold=amount_of(request.values.get(THRESHOLD, "")),
    )


def _ask(user: User, company_id: str, figures: Figures) -> Response:
    form = Form()
    done = form.carry_out(lambda: workbooks.ask_for_workbook(ctx(), user, company_id, figures))
    if done is None:
        session.tell("bad", form.problems[0])
    elif done.value:
        session.tell("ok", "The workbook is asked for. It is offered below as soon as it is made.")
    else:
        session.tell("info", "There is a workbook of these figures already, or it is being made.")
    return _back(company_id, figures)


def _table(user: User, company_id: str, figures: Figures, table: str) -> Response:
    return _taken(
        company_id,
        figures,
        lambda: taking_reports.take_table(ctx(), user, company_id, figures, table=table),
        report=f"{_word(figures)}-{table}",
        kind="csv",
    )


def _json(user: User, company_id: str, figures: Figures) -> Response:
    take = taking_reports.take_json
    return _taken(
        company_id, figures, lambda: take(ctx(), user, company_id, figures), report=_word(figures), kind="json"
    )


def _taken(company_id: str, figures: Figures, take: Callable[[], TakenFile], *, report: str, kind: str) -> Response:
    try:
        found = take()
    except Refused as refused:
        session.tell("info", problem(refused.field, refused.reason, spoken()))
        return _back(company_id, figures)
    media = {"csv": "text/csv; charset=utf-8", "json": "application/json"}[kind]
    return _file(found.pieces, size=found.size, kind=media, name=attached(found.name, report, kind))


def _file(pieces: Iterator[bytes], *, size: int, kind: str, name: str) -> Response:
    answer = Answer(pieces, content_type=kind)
    answer.headers["Content-Disposition"] = name
    answer.headers["Content-Length"] = str(size)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(company_id: str, figures: Figures) -> Response:
    return redirect(_again_href(company_id, figures), 303)


def _again_href(company_id: str, figures: Figures) -> str:
    """The files on the page of the same figures."""
    return f"{_href(_path(company_id, figures), figures)}#report-files"


def _href(path: str, figures: Figures) -> str:
    return href(with_query(path, **dict(_fields(figures))))


def _path(company_id: str, figures: Figures) -> str:
    if figures.kind is DataType.FINANCIALS:
        return financials_path(company_id, figures.entity_id or "")
    return spend_path(company_id)


def _fields(figures: Figures) -> tuple[tuple[str, str], ...]:
    """The same figures in an address or a form."""
    if figures.kind is DataType.FINANCIALS:
        return ()
    period, fields = figures.period, [(ENTITY, figures.entity_id)] if figures.entity_id else []
    if period is not None:
        fields += [(FIRST, f"{period.first_month:%Y-%m}"), (LAST, f"{period.last_month:%Y-%m}")]
    if figures.threshold:
        fields.append((THRESHOLD, format(figures.threshold, "f")))
    return tuple(fields)


def _word(figures: Figures) -> str:
    return figures.kind.value.replace("_", "-")
