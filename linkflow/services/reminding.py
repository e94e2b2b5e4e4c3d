"""Reminders: the link once more, some days after it was mailed, until the request is answered or over.

Each organization says after how many days. However late this runs, a request gets one reminder at a time, and no
reminder twice: its mail's id follows from the request and the reminder's number.

Each reminder has an address that stops further ones. It names that mail, so that it stops serving whoever is no
longer the one reminded; it opens nothing.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from linkflow.domain.addresses import same_mailbox
from linkflow.domain.errors import Conflict, LinkInvalid
from linkflow.domain.links import id_from
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, mailing
from linkflow.services.context import Context
from linkflow.store import messages, requests
from linkflow.store.reminders import Unanswered, unanswered
from linkflow.store.turns import take_turn_of
from linkflow.store.visits import LinkVisit, own_link

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


@dataclass(frozen=True)
class Reminded:
    """The request a reminder was of; `wanted`: its recipient has not stopped them; `over`: none comes any more."""

    link: LinkVisit
    wanted: bool
    over: bool


def reminded(ctx: Context, token: str) -> Reminded:
    """What the address in a reminder is about; raises `LinkInvalid`."""
    with ctx.database.reading() as tx:
        return _reminded(ctx, tx, token)


def stop(ctx: Context, token: str) -> None:
    """No further reminder of that request goes out, however often this is asked; raises `LinkInvalid`."""
    request_id = reminded(ctx, token).link.request_id
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "request", request_id)
        found = _reminded(ctx, tx, token)
        if found.wanted and requests.set_once(tx, request_id, "reminders_off_at", ctx.now()):
            happenings.note(ctx, tx, "reminders-stopped", link=found.link)


def _reminded(ctx: Context, tx: Transaction, token: str) -> Reminded:
    message = messages.message(tx, ctx.signer.read_reminder(token))
    request = requests.request_by_id(tx, message.request_id) if message and message.request_id else None
    link = own_link(tx, request.id) if request else None
    if message is None or request is None or link is None or link.organization not in ctx.organizations():
        raise LinkInvalid
    theirs = same_mailbox(message.recipient, link.recipient_email)
    ended = message.kind == "reminder" and ctx.now() >= request.expires_at  # to sign in again, one opens it once more
    over = request.withdrawn_at is not None or ended
    return Reminded(link, wanted=theirs and request.reminders_off_at is None, over=over)


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
