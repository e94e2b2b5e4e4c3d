"""News for the users of an organization: how they want it mailed, and when a day's is due."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DIGEST_AT = time(8)
"""When a day's news leaves, on the organization's clocks."""


class MailChoice(StrEnum):
    """How a user is told: each time, once a day, or not at all."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    OFF = "off"


def last_digest(now: datetime, timezone: str) -> datetime:
    """The latest moment at which a day's news was due, UTC; what came later waits for the next one."""
    local = now.astimezone(ZoneInfo(timezone))
    due = datetime.combine(local.date(), DIGEST_AT, tzinfo=local.tzinfo)
    if local < due:
        due = datetime.combine(local.date() - timedelta(days=1), DIGEST_AT, tzinfo=local.tzinfo)
    return due.astimezone(UTC)
