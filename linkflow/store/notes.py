"""Notes: what users write down about a company for each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import Latest, add, first, latest
from linkflow.store.tables import notes, users


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note and whose it is."""

    id: str
    organization: str
    company_id: str
    user_id: str
    text: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedNote(Note):
    """With its author's name."""

    author: str


def add_note(tx: Transaction, note: Note) -> None:
    """A fresh note; the database refuses the same id twice."""
    add(tx, notes, note)


def note(tx: Transaction, organization: str, note_id: str) -> Note | None:
    """One note of this organization."""
    here = notes.c.id == note_id, notes.c.organization == organization
    return first(tx, Note, select(notes).where(*here))


def notes_of_company(
    tx: Transaction, company_id: str, *, before: str | None = None, limit: int = 100
) -> Latest[SignedNote]:
    """A company's latest notes, the youngest first, or those before one of them."""
    signed = select(notes, users.c.name.label("author")).join(users, users.c.id == notes.c.user_id)
    here = signed.where(notes.c.company_id == company_id)
    return latest(tx, SignedNote, here, at=notes.c.written_at, size=limit, before=before)


def delete_note(tx: Transaction, note_id: str, *, user_id: str) -> bool:
    """Delete a user's own note; answers whether this call did."""
    own = notes.c.id == note_id, notes.c.user_id == user_id
    return bool(tx.connection.execute(delete(notes).where(*own)).rowcount)
