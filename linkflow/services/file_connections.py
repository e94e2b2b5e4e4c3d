"""A file that is right becomes the entity's connection, and its books a pull of it; the next file goes on with both.

One connection an entity: what was connected before ends, as it does when other software is chosen.
"""

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState, data_types_of, data_types_text
from linkflow.domain.software import UPLOAD
from linkflow.organization_model import Access
from linkflow.services import sync_endings, syncing
from linkflow.services.binding import drop_waiting
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.store import connections, consents, syncs, uploads
from linkflow.store.connections import Connection
from linkflow.store.uploads import Upload

REPLACED = "file-replaced"


def connect_file(ctx: Context, tx: Transaction, upload: Upload) -> str:
    """Make or renew the connection of the file that counts from now on, and start storing it; answers its id."""
    for waiting in connections.pending(tx, upload.request_id, upload.entity_id):
        drop_waiting(ctx, tx, waiting)
    held = connections.live_connection(tx, upload.entity_id)
    if held is not None and held.software != UPLOAD:
        end_connection(ctx, tx, held)
        held = None
    connection_id = _renew(ctx, tx, held, upload) if held is not None else _make(ctx, tx, upload)
    syncing.start_sync(ctx, tx, connection_id=connection_id)
    return connection_id


def _make(ctx: Context, tx: Transaction, upload: Upload) -> str:
    consent = consents.consent(tx, upload.consent_id)
    connection = Connection(
        id=ctx.new_id(),
        organization=upload.organization,
        company_id=upload.company_id,
        entity_id=upload.entity_id,
        request_id=upload.request_id,
        grant_id=None,
        consent_id=upload.consent_id,
        kind=UPLOAD,
        software=UPLOAD,
        # Nothing but the entity tells one file's books from another's.
        tenant_id=upload.entity_id,
        tenant_name=upload.filename,
        data_types=consent.data_types if consent else "",
        access=Access.ONCE.value,
        access_until=None,
        state=ConnectionState.LINKED.value,
        created_at=ctx.now(),
        linked_at=ctx.now(),
    )
    connections.add_connection(tx, connection)
    connections.forget_asking(tx, upload.entity_id)
    return connection.id


def _renew(ctx: Context, tx: Transaction, held: Connection, upload: Upload) -> str:
    for sync_id in syncs.open_syncs(tx, held.id):
        if _is_replaced(tx, sync_id, upload):
            sync_endings.end_sync(ctx, tx, sync_id, state=SyncState.CANCELLED, reason=REPLACED)
    consent = consents.consent(tx, upload.consent_id)
    kinds = data_types_of(held.data_types) | (data_types_of(consent.data_types) if consent else frozenset())
    connections.update_connection(
        tx,
        held.id,
        consent_id=upload.consent_id,
        data_types=data_types_text(kinds),
        tenant_name=upload.filename,
    )
    return held.id


def _is_replaced(tx: Transaction, sync_id: str, upload: Upload) -> bool:
    """Whether a pull is of an earlier file; one of another kind of data is stored before this one."""
    sync = syncs.sync(tx, sync_id)
    its = uploads.file_under_consent(tx, sync.consent_id) if sync is not None else None
    return its is None or its.id == upload.id
