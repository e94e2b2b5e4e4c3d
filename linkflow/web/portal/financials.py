"""An entity's financial statements: by category and as printed, the ratios, and what is behind each figure."""

from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.category_sums import RESULTS, standing_in, sums
from linkflow.domain.errors import NotFound
from linkflow.domain.financials import FinancialLine
from linkflow.domain.links import company_page_path
from linkflow.domain.texts import day_of
from linkflow.services import reviewing_financials
from linkflow.services.reviewing_financials import FinancialsReview
from linkflow.store.users import User
from linkflow.web.financial_views import (
    Choice,
    FinancialAccountPage,
    FinancialCategoryPage,
    FinancialRatioPage,
    FinancialsPage,
    PlacedRow,
    PlacedView,
)
from linkflow.web.pages import render
from linkflow.web.portal.connection_views import software_name
from linkflow.web.portal.financial_drawings import composition, profit
from linkflow.web.portal.financial_head import financial_head
from linkflow.web.portal.financial_paths import account_key as key_of
from linkflow.web.portal.financial_paths import categories_path
from linkflow.web.portal.financial_ratios import inputs_of, ratio_view, ratios_of
from linkflow.web.portal.financial_rows import (
    DETAILS,
    EVERYTHING,
    Window,
    entry_rows,
    statements_as_printed,
    statements_by_category,
    window_of,
)
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import financials_path, with_query
from linkflow.web.portal.placed_accounts import placed, within
from linkflow.web.portal.report_files import financials_of, report_files
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href

_WAYS, _SPANS = ("category", "statement"), ("12", EVERYTHING)


@portal("viewer")
def financials(user: User, company_id: str, entity_id: str) -> Response:
    """Both statements and the ratios by month, looked at as the address says."""
    review = reviewing_financials.review_financials(ctx(), user, company_id, entity_id)
    page = _page(review)
    if page.head is not None:
        page = replace(page, files=report_files(user, company_id, financials_of(entity_id)))
    return render("portal/financials.html", shell=portal_shell(user), page=page)


@portal("viewer")
def category(user: User, company_id: str, entity_id: str, category: str) -> Response:
    """The accounts that stand in a part of the categories, or make up a result, and why; nothing for any other word."""
    review, window = _looked_at(user, company_id, entity_id)
    result = RESULTS.get(category)
    if result is None and not any(leaf.is_in(category) for leaf in ctx().categories):
        raise NotFound
    shares = standing_in(window.found.lines, ctx().categories, result.signs if result else {category: 1})
    page = FinancialCategoryPage(
        back_href=href(financials_path(company_id, entity_id)),
        name=result.name if result else ctx().categories.name(category),
        within=result.formula if result else within(category, ctx().categories),
        software_name=_software_of(review),
        categories_href=href(categories_path(company_id, entity_id)),
        months=window.columns,
        rows=tuple(
            PlacedRow(
                account=_placed(share.line, window),
                cells=window.account_cells(share.amounts, share.line.account_id),
            )
            for share in shares
        ),
        sum_cells=window.cells(sums((share.amounts for share in shares), len(window.found.months))),
    )
    return render("portal/financial-category.html", shell=portal_shell(user), page=page)


@portal("viewer")
def account(user: User, company_id: str, entity_id: str, account_key: str) -> Response:
    """One account, with the bills and expenses booked on it in a month."""
    review, window = _looked_at(user, company_id, entity_id)
    its = [line for line in window.found.lines if line.account_id and key_of(line.account_id) == account_key]
    if not its:
        raise NotFound
    wanted = its[0].account_id or ""
    line, amounts = its[0], sums((one.amounts for one in its), len(window.found.months))
    by_month = dict(zip(window.found.months, amounts, strict=True))
    shown = window.asked or max((one for one, amount in by_month.items() if amount is not None))
    booked = reviewing_financials.booked_on(ctx(), review, wanted, month=shown)
    page = FinancialAccountPage(
        back_href=href(financials_path(company_id, entity_id)),
        account=_placed(line, window),
        category_href=window.category_href(line.category, window.asked) if line.category else None,
        section=line.section,
        statement=line.statement.value,
        software_name=_software_of(review),
        categories_href=href(with_query(categories_path(company_id, entity_id), q=line.account_code or line.label)),
        months=window.columns,
        cells=window.account_cells(amounts, wanted),
        month=shown,
        amount=by_month[shown],
        entries=entry_rows(booked.entries),
        more=booked.more,
    )
    return render("portal/financial-account.html", shell=portal_shell(user), page=page)


@portal("viewer")
def ratio(user: User, company_id: str, entity_id: str, ratio: str) -> Response:
    """What goes into a ratio, month by month."""
    _, window = _looked_at(user, company_id, entity_id)
    found = next((one for one in ratios_of(window) if one.key == ratio), None)
    if found is None:
        raise NotFound
    page = FinancialRatioPage(
        back_href=href(financials_path(company_id, entity_id)) + "#ratios",
        ratio=ratio_view(found, window),
        months=window.columns,
        inputs=inputs_of(found, window),
    )
    return render("portal/financial-ratio.html", shell=portal_shell(user), page=page)


def _looked_at(user: User, company_id: str, entity_id: str) -> tuple[FinancialsReview, Window]:
    review = reviewing_financials.review_financials(ctx(), user, company_id, entity_id)
    if review.found is None:
        raise NotFound
    asked, everything = day_of(f"{request.args.get('month', '')}-01"), _chosen("months", _SPANS) == EVERYTHING
    return review, window_of(review, review.found, everything=everything, asked=asked)


def _page(review: FinancialsReview) -> FinancialsPage:
    held, found, here = review.connection, review.found, (review.company.id, review.entity.id)
    page = FinancialsPage(
        company_name=review.company.name,
        company_href=href(company_page_path(review.company.id)),
        entity_name=review.entity.name or None,
        newer=review.newer,
        here_href=href(financials_path(*here)),
    )
    if held is None or found is None:
        return page
    by, detail, span = _chosen("by", _WAYS), _chosen("detail", DETAILS, "categories"), _chosen("months", _SPANS)
    window, looks = (
        window_of(review, found, everything=span == EVERYTHING),
        {"by": by, "detail": detail, "months": span},
    )
    printed = by == "statement"
    return replace(
        page,
        head=financial_head(review, held, found),
        months=window.columns,
        ways=_choices(review, looks, "by", _WAYS),
        details=() if printed else _choices(review, looks, "detail", DETAILS),
        spans=_choices(review, looks, "months", _SPANS),
        software_name=software_name(held),
        categories_href=href(categories_path(*here)),
        profit=profit(window),
        composition=composition(window),
        statements=statements_as_printed(window) if printed else statements_by_category(window, detail=detail),
        ratios=tuple(ratio_view(one, window) for one in ratios_of(window)),
    )


def _choices(review: FinancialsReview, looks: dict[str, str], name: str, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    path = financials_path(review.company.id, review.entity.id)
    return tuple(
        Choice(key=key, href=href(with_query(path, **{**looks, name: key})), current=looks[name] == key) for key in keys
    )


def _chosen(name: str, keys: tuple[str, ...], usual: str | None = None) -> str:
    given = request.args.get(name, "")
    return given if given in keys else usual or keys[0]


def _placed(line: FinancialLine, window: Window) -> PlacedView:
    link = window.account_href(line.account_id, window.asked) if line.account_id else ""
    return placed(line, ctx().categories, link)


def _software_of(review: FinancialsReview) -> str:
    return software_name(review.connection) if review.connection else ""
