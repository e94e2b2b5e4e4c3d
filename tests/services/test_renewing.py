"""Sign-ins that run out unless they are used are used in time, in bounds, and only while somebody needs them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linkflow.domain.errors import NeedsReauth
from linkflow.domain.requests import ConnectionState
from linkflow.domain.software import Tokens as Lifetimes
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import granting, refreshing, renewing
from linkflow.services.context import Context
from linkflow.store import connections, grants
from linkflow.store.grants import Grant
from tests.jobs.rig import Rig, Rows, add_rows, make_rig
from tests.services.test_granting import catalogue_at
from tests.services.token_server import TokenServer, token_server

ROLLING = Lifetimes(access_seconds=300, refresh_days=60, rotates=True)


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as found:
        yield found


@pytest.fixture
def rig(tmp_path: Path, server: TokenServer) -> Rig:
    return make_rig(tmp_path, catalogue=catalogue_at(server.url))


def signed_in(rig: Rig, *, number: int = 1, **over: Any) -> Rows:
    """A connection whose sign-in lives for sixty days from use to use."""
    now = rig.ctx.now()
    ends = over.pop("ends_at", None)
    tokens = Tokens(
        f"access-{number}", f"refresh-{number}", (), now + timedelta(minutes=5), now + timedelta(days=60), ends
    )
    return add_rows(rig.ctx, tokens=tokens, tenant_id=f"tenant-{number}", **over)


def grant_of(rig: Rig, rows: Rows) -> Grant:
    with rig.ctx.database.reading() as tx:
        found = grants.grant(tx, rows.grant_id)
    assert found is not None
    return found


def change(rig: Rig, statement: str, *values: object) -> None:
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(statement, values)


def renew(rig: Rig, **later: float) -> int:
    rig.clock.go_on(**later)
    return renewing.renew_due(rig.ctx)


def test_a_sign_in_nobody_uses_is_used_when_half_of_its_time_is_gone(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig)
    assert renew(rig, days=29, hours=23) == 0
    assert renew(rig, hours=1) == 1
    assert server.asked == ["refresh-1"]
    assert grant_of(rig, rows).renew_at == rig.ctx.now() + timedelta(days=30)
    assert renew(rig, days=29) == 0


def test_reading_the_books_counts_as_use(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig)
    rig.clock.go_on(days=20)
    granting.access_token(rig.ctx, rows.grant_id)
    assert renew(rig, days=29) == 0
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE connections SET access_until = '2026-12-23 12:00:00.000000'",
        "UPDATE connections SET state = 'disconnected'",
        "UPDATE grants SET state = 'dead'",
        "UPDATE grants SET renew_at = NULL",
    ],
)
def test_nothing_is_renewed_that_nobody_may_or_need_read(rig: Rig, server: TokenServer, over: str) -> None:
    signed_in(rig)
    change(rig, over)
    assert renew(rig, days=30) == 0
    assert server.asked == []


def test_of_several_connections_the_one_with_access_keeps_the_sign_in_alive(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig)
    add_rows(rig.ctx, of=rows, grant_id=rows.grant_id, tenant_id="tenant-2")
    change(rig, "UPDATE connections SET access_until = '2026-12-01 00:00:00.000000' WHERE id = ?", rows.connection_id)
    assert renew(rig, days=30) == 1


def test_access_for_one_reading_is_kept_alive_until_the_books_are_in(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig, access="once")
    assert renew(rig, days=30) == 1
    change(
        rig,
        "INSERT INTO syncs (id, organization, company_id, connection_id, consent_id, data_types, state, created_at,"
        " first_month, last_month) VALUES ('s', 'northbank', ?, ?, ?, 'financials', 'done',"
        " '2026-11-24 00:00:00.000000', '2024-11-01', '2026-11-01')",
        *(rows.company_id, rows.connection_id, rows.consent_id),
    )
    assert renew(rig, days=31) == 0


def test_a_lost_answer_is_asked_for_again_while_the_software_still_takes_the_token(
    rig: Rig, server: TokenServer
) -> None:
    server.grace, server.lose = True, 1
    rows = signed_in(rig)
    assert renew(rig, days=30) == 0
    assert grant_of(rig, rows).renew_at == rig.ctx.now() + timedelta(minutes=1)
    assert renew(rig, minutes=5) == 1
    assert (server.asked, grant_of(rig, rows).renew_failures) == (["refresh-1", "refresh-1"], 0)


def test_a_lost_answer_without_a_grace_is_told_within_minutes(rig: Rig, server: TokenServer) -> None:
    server.lose = 1
    rows = signed_in(rig)
    renew(rig, days=30)
    renew(rig, minutes=5)
    assert grant_of(rig, rows).state == "dead"
    with rig.ctx.database.reading() as tx:
        held = connections.connection(tx, rows.connection_id)
        mails = tx.connection.exec_driver_sql("SELECT kind FROM messages").scalars().all()
    assert held is not None
    assert (held.state, mails) == (ConnectionState.NEEDS_REAUTH, ["needs_reconnecting"])


def test_trouble_is_waited_out_ever_longer_and_then_forecast(rig: Rig, server: TokenServer) -> None:
    server.status = 503
    rows, pauses = signed_in(rig), []
    rig.clock.go_on(days=30)
    ends = rig.ctx.now() + timedelta(days=30)
    while rig.ctx.now() < ends - timedelta(days=15):
        assert renewing.renew_due(rig.ctx) == 0
        again = grant_of(rig, rows).renew_at
        assert again is not None
        pauses.append(again - rig.ctx.now())
        rig.clock.time = again
    assert pauses[:5] == [timedelta(minutes=minutes) for minutes in (1, 4, 16, 64, 256)]
    assert set(pauses[5:]) == {timedelta(hours=6)}
    renewing.renew_due(rig.ctx)
    grant = grant_of(rig, rows)
    assert (grant.state, grant.human_at, grant.human_why) == ("active", ends, "unrenewed")
    server.status = 200
    assert renew(rig, hours=6) == 1
    assert (grant_of(rig, rows).human_at, grant_of(rig, rows).renew_failures) == (None, 0)


def test_a_run_is_bounded_and_the_next_goes_on(rig: Rig, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "AT_ONCE", 2)
    server.good = {f"refresh-{number}" for number in range(1, 6)}
    for number in range(1, 6):
        signed_in(rig, number=number)
        rig.clock.go_on(minutes=1)
    rig.clock.go_on(days=30)
    assert [renewing.renew_due(rig.ctx) for _ in range(4)] == [2, 2, 1, 0]
    assert server.asked == [f"refresh-{number}" for number in range(1, 6)]


def test_a_software_that_refuses_one_after_the_other_is_left_alone_until_the_next_run(
    rig: Rig, server: TokenServer
) -> None:
    server.good.clear()
    held = [signed_in(rig, number=number) for number in range(1, 6)]
    assert renew(rig, days=30) == 0
    assert [grant_of(rig, rows).state for rows in held].count("dead") == renewing.PATIENCE
    renew(rig, minutes=5)
    assert [grant_of(rig, rows).state for rows in held].count("dead") == 5


def test_an_organizations_client_that_is_out_of_order_holds_nobody_elses_up(rig: Rig, server: TokenServer) -> None:
    broken = [signed_in(rig, number=number) for number in range(2, 7)]
    change(rig, "UPDATE grants SET client_id = 'theirs'")
    rig.clock.go_on(minutes=1)
    rows = signed_in(rig)
    assert renew(rig, days=30) == 1
    assert [grant_of(rig, one).renew_failures for one in broken].count(1) == renewing.PATIENCE
    assert (grant_of(rig, rows).renew_failures, server.asked) == (0, ["refresh-1"])


def test_a_sign_in_nobody_can_make_sense_of_holds_up_no_other(
    rig: Rig, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, renewed = signed_in(rig, number=2), refreshing.renew
    rig.clock.go_on(minutes=1)
    rows = signed_in(rig)

    def stumbling(ctx: Context, grant: Grant) -> bool:
        if grant.id == odd.grant_id:
            raise RuntimeError("never seen before")
        return renewed(ctx, grant)

    monkeypatch.setattr(refreshing, "renew", stumbling)
    assert renew(rig, days=30) == 1
    assert (grant_of(rig, odd).renew_failures, grant_of(rig, rows).renew_failures) == (1, 0)


def test_a_key_that_is_missing_ends_no_sign_in(rig: Rig, server: TokenServer) -> None:
    rows, other = signed_in(rig), signed_in(rig, number=2)
    server.good.add("refresh-2")
    change(rig, "UPDATE grants SET refresh_token = (SELECT refresh_token FROM grants WHERE id = ?)", other.grant_id)
    assert renew(rig, days=30) == 1
    grant = grant_of(rig, rows)
    assert (grant.state, grant.renew_failures) == ("active", 1)


def test_at_a_fixed_end_the_software_is_asked_and_nobody_goes_by_our_clock(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig, ends_at=rig.ctx.now() + timedelta(days=10))
    assert (grant_of(rig, rows).human_at, grant_of(rig, rows).human_why) == (grant_of(rig, rows).ends_at, "ends")
    assert renew(rig, days=10) == 1
    assert grant_of(rig, rows).renew_at == rig.ctx.now() + timedelta(days=1)
    server.good.clear()
    renew(rig, days=1)
    assert grant_of(rig, rows).state == "dead"
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)


def test_a_corrected_catalogue_counts_for_the_sign_ins_there_are(rig: Rig, server: TokenServer) -> None:
    rows = signed_in(rig)
    change(rig, "UPDATE grants SET refresh_expires_at = NULL, renew_at = NULL")
    assert renewing.plan_anew(rig.ctx) == 1
    assert renewing.plan_anew(rig.ctx) == 0
    assert grant_of(rig, rows).renew_at == rig.ctx.now() + timedelta(days=30)
    shorter = replace(rig.ctx.catalogue["sandbox"].tokens, refresh_days=14, sign_in_days=100)
    object.__setattr__(rig.ctx.catalogue["sandbox"], "tokens", shorter)
    assert renewing.plan_anew(rig.ctx) == 1
    grant = grant_of(rig, rows)
    assert (grant.renew_at, grant.human_at) == (rig.ctx.now() + timedelta(days=7), rig.ctx.now() + timedelta(days=100))
