"""Where a journey ends: on the organization's own page, told how it went, or on the summary where there is none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from linkflow.organization_model import Organization
from linkflow.services import requesting
from linkflow.services.requesting import Ask, Asked, NewCompany
from tests.browser import Watch
from tests.web.further_pages import without_any_software
from tests.web.office import BASE, FINANCIALS, Customer, Office, open_office
from tests.web.states import (
    declined,
    failed_at_the_software,
    followed,
    linked,
    reading_failed,
    several_mixed,
    software_missing,
    uploaded,
)
from tests.web.windows import Check, Window, press

HOST = "bank.example"
ADDRESS = (
    f"https://{HOST}/done/{{request}}?status={{status}}&message={{message}}&company={{company}}"
    "&connection={connection}&software={software}&campaign={campaign}"
)


def returning_to_the_bank(plain: Organization) -> Organization:
    feel = replace(plain.feel, redirect_after=ADDRESS, redirect_hosts=(HOST,), redirect_parameters=("campaign",))
    return replace(plain, feel=feel)


def asking_nothing(plain: Organization) -> Organization:
    return replace(plain, feel=replace(plain.feel, exit_confirmation=False))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Of an organization with a page of its own."""
    with open_office(tmp_path, monkeypatch, wear=returning_to_the_bank) as opened:
        yield opened


def ways_back(customer: Customer) -> list[str]:
    """Where the page's ways to the organization lead."""
    links = re.findall(r'<a [^>]*href="(https://[^"]*)"[^>]*>(.*?)</a>', customer.page.text, re.DOTALL)
    return [unescape(address) for address, words in links if "Return to Northbank" in words]


def told(customer: Customer) -> dict[str, Any]:
    """What the organization's page would be told, by the page's one way there."""
    (address,) = ways_back(customer)
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", HOST, "")
    return {name: value for name, (value,) in parse_qs(parts.query, keep_blank_values=True).items()}


def outcome(customer: Customer) -> tuple[str, str]:
    found = told(customer)
    return found["status"], found["message"]


def several_finishing(office: Office) -> tuple[Customer, str]:
    scene = several_mixed(office)
    customer, request_id = scene.customer.look(f"/r/{scene.asked.request_id}/entities"), scene.asked.request_id
    finish = next(form for form in customer.forms if form.action.endswith("/finish"))
    return customer.post(finish.action, **finish.fields), request_id


def test_finishing_goes_straight_to_the_organizations_page_and_says_what_was_shared(office: Office) -> None:
    customer, request_id = several_finishing(office)
    assert customer.name == "returning"
    (address,) = ways_back(customer)
    assert customer.page.headers["Refresh"] == f"0;url={address}"
    assert HOST in customer.page.text
    found = told(customer)
    (company,) = office.values("SELECT id FROM companies")
    shared = set(office.values("SELECT id FROM connections WHERE state = 'linked'"))
    assert urlsplit(address).path == f"/done/{request_id}"
    assert (found["status"], found["message"]) == ("200", "shared")
    assert (found["company"], found["campaign"]) == (company, "")
    assert set(found["connection"].split(",")) == shared
    assert len(shared) == 2
    assert found["software"] == "sandbox,upload"


def test_nothing_that_names_somebody_or_opens_anything_is_told(office: Office) -> None:
    customer, _ = several_finishing(office)
    (address,) = ways_back(customer)
    secrets = ["Abra", "Anna", "anna", "abra.example", "Virtual", "Codfather"]
    secrets += [office.ctx.signer.sign_link(one, 1) for one in office.values("SELECT id FROM links")]
    assert [one for one in secrets if one in address] == []


def test_a_company_alone_is_led_back_from_where_it_is_connected(office: Office) -> None:
    customer = linked(office).customer
    customer.look(re.sub(r"/confirm-company.*", "/connected", customer.path))
    assert customer.name == "connected"
    assert outcome(customer) == ("200", "shared")
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/summary")) == ("200", "shared")


def test_whoever_opens_a_complete_request_another_day_has_nothing_left_to_do(office: Office) -> None:
    asked = linked(office).asked
    office.clock.go_on(days=1)
    customer = office.follow(asked)
    assert customer.name == "summary"
    assert "Refresh" not in customer.page.headers
    assert outcome(customer) == ("201", "nothing-left-to-do")


def test_a_file_counts_as_shared(office: Office) -> None:
    customer = uploaded(office).customer
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/summary")) == ("200", "shared")


def test_leaving_asks_first_and_says_so(office: Office) -> None:
    customer = followed(office).customer
    assert ways_back(customer) == []
    assert f'href="/r/{customer.path.split("/")[2]}/exit">Save and leave' in customer.page.text
    customer.look(f"/r/{customer.path.split('/')[2]}/exit")
    assert "I will not share" in customer.page.text
    assert outcome(customer) == ("403", "left")


def test_declining_is_told_as_such(office: Office) -> None:
    customer = declined(office).customer
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/exit")) == ("403", "declined")


def test_what_some_entities_shared_counts_when_one_leaves(office: Office) -> None:
    customer = several_mixed(office).customer
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/exit")) == ("200", "shared")


def test_a_first_reading_that_failed_is_told(office: Office) -> None:
    customer = reading_failed(office).customer
    customer.look(f"{customer.entity_path()}/connected")
    assert customer.name == "first-sync-failed"
    assert outcome(customer) == ("500", "failed")


def test_a_later_reading_that_failed_is_not(office: Office) -> None:
    customer = reading_failed(office).customer
    columns = "organization, company_id, connection_id, consent_id, data_types, created_at, first_month, last_month"
    office.write(
        f"INSERT INTO syncs (id, state, finished_at, {columns}) SELECT 'x', 'done', created_at, {columns} FROM syncs"
    )
    office.write("UPDATE syncs SET created_at = '2099-01-01 00:00:00.000000' WHERE state = 'failed'")
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/summary")) == ("200", "shared")


def test_a_sign_in_that_failed_is_told_on_leaving(office: Office) -> None:
    customer = failed_at_the_software(office).customer
    assert outcome(customer.look(f"/r/{customer.path.split('/')[2]}/exit")) == ("500", "failed")


def test_software_that_is_not_there_is_told(office: Office) -> None:
    customer = software_missing(office).customer
    customer.look(f"{customer.entity_path()}/not-listed")
    assert outcome(customer) == ("501", "software-not-supported")
    fresh = followed(office).customer
    assert ways_back(fresh.look(f"{fresh.entity_path()}/not-listed")) == [], "not yet said"
    path = fresh.path.replace("not-listed", "software")
    assert outcome(without_any_software(office, fresh).look(path)) == ("501", "software-not-supported")


def test_the_address_in_the_browser_changes_nothing_of_it(office: Office) -> None:
    customer = followed(office).customer
    path = f"/r/{customer.path.split('/')[2]}/returning"
    plain = customer.look(path).page.headers["Refresh"]
    sent = "?campaign=stolen&status=200&redirect_after=https://evil.example&next=//evil.example&url=https:evil.example"
    assert customer.look(path + sent).page.headers["Refresh"] == plain


def test_what_was_set_with_the_request_is_told_and_nothing_else(office: Office) -> None:
    customer = office.follow(asked_with(office, campaign="spring-2026"))
    assert told(customer.look(f"/r/{customer.path.split('/')[2]}/exit"))["campaign"] == "spring-2026"
    customer = office.follow(office.ask())
    assert told(customer.look(f"/r/{customer.path.split('/')[2]}/exit"))["campaign"] == ""


def asked_with(office: Office, **parameters: str) -> Asked:
    company = NewCompany(name="Hairosmith", contact_name="Ada Hair", contact_email="ada@hair.example")
    asked = Ask(data_types=FINANCIALS, name="Virtual card application", parameters=parameters)
    return requesting.ask_new_company(office.ctx, office.account(), company, asked)


def test_where_leaving_does_not_ask_one_goes_straight_and_can_still_say_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_office(tmp_path, monkeypatch, wear=lambda one: asking_nothing(returning_to_the_bank(one))) as office:
        customer, before = followed(office).customer, office.rows()
        request_id, page = customer.path.split("/")[2], customer.page.text
        assert f'href="/r/{request_id}/returning">Save and leave' in page
        assert f'href="/r/{request_id}/exit">I will not share' in page
        assert outcome(customer.look(f"/r/{request_id}/returning")) == ("403", "left")
        assert customer.page.headers["Refresh"].startswith(f"0;url=https://{HOST}/")
        assert office.rows() == before
        customer.look(f"/r/{request_id}/exit").press(reason="")
        assert outcome(customer) == ("403", "declined")


def test_where_there_is_no_such_page_the_end_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_office(tmp_path, monkeypatch, wear=asking_nothing) as office:
        customer = followed(office).customer
        customer.look(f"/r/{customer.path.split('/')[2]}/returning")
        assert (customer.name, "Refresh" in customer.page.headers) == ("exit", False)
        assert "To come back, open the link" in customer.page.text
        assert "Tell them I will not share" not in customer.page.text
        done, _ = several_finishing(office)
        assert done.name == "summary"
        assert "Return to" not in done.page.text


def test_a_real_browser_that_finishes_arrives_there_under_our_own_policy(
    office: Office, window: Window, watch: Watch
) -> None:
    scene = several_mixed(office)
    page = window(scene.customer)
    page.context.route(f"https://{HOST}/**", lambda route: route.fulfill(body="Welcome back", content_type="text/html"))
    page.goto(f"{BASE}/r/{scene.asked.request_id}/entities")
    press(page, "Finish")
    page.wait_for_url(f"https://{HOST}/done/*")
    assert "status=200" in page.url
    (asked,) = watch.foreign_requests
    assert asked == page.url, "nothing but the page itself, which the browser was sent to"
    watch.foreign_requests.clear()


def test_the_page_on_the_way_back(office: Office, window: Window, check: Check, watch: Watch) -> None:
    """Its refresh leads to a server that leaves the browser where it is, so that the page can be looked at."""
    customer = followed(office).customer
    page = window(customer)
    page.context.route(f"https://{HOST}/**", lambda route: route.fulfill(status=204))
    page.goto(f"{BASE}/r/{customer.path.split('/')[2]}/returning")
    check(page, "returning")
    watch.foreign_requests.clear()
