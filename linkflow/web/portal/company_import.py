"""Companies from a table: the template out, the file in. Of one with problems nothing is kept, and each is shown."""

from flask import Response as FileAnswer
from flask import redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import FileField

from linkflow.domain.company_rows import COLUMNS, LIMITS, WORDS, RowProblem
from linkflow.domain.errors import Refused
from linkflow.reports.company_template import company_template_csv, company_template_xlsx
from linkflow.reports.sheets_in import BYTES_LIMIT
from linkflow.services import importing
from linkflow.services.import_checks import CheckedTable
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.pages import XLSX, render, spoken
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import (
    COMPANIES,
    company_import_path,
    import_page_path,
    import_request_path,
    import_template_path,
)
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_import_views import CompanyImportPage, ImportColumn, ImportProblem
from linkflow.web.running import ctx, href
from linkflow.web.words import problem


class TableForm(Form):
    """One file."""

    file = FileField()


@portal("manager")
def company_import(user: User) -> Response:
    """Judge the file that was sent; one without problems goes on to its check."""
    try:
        form = TableForm() if request.method == "POST" else TableForm(formdata=None)
    except RequestEntityTooLarge:
        form = TableForm(formdata=None)
        form.refuse(Refused("file", "too-large"))
        return _shown(user, form, status=413)
    done = form.carry_out(lambda: importing.check(ctx(), user, _sent()))
    if done is None:
        return _shown(user, form, status=form.status)
    import_id, table = done.value
    if import_id is None:
        form.refuse(Refused("import", "rows-wrong", count=str(len({one.number for one in table.problems}))))
        return _shown(user, form, table.problems, status=422)
    if remarks := _remarks(table):
        session.tell("warn", remarks)
    return redirect(href(import_page_path(import_id)), 303)


@portal("manager")
def template_csv(_user: User) -> Response:
    """The table to fill in, as CSV."""
    return _file(company_template_csv(), "companies.csv", "text/csv; charset=utf-8")


@portal("manager")
def template_xlsx(_user: User) -> Response:
    """The table to fill in, as a workbook."""
    return _file(company_template_xlsx(), "companies.xlsx", XLSX)


def _sent() -> bytes:
    sent = request.files.get("file")
    return sent.read(BYTES_LIMIT + 1) if sent else b""


def _shown(user: User, form: TableForm, problems: tuple[RowProblem, ...] = (), *, status: int) -> Response:
    waiting = importing.unasked(ctx(), user)
    page = CompanyImportPage(
        form=form_view(form, company_import_path()),
        columns=tuple(ImportColumn(heading=words, hint=LIMITS[column]) for column, words in COLUMNS),
        csv_href=href(import_template_path("csv")),
        xlsx_href=href(import_template_path("xlsx")),
        cancel_href=href(COMPANIES),
        problems=tuple(_problem(one) for one in problems),
        unasked=waiting.total if waiting else 0,
        ask_href=href(import_request_path(waiting.id)) if waiting else None,
    )
    return render("portal/company-import.html", shell=portal_shell(user), page=page, status=status)


def _problem(one: RowProblem) -> ImportProblem:
    of_any_cell = one.reason in ("formula", "error")
    text = problem("cell" if of_any_cell else one.column, one.reason, spoken(), **dict(one.details))
    value = "" if one.reason == "nobody" else one.value  # whose address it is stands in the sentence
    return ImportProblem(row=one.number, column=WORDS[one.column], value=value, text=text)


def _remarks(table: CheckedTable) -> str:
    said = []
    if table.unused:
        named = ", ".join(f"“{heading[:40]}”" for heading in table.unused[:5])
        said.append(f"Not used: {named}.")
    if table.guessed:
        said.append("The file does not say how its letters are encoded. Look whether names with accents are right.")
    return " ".join(said)


def _file(content: bytes, name: str, kind: str) -> FileAnswer:
    answer = FileAnswer(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
