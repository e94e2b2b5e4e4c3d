"""Reminders to sign in again: the link once more, some days after it was mailed, until it is done or given up.

On the days each organization set for reminders; what goes into one mail was asked in one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from linkflow.domain.links import id_from
from linkflow.domain.ports import Transaction
from linkflow.services import informing
from linkflow.services.context import Context
from linkflow.services.reconnecting import Affected, need_now, wish_of
from linkflow.services.reopening import reopen
from linkflow.store import askings, connections
from linkflow.store.askings import Asking
from linkflow.store.turns import take_turn
from linkflow.store.visits import own_link

_LATE = timedelta(days=14)
"""An asking is looked at for that long after its last reminder was due."""


def send_due(ctx: Context) -> int:
    """Queue every reminder that is due now; answers how many mails."""
    sent = 0
    for slug, organization in ctx.organizations().items():
        pauses = sorted(organization.feel.reminders_after)
        if not pauses:
            continue
        due = [ctx.now() - pause for pause in pauses]
        with ctx.database.reading() as tx:
            lacking = askings.to_remind(tx, slug, due=due, asked_after=due[-1] - _LATE)
        for _, some in groupby(sorted(lacking, key=_mail), key=_mail):
            sent += _remind_of_request(ctx, tuple(some), pauses)
    return sent


def _mail(one: Asking) -> tuple[str, str]:
    return one.batch_id, one.request_id or ""


def _number(one: Asking, pauses: Sequence[timedelta], now: datetime) -> int:
    """How many reminders there should have been by now; however late this runs, it makes one."""
    return sum(one.asked_at is not None and one.asked_at + pause <= now for pause in pauses)


def _remind_of_request(ctx: Context, some: Sequence[Asking], pauses: Sequence[timedelta]) -> int:
    request_id, number = some[0].request_id or "", _number(some[0], pauses, ctx.now())
    with ctx.database.transaction() as tx:
        take_turn(tx, some[0].company_id)
        link = own_link(tx, request_id)
        if link is None or link.withdrawn_at is not None or link.revoked_at is not None:
            return 0
        by_software: dict[str, list[tuple[Asking, Affected]]] = {}
        # Others may have reminded, or stopped some of it, since it was found.
        for asking in askings.lacking_reminder(tx, [one.id for one in some], reminders=number):
            one = _still_needed(ctx, tx, asking)
            if one is not None:
                by_software.setdefault(one.connection.software, []).append((asking, one))
        return sum(_remind(ctx, tx, pairs, number, request_id) for pairs in by_software.values())


def _still_needed(ctx: Context, tx: Transaction, asking: Asking) -> Affected | None:
    """The connection, if it needs a person yet; where it does not any more nobody is asked."""
    held = connections.connection(tx, asking.connection_id)
    need = need_now(ctx, tx, held) if held else None
    if held is None or need is None:
        askings.stop(tx, asking.connection_id, at=ctx.now())
        return None
    return Affected(held, need)


def _remind(
    ctx: Context, tx: Transaction, pairs: Sequence[tuple[Asking, Affected]], number: int, request_id: str
) -> int:
    ids, affected = [asking.id for asking, _ in pairs], [one for _, one in pairs]
    askings.note_reminded(tx, ids, reminders=number, at=ctx.now())
    reopen(ctx, tx, request_id)
    held, wish = [one.connection for one in affected], wish_of(ctx, affected, reminder=True)
    message_id = id_from("asking reminder", number, *ids)
    informing.queue_reconnect_mail(ctx, tx, held, request_id=request_id, wish=wish, message_id=message_id)
    return 1
