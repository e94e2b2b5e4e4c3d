"""What can go wrong on a call to another host. Never carries a path, a query, a header or a body: host names only.

Every one is a `SoftwareUnavailable`, so a page that does not care shows *the software is slow*; `transient` says
whether the same call may succeed later, `retry_after` how long the host asked us to wait.
"""

from datetime import timedelta

from linkflow.domain.errors import SoftwareUnavailable


class OutboundError(SoftwareUnavailable):
    """A call that brought no usable answer."""

    code = "outbound"
    transient = True

    def __init__(self, host: str = "", *, reason: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(self.code, host=host, reason=reason)
        self.host = host
        self.reason = reason
        self.retry_after = retry_after

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.host, self.reason)))


class TooBusy(OutboundError):
    """This process already makes as many calls as it may; nothing was sent."""

    code = "too-busy"


class OverLimit(OutboundError):
    """The software was asked as often as it allows; nothing was sent. `retry_after` says when it may be."""

    code = "over-limit"


class Timeout(OutboundError):
    """The total deadline, or the name lookup's own limit, has passed."""

    code = "timeout"


class Unreachable(OutboundError):
    """No connection, a broken one, or an answer that is not HTTP."""

    code = "unreachable"


class RefusedAddress(OutboundError):
    """The guard forbids the scheme, the host or the address its name resolves to; nothing was sent."""

    code = "refused-address"
    transient = False


class TooLarge(OutboundError):
    """The body, unpacked, is larger than this call may read."""

    code = "too-large"
    transient = False


class BadAnswer(OutboundError):
    """The host answered, but not what was agreed: not JSON, not an object, a value out of range."""

    code = "bad-answer"


class StatusError(OutboundError):
    """Any status but 2xx; redirects are never followed and arrive here, too."""

    code = "bad-status"

    def __init__(self, host: str, *, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(host, reason=str(status), retry_after=retry_after)
        self.status = status
        self.transient = status in _PASSING or status >= 500


_PASSING = frozenset({408, 425, 429})
