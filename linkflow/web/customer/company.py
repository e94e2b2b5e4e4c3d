"""Is this the right company? Always asked, never answered for the customer."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.errors import LinkflowError, NotFound, Refused, SoftwareUnavailable
from linkflow.domain.journey import Step
from linkflow.services import connecting
from linkflow.services.connecting import AccessRanOut, Candidate
from linkflow.web.customer.software_words import words
from linkflow.web.customer_views import ConfirmCompanyPage, TenantChoice
from linkflow.web.errors import ANSWERS, off_ramp
from linkflow.web.forms import Form, button, form_view
from linkflow.web.guards import Visiting, journey, onward
from linkflow.web.page_views import OffRampPage
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class CompanyForm(Form):
    """The company chosen, or none of them."""

    tenant = StringField()
    none = StringField()


@journey(Step.CONFIRM_COMPANY)
def confirm_company(here: Visiting) -> Response:
    """The companies behind the sign-in, by name and country."""
    form = CompanyForm()
    try:
        if form.carry_out(lambda: _settle(here, form)):
            return onward(here)
        found = connecting.candidates(ctx(), here.visit, here.one)
    except AccessRanOut:
        return off_ramp(_ran_out(here), status=200)
    except LinkflowError as error:
        return _refused(here, error)
    page = ConfirmCompanyPage(
        form=form_view(form, here.path(Step.CONFIRM_COMPANY)),
        software_name=_software(here),
        expected_name=here.one.name or here.visit.link.company_name,
        tenants=tuple(_choice(candidate) for candidate in found),
    )
    shell = customer_shell(here, Step.CONFIRM_COMPANY)
    return render("customer/confirm-company.html", shell=shell, page=page, status=form.status)


@journey(Step.CONFIRM_COMPANY)
def renew_access(here: Visiting) -> Response:
    """The minutes that came with the sign-in are over: ask the software for more, then show the companies."""
    try:
        Form().carry_out(lambda: connecting.renew_access(ctx(), here.one))
    except LinkflowError as error:
        return _refused(here, error)
    return redirect(href(here.path(Step.CONFIRM_COMPANY)), 303)


def _ran_out(here: Visiting) -> OffRampPage:
    form = button(here.path("renew-access"))
    return OffRampPage(code="software-unavailable", software_name=_software(here), form=form)


def _settle(here: Visiting, form: CompanyForm) -> None:
    if form.none.data:
        connecting.drop_company(ctx(), here.visit, here.one)
    elif form.tenant.data:
        connecting.choose_company(ctx(), here.visit, here.one, form.tenant.data)
    else:
        raise Refused("tenant", "empty")


def _refused(here: Visiting, error: LinkflowError) -> Response:
    """Why this sign-in cannot be used, with the ways on: sign in again, other software, a file, somebody else."""
    if isinstance(error, NotFound):
        raise error
    code = error.code if error.code in ANSWERS else "software-unavailable"
    feel, software = here.organization.feel, ctx().catalogue.get(here.one.pending_software or "")
    # What a moment may mend is tried again here; a sign-in that is over begins anew.
    again = Step.CONFIRM_COMPANY if isinstance(error, SoftwareUnavailable) else Step.CONSENT
    page = OffRampPage(
        code=code,
        software_name=_software(here),
        required_role=words(software.required_role, here.visit.link.language) if software else None,
        tenant_name=error.details.get("tenant_name"),
        expected_name=error.details.get("expected_name"),
        retry_href=href(here.path(again)),
        other_software_href=href(here.path(Step.SOFTWARE)),
        upload_href=href(here.path("upload-consent")) if feel.upload else None,
        hand_over_href=href(here.request_path(Step.HAND_OVER)) if feel.hand_over else None,
    )
    return off_ramp(page)


def _choice(candidate: Candidate) -> TenantChoice:
    tenant = candidate.tenant
    return TenantChoice(
        id=tenant.id,
        name=tenant.name,
        resembles=candidate.resembles,
        legal_name=tenant.legal_name,
        country=tenant.country,
        currency=tenant.currency,
        connected_as=candidate.connected_as,
    )


def _software(here: Visiting) -> str:
    software = ctx().catalogue.get(here.one.pending_software or "")
    return software.name if software else ""
