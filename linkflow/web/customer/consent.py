"""The consent, and the page on the way out to the software."""

import re
from dataclasses import replace

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.errors import NotFound
from linkflow.domain.journey import Step
from linkflow.domain.requests import DataType
from linkflow.domain.software import UPLOAD
from linkflow.markdown import as_html
from linkflow.services import choosing, consenting
from linkflow.services.consenting import Offer
from linkflow.services.locating import Question
from linkflow.store.visits import EntityVisit
from linkflow.web import browser
from linkflow.web.consent_views import ConsentFact, ConsentPage, ConsentSection
from linkflow.web.customer.software_words import not_connected, software_shown
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, journey, onward
from linkflow.web.page_views import FieldView, FormView
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell

# The wording's version, and an id made when the page was shown: the record's own, so that twice sent is once stored.
_VERSION = re.compile(r"(?P<version>[0-9a-f]{16})\.(?P<once>[a-z2-7]{26})")


class ConsentForm(Form):
    """Who agrees, and that they may."""

    version = StringField()
    declared_name = StringField()
    may_share = StringField()


@journey(Step.CONSENT)
def consent(here: Visiting) -> Response:
    """Exactly what is shared, with whom, how long; and the one button that shares it."""
    if not choosing.still_offered(ctx(), here.organization, here.one):
        return redirect(href(here.path(Step.SOFTWARE)), 303)
    return _answered(here, here.one, here.path(Step.CONSENT))


@journey(Step.SOFTWARE)
def upload_consent(here: Visiting) -> Response:
    """The same for a file, reached without picking a product first."""
    if not here.organization.feel.upload:
        raise NotFound
    return _answered(here, _by_file(here.one), here.path("upload-consent"))


def _answered(here: Visiting, entity: EntityVisit, path: str) -> Response:
    offer = consenting.offer(ctx(), here.visit, entity)
    form = _form(offer.questions)
    if form.carry_out(lambda: _accepted(here, entity, form, offer.questions)):
        return onward(here)
    page = _page(here, entity, offer, _with_known(form_view(form, path), offer.questions))
    shell = customer_shell(here, Step.CONSENT, by_file=entity.software == UPLOAD)
    return render("customer/consent.html", shell=shell, page=page, status=form.status)


def _form(questions: tuple[Question, ...]) -> ConsentForm:
    """The form, with a field for each question besides."""
    asking = type("AskingForm", (ConsentForm,), {one.field: StringField() for one in questions})
    made: ConsentForm = asking() if questions else ConsentForm()
    return made


def _accepted(here: Visiting, entity: EntityVisit, form: ConsentForm, questions: tuple[Question, ...]) -> None:
    shown = _VERSION.fullmatch(form.version.data or "")
    consenting.accept(
        ctx(),
        here.visit,
        entity,
        consent_id=shown["once"] if shown else ctx().new_id(),
        version=shown["version"] if shown else "",
        declared_name=form.declared_name.data or "",
        may_share=form.may_share.data == "yes",
        answers={one.name: form[one.field].data or "" for one in questions},
        browser_hash=browser.own_browser_hash(),
    )


def _with_known(view: FormView, questions: tuple[Question, ...]) -> FormView:
    """The fields in the page's order; what was answered another time stands there until this one is sent."""
    before = (
        {} if request.method == "POST" else {one.field: FieldView(name=one.field, value=one.known) for one in questions}
    )
    first = {one.field: before.get(one.field) or view.field(one.field) for one in questions}
    return replace(view, fields={**first, **{name: one for name, one in view.fields.items() if name not in first}})


def _page(here: Visiting, entity: EntityVisit, offer: Offer, view: FormView) -> ConsentPage:
    organization, language = here.organization, here.visit.link.language
    feel = organization.feel
    picker = href(here.path(Step.SOFTWARE))
    return ConsentPage(
        form=view,
        kind=offer.kind.value,
        version=f"{offer.version}.{ctx().new_id()}",
        facts=tuple(ConsentFact(title=fact.title, text=fact.text, items=fact.items) for fact in offer.facts),
        declaration=offer.declaration,
        data_types=tuple(kind.value for kind in DataType if kind in here.visit.link.data_types),
        software=software_shown(offer, language, warns=feel.device_warnings),
        not_connected=None if offer.software else not_connected(choosing.picked_for_a_file(ctx(), entity), language),
        reconnects=entity.reconnects if offer.software else None,
        books_of=entity.name or here.visit.link.company_name,
        sections=tuple(
            ConsentSection(header=s.header, body=as_html(s.body)) for s in organization.consent_sections(language)
        ),
        terms_url=organization.terms_url,
        reviewed=language in organization.reviewed_languages,
        other_software_href=picker,
        hand_over_href=href(here.request_path(Step.HAND_OVER)) if feel.hand_over else None,
        back_href=picker,
    )


def _by_file(entity: EntityVisit) -> EntityVisit:
    return replace(entity, software=UPLOAD)
