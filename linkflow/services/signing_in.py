"""Signing in to the portal with a local account, and what ends a session.

Failures are counted for the address typed and for the client, whether or not the address is anybody's; a success is
not held against either. Every refusal reads the same.
"""

import hashlib
from datetime import timedelta

from linkflow.domain.errors import Refused, TooMany
from linkflow.domain.links import organization_sign_in_path
from linkflow.domain.roles import ROLES, rank
from linkflow.services import accounts, admitting
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.store import throttles, users
from linkflow.store.users import User

WINDOW = timedelta(hours=1)
FAILURES_AN_ADDRESS = 10
FAILURES_A_CLIENT = 20


def sign_in(ctx: Context, email: str, password: str, *, client: str) -> User:
    """The user these open. `client` is where the attempt comes from. Raises `Refused` or `TooMany`."""
    if not email.strip() or not password:
        raise Refused("password", "empty")
    with ctx.database.transaction() as tx:
        for key, most in _limits(email, client).items():
            if throttles.count(tx, key, window=WINDOW, now=ctx.now()) > most:
                raise TooMany
    user = accounts.check_password(ctx, email, password)
    if user is None or user.organization not in ctx.organizations():
        raise Refused("password", "wrong")
    if admitting.must_sign_in_there(ctx, user):
        raise Refused("password", "at-provider", address=ctx.address(organization_sign_in_path(user.organization)))
    with ctx.database.transaction() as tx:
        for key in _limits(email, client):
            throttles.give_back(tx, key, window=WINDOW, now=ctx.now())
        note_by_user(ctx, tx, "signed-in", user=user)
    return user


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


def _limits(email: str, client: str) -> dict[str, int]:
    named = {"sign-in": (email.strip().casefold(), FAILURES_AN_ADDRESS), "sign-in-from": (client, FAILURES_A_CLIENT)}
    return {f"{kind}:{hashlib.sha256(of.encode()).hexdigest()[:40]}": most for kind, (of, most) in named.items()}
