"""Grants in use: an access token or a session when one is needed, and letting a grant go that nothing uses."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from linkflow.domain.errors import NeedsReauth, NotFound, SoftwareUnavailable
from linkflow.domain.ports import ApiSession, Job, Transaction
from linkflow.domain.upkeep import access_margin
from linkflow.outbound.errors import StatusError
from linkflow.services import outages, pacing, refreshing
from linkflow.services.clients import credentials_of, software_of
from linkflow.services.context import Context
from linkflow.services.pacing import Gate
from linkflow.services.sealing import ACCESS, open_token
from linkflow.services.vault import KeyMissing, VaultError
from linkflow.store import grants
from linkflow.store.grants import Grant

_POLL_SECONDS = 0.1
UNAUTHORIZED = 401

T = TypeVar("T")


def with_session(
    ctx: Context,
    grant_id: str,
    call: Callable[[ApiSession], T],
    *,
    tenant_id: str | None = None,
    sending: Callable[[], None] | None = None,
) -> T:
    """What `call` brings from the software's API; a token it no longer takes is refreshed once.

    `tenant_id`: whose books are read; without one, somebody waits for the answer. `sending` is told of each request
    that is about to go out. Raises as `access_token` and `call` do, and `OverLimit`.
    """
    token = access_token(ctx, grant_id)
    grant = _usable(ctx, grant_id)
    try:
        return call(_session(ctx, grant, token, tenant_id=tenant_id, sending=sending))
    except StatusError as error:
        if error.status != UNAUTHORIZED:
            raise
    fresh = access_token(ctx, grant_id, refused=token)
    return call(_session(ctx, grant, fresh, tenant_id=tenant_id, sending=sending))


def unrefreshed_session(ctx: Context, grant_id: str) -> ApiSession | None:
    """The same for a page that must change nothing: None when the access at hand has run out."""
    grant = _usable(ctx, grant_id)
    token = open_token(ctx, grant, ACCESS)
    ran_out = grant.access_expires_at is not None and ctx.now() >= grant.access_expires_at
    return None if token is None or ran_out else _session(ctx, grant, token, counted=False)


def _session(
    ctx: Context,
    grant: Grant,
    token: str,
    *,
    counted: bool = True,
    tenant_id: str | None = None,
    sending: Callable[[], None] | None = None,
) -> ApiSession:
    software, client_id = software_of(ctx, grant), credentials_of(ctx, grant).client_id
    gate = pacing.gate(ctx, grant, software, client_id=client_id, tenant_id=tenant_id) if counted else None
    given, before = json.loads(grant.callback_params), _one_after_the_other(gate, sending)
    return ctx.http.session(software, access_token=token, client_id=client_id, given=given, before=before)


def _one_after_the_other(gate: Gate | None, sending: Callable[[], None] | None) -> Gate | None:
    if gate is None or sending is None:
        return gate or sending

    def both() -> None:
        gate()
        sending()

    return both


def access_token(ctx: Context, grant_id: str, *, refused: str | None = None) -> str:
    """A token that is good for a while. `refused`: the software did not take this one, so it will not do.

    `NeedsReauth`: a person must sign in again, which is already stored and told. `SoftwareUnavailable`: try later.
    """
    ends = time.monotonic() + 3 * ctx.settings.outbound_total_seconds
    while time.monotonic() < ends:
        grant = _usable(ctx, grant_id)
        try:
            token, _ = open_token(ctx, grant, ACCESS), (software_of(ctx, grant), credentials_of(ctx, grant))
        except KeyMissing:
            # Likely a mistake of today, on this machine alone: nobody has to sign in again for it.
            raise SoftwareUnavailable(reason="key") from None
        except (VaultError, NeedsReauth) as reason:
            outages.bury(ctx, grant, why=reason.code)
            continue
        if token is not None and token != refused and not _runs_out(ctx, grant):
            return token
        if not refreshing.renew(ctx, grant):
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
    if grant.is_active and grant.software in ctx.catalogue:
        return grant
    raise NeedsReauth


def _runs_out(ctx: Context, grant: Grant) -> bool:
    """Whether it is time for another access token; at the very end where nothing can renew it."""
    if grant.access_expires_at is None:
        return False
    life, tokens = grant.access_expires_at - grant.updated_at, ctx.catalogue[grant.software].tokens
    margin = access_margin(tokens, life) if grant.refresh_token else timedelta()
    return ctx.now() >= grant.access_expires_at - margin
