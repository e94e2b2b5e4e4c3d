"""Files that customers sent: handed out to users, accepted, or asked for once more with a reason.

Each look into one is written down. What is inside is not judged here.
"""

from dataclasses import dataclass

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, informing
from linkflow.services.context import Context
from linkflow.services.reopening import reopen
from linkflow.services.sight import seen_company
from linkflow.services.statuses import refresh_status
from linkflow.services.vault import Place
from linkflow.store import companies, uploads
from linkflow.store.turns import take_turn_of
from linkflow.store.uploads import StoredFile
from linkflow.store.users import User

REASON_LIMIT = 500


@dataclass(frozen=True)
class Opened:
    """A file as it was sent; the name is the customer's own."""

    filename: str
    content: bytes


def seen_file(ctx: Context, tx: Transaction, user: User, upload_id: str) -> StoredFile:
    """A file of a company in the user's sight; raises `NotFound` for every other."""
    found = uploads.stored_file(tx, user.organization, upload_id)
    if found is None:
        raise NotFound
    seen_company(ctx, tx, user, found.company_id)
    return found


@dataclass(frozen=True)
class Sent:
    """A file, for whom it was sent, and whom to write to about it."""

    file: StoredFile
    company_name: str
    entity_name: str
    contact_name: str


def sent_file(ctx: Context, user: User, upload_id: str) -> Sent:
    """A file of a company in the user's sight, for a page about it."""
    with ctx.database.reading() as tx:
        file = seen_file(ctx, tx, user, upload_id)
        company = seen_company(ctx, tx, user, file.company_id)
        entity = companies.entity(tx, user.organization, file.entity_id)
    named = entity.name if entity is not None else None
    return Sent(file, company.name, named or company.name, company.contact_name)


def open_file(ctx: Context, user: User, upload_id: str) -> Opened:
    """The file's content; that it was taken is written down first."""
    with ctx.database.transaction() as tx:
        found = seen_file(ctx, tx, user, upload_id)
        sealed = uploads.upload(tx, user.organization, upload_id)
        if sealed is None:
            raise NotFound
        _note(ctx, tx, "file-downloaded", user, found)
    place = Place(sealed.organization, "uploads", sealed.id, "content")
    return Opened(sealed.filename, ctx.vault.open_bytes(sealed.content, place))


def accept(ctx: Context, user: User, upload_id: str) -> bool:
    """The file is as it should be, and cannot be replaced any more; answers whether this call said so."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "upload", upload_id)
        found = seen_file(ctx, tx, user, upload_id)
        if not uploads.decide(tx, found.id, state="accepted"):
            return False
        _note(ctx, tx, "file-accepted", user, found)
        refresh_status(ctx, tx, found.request_id)
        return True


def ask_for_correction(ctx: Context, user: User, upload_id: str, reason: str) -> bool:
    """Ask the customer by mail to send the file once more; answers whether this call did.

    Raises `Refused` without a reason, or one over 500 characters.
    """
    words = reason.strip()
    if not words or len(words) > REASON_LIMIT:
        raise Refused("correction", "too-long" if words else "empty", length=str(len(words)))
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "upload", upload_id)
        found = seen_file(ctx, tx, user, upload_id)
        if not uploads.decide(tx, found.id, state="correction", reason=words):
            return False
        reopen(ctx, tx, found.request_id)
        informing.queue_correction_mail(ctx, tx, file=seen_file(ctx, tx, user, upload_id))
        _note(ctx, tx, "file-correction", user, found)
        refresh_status(ctx, tx, found.request_id)
        return True


def _note(ctx: Context, tx: Transaction, kind: str, user: User, file: StoredFile) -> None:
    happenings.note_by_user(
        ctx,
        tx,
        kind,
        user=user,
        company_id=file.company_id,
        request_id=file.request_id,
        entity_id=file.entity_id,
        detail=file.id,
    )
