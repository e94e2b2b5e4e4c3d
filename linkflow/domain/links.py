"""Links and paths: what a link may do, the ids of things, and every address linkflow writes into a mail.

`url_for` belongs to the web; everything below it builds addresses as `settings.public_url` + a path from here.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=90)
RENEWAL_GAP = timedelta(hours=1)
IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
REQUESTS_IN_A_COOKIE = 8
HAND_OVER_LIFE = timedelta(days=7)
ACCESS_LIFE = timedelta(minutes=15)
"""How long a browser may see receipts and end access after a code mailed for that."""


def new_id(random_bytes: Callable[[int], bytes]) -> str:
    """An opaque id: 128 random bits as 26 lower-case letters and digits."""
    return base64.b32encode(random_bytes(16)).decode("ascii").rstrip("=").lower()


def id_from(*known: object) -> str:
    """An id that follows from what is known, so that what is made once more is found to be there."""
    digest = hashlib.sha256(" ".join(map(str, known)).encode()).digest()
    return new_id(lambda size: digest[:size])


class LinkKind(StrEnum):
    """A request's own link, or a narrow one handed over to a colleague."""

    REQUEST = "request"
    HAND_OVER = "hand_over"


class LinkState(StrEnum):
    """What a link is good for at a given time."""

    GOOD = "good"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class LinkFacts:
    """What decides whether a link opens: its row's issue number and times beside the token's issue number."""

    issue: int
    expires_at: datetime
    revoked_at: datetime | None
    request_ends_at: datetime
    request_withdrawn_at: datetime | None


def link_state(facts: LinkFacts, *, issue: int, now: datetime) -> LinkState:
    """Expiry is exact: the link is good one second before `expires_at` and expired at it."""
    if facts.request_withdrawn_at or facts.revoked_at or issue != facts.issue:
        return LinkState.WITHDRAWN
    return LinkState.EXPIRED if now >= min(facts.expires_at, facts.request_ends_at) else LinkState.GOOD


def fresh_expiry(life: timedelta, *, request_ends_at: datetime, now: datetime) -> datetime:
    """When a link made or renewed now ends: after its life, and never after its request."""
    return min(now + life, request_ends_at)


def renewed_expiry(facts: LinkFacts, *, life: timedelta, last: datetime | None, now: datetime) -> datetime | None:
    """The expiry of a link its recipient asks to renew, or None when it may not be: at most hourly, to the end."""
    if facts.request_withdrawn_at or facts.revoked_at or now >= facts.request_ends_at:
        return None
    if last is not None and now < last + RENEWAL_GAP:
        return None
    return fresh_expiry(life, request_ends_at=facts.request_ends_at, now=now)


def session_is_live(*, since: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a browser's opening of a link still counts: 60 minutes idle, 12 hours in all."""
    return now - seen < IDLE and now - since < ABSOLUTE


def link_path(token: str) -> str:
    """Where a mailed link lands."""
    return f"/l/{token}"


def stop_reminders_path(token: str) -> str:
    """Where the address in a reminder that stops further ones leads."""
    return f"/stop-reminders/{token}"


def step_path(request_id: str, step: str, entity_id: str | None = None) -> str:
    """The address of one page of the journey."""
    return f"/r/{request_id}/e/{entity_id}/{step}" if entity_id else f"/r/{request_id}/{step}"


def callback_path(software: str) -> str:
    """The redirect address registered at a software: one a product, so that answers cannot be mixed up."""
    return f"/callback/{software.replace('_', '-')}"


def launch_path(software: str) -> str:
    """Where a software's own shop of apps sends whoever opens linkflow there."""
    return _vendor_path(software, "launch")


def disconnect_path(software: str) -> str:
    """Where a software sends whoever has ended the access inside it."""
    return _vendor_path(software, "disconnect")


def reconnect_path(software: str) -> str:
    """Where a software sends whoever wants to give access again."""
    return _vendor_path(software, "reconnect")


def _vendor_path(software: str, page: str) -> str:
    return f"/software/{software.replace('_', '-')}/{page}"


def organization_sign_in_path(organization: str) -> str:
    """One organization's own page to sign in to the portal."""
    return f"/portal/sign-in/{organization}"


def sign_in_callback_path(organization: str) -> str:
    """The redirect address registered at an organization's own provider: one each, for the same reason."""
    return f"{organization_sign_in_path(organization)}/callback"


def brand_path(organization: str, file_name: str) -> str:
    """One of an organization's images; the name changes with its content."""
    return f"/brand/{organization}/{file_name}"


def request_page_path(request_id: str) -> str:
    """The portal's page of one request."""
    return f"/portal/requests/{request_id}"


def company_page_path(company_id: str) -> str:
    """The portal's page of one company."""
    return f"/portal/companies/{company_id}"


def invitation_path(token: str) -> str:
    """Where a mailed invitation to the portal lands."""
    return f"/portal/invitations/{token}"


def new_password_path(token: str) -> str:
    """Where the mailed link of a forgotten password lands."""
    return f"/portal/new-passwords/{token}"


def portal_path() -> str:
    """The portal's first page."""
    return "/portal"
