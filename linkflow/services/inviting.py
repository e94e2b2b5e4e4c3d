"""Inviting somebody to the portal: a mailed link, good for a week and for one account, that can be taken back.

The role is chosen by who invites, name and password by who accepts. Sending it again makes the earlier link useless.
Those of somebody who may invite no more are taken back.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from linkflow.domain.errors import Conflict, LinkInvalid, LinkWithdrawn, NotFound, Refused, together
from linkflow.domain.ports import Transaction
from linkflow.services import account_mails, accounts
from linkflow.services.context import Context
from linkflow.services.happenings import LINKFLOW, note_by_user, notice
from linkflow.store import invitations, throttles, users
from linkflow.store.invitations import Invitation
from linkflow.store.users import User

LIFE = timedelta(days=7)
A_DAY = 100
"""Invitations of one organization."""
SENDS = 3
"""How often an hour one invitation is mailed again."""


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation whose link opens, and whose issue the link was."""

    invitation: Invitation
    issue: int


def invite(ctx: Context, by: User, *, email: str, role: str) -> Invitation:
    """Mail an invitation to the user's organization; raises `Refused`.

    Where everybody signs in at a provider, there is nobody to invite. Whether another organization knows the address
    is not told: accepting finds out.
    """
    if not invites(ctx, by.organization):
        raise Refused("email", "at-provider")
    address, chosen = together(lambda: accounts.checked_address(email), lambda: accounts.checked_role(role))
    made = Invitation(
        id=ctx.new_id(),
        organization=by.organization,
        email=address,
        role=chosen,
        invited_by=by.id,
        created_at=ctx.now(),
        expires_at=ctx.now() + LIFE,
    )
    try:
        with ctx.database.transaction() as tx:
            _hold_to_it(tx, by)
            _refuse_known(tx, made)
            if throttles.count(tx, f"invite:{by.organization}", window=timedelta(days=1), now=ctx.now()) > A_DAY:
                raise Refused("email", "too-many-invitations")
            invitations.add_invitation(tx, made)
            account_mails.queue(tx, account_mails.invitation_mail(ctx, made, by=by))
            _note(ctx, tx, "user-invited", made, by=by)
    except Conflict:
        raise Refused("email", "invited") from None
    return made


def invites(ctx: Context, organization: str) -> bool:
    """Whether accounts with a password may sign in there; elsewhere the first sign-in makes the account."""
    provider = ctx.organizations()[organization].sign_in
    return provider is None or provider.local


def send_again(ctx: Context, by: User, invitation_id: str) -> Invitation:
    """Mail it once more with a new link and another week; raises `Refused`, or `NotFound` when it is over."""
    with ctx.database.transaction() as tx:
        if throttles.count(tx, f"invitation:{invitation_id}", window=timedelta(hours=1), now=ctx.now()) > SENDS:
            raise Refused("invitation", "too-many")
        _hold_to_it(tx, by)
        found = _of(tx, by, invitation_id)
        renewed = replace(found, expires_at=ctx.now() + LIFE)
        if not invitations.send_again(tx, found.id, expires_at=renewed.expires_at):
            raise NotFound
        account_mails.queue(tx, account_mails.invitation_mail(ctx, renewed, by=by))
        _note(ctx, tx, "invitation-sent-again", found, by=by)
    return renewed


def withdraw(ctx: Context, by: User, invitation_id: str) -> Invitation:
    """Take it back; its link opens nothing any more. Raises `NotFound` when it is over."""
    with ctx.database.transaction() as tx:
        found = _of(tx, by, invitation_id)
        if not invitations.withdraw(tx, found.id, at=ctx.now()):
            raise NotFound
        _note(ctx, tx, "invitation-withdrawn", found, by=by)
    return found


def withdraw_all_of(ctx: Context, tx: Transaction, user: User, *, by: User | None = None) -> None:
    """Take back what a user invited who may invite no more, on behalf of `by`, else of linkflow."""
    for found in invitations.open_of(tx, user.id):
        if invitations.withdraw(tx, found.id, at=ctx.now()):
            _note(ctx, tx, "invitation-withdrawn", found, by=by)


def read_invitation(ctx: Context, token: str) -> OpenInvitation:
    """What a token opens. Raises `NotFound` for anything not signed for this, `LinkWithdrawn` when it is over."""
    try:
        named = ctx.signer.read_invitation(token)
    except LinkInvalid:
        raise NotFound from None
    with ctx.database.reading() as tx:
        found = invitations.invitation(tx, named.link_id)
    if found is None or found.organization not in ctx.organizations():
        raise NotFound
    if found.issue != named.issue or not found.opens(ctx.now()) or not invites(ctx, found.organization):
        raise LinkWithdrawn(organization=found.organization)
    return OpenInvitation(found, named.issue)


def accept(ctx: Context, token: str, *, name: str, password: str) -> User:
    """Make the account; raises `Refused`, or as `read_invitation`."""
    opened = read_invitation(ctx, token)
    invited = opened.invitation
    called, fit = together(
        lambda: accounts.checked_name(name, field="full_name"),
        lambda: accounts.checked_password(password, field="new_password"),
    )
    made = accounts.new_user(
        ctx,
        invited.email,
        organization=invited.organization,
        name=called,
        role=invited.role,
        password_hash=accounts.new_hash(fit),
    )
    try:
        with ctx.database.transaction() as tx:
            if not invitations.accept(tx, invited.id, issue=opened.issue, at=ctx.now()):
                raise LinkWithdrawn(organization=invited.organization)
            users.add_user(tx, made)
            note_by_user(ctx, tx, "invitation-accepted", user=made, detail=f"{made.id} {made.role}")
    except Conflict:
        raise Refused("form", "address-taken") from None
    return made


def _hold_to_it(tx: Transaction, by: User) -> None:
    """Who invites is an administrator and stays one meanwhile."""
    if by.id not in users.lock_administrators(tx, by.organization):
        raise NotFound


def _refuse_known(tx: Transaction, made: Invitation) -> None:
    known = users.user_by_email(tx, made.email)
    if known is not None and known.organization == made.organization:
        raise Refused("email", "disabled-user" if known.disabled_at else "already-user")
    if invitations.has_open_invitation(tx, made.organization, made.email):
        raise Refused("email", "invited")


def _of(tx: Transaction, by: User, invitation_id: str) -> Invitation:
    found = invitations.invitation(tx, invitation_id)
    if found is None or found.organization != by.organization:
        raise NotFound
    return found


def _note(ctx: Context, tx: Transaction, kind: str, invitation: Invitation, *, by: User | None) -> None:
    actor = f"user:{by.id}" if by is not None else LINKFLOW
    detail = f"{invitation.id} {invitation.role}"
    notice(ctx, tx, kind, organization=invitation.organization, detail=detail, actor=actor)
