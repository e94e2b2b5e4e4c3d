"""Importing companies: a table is checked, kept sealed for its user until they confirm, then added once as a whole.

As many rows as one transaction may write are added at once; a job does the rest of a long table. The id of each
company follows from the import and its place in it, so nothing is added twice. Work ends when its user is shut out.
"""

import json
from dataclasses import asdict
from datetime import timedelta

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.links import id_from
from linkflow.domain.ports import Job, Transaction
from linkflow.services import signing_in
from linkflow.services.context import Context
from linkflow.services.import_checks import CheckedTable, ImportRow, check_table, repeated
from linkflow.services.job_steps import DONE, MORE, JobStep
from linkflow.services.requesting import NewCompany, store_company
from linkflow.services.vault import Place
from linkflow.store import imports, users
from linkflow.store.imports import CompanyImport, ImportState
from linkflow.store.users import User

KEPT = timedelta(days=1)
_ROWS_AT_ONCE = 1_800
"""Rows of the database that one transaction writes, the queue's own left aside."""


def check(ctx: Context, user: User, content: bytes) -> tuple[str | None, CheckedTable]:
    """Judge a file; one without problems is kept for this user under the id that is answered. Raises `Refused`."""
    table = check_table(ctx, user, content)
    if table.problems:
        return None, table
    import_id = ctx.new_id()
    told = json.dumps([asdict(row) for row in table.rows], ensure_ascii=False).encode()
    made = CompanyImport(
        id=import_id,
        organization=user.organization,
        user_id=user.id,
        total=len(table.rows),
        content=ctx.vault.seal_bytes(told, _place(user.organization, import_id, "content")),
        created_at=ctx.now(),
    )
    with ctx.database.transaction() as tx:
        imports.add_import(tx, made)
    return import_id, table


def kept_import(ctx: Context, user: User, import_id: str) -> CompanyImport:
    """An import of this user; raises `NotFound` for every other, and after a day."""
    with ctx.database.reading() as tx:
        return _own(ctx, tx, user, import_id)


def unasked(ctx: Context, user: User) -> CompanyImport | None:
    """The user's latest import whose companies can still be asked all at once, None where there is none."""
    with ctx.database.reading() as tx:
        return imports.added_last(tx, user.id, since=ctx.now() - KEPT)


def rows_of(ctx: Context, held: CompanyImport) -> tuple[ImportRow, ...]:
    """The rows that wait to be added; none once they were."""
    if held.content is None:
        return ()
    told = json.loads(ctx.vault.open_bytes(held.content, _place(held.organization, held.id, "content")))
    return tuple(
        ImportRow(number=row["number"], company=NewCompany(**row["company"]), user_ids=tuple(row["user_ids"]))
        for row in told
    )


def confirm(ctx: Context, user: User, import_id: str) -> None:
    """Add every company, once however often this is pressed; raises `Refused` if one is there by now."""
    with ctx.database.transaction() as tx:
        held = _own(ctx, tx, user, import_id)
        if not imports.move(tx, held.id, old=ImportState.CHECKED, new=ImportState.ADDING):
            return
        if repeated(ctx, tx, user, rows_of(ctx, held)):
            raise Refused("import", "known-now")
        if _add_batch(ctx, tx, import_id) is MORE:
            tx.enqueue(Job.ADD_COMPANIES, import_id)


def add_next(ctx: Context, import_id: str) -> JobStep:
    """As many of the companies as one transaction may write; harmless for an import that is added."""
    with ctx.database.transaction() as tx:
        return _add_batch(ctx, tx, import_id)


def forget_old(ctx: Context) -> int:
    """Delete what was uploaded a day ago and left lying; answers how many tables."""
    with ctx.database.transaction() as tx:
        return imports.delete_imports(tx, made_before=ctx.now() - KEPT)


def may_go_on(user: User) -> bool:
    """Whether work begun in a user's name still may be done in it."""
    return user.disabled_at is None and signing_in.may(user, "manager")


def company_id(import_id: str, place: int) -> str:
    """The id of the company in that place of an import, counted from 0."""
    return id_from("imported company", import_id, place)


def _add_batch(ctx: Context, tx: Transaction, import_id: str) -> JobStep:
    held = imports.import_by_id(tx, import_id)
    user = users.user(tx, held.user_id) if held else None
    if held is None or user is None or held.state != ImportState.ADDING:
        return DONE
    if not may_go_on(user):
        over = {"content": None, "asked": held.total, "skipped": held.total}
        imports.move(tx, import_id, old=ImportState.ADDING, new=ImportState.ASKED, **over)
        return DONE
    batch = _batch(rows_of(ctx, held)[held.added :])
    # First the update that only one can win: it also holds the row.
    if not imports.advance(tx, held, added=held.added + len(batch)):
        return MORE
    for place, row in enumerate(batch, held.added):
        ids = users.active_ids(tx, held.organization, row.user_ids)
        store_company(ctx, tx, user, row.company, user_ids=ids, company_id=company_id(import_id, place))
    if held.added + len(batch) < held.total:
        return MORE
    imports.move(tx, import_id, old=ImportState.ADDING, new=ImportState.ADDED, content=None)
    return DONE


def _batch(rows: tuple[ImportRow, ...]) -> tuple[ImportRow, ...]:
    """The first rows that fit: a company, its entity, event and document each, and of lists as many as have it."""
    taken, written = [], 0
    for row in rows:
        written += 5 + 2 * len(row.user_ids)
        if written > _ROWS_AT_ONCE:
            break
        taken.append(row)
    return tuple(taken)


def _own(ctx: Context, tx: Transaction, user: User, import_id: str) -> CompanyImport:
    held = imports.own_import(tx, user.id, import_id)
    if held is None or ctx.now() - held.created_at >= KEPT:
        raise NotFound
    return held


def _place(organization: str, import_id: str, column: str) -> Place:
    return Place(organization, "company_imports", import_id, column)
