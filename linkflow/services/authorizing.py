"""Authorization attempts: starting one, where it sends the customer, and what the answer may change.

The order of checks is the point. Nothing is changed before the signature, the browser, the software and the issuer
are right; the attempt is claimed by one conditional update before the code is spent; no transaction is open while the
software is asked.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from linkflow.domain.connections import AttemptState
from linkflow.domain.errors import ClientGone, Conflict, LinkflowError, NeedsReauth, NotFound, SoftwareUnavailable
from linkflow.domain.links import LinkState, callback_path, link_state
from linkflow.domain.ports import Transaction
from linkflow.outbound import oauth2
from linkflow.outbound.callback import Callback, CallbackRefused, check_callback, single
from linkflow.outbound.errors import TooBusy
from linkflow.services import connecting, happenings, storing_grants
from linkflow.services.clients import credentials_of, known_software, located, parties
from linkflow.services.context import Context
from linkflow.services.signing import StateInvalid
from linkflow.services.statuses import refresh_status
from linkflow.services.vault import Place
from linkflow.store import attempts, companies, consents
from linkflow.store.attempts import Attempt
from linkflow.store.consents import Consent
from linkflow.store.turns import take_turn_of
from linkflow.store.visits import LinkVisit, Visit, entities_of, link_by_id

ATTEMPT_LIFE = timedelta(minutes=15)
EXCHANGE_PATIENCE = timedelta(seconds=30)


class Outcome(StrEnum):
    """What came of an answer; most name the page that says so."""

    RETURNED = "returned"
    DECLINED = "declined-at-software"
    OTHER_BROWSER = "other-browser"
    UNAVAILABLE = "software-unavailable"
    WITHDRAWN = "link-withdrawn"
    ELSEWHERE = "connected-elsewhere"
    REMOVED = "entity-removed"
    EXPIRED = "attempt-expired"
    IN_PROGRESS = "in-progress"


@dataclass(frozen=True)
class Answered:
    """An outcome and the entity it is about, for the clean address the browser is sent to."""

    outcome: Outcome
    organization: str
    request_id: str
    entity_id: str
    software: str


def start(
    ctx: Context,
    tx: Transaction,
    visit: Visit,
    record: Consent,
    *,
    browser_hash: str,
    inputs: Mapping[str, str] | None = None,
) -> None:
    """One attempt under a consent, bound to this browser for fifteen minutes; `inputs` stand in the addresses."""
    software, credentials = parties(ctx, record.software, record.organization)
    attempt_id = ctx.new_id()
    verifier = oauth2.new_verifier(ctx.random_bytes)
    attempt = Attempt(
        id=attempt_id,
        organization=record.organization,
        request_id=record.request_id,
        entity_id=record.entity_id,
        consent_id=record.id,
        link_id=visit.link.link_id,
        link_issue=visit.link.issue,
        software=software.id,
        issuer=software.oauth.issuer if software.oauth else None,
        redirect_uri=ctx.address(callback_path(software.id)),
        browser_hash=browser_hash,
        verifier=ctx.vault.seal(verifier, _place(record.organization, attempt_id)),
        inputs=json.dumps(dict(inputs or {})),
        client_id=credentials.client_id,
        created_at=ctx.now(),
        expires_at=ctx.now() + ATTEMPT_LIFE,
    )
    attempts.add_attempt(tx, attempt)
    happenings.note(ctx, tx, "leaving", link=visit.link, entity_id=record.entity_id, detail=software.id)


def authorize_address(ctx: Context, attempt_id: str) -> str | None:
    """Where the browser goes, rebuilt from the attempt: nothing secret is kept in a page or a cookie.

    None: the client it was begun with is set no more, so it has to be begun again.
    """
    with ctx.database.reading() as tx:
        found = attempts.attempt_with_scopes(tx, attempt_id)
    if found is None:
        raise NotFound
    attempt, scopes = found
    try:
        credentials = credentials_of(ctx, attempt)
    except ClientGone:
        return None
    return oauth2.authorize_url(
        located(known_software(ctx, attempt.software), json.loads(attempt.inputs)),
        credentials,
        redirect_uri=attempt.redirect_uri,
        state=ctx.signer.sign_state(attempt.id),
        verifier=_verifier(ctx, attempt),
        scopes=scopes,
    )


def answer(ctx: Context, args: Mapping[str, Sequence[str]], *, software: str, browser_hash: str | None) -> Answered:
    """The callback. Raises `StateInvalid` or `CallbackRefused`, having changed nothing, for what is not an answer."""
    state = single(args, "state")
    if state is None:
        raise StateInvalid
    attempt_id = ctx.signer.read_state(state)
    with ctx.database.reading() as tx:
        attempt = attempts.attempt(tx, attempt_id)
    if attempt is None:
        raise StateInvalid
    if browser_hash != attempt.browser_hash:
        return _answered(attempt, Outcome.OTHER_BROWSER)
    if software != attempt.software:
        raise CallbackRefused("other-software")
    asked = known_software(ctx, attempt.software)
    callback = check_callback(args, software=asked, expected_issuer=attempt.issuer)
    callback = replace(callback, extras={**json.loads(attempt.inputs), **callback.extras})
    if callback.code:
        located(asked, callback.extras)
    return _answered(attempt, _settle(ctx, attempt, callback))


def _settle(ctx: Context, attempt: Attempt, callback: Callback) -> Outcome:
    if attempt.state == AttemptState.STARTED and ctx.now() >= attempt.expires_at:
        _give_up(ctx, attempt, AttemptState.STARTED, AttemptState.EXPIRED)
        return Outcome.EXPIRED
    if callback.error is not None:
        return _refused(ctx, attempt, callback)
    with ctx.database.transaction() as tx:
        claimed = attempts.move(
            tx, attempt.id, old=AttemptState.STARTED, new=AttemptState.EXCHANGING, claimed_at=ctx.now()
        )
    if not claimed:
        return _reached(ctx, attempt)
    try:
        tokens = _exchange(ctx, attempt, callback)
    except TooBusy:
        # Nothing was sent: the code is still good and the attempt is kept.
        _give_up(ctx, attempt, AttemptState.EXCHANGING, AttemptState.STARTED)
        return Outcome.UNAVAILABLE
    except (SoftwareUnavailable, NeedsReauth) as error:
        _give_up(ctx, attempt, AttemptState.EXCHANGING, AttemptState.FAILED, error=error.code)
        return Outcome.UNAVAILABLE
    try:
        return _keep(ctx, attempt, callback, tokens)
    except Conflict:
        # Another tab's sign-in for the same entity was stored in this very moment.
        _give_back(ctx, attempt, callback, tokens)
        _give_up(ctx, attempt, AttemptState.EXCHANGING, AttemptState.FAILED, error="not-wanted")
        return Outcome.RETURNED
    except LinkflowError:
        # What cannot be stored must not stay good at the software.
        _give_back(ctx, attempt, callback, tokens)
        raise


def _refused(ctx: Context, attempt: Attempt, callback: Callback) -> Outcome:
    declined = callback.declined
    state = AttemptState.DECLINED if declined else AttemptState.FAILED
    error = "access_denied" if declined else "error-at-software"
    if not _give_up(ctx, attempt, AttemptState.STARTED, state, error=error):
        return _reached(ctx, attempt)
    return Outcome.DECLINED if declined else Outcome.UNAVAILABLE


def _give_up(ctx: Context, attempt: Attempt, old: AttemptState, new: AttemptState, *, error: str | None = None) -> bool:
    """Move on without a grant; a declined one takes the customer back to the picker."""
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "request", attempt.request_id)
        moved = attempts.move(tx, attempt.id, old=old, new=new, error=error)
        link = link_by_id(tx, attempt.link_id)
        if moved and link is not None and new is not AttemptState.STARTED:
            if new is AttemptState.DECLINED:
                companies.choose_software(tx, attempt.request_id, attempt.entity_id, software=None)
            kind = f"attempt-{new.value}"
            happenings.note(ctx, tx, kind, link=link, entity_id=attempt.entity_id, detail=attempt.software)
            refresh_status(ctx, tx, attempt.request_id)
    return moved


def _exchange(ctx: Context, attempt: Attempt, callback: Callback) -> oauth2.Tokens:
    credentials = credentials_of(ctx, attempt)
    with ctx.database.reading() as tx:
        found = attempts.attempt_with_scopes(tx, attempt.id)
    if found is None:
        raise NotFound
    return oauth2.exchange(
        located(known_software(ctx, attempt.software), callback.extras),
        credentials,
        http=ctx.http,
        code=str(callback.code),
        redirect_uri=attempt.redirect_uri,
        verifier=_verifier(ctx, attempt),
        scopes=found[1],
    )


def _keep(ctx: Context, attempt: Attempt, callback: Callback, tokens: oauth2.Tokens) -> Outcome:
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "request", attempt.request_id)
        link, record = link_by_id(tx, attempt.link_id), consents.consent(tx, attempt.consent_id)
        open_ = link is not None and record is not None and _still_open(ctx, attempt, link)
        entity = next((one for one in entities_of(tx, attempt.request_id) if one.id == attempt.entity_id), None)
        elsewhere = bool(link and entity and entity.progress(link.data_types, ctx.now()).linked)
        if link is not None and record is not None and entity is not None and open_ and not elsewhere:
            grant_id = storing_grants.store_grant(ctx, tx, tokens, _sign_in(attempt, record, callback))
            connecting.await_company(ctx, tx, record, grant_id=grant_id)
            attempts.move(tx, attempt.id, old=AttemptState.EXCHANGING, new=AttemptState.DONE, grant_id=grant_id)
            happenings.note(ctx, tx, "returned", link=link, entity_id=attempt.entity_id, detail=attempt.software)
            refresh_status(ctx, tx, attempt.request_id)
            return Outcome.RETURNED
        attempts.move(tx, attempt.id, old=AttemptState.EXCHANGING, new=AttemptState.FAILED, error="not-wanted")
    _give_back(ctx, attempt, callback, tokens)
    if not open_:
        return Outcome.WITHDRAWN
    return Outcome.ELSEWHERE if elsewhere else Outcome.REMOVED


def _give_back(ctx: Context, attempt: Attempt, callback: Callback, tokens: oauth2.Tokens) -> None:
    """Revoke tokens that are not kept; software that does not take them back now is asked again by a job."""
    here = located(known_software(ctx, attempt.software), callback.extras)
    # Where that would end other sign-ins as well, the job looks first whether there are any.
    if here.oauth is not None and not here.oauth.revoke_ends_all:
        with suppress(SoftwareUnavailable, NeedsReauth):
            token = tokens.refresh_token or tokens.access_token
            oauth2.revoke(here, credentials_of(ctx, attempt), http=ctx.http, token=token)
            return
    # A database that is away as well leaves them to run out by themselves.
    with suppress(LinkflowError), ctx.database.transaction() as tx:
        record = consents.consent(tx, attempt.consent_id)
        if record is not None:
            storing_grants.revoke_later(ctx, tx, tokens, _sign_in(attempt, record, callback))


def _sign_in(attempt: Attempt, record: Consent, callback: Callback) -> storing_grants.SignIn:
    return storing_grants.SignIn(
        organization=record.organization,
        company_id=record.company_id,
        request_id=record.request_id,
        software=attempt.software,
        client_id=attempt.client_id,
        given=callback.extras,
    )


def _still_open(ctx: Context, attempt: Attempt, link: LinkVisit | None) -> bool:
    state = link_state(link.facts, issue=attempt.link_issue, now=ctx.now()) if link else LinkState.WITHDRAWN
    return state is not LinkState.WITHDRAWN


def _reached(ctx: Context, attempt: Attempt) -> Outcome:
    """What the first of several equal answers came to."""
    with ctx.database.reading() as tx:
        current = attempts.attempt(tx, attempt.id)
    match current.state if current else AttemptState.FAILED:
        case AttemptState.DONE:
            return Outcome.RETURNED
        case AttemptState.DECLINED:
            return Outcome.DECLINED
        case AttemptState.EXCHANGING:
            return Outcome.IN_PROGRESS
        case AttemptState.EXPIRED:
            return Outcome.EXPIRED
        case _:
            return Outcome.UNAVAILABLE


def _answered(attempt: Attempt, outcome: Outcome) -> Answered:
    return Answered(outcome, attempt.organization, attempt.request_id, attempt.entity_id, attempt.software)


def _verifier(ctx: Context, attempt: Attempt) -> str:
    return ctx.vault.open(attempt.verifier, _place(attempt.organization, attempt.id))


def _place(organization: str, attempt_id: str) -> Place:
    return Place(organization, "attempts", attempt_id, "verifier")
