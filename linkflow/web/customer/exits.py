"""Leaving: how to come back, or not sharing at all; and the way on to the organization's own page.

A form that answered with another host's address would be stopped by `form-action 'self'`; as on the way out to a
software, a page of our own names the address and goes there.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from werkzeug.wrappers import Response
from wtforms import TextAreaField

from linkflow.domain.addresses import mask_address
from linkflow.domain.journey import Step
from linkflow.services import finishing
from linkflow.web.aside_views import ExitPage, ReturningPage
from linkflow.web.customer.return_url import return_url
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, journey, onward
from linkflow.web.page_views import Shell
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class DeclineForm(Form):
    """Why not, if the customer wants to say."""

    reason = TextAreaField()


@journey(Step.EXIT)
def exit_page(here: Visiting) -> Response:
    """What was answered is kept; the link opens it again."""
    form = DeclineForm()
    if form.carry_out(lambda: finishing.decline(ctx(), here.visit, form.reason.data or "")):
        return onward(here)
    return _exit_page(here, form)


@journey(Step.EXIT)
def leave(here: Visiting) -> Response:
    """Off to the organization's own page; where it has none, how to come back, without a question."""
    address = return_url(here)
    if address is None:
        return _exit_page(here, None)
    page = ReturningPage(host=urlsplit(address).netloc, return_url=address)
    response = render("customer/returning.html", shell=_shell(here), page=page)
    response.headers["Refresh"] = f"0;url={address}"
    return response


@journey(Step.EXIT)
def resume(here: Visiting) -> Response:
    """Answer after all."""
    Form().carry_out(lambda: finishing.resume(ctx(), here.visit))
    return onward(here)


@journey(Step.EXIT)
def carry_on(here: Visiting) -> Response:
    """Back to wherever the facts say the customer is."""
    return onward(here)


def _exit_page(here: Visiting, form: DeclineForm | None) -> Response:
    """`form` asks for a no, where one may be said."""
    link, declined = here.visit.link, here.progress.declined
    shared = any(entity.done for entity in here.progress.entities)
    asks = form is not None and not declined and not shared and finishing.may_decline(here.visit)
    page = ExitPage(
        state="declined" if declined else "leaving",
        masked_recipient=mask_address(link.recipient_email),
        decline=form_view(form, here.request_path(Step.EXIT)) if form is not None and asks else None,
        resume=button(here.request_path("resume")) if declined and finishing.may_decline(here.visit) else None,
        resume_href=None if declined else href(here.request_path("onward")),
        link_expires_at=link.link_expires_at,
        anything_shared=shared,
        return_url=return_url(here),
    )
    return render("customer/exit.html", shell=_shell(here), page=page, status=form.status if form is not None else 200)


def _shell(here: Visiting) -> Shell:
    return replace(customer_shell(here), save_and_leave_url=None, decline_url=None)
