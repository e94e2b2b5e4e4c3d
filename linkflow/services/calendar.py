"""Days as an organization counts them: by the clock of its own time zone.

Any day can be typed, and the first and the last that have a name have no neighbour: nothing here happened before 1970
or will after 9998, so days beyond count as those.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linkflow.services.context import Context
from linkflow.store.users import User

_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)


def day_at(ctx: Context, organization: str, moment: datetime) -> date:
    """The day it was at an organization; by UTC's clock where it is not configured any more."""
    known = ctx.organizations().get(organization)
    return known.day_of(moment) if known else moment.astimezone(UTC).date()


def today(ctx: Context, user: User) -> date:
    """The present day at the user's organization."""
    return ctx.organizations()[user.organization].day_of(ctx.now())


def begin_of(ctx: Context, user: User, day: date) -> datetime:
    """When that day begins there, UTC."""
    return _midnight(ctx, user, countable(day))


def end_of(ctx: Context, user: User, day: date) -> datetime:
    """When that day is over there, UTC."""
    return _midnight(ctx, user, countable(day) + timedelta(days=1))


def countable(day: date) -> date:
    """That day, or the nearest one that days can be added to and taken from."""
    return min(max(day, _FIRST), _LAST)


def _midnight(ctx: Context, user: User, day: date) -> datetime:
    zone = ZoneInfo(ctx.organizations()[user.organization].timezone)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
