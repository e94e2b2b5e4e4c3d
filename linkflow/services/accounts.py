"""Local accounts of the portal: who may have one, and how a password is kept and checked.

Passwords are kept as Argon2id hashes only. Checking takes about as long for an address nobody has.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linkflow.domain.addresses import normalise_address
from linkflow.domain.errors import NotFound, Refused
from linkflow.services.context import Context
from linkflow.store import users
from linkflow.store.users import User

ROLES = ("viewer", "manager", "administrator")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

_hasher = PasswordHasher()


def add_account(ctx: Context, email: str, password: str, *, organization: str, name: str, role: str) -> User:
    """A new local account. Raises `Refused` by field, `NotFound` for an unknown organization."""
    if organization not in ctx.organizations():
        raise NotFound
    if role not in ROLES:
        raise Refused("role", "unknown")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused("password", "too-short" if len(password) < SHORTEST_PASSWORD else "too-long")
    user = User(
        id=ctx.new_id(),
        organization=organization,
        email=normalise_address(email),
        name=" ".join(name.split()),
        password_hash=_hasher.hash(password),
        role=role,
        created_at=ctx.now(),
    )
    with ctx.database.transaction() as tx:
        if users.user_by_email(tx, user.email) is not None:
            raise Refused("email", "taken")
        users.add_user(tx, user)
    return user


def account(ctx: Context, email: str) -> User | None:
    """The account with this address, disabled ones left out."""
    with ctx.database.reading() as tx:
        found = users.user_by_email(tx, email.strip())
    return found if found is not None and found.disabled_at is None else None


def check_password(ctx: Context, email: str, password: str) -> User | None:
    """The account these open, or None; says nothing about which of the two was wrong."""
    found = account(ctx, email)
    kept = found.password_hash if found is not None and found.password_hash else _nobodys_hash()
    try:
        _hasher.verify(kept, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return found


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("an address that nobody has")
