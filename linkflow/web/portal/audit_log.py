"""The audit log, for administrators: who did what to which company, filtered by what its address says."""

from collections.abc import Iterator

from flask import Response as Answer
from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.domain.texts import day_of
from linkflow.reports.csv import Cell, csv_lines
from linkflow.services import auditing
from linkflow.services.auditing import AuditView
from linkflow.services.context import Context
from linkflow.store.audit import AuditFilter
from linkflow.store.events import Event
from linkflow.store.user_list import named_users
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal.areas import AREAS, kinds_of
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import AUDIT_LOG, AUDIT_LOG_CSV, with_query
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.words import behind, sentence
from linkflow.web.portal_measure_views import AuditLine, AuditLogPage
from linkflow.web.running import ctx, href

LONGEST_SEARCH = 100
_HEADER = ("at", "who", "actor", "what", "kind", "detail", "company", "company_id", "request_id", "entity_id")
_FIELDS = ("who", "area", "company", "from", "to")


@portal("administrator")
def audit_log(user: User) -> Response:
    """One page of the log."""
    view = auditing.read_log(ctx(), user, _wanted(user))
    kept = {name: value for name in _FIELDS if (value := request.args.get(name, "")[:LONGEST_SEARCH])}
    page = AuditLogPage(
        action=href(AUDIT_LOG),
        csv_href=_address(AUDIT_LOG_CSV, kept),
        lines=tuple(_line(view, event) for event in view.history.events),
        who=kept.get("who", ""),
        area=kept.get("area", ""),
        company=kept.get("company", ""),
        first_day=day_of(kept.get("from", "")),
        last_day=day_of(kept.get("to", "")),
        users=_users(user, kept.get("who", "")),
        areas=tuple(AREAS),
        filtered=bool(kept),
        newer_href=_address(AUDIT_LOG, kept, after=view.page.newer) if view.page.newer else None,
        older_href=_address(AUDIT_LOG, kept, before=view.page.older) if view.page.older else None,
    )
    return render("portal/audit-log.html", shell=portal_shell(user), page=page)


@portal("administrator")
def audit_log_csv(user: User) -> Response:
    """All that meets the filter, for a spreadsheet."""
    pieces = auditing.take_log(ctx(), user, _wanted(user))
    answer = Answer(csv_lines(_HEADER, _rows(ctx(), pieces)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-log-{ctx().now().date()}.csv"'
    return answer


def _wanted(user: User) -> AuditFilter:
    asked = request.args
    since, until = auditing.days(ctx(), user, day_of(asked.get("from", "")), day_of(asked.get("to", "")))
    return AuditFilter(
        actor=asked.get("who", "")[:LONGEST_SEARCH] or None,
        kinds=kinds_of(asked.get("area", "")),
        company=" ".join(asked.get("company", "").split())[:LONGEST_SEARCH],
        since=since,
        until=until,
        before=asked.get("before"),
        after=asked.get("after"),
    )


def _line(view: AuditView, event: Event) -> AuditLine:
    company_id = event.company_id or ""
    known, address = company_id in view.companies, company_page_path(company_id)
    return AuditLine(
        at=event.at,
        text=sentence(event, view.history, ctx().catalogue),
        by=behind(event, view.history),
        company_name=view.companies.get(company_id),
        company_href=(href(address) if known else _address(AUDIT_LOG, {"company": company_id})) if company_id else None,
    )


def _rows(app: Context, pieces: Iterator[AuditView]) -> Iterator[tuple[Cell, ...]]:
    for view in pieces:
        for event in view.history.events:
            yield (
                event.at.isoformat(timespec="seconds"),
                behind(event, view.history) or "linkflow",
                event.actor,
                sentence(event, view.history, app.catalogue),
                event.kind,
                event.detail,
                view.companies.get(event.company_id or ""),
                event.company_id,
                event.request_id,
                event.entity_id,
            )


def _users(user: User, who: str) -> tuple[tuple[str, str], ...]:
    with ctx().database.reading() as tx:
        found = named_users(tx, user.organization, chosen=who.removeprefix("user:"))
    return tuple((f"user:{one.id}", one.name) for one in found)


def _address(path: str, kept: dict[str, str], **mark: str) -> str:
    return href(with_query(path, **{**kept, **mark}))
