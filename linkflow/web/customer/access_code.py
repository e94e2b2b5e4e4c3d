"""A fresh code for receipts and disconnecting: mailed to the company's contact, whoever holds the link."""

from collections.abc import Callable
from dataclasses import replace

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import Refused, TooMany
from linkflow.domain.journey import Step
from linkflow.domain.links import ACCESS_LIFE
from linkflow.services import coding
from linkflow.services.coding import Purpose
from linkflow.web import browser
from linkflow.web.customer.code import CodeForm
from linkflow.web.customer_views import CodePage
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, journey
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell

PAGE = "access-code"


@journey(Step.ACCESS)
def access_code(here: Visiting) -> Response:
    """Ask for the code, then take it."""
    form, now = CodeForm(), ctx().now()
    if form.carry_out(lambda: _check(here, (form.code.data or "").strip())):
        browser.remember(replace(here.opening, access_until=now + ACCESS_LIFE, seen=now), now)
        return redirect(href(here.request_path(Step.ACCESS)), 303)
    if not form.is_submitted() and here.opening.may_see_access(now):
        return redirect(href(here.request_path(Step.ACCESS)), 303)
    return _page(here, form)


@journey(Step.ACCESS)
def first_code(here: Visiting) -> Response:
    """Mail the first code; pressing twice mails one."""
    pressed = Form()
    if pressed.carry_out(lambda: _mail(here, coding.mail_first_code)):
        return redirect(href(here.request_path(PAGE)), 303)
    return _again(here, pressed)


@journey(Step.ACCESS)
def another_code(here: Visiting) -> Response:
    """Mail another one, three an hour at most."""
    pressed = Form()
    if pressed.carry_out(lambda: _mail(here, coding.mail_code)):
        return _page(here, CodeForm(formdata=None), sent_again=True)
    return _again(here, pressed)


def _again(here: Visiting, pressed: Form) -> Response:
    empty = CodeForm(formdata=None)
    empty.problems = pressed.problems
    return _page(here, empty)


def _mail(here: Visiting, mail: Callable[..., None]) -> None:
    try:
        mail(ctx(), here.visit.link, browser_hash=browser.own_browser_hash(), purpose=Purpose.ACCESS)
    except TooMany:
        raise Refused("code", "too-many") from None


def _check(here: Visiting, typed: str) -> None:
    if not typed:
        raise Refused("code", "empty")
    hashed = browser.own_browser_hash()
    coding.check_code(ctx(), here.visit.link, typed, browser_hash=hashed, purpose=Purpose.ACCESS)


def _page(here: Visiting, form: Form, *, sent_again: bool = False) -> Response:
    link, path = here.visit.link, here.request_path(PAGE)
    hashed = browser.own_browser_hash()
    left = coding.sends_left(ctx(), link, purpose=Purpose.ACCESS)
    mailed = not left or coding.has_live_code(ctx(), link, browser_hash=hashed, purpose=Purpose.ACCESS)
    typed = form.is_submitted() and "code" in request.form
    view = form_view(form, path)
    page = CodePage(
        form=view if mailed or typed else None,
        masked_recipient=mask_address(link.contact_email),
        again=button(f"{path}/again") if left and (mailed or typed) else None,
        sent_again=sent_again,
        purpose="access",
        first=None if mailed or typed else replace(button(f"{path}/first"), problems=form.problems),
        back_href=href(here.request_path(Step.SUMMARY)),
    )
    status = 200 if sent_again else form.status
    return render("customer/code.html", shell=customer_shell(here), page=page, status=status)
