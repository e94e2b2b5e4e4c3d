"""The one place that turns a refusal into a page. A customer never sees a bare 500."""

import logging
import secrets
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Flask, g, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from linkflow.domain.errors import LinkflowError
from linkflow.languages import SOURCE
from linkflow.organization_model import Organization
from linkflow.store.users import User
from linkflow.web.language import chosen
from linkflow.web.page_views import OffRampPage
from linkflow.web.pages import render, speak_for
from linkflow.web.portal.guard import signed_in_user
from linkflow.web.portal.paths import COMPANIES, PORTAL
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href, mount
from linkflow.web.shells import organization_shell

log = logging.getLogger("linkflow.web")

# Code → template and status; a code that is not here is a defect of ours and shows as one.
ANSWERS: dict[str, tuple[str, int]] = {
    "link-expired": ("link-expired", 410),
    "link-withdrawn": ("link-withdrawn", 410),
    "link-invalid": ("link-invalid", 404),
    "page-not-found": ("page-not-found", 404),
    "session-ended": ("session-ended", 403),
    "cookies-blocked": ("cookies-blocked", 403),
    "forbidden": ("session-ended", 403),
    "cross-site": ("cross-site", 403),
    "state-invalid": ("link-invalid", 400),
    "callback-refused": ("software-unavailable", 400),
    "sign-in-refused": ("sign-in-refused", 400),
    "access-not-allowed": ("access-not-allowed", 400),
    "declined-at-software": ("declined-at-software", 200),
    "software-unavailable": ("software-unavailable", 503),
    "wrong-role": ("wrong-role", 403),
    "no-company": ("no-company", 404),
    "company-in-use": ("company-in-use", 409),
    "different-company": ("different-company", 409),
    "other-browser": ("other-browser", 400),
    "connected-elsewhere": ("connected-elsewhere", 409),
    "company-going": ("company-going", 410),
    "first-sync-failed": ("first-sync-failed", 200),
    "too-many-requests": ("too-many-requests", 429),
    "bad-host": ("bad-host", 400),
    "too-large": ("too-large", 413),
    "busy": ("busy", 503),
    "conflict": ("busy", 409),
    "server-fault": ("server-fault", 500),
}
_IN_THE_PORTAL = {"forbidden": "forbidden", "page-not-found": "nothing-here"}
"""Pages somebody signed in gets in the portal's own frame: code → template; without a session that of `ANSWERS`."""
_ONWARD = {"company-going": COMPANIES}
"""Where a page leads that has one way on for everybody."""
_PASSING = ("busy", "server-fault")
"""Pages whose reason may be gone when one tries again."""
_BY_STATUS = {
    403: "forbidden",
    404: "page-not-found",
    405: "page-not-found",
    413: "too-large",
    429: "too-many-requests",
    503: "busy",
}


def answer_errors(blueprint: Blueprint) -> None:
    """Answer what the blueprint's own views raise; the host's pages stay the host's."""
    blueprint.register_error_handler(LinkflowError, refused)
    blueprint.register_error_handler(HTTPException, http_error)
    blueprint.register_error_handler(Exception, fault)


def answer_everything(app: Flask) -> None:
    """For linkflow alone in its own app: addresses that match nothing get our page too."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, fault)


def off_ramp(page: OffRampPage, *, organization: Organization | None = None, status: int | None = None) -> Response:
    """An off-ramp page in the organization's look; for a user who is signed in, some are pages of the portal."""
    template, usual = ANSWERS[page.code]
    user = signed_in_user() if page.code in _IN_THE_PORTAL and _is_for_users() else None
    if user is not None:
        return _in_the_portal(user, page.code, status or usual)
    retry = page.retry_href or (_same_address() if template in _PASSING else None)
    whose, for_users = organization or known_organization(), _is_for_users()
    return render(
        f"errors/{template}.html",
        shell=organization_shell(whose, language=SOURCE if for_users else chosen(whose, known_language())),
        page=replace(page, code=template, for_users=for_users, retry_href=retry),
        status=status or usual,
    )


def _in_the_portal(user: User, code: str, status: int) -> Response:
    speak_for(ctx().organizations()[user.organization])
    template, page = f"portal/{_IN_THE_PORTAL[code]}.html", OffRampPage(code=code, for_users=True)
    return render(template, shell=portal_shell(user), page=page, status=status)


def refused(error: LinkflowError) -> Response:
    """A domain refusal as its page."""
    if error.code not in ANSWERS:
        return fault(error)
    organization = ctx().organizations().get(error.details.get("organization", ""))
    if organization is not None:
        speak_for(organization, error.details.get("language", "") or known_language())
    page = OffRampPage(
        code=error.code,
        tenant_name=error.details.get("tenant_name"),
        expected_name=error.details.get("expected_name"),
        retry_href=href(_ONWARD[error.code]) if error.code in _ONWARD else None,
    )
    response = off_ramp(page, organization=organization)
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


def http_error(error: HTTPException) -> Response:
    """A framework refusal as our page; redirects and finished answers pass through."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    code = _BY_STATUS.get(error.code or 500, "server-fault" if (error.code or 500) >= 500 else "page-not-found")
    if isinstance(error, SecurityError):
        code = "bad-host"
    return off_ramp(OffRampPage(code=code), status=error.code)


def fault(error: Exception) -> Response:
    """A defect of ours: a reference for the person, the trace for the log."""
    reference = secrets.token_hex(4)
    log.error("fault %s at %s", reference, request.endpoint, exc_info=error)
    return off_ramp(OffRampPage(code="server-fault", reference=reference), status=500)


def known_organization() -> Organization | None:
    """The organization this request turned out to be about."""
    found: Organization | None = g.get("linkflow_organization")
    return found


def known_language() -> str:
    """The language of this request's page, where that has been settled; else empty."""
    found: str = g.get("linkflow_language", "")
    return found


def _is_for_users() -> bool:
    path = request.path.removeprefix(mount(ctx().settings.public_url))
    return path == PORTAL or path.startswith(f"{PORTAL}/")


def _same_address() -> str | None:
    """Where the person is, to be tried again; None for what was sent, and for answers of another site, taken once."""
    if request.method != "GET" or "state" in request.args:
        return None
    query = request.query_string.decode("ascii", "ignore")
    return f"{quote(request.path)}{'?' if query else ''}{query}"
