"""The head of an entity's financials: which reading they are of, how long we may look, and what is doubtful in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from linkflow.domain.books import month_end
from linkflow.domain.links import company_page_path
from linkflow.services.ending import LIVE
from linkflow.services.reviewing_financials import FinancialsReview
from linkflow.store.connections import Connection
from linkflow.store.financial_reports import FinancialReport
from linkflow.web.portal.connection_views import software_name
from linkflow.web.portal.financial_paths import categories_path
from linkflow.web.portal.paths import financials_path, with_query
from linkflow.web.report_views import CheckNote, NoteKey, QualityNote, ReportHead, ReportSource
from linkflow.web.running import ctx, href

_NOTES = (
    *("derived", "short-history", "months-missing", "no-month-before", "no-balances"),
    *("whole-units", "no-class", "low-confidence"),
)


def financial_head(review: FinancialsReview, held: Connection, found: FinancialReport) -> ReportHead:
    """Of a report that was made."""
    company, report = review.company, found.report
    read_on = ctx().organizations()[company.organization].day_of(report.read_at)
    low = href(with_query(categories_path(company.id, review.entity.id), confidence="low"))
    return ReportHead(
        kind="financials",
        company_name=company.name,
        company_href=href(company_page_path(company.id)),
        entity_name=review.entity.name or None,
        first_day=found.months[0],
        last_day=month_end(found.months[-1]) if found.unfinished is None else read_on,
        currency=found.currency,
        sources=(_source(review, held, found),),
        newer=review.newer,
        again_href=href(financials_path(company.id, review.entity.id)),
        retention_months=review.retention_months,
        checks=tuple(_check(one) for one in report.findings if one["kind"] == "check-failed"),
        notes=tuple(_note(one, low=low) for one in report.findings if one["kind"] in _NOTES),
    )


def _source(review: FinancialsReview, held: Connection, found: FinancialReport) -> ReportSource:
    is_live = held.state in LIVE
    until = held.access_until if is_live else None
    organization = ctx().organizations()[review.company.organization]
    return ReportSource(
        name=review.entity.name or review.company.name,
        read_at=found.report.read_at,
        made_at=found.report.made_at or found.report.created_at,
        software_name=software_name(held) or None,
        tenant_name=held.tenant_name,
        access=cast(Any, held.access) if is_live else None,
        access_until=organization.day_of(until) if until else None,
    )


def _check(finding: Mapping[str, Any]) -> CheckNote:
    return CheckNote(
        check=finding["check"],
        statement=finding["statement"],
        month=date.fromisoformat(finding["month"]),
        difference=Decimal(finding["difference"]),
        label=finding["label"],
    )


def _note(finding: Mapping[str, Any], *, low: str) -> QualityNote:
    months: Sequence[str] = finding.get("months", ())
    is_low = finding["kind"] == "low-confidence"
    return QualityNote(
        kind=cast(NoteKey, finding["kind"]),
        count=finding.get("count") or finding.get("accounts") or finding.get("lines") or len(months),
        months=tuple(map(date.fromisoformat, months)),
        share=Decimal(finding["share"]) / 100 if is_low else None,
        statement=finding.get("statement"),
        href=low if is_low else None,
    )
