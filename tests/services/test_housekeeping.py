"""Access ends with its time, and what is of no more use goes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linkflow.domain.ports import Job, Transaction
from linkflow.services import housekeeping, inviting
from linkflow.store import connections, events, sweeps, throttles
from tests.dump import everything_in
from tests.jobs.rig import add_rows, make_rig
from tests.services.people import add


def test_access_ends_with_its_time_and_its_grant_with_it(tmp_path: Path) -> None:
    rig = make_rig(tmp_path)
    rows = add_rows(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, access_until=rig.ctx.now() + timedelta(days=1))
    assert housekeeping.end_access(rig.ctx) == 0
    rig.clock.go_on(days=1)
    assert housekeeping.end_access(rig.ctx) == 1
    assert housekeeping.end_access(rig.ctx) == 0
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    with rig.ctx.database.reading() as tx:
        held = connections.connection(tx, rows.connection_id)
        told = [event.kind for event in events.events_of_request(tx, rows.request_id).rows]
    assert held is not None
    assert held.state == "disconnected"
    assert told.count("access-ended") == 1


def test_access_ends_for_all_whose_time_is_over_however_many(tmp_path: Path) -> None:
    rig = make_rig(tmp_path)
    every = [add_rows(rig.ctx, tenant_id=f"tenant-{number}") for number in range(5)]
    with rig.ctx.database.transaction() as tx:
        for rows in every:
            connections.update_connection(tx, rows.connection_id, access_until=rig.ctx.now())
    assert housekeeping.end_access(rig.ctx, at_once=2) == 5
    assert housekeeping.end_access(rig.ctx) == 0


def test_what_fails_keeps_nothing_else_from_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = make_rig(tmp_path)
    rows = add_rows(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, access_until=rig.ctx.now())
        tx.connection.exec_driver_sql("UPDATE grants SET human_why = 'lost'")

    def broken(*_: object, **__: object) -> int:
        raise ValueError("a row nobody expected")

    monkeypatch.setattr(sweeps, "expire_attempts", broken)
    monkeypatch.setattr(housekeeping.connections, "connection", broken)
    with pytest.raises(ValueError, match="nobody expected"):
        housekeeping.tidy(rig.ctx)
    with rig.ctx.database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT human_why FROM grants").scalars().all() == [None]


def test_counts_of_windows_long_over_are_forgotten(tmp_path: Path) -> None:
    rig, hour = make_rig(tmp_path), timedelta(hours=1)
    with rig.ctx.database.transaction() as tx:
        throttles.count(tx, "old", window=hour, now=rig.ctx.now())
    began = rig.ctx.now()
    rig.clock.go_on(days=3)
    housekeeping.tidy(rig.ctx)
    with rig.ctx.database.reading() as tx:
        assert throttles.used(tx, "old", window=hour, now=began) == 0


def test_what_is_swept_goes_in_pieces_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_AT_ONCE", 2)
    rig, hour = make_rig(tmp_path), timedelta(hours=1)
    with rig.ctx.database.transaction() as tx:
        for number in range(5):
            throttles.count(tx, f"old-{number}", window=hour, now=rig.ctx.now())
    rig.clock.go_on(days=3)
    swept: list[int] = []

    def noting(tx: Transaction, **how: Any) -> int:
        swept.append(sweep(tx, **how))
        return swept[-1]

    sweep = sweeps.delete_throttles
    monkeypatch.setattr(sweeps, "delete_throttles", noting)
    housekeeping.tidy(rig.ctx)
    assert swept == [2, 2, 1]


def test_an_invitation_is_kept_for_thirty_days_after_its_week_whatever_came_of_it(tmp_path: Path) -> None:
    rig = make_rig(tmp_path)
    boss = add(rig.ctx, "administrator")
    made = [inviting.invite(rig.ctx, boss, email=f"new{n}@northbank.example", role="viewer") for n in range(3)]
    inviting.withdraw(rig.ctx, boss, made[0].id)
    token = rig.ctx.signer.sign_invitation(made[1].id, 1)
    inviting.accept(rig.ctx, token, name="Nora New", password="another long password")
    rig.clock.go_on(days=37)
    housekeeping.tidy(rig.ctx)
    assert everything_in(rig.ctx.database).count("new2@northbank.example") > 0
    rig.clock.go_on(seconds=1)
    housekeeping.tidy(rig.ctx)
    dump = everything_in(rig.ctx.database)
    assert "new0@northbank.example" not in dump
    assert "new2@northbank.example" not in dump
