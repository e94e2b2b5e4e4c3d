"""What an earlier pull had and a whole one no longer sees: it was deleted at the software, so it counts no more.

Of a part that brought only what changed nothing is missed: what was deleted came with it, as void. Not so of one that
was listed whole, of which only what changed was read.
"""

from collections.abc import Collection

from linkflow.domain.requests import DataType, data_types_of
from linkflow.services.context import Context
from linkflow.store import books, syncs
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_turn


def settle_unseen(ctx: Context, sync: Sync, *, relisted: Collection[str] = ()) -> bool:
    """A transaction's worth, once every part of a running pull is in; answers whether there was any.

    Statement lines go, bills and the like are kept as void. What is dated before the pull's first month is left: the
    pull need not have asked for it.
    """
    kinds = data_types_of(sync.data_types)
    connection_id = sync.connection_id
    with ctx.database.transaction() as tx:
        take_turn(tx, sync.company_id)
        if not syncs.is_running(tx, sync.id):
            return False
        gone = 0
        if DataType.FINANCIALS in kinds:
            gone = books.forget_other_statements(tx, connection_id=connection_id, sync_id=sync.id)
        if not gone and DataType.SPEND_ANALYSIS in kinds:
            changed = {part.name for part in syncs.parts_of(tx, sync.id) if part.since is not None} - {*relisted}
            gone = books.void_unseen(
                tx, connection_id=connection_id, sync_id=sync.id, since=sync.first_month, besides=changed
            )
        return gone > 0
