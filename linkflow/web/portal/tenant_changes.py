"""Deciding about a company that a customer chose in place of the one connected."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.services import replacing
from linkflow.services.context import Context
from linkflow.services.reviewing import CompanyReview
from linkflow.store.tenant_changes import AskedChange
from linkflow.store.users import User
from linkflow.web.company_page_views import ChangeView
from linkflow.web.forms import Form, button
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import change_path
from linkflow.web.running import ctx, href

_APPROVED = {
    True: "The company is approved. Its books are being read; those of the other one are deleted.",
    False: "The company is approved. The contact is asked by email to sign in once more.",
    None: "This was decided before.",
}
_KEPT = {True: "The connection stays as it is.", False: "This was decided before."}


@portal("manager")
def approve(user: User, change_id: str) -> Response:
    """Let the company chosen take the other's place."""
    return _decided(user, change_id, lambda app, who, which: _APPROVED[replacing.approve(app, who, which)])


@portal("manager")
def keep(user: User, change_id: str) -> Response:
    """Stay with the company connected."""
    return _decided(user, change_id, lambda app, who, which: _KEPT[replacing.keep(app, who, which)])


def change_views(review: CompanyReview, *, acts: bool) -> tuple[ChangeView, ...]:
    """What waits for a decision, beside what is connected now; with `acts` the user may decide."""
    return tuple(_view(change, review.company.name, acts=acts) for change in review.changes)


def _view(change: AskedChange, company_name: str, *, acts: bool) -> ChangeView:
    software = ctx().catalogue.get(change.software)
    return ChangeView(
        entity_name=change.entity_name or company_name,
        software_name=software.name if software else change.software,
        old_name=change.old_name,
        new_name=change.tenant_name,
        asked_at=change.asked_at,
        country=change.tenant_country,
        currency=change.tenant_currency,
        resembles=change.name_matches is not False,
        approve=button(change_path(change.id, "approve")) if acts else None,
        keep=button(change_path(change.id, "keep")) if acts else None,
    )


def _decided(user: User, change_id: str, act: Callable[[Context, User, str], str]) -> Response:
    company_id = replacing.company_of_change(ctx(), user, change_id)
    form = Form()
    done = form.carry_out(lambda: act(ctx(), user, change_id))
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell("ok", done.value)
    return redirect(href(company_page_path(company_id)), 303)
