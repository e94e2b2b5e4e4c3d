"""How long open bills have been due, at one day: the buckets and their limits, for sums and for lists alike."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


class AgeBucket(StrEnum):
    """Days past the due date. A bill without one is in none of the others."""

    NOT_DUE = "not-due"
    UP_TO_30 = "1-30"
    UP_TO_60 = "31-60"
    UP_TO_90 = "61-90"
    OVER_90 = "over-90"
    NO_DUE_DATE = "no-due-date"


DAYS: Mapping[AgeBucket, tuple[int | None, int | None]] = {
    AgeBucket.NOT_DUE: (None, 0),
    AgeBucket.UP_TO_30: (1, 30),
    AgeBucket.UP_TO_60: (31, 60),
    AgeBucket.UP_TO_90: (61, 90),
    AgeBucket.OVER_90: (91, None),
}
"""The fewest and the most days overdue of each bucket; None where there is no limit."""


def bucket_of(due_on: date | None, *, on: date) -> AgeBucket:
    """The bucket of an open bill at the day `on`."""
    if due_on is None:
        return AgeBucket.NO_DUE_DATE
    days = (on - due_on).days
    return next(bucket for bucket, (_, most) in DAYS.items() if most is None or days <= most)


def due_between(bucket: AgeBucket, *, on: date) -> tuple[date | None, date | None]:
    """The first and last due date of a bucket that has due dates, at the day `on`; None: no limit."""
    fewest, most = DAYS[bucket]
    first = None if most is None else on - timedelta(most)
    return first, None if fewest is None else on - timedelta(fewest)
