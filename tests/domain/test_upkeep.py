"""When a sign-in is renewed unasked, and when it needs a person."""

from datetime import UTC, datetime, timedelta

import pytest

from linkflow.domain.software import Tokens
from linkflow.domain.upkeep import Life, Need, Why, access_margin, human_needed, may_renew_from, plan, renew_at

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROLLING = Tokens(refresh_days=60, rotates=True)


def life(*, age: float = 0, idle: float = 0, renewable: bool = True, **ends: float) -> Life:
    """A sign-in `age` days old and last used `idle` days ago; `ends` in days from now."""
    times = {name: NOW + timedelta(days=days) for name, days in ends.items()}
    granted = NOW - timedelta(days=max(age, idle))
    return Life(granted_at=granted, renewed_at=NOW - timedelta(days=idle), renewable=renewable, **times)


def days(at: datetime | None) -> float | None:
    return None if at is None else (at - NOW) / timedelta(days=1)


@pytest.mark.parametrize(
    ("seconds", "earliest", "margin"),
    [
        (300, None, 30),
        (600, None, 60),
        (1800, None, 120),
        (43200, None, 120),
        (600, 30, 30),
        (300, 60, 30),
        (-5, 30, 0),
    ],
)
def test_an_access_token_is_renewed_in_the_last_tenth_of_its_life_and_never_before_the_product_allows(
    seconds: int, earliest: int | None, margin: int
) -> None:
    tokens = Tokens(earliest_refresh_seconds=earliest)
    assert access_margin(tokens, timedelta(seconds=seconds)) == timedelta(seconds=margin)


def test_a_product_that_gives_another_token_at_any_time_is_never_asked_too_early() -> None:
    assert may_renew_from(Tokens(), NOW) is None
    assert may_renew_from(Tokens(earliest_refresh_seconds=30), None) is None
    assert may_renew_from(Tokens(earliest_refresh_seconds=30), NOW) == NOW - timedelta(seconds=30)


@pytest.mark.parametrize(
    ("tokens", "known", "expected"),
    [
        (ROLLING, life(), 30),
        (ROLLING, life(idle=20), 10),
        (ROLLING, life(refresh_expires_at=100), 30),
        (ROLLING, life(refresh_expires_at=20), 10),
        (Tokens(rotates=True), life(refresh_expires_at=100), 50),
        (ROLLING, life(ends_at=10), 10),
        (ROLLING, life(idle=10, age=100, ends_at=-1), -1),
        (ROLLING, life(idle=0.5, age=100, ends_at=-1), 0.5),
        (Tokens(refresh_days=60, rotates=True, sign_in_days=70), life(age=69), 1),
        (Tokens(refresh_days=7), life(age=2), 5),
        (Tokens(), life(renewable=False, access_expires_at=2), 2),
        (Tokens(), life(access_expires_at=2), None),
        (Tokens(rotates=True), life(), None),
    ],
)
def test_a_sign_in_is_used_when_half_of_its_time_is_gone_and_looked_at_where_it_ends(
    tokens: Tokens, known: Life, expected: float | None
) -> None:
    assert days(renew_at(tokens, known)) == expected


@pytest.mark.parametrize(
    ("tokens", "known", "at", "why"),
    [
        (ROLLING, life(ends_at=10), 10, Why.ENDS),
        (Tokens(rotates=True, refresh_days=60, sign_in_days=365), life(age=300), 65, Why.ENDS),
        (Tokens(rotates=True, refresh_days=60, sign_in_days=365), life(age=300, ends_at=200), 200, Why.ENDS),
        (Tokens(refresh_days=7), life(age=2), 5, Why.ENDS),
        (Tokens(refresh_days=7), life(age=2, refresh_expires_at=90), 90, Why.ENDS),
        (Tokens(), life(renewable=False, access_expires_at=2), 2, Why.ENDS),
        (ROLLING, life(idle=46), 14, Why.UNRENEWED),
        (ROLLING, life(idle=46, ends_at=5), 5, Why.ENDS),
    ],
)
def test_a_person_is_needed_at_a_fixed_end_or_where_renewing_failed_for_long(
    tokens: Tokens, known: Life, at: float, why: Why
) -> None:
    assert human_needed(tokens, known, now=NOW) == Need(NOW + timedelta(days=at), why)


@pytest.mark.parametrize(
    ("tokens", "known"), [(ROLLING, life()), (ROLLING, life(idle=44)), (Tokens(), life(age=900)), (Tokens(), life())]
)
def test_what_upkeep_prolongs_by_itself_needs_nobody(tokens: Tokens, known: Life) -> None:
    assert human_needed(tokens, known, now=NOW) is None


def test_both_are_known_at_once() -> None:
    found = plan(ROLLING, life(ends_at=40), now=NOW)
    assert (days(found.renew_at), days(found.human_at), found.human_why) == (30, 40, "ends")
