"""After the contact's address changed: which open requests have no link any more, and one button for new ones."""

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.services import keeping
from linkflow.store.users import User
from linkflow.web.forms import Form, button
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import company_links_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_company_views import CompanyLinksPage, LostLink
from linkflow.web.running import ctx, href


@portal("manager")
def company_links(user: User, company_id: str) -> Response:
    """Say what stopped; on a press, mail the present contact a new link for each."""
    if request.method == "POST":
        return _mailed(user, company_id)
    company, lost = keeping.without_link(ctx(), user, company_id)
    page = CompanyLinksPage(
        company_name=company.name,
        company_href=href(company_page_path(company.id)),
        contact_name=company.contact_name,
        contact_email=company.contact_email,
        lost=tuple(LostLink(name=one.name, href=href(request_page_path(one.id))) for one in lost),
        send=button(company_links_path(company.id)) if lost else None,
    )
    return render("portal/company-links.html", shell=portal_shell(user), page=page)


def _mailed(user: User, company_id: str) -> Response:
    form = Form()
    done = form.carry_out(lambda: keeping.replace_links(ctx(), user, company_id))
    if done is None:
        session.tell("bad", form.problems[0])
        return redirect(href(company_links_path(company_id)), 303)
    said = {0: ("info", "Every open request has its link."), 1: ("ok", "A new link is on its way.")}
    session.tell(*said.get(done.value, ("ok", "New links are on their way.")))
    return redirect(href(company_page_path(company_id)), 303)
