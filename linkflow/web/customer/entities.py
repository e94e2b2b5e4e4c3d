"""Legal entities: how many, their names, and the list of them."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.entities import ENTITIES_LIMIT
from linkflow.domain.errors import Refused
from linkflow.domain.journey import Count, Step
from linkflow.services import finishing, naming
from linkflow.web.customer.rows import entity_row
from linkflow.web.customer_views import EntitiesPage, EntityCountPage, EntityNamePage, ReusableTenant
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, journey, onward
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class CountForm(Form):
    """One or several."""

    count = StringField()


class NameForm(Form):
    """A registered name, or a sign-in given before to take another company of."""

    name = StringField()
    tenant = StringField()


@journey(Step.ENTITY_COUNT)
def entity_count(here: Visiting) -> Response:
    """One legal entity, as most have, or several."""
    form = CountForm()
    if done := form.carry_out(lambda: naming.say_how_many(ctx(), here.visit, _count(form))):
        return onward(here, entity_id=done.value)
    view = form_view(form, here.request_path(Step.ENTITY_COUNT))
    page = EntityCountPage(form=view, company_name=here.visit.link.company_name)
    shell = customer_shell(here, Step.ENTITY_COUNT)
    return render("customer/entity-count.html", shell=shell, page=page, status=form.status)


@journey(Step.ENTITY_NAME)
def entity_name(here: Visiting) -> Response:
    """A further entity by its registered name, or an existing one by another."""
    form = NameForm()
    if done := form.carry_out(lambda: _named(here, form)):
        return onward(here, entity_id=done.value)
    if not form.is_submitted() and here.entity is not None:
        form.name.data = here.entity.name
    page = _name_page(here, form_view(form, here.path(Step.ENTITY_NAME)))
    shell = customer_shell(here, Step.ENTITY_NAME)
    return render("customer/entity-name.html", shell=shell, page=page, status=form.status)


@journey(Step.ENTITIES)
def entities(here: Visiting) -> Response:
    """Every entity with its state."""
    return _entities_page(here, Form(formdata=None))


@journey(Step.ENTITIES)
def finish(here: Visiting) -> Response:
    """Nothing more to connect."""
    form = Form()
    if form.carry_out(lambda: finishing.finish(ctx(), here.visit)):
        if here.organization.feel.redirect_after is not None:
            return redirect(href(here.request_path("returning")), 303)
        return onward(here.of_request())
    return _entities_page(here, form)


@journey(Step.ENTITY_NAME)
def remove(here: Visiting) -> Response:
    """Take an entity out while nothing is connected under it."""
    form = Form()
    if form.carry_out(lambda: naming.remove_entity(ctx(), here.visit, here.one)):
        return onward(here.of_request())
    return _entities_page(here, form)


def _count(form: CountForm) -> Count:
    chosen = form.count.data
    if chosen not in list(Count):
        raise Refused("count", "empty")
    return Count(chosen)


def _named(here: Visiting, form: NameForm) -> str:
    typed = form.name.data or ""
    if here.entity is not None:
        naming.rename_entity(ctx(), here.visit, here.entity, typed)
        return here.entity.id
    return naming.name_entity(ctx(), here.visit, typed, grant_id=form.tenant.data or None)


def _name_page(here: Visiting, view: FormView) -> EntityNamePage:
    renaming = here.entity is not None
    reusable = () if renaming else _reusable(here)
    return EntityNamePage(
        form=view,
        company_name=here.visit.link.company_name,
        reuse=view if reusable else None,
        reusable=reusable,
        existing=tuple(entity.name for entity in here.visit.entities if entity.name),
        renaming=renaming,
        back_href=href(here.request_path(Step.ENTITIES)) if here.visit.entities else None,
    )


def _reusable(here: Visiting) -> tuple[ReusableTenant, ...]:
    """The sign-ins given in this request, each named by the company it was given for."""
    found: dict[str, tuple[str, str]] = {}
    if not any(entity.connection_grant_id for entity in here.visit.entities):
        return ()
    app, given = ctx(), naming.reusable_grants(ctx(), here.visit)
    for entity in here.visit.entities:
        software = app.catalogue.get(entity.connection_software or "")
        if software is not None and software.adapter and entity.connection_grant_id in given and entity.tenant_name:
            found.setdefault(str(entity.connection_grant_id), (entity.tenant_name, software.name))
    return tuple(ReusableTenant(id=key, name=name, software_name=sold) for key, (name, sold) in found.items())


def _entities_page(here: Visiting, form: Form) -> Response:
    visit, facts = here.visit, {entity.id: entity for entity in here.progress.entities}
    shared = any(entity.done for entity in facts.values())
    full = len(visit.entities) >= ENTITIES_LIMIT
    page = EntitiesPage(
        company_name=visit.link.company_name,
        rows=tuple(entity_row(here, entity, actions=True) for entity in visit.entities),
        add_href=None if full else href(here.request_path(Step.ENTITY_NAME)),
        finish=form_view(form, here.request_path("finish")) if shared else None,
        unfinished=tuple(e.name or visit.link.company_name for e in visit.entities if not facts[e.id].done),
    )
    return render("customer/entities.html", shell=customer_shell(here), page=page, status=form.status)
