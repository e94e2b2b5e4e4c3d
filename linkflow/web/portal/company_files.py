"""Files a customer sent: listed on the company's page, taken, accepted, or asked for once more."""

from io import BytesIO

from flask import redirect, send_file
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path
from linkflow.services import receiving
from linkflow.services.reviewing import CompanyReview
from linkflow.store.uploads import StoredFile
from linkflow.store.users import User
from linkflow.web.company_page_views import CorrectionPage, FileView
from linkflow.web.forms import Form, button, form_view
from linkflow.web.pages import XLSX, render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import file_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href


class CorrectionForm(Form):
    """What is to be corrected."""

    correction = StringField()


@portal("manager")
def download(user: User, upload_id: str) -> Response:
    """The file as it was sent, to keep and never to show; that it was taken is written down."""
    found = receiving.open_file(ctx(), user, upload_id)
    name = "".join(c if c.isprintable() and c not in '/\\"' else "_" for c in found.filename)
    answer = send_file(BytesIO(found.content), mimetype=XLSX, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@portal("manager")
def accept(user: User, upload_id: str) -> Response:
    """The file is as it should be."""
    file, form = receiving.sent_file(ctx(), user, upload_id).file, Form()
    done = form.carry_out(lambda: receiving.accept(ctx(), user, upload_id))
    if done is None:
        session.tell("bad", form.problems[0])
    elif done.value:
        session.tell("ok", "The file is accepted.")
    else:
        session.tell("info", "The customer has sent another file since, or this one was accepted before.")
    return _back(file)


@portal("manager")
def correction(user: User, upload_id: str) -> Response:
    """Say what is to be corrected; the contact gets it by mail."""
    sent, form = receiving.sent_file(ctx(), user, upload_id), CorrectionForm()
    words = form.correction.data or ""
    if done := form.carry_out(lambda: receiving.ask_for_correction(ctx(), user, upload_id, words)):
        told = ("ok", "The contact is asked by email to correct the file.")
        session.tell(*(told if done.value else ("info", "The customer has sent another file since.")))
        return _back(sent.file)
    if sent.file.replaced_at is not None:
        return _back(sent.file)
    page = CorrectionPage(
        form=form_view(form, file_path(upload_id, "correction")),
        contact_name=sent.contact_name,
        company_name=sent.company_name,
        entity_name=sent.entity_name,
        filename=sent.file.filename,
        received_at=sent.file.created_at,
        back_href=href(company_page_path(sent.file.company_id)),
    )
    return render("portal/correction.html", shell=portal_shell(user), page=page, status=form.status)


def file_views(review: CompanyReview, *, acts: bool) -> tuple[FileView, ...]:
    """Every file, the latest first; with `acts` they can be taken, and the one that counts judged."""
    names = {one.entity.id: one.entity.name for one in review.entities}
    return tuple(_view(file, names.get(file.entity_id) or review.company.name, acts=acts) for file in review.files.rows)


def _view(file: StoredFile, entity_name: str, *, acts: bool) -> FileView:
    counts = acts and file.replaced_at is None
    return FileView(
        entity_name=entity_name,
        request_name=file.request_name,
        filename=file.filename,
        kilobytes=max(1, file.size // 1024),
        received_at=file.created_at,
        state="replaced" if file.replaced_at else file.state,  # type: ignore[arg-type]  # one of the four
        reason=file.reason,
        download_href=href(file_path(file.id)) if acts else None,
        accept=button(file_path(file.id, "accept")) if counts and file.state != "accepted" else None,
        correction_href=href(file_path(file.id, "correction")) if counts and file.state != "correction" else None,
    )


def _back(file: StoredFile) -> Response:
    return redirect(href(company_page_path(file.company_id)), 303)
