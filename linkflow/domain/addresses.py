"""Email addresses: checked and normalised on the way in, masked on the way to a page or a log.

Only plain addresses are taken (letters, digits and the usual signs before the @, a real host after it). Quoted local
parts, comments and letters outside ASCII before the @ are refused: many servers cannot deliver them, and each has
been a way to smuggle a second address in.
"""

import re
from dataclasses import dataclass

MAX_ADDRESS = 254
MAX_LOCAL = 64
MAX_NAME = 100

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_EDGES = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# IDNA 2003, the standard library's, turns these into another host than today's registries do.
_DEVIATIONS = frozenset("ßς\u200c\u200d")


class InvalidAddress(ValueError):
    """Not an address mail can be sent to; `reason` is `empty`, `too-long`, `no-at`, `bad-name` or `bad-host`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Mailbox:
    """An address and the name shown beside it. The address is normalised; the name is one clean line."""

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", normalise_address(self.address))
        object.__setattr__(self, "name", one_line(self.name)[:MAX_NAME].strip())

    @classmethod
    def parse(cls, text: str) -> "Mailbox":
        """Read `Name <address>` or a bare address; raises `InvalidAddress`."""
        match = re.fullmatch(r'\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*', text)
        return cls(match[2], match[1]) if match else cls(text)


def normalise_address(text: str) -> str:
    """The address as stored and sent: no blanks around it, the host in lower-case ASCII; raises `InvalidAddress`."""
    address = text.strip(_EDGES)
    if not address:
        raise InvalidAddress("empty")
    if len(address) > MAX_ADDRESS:
        raise InvalidAddress("too-long")
    local, at, host = address.rpartition("@")
    if not at:
        raise InvalidAddress("no-at")
    if len(local) > MAX_LOCAL or not _LOCAL.match(local):
        raise InvalidAddress("bad-name")
    result = f"{local}@{_ascii_host(host)}"
    if len(result) > MAX_ADDRESS:
        raise InvalidAddress("too-long")
    return result


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses reach the same mailbox as far as people mean it: case never tells two apart."""
    try:
        return normalise_address(one).casefold() == normalise_address(other).casefold()
    except InvalidAddress:
        return False


def mask_address(address: str) -> str:
    """`anna@example.com` as `a…@e….com`: enough to recognise one's own, not enough to write to a stranger."""
    local, _, host = address.strip(_EDGES).rpartition("@")
    name, _, ending = host.rpartition(".")
    if not name:
        return f"{local[:1]}…@{host[:1]}…"
    return f"{local[:1]}…@{name[:1]}….{ending}"


def one_line(text: str) -> str:
    """Text fit for a mail header: controls, line ends and direction marks become single blanks.

    What looks like an encoded word is taken apart: the standard library would decode it, line ends in it as well.
    """
    return " ".join(_CONTROLS.sub(" ", text).split()).replace("=?", "= ?")


def _ascii_host(host: str) -> str:
    if _DEVIATIONS.intersection(host):
        raise InvalidAddress("bad-host")
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise InvalidAddress("bad-host") from None
    labels = plain.split(".")
    if len(plain) > 253 or len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.match(part) for part in labels):
        raise InvalidAddress("bad-host")
    return plain
