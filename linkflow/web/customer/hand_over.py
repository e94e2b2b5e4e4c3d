"""Handing over to a colleague or accountant: write, look once more, sent."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import NotFound
from linkflow.domain.journey import Step
from linkflow.domain.languages import translatable
from linkflow.services import handing_over
from linkflow.services.handing_over import HandOver
from linkflow.store.requests import Link
from linkflow.web.aside_views import Colleague, HandOverPage
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, journey
from linkflow.web.page_views import FormView
from linkflow.web.pages import render, spoken
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class HandOverForm(Form):
    """To whom, for what, and whether it was looked at once more."""

    email = StringField()
    entity = StringField()
    confirmed = StringField()


@journey(Step.HAND_OVER)
def hand_over(here: Visiting) -> Response:
    """Ask, show it once more, then send."""
    _offered(here)
    form = HandOverForm()
    if done := form.carry_out(lambda: _asked(here, form)):
        view = form_view(form, here.request_path(Step.HAND_OVER))
        sent = form.confirmed.data == "yes"
        return _page(here, "sent" if sent else "confirm", None if sent else view, asked=done.value)
    return _page(here, "write", form_view(form, here.request_path(Step.HAND_OVER)), status=form.status)


@journey(Step.HAND_OVER)
def withdraw(here: Visiting, link_id: str) -> Response:
    """Take a narrow link back."""
    _offered(here)
    Form().carry_out(lambda: handing_over.withdraw(ctx(), here.visit, link_id))
    return redirect(href(here.request_path(Step.HAND_OVER)), 303)


def _asked(here: Visiting, form: HandOverForm) -> HandOver:
    """Check what was typed, and send it once it was looked at again."""
    asked = handing_over.check(here.visit, email=form.email.data or "", entity_id=form.entity.data or "")
    if form.confirmed.data == "yes":
        handing_over.hand_over(ctx(), here.visit, asked)
    return asked


def _offered(here: Visiting) -> None:
    """Only the request's own link hands over, and only where the organization allows it."""
    if not here.organization.feel.hand_over or not handing_over.may_hand_over(here.visit.link):
        raise NotFound


def _page(
    here: Visiting, state: str, view: FormView | None, *, asked: HandOver | None = None, status: int = 200
) -> Response:
    found = handing_over.open_hand_overs(ctx(), here.visit.link)
    names = {entity.id: entity.name or here.visit.link.company_name for entity in here.visit.entities}
    page = HandOverPage(
        state=state,  # type: ignore[arg-type]  # one of the three names above
        form=view if found.left_today or state == "confirm" else None,
        back_href=href(here.request_path("onward")),
        entities=(("", spoken().say(translatable("The whole request"))), *names.items()) if len(names) > 1 else (),
        email=asked.email if asked else "",
        entity_id=(asked.entity_id or "") if asked else "",
        entity_name=names.get(asked.entity_id or "") if asked else None,
        left_today=found.left_today,
        out=tuple(_colleague(here, link, names, arrived=link.id not in found.undelivered) for link in found.links),
    )
    return render("customer/hand-over.html", shell=customer_shell(here), page=page, status=status)


def _colleague(here: Visiting, link: Link, names: dict[str, str], *, arrived: bool) -> Colleague:
    return Colleague(
        masked_email=mask_address(link.recipient_email),
        expires_at=link.expires_at,
        arrived=arrived,
        entity_name=names.get(link.entity_id or ""),
        withdraw=button(here.request_path(f"hand-over/{link.id}/withdraw")),
    )
