"""The form of a company, new or known, and what it comes to in domain words."""

from flask import request
from wtforms import SelectMultipleField, StringField

from linkflow.domain.errors import NotFound
from linkflow.services import keeping
from linkflow.services.keeping import KeptCompany
from linkflow.services.requesting import NewCompany
from linkflow.services.sight import seen_company
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.portal.paths import COMPANIES
from linkflow.web.portal_company_views import CompanyFormPage, StoredValue, UserChoice
from linkflow.web.running import ctx, href


class CompanyForm(Form):
    """`draft` stands for a company that is not there yet, `version` for how it was when the form was filled."""

    company_name = StringField()
    description = StringField()
    contact_name = StringField()
    contact_email = StringField()
    users = SelectMultipleField(choices=[], validate_choice=False)
    others = StringField()
    draft = StringField()
    version = StringField()


def kept(form: CompanyForm) -> KeptCompany:
    """What was typed."""
    company = NewCompany(
        name=form.company_name.data or "",
        description=form.description.data or "",
        contact_name=form.contact_name.data or "",
        contact_email=form.contact_email.data or "",
    )
    return KeptCompany(company=company, user_ids=tuple(form.users.data or ()), others=form.others.data or "")


def form_page(
    user: User,
    form: CompanyForm,
    path: str,
    *,
    cancel: str,
    company_id: str | None = None,
    company_name: str | None = None,
    stored: tuple[StoredValue, ...] = (),
) -> CompanyFormPage:
    """The page around the form; ticks come back as they were sent."""
    known = keeping.colleagues(ctx(), user, company_id)
    chosen = set(form.users.data or ()) if request.method == "POST" else known.assigned
    return CompanyFormPage(
        form=form_view(form, path),
        users=tuple(
            UserChoice(id=one.id, name=one.name, email=one.email, chosen=one.id in chosen) for one in known.listed
        ),
        cancel_href=href(cancel),
        company_name=company_name,
        more_users=known.more,
        stored=stored,
    )


def in_sight(user: User, company_id: str, path: str) -> str:
    """`path`, or the list for somebody who gave the company to others and sees only their own."""
    try:
        with ctx().database.reading() as tx:
            seen_company(ctx(), tx, user, company_id)
    except NotFound:
        return COMPANIES
    return path
