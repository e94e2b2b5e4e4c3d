"""The vault: encrypts what must not be read from the database, bound to the very field it is for.

AES-256-GCM. A ciphertext copied to another row, column or organization does not open; neither does one with a bit
changed, cut short, or made with a key this installation no longer has. It fails closed and never says why in detail.

Format: `v1:<key id>:<base64 of 12 random bytes, ciphertext and tag>`; files keep the same three parts as raw bytes.
"""

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linkflow.domain.errors import LinkflowError


class VaultError(LinkflowError):
    """A secret cannot be read. Somebody moved or changed it, or its key is gone; never a reason to go on without."""

    code = "vault-closed"


class KeyMissing(VaultError):
    """It was sealed with a key that is not set here. Once it is set again the secret opens: nothing of it is lost."""

    code = "key-missing"


@dataclass(frozen=True)
class Place:
    """The one field a ciphertext is good for."""

    organization: str
    table: str
    row: str
    column: str

    def __post_init__(self) -> None:
        if any(not part or "|" in part for part in astuple(self)):
            raise ValueError("a place needs four parts, none of them empty or with a bar")


class Vault:
    """A ring of keys, oldest to newest: the last one seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes], *, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        if not keys or not all(_KEY_ID.fullmatch(name) and len(key) == _KEY_BYTES for name, key in keys.items()):
            raise ValueError("the vault needs at least one key of 32 bytes with a plain id")
        self._ring = {name: AESGCM(key) for name, key in keys.items()}
        self._random_bytes = random_bytes
        self.current = next(reversed(self._ring))

    def seal(self, secret: str, place: Place) -> str:
        """The secret as text for this field, different each time."""
        body = self._encrypt(secret.encode(), place)
        return f"{_VERSION}:{self.current}:{base64.urlsafe_b64encode(body).decode('ascii')}"

    def open(self, sealed: str, place: Place) -> str:
        """The secret sealed for this field; raises `VaultError`."""
        match = _SEALED.fullmatch(sealed)
        if match is None:
            raise VaultError
        key = self._ring.get(match["key"])
        if key is None:
            raise KeyMissing
        try:
            body = base64.b64decode(match["body"], altchars=b"-_", validate=True)
            if base64.urlsafe_b64encode(body).decode("ascii") != match["body"]:
                raise VaultError
            return key.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _associated(place, match["key"])).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise VaultError from None

    def seal_bytes(self, content: bytes, place: Place) -> bytes:
        """A file's content for this field, a few dozen bytes longer, different each time."""
        return f"{_VERSION}:{self.current}:".encode() + self._encrypt(content, place)

    def open_bytes(self, sealed: bytes, place: Place) -> bytes:
        """The content sealed for this field; raises `VaultError`."""
        match = _SEALED_BYTES.match(sealed)
        name = match["key"].decode("ascii") if match else ""
        key = self._ring.get(name)
        if match is None or key is None:
            raise VaultError
        body = sealed[match.end() :]
        try:
            return key.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _associated(place, name))
        except (InvalidTag, ValueError):
            raise VaultError from None

    def _encrypt(self, content: bytes, place: Place) -> bytes:
        nonce = self._random_bytes(_NONCE_BYTES)
        return nonce + self._ring[self.current].encrypt(nonce, content, _associated(place, self.current))

    def is_current(self, sealed: str) -> bool:
        """Whether this was sealed with the newest key; False: seal it again."""
        return key_id(sealed) == self.current


def key_id(sealed: str) -> str:
    """The id of the key a ciphertext was made with; raises `VaultError`."""
    match = _SEALED.fullmatch(sealed)
    if match is None:
        raise VaultError
    return match["key"]


_VERSION = "v1"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_SEALED_BYTES = re.compile(rf"{_VERSION}:(?P<key>[A-Za-z0-9_-]{{1,32}}):".encode())
_SEALED = re.compile(rf"{_VERSION}:(?P<key>[A-Za-z0-9_-]{{1,32}}):(?P<body>[A-Za-z0-9_=-]+)", re.ASCII)


def _associated(place: Place, key: str) -> bytes:
    return f"{place.organization}|{place.table}|{place.row}|{place.column}|{key}".encode()
