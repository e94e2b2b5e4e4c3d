"""What a link may do, to the second."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkflow.domain.links import (
    LinkFacts,
    LinkState,
    callback_path,
    disconnect_path,
    link_state,
    new_id,
    renewed_expiry,
    session_is_live,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GOOD = LinkFacts(1, NOW + timedelta(days=30), None, NOW + timedelta(days=90), None)


@pytest.mark.parametrize(("early", "state"), [(SECOND, LinkState.GOOD), (timedelta(), LinkState.EXPIRED)])
def test_a_link_ends_at_its_exact_second(early: timedelta, state: LinkState) -> None:
    assert link_state(GOOD, issue=1, now=GOOD.expires_at - early) is state


def test_a_link_never_outlives_its_request() -> None:
    short = replace(GOOD, request_ends_at=NOW + timedelta(days=1))
    assert link_state(short, issue=1, now=NOW + timedelta(days=1)) is LinkState.EXPIRED


@pytest.mark.parametrize("change", [{"revoked_at": NOW}, {"request_withdrawn_at": NOW}, {"issue": 2}])
def test_a_revoked_withdrawn_or_replaced_link_is_withdrawn_even_when_it_has_also_expired(change: dict) -> None:
    assert link_state(replace(GOOD, **change), issue=1, now=NOW) is LinkState.WITHDRAWN
    assert link_state(replace(GOOD, **change), issue=1, now=NOW + timedelta(days=400)) is LinkState.WITHDRAWN


def test_a_renewed_link_lasts_as_long_as_a_new_one_but_not_longer_than_its_request() -> None:
    life = timedelta(days=30)
    assert renewed_expiry(GOOD, life=life, last=None, now=NOW) == NOW + life
    late = GOOD.request_ends_at - timedelta(days=1)
    assert renewed_expiry(GOOD, life=life, last=None, now=late) == GOOD.request_ends_at


def test_a_link_is_renewed_at_most_hourly() -> None:
    life = timedelta(days=30)
    assert renewed_expiry(GOOD, life=life, last=NOW, now=NOW + timedelta(minutes=59)) is None
    assert renewed_expiry(GOOD, life=life, last=NOW, now=NOW + timedelta(hours=1)) is not None


def test_a_withdrawn_or_ended_request_is_never_renewed() -> None:
    life = timedelta(days=30)
    assert renewed_expiry(replace(GOOD, request_withdrawn_at=NOW), life=life, last=None, now=NOW) is None
    assert renewed_expiry(GOOD, life=life, last=None, now=GOOD.request_ends_at) is None


@pytest.mark.parametrize(
    ("since", "seen", "live"),
    [
        (timedelta(minutes=59), timedelta(minutes=59), True),
        (timedelta(minutes=60), timedelta(minutes=60), False),
        (timedelta(hours=11, minutes=59), timedelta(), True),
        (timedelta(hours=12), timedelta(), False),
    ],
)
def test_a_session_ends_after_an_idle_hour_and_after_twelve_in_all(
    since: timedelta, seen: timedelta, live: bool
) -> None:
    assert session_is_live(since=NOW - since, seen=NOW - seen, now=NOW) is live


def test_ids_are_opaque_and_never_the_same_twice() -> None:
    made = {new_id(os.urandom) for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == 26 and one.isalnum() and one.islower() for one in made)


def test_each_software_has_a_redirect_address_of_its_own() -> None:
    assert callback_path("zoho_books") == "/callback/zoho-books"
    assert disconnect_path("zoho_books") == "/software/zoho-books/disconnect"
