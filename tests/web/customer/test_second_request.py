"""A further request of a company that has shared before: what counts for it, and what does not."""

import pytest

from linkflow.domain.errors import NeedsReauth
from linkflow.domain.requests import SyncState
from linkflow.services import granting, requesting, sync_endings
from linkflow.services.requesting import Ask
from tests.web.office import FINANCIALS, SPEND, Customer, Office
from tests.web.states import done, request_of


def ask_again(office: Office, company_id: str, data_types: frozenset[object] = FINANCIALS) -> requesting.Asked:
    wish = Ask(data_types=data_types, name="Yearly review")  # type: ignore[arg-type]
    return requesting.ask(office.ctx, office.account(), company_id, wish)


def status(office: Office, customer: Customer) -> str:
    return str(office.values(f"SELECT status FROM requests WHERE id='{request_of(customer)}'")[0])


def test_access_given_back_after_one_reading_needs_a_fresh_sign_in_before_anything_counts(office: Office) -> None:
    company = done(office).asked.company_id
    office.write("UPDATE grants SET state='revoked', access_token=NULL, refresh_token=NULL")
    customer = office.consent(office.follow(ask_again(office, company)))
    assert customer.name == "leaving"
    assert status(office, customer) == "in_progress"
    office.returned(customer).press("tenant=tenant-1")
    assert customer.name == "connected"
    assert status(office, customer) == "connected"
    assert office.count("syncs") == 2


def test_the_first_request_stays_answered_when_a_second_one_shares_more(office: Office) -> None:
    first = done(office)
    customer = office.follow(ask_again(office, first.asked.company_id))
    assert office.consent(customer).name == "connected"
    assert office.follow(first.asked).name == "summary"


def test_software_that_is_only_connected_can_be_connected_again(office: Office) -> None:
    asked = office.ask()
    customer = office.consent(office.choose(office.follow(asked), "blind_books"))
    office.returned(customer, software="blind-books").press()
    assert customer.name == "connected"
    office.write("UPDATE grants SET state='revoked', access_token=NULL, refresh_token=NULL")
    customer = office.consent(office.follow(ask_again(office, asked.company_id)))
    office.returned(customer, software="blind-books").press()
    assert customer.name == "connected"
    assert office.count("connections", "state='linked'") == 1


def test_a_sign_in_of_an_earlier_request_is_not_offered_for_one_more_entity(office: Office) -> None:
    first = office.ask(SPEND)
    customer = office.choose(office.follow(first).press(count="several").press(name="Abra Kebabra Ltd"))
    office.returned(office.consent(customer)).press("tenant=tenant-1")
    assert "tenant" in customer.look(f"/r/{request_of(customer)}/entity-name").page.text
    assert any(form.has("tenant") for form in customer.forms)
    customer = office.follow(ask_again(office, first.company_id, SPEND)).press(count="several")
    office.consent(customer.press(name="Abra Kebabra Ltd"))
    assert customer.name == "connected"
    customer.look(f"/r/{request_of(customer)}/entity-name")
    assert customer.name == "entity-name"
    assert not any(form.has("tenant") for form in customer.forms)


def test_the_end_of_a_grant_shows_in_every_request_that_reads_through_it(office: Office) -> None:
    company = done(office).asked.company_id
    office.consent(office.follow(ask_again(office, company)))
    office.software.issued.clear()
    office.clock.go_on(minutes=30)
    with pytest.raises(NeedsReauth):
        granting.access_token(office.ctx, office.values("SELECT id FROM grants")[0])
    assert office.values("SELECT status FROM requests") == ["needs_reauth", "needs_reauth"]


def test_whoever_asked_is_told_when_the_books_of_a_second_request_are_in(office: Office) -> None:
    company = done(office).asked.company_id
    office.consent(office.follow(ask_again(office, company)))
    sync = office.values("SELECT id FROM syncs ORDER BY created_at DESC")[0]
    office.write(
        f"INSERT INTO sync_parts (sync_id, position, name, done, pages, rows) VALUES ('{sync}', 1, 'bills', true, 1, 5)"
    )
    with office.ctx.database.transaction() as tx:
        sync_endings.end_sync(office.ctx, tx, sync, state=SyncState.DONE)
    assert office.count("messages", "kind='available'") == 1


def test_finishing_needs_something_shared_in_this_request(office: Office) -> None:
    first = office.ask(SPEND)
    customer = office.choose(office.follow(first).press(count="several").press(name="Abra Kebabra Ltd"))
    office.returned(office.consent(customer)).press("tenant=tenant-1")
    customer = office.follow(ask_again(office, first.company_id, SPEND)).press(count="several")
    customer.press(name="Abra Kebabra Ltd")
    token = customer.forms[-1].fields["linkflow_csrf"]
    customer.look(f"/r/{request_of(customer)}/entities")
    customer.post(f"/r/{request_of(customer)}/finish", linkflow_csrf=token)
    assert customer.page.status_code == 422
    assert office.count("requests", "finished_at IS NOT NULL") == 0
