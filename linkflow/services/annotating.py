"""Notes about a company, by users for users. No customer sees them; they go when the company is deleted."""

from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.services import happenings
from linkflow.services.context import Context
from linkflow.services.sight import seen_company
from linkflow.store import notes
from linkflow.store.notes import Note
from linkflow.store.users import User

TEXT_LIMIT = 2_000


def write_note(ctx: Context, user: User, company_id: str, text: str, *, note_id: str) -> None:
    """Keep a note; `note_id` was made when the page was shown, so sending it twice keeps it once.

    Raises `NotFound` for a company out of sight, `Refused` without words or over 2,000 characters.
    """
    words = text.replace("\r\n", "\n").strip()
    try:
        with ctx.database.transaction() as tx:
            company = seen_company(ctx, tx, user, company_id)
            if not words or len(words) > TEXT_LIMIT:
                raise Refused("note_text", "too-long" if words else "empty", length=str(len(words)))
            note = Note(
                id=note_id,
                organization=company.organization,
                company_id=company.id,
                user_id=user.id,
                text=words,
                written_at=ctx.now(),
            )
            notes.add_note(tx, note)
            happenings.note_by_user(ctx, tx, "note-written", user=user, company_id=company.id, detail=note.id)
    except Conflict:
        return


def company_of_note(ctx: Context, user: User, note_id: str) -> str:
    """The id of the company a note in the user's sight is about; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        found = notes.note(tx, user.organization, note_id)
        return seen_company(ctx, tx, user, found.company_id if found else "").id


def delete_note(ctx: Context, user: User, note_id: str) -> bool:
    """Delete a note of one's own; answers whether this call did. Raises `NotFound` for somebody else's."""
    with ctx.database.transaction() as tx:
        found = notes.note(tx, user.organization, note_id)
        if found is None or found.user_id != user.id:
            raise NotFound
        company = seen_company(ctx, tx, user, found.company_id)
        if not notes.delete_note(tx, found.id, user_id=user.id):
            return False
        happenings.note_by_user(ctx, tx, "note-deleted", user=user, company_id=company.id, detail=found.id)
        return True
