"""A forgotten password: a link to the address on file, good once and for an hour.

Whoever asks gets the same answer in about the same time, whether or not the address is anybody's.
"""

from datetime import timedelta

from linkflow.domain.errors import LinkInvalid, LinkWithdrawn, NotFound, Refused, TooMany
from linkflow.services import account_mails, accounts, admitting
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user, notice
from linkflow.store import password_resets, throttles, users
from linkflow.store.password_resets import PasswordReset
from linkflow.store.users import User

LIFE = timedelta(hours=1)
WINDOW = timedelta(hours=1)
AN_ADDRESS = 3
A_CLIENT = 20


def ask(ctx: Context, email: str, *, client: str) -> None:
    """Mail a link to the user of this address, if there is one with a password. Raises `Refused` or `TooMany`."""
    if not email.strip():
        raise Refused("your_email", "empty")
    with ctx.database.transaction() as tx:
        for key, most in _limits(email, client).items():
            if throttles.count(tx, key, window=WINDOW, now=ctx.now()) > most:
                raise TooMany
    found = accounts.account(ctx, email)
    known = found is not None and _signs_in_here(ctx, found)
    user = found if found is not None and known else _nobody(ctx)
    reset = PasswordReset(
        id=ctx.new_id(),
        organization=user.organization,
        user_id=user.id,
        created_at=ctx.now(),
        expires_at=ctx.now() + LIFE,
    )
    # Made for nobody as well: it is what takes the time.
    mail = account_mails.new_password_mail(ctx, user, reset)
    if known:
        with ctx.database.transaction() as tx:
            password_resets.add_reset(tx, reset)
            account_mails.queue(tx, mail)
            notice(ctx, tx, "new-password-asked", organization=user.organization, detail=user.id)


def read_reset(ctx: Context, token: str) -> tuple[PasswordReset, User]:
    """What a token opens. Raises `NotFound` for anything not signed for this, `LinkWithdrawn` when it is over."""
    try:
        reset_id = ctx.signer.read_reset(token)
    except LinkInvalid:
        raise NotFound from None
    with ctx.database.reading() as tx:
        found = password_resets.reset(tx, reset_id)
        user = users.user(tx, found.user_id) if found is not None else None
    if found is None or user is None or user.organization not in ctx.organizations():
        raise NotFound
    if not found.opens(ctx.now()) or user.disabled_at is not None:
        raise LinkWithdrawn(organization=user.organization)
    return found, user


def choose(ctx: Context, token: str, password: str) -> User:
    """Take the new password and end every session; raises `Refused`, or as `read_reset`."""
    found, user = read_reset(ctx, token)
    kept = accounts.new_hash(password, field="new_password")
    with ctx.database.transaction() as tx:
        if not password_resets.use(tx, found.id, at=ctx.now()):
            raise LinkWithdrawn(organization=user.organization)
        password_resets.end_resets(tx, user.id, at=ctx.now())
        users.set_password(tx, user.id, kept)
        note_by_user(ctx, tx, "password-changed", user=user, detail=user.id)
    return user


def _signs_in_here(ctx: Context, user: User) -> bool:
    served = user.password_hash is not None and user.organization in ctx.organizations()
    return served and not admitting.must_sign_in_there(ctx, user)


def _limits(email: str, client: str) -> dict[str, int]:
    named = {"new-password": (email.strip().casefold(), AN_ADDRESS), "new-password-from": (client, A_CLIENT)}
    return {throttles.key_of(kind, of): most for kind, (of, most) in named.items()}


def _nobody(ctx: Context) -> User:
    slug = next(iter(ctx.organizations()))
    return accounts.new_user(ctx, "nobody@example.com", organization=slug, name="Nobody", role="viewer")
