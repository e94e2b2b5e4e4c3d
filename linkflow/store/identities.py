"""Users as their organization's provider knows them: found by issuer and subject, never by an address alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, first
from linkflow.store.tables import identities, users
from linkflow.store.users import User


@dataclass(frozen=True, kw_only=True)
class LinkedIdentity:
    """One user's name at one issuer."""

    organization: str
    issuer: str
    subject: str
    user_id: str
    linked_at: datetime


def link(tx: Transaction, identity: LinkedIdentity) -> None:
    """Bind a subject to a user, for good; the database refuses a second one of the same issuer.

    Their password is forgotten: it opens nothing any more, and whoever finds it out should not be able to tell.
    """
    add(tx, identities, identity)
    change(tx, users, users.c.id == identity.user_id, password_hash=None)


def user_of(tx: Transaction, organization: str, *, issuer: str, subject: str) -> User | None:
    """The organization's user with that subject."""
    here = identities.c.organization == organization, identities.c.issuer == issuer, identities.c.subject == subject
    return first(tx, User, select(users).join(identities, identities.c.user_id == users.c.id).where(*here))


def is_linked(tx: Transaction, user_id: str, *, issuer: str) -> bool:
    """Whether the user has a name at that issuer."""
    here = identities.c.user_id == user_id, identities.c.issuer == issuer
    return bool(tx.connection.execute(select(exists().where(*here))).scalar())


def set_role(tx: Transaction, user_id: str, *, old: str, new: str) -> bool:
    """Give another role; False when it was changed in the meantime."""
    return change(tx, users, users.c.id == user_id, users.c.role == old, role=new) == 1


def set_email(tx: Transaction, user_id: str, email: str) -> None:
    """Follow the provider to another address; raises `Conflict` when it is somebody's."""
    change(tx, users, users.c.id == user_id, email=email)
