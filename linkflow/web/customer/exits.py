"""Leaving: how to come back, or not sharing at all."""

from dataclasses import replace

from werkzeug.wrappers import Response
from wtforms import TextAreaField

from linkflow.domain.addresses import mask_address
from linkflow.domain.journey import Step
from linkflow.services import finishing
from linkflow.web.aside_views import ExitPage
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, journey, onward
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
    link, declined = here.visit.link, here.progress.declined
    path = here.request_path(Step.EXIT)
    shared = any(entity.done for entity in here.progress.entities)
    page = ExitPage(
        state="declined" if declined else "leaving",
        masked_recipient=mask_address(link.recipient_email),
        decline=None if declined or shared or not finishing.may_decline(here.visit) else form_view(form, path),
        resume=button(here.request_path("resume")) if declined and finishing.may_decline(here.visit) else None,
        resume_href=None if declined else href(here.request_path("onward")),
        link_expires_at=link.link_expires_at,
        anything_shared=shared,
    )
    shell = replace(customer_shell(here), save_and_leave_url=None)
    return render("customer/exit.html", shell=shell, page=page, status=form.status)


@journey(Step.EXIT)
def resume(here: Visiting) -> Response:
    """Answer after all."""
    Form().carry_out(lambda: finishing.resume(ctx(), here.visit))
    return onward(here)


@journey(Step.EXIT)
def carry_on(here: Visiting) -> Response:
    """Back to wherever the facts say the customer is."""
    return onward(here)
