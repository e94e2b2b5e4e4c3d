"""Signing in to the portal with a local account, and what ends a session.

Failures are counted for the address typed and for the client, whether or not the address is anybody's; a success is
not held against either. Every refusal of a password reads the same, with or without a second factor behind it, and each
is written down with the same statements, for somebody or for nobody.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from linkflow.domain.errors import Refused, TooMany
from linkflow.domain.links import organization_sign_in_path
from linkflow.domain.ports import Transaction
from linkflow.domain.roles import ROLES, rank
from linkflow.services import accounts, admitting, second_factor
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user, notice
from linkflow.store import throttles, users
from linkflow.store.users import User

WINDOW = timedelta(hours=1)
FAILURES_AN_ADDRESS = 10
FAILURES_A_CLIENT = 20
FAILURES_NOTED = 40
"""How many are written down an hour for a client; a whole office may share one address."""
CODE_PATIENCE = timedelta(minutes=10)
"""How long a right password waits for its code."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HalfSignedIn:
    """The password was right; a code of the user's authenticator app is still to come."""

    user_id: str
    epoch: int


def sign_in(ctx: Context, email: str, password: str, *, client: str) -> User | HalfSignedIn:
    """The user these open, or whose code is asked for next. `client` is where the attempt comes from.

    Raises `Refused` or `TooMany`.
    """
    if not email.strip() or not password:
        raise Refused("password", "empty")
    _count(ctx, _limits(email, client), email=email, client=client)
    user = accounts.check_password(ctx, email, password)
    if user is None or user.organization not in ctx.organizations():
        _note_failure(ctx, email, "wrong-password", client=client)
        raise Refused("password", "wrong")
    if admitting.must_sign_in_there(ctx, user):
        _note_failure(ctx, email, "at-provider", client=client)
        raise Refused("password", "at-provider", address=ctx.address(organization_sign_in_path(user.organization)))
    if user.totp_on_at is not None:
        return HalfSignedIn(user.id, user.session_epoch)
    with ctx.database.transaction() as tx:
        _give_back(ctx, tx, _limits(email, client))
        note_sign_in(ctx, tx, user)
    return user


def finish_sign_in(ctx: Context, half: HalfSignedIn, code: str, *, client: str) -> User | None:
    """The user whose code this is; None when the password no longer counts. Raises `Refused` or `TooMany`.

    Codes are limited like passwords, and until one is right the password is held against the address as well.
    """
    user = session_user(ctx, half.user_id, epoch=half.epoch)
    if user is None or user.totp_on_at is None:
        return None
    if not code.strip():
        raise Refused("app_code", "empty")
    limits = _limits(user.id, client, kind="sign-in-code")
    _count(ctx, limits, email=user.email, client=client)
    with ctx.database.transaction() as tx:
        way = second_factor.take(ctx, tx, user, code)
        if way is not None:
            _give_back(ctx, tx, [*limits, *_limits(user.email, client)])
            note_sign_in(ctx, tx, user, detail=way)
    if way is None:
        _note_failure(ctx, user.email, "wrong-code", client=client)
        raise Refused("app_code", "wrong")
    return user


def note_sign_in(ctx: Context, tx: Transaction, user: User, *, detail: str = "") -> None:
    """Somebody is in, whichever way they came: when, and an event."""
    users.note_sign_in(tx, user.id, at=ctx.now())
    note_by_user(ctx, tx, "signed-in", user=user, detail=detail)


def assert_typed(password: str) -> None:
    """Raises `Refused` where no present password was typed."""
    if not password:
        raise Refused("present_password", "empty")


def prove(ctx: Context, user: User, password: str, *, client: str) -> None:
    """Hold a signed-in user to their own password before something weighty, limited like signing in.

    Raises `Refused` (`present_password`) or `TooMany`.
    """
    assert_typed(password)
    _count(ctx, _limits(user.email, client), email=user.email, client=client)
    if accounts.check_password(ctx, user.email, password) is None:
        _note_failure(ctx, user.email, "wrong-password", client=client)
        raise Refused("present_password", "wrong")
    with ctx.database.transaction() as tx:
        _give_back(ctx, tx, _limits(user.email, client))


def sign_out(ctx: Context, user: User) -> None:
    """End every session of the user: a copy of the cookie, wherever it is, opens nothing any more."""
    with ctx.database.transaction() as tx:
        users.end_sessions(tx, user.id)
        note_by_user(ctx, tx, "signed-out", user=user)


def session_user(ctx: Context, user_id: str, *, epoch: int) -> User | None:
    """Whose session this is; None when it was ended, or its user or organization is gone."""
    with ctx.database.reading() as tx:
        user = users.user(tx, user_id)
    if user is None or user.disabled_at is not None or user.session_epoch != epoch:
        return None
    return user if user.organization in ctx.organizations() else None


def may(user: User, role: str) -> bool:
    """Whether the user has that role or a higher one; a role nobody knows may nothing."""
    return rank(user.role) >= ROLES.index(role)


def _limits(whose: str, client: str, *, kind: str = "sign-in") -> Mapping[str, int]:
    named = {kind: (whose.strip().casefold(), FAILURES_AN_ADDRESS), "sign-in-from": (client, FAILURES_A_CLIENT)}
    return {throttles.key_of(key, of): most for key, (of, most) in named.items()}


def _count(ctx: Context, limits: Mapping[str, int], *, email: str, client: str) -> None:
    try:
        with ctx.database.transaction() as tx:
            # In one order everywhere: two who wait for each other's row would end in a deadlock.
            for key, most in sorted(limits.items()):
                if throttles.count(tx, key, window=WINDOW, now=ctx.now()) > most:
                    raise TooMany
    except TooMany:
        _note_failure(ctx, email, "too-many-tries", client=client)
        raise


def _note_failure(ctx: Context, email: str, why: str, *, client: str) -> None:
    """Into the events and the log, so often and no more. An address nobody has may be of no organization either."""
    served, key = ctx.organizations(), throttles.key_of("sign-in-failures", client)
    with ctx.database.transaction() as tx:
        if throttles.count(tx, key, window=WINDOW, now=ctx.now()) > FAILURES_NOTED:
            return
        found = users.user_by_email(tx, email.strip())
        slug = found.organization if found else next(iter(served)) if len(served) == 1 else ""
        reason = "account-disabled" if found and found.disabled_at else why
        detail = f"{found.id if found else 'nobody'} {reason}"
        notice(ctx, tx, "sign-in-failed", organization=slug, detail=detail)
    _log.warning("sign-in failed: %s", detail)


def _give_back(ctx: Context, tx: Transaction, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        throttles.give_back(tx, key, window=WINDOW, now=ctx.now())
