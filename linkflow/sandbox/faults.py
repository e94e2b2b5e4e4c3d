"""Things that go wrong on purpose, one company at a time, switched while the sandbox runs.

`decline` turns an approval into a refusal; `expired-token` kills the access tokens issued so far; `revoked-grant`
ends every grant of the company at once; `lost-refresh-answer` rotates and then drops the connection. The others
spoil answers of the API, of one endpoint only when one is named (`companies` and `token` are never meant otherwise).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from linkflow.sandbox.database import Database

DECLINE, SLOW, TOO_MANY, SERVER_ERROR, MALFORMED = "decline", "slow", "too-many-requests", "server-error", "malformed"
EXPIRED_TOKEN, REVOKED_GRANT = "expired-token", "revoked-grant"
PAGE_SEVEN, LOST_REFRESH = "page-seven-fails-once", "lost-refresh-answer"
ABOUT = {
    DECLINE: "Approving is answered with a refusal",
    SLOW: "Answers wait for the given seconds",
    TOO_MANY: "429 with Retry-After of the given seconds",
    SERVER_ERROR: "500",
    MALFORMED: "Answers are cut off in the middle of their JSON",
    EXPIRED_TOKEN: "Access tokens issued before the switch was turned count as expired",
    REVOKED_GRANT: "Every grant of the company is revoked now",
    PAGE_SEVEN: "The first request for a page 7 is answered with 500",
    LOST_REFRESH: "The next refresh rotates the token, then the connection drops",
}
_ONCE = {PAGE_SEVEN, LOST_REFRESH}
_NAMED_ONLY = {"companies", "token"}


@dataclass(frozen=True)
class Fault:
    """One switched-on fault; `times` counts down, None lasts until it is switched off. `since` in seconds."""

    company: str
    kind: str
    since: float
    times: int | None
    seconds: float
    endpoint: str | None


class Faults:
    """The switches. Nothing is ever on unless the sandbox was started with faults."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, enabled: bool) -> None:
        self._database = database
        self._clock = clock
        self.enabled = enabled

    def switch_on(
        self, company: str, kind: str, *, times: int | None = None, seconds: float = 3.0, endpoint: str | None = None
    ) -> None:
        """Turn a fault on, in place of the same one as it stood."""
        row = (company, kind, self._clock().timestamp(), times or (1 if kind in _ONCE else None), seconds, endpoint)
        with self._database.transaction() as rows:
            rows.execute("INSERT OR REPLACE INTO faults VALUES (?, ?, ?, ?, ?, ?)", row)

    def switch_off(self, company: str, kind: str | None = None) -> None:
        """Turn one fault off, or all of a company's."""
        with self._database.transaction() as rows:
            rows.execute("DELETE FROM faults WHERE company = ? AND (? IS NULL OR kind = ?)", (company, kind, kind))

    def on(self, company: str) -> tuple[Fault, ...]:
        """Everything switched on for a company."""
        if not self.enabled:
            return ()
        with self._database.transaction() as rows:
            found = rows.execute("SELECT * FROM faults WHERE company = ? ORDER BY kind", (company,)).fetchall()
        return tuple(_fault(row) for row in found)

    def take(self, companies: Iterable[str], kind: str, *, endpoint: str) -> Fault | None:
        """Return the fault that strikes this request, counting it down; None when all is well."""
        for company in companies:
            for fault in self.on(company):
                if fault.kind == kind and _strikes(fault, endpoint) and self._use(fault):
                    return fault
        return None

    def _use(self, fault: Fault) -> bool:
        if fault.times is None:
            return True
        with self._database.transaction() as rows:
            key = (fault.company, fault.kind)
            rows.execute("UPDATE faults SET times = times - 1 WHERE company = ? AND kind = ? AND times > 0", key)
            used = bool(rows.execute("SELECT changes()").fetchone()[0])
            rows.execute("DELETE FROM faults WHERE times = 0")
            return used


def _fault(row: Row) -> Fault:
    return Fault(row["company"], row["kind"], row["since"], row["times"], row["seconds"], row["endpoint"])


def _strikes(fault: Fault, endpoint: str) -> bool:
    if fault.kind in {DECLINE, EXPIRED_TOKEN, LOST_REFRESH}:
        return True
    return fault.endpoint == endpoint or (fault.endpoint is None and endpoint not in _NAMED_ONLY)
