"""Refusals, each with a code that names its page; `web/errors.py` turns a code into an answer.

An error never carries a token, a password or an address with a query.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


class LinkflowError(Exception):
    """A refusal in domain words. `code` is kebab-case; where an off-ramp page exists it is that page's name."""

    code = "server-fault"

    def __init__(self, code: str | None = None, **details: str) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.details = details


class NotFound(LinkflowError):
    """Nothing there, or nothing this person may see: the two look the same."""

    code = "page-not-found"


class CompanyGoing(LinkflowError):
    """Somebody deleted this company: nothing of it can be opened or changed any more."""

    code = "company-going"


class LinkInvalid(LinkflowError):
    """The link was not made by this installation, or names nothing."""

    code = "link-invalid"


class LinkExpired(LinkflowError):
    """The link is past its date; a fresh one can be mailed to the address on file."""

    code = "link-expired"


class LinkWithdrawn(LinkflowError):
    """The organization took the request back, or a newer link replaced this one."""

    code = "link-withdrawn"


class SessionEnded(LinkflowError):
    """This browser may not open the request now: nothing is lost, the mail opens it again."""

    code = "session-ended"


class Refused(LinkflowError):
    """What was typed cannot be taken; `field` and `reason` say where and why, `others` what else is wrong with it."""

    code = "refused"

    def __init__(self, field: str, reason: str, **details: str) -> None:
        super().__init__(self.code, **details)
        self.field = field
        self.reason = reason
        self.others: tuple[Refused, ...] = ()


class SoftwareUnavailable(LinkflowError):
    """The software did not answer in time, or not as agreed; the attempt is kept."""

    code = "software-unavailable"


class TooMany(LinkflowError):
    """A limit was reached; try again later."""

    code = "too-many-requests"


class NeedsReauth(LinkflowError):
    """The grant no longer works; a person must sign in at the software again."""

    code = "needs-reauth"


class ClientGone(NeedsReauth):
    """The client a sign-in was made with is set no more: nothing of it can be renewed, or given back, with another."""

    code = "client-gone"


class TenantGone(NeedsReauth):
    """The sign-in is good, but not for this company any more: that was ended at the software."""

    code = "tenant-gone"


class Conflict(LinkflowError):
    """Somebody else was first: what was to be stored is ruled out by what is stored."""

    code = "conflict"


class NoPlace(LinkflowError):
    """This server has no room, or nobody free, for something large just now; trying again is right."""

    code = "busy"


class DatabaseBusy(LinkflowError):
    """The database did not answer in time. Nothing was half done; trying again is right."""

    code = "busy"


def refuse(refusals: Iterable[Refused]) -> None:
    """Raise them as one, if there are any."""
    every = [each for refused in refusals for each in (refused, *refused.others)]
    if every:
        every[0].others = tuple(every[1:])
        raise every[0]


def together(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """What two checks answer, both made before either refuses: who typed it reads at once all that is wrong."""
    try:
        found = one()
    except Refused as refused:
        try:
            other()
        except Refused as also:
            refuse((refused, also))
        raise
    return found, other()
