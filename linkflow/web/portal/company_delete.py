"""Deleting a company: what goes and what stays is said, its name is typed, and from then on it is going."""

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path
from linkflow.services import deleting
from linkflow.store.holdings import MOST, SoftwareConnections
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import COMPANIES, company_delete_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_company_views import DeleteCompanyPage, SoftwareCount
from linkflow.web.running import ctx, href


class DeleteForm(Form):
    """The name, typed."""

    typed_name = StringField()


@portal("manager")
def delete_company(user: User, company_id: str) -> Response:
    """Ask; on the right name, let it go."""
    form = DeleteForm() if request.method == "POST" else DeleteForm(formdata=None)
    done = form.carry_out(lambda: deleting.delete(ctx(), user, company_id, typed_name=form.typed_name.data or ""))
    if done is not None:
        session.tell("ok", f"{done.value} is being deleted, with all it shared. Nothing of it can be opened any more.")
        return redirect(href(COMPANIES), 303)
    return _asked(user, company_id, form)


def _asked(user: User, company_id: str, form: DeleteForm) -> Response:
    leaving = deleting.what_goes(ctx(), user, company_id)
    held = leaving.holdings
    page = DeleteCompanyPage(
        form=form_view(form, company_delete_path(company_id)),
        company_name=leaving.company.name,
        cancel_href=href(company_page_path(company_id)),
        requests=held.requests,
        connections=tuple(_named(one) for one in held.connections),
        tokens=held.tokens,
        records=held.records,
        most_records=MOST,
        files=held.files,
        mails=held.mails,
        consents=held.consents,
        kept_months=leaving.records_kept_months,
    )
    return render("portal/delete-company.html", shell=portal_shell(user), page=page, status=form.status)


def _named(one: SoftwareConnections) -> SoftwareCount:
    return SoftwareCount(name=ctx().software_name(one.software), count=one.count, live=one.live)
