"""What administrators, and operators at the command line, do to the accounts of others.

Nobody does it to themselves, and the last administrator who is let in stays one: both are decided inside the
transaction, with the organization's administrators locked. Only the groups of a provider, which decide at each sign-in,
may leave none. Whatever narrows what a user may do ends their sessions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.domain.roles import ADMINISTRATOR
from linkflow.services import accounts, admitting, inviting, relisting, second_factor
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user, notice
from linkflow.store import notices, password_resets, users
from linkflow.store.users import User


def seen_user(ctx: Context, by: User, user_id: str) -> User:
    """A user of the same organization; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        return _of(tx, by.organization, user_id)


def change_role(ctx: Context, by: User, user_id: str, role: str) -> bool:
    """Give a user a role; answers whether it is another one.

    Raises `Refused`, also where the groups of a provider decide it at each sign-in.
    """
    accounts.checked_role(role)
    if admitting.must_sign_in_there(ctx, seen_user(ctx, by, user_id)):
        raise Refused("user", "at-provider")
    with _other(ctx, by, user_id) as (tx, user):
        if user.role == role:
            return False
        if not users.change_role(tx, user.id, role):
            raise Refused("role", "last-administrator")
        if user.role == ADMINISTRATOR:
            inviting.withdraw_all_of(ctx, tx, user, by=by)
        _note(ctx, tx, "role-changed", user, by=by, word=role)
        return True


def disable(ctx: Context, by: User | None, user: User) -> None:
    """Let a user in no more; harmless for one who is shut out already. Raises `Refused`."""
    with _other(ctx, by, user.id, organization=user.organization) as (tx, found):
        if found.disabled_at is None:
            if not users.disable(tx, found.id, at=ctx.now()):
                raise Refused("user", "last-administrator")
            password_resets.end_resets(tx, found.id, at=ctx.now())
            notices.forget_notices(tx, found.id)
            inviting.withdraw_all_of(ctx, tx, found, by=by)
            _note(ctx, tx, "user-disabled", found, by=by)
    relisting.follow_access(ctx, user.id)


def enable(ctx: Context, by: User | None, user: User) -> None:
    """Let a user in again."""
    with _other(ctx, by, user.id, organization=user.organization) as (tx, found):
        if users.enable(tx, found.id):
            _note(ctx, tx, "user-enabled", found, by=by)
    relisting.follow_access(ctx, user.id)


def end_sessions(ctx: Context, by: User, user_id: str) -> User:
    """Sign a user out everywhere."""
    with _other(ctx, by, user_id) as (tx, user):
        users.end_sessions(tx, user.id)
        _note(ctx, tx, "sessions-ended", user, by=by)
    return user


def remove_second_factor(ctx: Context, by: User | None, user: User) -> None:
    """Ask a user who lost the device for no more codes, and end their sessions."""
    with _other(ctx, by, user.id, organization=user.organization) as (tx, found):
        if second_factor.forget(tx, found):
            users.end_sessions(tx, found.id)
            _note(ctx, tx, "second-factor-removed", found, by=by)


def set_password(ctx: Context, user: User, password: str) -> None:
    """Give a user a password from the command line and end their sessions; raises `Refused`."""
    kept = accounts.new_hash(password)
    with ctx.database.transaction() as tx:
        users.set_password(tx, user.id, kept)
        password_resets.end_resets(tx, user.id, at=ctx.now())
        _note(ctx, tx, "password-set", user, by=None)


@contextmanager
def _other(
    ctx: Context, by: User | None, user_id: str, *, organization: str | None = None
) -> Iterator[tuple[Transaction, User]]:
    """A transaction with a user who is somebody else, while no administrator of the organization changes."""
    slug = by.organization if by is not None else organization or ""
    with ctx.database.transaction() as tx:
        administrators = users.lock_administrators(tx, slug)
        user = _of(tx, slug, user_id)
        if by is not None and by.id == user.id:
            raise Refused("user", "yourself")
        if by is not None and by.id not in administrators:
            raise NotFound  # no longer an administrator, since this very moment
        yield tx, user


def _of(tx: Transaction, organization: str, user_id: str) -> User:
    found = users.user(tx, user_id)
    if found is None or found.organization != organization:
        raise NotFound
    return found


def _note(ctx: Context, tx: Transaction, kind: str, user: User, *, by: User | None, word: str = "") -> None:
    detail = f"{user.id} {word}".strip()
    if by is not None:
        note_by_user(ctx, tx, kind, user=by, detail=detail)
    else:
        notice(ctx, tx, kind, organization=user.organization, detail=detail)
