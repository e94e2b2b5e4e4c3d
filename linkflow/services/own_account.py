"""What users change about themselves: name, password, how they are told news, where they are signed in."""

from linkflow.domain.errors import Refused, together
from linkflow.domain.notices import MailChoice
from linkflow.domain.ports import Transaction
from linkflow.services import accounts, relisting, signing_in
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.store import notices, password_resets, users
from linkflow.store.users import User


def rename(ctx: Context, user: User, name: str) -> None:
    """Take another name; raises `Refused`."""
    called = accounts.checked_name(name, field="full_name")
    if called == user.name:
        return
    with ctx.database.transaction() as tx:
        users.rename(tx, user.id, called)
        _note(ctx, tx, "name-changed", user)
    relisting.follow_name(ctx, user.id)


def change_password(ctx: Context, user: User, *, present: str, new: str, client: str) -> User:
    """Take another password and end every session; answers the user to begin one anew with.

    Raises `Refused` or `TooMany`.
    """
    fit, _ = together(
        lambda: accounts.checked_password(new, field="new_password"), lambda: signing_in.assert_typed(present)
    )
    signing_in.prove(ctx, user, present, client=client)
    kept = accounts.new_hash(fit)
    with ctx.database.transaction() as tx:
        users.set_password(tx, user.id, kept)
        password_resets.end_resets(tx, user.id, at=ctx.now())
        _note(ctx, tx, "password-changed", user)
        return users.user(tx, user.id) or user


def end_other_sessions(ctx: Context, user: User) -> User:
    """End every session; answers the user to begin this one anew with."""
    with ctx.database.transaction() as tx:
        users.end_sessions(tx, user.id)
        _note(ctx, tx, "sessions-ended", user)
        return users.user(tx, user.id) or user


def choose_mails(ctx: Context, user: User, choice: str) -> None:
    """Be told news another way. What waited for a day's mail still comes with it, or not at all when they are off.

    Raises `Refused`.
    """
    if choice not in set(MailChoice):
        raise Refused("mails", "empty")
    if choice == user.mails:
        return
    with ctx.database.transaction() as tx:
        users.choose_mails(tx, user.id, MailChoice(choice))
        if choice == MailChoice.OFF:
            notices.forget_notices(tx, user.id)
        note_by_user(ctx, tx, "mails-chosen", user=user, detail=choice)


def _note(ctx: Context, tx: Transaction, kind: str, user: User) -> None:
    note_by_user(ctx, tx, kind, user=user, detail=user.id)
