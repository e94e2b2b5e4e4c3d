"""News to users as they want it: at once, one mail a day, or none; nothing twice and nothing lost."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkflow.domain.ports import Job
from linkflow.domain.requests import SyncState
from linkflow.mail import FileMailbox, MailRefused
from linkflow.services import delivering, digesting, mailing, notifying, own_account, sync_endings, syncing, user_upkeep
from linkflow.services.account_mails import queue
from linkflow.services.job_steps import FAILED
from linkflow.store import visits
from linkflow.store.tables import company_users, notices
from linkflow.store.users import User
from tests.jobs.rig import Rig, Rows, add_rows, ask, make_rig
from tests.services.people import add, again, mails

# The clock stands at noon of a Monday in November: in London, too, it is the hour of UTC.
TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path, timezone="Europe/London")
    yield made
    made.ctx.database.dispose()


def assign(rig: Rig, rows: Rows, user: User) -> None:
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(company_users.insert(), {"company_id": rows.company_id, "user_id": user.id})


def someone(rig: Rig, rows: Rows, choice: str = "daily", email: str = "manager@northbank.example") -> User:
    user = add(rig.ctx, email=email)
    assign(rig, rows, user)
    own_account.choose_mails(rig.ctx, user, choice)
    return again(rig.ctx, user)


def tell(rig: Rig, rows: Rows, kind: str = "declined", **more: str) -> None:
    with rig.ctx.database.transaction() as tx:
        link = visits.own_link(tx, rows.request_id)
        assert link is not None
        notifying.queue_notices(rig.ctx, tx, kind, link=link, **more)


def waiting(rig: Rig) -> int:
    with rig.ctx.database.reading() as tx:
        return len(tx.connection.execute(notices.select()).all())


def test_each_is_told_as_they_chose(rig: Rig) -> None:
    rows = ask(rig.ctx)
    for choice in ("immediate", "daily", "off"):
        someone(rig, rows, choice, f"{choice}@northbank.example")
    tell(rig, rows)
    assert [mail.recipient for mail in mails(rig.ctx, "declined")] == ["immediate@northbank.example"]
    assert waiting(rig) == 1


def test_a_days_news_is_one_mail_at_eight_on_the_organizations_clocks(rig: Rig) -> None:
    first, second = ask(rig.ctx), ask(rig.ctx)
    user = someone(rig, first)
    assign(rig, second, user)
    tell(rig, first, "software_missing", named="Abacus 3")
    rig.clock.go_on(minutes=1)
    tell(rig, second, "declined", reason="We no longer\nneed the card.")
    rig.clock.go_on(minutes=1)
    tell(rig, first, "company_mismatch", named="The Codfather")
    rig.clock.time = TUESDAY - timedelta(seconds=1)
    assert digesting.send_due(rig.ctx) == 0
    rig.clock.time = TUESDAY
    assert digesting.send_due(rig.ctx) == 1
    (mail,) = mails(rig.ctx, "digest")
    assert (mail.recipient, mail.subject) == (user.email, "News of 2 companies")
    assert "it uses Abacus 3, which is not in the list" in mail.text
    assert "The reason given: “We no longer need the card.”" in mail.text
    assert "the books of “The Codfather” were connected" in mail.text
    assert mail.text.index("Abacus") < mail.text.index("Codfather") < mail.text.index("the card")
    assert f"/portal/companies/{first.company_id}" in mail.html
    assert rig.enqueued.of(Job.SEND_MESSAGE)[-1] == mail.id
    assert waiting(rig) == 0


def test_a_days_mail_keeps_no_words_of_companies_once_it_has_left(rig: Rig, tmp_path: Path) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows)
    tell(rig, rows, "software_missing", named="Abacus 3")
    rig.clock.time = TUESDAY
    digesting.send_due(rig.ctx)
    (mail,) = mails(rig.ctx, "digest")
    mailbox = FileMailbox(tmp_path / "mailbox")
    delivering.deliver(rig.ctx, mail.id, mailer=mailbox)
    (sent,) = mailbox.messages()
    assert "Abacus 3" in str(sent)
    (kept,) = mails(rig.ctx, "digest")
    assert (kept.state, kept.subject, kept.text, kept.html) == ("sent", "", "", "")
    assert digesting.send_due(rig.ctx) == 0


def test_without_news_there_is_no_mail(rig: Rig) -> None:
    someone(rig, ask(rig.ctx))
    rig.clock.time = TUESDAY
    assert digesting.send_due(rig.ctx) == 0
    assert mails(rig.ctx, "digest") == []


def test_however_often_and_late_it_runs_a_day_has_one_mail(rig: Rig) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows)
    tell(rig, rows)
    rig.clock.time = TUESDAY + timedelta(hours=3)
    assert [digesting.send_due(rig.ctx) for _ in range(5)] == [1, 0, 0, 0, 0]
    tell(rig, rows)
    rig.clock.time = TUESDAY + timedelta(hours=23)
    assert digesting.send_due(rig.ctx) == 0, "news of the day waits for the next morning"
    rig.clock.time = TUESDAY + timedelta(hours=24)
    assert digesting.send_due(rig.ctx) == 1
    assert len(mails(rig.ctx, "digest")) == 2


def test_news_that_arrives_under_the_mail_comes_with_the_next_one(rig: Rig) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows)
    tell(rig, rows)
    rig.clock.time = TUESDAY
    digesting.send_due(rig.ctx)
    rig.clock.time = TUESDAY - timedelta(seconds=1)  # written by a transaction that began before eight
    tell(rig, rows)
    rig.clock.time = TUESDAY + timedelta(minutes=1)
    assert digesting.send_due(rig.ctx) == 0
    assert waiting(rig) == 1, "neither mailed a second time that day nor lost"
    rig.clock.time = TUESDAY + timedelta(days=1)
    assert digesting.send_due(rig.ctx) == 1


def test_two_workers_at_once_make_one_mail(rig: Rig) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows)
    for _ in range(3):
        tell(rig, rows)
    rig.clock.time = TUESDAY
    start, sent = threading.Barrier(4), list[int]()

    def work() -> None:
        start.wait()
        sent.append(digesting.send_due(rig.ctx))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 0, 0, 1]
    assert len(mails(rig.ctx, "digest")) == 1


def test_a_mail_that_could_not_be_made_leaves_the_news_for_the_next_try(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows)
    tell(rig, rows)
    rig.clock.time = TUESDAY

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(digesting.account_mails, "queue", killed)
    with pytest.raises(KeyboardInterrupt):
        digesting.send_due(rig.ctx)
    monkeypatch.setattr(digesting.account_mails, "queue", queue)
    assert digesting.send_due(rig.ctx) == 1


def test_more_than_a_hundred_are_counted_and_not_listed(rig: Rig) -> None:
    rows = ask(rig.ctx)
    user = someone(rig, rows)
    for _ in range(3):
        add_on = ask(rig.ctx)
        assign(rig, add_on, user)
        for _ in range(40):
            tell(rig, add_on)
    rig.clock.time = TUESDAY
    digesting.send_due(rig.ctx)
    (mail,) = mails(rig.ctx, "digest")
    assert mail.text.count("does not wish to share") == 100
    assert "20 further notes are in the portal." in mail.text
    assert waiting(rig) == 0


def test_who_wants_them_at_once_again_still_gets_what_waits(rig: Rig) -> None:
    rows = ask(rig.ctx)
    user = someone(rig, rows)
    tell(rig, rows)
    own_account.choose_mails(rig.ctx, user, "immediate")
    rig.clock.time = TUESDAY
    assert digesting.send_due(rig.ctx) == 1


def test_who_wants_none_any_more_or_is_disabled_gets_none(rig: Rig) -> None:
    rows = ask(rig.ctx)
    off, gone = someone(rig, rows), someone(rig, rows, email="gone@northbank.example")
    tell(rig, rows)
    assert waiting(rig) == 2
    own_account.choose_mails(rig.ctx, off, "off")
    user_upkeep.disable(rig.ctx, None, gone)
    rig.clock.time = TUESDAY
    assert digesting.send_due(rig.ctx) == 0
    assert waiting(rig) == 0


def test_without_anybody_assigned_the_maker_is_told_unless_disabled(rig: Rig) -> None:
    rows, maker = ask(rig.ctx), add(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"UPDATE requests SET created_by = '{maker.id}'")
    tell(rig, rows)
    user_upkeep.disable(rig.ctx, None, maker)
    tell(rig, rows)
    assert [mail.recipient for mail in mails(rig.ctx, "declined")] == [maker.email]


@pytest.mark.parametrize(("reason", "told"), [("status-500", 1), (sync_endings.NEEDS_REAUTH, 0)])
def test_a_reading_that_failed_for_good_is_news(rig: Rig, reason: str, told: int) -> None:
    rows = add_rows(rig.ctx)
    someone(rig, rows, "immediate")
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.FAILED, reason=reason)
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.FAILED, reason=reason)
    found = mails(rig.ctx, "failed")
    assert len(found) == told
    assert all("could not be read to the end" in mail.text for mail in found)


class Refusing:
    """A mail server that knows nobody."""

    def send(self, message: object) -> None:
        raise MailRefused("recipient", permanent=True, reply=550)


def test_a_mail_to_the_contact_that_does_not_arrive_is_news(rig: Rig) -> None:
    rows = ask(rig.ctx)
    someone(rig, rows, "immediate")
    with rig.ctx.database.transaction() as tx:
        message_id = mailing.queue_link_mail(rig.ctx, tx, "request", link_id=rows.link_id)
    assert delivering.deliver(rig.ctx, message_id, mailer=Refusing()) == FAILED
    (mail,) = mails(rig.ctx, "undeliverable")
    assert "to anna@example.com of Abra Kebabra Ltd could not be delivered" in mail.text
    assert delivering.deliver(rig.ctx, mail.id, mailer=Refusing()) == FAILED
    assert len(mails(rig.ctx, "undeliverable")) == 1, "that the news did not arrive is no news"
