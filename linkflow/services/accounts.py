"""Local accounts of the portal: who may have one, and how a password is kept and checked.

Passwords are kept as Argon2id hashes only. Checking takes about as long for an address nobody has. Signing in, with
its limits, is `signing_in.py`.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linkflow.domain.addresses import InvalidAddress, normalise_address
from linkflow.domain.errors import Conflict, NotFound, Refused, together
from linkflow.domain.roles import ADMINISTRATOR, ROLES
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.store import users
from linkflow.store.users import User

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
NAME_LIMIT = 100

# The least OWASP asks of Argon2id, in KiB; as much again for every process that checks one.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


def add_account(ctx: Context, email: str, password: str, *, organization: str, name: str, role: str) -> User:
    """A new local account. Raises `Refused` by field, `NotFound` for an unknown organization."""
    if organization not in ctx.organizations():
        raise NotFound
    (address, called), (fit, chosen) = together(
        lambda: together(lambda: checked_address(email), lambda: checked_name(name)),
        lambda: together(lambda: checked_password(password), lambda: checked_role(role)),
    )
    made = new_user(ctx, address, organization=organization, name=called, password_hash=new_hash(fit), role=chosen)
    try:
        with ctx.database.transaction() as tx:
            if users.user_by_email(tx, made.email) is not None:
                raise Refused("email", "taken")
            users.add_user(tx, made)
            notice(ctx, tx, "account-added", organization=organization, detail=f"{made.id} {role}")
    except Conflict:
        raise Refused("email", "taken") from None
    return made


def new_user(
    ctx: Context, email: str, *, organization: str, name: str, role: str, password_hash: str | None = None
) -> User:
    """A user to be stored, of values that have been checked."""
    return User(
        id=ctx.new_id(),
        organization=organization,
        email=email,
        name=name,
        password_hash=password_hash,
        role=role,
        created_at=ctx.now(),
    )


def first_role(ctx: Context, organization: str) -> str:
    """What an account is made that nobody chose a role for: the organization's first one its administrator."""
    with ctx.database.transaction() as tx:
        return "manager" if users.lock_administrators(tx, organization) else ADMINISTRATOR


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
        # A longer one is nobody's, and hashing it would only cost time.
        _hasher.verify(kept, password if len(password) <= LONGEST_PASSWORD else "")
    except (VerificationError, InvalidHashError):
        return None
    return found


def new_hash(password: str, *, field: str = "password") -> str:
    """The hash of a new password; raises `Refused` as `checked_password`."""
    return _hasher.hash(checked_password(password, field=field))


def checked_password(password: str, *, field: str = "password") -> str:
    """The same; raises `Refused` for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(field, "too-short" if len(password) < SHORTEST_PASSWORD else "too-long")
    return password


def checked_address(email: str) -> str:
    """The address as it is stored; raises `Refused`."""
    try:
        return normalise_address(email).casefold()
    except InvalidAddress as error:
        raise Refused("email", "empty" if error.reason == "empty" else "not-an-address") from None


def checked_name(name: str, *, field: str = "name") -> str:
    """The name with its blanks folded; raises `Refused`."""
    clean = " ".join(name.split())
    if not clean or len(clean) > NAME_LIMIT:
        raise Refused(field, "empty" if not clean else "too-long")
    return clean


def checked_role(role: str) -> str:
    """A role there is; raises `Refused`."""
    if role not in ROLES:
        raise Refused("role", "unknown")
    return role


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("an address that nobody has")
