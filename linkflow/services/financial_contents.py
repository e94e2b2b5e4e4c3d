"""A financial report as its workbook and files are given it, read from its rows."""

from linkflow.domain.ports import Transaction
from linkflow.reports.financial_contents import FinancialContents
from linkflow.services.context import Context
from linkflow.services.report_sources import Source
from linkflow.store import financial_reports
from linkflow.store.companies import Company


def financial_contents(ctx: Context, tx: Transaction, company: Company, source: Source) -> FinancialContents:
    """The whole report of one entity."""
    found = financial_reports.read_report(tx, source.report)
    software = ctx.catalogue.get(source.connection.software)
    return FinancialContents(
        organization=ctx.organizations()[company.organization].name,
        company=company.name,
        entity=source.name,
        software=software.name if software else "A file",
        currency=found.currency,
        read_at=source.report.read_at,
        made_at=source.report.made_at or source.report.created_at,
        taken_at=ctx.now(),
        months=found.months,
        unfinished=found.unfinished,
        lines=found.lines,
        categories=ctx.categories,
        findings=source.report.findings,
    )
