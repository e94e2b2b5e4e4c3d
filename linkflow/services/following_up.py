"""After the request was made: mail it again, show its link, take it back. Each is written down with who did it."""

from datetime import datetime, timedelta

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.links import LinkKind, fresh_expiry
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, mailing
from linkflow.services.context import Context
from linkflow.services.requesting import link_address
from linkflow.services.sight import seen_request
from linkflow.services.statuses import refresh_status
from linkflow.store import requests, throttles
from linkflow.store.requests import DataRequest, Link
from linkflow.store.users import User

RESENDS_AN_HOUR = 5


def resend(ctx: Context, user: User, request_id: str) -> None:
    """Mail the request again with as much time as a new one has, to its end at most; five times an hour."""
    with ctx.database.transaction() as tx:
        request, link = _open(ctx, tx, user, request_id)
        if throttles.count(tx, f"resend:{request.id}", window=timedelta(hours=1), now=ctx.now()) > RESENDS_AN_HOUR:
            raise Refused("request", "too-many")
        if link.revoked_at is not None:
            _replace(ctx, tx, user, request, link)
            return
        expires_at = _expiry(ctx, request)
        requests.renew_link(tx, link.id, before=link.renewed_at, expires_at=expires_at, at=ctx.now())
        mailing.queue_link_mail(ctx, tx, "request", link_id=link.id)
        happenings.note_by_user(ctx, tx, "resent", request=request, user=user)
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


def withdraw(ctx: Context, user: User, request_id: str) -> None:
    """Take a request back: every link of it, mailed or handed over, stops at once."""
    with ctx.database.transaction() as tx:
        request, _ = _open(ctx, tx, user, request_id)
        if requests.set_once(tx, request.id, "withdrawn_at", ctx.now()):
            happenings.note_by_user(ctx, tx, "withdrawn", request=request, user=user)
            refresh_status(ctx, tx, request.id)


def replace_link(ctx: Context, user: User, request_id: str) -> None:
    """Mail a new link; every earlier one of this request stops at once, what was shared stays."""
    with ctx.database.transaction() as tx:
        _replace(ctx, tx, user, *_open(ctx, tx, user, request_id))


def _replace(ctx: Context, tx: Transaction, user: User, request: DataRequest, link: Link) -> None:
    if requests.reissue_link(tx, link.id, issue=link.issue, expires_at=_expiry(ctx, request)):
        requests.revoke_hand_overs(tx, request.id, at=ctx.now())
        mailing.queue_link_mail(ctx, tx, "fresh_link", link_id=link.id)
        happenings.note_by_user(ctx, tx, "link-replaced", request=request, user=user)
        refresh_status(ctx, tx, request.id)


def _expiry(ctx: Context, request: DataRequest) -> datetime:
    life = ctx.organizations()[request.organization].feel.link_lifetime
    return fresh_expiry(life, request_ends_at=request.expires_at, now=ctx.now())


def _open(ctx: Context, tx: Transaction, user: User, request_id: str) -> tuple[DataRequest, Link]:
    request = seen_request(ctx, tx, user, request_id)
    if request.withdrawn_at is not None or ctx.now() >= request.expires_at:
        raise Refused("request", "withdrawn" if request.withdrawn_at else "expired")
    own = next(link for link in requests.links_of_request(tx, request.id) if link.kind == LinkKind.REQUEST)
    return request, own
