"""The second factor of a local account: codes of an authenticator app, and recovery codes for the day it is lost.

The app's key is sealed in the user's own row; recovery codes are kept as hashes. A code of either kind is taken once.
Whoever sets codes up or ends them is answered as stored then, to go on as: every session there was has ended.
"""

import base64
import hashlib
from dataclasses import dataclass

from linkflow.domain import totp
from linkflow.domain.errors import Refused
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.vault import Place
from linkflow.store import recovery_codes, users
from linkflow.store.users import User

RECOVERY_CODES = 8
RECOVERY_BYTES = 10
"""80 random bits each: a hash without salt or stretching keeps them."""


@dataclass(frozen=True)
class Key:
    """What an app needs to show codes: the secret as text, and as the address a QR code holds."""

    text: str
    address: str


@dataclass(frozen=True)
class SwitchedOn:
    """The user, and the recovery codes, which nobody can be shown again."""

    user: User
    codes: tuple[str, ...]


def make_key(ctx: Context, user: User) -> None:
    """A new key that waits for its first code; raises `Refused` while another one is in use."""
    secret = ctx.random_bytes(totp.SECRET_BYTES)
    sealed = ctx.vault.seal(base64.b64encode(secret).decode("ascii"), _place(user))
    with ctx.database.transaction() as tx:
        if not users.keep_totp_secret(tx, user.id, sealed):
            raise Refused("second_factor", "on")


def waiting_key(ctx: Context, user: User) -> Key | None:
    """The key that waits for its first code; one that is in use is shown to nobody."""
    if user.totp_secret is None or user.totp_on_at is not None:
        return None
    secret, organization = _secret(ctx, user), ctx.organizations()[user.organization]
    address = totp.key_address(secret, issuer=organization.name, account=user.email)
    return Key(totp.key_text(secret), address)


def switch_on(ctx: Context, user: User, typed: str) -> SwitchedOn:
    """From now on codes are asked for.

    Raises `Refused` (`app_code`) when the code is not the waiting key's.
    """
    if user.totp_secret is None or user.totp_on_at is not None:
        raise Refused("app_code", "no-key")
    if not typed.strip():
        raise Refused("app_code", "empty")
    step = totp.matching_step(_secret(ctx, user), typed, now=ctx.now(), after=user.totp_step)
    if step is None:
        raise Refused("app_code", "wrong")
    codes = tuple(_new_code(ctx) for _ in range(RECOVERY_CODES))
    with ctx.database.transaction() as tx:
        if not users.switch_totp_on(tx, user.id, user.totp_secret, at=ctx.now()):
            raise Refused("app_code", "no-key")
        users.use_totp_step(tx, user.id, step)
        recovery_codes.replace_codes(tx, user.id, [_hash(code) for code in codes])
        users.end_sessions(tx, user.id)
        note_by_user(ctx, tx, "second-factor-on", user=user)
        return SwitchedOn(users.user(tx, user.id) or user, codes)


def switch_off(ctx: Context, user: User) -> User:
    """Ask for no more codes."""
    with ctx.database.transaction() as tx:
        if forget(tx, user):
            users.end_sessions(tx, user.id)
            note_by_user(ctx, tx, "second-factor-off", user=user)
        return users.user(tx, user.id) or user


def forget(tx: Transaction, user: User) -> bool:
    """Key and recovery codes go; answers whether codes were asked for."""
    recovery_codes.forget_codes(tx, user.id)
    return users.forget_totp(tx, user.id)


def codes_left(ctx: Context, user: User) -> int:
    """How many recovery codes the user still has."""
    with ctx.database.reading() as tx:
        return recovery_codes.codes_left(tx, user.id)


def take(ctx: Context, tx: Transaction, user: User, typed: str) -> str | None:
    """Use a code up: `code` for the app's, `recovery-code` for one of the others, None when it is neither."""
    step = totp.matching_step(_secret(ctx, user), typed, now=ctx.now(), after=user.totp_step)
    if step is not None:
        return "code" if users.use_totp_step(tx, user.id, step) else None
    return "recovery-code" if recovery_codes.use_code(tx, user.id, _hash(typed), at=ctx.now()) else None


def _secret(ctx: Context, user: User) -> bytes:
    return base64.b64decode(ctx.vault.open(user.totp_secret or "", _place(user)))


def _place(user: User) -> Place:
    return Place(user.organization, "users", user.id, "totp_secret")


def _new_code(ctx: Context) -> str:
    letters = base64.b32encode(ctx.random_bytes(RECOVERY_BYTES)).decode("ascii").lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _hash(typed: str) -> str:
    letters = "".join(letter for letter in typed.casefold() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
