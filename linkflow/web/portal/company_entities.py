"""Renaming a legal entity and taking it out, which after it is connected only a user may do."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path
from linkflow.services import correcting
from linkflow.services.correcting import NamedEntity
from linkflow.store.users import User
from linkflow.web.company_page_views import EntityPage
from linkflow.web.forms import Form, form_view
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import entity_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href


class NameForm(Form):
    """Its registered name."""

    name = StringField()


@portal("manager")
def rename(user: User, entity_id: str) -> Response:
    """Correct an entity's name."""
    found, form = correcting.named_entity(ctx(), user, entity_id), NameForm()
    if form.carry_out(lambda: correcting.rename(ctx(), user, entity_id, form.name.data or "")):
        session.tell("ok", "The entity is renamed.")
        return redirect(_back(found), 303)
    if not form.is_submitted():
        form.name.data = found.name
    page = _page(found, form_view(form, entity_path(entity_id, "name")))
    return render("portal/rename-entity.html", shell=portal_shell(user), page=page, status=form.status)


@portal("manager")
def take_out(user: User, entity_id: str) -> Response:
    """What taking it out means, and the one button that does it. Pressing it again is harmless."""
    found, form = correcting.named_entity(ctx(), user, entity_id), Form()
    if form.carry_out(lambda: correcting.take_out(ctx(), user, entity_id)):
        session.tell("ok", f"{found.name} is taken out.")
        return redirect(_back(found), 303)
    page = _page(found, form_view(form, entity_path(entity_id, "removal")))
    return render("portal/remove-entity.html", shell=portal_shell(user), page=page, status=form.status)


def _page(found: NamedEntity, form: FormView) -> EntityPage:
    return EntityPage(
        form=form,
        company_name=found.company_name,
        entity_name=found.name,
        contact_name=found.contact_name,
        software_name=ctx().software_name(found.live.software) if found.live else None,
        back_href=_back(found),
    )


def _back(found: NamedEntity) -> str:
    return href(company_page_path(found.entity.company_id))
