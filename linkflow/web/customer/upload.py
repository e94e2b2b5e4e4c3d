"""A file instead of a connection, after the same consent."""

from flask import Response as FileAnswer
from flask import redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import FileField

from linkflow.domain.errors import Refused
from linkflow.domain.journey import Step
from linkflow.domain.requests import DataType
from linkflow.services import uploading
from linkflow.services.uploading import Judged
from linkflow.store.visits import EntityVisit
from linkflow.web.aside_views import FileProblems, SheetProblem, StoredUpload, UploadPage
from linkflow.web.file_words import sentence
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, journey
from linkflow.web.pages import XLSX, render, spoken
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class UploadForm(Form):
    """One spreadsheet."""

    workbook = FileField()


@journey(Step.UPLOAD)
def upload(here: Visiting) -> Response:
    """Template out, filled file in; afterwards what became of it."""
    try:
        form = UploadForm()
    except RequestEntityTooLarge:
        # Nothing of it was read: the same words as for a file just over the limit, and the same form.
        form = UploadForm(formdata=None)
        form.refuse(Refused("workbook", "too-large"))
        return _shown(here, form, status=413)
    done = form.carry_out(lambda: _store(here))
    if done is not None and done.value is None:
        return redirect(href(here.path(Step.UPLOAD)), 303)
    if done is not None:
        return _shown(here, form, status=422, judged=done.value)
    judged = None if form.is_submitted() else uploading.judged(ctx(), here.visit, here.one)
    if judged is not None and judged.refused is not None:
        form.refuse(judged.refused)
    return _shown(here, form, status=form.status, judged=judged)


def _shown(here: Visiting, form: UploadForm, *, status: int, judged: Judged | None = None) -> Response:
    stored = _stored(here.one)
    accepted = stored is not None and stored.state == "accepted"
    page = UploadPage(
        form=None if accepted else form_view(form, here.path(Step.UPLOAD)),
        checking=judged.filename if judged and judged.is_checking else None,
        problems=_problems(judged) if judged and judged.problems else None,
        again_href=href(here.path(Step.UPLOAD)),
        template_href=href(here.path("upload-template")),
        data_types=tuple(kind.value for kind in DataType if kind in here.visit.link.data_types),
        company_name=here.visit.link.company_name,
        entity_name=here.one.name,
        stored=stored,
        onward_href=href(here.request_path(_next(here))) if stored else None,
    )
    shell = customer_shell(here, Step.UPLOAD)
    return render("customer/upload.html", shell=shell, page=page, status=status)


@journey(Step.UPLOAD)
def upload_template(here: Visiting) -> Response:
    """The workbook to fill in, for this company or entity."""
    made = uploading.template(ctx(), here.visit, here.one)
    answer = FileAnswer(made.content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return answer


def _store(here: Visiting) -> Judged | None:
    sent = request.files.get("workbook")
    content = sent.read(uploading.BYTES_LIMIT + 1) if sent else b""
    name = (sent.filename or "") if sent else ""
    return uploading.store_file(ctx(), here.visit, here.one, filename=name, content=content)


def _problems(judged: Judged) -> FileProblems:
    by_sheet: dict[str, list[SheetProblem]] = {}
    for one in judged.problems:
        shown = SheetProblem(cell=one.cell, row=one.row, column=one.column, sentence=sentence(one, spoken()))
        by_sheet.setdefault(one.sheet, []).append(shown)
    sheets = tuple((sheet, tuple(found)) for sheet, found in by_sheet.items())
    return FileProblems(filename=judged.filename, count=judged.count, sheets=sheets)


def _next(here: Visiting) -> Step:
    return Step.ENTITIES if here.progress.several else Step.SUMMARY


def _stored(entity: EntityVisit) -> StoredUpload | None:
    if entity.upload_id is None or entity.uploaded_at is None:
        return None
    state = entity.upload_state if entity.upload_state in ("accepted", "correction") else "received"
    return StoredUpload(
        name=entity.upload_name or "",
        received_at=entity.uploaded_at,
        state=state,  # type: ignore[arg-type]  # one of the three by the line above
        reason=entity.upload_reason or None,
    )
