"""A token when one is needed; one refresh at a time; the end of a grant."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.catalogue import Catalogue
from linkflow.domain.errors import DatabaseBusy, NeedsReauth, SoftwareUnavailable
from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState
from linkflow.outbound.errors import StatusError
from linkflow.outbound.oauth2 import TokenError, Tokens
from linkflow.services import accounts, disconnecting, granting, housekeeping, refreshing, revoking, syncing
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, MORE, StepKind
from linkflow.services.vault import Vault
from linkflow.store import companies, connections, events, grants, syncs
from linkflow.store.grants import Grant
from tests.config_factories import make_catalogue, make_software
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import ORGANIZATION, SCOPES, START, Rig, Rows, add_rows, make_rig
from tests.processes import ROOT, child_environment
from tests.services.token_server import TokenServer, token_server

SCRIPT = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from linkflow.services import granting
from tests.jobs.rig import Clock, make_context
from tests.config_factories import make_settings
from tests.services.test_granting import catalogue_at
given = json.loads(sys.argv[1])
settings = make_settings(Path(given["folder"]), database_url=given["database"])
ctx = make_context(settings, catalogue=catalogue_at(given["url"]), clock=Clock())
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(8) as pool:
    tokens = list(pool.map(lambda _: granting.access_token(ctx, given["grant"]), range(8)))
print(json.dumps(tokens), flush=True)
"""


def catalogue_at(url: str) -> Catalogue:
    """The sandbox's catalogue entry with its token endpoints elsewhere."""
    software = make_software()
    assert software.oauth is not None
    oauth = replace(software.oauth, token_url=f"{url}/token", revoke_url=f"{url}/revoke")
    return make_catalogue(replace(software, oauth=oauth))


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as found:
        yield found


@pytest.fixture
def rig(tmp_path: Path, server: TokenServer) -> Rig:
    return make_rig(tmp_path, catalogue=catalogue_at(server.url))


def rows_with(rig: Rig, *, left: timedelta = timedelta(0), refresh: str | None = "refresh-1") -> Rows:
    """A connection whose access token was good for five minutes, of which so much is left."""
    tokens = Tokens("access-1", refresh, ("company.read",), rig.ctx.now() + timedelta(minutes=5), None)
    rows = add_rows(rig.ctx, tokens=tokens)
    rig.clock.time = START + timedelta(minutes=5) - left
    return rows


def grant_of(rig: Rig, rows: Rows) -> Grant:
    with rig.ctx.database.reading() as tx:
        found = grants.grant(tx, rows.grant_id)
    assert found is not None
    return found


def test_a_token_with_time_left_is_used_as_it_is(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig, left=timedelta(minutes=1))
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-1"
    assert server.asked == []


def test_a_token_in_its_last_tenth_is_refreshed_and_the_old_one_kept_aside(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig, left=timedelta(seconds=29))
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"
    assert server.asked == ["refresh-1"]
    assert grant_of(rig, rows).previous_refresh_token is not None


def test_no_stored_token_can_be_read_without_the_key(rig: Rig, server: TokenServer, tmp_path: Path) -> None:
    rows = rows_with(rig)
    granting.access_token(rig.ctx, rows.grant_id)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("linkflow.db*"))
    assert b"refresh-1" not in files
    assert b"access-2" not in files


def test_sixteen_callers_in_one_process_make_one_refresh(rig: Rig, server: TokenServer) -> None:
    server.slow = 0.3
    rows = rows_with(rig)
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(lambda _: granting.access_token(rig.ctx, rows.grant_id), range(16)))
    assert tokens == {"access-2"}
    assert server.asked == ["refresh-1"]


@pytest.mark.postgres_slowly
def test_sixteen_callers_in_two_processes_make_one_refresh(server: TokenServer, tmp_path: Path, url: str) -> None:
    server.slow = 0.3
    rig = make_rig(tmp_path, catalogue=catalogue_at(server.url), database_url=url)
    rows = rows_with(rig)
    rig.clock.time = START
    with rig.ctx.database.transaction() as tx:
        grants.replace_tokens(tx, grant_of(rig, rows), access_expires_at=START)
    rig.ctx.database.dispose()
    given = json.dumps({"folder": str(tmp_path), "database": url, "url": server.url, "grant": rows.grant_id})
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, given],
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in started]
    assert [json.loads(answer) for answer in answers] == [["access-2"] * 8] * 2
    assert server.asked == ["refresh-1"]


def test_a_lost_answer_is_survived_where_the_server_grants_a_grace(rig: Rig, server: TokenServer) -> None:
    server.grace, server.lose = True, 1
    rows = rows_with(rig)
    with pytest.raises(TokenError) as lost:
        granting.access_token(rig.ctx, rows.grant_id)
    assert lost.value.transient
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-3"
    assert server.asked == ["refresh-1", "refresh-1"]


def test_a_lost_answer_without_a_grace_asks_for_a_person(rig: Rig, server: TokenServer) -> None:
    server.lose = 1
    rows = rows_with(rig)
    with pytest.raises(TokenError):
        granting.access_token(rig.ctx, rows.grant_id)
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)
    assert grant_of(rig, rows).state == "dead"
    with rig.ctx.database.reading() as tx:
        connection = connections.connection(tx, rows.connection_id)
    assert connection is not None
    assert connection.state == ConnectionState.NEEDS_REAUTH


def test_the_token_before_is_tried_once_when_the_newest_is_refused(rig: Rig, server: TokenServer) -> None:
    server.grace = True
    rows = rows_with(rig)
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"
    server.good.discard("refresh-2")
    rig.clock.go_on(minutes=5)
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-4"
    assert server.asked == ["refresh-1", "refresh-2", "refresh-1"]


def test_a_process_that_ends_can_wait_for_what_is_on_its_way(rig: Rig, server: TokenServer) -> None:
    assert refreshing.settle(0)
    rows, begun, may_answer = rows_with(rig), threading.Event(), threading.Event()

    def meanwhile() -> None:
        begun.set()
        assert may_answer.wait(20)

    server.meanwhile = meanwhile
    thread = threading.Thread(target=granting.access_token, args=(rig.ctx, rows.grant_id), daemon=True)
    thread.start()
    assert begun.wait(20)
    assert not refreshing.settle(0.05)
    may_answer.set()
    assert refreshing.settle(20)
    assert grant_of(rig, rows).previous_refresh_token is not None
    thread.join()


def test_a_product_that_refuses_an_early_refresh_is_not_asked_for_one(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig, left=timedelta(seconds=31))
    object.__setattr__(rig.ctx.catalogue["sandbox"].tokens, "earliest_refresh_seconds", 20)
    rig.clock.go_on(seconds=10)
    with pytest.raises(TokenError) as early:
        granting.access_token(rig.ctx, rows.grant_id, refused="access-1")
    assert (early.value.transient, early.value.retry_after) == (True, timedelta(seconds=1))
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-1"
    assert server.asked == []
    rig.clock.go_on(seconds=1)
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"


def test_a_database_that_is_away_when_the_answer_comes_is_waited_for(
    rig: Rig, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, kept, away = rows_with(rig), refreshing.grants.replace_tokens, iter((True, True, False))

    def keep(*given: Any, **values: Any) -> bool:
        if next(away):
            raise DatabaseBusy
        return kept(*given, **values)

    monkeypatch.setattr(refreshing.grants, "replace_tokens", keep)
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"
    assert server.asked == ["refresh-1"]


def test_what_a_slower_refresh_is_about_to_store_is_not_declared_dead(rig: Rig, server: TokenServer) -> None:
    """The second one's clock is ahead, so it takes the first one's lease for over: and its token is spent by then."""
    rows = rows_with(rig)

    def meanwhile() -> None:
        server.meanwhile = lambda: None
        rig.clock.go_on(hours=1)
        with pytest.raises(TokenError) as contested:
            granting.access_token(rig.ctx, rows.grant_id)
        assert (contested.value.code, contested.value.transient) == ("contested", True)
        rig.clock.go_on(hours=-1)

    server.meanwhile = meanwhile
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"
    assert (grant_of(rig, rows).state, server.asked) == ("active", ["refresh-1", "refresh-1"])


def test_what_nobody_stores_after_all_is_declared_dead_by_the_next(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig)
    with rig.ctx.database.transaction() as tx:
        assert grants.claim_refresh(tx, grant_of(rig, rows), by="killed", now=rig.ctx.now(), until=rig.ctx.now())
    server.good.clear()
    with pytest.raises(TokenError):
        granting.access_token(rig.ctx, rows.grant_id)
    assert grant_of(rig, rows).state == "active"
    rig.clock.go_on(seconds=rig.ctx.settings.outbound_total_seconds)
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)


def test_trouble_at_the_server_leaves_the_grant_alone(rig: Rig, server: TokenServer) -> None:
    server.status = 503
    rows = rows_with(rig)
    with pytest.raises(SoftwareUnavailable):
        granting.access_token(rig.ctx, rows.grant_id)
    server.status = 200
    assert granting.access_token(rig.ctx, rows.grant_id).startswith("access-")


def test_a_token_that_nothing_can_renew_is_used_to_its_end_and_not_beyond(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig, left=timedelta(seconds=1), refresh=None)
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-1"
    rig.clock.go_on(seconds=1)
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)


def test_tokens_moved_to_another_row_are_refused_not_used(rig: Rig, server: TokenServer) -> None:
    first, second = rows_with(rig), add_rows(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        stolen = grant_of(rig, first)
        grants.replace_tokens(tx, grant_of(rig, second), access_token=stolen.access_token)
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, second.grant_id)


@pytest.mark.parametrize("columns", ["every token", "the refresh token"])
def test_a_key_that_is_not_set_here_ends_no_sign_in(rig: Rig, server: TokenServer, columns: str) -> None:
    rows = rows_with(rig)
    with rig.ctx.database.transaction() as tx:
        if columns == "the refresh token":
            grants.replace_tokens(tx, grant_of(rig, rows), access_token=None)
    elsewhere = replace(rig.ctx, vault=Vault({"newer": b"k" * 32}))
    for _ in range(2):
        with pytest.raises(SoftwareUnavailable):
            granting.access_token(elsewhere, rows.grant_id)
    assert (grant_of(rig, rows).state, server.asked) == ("active", [])
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"


def outcomes(rig: Rig, rows: Rows) -> list[str]:
    with rig.ctx.database.reading() as tx:
        found = events.events_of_company(tx, rows.company_id).rows
    return [one.detail for one in found if one.kind == "grant-revoked"]


def release(rig: Rig, rows: Rows) -> bool:
    with rig.ctx.database.transaction() as tx:
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED)
        return granting.release_grant(rig.ctx, tx, rows.grant_id)


def test_a_revoked_grant_is_ended_there_and_leaves_no_ciphertext_here(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig)
    assert release(rig, rows)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)
    assert revoking.revoke_grant(rig.ctx, rows.grant_id) == DONE
    grant = grant_of(rig, rows)
    assert server.revoked == ["refresh-1"]
    assert (grant.state, grant.access_token, grant.refresh_token, grant.previous_refresh_token) == (
        "revoked",
        None,
        None,
        None,
    )
    assert revoking.revoke_grant(rig.ctx, rows.grant_id) == DONE
    assert server.revoked == ["refresh-1"]


@pytest.mark.parametrize("job", ["before the answer", "after the answer"])
def test_tokens_that_arrive_while_the_grant_is_let_go_are_revoked_too_and_never_used(
    rig: Rig, server: TokenServer, job: str, tmp_path: Path
) -> None:
    rows = rows_with(rig)

    def meanwhile() -> None:
        assert release(rig, rows)
        if job == "before the answer":
            assert revoking.revoke_grant(rig.ctx, rows.grant_id) == DONE

    server.meanwhile = meanwhile
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)
    asked, late = rig.enqueued.of(Job.REVOKE_GRANT)
    assert asked == rows.grant_id
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, late)
    server.revoke_status = 503
    assert revoking.revoke_grant(rig.ctx, late).kind is StepKind.WAIT
    server.revoke_status = 200
    assert [revoking.revoke_grant(rig.ctx, one) for one in (asked, late)] == [DONE, DONE]
    assert set(server.revoked) == {"refresh-1", "refresh-2"}
    with rig.ctx.database.reading() as tx:
        left = [grants.grant(tx, one) for one in (asked, late)]
    assert [(one.state, one.access_token, one.refresh_token) for one in left if one] == [("revoked", None, None)] * 2


def test_of_two_refreshes_at_once_the_later_answer_ends_nothing(rig: Rig, server: TokenServer) -> None:
    server.grace = True
    rows = rows_with(rig)

    def meanwhile() -> None:
        server.meanwhile = lambda: None
        rig.clock.go_on(hours=1)  # the first one's claim has run out
        assert granting.access_token(rig.ctx, rows.grant_id) == "access-3"

    server.meanwhile = meanwhile
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-3"
    assert (server.revoked, rig.enqueued.of(Job.REVOKE_GRANT)) == ([], [])


def test_revoking_is_tried_for_a_day_and_then_the_tokens_go_all_the_same(rig: Rig, server: TokenServer) -> None:
    server.revoke_status = 503
    rows = rows_with(rig)
    release(rig, rows)
    began, waits = rig.clock.time, []
    while (step := revoking.revoke_grant(rig.ctx, rows.grant_id)).kind is StepKind.WAIT:
        waits.append(step.seconds)
        rig.clock.go_on(seconds=step.seconds)
    assert waits == sorted(waits)
    assert timedelta(hours=24) <= rig.clock.time - began <= timedelta(hours=25)
    assert len(waits) < 50
    assert grant_of(rig, rows).refresh_token is None
    assert outcomes(rig, rows) == ["unconfirmed"]


def test_nobody_says_that_a_software_knows_which_cannot_be_told(rig: Rig) -> None:
    rows = rows_with(rig)
    software = rig.ctx.catalogue["sandbox"]
    assert software.oauth is not None
    untold = replace(software, oauth=replace(software.oauth, revoke_url=None))
    object.__setattr__(rig.ctx, "catalogue", make_catalogue(untold))
    release(rig, rows)
    assert revoking.revoke_grant(rig.ctx, rows.grant_id) == DONE
    assert grant_of(rig, rows).refresh_token is None
    assert outcomes(rig, rows) == ["untold"]


def test_a_grant_another_connection_needs_is_not_revoked(rig: Rig, server: TokenServer) -> None:
    first = rows_with(rig)
    second = add_rows(rig.ctx, of=first, grant_id=first.grant_id, tenant_id="tenant-2")
    assert not release(rig, first)
    assert release(rig, second)


def test_a_grant_a_customer_has_chosen_for_one_more_entity_is_not_revoked(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig)
    with rig.ctx.database.transaction() as tx:
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED)
        companies.choose_software(tx, rows.request_id, rows.entity_id, software="sandbox", grant_id=rows.grant_id)
        assert not granting.release_grant(rig.ctx, tx, rows.grant_id)
        companies.choose_software(tx, rows.request_id, rows.entity_id, software=None)
        assert granting.release_grant(rig.ctx, tx, rows.grant_id)


def test_what_nobody_finished_is_given_back_after_a_day(rig: Rig, server: TokenServer) -> None:
    rows = rows_with(rig)
    with rig.ctx.database.transaction() as tx:
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED)
    assert housekeeping.give_back_idle_grants(rig.ctx) == 0
    rig.clock.go_on(hours=25)
    assert housekeeping.give_back_idle_grants(rig.ctx) == 1
    assert housekeeping.give_back_idle_grants(rig.ctx) == 0


def signed(user: str, number: int, ctx: Context) -> Tokens:
    """Tokens of which the first is a JWT that says whose it is."""
    body = base64.urlsafe_b64encode(json.dumps({"who": user}).encode()).decode().rstrip("=")
    return Tokens(f"head.{body}.sign-{number}", f"refresh-{number}", SCOPES, ctx.now() + timedelta(minutes=5), None)


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ("nobody", True),
        ("the same user, for another company", False),
        ("another user, for the same company", True),
        ("somebody unknown, for the same company", False),
        ("somebody unknown, for another company", True),
    ],
)
def test_a_software_that_would_end_all_sign_ins_of_a_person_is_told_with_the_last(
    rig: Rig, server: TokenServer, others: str, told: bool
) -> None:
    oauth = rig.ctx.catalogue["sandbox"].oauth
    for name, value in (("revoke_ends_all", True), ("sibling_claim", None if "unknown" in others else "who")):
        object.__setattr__(oauth, name, value)
    rows = add_rows(rig.ctx, tokens=signed("anna", 1, rig.ctx))
    if others != "nobody":
        tokens, of = signed("bob" if "another user" in others else "anna", 2, rig.ctx), rows
        add_rows(rig.ctx, tokens=tokens, of=of if "same company" in others else None, tenant_id="tenant-2")
    assert release(rig, rows)
    assert revoking.revoke_grant(rig.ctx, rows.grant_id) == DONE
    grant = grant_of(rig, rows)
    assert (grant.state, grant.refresh_token, server.revoked) == ("revoked", None, ["refresh-1"] if told else [])


@pytest.mark.parametrize(("realm", "told"), [("9130", False), ("4711", True)])
def test_where_a_software_ends_all_sign_ins_of_a_company_a_later_one_of_the_same_company_outlives_an_earlier(
    rig: Rig, server: TokenServer, realm: str, told: bool
) -> None:
    """Whoever signed in and whoever asked for it: what tells is the company the callback named."""
    oauth = rig.ctx.catalogue["sandbox"].oauth
    for name, value in (("revoke_ends_all", True), ("sibling_param", "realmId")):
        object.__setattr__(oauth, name, value)
    earlier = add_rows(rig.ctx, tokens=signed("anna", 1, rig.ctx), given={"realmId": "9130"})
    add_rows(rig.ctx, tokens=signed("bob", 2, rig.ctx), given={"realmId": realm}, tenant_id="tenant-2")
    assert release(rig, earlier)
    assert revoking.revoke_grant(rig.ctx, earlier.grant_id) == DONE
    grant = grant_of(rig, earlier)
    assert (grant.state, grant.refresh_token, server.revoked) == ("revoked", None, ["refresh-1"] if told else [])


def test_of_two_companies_behind_one_sign_in_the_other_is_read_on_when_one_is_disconnected(
    rig: Rig, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down to the tokens: the second one's reading refreshes what both had, and the last one to go gives it back."""
    monkeypatch.setattr(providers, "load", lambda software: Needing(server))
    first = add_rows(rig.ctx, tokens=Tokens("access-1", "refresh-1", SCOPES, START + timedelta(minutes=5), None))
    rig.clock.go_on(minutes=5)
    second = add_rows(rig.ctx, of=first, grant_id=first.grant_id, tenant_id="tenant-2")
    who = {"organization": ORGANIZATION, "name": "Rita", "role": "manager"}
    rm = accounts.add_account(rig.ctx, "rm@northbank.example", "three plain words here", **who)
    assert disconnecting.disconnect_for(rig.ctx, rm, first.connection_id, "")
    assert (grant_of(rig, first).is_active, rig.enqueued.of(Job.REVOKE_GRANT)) == (True, [])
    assert pulled(rig, first) == "cancelled"
    assert pulled(rig, second) == "done"
    assert server.asked == ["refresh-1"]
    assert disconnecting.disconnect_for(rig.ctx, rm, second.connection_id, "")
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [first.grant_id]
    assert revoking.revoke_grant(rig.ctx, first.grant_id) == DONE
    assert server.revoked == ["refresh-2"]


class Needing(FakeProvider):
    """An adapter whose calls are answered only with the token that is good at the moment."""

    def __init__(self, server: TokenServer) -> None:
        super().__init__(pages=2)
        self.server = server

    def pull(self, session: Any, part: str, asked: Any) -> Any:
        if f"access-{len(self.server.asked) + 1}" not in session._own["authorization"]:
            raise StatusError("api", status=401)
        return super().pull(session, part, asked)


def pulled(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    while syncing.pull_next(rig.ctx, sync_id) == MORE:
        pass
    with rig.ctx.database.reading() as tx:
        found = syncs.sync(tx, sync_id)
    assert found is not None
    return found.state


@pytest.mark.slow
@pytest.mark.parametrize("grace", [True, False])
def test_a_process_killed_with_the_answer_on_its_way_costs_the_sign_in_only_where_there_is_no_grace(
    server: TokenServer, tmp_path: Path, rig: Rig, grace: bool
) -> None:
    server.grace = grace
    rows = rows_with(rig)
    rig.clock.time = START
    with rig.ctx.database.transaction() as tx:
        grants.replace_tokens(tx, grant_of(rig, rows), access_expires_at=START)
    database = rig.ctx.settings.database_url
    given = json.dumps({"folder": str(tmp_path), "database": database, "url": server.url, "grant": rows.grant_id})
    command, pipes = [sys.executable, "-c", SCRIPT, given], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=child_environment(), text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        server.meanwhile = process.kill
        process.communicate("go\n", timeout=60)
    server.meanwhile = lambda: None
    assert (process.returncode, server.asked) == (-9, ["refresh-1"])
    for _ in range(2):
        rig.clock.go_on(seconds=3 * rig.ctx.settings.outbound_total_seconds + 10)
        with nullcontext() if grace else pytest.raises((TokenError, NeedsReauth)):
            granting.access_token(rig.ctx, rows.grant_id)
    grant = grant_of(rig, rows)
    with rig.ctx.database.reading() as tx:
        held = connections.connection(tx, rows.connection_id)
    assert held is not None
    assert (grant.state, held.state) == (("active", "linked") if grace else ("dead", "needs_reauth"))
