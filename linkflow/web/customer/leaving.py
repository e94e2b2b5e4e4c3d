"""The page on the way out: it names the address the browser goes to, and goes there.

A form that answered with another host's address would be stopped by `form-action 'self'`; a page of our own with a
refresh of zero seconds and the same link is not.
"""

import re
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.connections import AttemptState
from linkflow.domain.journey import Step
from linkflow.services import authorizing, choosing
from linkflow.store.visits import EntityVisit
from linkflow.web import browser
from linkflow.web.aside_views import FinishingPage
from linkflow.web.assets import software_logo
from linkflow.web.consent_views import LeavingPage
from linkflow.web.customer.software_words import connect_button
from linkflow.web.errors import off_ramp
from linkflow.web.guards import Visiting, journey
from linkflow.web.page_views import OffRampPage
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell

# Browsers inside other apps: many forget their cookies on the way back from a sign-in.
_IN_APP = re.compile(r"FBAN|FBAV|FB_IAB|Instagram|LinkedInApp|Line/|MicroMessenger|; wv\)|GSA/|Outlook-iOS|YaApp")


@journey(Step.LEAVING)
def leaving(here: Visiting) -> Response:
    """Off to the software, if this browser has an attempt that still can be used."""
    entity = here.one
    if entity.attempt_state is AttemptState.EXCHANGING:
        return _finishing(here, entity)
    usable = entity.attempt_state is AttemptState.STARTED
    if entity.attempt_id is None or not usable or not choosing.still_offered(ctx(), here.organization, entity):
        return redirect(href(here.path(Step.CONSENT)), 303)
    if entity.attempt_browser_hash != browser.browser_hash():
        return off_ramp(OffRampPage(code="other-browser", retry_href=href(here.path(Step.CONSENT))), status=200)
    address = authorizing.authorize_address(ctx(), entity.attempt_id)
    if address is None:
        return redirect(href(here.path(Step.CONSENT)), 303)
    in_app = bool(_IN_APP.search(request.user_agent.string))
    software = ctx().catalogue[str(entity.software)]
    page = LeavingPage(
        software_name=software.name,
        host=urlsplit(address).netloc,
        authorize_url=address,
        back_href=href(here.path(Step.CONSENT)),
        software_logo_url=software_logo(software),
        connect_button=connect_button(software, here.visit.link.language),
        in_app_browser=in_app,
    )
    response = render("customer/leaving.html", shell=customer_shell(here, Step.LEAVING), page=page)
    if not in_app:
        response.headers["Refresh"] = f"0;url={address}"
    return response


def _finishing(here: Visiting, entity: EntityVisit) -> Response:
    """Another tab's answer is being exchanged: wait for it, or after half a minute start again."""
    claimed = entity.attempt_claimed_at
    stuck = claimed is None or ctx().now() - claimed >= authorizing.EXCHANGE_PATIENCE
    page = FinishingPage(
        software_name=ctx().software_name(str(entity.software)),
        again_href=href(here.path(Step.LEAVING)),
        retry_href=href(here.path(Step.CONSENT)) if stuck else None,
    )
    return render("customer/finishing.html", shell=customer_shell(here, Step.LEAVING), page=page)
