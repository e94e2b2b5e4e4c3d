"""One company: who, where it stands, what to do next; then its figures; then what happened."""

from datetime import timedelta
from typing import Literal, cast

from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.domain.requests import RequestStatus, SyncState
from linkflow.services import reviewing, signing_in
from linkflow.services.progress import SyncProgress
from linkflow.services.reading_again import may_read_again
from linkflow.services.reviewing import CompanyReview, EntityReview
from linkflow.store.companies import Company
from linkflow.store.users import User
from linkflow.web.customer_views import PartProgress, PartState, PullProgress
from linkflow.web.forms import button
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.portal.figure_views import method_table, month_table, supplier_table
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import new_request_path, reading_path
from linkflow.web.portal.request_list import request_row
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.words import timeline
from linkflow.web.portal_views import CompanyPage, ConnectionView, Status
from linkflow.web.running import ctx, href

_Step = Literal["send-request", "wait", "check-company", "remind", "review", "reconnect"]
_State = Literal["pending", "linked", "needs_reauth", "disconnected"]
_Access = Literal["once", "ongoing"]

PATIENCE = timedelta(days=3)
"""How long a customer is left in peace before a reminder is suggested."""
_STATES: dict[SyncState, PartState] = {
    SyncState.QUEUED: "waiting",
    SyncState.RUNNING: "reading",
    SyncState.DONE: "done",
    SyncState.FAILED: "failed",
    SyncState.CANCELLED: "failed",
}
_UNANSWERED = {RequestStatus.REQUESTED, RequestStatus.OPENED, RequestStatus.IN_PROGRESS, RequestStatus.DRAFT}
_IN = {RequestStatus.AVAILABLE, RequestStatus.WARNING}
_TO_RECONNECT = {RequestStatus.NEEDS_REAUTH, RequestStatus.DISCONNECTED}


@portal("viewer")
def company(user: User, company_id: str) -> Response:
    """Everything about one company."""
    review = reviewing.review_company(ctx(), user, company_id)
    return render("portal/company.html", shell=portal_shell(user), page=_page(user, review))


def _page(user: User, review: CompanyReview) -> CompanyPage:
    one, standing = review.company, review.standing
    step, leads_to = _next_step(user, review)
    acts = signing_in.may(user, "manager")
    views = tuple(_connection(entity, one, acts=acts) for entity in review.entities)
    reading = any(view.progress and view.progress.state in ("waiting", "reading") for view in views)
    return CompanyPage(
        company_name=one.name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        status=cast(Status, standing.status) if standing else None,
        status_at=standing.status_at if standing else None,
        connections=views,
        requests=tuple(request_row(each) for each in review.requests),
        next_step=step,
        next_href=leads_to,
        again_href=href(company_page_path(one.id)) if reading else None,
        timeline=timeline(review.history, ctx().catalogue),
    )


def _next_step(user: User, review: CompanyReview) -> tuple[_Step | None, str | None]:
    standing = review.standing
    acts = signing_in.may(user, "manager")
    if standing is None:
        return "send-request", href(new_request_path(review.company.id)) if acts else None
    its_page = href(request_page_path(standing.id))
    differs = next((one for one in review.entities if not _resembles(one)), None)
    if differs is not None:
        return "check-company", f"#{_fragment(differs)}"
    if standing.status in _TO_RECONNECT:
        return "reconnect", its_page
    if standing.status in _IN:
        return "review", None
    if standing.status == RequestStatus.UNDELIVERABLE:
        return "remind", its_page
    if standing.status in _UNANSWERED:
        return ("remind", its_page) if ctx().now() - standing.status_at >= PATIENCE else ("wait", None)
    return ("wait", None) if standing.status == RequestStatus.CONNECTED else (None, None)


def _connection(one: EntityReview, company: Company, *, acts: bool) -> ConnectionView:
    held, found = one.connection, one.figures
    organization = ctx().organizations()[company.organization]
    software = ctx().catalogue.get(held.software) if held else None
    until = held.access_until if held else None
    return ConnectionView(
        id=_fragment(one),
        name=one.entity.name or company.name,
        state=cast(_State, held.state) if held else None,
        software_name=(software.name if software else held.software) if held else None,
        tenant_name=held.tenant_name if held else None,
        resembles=_resembles(one),
        linked_at=held.linked_at if held else None,
        synced_at=one.pulled_at,
        access_until=organization.day_of(until) if until else None,
        access=cast(_Access, held.access) if held else None,
        progress=_progress(one.progress) if one.progress else None,
        read_again=_read_again(one) if acts else None,
        upload_name=one.upload_name,
        profit_and_loss=month_table(found.profit_and_loss, found) if found else None,
        balance_sheet=month_table(found.balance_sheet, found) if found else None,
        spend_by_supplier=supplier_table(found) if found else None,
        spend_by_method=method_table(found) if found else None,
    )


def _read_again(one: EntityReview) -> FormView | None:
    """The button, where the last reading failed and another can help."""
    held, pull, now = one.connection, one.progress, ctx().now()
    if held is None or pull is None or not may_read_again(held.state, pull.state, until=held.access_until, now=now):
        return None
    return button(reading_path(held.id))


def _resembles(one: EntityReview) -> bool:
    held = one.connection
    return held is None or held.name_matches is not False or held.state not in ("linked", "needs_reauth")


def _fragment(one: EntityReview) -> str:
    """Ids may begin with a digit; fragments had better not."""
    return f"entity-{one.entity.id}"


def _progress(pull: SyncProgress) -> PullProgress:
    shown = (
        PartProgress(name=part.name, state=cast(PartState, part.state), rows=part.rows, total=part.total)
        for part in pull.parts
    )
    return PullProgress(state=_STATES[pull.state], parts=tuple(shown), slow=pull.waits_until is not None)
