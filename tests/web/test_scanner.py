"""A mail scanner opens the link, runs the page and presses its first button, again and again. Nobody has answered.

What it leaves behind is one line in the history; the customer's journey starts where it would have started.
"""

import pytest

from tests.web.office import FINANCIALS, SPEND, Customer, Office
from tests.web.states import code_in_mail

SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; proofpoint)",
)


@pytest.mark.parametrize("same_browser", [True, False])
def test_a_hundred_visits_of_a_scanner_leave_the_journey_as_it_was(office: Office, same_browser: bool) -> None:
    asked = office.ask(SPEND)
    scanner = office.browser()
    _scan(scanner, asked.link)
    before = office.rows()
    for number in range(99):
        scanner = (
            scanner
            if same_browser
            else Customer(office.app.test_client(), headers={"User-Agent": SCANNERS[number % 3]})
        )
        _scan(scanner, asked.link)
    assert office.rows() == before
    assert office.values("SELECT kind FROM events WHERE actor LIKE 'link:%'") == ["link-followed"]
    assert office.values("SELECT followed_at IS NOT NULL, opened_at FROM requests") == [1]
    assert office.values("SELECT opened_at FROM requests") == [None]
    customer = office.follow(asked)
    assert customer.name == "entity-count"


def test_following_is_no_opening_until_a_later_step_is_answered(office: Office) -> None:
    asked = office.ask()
    customer = office.follow(asked)
    assert office.values("SELECT opened_at FROM requests") == [None]
    office.choose(customer)
    assert office.values("SELECT opened_at FROM requests") != [None]
    assert office.count("events", "kind='opened'") == 1
    office.consent(customer)
    assert office.count("events", "kind='opened'") == 1


def test_a_scanner_does_not_use_up_the_customers_codes(office: Office) -> None:
    asked = office.ask(FINANCIALS, organization="harbour")
    for _ in range(100):
        _scan(office.browser(), asked.link)
    assert office.count("messages", "kind='code'") == 1
    customer = office.follow(asked)
    assert customer.name == "code"
    assert office.count("messages", "kind='code'") == 1
    assert customer.press(code=code_in_mail(office)).name == "software"


def test_a_code_spent_by_wrong_tries_is_followed_by_a_fresh_one(office: Office) -> None:
    asked = office.ask(FINANCIALS, organization="harbour")
    guesser = office.follow(asked)
    for _ in range(5):
        guesser.press(code="000000" if code_in_mail(office) != "000000" else "111111")
    customer = office.follow(asked)
    assert office.count("messages", "kind='code'") == 2
    assert customer.press(code=code_in_mail(office)).name == "software"


def test_when_no_more_codes_are_mailed_the_first_press_still_leads_to_the_page_that_says_so(office: Office) -> None:
    asked = office.ask(FINANCIALS, organization="harbour")
    for _ in range(3):
        office.follow(asked)
        office.clock.go_on(minutes=11)
    customer = office.follow(asked)
    assert customer.page.status_code == 200
    assert customer.name == "code"


def test_a_scanner_of_a_withdrawn_or_expired_link_changes_nothing(office: Office) -> None:
    asked = office.ask()
    office.clock.go_on(days=31)
    before = office.rows()
    for _ in range(20):
        scanner = office.browser().look(asked.link)
        assert scanner.name == "link-expired"
        scanner.post(asked.link.removeprefix("http://127.0.0.1:8000"))
    assert office.rows() == before


def _scan(browser: Customer, link: str) -> None:
    browser.look(link)
    assert browser.name == "welcome"
    browser.press()
    assert browser.page.status_code == 200
