"""Retention: what was shared is deleted when the months named in the consent have passed.

They count from the end of access: of a connection from its disconnecting, of one for a single reading from when its
grant was given back, of a file from its arrival. What is configured today counts for consents alone that are older than
the keeping of their months. Stopped half-way, it goes on the next day. Nothing is deleted of an organization that is no
longer configured.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataTypes, SyncState, data_types_of, data_types_text
from linkflow.domain.software import UPLOAD
from linkflow.organization_model import months_after
from linkflow.services import statuses, sync_endings
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.services.happenings import notice
from linkflow.services.job_steps import DONE, MORE, JobStep
from linkflow.store import connections, retention, syncs
from linkflow.store.connections import Connection
from linkflow.store.retention import Ended, File, Promise
from linkflow.store.turns import take_turn

_SHORTEST_MONTH = timedelta(days=28)
_REASON = "access-ended"


def delete_what_is_due(ctx: Context) -> int:
    """Delete every connection's books and every file whose time is over; answers how many of either there were."""
    deleted = 0
    for organization in ctx.organizations().values():
        with ctx.database.reading() as tx:
            made = retention.promises(tx, organization.slug, configured=organization.feel.retention_months)
        for promise in made:
            _end_spent(ctx, promise)
            deleted += _delete_files(ctx, promise)
        # A file that goes ends a connection whose books stand under a shorter promise.
        for promise in made:
            deleted += _delete_books(ctx, promise)
    return deleted


def delete_unwanted(ctx: Context, connection_id: str) -> JobStep:
    """A batch of the books of an ended connection that nobody wants any more, whatever its time."""
    with ctx.database.reading() as tx:
        held = connections.connection(tx, connection_id)
    if held is None or held.books_unwanted_at is None:
        return DONE
    here = (held.id, held.organization, held.company_id, held.request_id, held.entity_id)
    return DONE if _delete_batch(ctx, Ended(*here, at=held.books_unwanted_at), kind="books-dropped") else MORE


def _end_spent(ctx: Context, promise: Promise) -> None:
    """A connection for one reading ended with its grant; from here on it is stored as ended, and stays so."""
    with ctx.database.reading() as tx:
        spent = retention.spent_connections(tx, promise, before=_not_after(ctx, promise))
    for found in _due(ctx, promise, spent):
        with ctx.database.transaction() as tx:
            take_turn(tx, found.company_id)
            held = connections.connection(tx, found.id)
            if held is not None:
                end_connection(ctx, tx, held, at=found.at, tell=False)


def _delete_books(ctx: Context, promise: Promise) -> int:
    deleted = 0
    while due := _ended(ctx, promise):
        for found in due:
            while not _delete_batch(ctx, found):
                pass
        deleted += len(due)
    return deleted


def _ended(ctx: Context, promise: Promise) -> tuple[Ended, ...]:
    with ctx.database.reading() as tx:
        found = retention.ended_with_books(tx, promise, before=_not_after(ctx, promise))
    return _due(ctx, promise, found)


def _delete_batch(ctx: Context, found: Ended, *, kind: str = "books-deleted") -> bool:
    """One transaction's worth; True when nothing is left, which the same transaction writes down."""
    with ctx.database.transaction() as tx:
        take_turn(tx, found.company_id)
        held = connections.connection(tx, found.id)
        if held is None or held.state != ConnectionState.DISCONNECTED:
            return True  # connected again meanwhile
        for sync_id in syncs.open_syncs(tx, found.id):
            sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=_REASON)
        gone = retention.delete_books(tx, found.id)
        if retention.has_pulls(tx, found.id):
            return False
        if gone:
            _tell(ctx, tx, kind, found)
        return True


def _delete_files(ctx: Context, promise: Promise) -> int:
    deleted = 0
    while due := _old_files(ctx, promise):
        for found in due:
            while not _delete_file(ctx, found):
                pass
        deleted += len(due)
    return deleted


def _delete_file(ctx: Context, found: Ended) -> bool:
    """A batch of the books that are of this file alone; True when those are gone, and the file with them."""
    with ctx.database.transaction() as tx:
        take_turn(tx, found.company_id)
        held = connections.live_connection(tx, found.entity_id)
        if held is not None and held.software == UPLOAD:
            files = retention.files_of_entity(tx, found.entity_id)
            its = _kinds_it_counts_for(files, found) & data_types_of(held.data_types)
            left = data_types_of(held.data_types) - its
            if its and not left:
                # Its books count their months from when the file arrived, and go next.
                end_connection(ctx, tx, held, at=found.at)
            elif its and not _delete_kinds(ctx, tx, held, found, its, files):
                return False
        if retention.delete_upload(tx, found.id):
            _tell(ctx, tx, "file-deleted", found)
        return True


def _kinds_it_counts_for(files: Sequence[File], found: Ended) -> DataTypes:
    """The data types whose books came with this file: a later one took the place of the others."""
    mine = next((data_types_of(one.data_types) for one in files if one.id == found.id), frozenset())
    later = (data_types_of(one.data_types) for one in files if one.created_at > found.at)
    return mine.difference(*later)


def _delete_kinds(
    ctx: Context, tx: Transaction, held: Connection, found: Ended, kinds: DataTypes, files: Sequence[File]
) -> bool:
    """A batch of what one of several files brought; True when nothing is left and the connection goes on without."""
    consent_of = {one.id: one.consent_id for one in files}
    for sync_id in syncs.open_syncs(tx, held.id):
        sync = syncs.sync(tx, sync_id)
        if sync is not None and sync.consent_id == consent_of.get(found.id):
            sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=_REASON)
    if retention.delete_books_of(tx, held.id, kinds):
        return False
    others = [consent_id for file_id, consent_id in consent_of.items() if file_id != found.id]
    consent_id = held.consent_id if held.consent_id in others or not others else others[0]
    left = data_types_text(data_types_of(held.data_types) - kinds)
    connections.update_connection(tx, held.id, data_types=left, consent_id=consent_id)
    return True


def _old_files(ctx: Context, promise: Promise) -> tuple[Ended, ...]:
    with ctx.database.reading() as tx:
        found = retention.old_uploads(tx, promise, before=_not_after(ctx, promise))
    return _due(ctx, promise, found)


def _tell(ctx: Context, tx: Transaction, kind: str, gone: Ended) -> None:
    notice(
        ctx,
        tx,
        kind,
        organization=gone.organization,
        company_id=gone.company_id,
        request_id=gone.request_id,
        entity_id=gone.entity_id,
        detail=gone.id,
    )
    statuses.refresh_statuses(ctx, tx, gone.company_id)


def _due(ctx: Context, promise: Promise, found: Iterable[Ended]) -> tuple[Ended, ...]:
    return tuple(one for one in found if months_after(one.at, promise.months) <= ctx.now())


def _not_after(ctx: Context, promise: Promise) -> datetime:
    """What ended later is not due, however short its months were; which of the rest is, its calendar says."""
    return ctx.now() - promise.months * _SHORTEST_MONTH
