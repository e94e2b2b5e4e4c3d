"""Files a customer sent instead of a connection, encrypted under their row; a replaced one stays in history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, first
from linkflow.store.tables import uploads


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

    Take turns with `companies.hold_entity`: of two at once the second would find the first in its way.
    """
    current = (
        uploads.c.request_id == upload.request_id,
        uploads.c.entity_id == upload.entity_id,
        uploads.c.replaced_at.is_(None),
        uploads.c.state != "accepted",
    )
    change(tx, uploads, *current, replaced_at=upload.created_at)
    add(tx, uploads, upload)


def upload(tx: Transaction, organization: str, upload_id: str) -> Upload | None:
    """One file of this organization."""
    rows = uploads.c.id == upload_id, uploads.c.organization == organization
    return first(tx, Upload, select(uploads).where(*rows))
