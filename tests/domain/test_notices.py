"""When a day's news is due, on the clocks of the organization."""

from datetime import datetime

import pytest

from linkflow.domain.notices import last_digest


@pytest.mark.parametrize(
    ("now", "timezone", "due"),
    [
        ("2026-11-23T08:00:00+00:00", "UTC", "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T07:59:59+00:00", "UTC", "2026-11-22T08:00:00+00:00"),
        ("2026-11-23T23:59:59+00:00", "UTC", "2026-11-23T08:00:00+00:00"),
        ("2026-11-22T20:00:00+00:00", "Pacific/Auckland", "2026-11-22T19:00:00+00:00"),
        ("2026-11-23T12:59:59+00:00", "America/New_York", "2026-11-22T13:00:00+00:00"),
        # The nights the clocks change in London.
        ("2027-03-28T07:00:00+00:00", "Europe/London", "2027-03-28T07:00:00+00:00"),
        ("2027-03-28T06:59:00+00:00", "Europe/London", "2027-03-27T08:00:00+00:00"),
        ("2027-10-31T07:59:00+00:00", "Europe/London", "2027-10-30T07:00:00+00:00"),
        ("2027-10-31T08:00:00+00:00", "Europe/London", "2027-10-31T08:00:00+00:00"),
    ],
)
def test_the_last_eight_in_the_morning(now: str, timezone: str, due: str) -> None:
    assert last_digest(datetime.fromisoformat(now), timezone) == datetime.fromisoformat(due)
