"""A software is asked no more often than its catalogue entry says, and a reading never keeps people from a page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.domain.software import Api, RateLimit, Software
from linkflow.outbound.errors import OverLimit
from linkflow.services import granting, pacing
from linkflow.services.pacing import Gate
from linkflow.store import grants
from tests.config_factories import make_catalogue, make_software
from tests.jobs.rig import Rig, add_rows, make_rig

A_MINUTE = 60


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def limited(*limits: RateLimit) -> Software:
    return make_software(api=Api(base_url="http://localhost:8001/api", limits=limits))


def gates(rig: Rig, software: Software) -> Callable[[str | None, str], Gate]:
    """Makes a gate for one tenant, or for somebody who waits, at a client."""
    rows = add_rows(rig.ctx)
    with rig.ctx.database.reading() as tx:
        grant = grants.grant(tx, rows.grant_id)
    assert grant is not None

    def made(tenant_id: str | None, client_id: str = "linkflow") -> Gate:
        found = pacing.gate(rig.ctx, grant, software, client_id=client_id, tenant_id=tenant_id)
        assert found is not None
        return found

    return made


def how_many(gate: Callable[[], Gate], *, up_to: int = 50) -> int:
    """Calls let through, each of a page of its own."""
    for made in range(up_to):
        try:
            gate()()
        except OverLimit:
            return made
    return up_to


def test_software_without_limits_is_not_counted(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    with rig.ctx.database.reading() as tx:
        grant = grants.grant(tx, rows.grant_id)
    assert grant is not None
    assert pacing.gate(rig.ctx, grant, limited(), client_id="linkflow", tenant_id="t-1") is None


def test_each_companys_books_are_counted_by_themselves(rig: Rig) -> None:
    made = gates(rig, limited(RateLimit(calls=10, seconds=A_MINUTE)))
    assert how_many(lambda: made("t-1")) == 10
    assert how_many(lambda: made("t-2")) == 10
    assert how_many(lambda: made("t-1", client_id="own")) == 0, "whoever reads them"


def test_a_limit_of_the_client_is_shared_by_all_its_companies(rig: Rig) -> None:
    made = gates(rig, limited(RateLimit(calls=10, seconds=A_MINUTE, each="client")))
    assert how_many(lambda: made("t-1"), up_to=5) + how_many(lambda: made("t-2")) == 8
    assert how_many(lambda: made("t-1", client_id="own")) == 8, "another client has its own"


@pytest.mark.parametrize("each", ["grant", "client"])
def test_readings_leave_a_fifth_to_people_who_wait_for_a_page(rig: Rig, each: str) -> None:
    made = gates(rig, limited(RateLimit(calls=10, seconds=A_MINUTE, each=each)))
    assert how_many(lambda: made("t-1")) == 8
    assert how_many(lambda: made(None)) == 2


def test_a_page_with_many_calls_is_begun_again_only_when_all_of_them_fit(rig: Rig) -> None:
    made = gates(rig, limited(RateLimit(calls=12, seconds=A_MINUTE)))
    for _ in range(12):
        made("t-1")()
        rig.clock.go_on(seconds=5)
    tries, page = 0, 9

    def fetch() -> None:
        gate = made("t-1")
        for _ in range(page):
            gate()

    while True:
        tries += 1
        try:
            fetch()
            break
        except OverLimit as error:
            rig.clock.time += error.retry_after or timedelta()
    assert tries <= 4


def test_a_page_that_can_never_fit_is_a_fault_and_no_wait_without_end(rig: Rig) -> None:
    gate = gates(rig, limited(RateLimit(calls=3, seconds=A_MINUTE)))("t-1")
    for _ in range(3):
        gate()
    with pytest.raises(RuntimeError, match="more calls"):
        gate()


def test_a_call_over_the_limit_is_not_sent_at_all(tmp_path: Path) -> None:
    software = make_software()
    assert software.api is not None
    api = replace(software.api, base_url="http://localhost:1/api", limits=(RateLimit(calls=1, seconds=A_MINUTE),))
    rig = make_rig(tmp_path, catalogue=make_catalogue(replace(software, api=api)))
    rows = add_rows(rig.ctx)
    for expected in ("unreachable", "over-limit"):
        with pytest.raises(Exception, match=expected) as refused:
            granting.with_session(rig.ctx, rows.grant_id, lambda one: one.get("bills"), tenant_id="tenant-1")
    assert refused.value.retry_after == timedelta(seconds=70)  # type: ignore[attr-defined]
