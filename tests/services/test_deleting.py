"""A company that is deleted goes whole: from every table, at its software, in batches, through every kill."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from linkflow.domain.errors import CompanyGoing, NeedsReauth, Refused
from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import accounts, deleting, forgetting, granting, housekeeping, linking, requesting, revoking
from linkflow.services.job_steps import DONE, MORE, JobStep, StepKind
from linkflow.services.requesting import Ask
from linkflow.store import connections, consents, database, deletions, events, grants, requests, users
from linkflow.store.deletions import HANGING, KEPT_EVENTS
from linkflow.store.tables import metadata
from linkflow.store.users import User
from tests.config_factories import make_catalogue, make_settings
from tests.jobs.rig import SCOPES, Clock, Enqueued, Rig, add_rows, make_context, make_rig
from tests.services.token_server import TokenServer, token_server
from tests.store.hanging import add_everything, everything

KEPT_MONTHS = 12
LONGEST_PAUSE = 300
ON_BOTH = pytest.mark.parametrize(
    "rig", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
MINE, OTHER = "Kettle", "Teapot"


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A rig whose organization keeps the records of deleted companies for twelve months."""
    feel = {"consent_retention_months": KEPT_MONTHS}
    if getattr(request, "param", "sqlite") == "sqlite":
        made = make_rig(tmp_path, feel=feel)
    else:
        url = request.getfixturevalue("migrated_postgres_url")
        clock, enqueued = Clock(), Enqueued()
        settings = make_settings(tmp_path, database_url=url)
        made = Rig(make_context(settings, clock=clock, enqueue=enqueued, feel=feel), clock, enqueued)
    yield made
    made.ctx.database.dispose()


def manager(rig: Rig, organization: str = "northbank") -> User:
    known = accounts.account(rig.ctx, f"rita@{organization}.example")
    return known or accounts.add_account(
        rig.ctx,
        f"rita@{organization}.example",
        "three plain words here",
        organization=organization,
        name="Rita",
        role="manager",
    )


def fill(rig: Rig, mark: str) -> str:
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(
            text(
                "INSERT INTO users (id, organization, email, name, role, created_at) "
                "VALUES (:id, 'northbank', :id, 'x', 'viewer', '2026-01-01 00:00:00')"
            ),
            {"id": f"user-of-{mark}"},
        )
        return add_everything(tx.connection, mark)


def let_go(rig: Rig, company_id: str, name: str) -> None:
    deleting.delete(rig.ctx, manager(rig), company_id, typed_name=name)


def work(rig: Rig, company_id: str) -> list[JobStep]:
    """What the worker does, with its waits skipped over, the longest by hours, and what it starts done in between."""
    steps = []
    while not steps or steps[-1] != DONE:
        steps.append(deleting.delete_next(rig.ctx, company_id))
        if steps[-1].kind is StepKind.WAIT:
            rig.clock.go_on(seconds=steps[-1].seconds if steps[-1].seconds < LONGEST_PAUSE else 3600)
            for grant_id in rig.enqueued.of(Job.REVOKE_GRANT):
                revoking.revoke_grant(rig.ctx, grant_id)
        assert len(steps) < 2_000
    return steps


def test_a_software_that_does_not_take_its_tokens_back_is_asked_ever_less_often(rig: Rig) -> None:
    company_id = fill(rig, MINE)
    let_go(rig, company_id, MINE)
    pauses = [step.seconds for step in work(rig, company_id) if step.kind is StepKind.WAIT]
    assert pauses[:11] == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST_PAUSE]
    assert set(pauses[11:]) == {LONGEST_PAUSE}


def rows(rig: Rig) -> dict[str, list[str]]:
    with rig.ctx.database.reading() as tx:
        return everything(tx.connection)


def marked(found: dict[str, list[str]], mark: str) -> dict[str, list[str]]:
    return {
        name: [row for row in held if mark in row] for name, held in found.items() if any(mark in row for row in held)
    }


@ON_BOTH
def test_nothing_of_the_company_is_left_but_its_consents_and_the_audit_entry(rig: Rig) -> None:
    company_id, _ = fill(rig, MINE), fill(rig, OTHER)
    before = rows(rig)
    filled = set(marked(before, MINE)) - {"users"}
    assert filled >= {table.name for table in HANGING} | {"consents", "events"}
    let_go(rig, company_id, MINE)
    work(rig, company_id)
    after = rows(rig)
    left = marked(after, MINE)
    assert set(left) == {"consents", "events", "deletions", "users"}
    assert left["consents"] == marked(before, MINE)["consents"]
    assert left["users"] == marked(before, MINE)["users"]
    with rig.ctx.database.reading() as tx:
        kept = events.events_of_company(tx, company_id).rows
    assert {one.kind for one in kept} <= set(KEPT_EVENTS)
    assert [one.kind for one in kept].count("company-deleted") == 1
    assert [one.kind for one in kept].count("company-erased") == 1
    assert {one.detail for one in kept} <= {"", "confirmed", "unconfirmed", "untold"}
    assert marked(after, OTHER) == marked(before, OTHER)


def test_every_table_that_names_a_company_goes_with_it_or_is_kept_for_a_reason() -> None:
    names = {"company_id", "request_id", "entity_id", "connection_id", "link_id", "sync_id"}
    naming = {table.name for table in metadata.sorted_tables if names & set(table.c.keys())}
    assert naming - {table.name for table in HANGING} == {"consents", "events", "deletions"}


def test_every_request_is_taken_back_before_the_first_connection_is_ended(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_AT_ONCE", 1)
    shared = add_rows(rig.ctx)
    for name in ("Second", "Third"):
        wanted = Ask(data_types=frozenset({DataType.FINANCIALS}), name=name)
        requesting.ask(rig.ctx, manager(rig), shared.company_id, wanted)
    let_go(rig, shared.company_id, "Abra Kebabra Ltd")
    seen = []
    for _ in range(3):
        with rig.ctx.database.reading() as tx:
            made = requests.requests_of_company(tx, shared.company_id)
            ended = connections.open_connections(tx, shared.company_id, limit=1) == ()
        seen.append((sum(one.withdrawn_at is None for one in made), ended))
        assert deleting.delete_next(rig.ctx, shared.company_id) == MORE
    assert seen == [(2, False), (1, False), (0, False)]


@ON_BOTH
def test_no_transaction_writes_more_than_two_thousand_rows_and_a_big_company_takes_several(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    company_id = fill(rig, MINE)
    monkeypatch.setattr(deletions.erase_some, "__kwdefaults__", {"keep": (), "limit": 3})
    monkeypatch.setattr(deletions.erase_events, "__kwdefaults__", {"limit": 3})
    let_go(rig, company_id, MINE)
    written: list[int] = []

    def count(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("DELETE"):
            written[-1] += max(cursor.rowcount, 0)

    def begin(_connection: Any) -> None:
        written.append(0)

    event.listen(rig.ctx.database.engine, "after_cursor_execute", count)
    event.listen(rig.ctx.database.engine, "begin", begin)
    work(rig, company_id)
    assert max(written) == 3
    assert len([one for one in written if one]) >= len(HANGING) // 3
    assert marked(rows(rig), MINE).keys() == {"consents", "events", "deletions", "users"}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_at_every_commit_gets_there_all_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    company_id = fill(rig, MINE)
    monkeypatch.setattr(deletions.erase_some, "__kwdefaults__", {"keep": (), "limit": 9})
    let_go(rig, company_id, MINE)
    real, deaths = database.Database.transaction, 0
    for life in range(1, 500):
        begun = 0

        @contextmanager
        def deadly(self: database.Database) -> Iterator[Any]:
            nonlocal begun, deaths
            begun += 1
            dies = begun == life % 3 + 1  # noqa: B023 - used within this life
            with real(self) as tx:
                yield tx
                if dies and moment == "before":
                    deaths += 1
                    raise KeyboardInterrupt
            if dies:
                deaths += 1
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt), monkeypatch.context() as patch:
            patch.setattr(database.Database, "transaction", deadly)
            if deleting.delete_next(rig.ctx, company_id) == DONE:
                break
        for grant_id in rig.enqueued.of(Job.REVOKE_GRANT):
            rig.clock.go_on(hours=1)
            revoking.revoke_grant(rig.ctx, grant_id)
    assert deaths > 5
    assert deleting.delete_next(rig.ctx, company_id) == DONE
    assert marked(rows(rig), MINE).keys() == {"consents", "events", "deletions", "users"}
    with rig.ctx.database.reading() as tx:
        kinds = [one.kind for one in events.events_of_company(tx, company_id).rows]
    assert kinds.count("company-erased") == 1


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


def at(rig: Rig, server: TokenServer) -> Rig:
    """The same rig, with a sandbox that revokes at this server."""
    catalogue = make_catalogue()
    software = catalogue["sandbox"]
    assert software.oauth is not None
    oauth = replace(software.oauth, token_url=f"{server.url}/token", revoke_url=f"{server.url}/revoke")
    known = type(catalogue)({**catalogue, "sandbox": replace(software, oauth=oauth)})
    return Rig(replace(rig.ctx, catalogue=known), rig.clock, rig.enqueued)


def test_every_grant_is_revoked_at_its_software_before_its_tokens_go(rig: Rig, server: TokenServer) -> None:
    rig, held = at(rig, server), add_rows(rig.ctx)
    second = add_rows(rig.ctx, of=held, tenant_id="tenant-2")
    with rig.ctx.database.transaction() as tx:
        pending = text("UPDATE connections SET state = 'pending' WHERE id = :id")
        tx.connection.execute(pending, {"id": second.connection_id})
    let_go(rig, held.company_id, "abra  kebabra LTD")
    steps = work(rig, held.company_id)
    assert server.revoked == ["refresh-1", "refresh-1"]
    assert any(step.kind is StepKind.WAIT for step in steps)
    with rig.ctx.database.reading() as tx:
        assert grants.grant(tx, held.grant_id) is None
        kept = events.events_of_company(tx, held.company_id).rows
        assert consents.consent(tx, held.consent_id) is not None
    assert sorted(one.detail for one in kept if one.kind == "grant-revoked") == ["confirmed", "confirmed"]


def test_tokens_that_are_on_their_way_when_a_company_is_deleted_are_waited_for_and_revoked(
    rig: Rig, server: TokenServer
) -> None:
    soon = Tokens("access-1", "refresh-1", SCOPES, rig.ctx.now(), None)
    rig = at(rig, server)
    held = add_rows(rig.ctx, tokens=soon)

    def meanwhile() -> None:
        let_go(rig, held.company_id, "Abra Kebabra Ltd")
        while deleting.delete_next(rig.ctx, held.company_id) == MORE:
            pass
        revoking.revoke_grant(rig.ctx, held.grant_id)
        assert deleting.delete_next(rig.ctx, held.company_id).kind is StepKind.WAIT

    server.meanwhile = meanwhile
    with pytest.raises(NeedsReauth):
        granting.access_token(rig.ctx, held.grant_id)
    work(rig, held.company_id)
    assert set(server.revoked) == {"refresh-1", "refresh-2"}
    with rig.ctx.database.reading() as tx:
        assert grants.grant(tx, held.grant_id) is None


def test_while_the_software_cannot_be_told_everything_else_is_gone_and_links_say_withdrawn(
    rig: Rig, server: TokenServer
) -> None:
    server.revoke_status = 503
    rig, held = at(rig, server), add_rows(rig.ctx)
    let_go(rig, held.company_id, "Abra Kebabra Ltd")
    while (step := deleting.delete_next(rig.ctx, held.company_id)) == MORE:
        pass
    assert step.kind is StepKind.WAIT
    revoking.revoke_grant(rig.ctx, held.grant_id)
    with rig.ctx.database.reading() as tx:
        left = {name for name, found in everything(tx.connection).items() if found}
        (link,) = requests.links_of_request(tx, held.request_id)
    token = requesting.link_address(rig.ctx, link.id, link.issue).rsplit("/", 1)[1]
    assert linking.read_link(rig.ctx, token).state == "withdrawn"
    assert left - {"linkflow_schema", "users"} <= {
        "companies", "entities", "requests", "links", "grants", "consents", "events", "deletions", "throttles",
    }  # fmt: skip
    work(rig, held.company_id)
    with rig.ctx.database.reading() as tx:
        kept = events.events_of_company(tx, held.company_id).rows
    assert [one.detail for one in kept if one.kind == "grant-revoked"] == ["unconfirmed"]


def test_a_company_that_goes_is_asked_nothing_any_more(rig: Rig) -> None:
    held = add_rows(rig.ctx)
    let_go(rig, held.company_id, "Abra Kebabra Ltd")
    asked = Ask(data_types=frozenset(DataType), name="Virtual card application")
    with pytest.raises(CompanyGoing):
        requesting.ask(rig.ctx, manager(rig), held.company_id, asked)
    with pytest.raises(CompanyGoing):
        let_go(rig, held.company_id, "Abra Kebabra Ltd")
    assert rig.enqueued.of(Job.DELETE_COMPANY) == [held.company_id]


@pytest.mark.parametrize(("typed", "reason"), [("", "empty"), ("  ", "empty"), ("Abra", "differs"), ("!!", "differs")])
def test_without_its_name_nothing_is_deleted(rig: Rig, typed: str, reason: str) -> None:
    held = add_rows(rig.ctx)
    with pytest.raises(Refused) as refused:
        let_go(rig, held.company_id, typed)
    assert refused.value.reason == reason
    assert rig.enqueued.of(Job.DELETE_COMPANY) == []


@ON_BOTH
def test_the_records_go_when_their_own_months_have_passed(rig: Rig) -> None:
    company_id, other = fill(rig, MINE), fill(rig, OTHER)
    let_go(rig, company_id, MINE)
    work(rig, company_id)
    let_go(rig, other, OTHER)
    with rig.ctx.database.reading() as tx:
        gone = deletions.deletion(tx, company_id)
    assert gone is not None
    assert gone.done_at is not None
    rig.clock.time = gone.done_at.replace(year=gone.done_at.year + 1, microsecond=0)
    rig.clock.go_on(seconds=-1)
    assert forgetting.forget_what_is_due(rig.ctx) == 0
    assert "consents" in marked(rows(rig), MINE)
    rig.clock.go_on(seconds=2)
    housekeeping.tidy(rig.ctx)
    assert marked(rows(rig), MINE).keys() == {"users"}
    assert "consents" in marked(rows(rig), OTHER)
    assert forgetting.forget_what_is_due(rig.ctx) == 0


def test_forgetting_cut_short_goes_on_the_next_day(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    company_id = fill(rig, MINE)
    let_go(rig, company_id, MINE)
    work(rig, company_id)
    rig.clock.go_on(days=400)
    monkeypatch.setattr(deletions.forget_some, "__kwdefaults__", {"limit": 1})
    real, begun = database.Database.transaction, 0

    def cut_short(self: database.Database) -> object:
        nonlocal begun
        begun += 1
        if begun > 2:
            raise KeyboardInterrupt
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(database.Database, "transaction", cut_short)
        with pytest.raises(KeyboardInterrupt):
            forgetting.forget_what_is_due(rig.ctx)
    assert "deletions" in marked(rows(rig), MINE)
    assert forgetting.forget_what_is_due(rig.ctx) == 1
    assert marked(rows(rig), MINE).keys() == {"users"}


@ON_BOTH
@pytest.mark.parametrize("gone", [False, True])
def test_the_records_cannot_be_touched_before_their_time(rig: Rig, gone: bool) -> None:
    company_id = fill(rig, MINE)
    let_go(rig, company_id, MINE)
    if gone:
        work(rig, company_id)
    before = rows(rig)
    for statement in (
        "DELETE FROM consents",
        "DELETE FROM events WHERE kind = 'company-deleted'",
        "UPDATE events SET kind = 'opened'",
        "UPDATE consents SET text = 'I agree to everything'",
    ):
        with pytest.raises(Exception, match="append-only"), rig.ctx.database.transaction() as tx:
            tx.connection.execute(text(statement))
        assert rows(rig) == before, statement


def test_the_history_of_a_company_that_is_there_cannot_be_deleted(rig: Rig) -> None:
    fill(rig, MINE)
    with pytest.raises(Exception, match="append-only"), rig.ctx.database.transaction() as tx:
        tx.connection.execute(text("DELETE FROM events"))


def test_who_asked_is_in_the_audit_entry(rig: Rig) -> None:
    company_id = fill(rig, MINE)
    let_go(rig, company_id, MINE)
    work(rig, company_id)
    with rig.ctx.database.reading() as tx:
        (entry,) = [one for one in events.events_of_company(tx, company_id).rows if one.kind == "company-deleted"]
        assert users.user(tx, entry.actor.removeprefix("user:")) is not None
    assert (entry.request_id, entry.entity_id, entry.detail) == (None, None, "")
