"""How single settings are written: addresses, key lists. Errors never repeat a key."""

import base64
import binascii
import ipaddress
import re
import shlex
import shutil
import signal
from typing import Any
from urllib.parse import urlsplit

from linkflow.domain.addresses import InvalidAddress, Mailbox

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}\Z")


def is_loopback(host: str | None) -> bool:
    """``localhost`` or an address of this machine only."""
    if host is None:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_mailbox(text: str) -> bool:
    """An address mail can be sent from, with or without a name."""
    try:
        Mailbox.parse(text)
    except InvalidAddress:
        return False
    return True


def checked_url(value: str) -> str:
    """An absolute https address (http on loopback only) without credentials, query or fragment."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("should be an address like https://data.example.com")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("should begin with https:// (http is for loopback addresses)")
    if parts.username or parts.password or parts.query or parts.fragment or not value.isprintable() or " " in value:
        raise ValueError("should have no user, password, query or fragment")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("has a port that is no port") from None
    return value


def as_items(value: Any) -> Any:
    """A comma or line separated text as a tuple; anything else unchanged."""
    if not isinstance(value, str):
        return value
    return tuple(item.strip() for item in re.split(r"[,\n]", value) if item.strip())


def as_command(value: Any) -> Any:
    """A command and its arguments, quoted as for a shell that is never run; its program must be there."""
    if not isinstance(value, str):
        return value
    try:
        words = tuple(shlex.split(value))
    except ValueError:
        raise ValueError("has a quotation mark that is not closed") from None
    if words and shutil.which(words[0]) is None:
        raise ValueError(f"names the program {words[0]}, which is not there or cannot be run")
    if words and signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        raise ValueError("cannot be asked, because SIGCHLD is ignored here: start linkflow without that")
    return words


def checked_passed_on(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the environment; none of linkflow's own, whose values are secrets."""
    if any(not _VARIABLE.match(name) or name.upper().startswith("LINKFLOW_") for name in names):
        raise ValueError("should be names of environment variables, none of which begins with LINKFLOW_")
    return names


def as_secret_keys(value: Any) -> Any:
    """Signing keys, oldest first; at least one, each of 32 characters or more."""
    keys = as_items(value)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("should hold at least one key, each of 32 characters or more")
    return keys


def as_encryption_keys(value: Any) -> Any:
    """``id:base64,…``, oldest first, each key of 32 bytes."""
    if not isinstance(value, str):
        return value
    keys: dict[str, bytes] = {}
    for item in as_items(value):
        name, _, text = item.partition(":")
        if not _KEY_ID.match(name) or name in keys:
            raise ValueError("should look like id:base64key,…, with distinct ids of lower-case letters and digits")
        keys[name] = _key_bytes(text)
    if not keys:
        raise ValueError("should hold at least one key")
    return keys


def _key_bytes(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("should hold keys of 32 bytes, each in base64 after its id and a colon")
    return key
