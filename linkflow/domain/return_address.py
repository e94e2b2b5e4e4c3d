"""After the end: how a visit ended, and the address of the organization's own that it then leads to.

The address is the organization's. What stands in braces is filled in with ids and fixed words, each encoded so that it
stays in its place: the host, the number of path segments and the parameters are always those that were checked.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import SplitResult, quote, urlsplit

PLACEHOLDERS = ("company", "connection", "message", "request", "software", "status")
"""What every address may name, beside the organization's own parameters; never names, mails or tokens."""
PARAMETER_LIMIT = 64
LONGEST = 1000
_PARAMETER = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{PARAMETER_LIMIT - 1}}}", re.ASCII)
_NAMED = re.compile(r"\{([^{}]*)\}")
_PLACE = re.compile(r"[A-Za-z0-9.-]+(:[1-9][0-9]{0,4})?", re.ASCII)
_PLAIN = re.compile(r"https://[!#-;=?-\[\]_a-{}~]+", re.ASCII)


class Ending(Enum):
    """How a visit ended, as the organization's page is told it."""

    SHARED = 200, "shared"
    NOTHING_LEFT = 201, "nothing-left-to-do"
    DECLINED = 403, "declined"
    LEFT = 403, "left"
    FAILED = 500, "failed"
    NOT_SUPPORTED = 501, "software-not-supported"

    @property
    def status(self) -> int:
        """The number: one of 200, 201, 403, 500, 501."""
        return self.value[0]

    @property
    def message(self) -> str:
        """The fixed word, the same in every language."""
        return self.value[1]


@dataclass(frozen=True)
class EntityEnd:
    """Where one entity stands: when its books came on their way, or what kept them from it."""

    shared_at: datetime | None = None
    failed: bool = False
    """They could not be read, or the sign-in to the software did not succeed."""
    unsupported: bool = False
    """Its software is not in the list, or there is none to choose."""


def ending(entities: Iterable[EntityEnd], *, complete: bool, declined: bool, since: datetime) -> Ending:
    """How a visit that began at `since` ended; of several entities it is enough that one was shared."""
    every = tuple(entities)
    shared = [one.shared_at for one in every if one.shared_at is not None]
    if shared:
        return Ending.NOTHING_LEFT if complete and max(shared) < since else Ending.SHARED
    if declined:
        return Ending.DECLINED
    if any(one.failed for one in every):
        return Ending.FAILED
    return Ending.NOT_SUPPORTED if any(one.unsupported for one in every) else Ending.LEFT


def checked_address(address: str, hosts: Collection[str], parameters: Collection[str]) -> str:
    """The same; raises ValueError where it could lead, or be made to lead, anywhere but to one of the `hosts`."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not _PLACE.fullmatch(parts.netloc) or not _has_port(parts):
        raise ValueError("redirect_after should begin with https:// and a host, without names in braces or a password")
    if parts.hostname not in hosts:
        raise ValueError(f"redirect_after: {parts.hostname} should be listed in redirect_hosts")
    if not _PLAIN.fullmatch(address) or len(address) > LONGEST or re.search(r"[{}]", _NAMED.sub("", address)):
        raise ValueError(f"redirect_after should be a web address of at most {LONGEST} plain characters")
    if {".", ".."} & set(_NAMED.sub("", parts.path).split("/")):
        raise ValueError("redirect_after should have more than dots in each part of its path, whatever is filled in")
    named, known = set(_NAMED.findall(address)), {*PLACEHOLDERS, *parameters}
    if named - known:
        raise ValueError(f"redirect_after may name {', '.join(sorted(known))}, not {', '.join(sorted(named - known))}")
    if set(parameters) & set(PLACEHOLDERS):
        raise ValueError(f"redirect_parameters should have names of their own, not {', '.join(PLACEHOLDERS)}")
    if set(parameters) - named:
        unnamed = ", ".join(sorted(set(parameters) - named))
        raise ValueError(f"redirect_parameters: redirect_after does not name {unnamed}")
    return address


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def is_parameter(value: str) -> bool:
    """Whether somebody may set this as a parameter: short, of letters, digits, dots, dashes and underscores."""
    return _PARAMETER.fullmatch(value) is not None


def return_address(address: str, ending: Ending, values: Mapping[str, str]) -> str:
    """The checked `address` with everything it names filled in; what is not known is left empty."""
    told = {**values, "status": str(ending.status), "message": ending.message}
    return _NAMED.sub(lambda named: _encoded(told.get(named[1], "")), address)


def _encoded(value: str) -> str:
    """A value that cannot end the place it stands in; dots alone would mean another folder, encoded or not."""
    return quote(value, safe="", errors="replace") if value.strip(".") else ""
