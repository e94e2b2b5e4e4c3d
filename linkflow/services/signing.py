"""Signed names: the links customers and users are mailed, the OAuth state, and the six digits of a mailed code.

A token says who issued it and nothing else: no time, no person. What it may still do lies in the row it names.
Keys are ordered oldest to newest; the last one signs, all of them read, and dropping one ends what it signed.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature
from itsdangerous import Signer as KeyedSigner

from linkflow.domain.errors import LinkflowError, LinkInvalid


class StateInvalid(LinkflowError):
    """The OAuth state was not made by this installation; nothing may be looked up, let alone changed."""

    code = "state-invalid"


@dataclass(frozen=True)
class LinkToken:
    """What a link or an invitation says: the id of its row and the issue number it was made for."""

    link_id: str
    issue: int


class Signer:
    """One salt a purpose, so that a token of one purpose means nothing for another. SHA-256 throughout."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("at least one signing key is needed, and none may be empty")
        self._keys = tuple(keys)
        self._links = self._for("linkflow.link")
        self._states = self._for("linkflow.attempt")
        self._sign_ins = self._for("linkflow.sign-in")
        self._invitations = self._for("linkflow.invitation")
        self._resets = self._for("linkflow.new-password")
        self._reminders = self._for("linkflow.reminder")

    def sign_link(self, link_id: str, issue: int) -> str:
        """The token of a request's link or of a hand-over: the same text each time, so it need not be stored."""
        return self._links.sign(_checked(f"{link_id}.{issue}", _LINK)).decode("ascii")

    def read_link(self, token: str) -> LinkToken:
        """Raises `LinkInvalid`, which does not say what was wrong."""
        return _read_link(self._links, token)

    def sign_invitation(self, invitation_id: str, issue: int) -> str:
        """The token of an invitation to the portal."""
        return self._invitations.sign(_checked(f"{invitation_id}.{issue}", _LINK)).decode("ascii")

    def read_invitation(self, token: str) -> LinkToken:
        """As `read_link`."""
        return _read_link(self._invitations, token)

    def sign_reset(self, reset_id: str) -> str:
        """The token with which one user chooses a new password."""
        return self._resets.sign(_checked(reset_id, _ID_ALONE)).decode("ascii")

    def read_reset(self, token: str) -> str:
        """The id of its row; raises `LinkInvalid`."""
        match = _ID_ALONE.fullmatch(_unsigned(self._resets, token) or "")
        if match is None:
            raise LinkInvalid
        return match["id"]

    def sign_reminder(self, message_id: str) -> str:
        """The token in a reminder with which its recipient stops further ones."""
        return self._reminders.sign(_checked(message_id, _ID_ALONE)).decode("ascii")

    def read_reminder(self, token: str) -> str:
        """The id of the mail it stood in; raises `LinkInvalid`."""
        match = _ID_ALONE.fullmatch(_unsigned(self._reminders, token) or "")
        if match is None:
            raise LinkInvalid
        return match["id"]

    def sign_state(self, attempt_id: str) -> str:
        """The OAuth `state` of one authorization attempt."""
        return self._states.sign(_checked(attempt_id, _ID_ALONE)).decode("ascii")

    def read_state(self, state: str) -> str:
        """The attempt's id; raises `StateInvalid`."""
        match = _ID_ALONE.fullmatch(_unsigned(self._states, state) or "")
        if match is None:
            raise StateInvalid
        return match["id"]

    def sign_sign_in(self, attempt_id: str) -> str:
        """The OAuth `state` of one try at signing in to the portal."""
        return self._sign_ins.sign(_checked(attempt_id, _ID_ALONE)).decode("ascii")

    def read_sign_in(self, state: str) -> str:
        """The attempt's id; raises `StateInvalid`."""
        match = _ID_ALONE.fullmatch(_unsigned(self._sign_ins, state) or "")
        if match is None:
            raise StateInvalid
        return match["id"]

    def mailed_code(self, code_id: str) -> str:
        """Six digits that follow from the id of the code's row, so that no row holds them."""
        return mailed_code(self._keys, code_id)

    def code_matches(self, code_id: str, typed: str) -> bool:
        """Whether the digits are those of this row under any key, compared in constant time."""
        digits = "".join(typed.split()).encode()
        right = [hmac.compare_digest(_digits(key, code_id).encode(), digits) for key in self._keys]
        return any(right)

    def _for(self, salt: str) -> KeyedSigner:
        return KeyedSigner(list(self._keys), salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def mailed_code(keys: Sequence[str], code_id: str) -> str:
    """The code under the newest key."""
    return _digits(keys[-1], code_id)


# 16 bytes in base32 leave the last letter two unused bits, 32 in base64 leave two: only the canonical spelling counts.
_ID = r"(?P<id>[a-z2-7]{25}[aeimquy4])"
_LINK = re.compile(_ID + r"\.(?P<issue>[1-9][0-9]{0,8})", re.ASCII)
_ID_ALONE = re.compile(_ID, re.ASCII)
_SIGNED = re.compile(r"[a-z0-9.]{1,64}\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def _unsigned(signer: KeyedSigner, token: str) -> str | None:
    if not _SIGNED.fullmatch(token):
        return None
    try:
        return signer.unsign(token).decode("ascii")
    except BadSignature:
        return None


def _read_link(signer: KeyedSigner, token: str) -> LinkToken:
    match = _LINK.fullmatch(_unsigned(signer, token) or "")
    if match is None:
        raise LinkInvalid
    return LinkToken(match["id"], int(match["issue"]))


def _checked(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("not an id of ours, or not an issue number")
    return text


def _digits(key: str, code_id: str) -> str:
    purpose = hmac.digest(key.encode(), b"linkflow.code", "sha256")
    number = int.from_bytes(hmac.digest(purpose, code_id.encode(), "sha256")[:8], "big")
    return f"{number % 1_000_000:06d}"
