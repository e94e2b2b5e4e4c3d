"""What a browser may open, kept in one key of the session cookie: at most eight links, and small.

A link's entry is its id and issue number, when it was followed and last used (minutes), whether a mailed code was
passed and whether a file is preferred, and until when receipts may be seen. What the customer answered lies on the
server.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session

from linkflow.domain.links import REQUESTS_IN_A_COOKIE, session_is_live

KEY = "linkflow"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Opening:
    """One link this browser has followed."""

    link_id: str
    issue: int
    since: datetime
    seen: datetime
    code_passed: bool = False
    prefers_file: bool = False
    access_until: datetime | None = None

    def may_see_access(self, now: datetime) -> bool:
        """Whether a code mailed for it has opened receipts and disconnecting to this browser, and still does."""
        return self.access_until is not None and now < self.access_until


def state() -> dict[str, Any]:
    """The session's one key, made when it is first needed; call `changed` after writing to it."""
    found = session.setdefault(KEY, {})
    if not isinstance(found, dict):
        found = session[KEY] = {}
    return found


def kept() -> dict[str, Any]:
    """The same to look at, without making it."""
    found = session.get(KEY)
    return found if isinstance(found, dict) else {}


def changed() -> None:
    """The cookie must be written again."""
    session.modified = True


def openings(now: datetime) -> tuple[Opening, ...]:
    """The links this browser may still open; those idle for an hour or older than twelve are left out."""
    entries = session.get(KEY, {}).get("links", [])
    read = (_read(entry) for entry in entries)
    return tuple(one for one in read if session_is_live(since=one.since, seen=one.seen, now=now))


def remember(opening: Opening, now: datetime) -> None:
    """Put a link in front of the others; the ninth falls out."""
    others = [one for one in openings(now) if one.link_id != opening.link_id]
    kept = [*others, opening][-REQUESTS_IN_A_COOKIE:]
    state()["links"] = [_written(one) for one in kept]
    changed()


def has_cookie() -> bool:
    """Whether this browser sent back what the page before gave it."""
    return "b" in session.get(KEY, {})


def browser_hash() -> str | None:
    """What an authorization attempt is bound to; None when this browser has never been here."""
    known = session.get(KEY, {}).get("b")
    return hashlib.sha256(known.encode()).hexdigest() if isinstance(known, str) else None


def own_browser_hash() -> str:
    """The same, given to this browser now if it has none."""
    if browser_hash() is None:
        state()["b"] = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        changed()
    return str(browser_hash())


def _read(entry: list[Any]) -> Opening:
    link_id, issue, since, seen, flags, *access = entry
    until = _at(access[0]) if access else None
    return Opening(link_id, issue, _at(since), _at(seen), bool(flags & 1), bool(flags & 2), until)


def _written(one: Opening) -> list[Any]:
    flags = int(one.code_passed) | int(one.prefers_file) << 1
    access = [_minutes(one.access_until)] if one.access_until else []
    return [one.link_id, one.issue, _minutes(one.since), _minutes(one.seen), flags, *access]


def _minutes(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(minutes=1)


def _at(minutes: int) -> datetime:
    return _EPOCH + timedelta(minutes=minutes)
