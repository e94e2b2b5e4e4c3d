"""One request: where it stands, what its link is good for, what was mailed, and what happened."""

import json
from email.utils import parseaddr
from typing import Literal

from flask import Response as Answer
from werkzeug.wrappers import Response

from linkflow.domain.links import LinkState, company_page_path, request_page_path
from linkflow.mail import RenderedMail
from linkflow.services import drafting, signing_in, tracking
from linkflow.services.following_up import UNANSWERED, may_reopen
from linkflow.services.requesting import link_address
from linkflow.services.tracking import RequestReview
from linkflow.store.messages import Message
from linkflow.store.users import User
from linkflow.web.forms import button
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.mail_answer import FRAMING, mail_answer
from linkflow.web.portal.paths import mail_path, request_action_path
from linkflow.web.portal.request_list import request_row
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import before, turning
from linkflow.web.portal.words import timeline
from linkflow.web.portal_views import EmailPreview, RequestPage
from linkflow.web.running import ctx, href


@portal("viewer")
def request_page(user: User, request_id: str) -> Response:
    """The request; its link only on the look that follows *Show the link*."""
    review = tracking.review_request(ctx(), user, request_id, before=before("before"))
    response = render("portal/request.html", shell=portal_shell(user), page=_page(user, review))
    return framing(response)


@portal("viewer")
def mail(user: User, request_id: str, message_id: str) -> Response:
    """A mail of the request as it looks."""
    return mail_answer(_inert(tracking.link_mail(ctx(), user, request_id, message_id)).html)


def framing(response: Answer) -> Answer:
    """Let the page show a mail of ours inside it."""
    response.headers["Content-Security-Policy"] = FRAMING
    return response


def _page(user: User, review: RequestReview) -> RequestPage:
    request, row = review.request, request_row(review.listed)
    manages, withdrawn = signing_in.may(user, "manager"), request.withdrawn_at is not None
    acts = review.is_open and manages
    copies = acts and ctx().organizations()[user.organization].feel.copy_link
    shown = copies and session.shows(request.id)
    waits, stopped = request.status in UNANSWERED, request.reminders_off_at
    return RequestPage(
        company_name=row.company_name,
        company_href=href(company_page_path(request.company_id)),
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        request_name=request.name,
        data_types=row.data_types,
        status=row.status,
        status_at=request.status_at,
        phrase=request.phrase,
        created_at=request.created_at,
        timeline=timeline(review.history, ctx().catalogue),
        turning=turning(request_page_path(request.id), "before", review.history.older, part="history"),
        ends_at=request.expires_at,
        link_state=_LINK_STATES[review.link_state],
        link_expires_at=review.link_expires_at,
        due_on=request.due_on,
        rm_name=review.rm_name,
        parameters=tuple(json.loads(request.redirect_parameters).items()),
        declined_reason=request.decline_reason or None,
        link=link_address(ctx(), review.link_id, review.link_issue) if shown else None,
        show_link=_button(request.id, "show-link") if copies else None,
        resend=_button(request.id, "resend") if acts else None,
        reminders_stopped_at=stopped,
        remind=_button(request.id, "remind") if acts and waits and not stopped else None,
        start_reminders=_button(request.id, "start-reminders") if acts and stopped else None,
        extend_href=href(request_action_path(request.id, "extend")) if manages and not withdrawn else None,
        reopen=_button(request.id, "reopen") if manages and may_reopen(request, ctx().now()) else None,
        withdraw=_button(request.id, "withdraw") if acts and not review.is_shared else None,
        withdraw_href=href(request_action_path(request.id, "withdraw")) if acts and review.is_shared else None,
        email=_email(review.mail) if review.mail else None,
    )


_LINK_STATES: dict[LinkState | None, Literal["live", "expired", "withdrawn", "not-sent"]] = {
    None: "not-sent",
    LinkState.GOOD: "live",
    LinkState.EXPIRED: "expired",
    LinkState.WITHDRAWN: "withdrawn",
}  # fmt: skip


def _button(request_id: str, action: str) -> FormView:
    return button(request_action_path(request_id, action))


def _email(message: Message) -> EmailPreview:
    return EmailPreview(
        sender=sender(message.sender_name),
        recipient=message.recipient,
        subject=message.subject,
        text=_inert(message).text,
        html_href=href(mail_path(str(message.request_id), message.id)),
    )


def sender(name: str) -> str:
    """Who the mail is from, as the recipient sees it."""
    return f"{name} <{parseaddr(ctx().settings.mail_from)[1]}>"


def _inert(message: Message) -> RenderedMail:
    return drafting.inert(ctx(), RenderedMail(message.subject, message.text, message.html))
