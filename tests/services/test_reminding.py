"""Reminders come on their days, once each, until there is an answer."""

from pathlib import Path

import pytest

from linkflow.domain.ports import Job
from linkflow.services import delivering, mailing, reminding, statuses
from linkflow.store import messages, requests
from linkflow.store.turns import take_turn_of
from tests.jobs.rig import Rig, Rows, ask, make_rig
from tests.services.test_delivering import FakeMailer


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


@pytest.fixture
def rows(rig: Rig) -> Rows:
    """A request mailed just now."""
    rows = ask(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        message_id = mailing.queue_link_mail(rig.ctx, tx, "request", link_id=rows.link_id)
    delivering.deliver(rig.ctx, message_id, mailer=FakeMailer())
    return rows


def reminders(rig: Rig, rows: Rows) -> int:
    with rig.ctx.database.reading() as tx:
        return [message.kind for message in messages.messages_of_request(tx, rows.request_id)].count("reminder")


def test_reminders_come_after_three_and_seven_days_and_then_no_more(rig: Rig, rows: Rows) -> None:
    made = []
    for _ in range(20):
        reminding.send_due(rig.ctx)
        reminding.send_due(rig.ctx)
        made.append(reminders(rig, rows))
        rig.clock.go_on(days=1)
    assert made == [0, 0, 0, 1, 1, 1, 1] + [2] * 13
    assert len(rig.enqueued.of(Job.SEND_MESSAGE)) == 3


def test_one_reminder_comes_however_long_nobody_looked(rig: Rig, rows: Rows) -> None:
    rig.clock.go_on(days=8)
    assert reminding.send_due(rig.ctx) == 1
    rig.clock.go_on(minutes=1)
    assert reminding.send_due(rig.ctx) == 0


@pytest.mark.parametrize("fact", ["declined_at", "withdrawn_at", "finished_at", "reminders_off_at"])
def test_reminders_stop_with_an_answer(rig: Rig, rows: Rows, fact: str) -> None:
    with rig.ctx.database.transaction() as tx:
        requests.set_facts(tx, rows.request_id, **{fact: rig.ctx.now()})
        take_turn_of(tx, "request", rows.request_id)
        statuses.refresh_status(rig.ctx, tx, rows.request_id)
    rig.clock.go_on(days=4)
    assert reminding.send_due(rig.ctx) == 0


def test_a_link_that_no_longer_opens_is_not_repeated(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        requests.revoke_link(tx, rows.link_id, at=rig.ctx.now())
    rig.clock.go_on(days=4)
    assert reminding.send_due(rig.ctx) == 0


def test_a_request_whose_link_was_only_copied_is_not_reminded(rig: Rig) -> None:
    ask(rig.ctx)
    rig.clock.go_on(days=4)
    assert reminding.send_due(rig.ctx) == 0


def test_the_organization_chooses_the_days(tmp_path: Path) -> None:
    rig = make_rig(tmp_path, feel={"reminder_days": []})
    rows = ask(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        message_id = mailing.queue_link_mail(rig.ctx, tx, "request", link_id=rows.link_id)
    delivering.deliver(rig.ctx, message_id, mailer=FakeMailer())
    rig.clock.go_on(days=30)
    assert reminding.send_due(rig.ctx) == 0
