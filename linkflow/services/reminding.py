"""Reminders: the link once more, some days after it was mailed, until the request is answered or over.

Each organization says after how many days. However late this runs, a request gets one reminder at a time, and no
reminder twice: its mail's id follows from the request and the reminder's number.
"""

import contextlib
from datetime import datetime, timedelta

from linkflow.domain.errors import Conflict
from linkflow.domain.links import id_from
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store.reminders import Unanswered, unanswered

_LATE = timedelta(days=14)
"""A request is looked at for that long after its last reminder was due."""


def send_due(ctx: Context) -> int:
    """Queue every reminder that is due now; answers how many."""
    sent = 0
    for slug, organization in ctx.organizations().items():
        pauses = sorted(organization.feel.reminders_after)
        if not pauses:
            continue
        now = ctx.now()
        with ctx.database.reading() as tx:
            waiting = unanswered(tx, slug, asked_before=now - pauses[0], made_after=now - pauses[-1] - _LATE, now=now)
        for request in waiting:
            number = _due(request, pauses, now)
            if number is not None:
                _send(ctx, request, number)
                sent += 1
    return sent


def _due(request: Unanswered, pauses: list[timedelta], now: datetime) -> int | None:
    """The number of the latest reminder whose day has come, unless one was made since that day."""
    come = [number for number, pause in enumerate(pauses) if request.asked_at + pause <= now]
    if not come:
        return None
    since = request.asked_at + pauses[come[-1]]
    return come[-1] if request.reminded_at is None or request.reminded_at < since else None


def _send(ctx: Context, request: Unanswered, number: int) -> None:
    message_id = id_from("reminder", request.request_id, number)
    # A conflict: another worker sent the same reminder in this very moment.
    with contextlib.suppress(Conflict), ctx.database.transaction() as tx:
        mailing.queue_link_mail(ctx, tx, "reminder", link_id=request.link_id, message_id=message_id)
