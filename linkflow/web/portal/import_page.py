"""One uploaded table: looked at before it is added, and how far it has come afterwards."""

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.services import importing
from linkflow.services.import_checks import ImportRow
from linkflow.store import portal as names
from linkflow.store.imports import CompanyImport, ImportState
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import COMPANIES, company_import_path, import_page_path, import_request_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_import_views import ImportCheckPage, ImportedRow, ImportProgressPage
from linkflow.web.running import ctx, href

_WORKING = (ImportState.ADDING, ImportState.ASKING)


@portal("manager")
def import_page(user: User, import_id: str) -> Response:
    """Show the check, then the progress; on a press, add every company, once."""
    form = Form() if request.method == "POST" else Form(formdata=None)
    done = form.carry_out(lambda: importing.confirm(ctx(), user, import_id))
    held = importing.kept_import(ctx(), user, import_id)
    if done is not None and held.state == ImportState.ADDED:
        session.tell("ok", "1 company was added." if held.total == 1 else f"{held.total:,} companies were added.")
    if done is not None or held.state == ImportState.ADDED:
        onward = import_request_path if held.state == ImportState.ADDED else import_page_path
        return redirect(href(onward(import_id)), 303)
    return _check(user, form, held) if held.state == ImportState.CHECKED else _progress(user, held)


def _check(user: User, form: Form, held: CompanyImport) -> Response:
    rows = importing.rows_of(ctx(), held)
    with ctx().database.reading() as tx:
        users = names.user_names(tx, user.organization, {one for row in rows for one in row.user_ids})
    page = ImportCheckPage(
        form=form_view(form, import_page_path(held.id)),
        rows=tuple(_row(row, users) for row in rows),
        again_href=href(company_import_path()),
        cancel_href=href(COMPANIES),
    )
    return render("portal/import-check.html", shell=portal_shell(user), page=page, status=form.status)


def _row(row: ImportRow, users: dict[str, str]) -> ImportedRow:
    return ImportedRow(
        number=row.number,
        name=row.company.name,
        description=row.company.description,
        contact_name=row.company.contact_name,
        contact_email=row.company.contact_email,
        users=tuple(users[one] for one in row.user_ids if one in users),
    )


def _progress(user: User, held: CompanyImport) -> Response:
    adding = held.state == ImportState.ADDING
    page = ImportProgressPage(
        step=held.state,
        done=held.added if adding else held.asked - held.skipped,
        total=held.total,
        skipped=held.skipped,
        again_href=href(import_page_path(held.id)) if held.state in _WORKING else None,
        list_href=href(COMPANIES),
    )
    return render("portal/import-progress.html", shell=portal_shell(user), page=page)
