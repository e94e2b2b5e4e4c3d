"""Signing in at the organization's own provider: setting out, the page on the way, and coming back."""

from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.errors import NotFound
from linkflow.domain.links import organization_sign_in_path
from linkflow.organization_model import Organization
from linkflow.outbound.callback import CallbackRefused
from linkflow.services import single_sign_on
from linkflow.services.signing import StateInvalid
from linkflow.services.single_sign_on import ProviderFailed
from linkflow.web import browser
from linkflow.web.errors import off_ramp
from linkflow.web.forms import Form
from linkflow.web.marks import guarded, public
from linkflow.web.page_views import OffRampPage
from linkflow.web.pages import render, speak_for
from linkflow.web.portal import session
from linkflow.web.portal.paths import COMPANIES, leaving_path
from linkflow.web.portal.refusals import BELIED, PASSING
from linkflow.web.portal.shell import bare_shell
from linkflow.web.portal.sign_in import client_key
from linkflow.web.portal_sign_in_views import LeavingForProviderPage
from linkflow.web.running import ctx, href

_ASK = "Ask the person who looks after the portal at {organization}."
# What is said on the sign-in page; for every other reason see `_words`.
_WORDS = {
    "access_denied": "You cancelled the sign-in, or {organization} did not allow it. Nobody was signed in.",
    "attempt-expired": "That sign-in took longer than 15 minutes. Please start again.",
    "no-group": f"Your account is not in a group that may use this portal. {_ASK}",
    "no-verified-address": f"Your account has no email address that {{organization}} has verified. {_ASK}",
    "address-of-another-domain": f"The email address of your account is not one of {{organization}}’s. {_ASK}",
    "address-taken": f"Another account here has your email address already, so you were not signed in. {_ASK}",
    "account-disabled": f"Your account in this portal has been switched off. {_ASK}",
}
_UNAVAILABLE = "The sign-in of {organization} does not answer right now. Please try again in a few minutes."
_UNCLEAR = f"The answer from {{organization}}’s sign-in could not be trusted, so nobody was signed in. {_ASK}"
_REFUSED = f"{{organization}}’s sign-in refused, so nobody was signed in. {_ASK}"


@public
def set_out(slug: str) -> Response:
    """The button was pressed: off to the provider, or back to the page with the reason."""
    organization = _organization(slug)
    form, here = Form(), href(organization_sign_in_path(slug))
    try:
        done = form.carry_out(
            lambda: single_sign_on.start(
                ctx(), organization, browser_hash=browser.own_browser_hash(), client=client_key()
            )
        )
    except ProviderFailed as failed:
        session.tell("warn", _words(failed.reason, organization))
        return redirect(here, 303)
    if done is None:
        session.tell("warn", next(iter(form.problems), ""))
        return redirect(here, 303)
    return redirect(href(leaving_path(slug, done.value)), 303)


@public
def leaving(slug: str, attempt_id: str) -> Response:
    """A form that answered with another host's address would be stopped by the policy; a page of ours is not."""
    organization, here = _organization(slug), href(organization_sign_in_path(slug))
    try:
        address = single_sign_on.authorize_address(ctx(), slug, attempt_id, browser_hash=browser.browser_hash())
    except ProviderFailed as failed:
        session.tell("warn", _words(failed.reason, organization))
        return redirect(here, 303)
    if address is None:
        return redirect(here, 303)
    page = LeavingForProviderPage(host=urlsplit(address).netloc, authorize_url=address, back_href=here)
    response = render("portal/sign-in-leaving.html", shell=bare_shell(organization), page=page)
    response.headers["Refresh"] = f"0;url={address}"
    return response


@guarded("callback")
def come_back(slug: str) -> Response:
    """Judge the answer, and go on to an address without code and state."""
    organization, here = _organization(slug), href(organization_sign_in_path(slug))
    args = request.args.to_dict(flat=False)
    try:
        answered = single_sign_on.answer(
            ctx(), args, organization=slug, browser_hash=browser.browser_hash(), client=client_key()
        )
    except (StateInvalid, CallbackRefused):
        page = OffRampPage(code="sign-in-refused", retry_href=here)
        return off_ramp(page, organization=organization)
    if answered.user is not None:
        return redirect(href(session.begin(answered.user, ctx().now()) or COMPANIES), 303)
    if answered.refusal is not None:
        # An answer that came twice writes no cookie: it could replace the one that signs somebody in.
        session.tell("warn", _words(answered.refusal, organization))
    return redirect(here, 303)


def _organization(slug: str) -> Organization:
    found = ctx().organizations().get(slug)
    if found is None or found.sign_in is None:
        raise NotFound
    speak_for(found)
    return found


def _words(reason: str, organization: Organization) -> str:
    words = _WORDS.get(reason)
    if words is None:
        words = _UNAVAILABLE if reason in PASSING else _UNCLEAR if reason.startswith(BELIED) else _REFUSED
    return words.format(organization=organization.name)
