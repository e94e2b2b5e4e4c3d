"""One request to each company of an import: looked at as the mail the first will get, then made by a job.

Each request follows from the import and the company's place in it, so however often it is pressed, or the work is
killed, a company gets one request and one mail.
"""

import json
from dataclasses import replace
from datetime import date

from linkflow.domain.errors import CompanyGoing, Conflict, NotFound, Refused
from linkflow.domain.links import id_from
from linkflow.domain.ports import Job
from linkflow.domain.requests import data_types_of, data_types_text
from linkflow.services import drafting, importing, requesting
from linkflow.services.context import Context
from linkflow.services.drafting import Drafted, Preview
from linkflow.services.job_steps import DONE, FAILED, MORE, JobStep
from linkflow.services.requesting import Ask
from linkflow.services.vault import Place
from linkflow.store import imports, users
from linkflow.store.imports import CompanyImport, ImportState
from linkflow.store.users import User

_AT_ONCE = 20


def preview_first(ctx: Context, user: User, import_id: str, asked: Ask) -> Preview:
    """The exact mail the first company would get that is still there; raises `Refused` by field."""
    held = importing.kept_import(ctx, user, import_id)
    wanted = requesting.checked_ask(ctx, user, asked)
    for place in range(held.added):
        try:
            return drafting.preview(ctx, user, _drafted(held, place, wanted))
        except (NotFound, CompanyGoing):
            continue
    raise Refused("import", "nobody-left")


def ask_all(ctx: Context, user: User, import_id: str, asked: Ask) -> None:
    """Begin to ask every company, once; what is asked is what was asked first. Raises `Refused` by field."""
    wanted = requesting.checked_ask(ctx, user, asked)
    held = importing.kept_import(ctx, user, import_id)
    told = {
        "data_types": data_types_text(wanted.data_types),
        "name": wanted.name,
        "due_on": wanted.due_on.isoformat() if wanted.due_on else None,
        "note": wanted.note,
        "language": wanted.language,
        "software": wanted.software,
        "parameters": dict(wanted.parameters),
    }
    sealed = ctx.vault.seal(json.dumps(told, ensure_ascii=False), _place(held))
    with ctx.database.transaction() as tx:
        if imports.move(tx, held.id, old=ImportState.ADDED, new=ImportState.ASKING, ask=sealed):
            tx.enqueue(Job.ASK_COMPANIES, held.id)


def ask_next(ctx: Context, import_id: str) -> JobStep:
    """Ask some of the companies, each in a transaction of its own; harmless for an import that is asked."""
    with ctx.database.reading() as tx:
        held = imports.import_by_id(tx, import_id)
        user = users.user(tx, held.user_id) if held else None
    if held is None or held.state != ImportState.ASKING:
        return DONE
    if user is None or user.organization not in ctx.organizations():
        return FAILED
    if not importing.may_go_on(user):
        return _stop(ctx, held)
    asked, until = _ask_of(ctx, held), min(held.asked + _AT_ONCE, held.added)
    missed = sum(not _ask_one(ctx, user, _drafted(held, place, asked)) for place in range(held.asked, until))
    with ctx.database.transaction() as tx:
        imports.advance(tx, held, asked=until, skipped=held.skipped + missed)
        if until < held.added:
            return MORE
        imports.move(tx, import_id, old=ImportState.ASKING, new=ImportState.ASKED, ask=None)
    return DONE


def _stop(ctx: Context, held: CompanyImport) -> JobStep:
    """Nobody is asked in the name of somebody who may not ask any more."""
    left = held.skipped + held.added - held.asked
    with ctx.database.transaction() as tx:
        imports.move(
            tx, held.id, old=ImportState.ASKING, new=ImportState.ASKED, ask=None, asked=held.added, skipped=left
        )
    return DONE


def _ask_one(ctx: Context, user: User, drafted: Drafted) -> bool:
    """Whether the company was asked, now or before; one that is gone or out of sight is passed over."""
    try:
        drafting.make(ctx, user, drafted)
    except (NotFound, CompanyGoing, Refused, Conflict):
        return False
    return True


def _drafted(held: CompanyImport, place: int, asked: Ask) -> Drafted:
    # Not of the draft's key, which may be another one when the work is done once more.
    asked = replace(asked, send=True, request_id=id_from("imported request", held.id, place))
    return Drafted(draft=f"{held.id}-{place}", ask=asked, company_id=importing.company_id(held.id, place))


def _ask_of(ctx: Context, held: CompanyImport) -> Ask:
    told = json.loads(ctx.vault.open(held.ask or "", _place(held)))
    return Ask(
        data_types=data_types_of(told["data_types"]),
        name=told["name"],
        due_on=date.fromisoformat(told["due_on"]) if told["due_on"] else None,
        note=told["note"],
        language=told["language"],
        software=told["software"],
        parameters=told.get("parameters", {}),
    )


def _place(held: CompanyImport) -> Place:
    return Place(held.organization, "company_imports", held.id, "ask")
