"""Since when a part of a pull need only bring what changed, where the software can tell.

It goes on from the last complete pull under the same consent, of the same data types. Everything is read once more at
least every seven days, when the months asked for reach further back, and of a part of which that pull set anything
aside: what could not be read then is neither forgotten nor counted twice.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from linkflow.domain.books import Statement
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store import syncs
from linkflow.store.syncs import Sync

WHOLE_EVERY = timedelta(days=7)
"""How old what goes unnoticed when only changes are read can become: a row gone without a trace, a method told anew."""
OVERLAP = timedelta(minutes=10)
"""The software's clock may be that much behind ours, and its lists behind its entries."""


def since_when(ctx: Context, tx: Transaction, sync: Sync, incremental: Collection[str]) -> Mapping[str, datetime]:
    """Part → since when its changes are enough; parts that are not among them are read whole."""
    able = set(incremental) - set(Statement)
    complete = syncs.complete_like(tx, sync, since=ctx.now() - WHOLE_EVERY) if able else ()
    begun = [one.started_at for one in complete]
    if not begun or begun[0] is None or not _reach_as_far(complete, sync) or not syncs.any_whole(tx, complete):
        return {}
    known = {part.name for part in syncs.parts_of(tx, complete[0].id)}
    able &= known - set(syncs.count_set_aside(tx, complete[0].id))
    return dict.fromkeys(able, begun[0] - OVERLAP)


def _reach_as_far(complete: Collection[Sync], sync: Sync) -> bool:
    return all(one.first_month <= sync.first_month for one in complete)
