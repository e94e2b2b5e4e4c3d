"""The reports of an entity as its company's page shows them: a card each, with the way to the whole of it."""

from collections.abc import Iterator
from typing import cast

from linkflow.domain.links import company_page_path
from linkflow.domain.requests import DataType
from linkflow.domain.unavailable import figures_without, missing_of
from linkflow.services.report_cards import CardState, FinancialHeadlines, ReportCard, SpendHeadlines
from linkflow.services.reviewing import CompanyReview, EntityReview
from linkflow.services.workbooks import Figures
from linkflow.web.company_list_views import Download, Report
from linkflow.web.company_page_views import FigureChoice, FiguresView
from linkflow.web.portal.connection_views import software_name
from linkflow.web.portal.paths import financials_path, spend_path
from linkflow.web.portal.report_files import table_href
from linkflow.web.report_views import Headline, Newer, ReportCardView
from linkflow.web.running import href

_FILES: dict[DataType, tuple[tuple[Report, str], ...]] = {
    DataType.FINANCIALS: (("profit-and-loss", "profit-and-loss"), ("balance-sheet", "balance-sheet")),
    DataType.SPEND_ANALYSIS: (("spend-by-method", "payment-methods"), ("spend-by-supplier", "suppliers")),
}
"""What each report is taken away as, and the table of the report that is."""
_PAGES = {DataType.FINANCIALS: financials_path, DataType.SPEND_ANALYSIS: spend_path}


def figures_view(review: CompanyReview) -> FiguresView | None:
    """The reports of the entity shown, and the way to those of the others and of all together."""
    shown = review.shown
    if shown is None:
        return None
    path = company_page_path(review.company.id)
    read = [one for one in review.entities if one.read_from is not None]
    choices = tuple(
        FigureChoice(
            name=one.entity.name or review.company.name,
            href=href(f"{path}?entity={one.entity.id}#figures"),
            current=one is shown,
        )
        for one in read
    )
    several = len(read) > 1
    has_spend = any(card.kind is DataType.SPEND_ANALYSIS for card in review.cards)
    return FiguresView(
        name=shown.entity.name or review.company.name,
        busy=any({card.newer, card.state} & {CardState.BEING_MADE, CardState.BEING_READ} for card in review.cards),
        choices=choices if several else (),
        all_href=href(spend_path(review.company.id)) if several and has_spend else None,
        cards=tuple(_card(review, shown, card) for card in review.cards),
    )


def downloads(company_id: str, entity_id: str, kind: DataType) -> tuple[Download, ...]:
    """Where the first tables of an entity's report are taken as files."""
    figures = Figures(kind=kind, entity_id=entity_id)
    return tuple(Download(report=one, href=table_href(company_id, figures, table)) for one, table in _FILES[kind])


def _card(review: CompanyReview, shown: EntityReview, card: ReportCard) -> ReportCardView:
    if card.report is None or card.months is None:
        return ReportCardView(kind=card.kind.value, state=card.state.value)
    found = card.financials or card.spend
    at = review.company.id, shown.entity.id
    return ReportCardView(
        kind=card.kind.value,
        state=card.state.value,
        newer=cast("Newer | None", card.newer),
        href=href(_PAGES[card.kind](*at)),
        read_at=card.report.read_at,
        first_day=card.months.first_month,
        last_day=card.months.ends_on,
        currency=card.report.currency or "",
        headlines=tuple(_there(one, card, shown) for one in _headlines(found, card)) if found else (),
        downloads=downloads(*at, card.kind),
    )


def _there(one: Headline, card: ReportCard, shown: EntityReview) -> Headline:
    """The figure, unless there cannot be one."""
    gone = figures_without(missing_of(card.report.findings)) if card.report else frozenset()
    if one.key not in gone or shown.read_from is None:
        return one
    return Headline(key=one.key, kind=one.kind, value=None, absent=software_name(shown.read_from))


def _headlines(found: FinancialHeadlines | SpendHeadlines, card: ReportCard) -> Iterator[Headline]:
    if isinstance(found, FinancialHeadlines):
        yield Headline(key="revenue", kind="amount", value=found.revenue)
        yield Headline(key="net-profit", kind="amount", value=found.net_profit)
        yield Headline(key="cash", kind="amount", value=found.cash, on=card.months.ends_on if card.months else None)
        return
    yield Headline(key="total", kind="amount", value=found.total)
    yield Headline(key="suppliers", kind="count", value=found.suppliers)
    yield Headline(key="card-share", kind="share", value=found.card_share)
    yield Headline(key="outstanding", kind="amount", value=found.outstanding)
    yield Headline(key="all-open", kind="amount", value=found.all_open, overdue=found.overdue)
    yield Headline(key="late-share", kind="share", value=found.late_share)
