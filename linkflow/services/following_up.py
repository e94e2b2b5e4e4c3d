"""After the request was made: mail it again, remind of it, give it time, show its link, take it back, open it again.

Each is written down with who did it. Mailed again or reminded of twice within a minute, it is mailed once.
"""

from datetime import date, datetime, timedelta

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.links import LinkKind, fresh_expiry
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.services import happenings, mailing, reopening
from linkflow.services.calendar import end_of, today
from linkflow.services.context import Context
from linkflow.services.requesting import link_address
from linkflow.services.sight import seen_request
from linkflow.services.statuses import refresh_status
from linkflow.services.tracking import is_shared
from linkflow.store import events, requests, throttles, uploads
from linkflow.store.requests import DataRequest, Link
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User

RESENDS_AN_HOUR = 5
_AT_ONCE = timedelta(minutes=1)
LONGEST = timedelta(days=366)
"""As far ahead as a request can be extended."""
_USUAL = timedelta(days=30)
UNANSWERED = frozenset({RequestStatus.REQUESTED, RequestStatus.OPENED, RequestStatus.IN_PROGRESS})


def resend(ctx: Context, user: User, request_id: str) -> bool:
    """Mail the request again with as much time as a new one has, to its end at most; five times an hour.

    Answers whether this call did; not so where it was done within the last minute.
    """
    with ctx.database.transaction() as tx:
        return _mail_again(ctx, tx, user, *_open(ctx, tx, user, request_id), mail="request", event="resent")


def remind(ctx: Context, user: User, request_id: str) -> bool:
    """Mail a reminder now, as `resend` does; raises `Refused` where there is nothing to remind of or no wish for it."""
    with ctx.database.transaction() as tx:
        request, link = _open(ctx, tx, user, request_id)
        if request.status not in UNANSWERED:
            raise Refused("request", "answered")
        if request.reminders_off_at is not None:
            raise Refused("request", "reminders-stopped")
        return _mail_again(ctx, tx, user, request, link, mail="reminder", event="reminded")


def start_reminders(ctx: Context, user: User, request_id: str) -> None:
    """Let reminders go out again that the recipient had stopped."""
    with ctx.database.transaction() as tx:
        request, _ = _open(ctx, tx, user, request_id)
        if request.reminders_off_at is not None:
            requests.set_facts(tx, request.id, reminders_off_at=None)
            happenings.note_by_user(ctx, tx, "reminders-started", request=request, user=user)


def extend(ctx: Context, user: User, request_id: str, last_day: date) -> None:
    """Let the request, also one that ran out, be answered to the end of a day; its link gets time as a new one has.

    Raises `Refused`: a day that is over, too far away, or before the present end; or withdrawn.
    """
    with ctx.database.transaction() as tx:
        request, link = _taken(ctx, tx, user, request_id)
        if request.withdrawn_at is not None:
            raise Refused("request", "withdrawn")
        ends_at = end_of(ctx, user, last_day)
        if ends_at <= max(ctx.now(), request.expires_at):
            raise Refused("last_day", "past" if ends_at <= ctx.now() else "sooner")
        if ends_at > ctx.now() + LONGEST:
            raise Refused("last_day", "too-far")
        requests.set_facts(tx, request.id, expires_at=ends_at)
        until = max(link.expires_at, _expiry(ctx, request, ends_at=ends_at))
        requests.renew_link(tx, link.id, before=link.renewed_at, expires_at=until, at=ctx.now())
        happenings.note_by_user(ctx, tx, "extended", request=request, user=user, detail=last_day.isoformat())
        refresh_status(ctx, tx, request.id)


def usual_last_day(ctx: Context, user: User, request: DataRequest) -> date:
    """A month after the present end, or after today where that is later; never further than one may go."""
    now = today(ctx, user)
    end = ctx.organizations()[user.organization].day_of(request.expires_at)
    return min(max(now, end) + _USUAL, now + LONGEST - timedelta(days=1))


def may_reopen(request: DataRequest, now: datetime) -> bool:
    """Whether the request is over: withdrawn, declined, finished, or past its end."""
    ended = request.withdrawn_at or request.declined_at or request.finished_at
    return ended is not None or now >= request.expires_at


def reopen(ctx: Context, user: User, request_id: str) -> None:
    """Ask the contact once more with a new link; what was shared stays. Raises `Refused` while the request is open."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "request", request_id)
        request = seen_request(ctx, tx, user, request_id)
        if not may_reopen(request, ctx.now()):
            raise Refused("request", "still-open")
        link = reopening.reopen(ctx, tx, request.id)
        requests.set_facts(tx, request.id, declined_at=None, decline_reason="", finished_at=None)
        mailing.queue_link_mail(ctx, tx, "fresh_link", link_id=link.link_id)
        happenings.note_by_user(ctx, tx, "reopened", request=request, user=user)
        refresh_status(ctx, tx, request.id)


def show_link(ctx: Context, user: User, request_id: str) -> str:
    """The link's address, for the user to hand on by other means."""
    with ctx.database.transaction() as tx:
        request, link = _open(ctx, tx, user, request_id)
        if not ctx.organizations()[request.organization].feel.copy_link:
            raise NotFound
        if link.revoked_at is not None:
            raise Refused("request", "link-withdrawn")
        happenings.note_by_user(ctx, tx, "link-shown", request=request, user=user)
    return link_address(ctx, link.id, link.issue)


def withdraw(ctx: Context, user: User, request_id: str, *, sure: bool = False) -> bool:
    """Take a request back: every link of it, mailed or handed over, stops at once.

    Answers False, with nothing done, where something was shared and the user has not been asked and is `sure`.
    """
    with ctx.database.transaction() as tx:
        request, _ = _open(ctx, tx, user, request_id)
        if not sure and is_shared(tx, request.id):
            return False
        if requests.set_once(tx, request.id, "withdrawn_at", ctx.now()):
            uploads.forget_aside(tx, request.id)
            happenings.note_by_user(ctx, tx, "withdrawn", request=request, user=user)
            refresh_status(ctx, tx, request.id)
        return True


def replace_link(ctx: Context, user: User, request_id: str) -> None:
    """Mail a new link in place of one that was taken back, unless somebody has; what was shared stays."""
    with ctx.database.transaction() as tx:
        request, link = _open(ctx, tx, user, request_id)
        if link.revoked_at is not None:
            _replace(ctx, tx, user, request, link)


def _mail_again(
    ctx: Context, tx: Transaction, user: User, request: DataRequest, link: Link, *, mail: str, event: str
) -> bool:
    mailed = link.revoked_at is None and events.happened_since(
        tx, request.id, (event, "link-replaced"), since=ctx.now() - _AT_ONCE
    )
    if mailed:
        return False
    if throttles.count(tx, f"resend:{request.id}", window=timedelta(hours=1), now=ctx.now()) > RESENDS_AN_HOUR:
        raise Refused("request", "too-many")
    if link.revoked_at is not None:
        _replace(ctx, tx, user, request, link)
        return True
    requests.renew_link(tx, link.id, before=link.renewed_at, expires_at=_expiry(ctx, request), at=ctx.now())
    mailing.queue_link_mail(ctx, tx, mail, link_id=link.id)
    happenings.note_by_user(ctx, tx, event, request=request, user=user)
    refresh_status(ctx, tx, request.id)
    return True


def _replace(ctx: Context, tx: Transaction, user: User, request: DataRequest, link: Link) -> None:
    if requests.reissue_link(tx, link.id, issue=link.issue, expires_at=_expiry(ctx, request)):
        requests.revoke_hand_overs(tx, request.id, at=ctx.now())
        mailing.queue_link_mail(ctx, tx, "fresh_link", link_id=link.id)
        happenings.note_by_user(ctx, tx, "link-replaced", request=request, user=user)
        refresh_status(ctx, tx, request.id)


def _expiry(ctx: Context, request: DataRequest, *, ends_at: datetime | None = None) -> datetime:
    life = ctx.organizations()[request.organization].feel.link_lifetime
    return fresh_expiry(life, request_ends_at=ends_at or request.expires_at, now=ctx.now())


def _open(ctx: Context, tx: Transaction, user: User, request_id: str) -> tuple[DataRequest, Link]:
    request, own = _taken(ctx, tx, user, request_id)
    if request.withdrawn_at is not None or ctx.now() >= request.expires_at:
        raise Refused("request", "withdrawn" if request.withdrawn_at else "expired")
    return request, own


def _taken(ctx: Context, tx: Transaction, user: User, request_id: str) -> tuple[DataRequest, Link]:
    """The request and its own link, whatever became of them, which nobody else changes meanwhile."""
    take_turn_of(tx, "request", request_id)
    request = seen_request(ctx, tx, user, request_id)
    own = next(link for link in requests.links_of_request(tx, request.id) if link.kind == LinkKind.REQUEST)
    return request, own
