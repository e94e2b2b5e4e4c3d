"""A new request: whom it is for, then typed, looked at as the mail it will be, and sent, or made as a link alone."""

from flask import Response as Answer
from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.organization_model import Organization
from linkflow.services import drafting
from linkflow.services.drafting import Drafted
from linkflow.store.users import User
from linkflow.web.forms import form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.ask_form import (
    NEW,
    AskForm,
    drafted,
    language_choices,
    software_choices,
    usual_answers,
    with_parameters,
)
from linkflow.web.portal.choose_company import choose_company
from linkflow.web.portal.guard import portal
from linkflow.web.portal.mail_answer import mail_answer
from linkflow.web.portal.paths import NEW_REQUEST, REQUESTS, preview_path
from linkflow.web.portal.request_page import framing, sender
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_views import EmailPreview, NewRequestPage
from linkflow.web.running import ctx, href


@portal("manager")
def new_request(user: User) -> Response:
    """`do` says what was pressed; anything but *send* and *make the link only* changes nothing."""
    if request.method != "POST" and not request.args.get("company"):
        choice = choose_company(user)
        if choice is not None:
            return choice
    organization = ctx().organizations()[user.organization]
    form = with_parameters(AskForm, organization) if request.method == "POST" else _fresh_form(organization)
    done = form.carry_out(lambda: _pressed(user, form, request.form.get("do", "preview")))
    return done.value if done is not None else _page(user, form, status=form.status)


@portal("manager")
def previewed_mail(user: User, sealed: str) -> Response:
    """The previewed mail as it will look."""
    return mail_answer(drafting.opened_preview(ctx(), user, sealed).mail.html)


def _pressed(user: User, form: AskForm, what: str) -> Response:
    if what == "change":
        return _page(user, form)
    wanted = drafted(form, draft=(form.draft.data or ctx().new_id())[:40], send=what != "link")
    if what in ("send", "link"):
        return _made(user, wanted)
    return _previewed(user, form, wanted)


def _made(user: User, wanted: Drafted) -> Response:
    request_id = drafting.make(ctx(), user, wanted)
    if wanted.ask.send:
        session.tell("ok", "The request is on its way.")
    else:
        session.show_once(request_id)
        session.tell("ok", "The request is made and nothing was sent. Its link is below.")
    return redirect(href(request_page_path(request_id)), 303)


def _fresh_form(organization: Organization) -> AskForm:
    data = {"company": request.args.get("company") or NEW, **usual_answers(organization)}
    return with_parameters(AskForm, organization, formdata=None, data=data)


def _previewed(user: User, form: AskForm, wanted: Drafted) -> Response:
    preview = drafting.preview(ctx(), user, wanted)
    form.draft.raw_data = [wanted.draft]
    shown = EmailPreview(
        sender=sender(ctx().organizations()[user.organization].name),
        recipient=preview.recipient,
        subject=preview.mail.subject,
        text=preview.mail.text,
        html_href=href(preview_path(preview.sealed)),
    )
    return framing(_page(user, form, preview=shown))


def _page(user: User, form: AskForm, *, preview: EmailPreview | None = None, status: int = 200) -> Answer:
    organization = ctx().organizations()[user.organization]
    known = drafting.company_to_ask(ctx(), user, form.company_id) if form.company_id else None
    page = NewRequestPage(
        form=form_view(form, NEW_REQUEST),
        cancel_href=href(company_page_path(known.id) if known else REQUESTS),
        company_name=known.name if known else None,
        contact_name=known.contact_name if known else None,
        contact_email=known.contact_email if known else None,
        request_names=organization.request_names,
        software=software_choices(organization),
        languages=language_choices(organization),
        parameters=organization.feel.redirect_parameters,
        preview=preview,
        copy_link=organization.feel.copy_link,
    )
    return render("portal/new-request.html", shell=portal_shell(user), page=page, status=status)
