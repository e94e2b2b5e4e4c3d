"""Deciding about a company that a customer chose in place of the one connected."""

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.services import replacing
from linkflow.services.reviewing import CompanyReview
from linkflow.store.tenant_changes import AskedChange
from linkflow.store.users import User
from linkflow.web.company_page_views import ApproveCompanyPage, ChangeView
from linkflow.web.forms import Form, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import change_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href

_APPROVED = {
    True: "The company is approved. Its books are being read; those of the other one are deleted.",
    False: "The company is approved. The contact is asked by email to sign in once more.",
    None: "This was decided before.",
}
_KEPT = {True: "The connection stays as it is.", False: "This was decided before."}


@portal("manager")
def approve(user: User, change_id: str) -> Response:
    """What letting the company chosen take the other's place means, and the one button that does it."""
    found, form = replacing.decision(ctx(), user, change_id), Form()
    done = form.carry_out(lambda: replacing.approve(ctx(), user, change_id))
    if done is not None:
        session.tell("ok" if done.value is not None else "info", _APPROVED[done.value])
    if done is not None or found.asked is None:
        return redirect(href(company_page_path(found.company_id)), 303)
    page = ApproveCompanyPage(
        form=form_view(form, change_path(change_id, "approve")),
        company_name=found.company_name,
        change=_view(found.asked, found.company_name, acts=True),
        back_href=href(company_page_path(found.company_id)),
    )
    return render("portal/approve-company.html", shell=portal_shell(user), page=page, status=form.status)


@portal("manager")
def keep(user: User, change_id: str) -> Response:
    """Stay with the company connected."""
    found, form = replacing.decision(ctx(), user, change_id), Form()
    done = form.carry_out(lambda: replacing.keep(ctx(), user, change_id))
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell("ok" if done.value else "info", _KEPT[done.value])
    return redirect(href(company_page_path(found.company_id)), 303)


def change_views(review: CompanyReview, *, acts: bool) -> tuple[ChangeView, ...]:
    """What waits for a decision, beside what is connected now; with `acts` the user may decide."""
    return tuple(_view(change, review.company.name, acts=acts) for change in review.changes)


def _view(change: AskedChange, company_name: str, *, acts: bool) -> ChangeView:
    return ChangeView(
        entity_name=change.entity_name or company_name,
        software_name=ctx().software_name(change.software),
        old_name=change.old_name,
        new_name=change.tenant_name,
        asked_at=change.asked_at,
        country=change.tenant_country,
        currency=change.tenant_currency,
        resembles=change.name_matches is not False,
        approve_href=href(change_path(change.id, "approve")) if acts else None,
        keep=button(change_path(change.id, "keep")) if acts else None,
    )
