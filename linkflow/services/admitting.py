"""Whom an organization's provider names, as a user of the portal: found, made or turned away.

Somebody is found by issuer and subject. An address only ever joins an account nobody at that provider has yet, of the
same organization, and only when the provider vouches for it. The role follows the groups at every sign-in.
"""

from contextlib import suppress
from enum import StrEnum

from linkflow.domain.addresses import InvalidAddress, normalise_address
from linkflow.domain.errors import Conflict
from linkflow.domain.ports import Transaction
from linkflow.domain.roles import rank
from linkflow.organization_sign_in import SignIn
from linkflow.outbound.oidc import Identity
from linkflow.services import inviting
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user, notice
from linkflow.store import identities, users
from linkflow.store.identities import LinkedIdentity
from linkflow.store.users import User


class TurnedAway(StrEnum):
    """Why somebody whom the provider names is no user here."""

    NO_GROUP = "no-group"
    NO_ADDRESS = "no-verified-address"
    OTHER_DOMAIN = "address-of-another-domain"
    TAKEN = "address-taken"
    DISABLED = "account-disabled"


def admit(ctx: Context, tx: Transaction, slug: str, sign_in: SignIn, identity: Identity) -> User | TurnedAway:
    """The user to sign in. Raises `Conflict` when somebody made them in this very moment: then ask once more."""
    role = sign_in.role_of(identity.groups)
    found = identities.user_of(tx, slug, issuer=identity.issuer, subject=identity.subject)
    if found is None:
        return _welcome(ctx, tx, slug, sign_in, identity)
    if found.disabled_at is not None:
        return TurnedAway.DISABLED
    if role is None:
        # Whoever may do nothing any more is signed out everywhere, too.
        users.end_sessions(tx, found.id)
        inviting.withdraw_all_of(ctx, tx, found)
        return TurnedAway.NO_GROUP
    if not sign_in.admits(found.email):
        return TurnedAway.OTHER_DOMAIN
    return _with_role(ctx, tx, found, role)


def follow_address(ctx: Context, organization: str, sign_in: SignIn, identity: Identity) -> None:
    """Where the provider vouches for another address than before, the account has it from now on, unless it is taken.

    In a transaction of its own, since the database may refuse it. The account stays whose it was.
    """
    email = _address(identity)
    with suppress(Conflict), ctx.database.transaction() as tx:
        found = identities.user_of(tx, organization, issuer=identity.issuer, subject=identity.subject)
        if found is None or found.disabled_at is not None or email is None or not sign_in.admits(email):
            return
        if users.user_by_email(tx, email) is not None:
            return
        identities.set_email(tx, found.id, email)
        note_by_user(ctx, tx, "address-followed", user=found)


def account_of(tx: Transaction, slug: str, identity: Identity) -> User | None:
    """Whose account of the organization this is: by subject, else by an address the provider vouches for."""
    email = _address(identity)
    by_address = users.user_by_email(tx, email) if email else None
    found = identities.user_of(tx, slug, issuer=identity.issuer, subject=identity.subject) or by_address
    return found if found is not None and found.organization == slug else None


def must_sign_in_there(ctx: Context, user: User) -> bool:
    """Whether a password is no way in: the organization has none, or its provider has taken this account over."""
    sign_in = ctx.organizations()[user.organization].sign_in
    if sign_in is None:
        return False
    if not sign_in.local:
        return True
    with ctx.database.reading() as tx:
        return identities.is_linked(tx, user.id, issuer=sign_in.issuer)


def provider_of(ctx: Context, user_id: str) -> str | None:
    """The user's organization, if its people sign in at a provider."""
    with ctx.database.reading() as tx:
        found = users.user(tx, user_id)
    organization = ctx.organizations().get(found.organization) if found else None
    return organization.slug if organization and organization.sign_in else None


def _welcome(ctx: Context, tx: Transaction, slug: str, sign_in: SignIn, identity: Identity) -> User | TurnedAway:
    """Somebody's first time."""
    role, email = sign_in.role_of(identity.groups), _address(identity)
    if role is None:
        return TurnedAway.NO_GROUP
    if email is None:
        return TurnedAway.NO_ADDRESS
    if not sign_in.admits(email):
        return TurnedAway.OTHER_DOMAIN
    found = users.user_by_email(tx, email)
    if found is not None and found.disabled_at is not None and found.organization == slug:
        return TurnedAway.DISABLED
    if found is None:
        found = _new_user(ctx, tx, slug, identity, email=email, role=role)
    elif found.organization != slug or identities.is_linked(tx, found.id, issuer=identity.issuer):
        if identities.user_of(tx, slug, issuer=identity.issuer, subject=identity.subject) is not None:
            raise Conflict  # their own first sign-in, finished elsewhere since they were looked for
        return TurnedAway.TAKEN
    linked = LinkedIdentity(
        organization=slug,
        issuer=identity.issuer,
        subject=identity.subject,
        user_id=found.id,
        linked_at=ctx.now(),
    )
    identities.link(tx, linked)
    note_by_user(ctx, tx, "identity-linked", user=found)
    return _with_role(ctx, tx, found, role)


def _new_user(ctx: Context, tx: Transaction, slug: str, identity: Identity, *, email: str, role: str) -> User:
    user = User(
        id=ctx.new_id(),
        organization=slug,
        email=email,
        name=identity.name or email.partition("@")[0],
        password_hash=None,
        role=role,
        created_at=ctx.now(),
    )
    users.add_user(tx, user)
    notice(ctx, tx, "account-added", organization=slug, detail=f"{user.id} {role}")
    return user


def _with_role(ctx: Context, tx: Transaction, user: User, role: str) -> User:
    """The user as the groups say now; one who may do less than before is signed out everywhere else."""
    if role == user.role:
        return user
    if identities.set_role(tx, user.id, old=user.role, new=role):
        note_by_user(ctx, tx, "role-followed", user=user, detail=f"{user.role} {role}")
        if rank(role) < rank(user.role):
            users.end_sessions(tx, user.id)
            inviting.withdraw_all_of(ctx, tx, user)
    return users.user(tx, user.id) or user


def _address(identity: Identity) -> str | None:
    try:
        return normalise_address(identity.email or "").casefold()
    except InvalidAddress:
        return None
