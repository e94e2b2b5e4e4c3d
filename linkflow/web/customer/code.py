"""The mailed code, where an organization asks for one."""

from dataclasses import replace

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import Refused, TooMany
from linkflow.domain.journey import Step
from linkflow.services import coding
from linkflow.web import browser
from linkflow.web.customer_views import CodePage
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, arrive, journey, standing_path
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class CodeForm(Form):
    """Six digits, pasted or typed."""

    code = StringField()


@journey(Step.CODE)
def code(here: Visiting) -> Response:
    """Six digits from the recipient's own mailbox."""
    form = CodeForm()
    if form.carry_out(lambda: _check(here, (form.code.data or "").strip())):
        browser.remember(replace(here.opening, code_passed=True, seen=ctx().now()), ctx().now())
        return redirect(href(standing_path(arrive(here.visit.link.request_id, None))), 303)
    return _page(here, form)


@journey(Step.CODE)
def another_code(here: Visiting) -> Response:
    """Mail another one, three an hour at most."""
    pressed, empty = Form(), CodeForm(formdata=None)
    if pressed.carry_out(lambda: _mail_another(here)):
        return _page(here, empty, sent_again=True)
    empty.problems = pressed.problems
    return _page(here, empty)


def _mail_another(here: Visiting) -> None:
    try:
        coding.mail_code(ctx(), here.visit.link, browser_hash=browser.own_browser_hash())
    except TooMany:
        raise Refused("code", "too-many") from None


def _check(here: Visiting, typed: str) -> None:
    if not typed:
        raise Refused("code", "empty")
    coding.check_code(ctx(), here.visit.link, typed, browser_hash=browser.own_browser_hash())


def _page(here: Visiting, form: Form, *, sent_again: bool = False) -> Response:
    path = here.request_path(Step.CODE)
    link = here.visit.link
    page = CodePage(
        form=form_view(form, path),
        masked_recipient=mask_address(link.recipient_email),
        again=button(f"{path}/again") if coding.sends_left(ctx(), link) else None,
        sent_again=sent_again,
    )
    return render(
        "customer/code.html",
        shell=customer_shell(here, Step.CODE),
        page=page,
        status=200 if sent_again else form.status,
    )
