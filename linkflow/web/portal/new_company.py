"""A new company; adding it leads on to what is asked of it."""

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.services import keeping
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.company_form import CompanyForm, form_page, in_sight, kept
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import COMPANIES, new_company_path, new_request_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href


@portal("manager")
def new_company(user: User) -> Response:
    """Add it once, however often the button is pressed."""
    form = CompanyForm() if request.method == "POST" else CompanyForm(formdata=None, data={"draft": ctx().new_id()})
    done = form.carry_out(lambda: keeping.add(ctx(), user, kept(form), draft=(form.draft.data or "")[:40]))
    if done is not None:
        session.tell("ok", f"{' '.join((form.company_name.data or '').split())} was added.")
        return redirect(href(in_sight(user, done.value, new_request_path(done.value))), 303)
    page = form_page(user, form, new_company_path(), cancel=COMPANIES)
    return render("portal/new-company.html", shell=portal_shell(user), page=page, status=form.status)
