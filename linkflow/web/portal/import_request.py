"""One request to every company of a table: typed, looked at as the first one's mail, then sent to all."""

from flask import Response as Answer
from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.services import asking_all, importing
from linkflow.services.drafting import Preview
from linkflow.store.imports import CompanyImport, ImportState
from linkflow.store.users import User
from linkflow.web.forms import form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.ask_form import (
    AskAllForm,
    ask_of,
    language_choices,
    software_choices,
    usual_answers,
    with_parameters,
)
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import COMPANIES, import_page_path, import_request_path, preview_path
from linkflow.web.portal.request_page import framing, sender
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_import_views import ImportRequestPage
from linkflow.web.portal_views import EmailPreview
from linkflow.web.running import ctx, href


@portal("manager")
def import_request(user: User, import_id: str) -> Response:
    """`do` says what was pressed; only *send* changes anything."""
    held = importing.kept_import(ctx(), user, import_id)
    if held.state != ImportState.ADDED:
        return redirect(href(import_page_path(held.id)), 303)
    form = _form(user, fresh=request.method != "POST")
    done = form.carry_out(lambda: _pressed(user, form, held, request.form.get("do", "preview")))
    return done.value if done is not None else _page(user, form, held, status=form.status)


def _pressed(user: User, form: AskAllForm, held: CompanyImport, what: str) -> Response:
    if what == "change":
        return _page(user, form, held)
    if what == "send":
        asking_all.ask_all(ctx(), user, held.id, ask_of(form))
        session.tell("ok", "The requests are being made.")
        return redirect(href(import_page_path(held.id)), 303)
    return framing(_page(user, form, held, preview=asking_all.preview_first(ctx(), user, held.id, ask_of(form))))


def _form(user: User, *, fresh: bool) -> AskAllForm:
    organization = ctx().organizations()[user.organization]
    given = {"formdata": None, "data": usual_answers(organization)} if fresh else {}
    return with_parameters(AskAllForm, organization, **given)


def _page(
    user: User, form: AskAllForm, held: CompanyImport, *, preview: Preview | None = None, status: int = 200
) -> Answer:
    organization = ctx().organizations()[user.organization]
    page = ImportRequestPage(
        form=form_view(form, import_request_path(held.id)),
        count=held.total,
        request_names=organization.request_names,
        software=software_choices(organization),
        languages=language_choices(organization),
        parameters=organization.feel.redirect_parameters,
        cancel_href=href(COMPANIES),
        preview=_mail(preview, organization.name) if preview else None,
    )
    return render("portal/import-request.html", shell=portal_shell(user), page=page, status=status)


def _mail(preview: Preview, organization: str) -> EmailPreview:
    return EmailPreview(
        sender=sender(organization),
        recipient=preview.recipient,
        subject=preview.mail.subject,
        text=preview.mail.text,
        html_href=href(preview_path(preview.sealed)),
    )
