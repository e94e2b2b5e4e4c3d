"""The end of a grant that was let go: the software is told, then every token of it is destroyed."""

from datetime import timedelta

from linkflow.domain.connections import GrantState
from linkflow.domain.errors import NeedsReauth, SoftwareUnavailable
from linkflow.domain.ports import Transaction
from linkflow.outbound import oauth2
from linkflow.outbound.oauth2 import TokenError
from linkflow.services.clients import credentials_of, software_of
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.job_steps import DONE, JobStep, backed_off, wait
from linkflow.services.sealing import ACCESS, REFRESH, open_token
from linkflow.services.vault import VaultError
from linkflow.store import grants
from linkflow.store.grants import Grant

TRYING_LASTS = timedelta(hours=24)
_SHORTEST_PAUSE = timedelta(seconds=2)
_CONFIRMED, _UNCONFIRMED, _UNTOLD, _SHARED = "confirmed", "unconfirmed", "untold", "shared"
"""What came of it: `untold` where the software has no way of being told."""


def revoke_grant(ctx: Context, grant_id: str) -> JobStep:
    """One try to end it at the software (RFC 7009); its tokens are destroyed then, or after a day without success."""
    with ctx.database.reading() as tx:
        grant = grants.grant(tx, grant_id)
        if grant is None or grant.state != GrantState.REVOKING.value:
            return DONE
        shared = _ends_others(ctx, tx, grant)
    outcome, asked = (_SHARED, None) if shared else _tell_software(ctx, grant)
    tried_for = ctx.now() - grant.updated_at
    if outcome == _UNCONFIRMED and tried_for < TRYING_LASTS:
        # After as long again as the tries have lasted so far: each pause is twice the one before.
        return wait(backed_off(1, asked=asked, shortest=max(tried_for, _SHORTEST_PAUSE)))
    with ctx.database.transaction() as tx:
        if grants.destroy_tokens(tx, grant_id, at=ctx.now()):
            notice(
                ctx,
                tx,
                "grant-revoked",
                organization=grant.organization,
                company_id=grant.company_id,
                request_id=grant.request_id,
                detail=outcome,
            )
    return DONE


def _ends_others(ctx: Context, tx: Transaction, grant: Grant) -> bool:
    """Whether telling the software would end other sign-ins that are in use: then only our tokens are destroyed."""
    software = ctx.catalogue.get(grant.software)
    ends_all = software is not None and software.oauth is not None and software.oauth.revoke_ends_all
    return ends_all and grants.has_siblings(tx, grant)


def _tell_software(ctx: Context, grant: Grant) -> tuple[str, timedelta | None]:
    """What came of telling the software; while it has not confirmed, how long it asked us to wait."""
    software = ctx.catalogue.get(grant.software)
    try:
        refresh_token = open_token(ctx, grant, REFRESH)
        token = refresh_token or open_token(ctx, grant, ACCESS)
    except VaultError:
        return _UNCONFIRMED, None
    if token is None:
        return _CONFIRMED, None
    if software is None or software.oauth is None:
        return _UNTOLD, None
    try:
        hint = "refresh_token" if refresh_token else "access_token"
        here = software_of(ctx, grant)
        can_be = oauth2.revoke(here, credentials_of(ctx, grant), http=ctx.http, token=token, hint=hint)
    except TokenError as error:
        return _UNCONFIRMED, error.retry_after
    except (NeedsReauth, SoftwareUnavailable):
        return _UNCONFIRMED, None
    return (_CONFIRMED if can_be else _UNTOLD), None
