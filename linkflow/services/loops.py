"""Pages that go round in circles: the same one under a fresh cursor, or a list that never ends.

A page that leads on and brings nothing but what this pull has had may be a slip of the software's: it is asked for
again. Or rows came and went while the list was read, and it really is the next one: so it is taken in the end. Another
one like it right behind is a circle.
"""

from enum import StrEnum

from linkflow.domain.acceptance import name_aside
from linkflow.domain.ports import Page, Transaction
from linkflow.store import repeated, syncs
from linkflow.store.syncs import Sync, SyncPart

REASON = "same-page-again"
AGAIN = 2
"""How often a page without anything new is asked for again."""
PAGES = 20_000
"""More pages than this in one part are a loop, not books."""
OVERLAPS = 3
"""As often a row may come on average, from pages that overlap, before only a list without end explains it."""
COUNTED_EVERY = 10
"""So many pages apart those rows are counted of which nobody keeps which pull saw them; in doubt on each page."""


class Verdict(StrEnum):
    """What becomes of a page."""

    NEW = "new"
    OVERLAP = "overlap"
    AGAIN = "again"
    CIRCLE = "circle"


def judge(tx: Transaction, sync: Sync, part: SyncPart, page: Page) -> Verdict:
    """Whether a page is stored, as new or as one that overlaps, asked for again, or the end of the pull."""
    leads_to_itself = page.next_cursor is not None and page.next_cursor == part.cursor
    if part.pages >= PAGES:
        return Verdict.CIRCLE
    if not leads_to_itself and not _brings_nothing(tx, sync, part, page):
        return Verdict.NEW
    before = sync.failures if sync.error == REASON else 0
    if before < AGAIN:
        return Verdict.AGAIN
    return Verdict.OVERLAP if before == AGAIN and not leads_to_itself else Verdict.CIRCLE


def _brings_nothing(tx: Transaction, sync: Sync, part: SyncPart, page: Page) -> bool:
    """Whether a page that leads on has nothing that its pull has not had."""
    if page.next_cursor is None or not (page.records or page.set_aside):
        return bool(page.next_cursor and page.unchanged) and repeated.all_seen(
            tx, page.unchanged, connection_id=sync.connection_id, part=part
        )
    if not page.records:
        names = {name_aside(row.external_id) for row in page.set_aside}
        return None not in names and names == syncs.names_set_aside(tx, part, names)
    if repeated.is_kept_who_saw(page.records):
        return repeated.all_had(tx, page.records, connection_id=sync.connection_id, part=part)
    if part.pages == 0 or (part.pages % COUNTED_EVERY and sync.error != REASON):
        return False
    kept = repeated.kept_of(tx, page.records, connection_id=sync.connection_id)
    return part.rows > OVERLAPS * (kept + len(page.records))
