"""Attempts, grants and connections: the moves each may make. Whatever is not in a table does not happen."""

from enum import StrEnum

from linkflow.domain.requests import ConnectionState


class AttemptState(StrEnum):
    """One try at authorizing."""

    STARTED = "started"
    EXCHANGING = "exchanging"
    DONE = "done"
    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"


class GrantState(StrEnum):
    """The tokens of one authorization: usable, no longer accepted, being revoked, gone."""

    ACTIVE = "active"
    DEAD = "dead"
    REVOKING = "revoking"
    REVOKED = "revoked"


class ChangeState(StrEnum):
    """A company chosen in place of the connected one: waiting, decided, carried out, or no longer of interest."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"
    OVERTAKEN = "overtaken"


ATTEMPT_MOVES: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.STARTED: frozenset(
        {AttemptState.EXCHANGING, AttemptState.DECLINED, AttemptState.FAILED, AttemptState.EXPIRED}
    ),
    # Back to started only when nothing was sent: the code is unspent.
    AttemptState.EXCHANGING: frozenset({AttemptState.DONE, AttemptState.FAILED, AttemptState.STARTED}),
    AttemptState.DONE: frozenset(),
    AttemptState.DECLINED: frozenset(),
    AttemptState.FAILED: frozenset(),
    AttemptState.EXPIRED: frozenset(),
}

CONNECTION_MOVES: dict[ConnectionState, frozenset[ConnectionState]] = {
    ConnectionState.PENDING: frozenset({ConnectionState.LINKED, ConnectionState.DISCONNECTED}),
    ConnectionState.LINKED: frozenset({ConnectionState.NEEDS_REAUTH, ConnectionState.DISCONNECTED}),
    ConnectionState.NEEDS_REAUTH: frozenset({ConnectionState.LINKED, ConnectionState.DISCONNECTED}),
    # Back only where the customer was asked to reconnect this very one, and signed in to the same company.
    ConnectionState.DISCONNECTED: frozenset({ConnectionState.LINKED}),
}
