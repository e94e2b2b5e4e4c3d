"""Changing a company: what is known of it, whom to write to, whose it is. Nobody's change is lost silently."""

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.services import keeping
from linkflow.services.sight import seen_company
from linkflow.store.companies import Company
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.company_form import CompanyForm, form_page, in_sight, kept
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import company_edit_path, company_links_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_company_views import StoredValue
from linkflow.web.running import ctx, href


@portal("manager")
def edit_company(user: User, company_id: str) -> Response:
    """Save what was typed; a changed address leads on to new links."""
    with ctx().database.reading() as tx:
        known = seen_company(ctx(), tx, user, company_id)
    form = CompanyForm() if request.method == "POST" else CompanyForm(formdata=None, data=_values(known))
    done = form.carry_out(
        lambda: keeping.edit(ctx(), user, known.id, kept(form), version=_version(form.version.data or ""))
    )
    if done is not None:
        session.tell("ok", "What you changed is saved.")
        onward = company_links_path(known.id) if done.value else company_page_path(known.id)
        return redirect(href(in_sight(user, known.id, onward)), 303)
    return _shown(user, form, known)


def _shown(user: User, form: CompanyForm, known: Company) -> Response:
    stale = form.is_submitted() and form.version.data != str(known.version)
    page = form_page(
        user,
        form,
        company_edit_path(known.id),
        cancel=company_page_path(known.id),
        company_id=known.id,
        company_name=known.name,
        stored=_differing(user, form, known) if stale else (),
    )
    return render("portal/edit-company.html", shell=portal_shell(user), page=page, status=form.status)


def _values(known: Company) -> dict[str, str]:
    return {
        "company_name": known.name,
        "description": known.description,
        "contact_name": known.contact_name,
        "contact_email": known.contact_email,
        "version": str(known.version),
    }


def _differing(user: User, form: CompanyForm, known: Company) -> tuple[StoredValue, ...]:
    """What is stored now where it is not what was typed; from here on the form is about that."""
    values, whose = _values(known), keeping.colleagues(ctx(), user, known.id)
    form.version.raw_data = [values.pop("version")]
    found = [StoredValue(field=name, value=value) for name, value in values.items() if form[name].data != value]
    if set(form.users.data or ()) != whose.assigned:
        named = ", ".join(one.name for one in whose.listed if one.id in whose.assigned)
        found.append(StoredValue(field="users", value=named))
    return tuple(found)


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
