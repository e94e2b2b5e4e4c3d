"""Picking the software: a row is itself the button."""

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.journey import Step
from linkflow.services import choosing
from linkflow.web.aside_views import NoSoftwarePage, NotListedPage
from linkflow.web.customer.return_url import return_url
from linkflow.web.customer.software_words import software_rows
from linkflow.web.customer_views import SoftwarePage
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, journey, onward
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell

QUERY_LIMIT = 80


class SoftwareForm(Form):
    """The row that was pressed."""

    software = StringField()


class UnlistedForm(Form):
    """What is used instead."""

    product = StringField()


@journey(Step.SOFTWARE)
def software(here: Visiting) -> Response:
    """Which product, found by looking or by searching."""
    if not choosing.anything_to_offer(ctx(), here.organization):
        return _nothing(here)
    form = SoftwareForm()
    if form.carry_out(lambda: choosing.choose_software(ctx(), here.visit, here.one, form.software.data or "")):
        return onward(here)
    return _picker(here, form)


@journey(Step.SOFTWARE)
def not_listed(here: Visiting) -> Response:
    """It is not there: say what it is, send a file, or ask somebody else."""
    form = UnlistedForm()
    if form.carry_out(lambda: choosing.say_unlisted(ctx(), here.visit, here.one, form.product.data or "")):
        return redirect(href(here.path("not-listed")), 303)
    feel = here.organization.feel
    page = NotListedPage(
        form=form_view(form, here.path("not-listed")),
        back_href=href(here.path(Step.SOFTWARE)),
        upload_href=href(here.path("upload-consent")) if feel.upload else None,
        hand_over_href=href(here.request_path(Step.HAND_OVER)) if feel.hand_over else None,
        sent=here.one.unlisted_software is not None and not form.is_submitted(),
        return_url=return_url(here) if here.one.unlisted_software is not None else None,
    )
    return render("customer/not-listed.html", shell=customer_shell(here, Step.SOFTWARE), page=page, status=form.status)


def _picker(here: Visiting, form: Form) -> Response:
    query = request.args.get("q", "")[:QUERY_LIMIT].strip()
    rows = software_rows(here.organization, here.visit.link.language, query=query)
    page = SoftwarePage(
        form=form_view(form, here.path(Step.SOFTWARE)),
        search_action=href(here.path(Step.SOFTWARE)),
        not_listed_href=href(here.path("not-listed")),
        popular=() if query else rows[: choosing.POPULAR],
        others=() if query else rows[choosing.POPULAR :],
        matches=rows if query else (),
        query=query,
        entity_name=here.one.name,
        back_href=href(here.request_path(Step.ENTITIES)) if here.progress.several else None,
    )
    return render("customer/software.html", shell=customer_shell(here, Step.SOFTWARE), page=page, status=form.status)


def _nothing(here: Visiting) -> Response:
    upload = href(here.path("upload-consent")) if here.organization.feel.upload else None
    page = NoSoftwarePage(upload_href=upload, back_href=None, return_url=return_url(here))
    return render("customer/no-software.html", shell=customer_shell(here, Step.SOFTWARE), page=page)
