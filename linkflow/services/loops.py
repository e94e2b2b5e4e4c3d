"""Pages that go round in circles: the same one under a fresh cursor, or a list that never ends.

A page may overlap the one before, since rows come and go while a list is read. Several in a row that bring nothing but
what this pull has had, and lead on, are a circle.
"""

from linkflow.domain.ports import Page, Transaction
from linkflow.store import repeated, syncs
from linkflow.store.syncs import Sync, SyncPart

REASON = "same-page-again"
REPEATS = 3
"""Pages in a row without anything new that end a pull."""
PAGES = 20_000
"""More pages than this in one part are a loop, not books."""
OVERLAPS = 3
"""As often a row may come on average, from pages that overlap, before only a list without end explains it."""
COUNTED_EVERY = 10
"""So many pages apart those rows are counted of which nobody keeps which pull saw them; in doubt on each page."""


def leads_nowhere(part: SyncPart, page: Page) -> bool:
    """Whether a page leads to itself, or there are more pages than any books have."""
    return (page.next_cursor is not None and page.next_cursor == part.cursor) or part.pages >= PAGES


def brings_nothing(tx: Transaction, sync: Sync, part: SyncPart, page: Page) -> bool:
    """Whether a page that leads on has nothing that its pull has not had."""
    if page.next_cursor is None or not (page.records or page.set_aside):
        return False
    if not page.records:
        names = {row.external_id for row in page.set_aside}
        return None not in names and names == syncs.names_set_aside(tx, part, page.set_aside)
    if repeated.is_kept_who_saw(page.records):
        return repeated.all_seen(tx, page.records, connection_id=sync.connection_id, sync_id=sync.id)
    if part.pages == 0 or (part.pages % COUNTED_EVERY and sync.error != REASON):
        return False
    kept = repeated.kept_of(tx, page.records, connection_id=sync.connection_id)
    return part.rows > OVERLAPS * (kept + len(page.records))


def in_a_row(sync: Sync) -> int:
    """How many pages without anything new there have been in a row, this one included."""
    return sync.failures + 1 if sync.error == REASON else 1
