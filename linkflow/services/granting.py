"""Grants in use: kept when given, let go when unused, and an access token when needed, refreshed by one at a time.

What a refresh brings is committed before it is used, for the software may already have retired what we had. No
transaction is open during a call.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from linkflow.domain.connections import GrantState
from linkflow.domain.errors import NeedsReauth, NotFound, SoftwareUnavailable
from linkflow.domain.links import callback_path
from linkflow.domain.ports import ApiSession, Job, Transaction
from linkflow.outbound import oauth2
from linkflow.outbound.errors import StatusError
from linkflow.outbound.oauth2 import TokenError, Tokens
from linkflow.services import outages, pacing, statuses
from linkflow.services.clients import credentials_of, software_of
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.pacing import Gate
from linkflow.services.sealing import ACCESS, PREVIOUS, REFRESH, open_token, seal_token, seal_tokens
from linkflow.services.vault import VaultError
from linkflow.store import grants
from linkflow.store.grants import Grant
from linkflow.store.turns import take_turn

_LONGEST_MARGIN = timedelta(minutes=2)
_POLL_SECONDS = 0.1
UNAUTHORIZED = 401

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Whose sign-in it was and where, through which client, and what came with it besides tokens."""

    organization: str
    company_id: str
    request_id: str
    software: str
    client_id: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def behind(cls, grant: Grant) -> "SignIn":
        """That of a grant there is."""
        return cls(
            organization=grant.organization,
            company_id=grant.company_id,
            request_id=grant.request_id,
            software=grant.software,
            client_id=grant.client_id,
            given=json.loads(grant.callback_params),
        )


def store_grant(
    ctx: Context, tx: Transaction, tokens: Tokens, sign_in: SignIn, *, state: GrantState = GrantState.ACTIVE
) -> str:
    """Keep the tokens of a new authorization, sealed for their row; answers the grant's id."""
    grant_id, now = ctx.new_id(), ctx.now()
    sealed = seal_tokens(ctx, tokens, organization=sign_in.organization, grant_id=grant_id)
    grant = Grant(
        id=grant_id,
        organization=sign_in.organization,
        company_id=sign_in.company_id,
        request_id=sign_in.request_id,
        software=sign_in.software,
        access_token=sealed[ACCESS],
        refresh_token=sealed[REFRESH],
        scopes=" ".join(tokens.scopes),
        callback_params=json.dumps(dict(sign_in.given)),
        client_id=sign_in.client_id,
        state=state.value,
        created_at=now,
        updated_at=now,
        access_expires_at=tokens.expires_at,
        refresh_expires_at=tokens.refresh_expires_at,
        ends_at=tokens.ends_at,
    )
    grants.add_grant(tx, grant)
    return grant_id


def with_session(ctx: Context, grant_id: str, call: Callable[[ApiSession], T], *, tenant_id: str | None = None) -> T:
    """What `call` brings from the software's API; a token it no longer takes is refreshed once.

    `tenant_id`: whose books are read; without one, somebody waits for the answer. Raises as `access_token` and `call`
    do, and `OverLimit`.
    """
    token = access_token(ctx, grant_id)
    grant = _usable(ctx, grant_id)
    try:
        return call(_session(ctx, grant, token, _gate(ctx, grant, tenant_id)))
    except StatusError as error:
        if error.status != UNAUTHORIZED:
            raise
    fresh = access_token(ctx, grant_id, refused=token)
    return call(_session(ctx, grant, fresh, _gate(ctx, grant, tenant_id)))


def unrefreshed_session(ctx: Context, grant_id: str) -> ApiSession | None:
    """The same for a page that must change nothing: None when the access at hand has run out."""
    grant = _usable(ctx, grant_id)
    token = open_token(ctx, grant, ACCESS)
    ran_out = grant.access_expires_at is not None and ctx.now() >= grant.access_expires_at
    return None if token is None or ran_out else _session(ctx, grant, token, None)


def _session(ctx: Context, grant: Grant, token: str, gate: Gate | None) -> ApiSession:
    given, client_id = json.loads(grant.callback_params), credentials_of(ctx, grant).client_id
    software = software_of(ctx, grant)
    return ctx.http.session(software, access_token=token, client_id=client_id, given=given, before=gate)


def _gate(ctx: Context, grant: Grant, tenant_id: str | None) -> Gate | None:
    client_id = credentials_of(ctx, grant).client_id
    return pacing.gate(ctx, grant, software_of(ctx, grant), client_id=client_id, tenant_id=tenant_id)


def access_token(ctx: Context, grant_id: str, *, refused: str | None = None) -> str:
    """A token that is good for a while. `refused`: the software did not take this one, so it will not do.

    `NeedsReauth`: a person must sign in again, which is already stored and told. `SoftwareUnavailable`: try later.
    """
    ends = time.monotonic() + 3 * ctx.settings.outbound_total_seconds
    while time.monotonic() < ends:
        grant = _usable(ctx, grant_id)
        try:
            token, _ = open_token(ctx, grant, ACCESS), (software_of(ctx, grant), credentials_of(ctx, grant))
        except (VaultError, NeedsReauth) as reason:
            _bury(ctx, grant, why=reason.code)
            continue
        if token is not None and token != refused and not _runs_out(grant, ctx.now()):
            return token
        caller = ctx.new_id()
        if _claim(ctx, grant, caller):
            _refresh(ctx, grant, caller)
        else:
            time.sleep(_POLL_SECONDS)
    raise SoftwareUnavailable(reason="refresh")


def release_grant(ctx: Context, tx: Transaction, grant_id: str) -> bool:
    """Begin to revoke a grant unless a connection still needs it; call it after the change that ended its use."""
    if grants.is_needed(tx, grant_id) or not grants.begin_revoking(tx, grant_id, at=ctx.now()):
        return False
    tx.enqueue(Job.REVOKE_GRANT, grant_id)
    return True


def release_grants(ctx: Context, tx: Transaction, company_id: str, *, limit: int) -> int:
    """Begin to revoke up to `limit` grants of a company that is going, needed or not; answers how many there were."""
    standing = grants.standing_grants(tx, company_id, limit=limit)
    for grant_id in standing:
        if grants.begin_revoking(tx, grant_id, at=ctx.now()):
            tx.enqueue(Job.REVOKE_GRANT, grant_id)
    return len(standing)


def _usable(ctx: Context, grant_id: str) -> Grant:
    with ctx.database.reading() as tx:
        grant = grants.grant(tx, grant_id)
    if grant is None:
        raise NotFound(grant=grant_id)
    if not grant.is_active or grant.software not in ctx.catalogue:
        raise NeedsReauth
    return grant


def _runs_out(grant: Grant, now: datetime) -> bool:
    """Whether less than a tenth of its life is left, two minutes at most; to the end where nothing can renew it."""
    if grant.access_expires_at is None:
        return False
    life = max(grant.access_expires_at - grant.updated_at, timedelta())
    margin = min(life / 10, _LONGEST_MARGIN) if grant.refresh_token else timedelta()
    return now >= grant.access_expires_at - margin


def _claim(ctx: Context, grant: Grant, caller: str) -> bool:
    # Longer than two calls: nobody may take over while ours can still bring tokens.
    until = ctx.now() + timedelta(seconds=2 * ctx.settings.outbound_total_seconds + 10)
    with ctx.database.transaction() as tx:
        return grants.claim_refresh(tx, grant, by=caller, now=ctx.now(), until=until)


def _refresh(ctx: Context, grant: Grant, caller: str) -> None:
    """As the one who holds the lease: store new tokens, find the grant dead, or give the lease back and raise."""
    try:
        tokens = _new_tokens(ctx, grant)
    except VaultError:
        tokens = None
    except SoftwareUnavailable:
        with ctx.database.transaction() as tx:
            grants.release_refresh(tx, grant.id, by=caller)
        raise
    if tokens is None:
        _bury(ctx, grant)
    else:
        _keep(ctx, grant, tokens)


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
            if error.code != "invalid_grant":
                raise
    return None


def _keep(ctx: Context, grant: Grant, tokens: Tokens) -> None:
    used = open_token(ctx, grant, REFRESH)
    names = {"organization": grant.organization, "grant_id": grant.id}
    with ctx.database.transaction() as tx:
        kept = grants.replace_tokens(
            tx,
            grant,
            **seal_tokens(ctx, tokens, **names),
            previous_refresh_token=seal_token(ctx, used, **names, column=PREVIOUS),
            updated_at=ctx.now(),
            access_expires_at=tokens.expires_at,
            refresh_expires_at=tokens.refresh_expires_at,
        )
        if not kept:
            _give_back(ctx, tx, grant, tokens)


def _give_back(ctx: Context, tx: Transaction, grant: Grant, tokens: Tokens) -> None:
    """Tokens that came for a grant that was let go meanwhile are revoked under a row that is good for nothing else.

    Where another's refresh came first the grant goes on with that one's tokens, and revoking ours could end them too.
    """
    current = grants.grant(tx, grant.id)
    if current is None or current.is_active:
        return
    revoke_later(ctx, tx, tokens, SignIn.behind(grant))


def revoke_later(ctx: Context, tx: Transaction, tokens: Tokens, sign_in: SignIn) -> None:
    """Have tokens revoked that are good for nothing here, under a row of their own, until the software has heard it."""
    tx.enqueue(Job.REVOKE_GRANT, store_grant(ctx, tx, tokens, sign_in, state=GrantState.REVOKING))


def _bury(ctx: Context, grant: Grant, *, why: str = "") -> None:
    """The grant is spent, unless its tokens changed since it was read: its connections wait for a person."""
    with ctx.database.transaction() as tx:
        take_turn(tx, grant.company_id)
        if not grants.mark_dead(tx, grant, at=ctx.now()):
            return
        lost_connections = grants.lose_connections(tx, grant.id)
        for lost in lost_connections:
            notice(
                ctx,
                tx,
                "needs-reauth",
                organization=grant.organization,
                company_id=lost.company_id,
                request_id=lost.request_id,
                entity_id=lost.entity_id,
                detail=why,
            )
        if lost_connections:
            outages.tell_contact(ctx, tx, lost_connections)
            statuses.refresh_statuses(ctx, tx, grant.company_id)
