"""The life of a sign-in: when its tokens are renewed unasked, and when nothing but a person can go on with it.

Pure rules over what the catalogue knows of a product and what is known of one sign-in. What the product said itself
counts for more than the catalogue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linkflow.domain.software import Tokens

FORECAST = timedelta(days=30)
"""How far ahead is looked for connections that need a person."""
LONGEST_MARGIN = timedelta(minutes=2)
"""Before an access token's end, however long it lives."""
LOOK_AGAIN = timedelta(days=1)
"""After an end the product did not keep to."""


class Why(StrEnum):
    """Why somebody has to sign in at the software, or to agree, once more."""

    LOST = "lost"
    """The software no longer takes the sign-in."""
    SCOPE = "scope"
    """It does not allow what is asked for today."""
    ENDS = "ends"
    """The software ends it at a fixed time, however often it is used."""
    UNRENEWED = "unrenewed"
    """It runs out unless it is used, and linkflow could not use it for long."""
    ACCESS = "access"
    """The time is over for which access was agreed."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What is known of one sign-in. `renewable`: it has a refresh token; `ends_at`: the end its software announced."""

    granted_at: datetime
    renewed_at: datetime
    renewable: bool
    access_expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Need:
    """A person is needed by then, and why."""

    at: datetime
    why: Why


@dataclass(frozen=True)
class Plan:
    """What follows from a life: when upkeep next uses the sign-in, and when and why a person is needed."""

    renew_at: datetime | None
    human_at: datetime | None
    human_why: str | None


def plan(tokens: Tokens, life: Life, *, now: datetime) -> Plan:
    """Both at once, as they are stored with a grant."""
    need = human_needed(tokens, life, now=now)
    return Plan(renew_at(tokens, life), need.at if need else None, need.why.value if need else None)


def access_margin(tokens: Tokens, life: timedelta) -> timedelta:
    """How long before its end an access token is renewed: a tenth of its life, two minutes at most.

    Never earlier than the product gives another one.
    """
    margin = min(max(life, timedelta()) / 10, LONGEST_MARGIN)
    earliest = tokens.earliest_refresh_seconds
    return margin if earliest is None else min(margin, timedelta(seconds=earliest))


def may_renew_from(tokens: Tokens, access_expires_at: datetime | None) -> datetime | None:
    """When the product begins to give another access token in place of the one there is; None: it does at any time."""
    if tokens.earliest_refresh_seconds is None or access_expires_at is None:
        return None
    return access_expires_at - timedelta(seconds=tokens.earliest_refresh_seconds)


def renew_at(tokens: Tokens, life: Life) -> datetime | None:
    """When upkeep next uses the sign-in; None where it has no known end.

    A refresh token that lives from use to use is used when half of its time is gone. At a fixed end the software is
    asked as well: it, not our clock, says that a sign-in is over.
    """
    idle_end, fixed_end = _idle_end(tokens, life), _fixed_end(tokens, life)
    wanted = [life.renewed_at + (idle_end - life.renewed_at) / 2] if idle_end is not None else []
    if fixed_end is not None:
        wanted.append(fixed_end if life.renewed_at < fixed_end else life.renewed_at + LOOK_AGAIN)
    return min(wanted, default=None)


def human_needed(tokens: Tokens, life: Life, *, now: datetime) -> Need | None:
    """When a person has to sign in again, as far as anybody can tell; None where upkeep goes on by itself.

    That a sign-in runs out unless it is used counts when it was not renewed although half of its time was left to try.
    """
    idle_end, fixed_end = _idle_end(tokens, life), _fixed_end(tokens, life)
    needs = [Need(fixed_end, Why.ENDS)] if fixed_end is not None else []
    if idle_end is not None and now >= life.renewed_at + (idle_end - life.renewed_at) * 3 / 4:
        needs.append(Need(idle_end, Why.UNRENEWED))
    return min(needs, key=lambda need: need.at, default=None)


def _idle_end(tokens: Tokens, life: Life) -> datetime | None:
    """When a sign-in runs out that each use prolongs."""
    if not tokens.rotates or not life.renewable:
        return None
    return _earlier(life.refresh_expires_at, _after(life.renewed_at, tokens.refresh_days))


def _fixed_end(tokens: Tokens, life: Life) -> datetime | None:
    """When it ends whatever is done with it."""
    if not life.renewable:
        return life.access_expires_at
    end = life.ends_at or _after(life.granted_at, tokens.sign_in_days)
    if tokens.rotates:
        return end
    return _earlier(end, life.refresh_expires_at or _after(life.granted_at, tokens.refresh_days))


def _after(at: datetime, days: int | None) -> datetime | None:
    return None if days is None else at + timedelta(days=days)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
