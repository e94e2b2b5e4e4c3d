"""The link's own page.

Looking changes nothing. The first press opens the request in this browser and takes the token out of the address; it
answers nothing for the customer, because mail scanners press it too.
"""

from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import LinkExpired, LinkflowError, NotFound, TooMany
from linkflow.domain.links import link_path
from linkflow.domain.requests import DataType
from linkflow.organization_model import Welcome
from linkflow.services import coding, linking, wording
from linkflow.store.visits import LinkVisit
from linkflow.web import browser
from linkflow.web.browser import Opening
from linkflow.web.customer_views import WelcomePage
from linkflow.web.errors import off_ramp
from linkflow.web.guards import arrive, standing_path
from linkflow.web.language import chosen
from linkflow.web.marks import guarded
from linkflow.web.page_views import AboutRequest, FormView, OffRampPage
from linkflow.web.pages import render, speak_for
from linkflow.web.portal.guard import signed_in_user
from linkflow.web.running import ctx, href
from linkflow.web.shells import organization_shell


class CookiesBlocked(LinkflowError):
    """This browser does not send back what it is given, so nothing it answers could be kept apart from others."""

    code = "cookies-blocked"


@guarded("link")
def welcome(token: str) -> Response:
    """What is asked, by whom and why; without any name of the customer's."""
    try:
        link = _opened(token)
    except LinkExpired as expired:
        return _expired(token, expired.details["organization"], expired.details["language"])
    browser.own_browser_hash()
    return _shown(link, token, preview=_is_theirs(link))


@guarded("link")
def follow(token: str) -> Response:
    """The first press. A signed-in user of the organization only looks."""
    try:
        link = _opened(token)
    except LinkExpired:
        return welcome(token)
    if _is_theirs(link):
        return _shown(link, token, preview=True)
    if not browser.has_cookie():
        raise CookiesBlocked(organization=link.organization)
    app, now = ctx(), ctx().now()
    linking.follow_link(app, link)
    known = next((one for one in browser.openings(now) if one.link_id == link.link_id), None)
    passed = known is not None and known.issue == link.issue and known.code_passed
    prefers_file = request.form.get("way") == "upload"
    # A code that was passed lasts as long as the session it was typed in, however often the link is followed.
    since = known.since if known is not None and passed else now
    browser.remember(Opening(link.link_id, link.issue, since, now, passed, prefers_file), now)
    if app.organizations()[link.organization].feel.one_time_code and not passed:
        # After three in an hour the code's own page says when there will be another.
        with suppress(TooMany):
            coding.mail_first_code(app, link, browser_hash=browser.own_browser_hash())
    return redirect(href(standing_path(arrive(link.request_id, None))), 303)


@guarded("link")
def renew(token: str, slug: str) -> Response:
    """Mail a fresh link to the address on file; the answer is the same for every link there is or is not.

    Whose look and language it has is in the address: the link's own would tell a link there is from one there is not.
    """
    linking.renew_link(ctx(), token)
    return _expired(token, slug, request.args.get("language", ""), sent=True)


def _opened(token: str) -> LinkVisit:
    link = linking.open_link(ctx(), token)
    organization = ctx().organizations()[link.organization]
    language = chosen(organization, link.language)
    speak_for(organization, language)
    return replace(link, language=language)


def _is_theirs(link: LinkVisit) -> bool:
    """Whether a user of the organization looks at its own request: a preview."""
    user = signed_in_user()
    return user is not None and user.organization == link.organization


def _expired(token: str, slug: str, named: str, *, sent: bool = False) -> Response:
    organization = ctx().organizations().get(slug)
    if organization is None:
        raise NotFound
    speak_for(organization, chosen(organization, named))
    form = FormView(action=f"{href(link_path(token))}/renew/{slug}?{urlencode({'language': named})}")
    page = OffRampPage(code="link-expired", form=form, sent=sent)
    return off_ramp(page, status=200 if sent else None)


def _shown(link: LinkVisit, token: str, *, preview: bool) -> Response:
    organization = ctx().organizations()[link.organization]
    page = WelcomePage(
        form=FormView(action=href(link_path(token))),
        rm_name=link.rm_name or organization.name,
        request_name=link.request_name,
        purpose=wording.purpose(organization, link.language),
        data_types=tuple(kind.value for kind in DataType if kind in link.data_types),
        phrase=link.phrase,
        masked_recipient=mask_address(link.recipient_email),
        due_on=link.due_on,
        expires_at=link.link_expires_at,
        upload=organization.feel.upload,
        short=organization.feel.welcome is Welcome.SHORT,
        preview=preview,
        check_page_url=organization.phrase_check_url,
    )
    about = AboutRequest(request_name=link.request_name, rm_name=link.rm_name, phrase=link.phrase)
    shell = replace(organization_shell(organization, language=link.language), about=about)
    return render("customer/welcome.html", shell=shell, page=page)
