"""Another tab's sign-in is being finished: the page says so, and offers a new try when it takes too long."""

import pytest

from tests.web.office import Office
from tests.web.states import STATES


def test_while_the_answer_is_exchanged_the_page_says_so_and_leads_nowhere(office: Office) -> None:
    customer = STATES["exchanging"](office).customer
    customer.look(customer.path)
    assert (customer.name, customer.page.status_code) == ("leaving", 200)
    assert "We are finishing your sign-in" in customer.page.text
    assert "does not answer" not in customer.page.text
    assert f'href="{customer.path}">Check again' in customer.page.text
    assert "Try again" not in customer.page.text
    assert "Refresh" not in customer.page.headers


def test_after_half_a_minute_a_new_try_is_offered_and_begins_at_the_consent(office: Office) -> None:
    customer = STATES["exchange stuck"](office).customer
    leaving = customer.look(customer.path).path
    again = leaving.replace("/leaving", "/consent")
    assert customer.name == "leaving"
    assert f'href="{again}">Try again' in customer.page.text
    assert f'href="{leaving}">Check again' in customer.page.text
    assert office.consent(customer.look(again)).name == "leaving"
    assert office.count("attempts", "state='started'") == 1
    assert office.returned(customer).name == "confirm-company"


def test_checking_again_leads_on_once_the_answer_is_in(office: Office) -> None:
    customer = STATES["returned"](office).customer
    assert customer.look(customer.path.replace("confirm-company", "leaving")).name == "confirm-company"


@pytest.mark.parametrize(
    ("state", "moves", "over"),
    [("done", False, True), ("uploaded", False, True), ("reading", True, True), ("finished", True, False)],
)
def test_where_nothing_is_left_to_do_nothing_asks_for_more(office: Office, state: str, moves: bool, over: bool) -> None:
    scene = STATES[state](office)
    text = scene.customer.look(f"/r/{scene.asked.request_id}/summary").page.text
    assert ("There is nothing left to do" in text) is over
    assert ("Save and leave" in text) is not over
    assert ("Check again" in text) is moves
