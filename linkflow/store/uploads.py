"""Files a customer sent instead of a connection, encrypted under their row; a replaced one stays in history.

A large one stands aside while it is checked: nobody but its sender sees it, and it takes no other's place yet. Of one
that was not right only what is wrong with it is left, until the next.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import Latest, add, change, every, first, latest
from linkflow.store.tables import requests, uploads

CHECKING, REFUSED = "checking", "refused"
_ASIDE = (CHECKING, REFUSED)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file; `content` is ciphertext, `sha256` and `size` are of the plain file (bytes)."""

    id: str
    organization: str
    company_id: str
    request_id: str
    entity_id: str
    consent_id: str
    filename: str
    size: int
    sha256: str
    content: bytes
    state: str = "received"
    reason: str = ""
    created_at: datetime
    replaced_at: datetime | None = None


def replace_upload(tx: Transaction, upload: Upload) -> None:
    """Store a file in place of the one before it; raises `Conflict` where that one was accepted.

    Take turns with `turns.take_turn`: of two at once the second would find the first in its way.
    """
    current = (
        uploads.c.request_id == upload.request_id,
        uploads.c.entity_id == upload.entity_id,
        uploads.c.replaced_at.is_(None),
        uploads.c.state != "accepted",
    )
    change(tx, uploads, *current, replaced_at=upload.created_at)
    forget_aside(tx, upload.request_id, upload.entity_id)
    add(tx, uploads, replace(upload, state="received", replaced_at=None))


def set_aside(tx: Transaction, upload: Upload) -> None:
    """Keep a file for its check, in place of another that stands aside; the one that counts goes on counting."""
    forget_aside(tx, upload.request_id, upload.entity_id)
    add(tx, uploads, replace(upload, state=CHECKING, replaced_at=upload.created_at))


def forget_aside(tx: Transaction, request_id: str, entity_id: str | None = None) -> None:
    """Drop what stands aside for an entity of a request, or for all of them."""
    mine = () if entity_id is None else (uploads.c.entity_id == entity_id,)
    tx.connection.execute(delete(uploads).where(uploads.c.request_id == request_id, *mine, uploads.c.state.in_(_ASIDE)))


def is_accepted(tx: Transaction, request_id: str, entity_id: str) -> bool:
    """Whether the file that counts was accepted: no other takes its place."""
    here = uploads.c.request_id == request_id, uploads.c.entity_id == entity_id, uploads.c.replaced_at.is_(None)
    found = select(uploads.c.id).where(*here, uploads.c.state == "accepted")
    return tx.connection.execute(found).first() is not None


def waiting(tx: Transaction, upload_id: str) -> Upload | None:
    """A file that stands aside and is not checked yet."""
    return first(tx, Upload, select(uploads).where(uploads.c.id == upload_id, uploads.c.state == CHECKING))


def aside(tx: Transaction, request_id: str, entity_id: str) -> Upload | None:
    """What stands aside for an entity of a request: a file being checked, or what was wrong with one."""
    here = uploads.c.request_id == request_id, uploads.c.entity_id == entity_id, uploads.c.state.in_(_ASIDE)
    return first(tx, Upload, select(uploads).where(*here).order_by(uploads.c.created_at.desc()).limit(1))


def refuse_waiting(tx: Transaction, upload_id: str, *, why: str) -> bool:
    """Let go of a file that is not right, and keep why; answers whether this call did."""
    here = uploads.c.id == upload_id, uploads.c.state == CHECKING
    return change(tx, uploads, *here, state=REFUSED, reason=why, content=b"") == 1


def file_under_consent(tx: Transaction, consent_id: str) -> Upload | None:
    """The file that counts of those sent under a consent."""
    here = uploads.c.consent_id == consent_id, uploads.c.replaced_at.is_(None)
    return first(tx, Upload, select(uploads).where(*here))


def upload(tx: Transaction, organization: str, upload_id: str) -> Upload | None:
    """One file of this organization."""
    rows = uploads.c.id == upload_id, uploads.c.organization == organization
    return first(tx, Upload, select(uploads).where(*rows))


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file without its content; `request_name` is what it was sent for."""

    id: str
    organization: str
    company_id: str
    entity_id: str
    request_id: str
    request_name: str
    filename: str
    size: int
    state: str
    reason: str
    created_at: datetime
    replaced_at: datetime | None


def stored_file(tx: Transaction, organization: str, upload_id: str) -> StoredFile | None:
    """One file of this organization."""
    return first(tx, StoredFile, _STORED.where(uploads.c.id == upload_id, uploads.c.organization == organization))


def files_of_company(
    tx: Transaction, company_id: str, *, before: str | None = None, limit: int = 200
) -> Latest[StoredFile]:
    """What a company sent, the latest first, replaced ones too; or what came before one of these files."""
    theirs = _STORED.where(uploads.c.company_id == company_id)
    return latest(tx, StoredFile, theirs, at=uploads.c.created_at, size=limit, before=before)


def present_files(tx: Transaction, company_id: str, *, limit: int = 500) -> tuple[StoredFile, ...]:
    """The files of a company that no other took the place of, the latest first."""
    theirs = _STORED.where(uploads.c.company_id == company_id, uploads.c.replaced_at.is_(None))
    latest_first = theirs.order_by(uploads.c.created_at.desc(), uploads.c.id.desc())
    return every(tx, StoredFile, latest_first.limit(limit))


def ids_of_entity(tx: Transaction, entity_id: str, *, limit: int) -> tuple[str, ...]:
    """The ids of some of the files sent for an entity."""
    statement = select(uploads.c.id).where(uploads.c.entity_id == entity_id).limit(limit)
    return tuple(tx.connection.execute(statement).scalars())


def decide(tx: Transaction, upload_id: str, *, state: str, reason: str = "") -> bool:
    """Accept a file or have it corrected; False when that is so already, or another file took its place."""
    current = uploads.c.id == upload_id, uploads.c.replaced_at.is_(None), uploads.c.state != state
    return change(tx, uploads, *current, state=state, reason=reason) == 1


_FACTS = ("id", "organization", "company_id", "entity_id", "request_id", "filename", "size", "state", "reason")
_STORED = (
    select(*(uploads.c[name] for name in (*_FACTS, "created_at", "replaced_at")), requests.c.name.label("request_name"))
    .join(requests, requests.c.id == uploads.c.request_id)
    .where(uploads.c.state.not_in(_ASIDE))
)
