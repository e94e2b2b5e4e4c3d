"""Files instead of a connection: the template out, the filled-in file checked whole, then kept sealed under its row.

Nothing is kept of a file that is not right, and the one before goes on counting. One that takes long to check stands
aside meanwhile, and a job decides. One that is right is the entity's books from then on; managers still look at it,
and until they accept it the customer may send another in its place.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.domain.filled import FileProblem
from linkflow.domain.links import LinkState, link_state
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import data_types_of, request_kind
from linkflow.domain.software import UPLOAD
from linkflow.outbound.scanner import Verdict, scan
from linkflow.reports.template import upload_template
from linkflow.services import happenings, notifying
from linkflow.services.calendar import day_at
from linkflow.services.checking_files import CheckedFile, a_place, check_file, is_checked_at_once
from linkflow.services.context import Context
from linkflow.services.file_connections import connect_file
from linkflow.services.job_steps import DONE, JobStep, wait
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.services.storing_files import TURN, content_of, own_currency
from linkflow.services.vault import Place
from linkflow.store import companies, connections, consents, throttles, uploads
from linkflow.store.turns import take_turn
from linkflow.store.uploads import Upload
from linkflow.store.visits import EntityVisit, LinkVisit, Visit, entities_of, link_by_id

BYTES_LIMIT = 10 * 1024 * 1024
FILES_AN_HOUR = 60
"""Files of one link that are looked at; who corrects one sends a few."""
# An xlsx file is a zip archive; with a password it is what an .xls file is.
_MAGIC, _PROTECTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Template:
    """A workbook to fill in; the name is plain ASCII."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Judged:
    """What came of a file: nothing yet, or everything that is wrong with it. `problems` are the first of `count`."""

    filename: str
    sent_at: datetime
    is_checking: bool = False
    refused: Refused | None = None
    problems: tuple[FileProblem, ...] = ()
    count: int = 0


def template(ctx: Context, visit: Visit, entity: EntityVisit) -> Template:
    """What the request asks for, to be filled in for one entity."""
    link = visit.link
    organization = ctx.organizations()[link.organization]
    content = upload_template(
        link.data_types,
        organization=organization.name,
        company=entity.name or link.company_name,
        request_name=link.request_name,
        now=ctx.now(),
    )
    return Template(f"{organization.slug}-{request_kind(link.data_types).replace('_', '-')}.xlsx", content)


def store_file(ctx: Context, visit: Visit, entity: EntityVisit, *, filename: str, content: bytes) -> Judged | None:
    """Check a file, and keep it in place of an earlier one; answers what is wrong with it, None for nothing yet.

    Raises `Refused` with the reason, `NotFound` when the entity was taken out of the request meanwhile.
    """
    _refuse_unfit(filename, content)
    _count(ctx, visit.link)
    with a_place():
        _refuse_infected(ctx, content)
        upload = _upload(ctx, visit, entity, filename, content)
        checked = _check_now(ctx, visit, entity, upload, content) if is_checked_at_once(content) else None
    if checked is not None and checked.books is None:
        return Judged(upload.filename, upload.created_at, problems=checked.problems, count=checked.count)
    try:
        with ctx.database.transaction() as tx:
            mark_opened(ctx, tx, visit.link)
            if not companies.is_in_request(tx, upload.request_id, entity.id):
                raise NotFound
            if _link_it_counts_under(ctx, tx, upload, visit.link.link_id, visit.link.issue) is None:
                raise Refused("workbook", "overtaken")
            if checked is None:
                _set_aside(tx, upload)
            else:
                _keep(ctx, tx, visit.link, upload)
    except Conflict:
        raise Refused("workbook", "accepted") from None
    return None


def check_next(ctx: Context, upload_id: str) -> JobStep:
    """Check a file that stands aside, from the start however often it was begun; harmless for one that is checked."""
    with ctx.database.reading() as tx:
        upload = uploads.waiting(tx, upload_id)
        consent = consents.consent(tx, upload.consent_id) if upload else None
        if upload is None or consent is None:
            return DONE
        kinds = data_types_of(consent.data_types)
        currency = own_currency(tx, connections.live_connection(tx, upload.entity_id), kinds)
    if currency.is_awaited:
        return wait(TURN)
    try:
        checked = check_file(
            content_of(ctx, upload),
            data_types=kinds,
            named=consent.entity_name,
            today=day_at(ctx, upload.organization, upload.created_at),
            currency=currency.code,
        )
    except Refused as refused:
        return _decline(ctx, upload, {"reason": refused.reason, "details": refused.details})
    if checked.books is None:
        return _decline(ctx, upload, {"problems": [asdict(one) for one in checked.problems], "count": checked.count})
    try:
        with ctx.database.transaction() as tx:
            take_turn(tx, upload.company_id)
            if uploads.waiting(tx, upload.id) is None:
                return DONE
            link = _link_it_counts_under(ctx, tx, upload, consent.link_id, consent.link_issue)
            if link is None:
                uploads.forget_aside(tx, upload.request_id, upload.entity_id)
            else:
                _keep(ctx, tx, link, upload)
    except Conflict:
        return _decline(ctx, upload, {"reason": "accepted"})
    return DONE


def judged(ctx: Context, visit: Visit, entity: EntityVisit) -> Judged | None:
    """What stands aside for an entity: a file being checked, or what is wrong with the last one."""
    with ctx.database.reading() as tx:
        found = uploads.aside(tx, visit.link.request_id, entity.id)
    if found is None:
        return None
    if found.state == uploads.CHECKING:
        return Judged(found.filename, found.created_at, is_checking=True)
    why = json.loads(found.reason)
    problems = tuple(FileProblem(**one) for one in why.get("problems", ()))
    refused = Refused("workbook", why["reason"], **why.get("details", {})) if "reason" in why else None
    return Judged(found.filename, found.created_at, refused=refused, problems=problems, count=why.get("count", 0))


def _refuse_unfit(filename: str, content: bytes) -> None:
    if not content:
        raise Refused("workbook", "empty")
    if len(content) > BYTES_LIMIT:
        raise Refused("workbook", "too-large")
    if content.startswith(_PROTECTED):
        raise Refused("workbook", "old-or-protected")
    if not content.startswith(_MAGIC) or not filename.casefold().endswith(".xlsx"):
        raise Refused("workbook", "wrong-format")


def _count(ctx: Context, link: LinkVisit) -> None:
    with ctx.database.transaction() as tx:
        tries = throttles.count(tx, f"upload:{link.link_id}", window=timedelta(hours=1), now=ctx.now())
    if tries > FILES_AN_HOUR:
        raise Refused("workbook", "too-many-files", limit=f"{FILES_AN_HOUR}")


def _refuse_infected(ctx: Context, content: bytes) -> None:
    settings = ctx.settings
    if not settings.upload_scan_command:
        return
    seconds, keeping = settings.upload_scan_seconds, settings.upload_scan_environment
    verdict = scan(settings.upload_scan_command, content, seconds=seconds, keeping=keeping)
    if verdict is not Verdict.CLEAN:
        raise Refused("workbook", "infected" if verdict is Verdict.INFECTED else "not-scanned")


def _upload(ctx: Context, visit: Visit, entity: EntityVisit, filename: str, content: bytes) -> Upload:
    upload_id = ctx.new_id()
    place = Place(visit.link.organization, "uploads", upload_id, "content")
    return Upload(
        id=upload_id,
        organization=visit.link.organization,
        company_id=visit.link.company_id,
        request_id=visit.link.request_id,
        entity_id=entity.id,
        consent_id=str(entity.consent_id),
        filename=filename.replace("\x00", "").replace("\\", "/").rsplit("/", 1)[-1][-255:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=ctx.vault.seal_bytes(content, place),
        created_at=ctx.now(),
    )


def _check_now(ctx: Context, visit: Visit, entity: EntityVisit, upload: Upload, content: bytes) -> CheckedFile | None:
    """None where it can be checked only after an earlier file is stored."""
    kinds = data_types_of(entity.consent_data_types or "")
    with ctx.database.reading() as tx:
        currency = own_currency(tx, connections.live_connection(tx, entity.id), kinds)
    if currency.is_awaited:
        return None
    return check_file(
        content,
        data_types=kinds,
        named=entity.name or visit.link.company_name,
        today=day_at(ctx, upload.organization, upload.created_at),
        currency=currency.code,
    )


def _link_it_counts_under(ctx: Context, tx: Transaction, upload: Upload, link_id: str, issue: int) -> LinkVisit | None:
    """The link a file came by, read anew; None where something else was decided while the file was checked."""
    link = link_by_id(tx, link_id)
    if link is None or link.declined_at or link_state(link.facts, issue=issue, now=ctx.now()) is LinkState.WITHDRAWN:
        return None
    entity = next((one for one in entities_of(tx, upload.request_id) if one.id == upload.entity_id), None)
    if entity is None or entity.consent_id != upload.consent_id:
        return None
    held = connections.live_connection(tx, entity.id)
    agreed = consents.consent(tx, held.consent_id) if held is not None and held.software != UPLOAD else None
    return None if agreed is not None and agreed.accepted_at > upload.created_at else link


def _set_aside(tx: Transaction, upload: Upload) -> None:
    if uploads.is_accepted(tx, upload.request_id, upload.entity_id):
        raise Conflict(table="uploads")
    uploads.set_aside(tx, upload)
    tx.enqueue(Job.CHECK_UPLOAD, upload.id)


def _keep(ctx: Context, tx: Transaction, link: LinkVisit, upload: Upload) -> None:
    """From here on this file is the entity's books."""
    uploads.replace_upload(tx, upload)
    happenings.note(ctx, tx, "uploaded", link=link, entity_id=upload.entity_id, detail=upload.id)
    notifying.queue_notices(ctx, tx, "file_arrived", link=link, entity_id=upload.entity_id)
    connect_file(ctx, tx, upload)
    refresh_status(ctx, tx, upload.request_id)


def _decline(ctx: Context, upload: Upload, why: dict[str, object]) -> JobStep:
    with ctx.database.transaction() as tx:
        take_turn(tx, upload.company_id)
        uploads.refuse_waiting(tx, upload.id, why=json.dumps(why, ensure_ascii=False))
    return DONE
