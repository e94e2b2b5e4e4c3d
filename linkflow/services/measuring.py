"""The funnel of an organization's requests: for a period in days of its own calendar, one type of request or all."""

from dataclasses import dataclass
from datetime import date, timedelta

from linkflow.domain.funnel import Funnel, measure
from linkflow.domain.requests import DataTypes, data_types_text
from linkflow.services.calendar import begin_of, countable, end_of, today
from linkflow.services.context import Context
from linkflow.store import funnel
from linkflow.store.funnel import FunnelFilter
from linkflow.store.users import User

USUAL = timedelta(days=90)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Requests made on these days, both included; of one software or kind where one is named."""

    first_day: date
    last_day: date
    software: str | None = None
    data_types: DataTypes | None = None


@dataclass(frozen=True)
class Measured:
    """A funnel; `cut` says that there were more requests than are measured at a time."""

    funnel: Funnel
    cut: bool


def period(ctx: Context, user: User, first_day: date | None, last_day: date | None) -> tuple[date, date]:
    """The days that were asked for: the last 90 by default, a year at most, never turned round."""
    now = today(ctx, user)
    last = countable(min(last_day or now, now))
    first = first_day or last - USUAL + timedelta(days=1)
    return max(min(first, last), last - LONGEST + timedelta(days=1)), last


def requests_funnel(ctx: Context, user: User, wanted: Wanted) -> Measured:
    """The funnel of the user's organization."""
    chosen = FunnelFilter(
        since=begin_of(ctx, user, wanted.first_day),
        until=end_of(ctx, user, wanted.last_day),
        data_types=data_types_text(wanted.data_types) if wanted.data_types else None,
    )
    with ctx.database.reading() as tx:
        found = measure(funnel.trails(tx, user.organization, chosen), software=wanted.software)
    return Measured(found, cut=found.read >= funnel.MOST)
