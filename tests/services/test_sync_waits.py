"""A wait that was asked for is no failure, however long; one after the other without an answer is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linkflow import providers
from linkflow.outbound.errors import OverLimit, StatusError, TooBusy
from linkflow.outbound.oauth2 import TokenError, Tokens
from linkflow.services import syncing
from linkflow.services.job_steps import DONE, StepKind
from linkflow.services.progress import SyncProgress, reading_progress
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import SCOPES, Rig, Rows, add_rows, make_rig
from tests.services.test_syncing import begin, pull_all, raising, supplier_count, sync_of

AN_HOUR = 3600
REFUSED = StatusError("api", status=429)
DAY_LIMIT = StatusError("api", status=429, retry_after=timedelta(hours=10))


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def lasting(rig: Rig) -> Rows:
    """A connection whose access token never runs out."""
    return add_rows(rig.ctx, tokens=Tokens("access-1", "refresh-1", SCOPES, None, None))


def waits_of(rig: Rig, sync_id: str, *, patience: int = 1_000) -> list[int]:
    """Every wait until the end, passed at once."""
    waits: list[int] = []
    for _ in range(patience):
        step = syncing.pull_next(rig.ctx, sync_id)
        if step.kind in (StepKind.DONE, StepKind.FAILED):
            return waits
        waits += [step.seconds] if step.kind is StepKind.WAIT else []
        rig.clock.go_on(seconds=step.seconds)
    raise AssertionError("the pull never ended")


def progress_of(rig: Rig, rows: Rows) -> SyncProgress:
    with rig.ctx.database.reading() as tx:
        return reading_progress(tx, rows.company_id)[rows.connection_id]


@pytest.mark.parametrize("error", [OverLimit(retry_after=timedelta(seconds=11)), TooBusy("api")])
def test_a_call_that_was_never_sent_is_no_failure(rig: Rig, provider: FakeProvider, error: Exception) -> None:
    provider.trouble = raising(error, times=50)
    sync_id = begin(rig, lasting(rig))
    assert len(waits_of(rig, sync_id)) == 50
    assert sync_of(rig, sync_id).state == "done"
    assert supplier_count(rig) == 12


def test_our_own_limit_is_waited_for_exactly(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(OverLimit(retry_after=timedelta(seconds=10.2)), times=2)
    assert waits_of(rig, begin(rig, lasting(rig))) == [11, 11]


def test_a_limit_of_a_day_is_waited_out_day_after_day(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(DAY_LIMIT, times=12)
    sync_id = begin(rig, lasting(rig))
    assert waits_of(rig, sync_id) == [10 * AN_HOUR] * 12
    assert [cursor for part, cursor in provider.fetched if part == "suppliers"] == [None, *["2"] * 13, "3"]
    assert sync_of(rig, sync_id).state == "done"


def test_software_that_does_not_say_how_long_is_left_alone_for_longer_each_time(
    rig: Rig, provider: FakeProvider
) -> None:
    provider.trouble = raising(REFUSED, times=9)
    waits = waits_of(rig, begin(rig, lasting(rig)))
    assert waits == [60, 60, 60, 64, 256, 1024, AN_HOUR, AN_HOUR, AN_HOUR]


def test_a_pause_that_was_asked_for_within_a_page_is_kept_behind_it(rig: Rig, provider: FakeProvider) -> None:
    provider.change = lambda at, page: replace(page, pause=timedelta(seconds=7)) if at == 2 else page
    sync_id = begin(rig, lasting(rig))
    assert waits_of(rig, sync_id) == [7]
    assert [cursor for part, cursor in provider.fetched if part == "suppliers"] == [None, "2", "3"]
    assert sync_of(rig, sync_id).state == "done"


def test_a_limit_at_the_token_endpoint_is_waited_out_the_same(
    rig: Rig, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [10]

    def limited(*_: object, **__: object) -> object:
        left[0] -= 1
        raise TokenError("bad-status", transient=True, retry_after=timedelta(minutes=10))

    sync_id = begin(rig, lasting(rig))
    monkeypatch.setattr(syncing.granting, "with_session", limited)
    for _ in range(10):
        rig.clock.go_on(seconds=syncing.pull_next(rig.ctx, sync_id).seconds)
    assert left == [0]
    monkeypatch.undo()
    monkeypatch.setattr(providers, "load", lambda software: provider)
    assert pull_all(rig, sync_id) == DONE


def test_software_that_only_ever_asks_to_wait_ends_the_pull_after_days(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(StatusError("api", status=429, retry_after=timedelta(seconds=1)))
    sync_id = begin(rig, lasting(rig))
    waits = waits_of(rig, sync_id)
    assert len(waits) == 199
    assert timedelta(seconds=sum(waits)) > timedelta(days=7)
    assert sync_of(rig, sync_id).error == "status-429"


def test_a_failure_after_many_waits_is_tried_again(rig: Rig, provider: FakeProvider) -> None:
    troubles = [*[DAY_LIMIT] * 20, StatusError("api", status=500)]

    def trouble(number: int) -> None:
        if number == 2 and troubles:
            raise troubles.pop(0)

    provider.trouble = trouble
    assert pull_all(rig, begin(rig, lasting(rig))) == DONE


@pytest.mark.parametrize(
    ("error", "says_so"), [(DAY_LIMIT, True), (OverLimit(retry_after=timedelta(hours=10)), True), (Exception(), False)]
)
def test_progress_tells_a_wait_for_a_limit_from_trouble(
    rig: Rig, provider: FakeProvider, error: Exception, says_so: bool
) -> None:
    provider.trouble = raising(error)
    rows = lasting(rig)
    sync_id = begin(rig, rows)
    while (step := syncing.pull_next(rig.ctx, sync_id)).kind is not StepKind.WAIT:
        pass
    found = progress_of(rig, rows)
    assert found.waits_until == rig.ctx.now() + timedelta(seconds=step.seconds)
    assert found.limited_until == (found.waits_until if says_so else None)


def test_nothing_is_said_of_a_limit_once_the_reading_goes_on(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(DAY_LIMIT, times=1)
    rows = lasting(rig)
    sync_id = begin(rig, rows)
    pull_all(rig, sync_id)
    assert progress_of(rig, rows).limited_until is None
