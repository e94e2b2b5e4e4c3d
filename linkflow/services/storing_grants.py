"""Tokens on their way in: kept as a grant, sealed for its row, with when upkeep looks at it next; or taken back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from linkflow.domain.connections import GrantState
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.upkeep import plan
from linkflow.outbound.json_values import claim
from linkflow.outbound.oauth2 import Tokens
from linkflow.services.context import Context
from linkflow.services.sealing import ACCESS, REFRESH, seal_tokens
from linkflow.store import grants
from linkflow.store.grants import Grant


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
        sibling_key=_sibling_key(ctx, tokens, sign_in),
    )
    grants.add_grant(tx, replace(grant, **planned(ctx, grant)))
    return grant_id


def revoke_later(ctx: Context, tx: Transaction, tokens: Tokens, sign_in: SignIn) -> None:
    """Have tokens revoked that are good for nothing here, under a row of their own, until the software has heard it."""
    tx.enqueue(Job.REVOKE_GRANT, store_grant(ctx, tx, tokens, sign_in, state=GrantState.REVOKING))


def _sibling_key(ctx: Context, tokens: Tokens, sign_in: SignIn) -> str | None:
    """What sign-ins that end together have in common, hashed; None where neither the token nor the callback says."""
    software = ctx.catalogue.get(sign_in.software)
    oauth = software.oauth if software else None
    common = claim(tokens.access_token, oauth.sibling_claim) if oauth and oauth.sibling_claim else None
    if oauth and oauth.sibling_param:
        common = sign_in.given.get(oauth.sibling_param)
    if not common:
        return None
    return hashlib.sha256("\n".join((sign_in.software, sign_in.client_id or "", common)).encode()).hexdigest()


def planned(ctx: Context, grant: Grant) -> dict[str, Any]:
    """When upkeep uses a grant next and when it needs a person, as the values of its columns."""
    known = ctx.catalogue.get(grant.software)
    return asdict(plan(known.tokens, grant.life, now=ctx.now())) if known else {}
