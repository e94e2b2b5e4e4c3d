"""Where a software sends the customer back to. Every answer leads on to an address without code and state."""

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.errors import LinkflowError, NotFound
from linkflow.domain.journey import Step, may_visit
from linkflow.domain.links import step_path
from linkflow.services import authorizing, linking
from linkflow.services.authorizing import Answered, Outcome
from linkflow.services.signing import StateInvalid
from linkflow.web import browser
from linkflow.web.errors import off_ramp
from linkflow.web.guards import arrive, onward
from linkflow.web.marks import guarded, public
from linkflow.web.page_views import OffRampPage
from linkflow.web.running import ctx, href

# Outcomes the entity's own pages show from what is stored; the others have a page of their own.
_ONWARD = {
    Outcome.RETURNED: Step.CONFIRM_COMPANY,
    Outcome.IN_PROGRESS: Step.LEAVING,
    Outcome.EXPIRED: Step.CONSENT,
    # The page on the way out says that another browser began it; the page of a withdrawn link says so itself.
    Outcome.OTHER_BROWSER: Step.LEAVING,
    Outcome.WITHDRAWN: Step.LEAVING,
}


# Outcomes that have a page of their own below the entity's path.
OWN_PAGES = (Outcome.DECLINED, Outcome.UNAVAILABLE, Outcome.ELSEWHERE)


@guarded("callback")
def callback(software: str) -> Response:
    """Judge the answer and go on to a clean address."""
    args, named = request.args.to_dict(flat=False), software.replace("-", "_")
    try:
        answered = authorizing.answer(ctx(), args, software=named, browser_hash=browser.browser_hash())
    except StateInvalid:
        if not any(args.get("error", ())):
            raise
        return _not_allowed(named)
    return redirect(href(_next(answered)), 303)


def _not_allowed(software: str) -> Response:
    """A refusal that names no attempt of ours, as some software sends it: nothing is changed, and nobody is lost."""
    known, openings = ctx().catalogue.get(software), browser.openings(ctx().now())
    # Which request it was can be guessed where this browser has only one open.
    sole = linking.request_of(ctx(), openings[0].link_id) if len(openings) == 1 else None
    page = OffRampPage(
        code="access-not-allowed",
        software_name=known.name if known else None,
        retry_href=href(step_path(sole, "onward")) if sole else None,
    )
    return off_ramp(page)


@public
def other_browser(slug: str) -> Response:
    """The sign-in came back to a browser that did not begin it and may not open the request."""
    organization = ctx().organizations().get(slug)
    if organization is None:
        raise NotFound
    return off_ramp(OffRampPage(code="other-browser"), organization=organization, status=200)


def outcome(request_id: str, entity_id: str, code: str) -> Response:
    """How the sign-in ended, at an address that can be reloaded; every way on is a link."""
    here = arrive(request_id, entity_id)
    if not may_visit(Step.EXIT, here.progress):
        return onward(here)
    software = ctx().catalogue.get(here.one.software or here.one.attempt_software or "")
    feel = here.organization.feel
    again = Step.SUMMARY if code == Outcome.ELSEWHERE else "onward"
    page = OffRampPage(
        code=code,
        software_name=software.name if software else None,
        tenant_name=here.one.tenant_name,
        retry_href=href(here.path("onward") if again == "onward" else here.request_path(Step.SUMMARY)),
        other_software_href=href(here.path(Step.SOFTWARE)),
        upload_href=href(here.path("upload-consent")) if feel.upload else None,
        hand_over_href=href(here.request_path(Step.HAND_OVER)) if feel.hand_over else None,
        summary_href=href(here.request_path(Step.SUMMARY)),
    )
    return off_ramp(page, status=200)


outcome.guard = "journey"  # type: ignore[attr-defined]  # `arrive` guards it


def _next(answered: Answered) -> str:
    if answered.outcome is Outcome.OTHER_BROWSER and not _may_open(answered):
        return f"/other-browser/{answered.organization}"
    if answered.outcome is Outcome.REMOVED:
        return step_path(answered.request_id, "onward")
    step = _ONWARD.get(answered.outcome, answered.outcome.value)
    return step_path(answered.request_id, step, answered.entity_id)


def _may_open(answered: Answered) -> bool:
    try:
        arrive(answered.request_id, answered.entity_id)
    except LinkflowError:
        return False
    return True
