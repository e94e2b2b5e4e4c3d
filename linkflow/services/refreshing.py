"""Refreshing a grant's tokens: one at a time, over threads, processes and machines, by a lease in its row.

What a refresh brings is committed before anybody uses it, for the software may already have retired what we had. No
transaction is open during a call.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from linkflow.domain.errors import DatabaseBusy, LinkflowError, SoftwareUnavailable
from linkflow.domain.links import callback_path
from linkflow.domain.ports import Transaction
from linkflow.domain.upkeep import may_renew_from
from linkflow.outbound import oauth2
from linkflow.outbound.oauth2 import SPENT, TokenError, Tokens
from linkflow.services import outages
from linkflow.services.clients import credentials_of, software_of
from linkflow.services.context import Context
from linkflow.services.sealing import PREVIOUS, REFRESH, open_token, seal_token, seal_tokens
from linkflow.services.storing_grants import SignIn, planned, revoke_later
from linkflow.services.vault import KeyMissing, VaultError
from linkflow.store import grants
from linkflow.store.grants import Grant

_POLL_SECONDS = 0.1
_under_way = 0
_changed = threading.Condition()


def renew(ctx: Context, grant: Grant) -> bool:
    """Refresh the tokens as they were read, and store what comes, or that they are spent.

    False: somebody else is at it, or was since. Raises `SoftwareUnavailable`, with the lease given back.
    """
    begins = may_renew_from(ctx.catalogue[grant.software].tokens, grant.access_expires_at)
    if begins is not None and ctx.now() < begins:
        raise TokenError("too-early", transient=True, retry_after=begins - ctx.now())
    caller = ctx.new_id()
    with _counted():
        claimed = _claim(ctx, grant, caller)
        if claimed:
            _refresh(ctx, grant, caller)
    return claimed


def settle(seconds: float) -> bool:
    """Wait, so long at most, until this process refreshes nothing: what a call is about to bring is stored then.

    For a process that is about to end, whose threads nobody else waits for. Answers whether that is so.
    """
    with _changed:
        return _changed.wait_for(lambda: not _under_way, seconds)


@contextmanager
def _counted() -> Iterator[None]:
    global _under_way  # noqa: PLW0603 - of the process, as are its threads
    with _changed:
        _under_way += 1
    try:
        yield
    finally:
        with _changed:
            _under_way -= 1
            _changed.notify_all()


def _claim(ctx: Context, grant: Grant, caller: str) -> bool:
    # Longer than two calls and the storing: nobody may take over while ours can still bring tokens.
    until = ctx.now() + timedelta(seconds=3 * ctx.settings.outbound_total_seconds + 10)
    with ctx.database.transaction() as tx:
        return grants.claim_refresh(tx, grant, by=caller, now=ctx.now(), until=until)


def _refresh(ctx: Context, grant: Grant, caller: str) -> None:
    """As the one who holds the lease: store new tokens, find the grant spent, or give the lease back and raise."""
    try:
        tokens = _new_tokens(ctx, grant)
    except KeyMissing:
        _let_go(ctx, grant, caller)
        raise SoftwareUnavailable(reason="key") from None
    except VaultError:
        outages.bury(ctx, grant)
    except LinkflowError:
        _let_go(ctx, grant, caller)
        raise
    else:
        if tokens is not None:
            _keep_at_last(ctx, grant, tokens)
        elif grant.refreshing_by is None:
            outages.bury(ctx, grant)
        else:
            _doubt(ctx, grant, caller)


def _doubt(ctx: Context, grant: Grant, caller: str) -> None:
    """Refused, but the lease was somebody's before, who by a clock that is behind may hold it still.

    What we used is spent then, and what they got not yet stored: who asks next, a call's time later, finds out.
    """
    pause = timedelta(seconds=ctx.settings.outbound_total_seconds)
    _let_go(ctx, grant, caller, free_from=ctx.now() + pause)
    raise TokenError("contested", transient=True, retry_after=pause)


def _let_go(ctx: Context, grant: Grant, caller: str, *, free_from: datetime | None = None) -> None:
    with ctx.database.transaction() as tx:
        grants.release_refresh(tx, grant.id, by=caller, free_from=free_from)


def _new_tokens(ctx: Context, grant: Grant) -> Tokens | None:
    """What the software gives for the refresh token, else for the one before it; None when it takes neither."""
    software, credentials = software_of(ctx, grant), credentials_of(ctx, grant)
    known = (open_token(ctx, grant, REFRESH), open_token(ctx, grant, PREVIOUS))
    scopes, back = tuple(grant.scopes.split()), ctx.address(callback_path(software.id))
    for token in dict.fromkeys(known):
        if token is None:
            continue
        try:
            return oauth2.refresh(
                software, credentials, http=ctx.http, refresh_token=token, scopes=scopes, redirect_uri=back
            )
        except TokenError as error:
            if error.code != SPENT:
                raise
    return None


def _keep_at_last(ctx: Context, grant: Grant, tokens: Tokens) -> None:
    """Store what came: what we had is spent, so a database that is away is waited for as long as the lease holds."""
    ends = time.monotonic() + ctx.settings.outbound_total_seconds
    while True:
        try:
            _keep(ctx, grant, tokens)
        except DatabaseBusy:
            if time.monotonic() >= ends:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


def _keep(ctx: Context, grant: Grant, tokens: Tokens) -> None:
    used, now = open_token(ctx, grant, REFRESH), ctx.now()
    names = {"organization": grant.organization, "grant_id": grant.id}
    times: dict[str, Any] = {
        "updated_at": now,
        "access_expires_at": tokens.expires_at,
        "refresh_expires_at": tokens.refresh_expires_at or _still(grant, tokens.refresh_token == used, now),
        "ends_at": tokens.ends_at or grant.ends_at,
    }
    with ctx.database.transaction() as tx:
        kept = grants.replace_tokens(
            tx,
            grant,
            **seal_tokens(ctx, tokens, **names),
            previous_refresh_token=seal_token(ctx, used, **names, column=PREVIOUS),
            **times,
            **planned(ctx, replace(grant, **times)),
        )
        if not kept:
            _give_back(ctx, tx, grant, tokens)


def _still(grant: Grant, same: bool, now: datetime) -> datetime | None:
    """The end known before, of the same refresh token; one it was used beyond was none."""
    end = grant.refresh_expires_at if same else None
    return end if end is not None and now < end else None


def _give_back(ctx: Context, tx: Transaction, grant: Grant, tokens: Tokens) -> None:
    """Tokens that came for a grant that was let go meanwhile are revoked under a row that is good for nothing else.

    Where another's refresh came first the grant goes on with that one's tokens, and revoking ours could end them too.
    """
    current = grants.grant(tx, grant.id)
    if current is None or current.is_active:
        return
    revoke_later(ctx, tx, tokens, SignIn.behind(grant))
