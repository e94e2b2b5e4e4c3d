"""Days as an organization counts them: by the clock of its own time zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from linkflow.services.context import Context
from linkflow.store.users import User


def today(ctx: Context, user: User) -> date:
    """The present day at the user's organization."""
    return ctx.organizations()[user.organization].day_of(ctx.now())


def midnight(ctx: Context, user: User, day: date) -> datetime:
    """When that day begins there, UTC."""
    zone = ZoneInfo(ctx.organizations()[user.organization].timezone)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
