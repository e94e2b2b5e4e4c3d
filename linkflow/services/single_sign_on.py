"""Signing in to the portal at the organization's own provider: setting out, and what the answer may change.

The order of checks is the point, as it is for a customer's authorization: nothing is changed before the signature, the
browser, the organization and the issuer are right; the try is claimed by one conditional update before the code is
spent; no transaction is open while the provider is asked.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from linkflow.domain.connections import AttemptState
from linkflow.domain.errors import Conflict, NotFound, SoftwareUnavailable, TooMany
from linkflow.domain.links import sign_in_callback_path
from linkflow.domain.ports import Transaction
from linkflow.organization_model import Organization
from linkflow.outbound import oauth2
from linkflow.outbound.callback import Callback, CallbackRefused, single
from linkflow.outbound.issuers import IdentityRefused
from linkflow.outbound.oidc import Identity, RelyingParty
from linkflow.services import admitting, signing_in
from linkflow.services.admitting import TurnedAway
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.signing import StateInvalid
from linkflow.services.vault import Place
from linkflow.store import sign_in_attempts, throttles
from linkflow.store.sign_in_attempts import SignInAttempt
from linkflow.store.users import User

LIFE = timedelta(minutes=15)
WINDOW = timedelta(hours=1)
STARTS_A_CLIENT = 300
"""Unfinished ones an hour; a whole office may share one address."""
REFUSALS_NOTED = 20
"""How many answers that fit nothing are written down an hour for a client."""
# What a provider may say instead of a code (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
_ERRORS = frozenset(
    {"access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope"}
    | {"server_error", "temporarily_unavailable", "interaction_required", "login_required", "consent_required"}
    | {"account_selection_required"}
)


class ProviderFailed(SoftwareUnavailable):
    """The provider did not answer, or not as agreed; `reason` is a word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True)
class Answered:
    """Either the user to sign in, or why there is none. Neither: the answer had come before."""

    user: User | None = None
    refusal: str | None = None


def start(ctx: Context, organization: Organization, *, browser_hash: str, client: str) -> str:
    """A try for this browser; answers its id. Raises `ProviderFailed`, `TooMany`, or `NotFound` without a provider."""
    slug, attempt_id = organization.slug, ctx.new_id()
    party = relying_party(ctx, slug)
    # Before anything is asked of the provider: one that hangs would hold every call there is.
    with ctx.database.transaction() as tx:
        if throttles.count(tx, _starts(client), window=WINDOW, now=ctx.now()) > STARTS_A_CLIENT:
            raise TooMany
    nonce = base64.urlsafe_b64encode(ctx.random_bytes(24)).decode("ascii")
    verifier = oauth2.new_verifier(ctx.random_bytes)
    attempt = SignInAttempt(
        id=attempt_id,
        organization=slug,
        issuer=party.sign_in.issuer,
        redirect_uri=ctx.address(sign_in_callback_path(slug)),
        browser_hash=browser_hash,
        verifier=ctx.vault.seal(verifier, _place(slug, attempt_id, "verifier")),
        nonce=ctx.vault.seal(nonce, _place(slug, attempt_id, "nonce")),
        created_at=ctx.now(),
        expires_at=ctx.now() + LIFE,
    )
    try:
        # Whether the provider can be reached is found out before anybody is sent away.
        _authorize_url(ctx, party, attempt)
    except ProviderFailed as failed:
        _note_refusal(ctx, slug, failed.reason, client=client)
        raise
    with ctx.database.transaction() as tx:
        sign_in_attempts.add_attempt(tx, attempt)
    return attempt_id


def authorize_address(ctx: Context, organization: str, attempt_id: str, *, browser_hash: str | None) -> str | None:
    """Where this browser goes now; None when the try is none of its own, or over. Raises `ProviderFailed`."""
    with ctx.database.reading() as tx:
        attempt = sign_in_attempts.attempt(tx, attempt_id)
    if attempt is None or (attempt.organization, attempt.browser_hash) != (organization, browser_hash):
        return None
    if attempt.state != AttemptState.STARTED or ctx.now() >= attempt.expires_at:
        return None
    return _authorize_url(ctx, relying_party(ctx, organization), attempt)


def answer(
    ctx: Context, args: Mapping[str, Sequence[str]], *, organization: str, browser_hash: str | None, client: str
) -> Answered:
    """The callback. Raises `StateInvalid` or `CallbackRefused` for what is no answer to this browser's try."""
    attempt = _attempt(ctx, args)
    try:
        if browser_hash != attempt.browser_hash:
            raise CallbackRefused("other-browser")
        if organization != attempt.organization:
            raise CallbackRefused("other-organization")
        party = relying_party(ctx, organization)
        if party.sign_in.issuer != attempt.issuer:
            raise CallbackRefused("other-provider")
        callback = party.check_callback(args)
    except CallbackRefused as refused:
        _note_refusal(ctx, attempt.organization, refused.reason, client=client)
        raise
    except (IdentityRefused, SoftwareUnavailable) as error:
        _note_refusal(ctx, attempt.organization, _reason(error), client=client)
        return Answered(refusal=_reason(error))
    return _settle(ctx, party, attempt, callback, client=client)


def relying_party(ctx: Context, organization: str) -> RelyingParty:
    """The organization at its provider; raises `NotFound` when it has none."""
    found = ctx.organizations().get(organization)
    secret = ctx.settings.sign_in_secrets.get(organization)
    if found is None or found.sign_in is None or secret is None:
        raise NotFound
    return RelyingParty(found.sign_in, secret, ctx.http, ctx.issuers)


def _attempt(ctx: Context, args: Mapping[str, Sequence[str]]) -> SignInAttempt:
    attempt_id = ctx.signer.read_sign_in(single(args, "state") or "")
    with ctx.database.reading() as tx:
        attempt = sign_in_attempts.attempt(tx, attempt_id)
    if attempt is None:
        raise StateInvalid
    return attempt


def _settle(ctx: Context, party: RelyingParty, attempt: SignInAttempt, callback: Callback, *, client: str) -> Answered:
    if attempt.state == AttemptState.STARTED and ctx.now() >= attempt.expires_at:
        return _give_up(ctx, attempt, AttemptState.STARTED, AttemptState.EXPIRED, reason="attempt-expired")
    if callback.error is not None:
        reason = callback.error if callback.error in _ERRORS else "error-at-provider"
        state = AttemptState.DECLINED if callback.declined else AttemptState.FAILED
        return _give_up(ctx, attempt, AttemptState.STARTED, state, reason=reason)
    with ctx.database.transaction() as tx:
        claimed = sign_in_attempts.move(tx, attempt.id, old=AttemptState.STARTED, new=AttemptState.EXCHANGING)
    if not claimed:
        return Answered()
    verifier, nonce = _opened(ctx, attempt)
    try:
        identity = party.identify(
            code=str(callback.code), redirect_uri=attempt.redirect_uri, verifier=verifier, nonce=nonce
        )
    except (IdentityRefused, SoftwareUnavailable) as error:
        return _give_up(ctx, attempt, AttemptState.EXCHANGING, AttemptState.FAILED, reason=_reason(error))
    admitting.follow_address(ctx, attempt.organization, party.sign_in, identity)
    try:
        return _admit(ctx, party, attempt, identity, client=client)
    except Conflict:
        # The same person's first sign-in was finished elsewhere in this very moment: now they are found.
        return _admit(ctx, party, attempt, identity, client=client)


def _admit(ctx: Context, party: RelyingParty, attempt: SignInAttempt, identity: Identity, *, client: str) -> Answered:
    with ctx.database.transaction() as tx:
        user = admitting.admit(ctx, tx, attempt.organization, party.sign_in, identity)
        if isinstance(user, TurnedAway):
            sign_in_attempts.move(
                tx, attempt.id, old=AttemptState.EXCHANGING, new=AttemptState.FAILED, error=user.value
            )
            _turned_away(ctx, tx, attempt.organization, identity, user)
            return Answered(refusal=user.value)
        sign_in_attempts.move(tx, attempt.id, old=AttemptState.EXCHANGING, new=AttemptState.DONE)
        throttles.give_back(tx, _starts(client), window=WINDOW, now=ctx.now())
        signing_in.note_sign_in(ctx, tx, user, detail="at-provider")
    return Answered(user=user)


def _give_up(ctx: Context, attempt: SignInAttempt, old: AttemptState, new: AttemptState, *, reason: str) -> Answered:
    with ctx.database.transaction() as tx:
        if not sign_in_attempts.move(tx, attempt.id, old=old, new=new, error=reason):
            return Answered()
        _refused(ctx, tx, attempt.organization, reason)
    return Answered(refusal=reason)


def _authorize_url(ctx: Context, party: RelyingParty, attempt: SignInAttempt) -> str:
    verifier, nonce = _opened(ctx, attempt)
    state = ctx.signer.sign_sign_in(attempt.id)
    try:
        return party.authorize_url(redirect_uri=attempt.redirect_uri, state=state, nonce=nonce, verifier=verifier)
    except (IdentityRefused, SoftwareUnavailable) as error:
        raise ProviderFailed(_reason(error)) from None


def _opened(ctx: Context, attempt: SignInAttempt) -> tuple[str, str]:
    """The verifier and the nonce."""
    sealed = {"verifier": attempt.verifier, "nonce": attempt.nonce}
    verifier, nonce = (
        ctx.vault.open(text, _place(attempt.organization, attempt.id, column)) for column, text in sealed.items()
    )
    return verifier, nonce


def _reason(error: IdentityRefused | SoftwareUnavailable) -> str:
    return error.reason if isinstance(error, IdentityRefused) else error.code


def _note_refusal(ctx: Context, organization: str, reason: str, *, client: str) -> None:
    """Written down so often and no more: this costs nobody anything to repeat."""
    with ctx.database.transaction() as tx:
        if (
            throttles.count(tx, throttles.key_of("sso-refusals", client), window=WINDOW, now=ctx.now())
            <= REFUSALS_NOTED
        ):
            _refused(ctx, tx, organization, reason)


def _turned_away(ctx: Context, tx: Transaction, organization: str, identity: Identity, reason: TurnedAway) -> None:
    known = admitting.account_of(tx, organization, identity)
    if known is None:
        _refused(ctx, tx, organization, reason.value)
    else:
        notice(ctx, tx, "sign-in-failed", organization=organization, detail=f"{known.id} {reason.value}")


def _refused(ctx: Context, tx: Transaction, organization: str, reason: str) -> None:
    notice(ctx, tx, "sign-in-refused", organization=organization, detail=reason)


def _starts(client: str) -> str:
    return throttles.key_of("sso-starts", client)


def _place(organization: str, attempt_id: str, column: str) -> Place:
    return Place(organization, "sign_in_attempts", attempt_id, column)
