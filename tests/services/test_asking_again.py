"""Who needs a person, in one rule told twice; and asking many of them at once, followed to its end."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from linkflow.domain.errors import Refused
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import SyncState
from linkflow.domain.software import OAuth
from linkflow.domain.upkeep import Why
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import (
    accounts,
    asking_again,
    foreseeing,
    housekeeping,
    linking,
    reconnecting,
    reminding_again,
    renewing,
    reviewing,
    sync_endings,
    syncing,
)
from linkflow.services.binding import Chosen, bind
from linkflow.services.connecting import await_company
from linkflow.services.foreseeing import WantedForecast
from linkflow.services.job_steps import DONE, MORE
from linkflow.services.storing_grants import SignIn, store_grant
from linkflow.store import askings, companies, connections, consents
from linkflow.store.askings import Asking
from linkflow.store.company_listings import relist
from linkflow.store.connections import Connection
from linkflow.store.forecast import Asked, Sort
from linkflow.store.tables import askings as askings_table
from linkflow.store.turns import take_turn
from linkflow.store.users import User
from linkflow.store.visits import own_link
from tests.jobs.rig import ORGANIZATION, SCOPES, Rig, Rows, add_rows, make_rig

GRANTED = (*SCOPES, "financials.read", "spend.read")


pytestmark = pytest.mark.postgres_slowly


@pytest.fixture
def rig(tmp_path: Path, url: str) -> Iterator[Rig]:
    made = make_rig(tmp_path, database_url=url)
    yield made
    made.ctx.database.dispose()


@pytest.fixture
def user(rig: Rig) -> User:
    return accounts.add_account(
        rig.ctx,
        "rm@northbank.example",
        "three plain words here",
        organization=ORGANIZATION,
        name="Rita",
        role="manager",
    )


def held(rig: Rig, *, ends_in: float | None = None, **over: Any) -> Rows:
    """A working connection; its sign-in ends in so many days."""
    now = rig.ctx.now()
    ends_at = None if ends_in is None else now + timedelta(days=ends_in)
    over.setdefault("tenant_id", rig.ctx.new_id())
    tokens = Tokens("access", "refresh", over.pop("scopes", GRANTED), now + timedelta(days=1), None, ends_at)
    return add_rows(rig.ctx, tokens=tokens, **over)


def write(rig: Rig, statement: str, *values: object) -> None:
    """The same on both databases: their drivers mark values differently."""
    with rig.ctx.database.transaction() as tx:
        marked = statement if tx.connection.dialect.name == "sqlite" else statement.replace("?", "%s")
        tx.connection.exec_driver_sql(marked, values)


def connection(rig: Rig, rows: Rows) -> Connection:
    with rig.ctx.database.reading() as tx:
        found = connections.connection(tx, rows.connection_id)
    assert found is not None
    return found


def mails(rig: Rig) -> list[str]:
    with rig.ctx.database.reading() as tx:
        query = "SELECT subject || ' ' || text FROM messages WHERE kind='needs_reconnecting' ORDER BY created_at, id"
        return [" ".join(text.split()) for text in tx.connection.exec_driver_sql(query).scalars()]


def rows_of(rig: Rig, batch_id: str) -> list[Asking]:
    with rig.ctx.database.reading() as tx:
        statement = select(askings_table).where(askings_table.c.batch_id == batch_id)
        found = tx.connection.execute(statement.order_by(askings_table.c.position)).mappings()
        return [Asking(**row) for row in found]


def lost(rig: Rig) -> Rows:
    rows = held(rig)
    write(rig, "UPDATE connections SET state='needs_reauth' WHERE id=?", rows.connection_id)
    write(rig, "UPDATE grants SET state='dead' WHERE id=?", rows.grant_id)
    return rows


def unrenewed(rig: Rig) -> Rows:
    rows = held(rig)
    write(rig, "UPDATE grants SET updated_at='2026-10-01 00:00:00.000000' WHERE id=?", rows.grant_id)
    return rows


def agreed_until(rig: Rig, day: str, *, access: str = "ongoing", ends_in: float | None = None) -> Rows:
    rows = held(rig, access=access, ends_in=ends_in)
    write(rig, "UPDATE connections SET access_until=? WHERE id=?", f"{day} 00:00:00.000000", rows.connection_id)
    return rows


CASES: dict[str, tuple[Callable[[Rig], Rows], Why | None]] = {
    "works": (held, None),
    "lost": (lost, Why.LOST),
    "ends soon": (lambda rig: held(rig, ends_in=29), Why.ENDS),
    "ended, says our clock": (lambda rig: held(rig, ends_in=-1), Why.ENDS),
    "ends later": (lambda rig: held(rig, ends_in=31), None),
    "could not be renewed": (unrenewed, Why.UNRENEWED),
    "agreed for a while": (lambda rig: agreed_until(rig, "2026-12-01"), Why.ACCESS),
    "agreed for long": (lambda rig: agreed_until(rig, "2027-12-01"), None),
    "agreed for less than it lasts": (
        lambda rig: agreed_until(rig, "2026-12-01", ends_in=20),
        Why.ACCESS,
    ),
    "agreed for more than it lasts": (lambda rig: agreed_until(rig, "2026-12-20", ends_in=9), Why.ENDS),
    "one reading": (lambda rig: agreed_until(rig, "2026-12-01", access="once", ends_in=20), None),
    "never allowed to read it": (lambda rig: held(rig, scopes=("offline_access", "company.read")), Why.SCOPE),
    "only what its type needs": (
        lambda rig: held(rig, data_types="financials", scopes=("financials.read",)),
        None,
    ),
    "given back": (lambda rig: over(rig, "UPDATE connections SET state='disconnected' WHERE id=?"), None),
    "company going": (
        lambda rig: over(rig, "UPDATE companies SET deleting_at='2026-11-23 00:00:00.000000' WHERE id=?", company=True),
        None,
    ),
}


def over(rig: Rig, statement: str, *, company: bool = False) -> Rows:
    rows = held(rig, ends_in=5)
    write(rig, statement, rows.company_id if company else rows.connection_id)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        relist(tx, rows.company_id)
    return rows


def test_the_list_and_the_rule_for_one_agree_about_who_needs_a_person_and_why(rig: Rig, user: User) -> None:
    made = {name: make(rig) for name, (make, _) in CASES.items()}
    renewing.plan_anew(rig.ctx)
    page = foreseeing.browse(rig.ctx, user, WantedForecast(of="all", size=100)).page
    listed = {row.connection_id: row.why for row in page.rows}
    for name, rows in made.items():
        expected = CASES[name][1]
        assert listed.get(rows.connection_id) == expected, name
        if name == "company going":
            continue
        with rig.ctx.database.reading() as tx:
            need = reconnecting.need_now(rig.ctx, tx, connection(rig, rows))
        assert (need.why if need else None) == expected, name
    assert sum(foreseeing.browse(rig.ctx, user, WantedForecast(of="all")).counts.values()) == len(listed)


def test_a_scope_the_catalogue_asks_for_from_now_on_is_missing_from_the_grants_there_are(rig: Rig, user: User) -> None:
    rows = held(rig)
    oauth = rig.ctx.catalogue["sandbox"].oauth
    assert isinstance(oauth, OAuth)
    object.__setattr__(rig.ctx.catalogue["sandbox"], "oauth", replace(oauth, scopes=(*oauth.scopes, "bills_read")))
    [row] = foreseeing.browse(rig.ctx, user, WantedForecast(of="all")).page.rows
    assert (row.connection_id, row.why, row.due_at) == (rows.connection_id, Why.SCOPE, None)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_can_be_paged_there_and_back(rig: Rig, user: User, sort: Sort, descending: bool) -> None:
    for number in range(7):
        held(rig, ends_in=number // 2)
    lost(rig)
    wanted = WantedForecast(of="all", sort=sort, descending=descending, size=100)
    whole = [row.connection_id for row in foreseeing.browse(rig.ctx, user, wanted).page.rows]
    assert len(whole) == 8
    there, page = [], foreseeing.browse(rig.ctx, user, replace(wanted, size=3)).page
    while True:
        there.append([row.connection_id for row in page.rows])
        if page.after is None:
            break
        page = foreseeing.browse(rig.ctx, user, replace(wanted, size=3, after=page.after)).page
    assert [one for some in there for one in some] == whole
    back = [there[-1]]
    while page.before is not None:
        page = foreseeing.browse(rig.ctx, user, replace(wanted, size=3, before=page.before)).page
        back.insert(0, [row.connection_id for row in page.rows])
    assert [one for some in back for one in some] == whole


def test_the_list_is_narrowed_by_reason_software_words_and_how_far_the_asking_has_come(rig: Rig, user: User) -> None:
    gone, ends = lost(rig), held(rig, ends_in=3)
    write(rig, "UPDATE connections SET reconnect_asked_at='2026-11-20 00:00:00.000000' WHERE id=?", gone.connection_id)

    def found(**wanted: Any) -> list[str]:
        return [
            row.connection_id for row in foreseeing.browse(rig.ctx, user, WantedForecast(of="all", **wanted)).page.rows
        ]

    assert found(why=Why.LOST) == [gone.connection_id]
    assert found(software="sandbox", words="abra keb") == [gone.connection_id, ends.connection_id]
    assert found(software="other") == found(words="nobody") == []
    assert found(asked=Asked.NOT) == [ends.connection_id]
    assert found(asked=Asked.YES) == [gone.connection_id]
    assert found(asked=Asked.OPENED) == []
    assert foreseeing.browse(rig.ctx, user, WantedForecast()).elsewhere
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, ends.company_id)
        companies.assign(tx, ends.company_id, [user.id])
        relist(tx, ends.company_id)
    mine = foreseeing.browse(rig.ctx, user, WantedForecast())
    assert ([row.connection_id for row in mine.page.rows], mine.counts) == ([ends.connection_id], {Why.ENDS: 1})


def begin(rig: Rig, user: User, *rows: Rows) -> str:
    batch_id = asking_again.begin(rig.ctx, user, [one.connection_id for one in rows], draft="draft")
    while asking_again.ask_next(rig.ctx, batch_id) == MORE:
        pass
    return batch_id


def test_a_batch_is_made_once_and_asks_each_customer_once(rig: Rig, user: User) -> None:
    first, second = held(rig, ends_in=9), lost(rig)
    before = asking_again.preview_first(rig.ctx, asking_again.chosen(rig.ctx, user, [first.connection_id]))
    assert "Please sign in once more before then" in " ".join(before.mail.text.split())
    assert (mails(rig), rig.enqueued.of(Job.ASK_AGAIN)) == ([], [])
    batch_id = begin(rig, user, first, second)
    assert begin(rig, user, first, second) == batch_id
    assert asking_again.ask_next(rig.ctx, batch_id) == DONE
    assert rig.enqueued.of(Job.ASK_AGAIN) == [batch_id]
    said = mails(rig)
    assert len(said) == 2
    assert sum("ends on 2 December 2026" in text for text in said) == 1
    assert sum("asks you to connect Sandbox Books again" in text for text in said) == 1
    assert all(one.asked_at and one.request_id for one in rows_of(rig, batch_id))
    assert connection(rig, first).reconnect_asked_at == connection(rig, second).reconnect_asked_at == rig.ctx.now()


def test_entities_behind_one_request_share_a_mail(rig: Rig, user: User) -> None:
    first = held(rig, ends_in=9)
    second = held(rig, ends_in=9, of=first)
    batch_id = begin(rig, user, first, second)
    [said] = mails(rig)
    assert "Choose the same companies there as before." in said
    assert len({one.request_id for one in rows_of(rig, batch_id)}) == 1


def test_what_changed_since_it_was_chosen_is_passed_over_with_the_reason(rig: Rig, user: User) -> None:
    fine, asked, going = (held(rig, ends_in=9) for _ in range(3))
    ids = [one.connection_id for one in (fine, asked, going)]
    batch_id = asking_again.begin(rig.ctx, user, ids, draft="draft")
    write(rig, "UPDATE grants SET ends_at=NULL, human_at=NULL WHERE id=?", fine.grant_id)
    reconnecting.ask_to_reconnect(rig.ctx, user, asked.connection_id)
    write(rig, "UPDATE companies SET deleting_at='2026-11-23 00:00:00.000000' WHERE id=?", going.company_id)
    while asking_again.ask_next(rig.ctx, batch_id) == MORE:
        pass
    reasons = {one.connection_id: one.skipped for one in rows_of(rig, batch_id)}
    assert reasons == dict(zip(ids, ("not-needed", "lately", "out-of-sight"), strict=True))
    assert len(mails(rig)) == 1


def test_nobody_is_asked_in_the_name_of_somebody_who_may_not_any_more(rig: Rig, user: User) -> None:
    batch_id = asking_again.begin(rig.ctx, user, [held(rig, ends_in=9).connection_id], draft="draft")
    write(rig, "UPDATE users SET disabled_at='2026-11-23 00:00:00.000000'")
    asking_again.ask_next(rig.ctx, batch_id)
    assert ([one.skipped for one in rows_of(rig, batch_id)], mails(rig)) == (["not-allowed"], [])


@pytest.mark.parametrize(
    ("ids", "reason"), [((), "nothing"), (("made-up",), "nothing"), (tuple(map(str, range(201))), "too-many")]
)
def test_choosing_nobody_is_refused(rig: Rig, user: User, ids: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        asking_again.chosen(rig.ctx, user, ids)
    assert refused.value.reason == reason


def test_who_was_asked_within_a_day_is_not_chosen_again(rig: Rig, user: User) -> None:
    rows = held(rig, ends_in=9)
    reconnecting.ask_to_reconnect(rig.ctx, user, rows.connection_id)
    with pytest.raises(Refused) as refused:
        asking_again.chosen(rig.ctx, user, [rows.connection_id])
    assert refused.value.reason == "lately"
    rig.clock.go_on(days=1, seconds=1)
    assert [one.connection_id for one in asking_again.chosen(rig.ctx, user, [rows.connection_id]).asked] == [
        rows.connection_id
    ]


@pytest.mark.parametrize(
    ("error", "may"), [("status-403", True), ("status-401", True), ("status-500", False), ("timeout", False)]
)
def test_a_customer_whose_sign_in_the_software_turns_away_can_be_asked(
    rig: Rig, user: User, error: str, may: bool
) -> None:
    rows = held(rig)
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.FAILED, reason=error)
    [entity] = reviewing.review_company(rig.ctx, user, rows.company_id).entities
    assert entity.can_reconnect is may
    with nullcontext() if may else pytest.raises(Refused):
        assert reconnecting.ask_to_reconnect(rig.ctx, user, rows.connection_id)
    assert len(mails(rig)) == may


def renew(rig: Rig, rows: Rows) -> None:
    """The customer agrees and signs in again to the same company."""
    held_now = connection(rig, rows)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        agreed = consents.consent(tx, rows.consent_id)
        assert agreed is not None
        record = replace(agreed, id=rig.ctx.new_id(), accepted_at=rig.ctx.now())
        consents.add_consent(tx, record)
        names = {"organization": ORGANIZATION, "company_id": rows.company_id, "request_id": rows.request_id}
        tokens = Tokens("access-2", "refresh-2", GRANTED, rig.ctx.now() + timedelta(days=1), None)
        grant_id = store_grant(rig.ctx, tx, tokens, SignIn(software="sandbox", **names))
        waiting = connections.connection(tx, await_company(rig.ctx, tx, record, grant_id=grant_id))
        assert waiting is not None
        bind(rig.ctx, tx, waiting, Chosen(tenant_id=str(held_now.tenant_id), tenant_name="Abra Kebabra Ltd"))


def test_an_asking_is_followed_until_it_is_done_and_nobody_is_reminded_then(rig: Rig, user: User) -> None:
    rows = held(rig, ends_in=20)
    batch_id = begin(rig, user, rows)
    rig.clock.go_on(days=2, hours=23)
    assert reminding_again.send_due(rig.ctx) == 0
    rig.clock.go_on(hours=1)
    assert [reminding_again.send_due(rig.ctx) for _ in range(2)] == [1, 0]
    assert mails(rig)[-1].startswith("Reminder: please connect Sandbox Books again")
    assert "This is a reminder of our earlier mail. Your sign-in in Sandbox Books" in mails(rig)[-1]
    with rig.ctx.database.transaction() as tx:
        link = own_link(tx, rows.request_id)
        assert link is not None
        linking.mark_opened(rig.ctx, tx, link)
    [row] = foreseeing.browse(rig.ctx, user, WantedForecast(of="all", asked=Asked.OPENED)).page.rows
    assert row.opened_at == rig.ctx.now()
    renew(rig, rows)
    [asking] = rows_of(rig, batch_id)
    assert (asking.opened_at, asking.done_at, asking.reminders) == (rig.ctx.now(), rig.ctx.now(), 1)
    assert foreseeing.browse(rig.ctx, user, WantedForecast(of="all")).page.rows == ()
    rig.clock.go_on(days=5)
    assert reminding_again.send_due(rig.ctx) == 0


def test_reminders_come_on_the_days_set_for_them_and_then_no_more(rig: Rig, user: User) -> None:
    begin(rig, user, lost(rig))
    sent = []
    for day in range(1, 20):
        rig.clock.go_on(days=1)
        if reminding_again.send_due(rig.ctx):
            sent.append(day)
    assert sent == [3, 7]


def test_what_waits_for_its_next_reminder_is_not_looked_at_each_minute(rig: Rig, user: User) -> None:
    begin(rig, user, lost(rig))
    lacking = []
    for _ in range(8):
        rig.clock.go_on(days=1)
        due = [rig.ctx.now() - timedelta(days=days) for days in (3, 7)]
        with rig.ctx.database.reading() as tx:
            lacking.append(len(askings.to_remind(tx, ORGANIZATION, due=due, asked_after=due[-1])))
        reminding_again.send_due(rig.ctx)
    assert lacking == [0, 0, 1, 0, 0, 0, 1, 0]


def test_of_what_was_asked_in_one_mail_the_rest_is_reminded_of_when_some_of_it_was_stopped_just_then(
    rig: Rig, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = held(rig, ends_in=20)
    other = held(rig, ends_in=20, of=rows)
    batch_id = begin(rig, user, rows, other)

    def just_then(tx: Transaction, company_id: str) -> None:
        take_turn(tx, company_id)
        askings.stop(tx, other.connection_id, at=rig.ctx.now())

    monkeypatch.setattr(reminding_again, "take_turn", just_then)
    rig.clock.go_on(days=3)
    assert reminding_again.send_due(rig.ctx) == 1
    assert sorted(one.reminders for one in rows_of(rig, batch_id)) == [0, 1]


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE requests SET withdrawn_at='2026-11-24 00:00:00.000000'",
        "UPDATE requests SET reminders_off_at='2026-11-24 00:00:00.000000'",
        "UPDATE connections SET state='disconnected'",
        "UPDATE companies SET deleting_at='2026-11-24 00:00:00.000000'",
        "UPDATE grants SET ends_at=NULL, human_at=NULL",
        "UPDATE links SET revoked_at='2026-11-24 00:00:00.000000'",
    ],
)
def test_nobody_is_reminded_of_what_is_over_or_not_needed_any_more(rig: Rig, user: User, over: str) -> None:
    batch_id = begin(rig, user, held(rig, ends_in=20))
    write(rig, over)
    rig.clock.go_on(days=3)
    assert reminding_again.send_due(rig.ctx) == 0
    [asking] = rows_of(rig, batch_id)
    assert (asking.stopped_at is not None) == ("grants" in over)


def test_a_batch_that_is_stopped_asks_and_reminds_nobody_and_leaves_the_connections_alone(rig: Rig, user: User) -> None:
    rows = [held(rig, ends_in=20) for _ in range(3)]
    batch_id = asking_again.begin(rig.ctx, user, [one.connection_id for one in rows], draft="draft")
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows[0].company_id)
        askings.skip(tx, rows_of(rig, batch_id)[0].id, "not-needed")
    assert asking_again.stop(rig.ctx, user, batch_id) == 2
    assert asking_again.stop(rig.ctx, user, batch_id) == 0
    assert asking_again.ask_next(rig.ctx, batch_id) == DONE
    assert mails(rig) == []
    again = begin_anew(rig, user, rows)
    assert connection(rig, rows[0]).reconnect_asked_at is not None
    assert asking_again.stop(rig.ctx, user, again) == 3
    assert connection(rig, rows[0]).reconnect_asked_at is None
    rig.clock.go_on(days=3)
    assert reminding_again.send_due(rig.ctx) == 0
    rig.clock.go_on(days=401)
    housekeeping.tidy(rig.ctx)
    assert rows_of(rig, again) == []


def begin_anew(rig: Rig, user: User, rows: list[Rows]) -> str:
    batch_id = asking_again.begin(rig.ctx, user, [one.connection_id for one in rows], draft="another")
    while asking_again.ask_next(rig.ctx, batch_id) == MORE:
        pass
    return batch_id
