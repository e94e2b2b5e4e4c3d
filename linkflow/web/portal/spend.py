"""The spend analysis of a company: figures, charts and suppliers, each figure with a way to the rows behind it."""

from dataclasses import replace
from datetime import date

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.domain.requests import DataType
from linkflow.reports.spend_notes import spend_notes
from linkflow.reports.spend_words import counting_rules
from linkflow.services import spending
from linkflow.services.spending import EntityReport, SpendReview, SpendScope
from linkflow.services.workbooks import Figures
from linkflow.store.users import User
from linkflow.web.page_views import FieldView, FormView
from linkflow.web.pages import render
from linkflow.web.portal.connection_views import software_name
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import spend_path, with_query
from linkflow.web.portal.report_files import report_files
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.spend_asked import METHODS, Typed, check_covered, month_key, read
from linkflow.web.portal.spend_leads import Ways
from linkflow.web.portal.spend_sections import section_view
from linkflow.web.report_views import QualityNote, ReportHead, ReportSource
from linkflow.web.running import ctx, href
from linkflow.web.spend_views import Choice, SpendPage


@portal("viewer")
def spend(user: User, company_id: str) -> Response:
    """The months and suppliers its address names; with something wrong in it, the usual ones and what is wrong."""
    typed = read(request.args)
    found = spending.review_spend(ctx(), user, company_id, typed.asked)
    checked = check_covered(typed, found.scope.months, found.scope.period)
    if checked is not typed:
        found = spending.review_spend(ctx(), user, company_id, checked.asked)
    page = _page(company_id, found, checked)
    if page.sections:
        page = replace(page, files=report_files(user, company_id, _figures(found.scope, checked)))
    return render("portal/spend.html", shell=portal_shell(user), page=page, status=200 if checked.is_right else 422)


def _figures(scope: SpendScope, typed: Typed) -> Figures:
    """What the files of a page are of."""
    return Figures(
        kind=DataType.SPEND_ANALYSIS,
        entity_id=scope.shown.id if scope.shown else None,
        period=scope.period,
        threshold=typed.asked.threshold,
    )


def _page(company_id: str, found: SpendReview, typed: Typed) -> SpendPage:
    scope, path = found.scope, href(spend_path(company_id))
    ways = Ways.of(company_id, scope, typed)
    shown = {"from": month_key(scope.period.first_month), "to": month_key(scope.period.last_month)}
    fields = {
        name: field if field.error or field.value else replace(field, value=shown.get(name, ""))
        for name, field in typed.fields.items()
    }
    return SpendPage(
        head=_head(company_id, found, again=ways.here()),
        company_href=href(company_page_path(company_id)),
        form=FormView(action=path, fields=fields),
        months=_offered((*scope.months, scope.period.first_month, scope.period.last_month), fields),
        methods=METHODS,
        kept=tuple((name, value) for name, value in ways.kept.items() if name in ("entity", "sort")),
        choices=_choices(scope, path, ways),
        rules=counting_rules(entities=len(scope.entities), currencies=len(found.sections)),
        sections=tuple(section_view(section, scope, ways) for section in found.sections),
    )


def _offered(months: tuple[date, ...], fields: dict[str, FieldView]) -> tuple[tuple[str, date | None], ...]:
    """The months one can choose, and what was typed besides."""
    known: dict[str, date | None] = {month_key(month): month for month in months}
    typed = {fields[name].value for name in ("from", "to")} - {""}
    return tuple((key, known.get(key)) for key in sorted({*known, *typed}))


def _choices(scope: SpendScope, path: str, ways: Ways) -> tuple[Choice, ...]:
    if len(scope.every) < 2:
        return ()
    kept = {name: value for name, value in ways.kept.items() if name != "entity"}
    every = Choice(name="", href=with_query(path, **kept), current=scope.shown is None)
    return (
        every,
        *(
            Choice(
                name=name_of(one, scope),
                href=with_query(path, **kept, entity=one.entity.id),
                current=one.entity == scope.shown,
            )
            for one in scope.every
        ),
    )


def _head(company_id: str, found: SpendReview, *, again: str) -> ReportHead:
    scope = found.scope
    currencies = {one.report.currency or "" for one in scope.entities}
    return ReportHead(
        kind="spend_analysis",
        company_name=scope.company.name,
        company_href=href(company_page_path(company_id)),
        entity_name=scope.shown.name if scope.shown else None,
        first_day=scope.period.first_month,
        last_day=scope.period.ends_on,
        currency=currencies.pop() if len(currencies) == 1 else "",
        sources=tuple(_source(one, scope) for one in scope.entities),
        newer="being-read" if scope.is_read else "being-made" if scope.is_made else scope.trouble,
        again_href=again,
        retention_months=scope.retention_months,
        notes=_notes(found),
    )


def _source(one: EntityReport, scope: SpendScope) -> ReportSource:
    held, until = one.connection, one.connection.access_until
    return ReportSource(
        name=name_of(one, scope),
        read_at=one.report.read_at,
        made_at=one.report.made_at or one.report.created_at,
        software_name=software_name(held) or None,
        tenant_name=held.tenant_name,
        access="once" if held.access == "once" else "ongoing" if held.state == "linked" else None,
        access_until=ctx().organizations()[held.organization].day_of(until) if until else None,
    )


def _notes(found: SpendReview) -> tuple[QualityNote, ...]:
    scope, several = found.scope, len(found.scope.entities) > 1
    notes = [
        QualityNote(kind="told", text=text, name=name_of(one, scope) if several else "")
        for section in found.sections
        for one in section.entities
        for text in spend_notes(
            one.report.findings,
            months=(one.report.first_month, one.report.last_month),
            without_due_date=section.totals.by_report[one.report.id].measures.bills_without_due_date,
            software=software_name(one.connection),
        )
    ]
    if several:
        notes.insert(0, QualityNote(kind="not-eliminated"))
    if len({one.report.currency for one in scope.entities}) > 1:
        notes.insert(0, QualityNote(kind="several-currencies"))
    if scope.left_out and scope.shown is None:
        notes.insert(0, QualityNote(kind="left-out", count=scope.left_out))
    return tuple(notes)


def name_of(one: EntityReport, scope: SpendScope) -> str:
    """An entity's own name, else the company's."""
    return one.entity.name or scope.company.name
