"""One company: who, where it stands, what to do next; then its figures; then what happened."""

from datetime import timedelta
from typing import cast

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.domain.requests import ConnectionState, RequestStatus, SyncState
from linkflow.services import annotating, reviewing, signing_in
from linkflow.services.following_up import UNANSWERED
from linkflow.services.reviewing import Before, CompanyReview, EntityReview
from linkflow.store.users import User
from linkflow.web.company_page_views import CompanyPage, NextStep
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.company_files import file_views
from linkflow.web.portal.company_notes import NoteForm, note_form, note_views
from linkflow.web.portal.connection_views import connection_views, fragment, resembles
from linkflow.web.portal.figure_views import figures_view
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import company_delete_path, company_edit_path, new_request_path
from linkflow.web.portal.request_list import request_row
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.tenant_changes import change_views
from linkflow.web.portal.turning import before, turning
from linkflow.web.portal.words import timeline
from linkflow.web.portal_views import Status
from linkflow.web.running import ctx, href

PATIENCE = timedelta(days=3)
"""How long a customer is left in peace before a reminder is suggested."""
_IN = {RequestStatus.AVAILABLE, RequestStatus.WARNING}
_STEPS: dict[str, NextStep] = {
    RequestStatus.DRAFT: "pass-on",
    RequestStatus.REQUESTED: "sent",
    RequestStatus.UNDELIVERABLE: "correct-address",
    RequestStatus.OPENED: "wait",
    RequestStatus.IN_PROGRESS: "wait",
    RequestStatus.DECLINED: "declined",
    RequestStatus.EXPIRED: "expired",
    RequestStatus.CONNECTED: "connected",
}
_ON_ITS_PAGE = ("pass-on", "remind", "declined", "expired")
_TO_RECONNECT = {RequestStatus.NEEDS_REAUTH, RequestStatus.DISCONNECTED}


@portal("viewer")
def company(user: User, company_id: str) -> Response:
    """Everything about one company; the figures of the entity its address names, else of the first."""
    return _answer(user, company_id, note_form())


@portal("manager")
def write_note(user: User, company_id: str) -> Response:
    """Keep a note; with something wrong about it the page comes back as it was, with what was typed."""
    form = NoteForm()
    text, note_id = form.note_text.data or "", form.once_id
    if form.carry_out(lambda: annotating.write_note(ctx(), user, company_id, text, note_id=note_id)):
        session.tell("ok", "The note is kept.")
        return redirect(href(company_page_path(company_id)), 303)
    return _answer(user, company_id, form)


def _answer(user: User, company_id: str, form: NoteForm) -> Response:
    shown = request.args.get("entity")
    wanted = Before(event=before("history"), note=before("notes"), file=before("files"))
    review = reviewing.review_company(ctx(), user, company_id, shown=shown, before=wanted)
    page = _page(user, review, form, shown=shown)
    return render("portal/company.html", shell=portal_shell(user), page=page, status=form.status)


def _page(user: User, review: CompanyReview, form: NoteForm, *, shown: str | None) -> CompanyPage:
    one, standing = review.company, review.standing
    acts = signing_in.may(user, "manager")
    step, leads_to = _next_step(review, acts=acts)
    views = connection_views(review, acts=acts)
    path = company_page_path(one.id)
    here = f"{path}?entity={review.shown.entity.id}" if shown and review.shown else path
    is_read = any(view.progress and view.progress.state in ("waiting", "reading") for view in views)
    figures = figures_view(review)
    return CompanyPage(
        company_name=one.name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        created_at=one.created_at,
        users=tuple(sorted(each.name for each in review.assigned)),
        description=one.description,
        request_href=href(new_request_path(one.id)) if acts else None,
        edit_href=href(company_edit_path(one.id)) if acts else None,
        delete_href=href(company_delete_path(one.id)) if acts else None,
        status=cast(Status, standing.status) if standing else None,
        status_at=standing.status_at if standing else None,
        connections=views,
        requests=tuple(request_row(each) for each in review.requests),
        changes=change_views(review, acts=acts),
        figures=figures,
        files=file_views(review, acts=acts),
        more_files=turning(path, "files", review.files.older, part="files", entity=shown),
        notes=note_views(review, user),
        more_notes=turning(path, "notes", review.notes.older, part="notes", entity=shown),
        form=form.view(one.id) if acts else None,
        once=form.once_id,
        next_step=step,
        next_href=leads_to,
        again_href=href(here) if is_read or (figures and figures.busy) else None,
        timeline=timeline(review.history, ctx().catalogue),
        more_history=turning(path, "history", review.history.older, part="history", entity=shown),
    )


def _next_step(review: CompanyReview, *, acts: bool) -> tuple[NextStep | None, str | None]:
    standing = review.standing
    if standing is None:
        return "send-request", href(new_request_path(review.company.id)) if acts else None
    if review.changes:  # the page opens with them
        return None, None
    return _on_this_page(review) or _about_request(review, acts=acts)


def _on_this_page(review: CompanyReview) -> tuple[NextStep, str | None] | None:
    """What waits for a person and is done right here, the weightiest first."""
    differs = next((one for one in review.entities if not resembles(one)), None)
    if differs is not None:
        return "check-company", f"#{fragment(differs.entity.id)}"
    asks = [one for one in review.entities if one.can_reconnect]
    works = [one for one in asks if one.connection and one.connection.state == ConnectionState.LINKED]
    broken = [one for one in asks if one not in works]
    if broken and review.standing is not None and review.standing.status in _TO_RECONNECT:
        unasked = next((one for one in broken if not _waits_to_reconnect(one)), None)
        step: NextStep = "reconnect" if unasked else "reconnecting"
        return step, f"#{fragment((unasked or broken[0]).entity.id)}"
    unread = next((one for one in review.entities if one.progress and one.progress.state is SyncState.FAILED), None)
    if unread is not None:
        return "read-again", f"#{fragment(unread.entity.id)}"
    if any(file.state == "received" for file in review.present_files):
        return "check-file", "#files"
    ending = next((one for one in works if one.need and not _waits_to_reconnect(one)), None)
    return ("renew", f"#{fragment(ending.entity.id)}") if ending else None


def _waits_to_reconnect(one: EntityReview) -> bool:
    """Whether the customer was asked to, and has been left in peace for less than a reminder takes."""
    asked = one.connection.reconnect_asked_at if one.connection else None
    return asked is not None and ctx().now() - asked < PATIENCE


def _about_request(review: CompanyReview, *, acts: bool) -> tuple[NextStep | None, str | None]:
    standing = review.standing
    if standing is None:
        return None, None
    if standing.status in _IN:
        return "review", "#figures" if review.cards else None
    waited = standing.status in UNANSWERED and ctx().now() - standing.status_at >= PATIENCE
    step: NextStep | None = "remind" if waited else _STEPS.get(standing.status)
    if step == "correct-address":
        return step, href(company_edit_path(review.company.id)) if acts else None
    return step, href(request_page_path(standing.id)) if step in _ON_ITS_PAGE else None
