"""After a reading that failed the customer, or somebody at the organization, may begin another."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from linkflow.domain.ports import Job
from linkflow.services import reading_again, sync_endings
from linkflow.services.syncing import SyncState
from linkflow.store import connections, syncs
from tests.web.further_pages import a_reading_that_waits_for_a_limit
from tests.web.office import BASE, Customer, Office

FAILED = "UPDATE syncs SET state='failed', error='status-500', finished_at=created_at WHERE state='queued'"


def stopped(office: Office) -> Customer:
    """A customer whose books could not be read."""
    customer = office.connected(office.ask())
    office.write(FAILED)
    return customer.look(customer.path)


def test_a_wait_for_a_limit_is_told_and_the_page_does_not_ask_all_the_time(office: Office) -> None:
    (customer,) = a_reading_that_waits_for_a_limit(office)
    assert "Sandbox Books allows no more reading for now." in customer.page.text
    assert "24 Nov 2026" in customer.page.text
    assert "data-busy" not in customer.page.text
    assert "answers slowly" not in customer.page.text


def test_trying_again_begins_a_reading_of_the_same_things(office: Office) -> None:
    customer = stopped(office)
    assert customer.name == "first-sync-failed"
    assert customer.press().name == "connected"
    assert len(office.enqueued.of(Job.PULL_BOOKS)) == office.count("syncs") == 2
    assert len(set(office.values("SELECT consent_id || data_types FROM syncs"))) == 1
    assert office.count("events", "kind='reading-asked' AND actor LIKE 'link:%'") == 1
    assert office.values("SELECT status FROM requests") == ["connected"]


def test_nothing_is_offered_that_the_journey_would_refuse(office: Office) -> None:
    customer = stopped(office)
    for words in ("Choose other software", "Upload a file instead"):
        assert words not in customer.page.text
    assert customer.look(customer.path.replace("connected", "software")).name == "first-sync-failed"


def test_twice_pressed_begins_one_reading(office: Office) -> None:
    customer = stopped(office)
    form, cookie = customer.forms[0], customer.cookie()

    def press(_: int) -> int:
        client = office.app.test_client()
        client.set_cookie("linkflow", cookie, domain="127.0.0.1")
        return client.post(form.action, base_url=BASE, data=form.fields).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(8))) == {303}
    assert office.count("syncs") == 2


def test_the_sixth_time_within_an_hour_is_refused_in_words(office: Office) -> None:
    customer = stopped(office)
    for _ in range(reading_again.READINGS_AN_HOUR):
        assert customer.press().name == "connected"
        office.write(FAILED)
        customer.look(customer.path)
    customer.press()
    assert (customer.name, customer.page.status_code) == ("first-sync-failed", 422)
    assert "five times within the hour" in customer.page.text
    assert office.count("syncs") == 1 + reading_again.READINGS_AN_HOUR
    for _ in range(2):
        office.clock.go_on(minutes=30)
        customer.look(customer.path.replace("reading", "connected"))
    assert customer.press().name == "connected"


@pytest.mark.parametrize("state", ["running", "done", "cancelled"])
def test_a_reading_that_did_not_fail_is_not_begun_again(office: Office, state: str) -> None:
    customer = stopped(office)
    office.write(f"UPDATE syncs SET state='{state}'")
    assert customer.press().name == "connected"
    assert office.count("syncs") == 1
    assert office.count("throttles", "key LIKE 'reading:%' AND count>0") == 0


def test_when_somebody_must_sign_in_first_there_is_no_button(office: Office) -> None:
    customer = stopped(office)
    office.write("UPDATE connections SET state='needs_reauth'")
    customer.look(customer.path)
    assert [form for form in customer.forms if form.action.endswith("/reading")] == []


def test_how_long_one_reading_can_be_tried_is_said_to_customer_and_manager(office: Office) -> None:
    customer = stopped(office)
    assert "may read the books once" not in customer.page.text
    office.write("UPDATE connections SET access='once', access_until='2026-11-30 12:00:00.000000'")
    customer.look(customer.path)
    assert "If that does not work by 30 November 2026, access ends by itself." in customer.page.text
    page = f"/portal/companies/{office.values('SELECT id FROM companies')[0]}"
    assert "Once, by 30 Nov 2026 at the latest" in office.user("manager").look(page).page.text
    form = customer.forms[0]
    office.write("UPDATE connections SET access_until=linked_at")
    customer.look(customer.path)
    assert (customer.name, customer.forms) == ("first-sync-failed", [])
    customer.post(form.action, **form.fields)
    assert (customer.name, office.count("syncs")) == ("first-sync-failed", 1)


def test_a_manager_reads_again_from_the_companys_page(office: Office) -> None:
    stopped(office)
    page = f"/portal/companies/{office.values('SELECT id FROM companies')[0]}"
    manager = office.user("manager").look(page)
    form = next(form for form in manager.forms if form.action.endswith("/reading"))
    manager.post(form.action, **form.fields)
    assert manager.path == page
    assert "A new reading of the books has begun." in manager.page.text
    assert office.count("syncs") == 2
    assert not [form for form in manager.look(page).forms if form.action.endswith("/reading")]
    assert office.count("events", "kind='reading-asked' AND actor LIKE 'user:%'") == 1


def test_a_viewer_and_another_organization_cannot(office: Office) -> None:
    stopped(office)
    page = f"/portal/companies/{office.values('SELECT id FROM companies')[0]}"
    action = f"/portal/connections/{office.values('SELECT id FROM connections')[0]}/reading"
    for role, organization, status in (("viewer", "northbank", 403), ("manager", "harbour", 404)):
        user = office.user(role, organization)
        assert not [form for form in user.look(page).forms if form.action == action]
        token = user.look("/portal/requests").forms[0].fields["linkflow_csrf"]
        user.post(action, linkflow_csrf=token)
        assert user.page.status_code == status
    assert office.count("syncs") == 1


def test_a_failed_pull_of_the_worker_can_be_read_again(office: Office) -> None:
    customer = office.connected(office.ask())
    with office.ctx.database.transaction() as tx:
        [sync_id] = syncs.open_syncs(tx, office.values("SELECT id FROM connections")[0])
        sync_endings.end_sync(office.ctx, tx, sync_id, state=SyncState.FAILED, reason="status-500")
        held = connections.connection(tx, office.values("SELECT id FROM connections")[0])
    assert held is not None
    assert reading_again.may_read_again(held.state, "failed", until=held.access_until, now=office.ctx.now())
    assert customer.look(customer.path).press().name == "connected"
