"""Access for one reading: until the books are in, and never for ever when they cannot be read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.outbound.errors import StatusError
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import housekeeping, reading_again, statuses, storing_grants, sync_endings, syncing
from linkflow.store import connections, consents, events, requests, sweeps
from linkflow.store.connections import Connection
from linkflow.store.turns import take_turn_of
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import SCOPES, Rig, Rows, add_rows


def refuse(_number: int) -> None:
    raise StatusError("api", status=403)


def pull(rig: Rig, rows: Rows) -> SyncState:
    """One whole reading; answers how it ended."""
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    while syncing.pull_next(rig.ctx, sync_id) == syncing.MORE:
        pass
    with rig.ctx.database.reading() as tx:
        found = syncing.syncs.sync(tx, sync_id)
    assert found is not None
    return SyncState(found.state)


def tokens(rig: Rig, name: str) -> Tokens:
    return Tokens(f"access-{name}", f"refresh-{name}", SCOPES, rig.ctx.now() + timedelta(days=90), None)


def failed_once(rig: Rig, provider: FakeProvider) -> Rows:
    """A connection for one reading whose first reading failed."""
    rows = add_rows(rig.ctx, access="once", tokens=tokens(rig, "1"))
    provider.trouble = refuse
    assert pull(rig, rows) is SyncState.FAILED
    return rows


def held(rig: Rig, rows: Rows) -> Connection:
    with rig.ctx.database.reading() as tx:
        found = connections.connection(tx, rows.connection_id)
    assert found is not None
    return found


def told(rig: Rig, rows: Rows) -> list[tuple[str, str]]:
    with rig.ctx.database.reading() as tx:
        return [(event.kind, event.detail) for event in events.events_of_request(tx, rows.request_id).rows]


def status(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, rows.request_id)
    assert found is not None
    return found.status


def may_try_again(rig: Rig, rows: Rows) -> bool:
    found = held(rig, rows)
    return reading_again.may_read_again(found.state, "failed", until=found.access_until, now=rig.ctx.now())


def test_a_reading_that_failed_can_be_tried_again_for_a_week_and_then_access_ends(
    rig: Rig, provider: FakeProvider
) -> None:
    rows = failed_once(rig, provider)
    assert (status(rig, rows), rig.enqueued.of(Job.REVOKE_GRANT)) == ("error", [])
    rig.clock.go_on(days=6, hours=23)
    housekeeping.tidy(rig.ctx)
    assert may_try_again(rig, rows)
    rig.clock.go_on(hours=1)
    assert not may_try_again(rig, rows)
    housekeeping.tidy(rig.ctx)
    assert (held(rig, rows).state, status(rig, rows)) == ("disconnected", "disconnected")
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    assert told(rig, rows).count(("access-ended", "once")) == 1


def test_trying_in_vain_gains_no_time(rig: Rig, provider: FakeProvider) -> None:
    rows = failed_once(rig, provider)
    ends_at = held(rig, rows).access_until
    rig.clock.go_on(days=3)
    assert pull(rig, rows) is SyncState.FAILED
    assert held(rig, rows).access_until == ends_at == rig.ctx.now() + timedelta(days=4)


def test_a_reading_that_is_complete_at_last_gives_access_back_and_leaves_the_rest(
    rig: Rig, provider: FakeProvider
) -> None:
    rows = failed_once(rig, provider)
    rig.clock.go_on(days=3)
    provider.trouble = lambda number: None
    assert pull(rig, rows) is SyncState.DONE
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    rig.clock.go_on(days=30)
    housekeeping.tidy(rig.ctx)
    assert (held(rig, rows).state, held(rig, rows).access_until) == ("linked", None)
    assert status(rig, rows) == "available"


def test_a_reading_called_off_by_what_was_not_granted_keeps_access_no_longer(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx, access="once", scopes=("company.read",))
    assert pull(rig, rows) is SyncState.CANCELLED
    rig.clock.go_on(days=7)
    housekeeping.tidy(rig.ctx)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]


def test_a_further_sign_in_is_kept_for_another_try_although_an_earlier_reading_was_complete(
    rig: Rig, provider: FakeProvider
) -> None:
    rows = add_rows(rig.ctx, access="once")
    assert pull(rig, rows) is SyncState.DONE
    fresh = signed_in_again(rig, rows)
    provider.trouble = refuse
    assert pull(rig, rows) is SyncState.FAILED
    rig.clock.go_on(days=2)
    housekeeping.tidy(rig.ctx)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    assert may_try_again(rig, rows)
    rig.clock.go_on(days=5)
    housekeeping.tidy(rig.ctx)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id, fresh]


def test_a_late_end_of_an_older_reading_limits_nothing_that_is_complete(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx, access="once")
    with rig.ctx.database.transaction() as tx:
        older = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    assert pull(rig, rows) is SyncState.DONE
    assert rig.enqueued.of(Job.REVOKE_GRANT) == []
    with rig.ctx.database.transaction() as tx:
        sync_endings.end_sync(rig.ctx, tx, older, state=SyncState.FAILED, reason="status-500")
    assert held(rig, rows).access_until is None
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]


def test_a_reading_that_is_complete_in_the_moment_of_the_sweep_is_not_swept(
    rig: Rig, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = failed_once(rig, provider)
    rig.clock.go_on(days=7)
    found = sweeps.access_ended

    def then_the_worker_is_done(tx: object, *, now: object, limit: int) -> tuple[str, ...]:
        over: tuple[str, ...] = found(tx, now=now, limit=limit)  # type: ignore[arg-type]
        with rig.ctx.database.transaction() as other:
            connections.update_connection(other, rows.connection_id, access_until=None)
        return over

    monkeypatch.setattr(sweeps, "access_ended", then_the_worker_is_done)
    housekeeping.end_access(rig.ctx)
    assert held(rig, rows).state == "linked"


def test_ongoing_access_is_not_shortened_by_a_failure(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    provider.trouble = refuse
    assert pull(rig, rows) is SyncState.FAILED
    assert held(rig, rows).access_until is None


def signed_in_again(rig: Rig, rows: Rows) -> str:
    """The same company once more, under a consent of its own; answers the fresh grant."""
    with rig.ctx.database.transaction() as tx:
        names = {"organization": "northbank", "company_id": rows.company_id, "request_id": rows.request_id}
        sign_in = storing_grants.SignIn(software="sandbox", **names)
        grant_id = storing_grants.store_grant(rig.ctx, tx, tokens(rig, "2"), sign_in)
        agreed = consents.consent(tx, rows.consent_id)
        assert agreed is not None
        again = replace(agreed, id=rig.ctx.new_id(), accepted_at=rig.ctx.now())
        consents.add_consent(tx, again)
        connections.update_connection(tx, rows.connection_id, grant_id=grant_id, consent_id=again.id)
        take_turn_of(tx, "request", rows.request_id)
        statuses.refresh_status(rig.ctx, tx, rows.request_id)
    assert held(rig, rows).state == ConnectionState.LINKED
    return grant_id
