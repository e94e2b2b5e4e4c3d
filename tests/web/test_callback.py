"""Attacks on the address the software sends customers back to.

Whatever comes there, at most one code is spent and one connection made, no state moves without the right signature,
browser, software and issuer, and nobody sees a bare error.
"""

import random
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from linkflow.domain.errors import Conflict, DatabaseBusy
from linkflow.domain.ports import Job
from linkflow.outbound.errors import TooBusy
from linkflow.services import authorizing, connecting, following_up, revoking
from linkflow.services.job_steps import StepKind
from linkflow.services.requesting import Asked
from tests.fakes import Reply, replied
from tests.web.office import BASE, SPEND, Customer, Office
from tests.web.states import hand_over, on_the_way_out, upload

PATH = "/callback/sandbox"


@pytest.fixture
def leaving(office: Office) -> Customer:
    return office.to_leaving(office.ask())


@pytest.fixture
def good(office: Office, leaving: Customer) -> dict[str, str]:
    """The answer a customer who approved is sent back with."""
    return office.software.approve(leaving.authorize_url)


WRONG: dict[str, Callable[[dict[str, str]], list[tuple[str, str]]]] = {
    "no state": lambda good: [pair for pair in good.items() if pair[0] != "state"],
    "an empty state": lambda good: [*{**good, "state": ""}.items()],
    "a made-up state": lambda good: [*{**good, "state": "a" * 26 + "." + "b" * 43}.items()],
    "a changed state": lambda good: [*{**good, "state": good["state"][:-2] + "AA"}.items()],
    "two states": lambda good: [*good.items(), ("state", good["state"])],
    "no issuer": lambda good: [pair for pair in good.items() if pair[0] != "iss"],
    "another issuer": lambda good: [*{**good, "iss": "https://evil.example"}.items()],
    "an issuer with a slash": lambda good: [*{**good, "iss": good["iss"] + "/"}.items()],
    "two issuers": lambda good: [*good.items(), ("iss", good["iss"])],
    "no code": lambda good: [pair for pair in good.items() if pair[0] != "code"],
    "an empty code": lambda good: [*{**good, "code": ""}.items()],
    "two codes": lambda good: [*good.items(), ("code", "another")],
    "a code and an error": lambda good: [*good.items(), ("error", "access_denied")],
    "an endless code": lambda good: [*{**good, "code": "c" * 100_000}.items()],
    "nothing": lambda good: [],
    "an error without a state": lambda good: [("error", "access_denied"), ("iss", good["iss"])],
    "an error with a made-up state": lambda good: [("error", "access_denied"), ("state", "x" * 70)],
    "an error of nobody": lambda good: [("error", "access_denied"), ("state", good["state"])],
    "an error of another issuer": lambda good: [
        ("error", "access_denied"),
        ("state", good["state"]),
        ("iss", "https://evil.example"),
    ],
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_changes_nothing_and_spends_nothing(
    office: Office, leaving: Customer, good: dict[str, str], wrong: str
) -> None:
    before = office.rows()
    leaving.look(f"{PATH}?{urlencode(WRONG[wrong](good))}")
    assert leaving.page.status_code == 400
    assert leaving.name in ("link-invalid", "software-unavailable", "access-not-allowed")
    assert office.rows() == before
    assert office.software.exchanges == []
    assert leaving.come_back(good).name == "confirm-company", "the right answer still counts"


def test_a_refusal_without_a_state_is_told_kindly_and_changes_nothing(office: Office, leaving: Customer) -> None:
    before, denied = office.rows(), {"error": "access_denied", "error_description": "TenantConsent status DENIED"}
    for browser in (leaving, office.browser()):
        browser.come_back(denied)
        assert (browser.name, browser.page.status_code) == ("access-not-allowed", 400)
        assert "Sandbox Books sent you back without giving access" in browser.page.text
        assert "TenantConsent" not in browser.page.text
    assert office.rows() == before
    assert "Go back to your request" not in browser.page.text, "nobody knows which that would be"
    onward = leaving.come_back(denied).page.text.partition('href="/r/')[2].partition('"')[0]
    assert leaving.look(f"/r/{onward}").name == "leaving"


def test_an_answer_at_another_softwares_path_is_refused(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    before = office.rows()
    leaving.come_back(good, software="blind-books")
    assert leaving.page.status_code == 400
    leaving.come_back(good, software="no-such")
    assert leaving.page.status_code == 400
    assert office.rows() == before
    assert office.software.exchanges == []


def test_a_state_of_one_software_does_not_open_another(office: Office) -> None:
    asked = office.ask()
    customer = office.consent(office.choose(office.follow(asked), "blind_books"))
    answer = office.software.approve(customer.authorize_url)
    before = office.rows()
    assert customer.come_back(answer, software="sandbox").page.status_code == 400
    assert office.rows() == before
    assert customer.come_back(answer, software="blind-books").name == "confirm-company"


def test_an_answer_in_another_browser_leaves_the_attempt_for_the_right_one(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    before = office.rows()
    elsewhere = office.browser().come_back(good)
    assert elsewhere.name == "other-browser"
    assert "code" not in elsewhere.page.request.query_string.decode()
    assert office.rows() == before
    assert office.software.exchanges == []
    assert leaving.come_back(good).name == "confirm-company"


def test_a_refusal_in_another_browser_declines_nothing(office: Office, leaving: Customer) -> None:
    before = office.rows()
    assert office.browser().come_back(office.software.refuse(leaving.authorize_url)).name == "other-browser"
    assert office.rows() == before


def test_a_second_browser_with_the_same_link_is_told_who_began(office: Office) -> None:
    asked = office.ask()
    first = office.to_leaving(asked)
    second = office.follow(asked)
    before = office.rows()
    assert second.come_back(office.software.approve(first.authorize_url)).name == "other-browser"
    assert office.rows() == before
    assert asked.request_id in second.path


@pytest.mark.parametrize("answer", ["approved", "declined"])
def test_twenty_equal_answers_at_once_count_as_one(office: Office, leaving: Customer, answer: str) -> None:
    judged = office.software.approve if answer == "approved" else office.software.refuse
    address = f"{PATH}?{urlencode(judged(leaving.authorize_url))}"
    cookie = leaving.cookie()

    def once(_: int) -> tuple[int, str]:
        client = office.app.test_client(use_cookies=False)
        got = client.get(address, base_url=BASE, headers={"Cookie": f"linkflow={cookie}"})
        return got.status_code, got.headers["Location"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, range(20)))
    assert {status for status, _ in answers} == {303}
    assert not any("code" in place or "state" in place for _, place in answers)
    if answer == "approved":
        assert office.software.exchanges == office.software.exchanges[:1]
        assert office.count("grants") == office.count("connections") == 1
        assert leaving.come_back({**dict(_pairs(address))}).name == "confirm-company"
    else:
        assert office.software.exchanges == []
        assert office.count("events", "kind='attempt-declined'") == 1
    assert office.software.revoked == []


def test_twenty_confirmations_at_once_make_one_connection(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    leaving.come_back(good)
    form = leaving.forms[0]
    cookie = leaving.cookie()

    def once(_: int) -> int:
        client = office.app.test_client(use_cookies=False)
        sent = client.post(form.action, base_url=BASE, data=form.fields, headers={"Cookie": f"linkflow={cookie}"})
        return sent.status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = set(pool.map(once, range(20)))
    assert max(statuses) < 500
    assert office.values("SELECT state FROM connections") == ["linked"]
    assert office.count("syncs") == 1
    assert office.count("messages", "kind='connected'") == 1


def test_a_reload_after_it_worked_shows_what_it_came_to(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    leaving.come_back(good).press()
    before = office.rows()
    assert leaving.name == "connected"
    assert leaving.come_back(good).name == "connected"
    assert office.rows() == before


def test_an_answer_after_a_quarter_of_an_hour_leads_back_to_the_consent(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    office.clock.go_on(minutes=15)
    assert leaving.come_back(good).name == "consent"
    assert office.software.exchanges == []
    assert office.values("SELECT state FROM attempts") == ["expired"]
    office.consent(leaving)
    assert office.returned(leaving).name == "confirm-company"


def test_an_answer_one_second_before_is_good(office: Office, leaving: Customer, good: dict[str, str]) -> None:
    office.clock.go_on(minutes=14, seconds=59)
    assert leaving.come_back(good).name == "confirm-company"


def _withdraw(office: Office) -> None:
    following_up.withdraw(office.ctx, office.account(), office.values("SELECT id FROM requests")[0], sure=True)


def _replace(office: Office) -> None:
    office.write("UPDATE links SET revoked_at = created_at")
    following_up.replace_link(office.ctx, office.account(), office.values("SELECT id FROM requests")[0])


@pytest.mark.parametrize("meanwhile", [_withdraw, _replace])
def test_a_link_taken_back_during_the_sign_in_gives_the_tokens_back(
    office: Office, leaving: Customer, good: dict[str, str], meanwhile: Callable[[Office], None]
) -> None:
    office.software.meanwhile = lambda: meanwhile(office)
    leaving.come_back(good)
    assert leaving.name == "link-withdrawn"
    assert len(office.software.exchanges) == 1
    assert office.software.revoked == [token for token in office.software.issued if token.startswith("refresh_token")]
    assert office.count("grants") == office.count("connections") == 0


def test_tokens_that_the_software_does_not_take_back_now_are_revoked_by_a_job(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    office.software.meanwhile, office.software.revokes_with = lambda: _withdraw(office), 503
    leaving.come_back(good)
    (grant_id,) = office.values("SELECT id FROM grants WHERE state='revoking'")
    assert office.enqueued.of(Job.REVOKE_GRANT) == [grant_id]
    office.software.revokes_with = 200
    assert revoking.revoke_grant(office.ctx, grant_id).kind is StepKind.DONE
    assert office.software.revoked[-1] in office.software.issued
    assert office.values("SELECT refresh_token FROM grants") == [None]


def test_a_link_that_ran_out_during_the_sign_in_is_finished_all_the_same(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    office.write("UPDATE links SET expires_at = created_at")
    assert leaving.come_back(good).name == "confirm-company"
    assert leaving.press().name == "connected"


def test_connected_in_another_window_meanwhile_gives_the_second_tokens_back(office: Office) -> None:
    asked = office.ask()
    first, second = office.to_leaving(asked), _started_again_elsewhere(office, asked)
    office.returned(second).press()
    assert second.name == "connected"
    assert office.returned(first).name == "connected-elsewhere"
    assert office.values("SELECT state FROM connections") == ["linked"]
    assert office.count("grants") == 1
    assert len(office.software.revoked) == 1


def test_the_first_of_two_windows_may_finish_after_the_second_came_back(office: Office) -> None:
    asked = office.ask()
    first, second = office.to_leaving(asked), _started_again_elsewhere(office, asked)
    office.returned(second)
    assert office.returned(first).name == "confirm-company"
    first.press()
    assert office.count("connections", "state='linked'") == 1
    assert second.look(second.path).name == "connected"


def test_an_entity_removed_during_the_sign_in_gets_no_connection(office: Office) -> None:
    asked = office.ask(SPEND)
    customer = office.follow(asked).press(count="several").press(name="First Ltd")
    office.consent(office.choose(customer))
    address, entity = customer.authorize_url, customer.entity_path()
    customer.look(f"/r/{asked.request_id}/entity-name").press(name="Second Ltd")
    customer.look(f"/r/{asked.request_id}/entities")
    remove = next(form for form in customer.forms if form.action == f"{entity}/remove")
    customer.post(remove.action, **remove.fields)
    customer.come_back(office.software.approve(address))
    assert customer.page.status_code < 500
    assert office.count("connections") == office.count("grants") == 0
    assert len(office.software.revoked) == 1


def test_removing_an_entity_that_waits_for_its_company_lets_its_grant_go(office: Office) -> None:
    asked = office.ask(SPEND)
    customer = office.follow(asked).press(count="several").press(name="First Ltd")
    office.returned(office.consent(office.choose(customer)))
    assert customer.name == "confirm-company"
    entity = customer.entity_path()
    customer.look(f"/r/{asked.request_id}/entities")
    remove = next(form for form in customer.forms if form.action == f"{entity}/remove")
    customer.post(remove.action, **remove.fields)
    assert office.values("SELECT state FROM grants") == ["revoking"]
    assert office.values("SELECT state FROM connections") == ["disconnected"]


def test_a_busy_process_keeps_the_attempt(
    office: Office, leaving: Customer, good: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> Any:
        raise TooBusy("127.0.0.1")

    with monkeypatch.context() as patched:
        patched.setattr(authorizing.oauth2, "exchange", busy)
        assert leaving.come_back(good).name == "software-unavailable"
    assert office.values("SELECT state FROM attempts") == ["started"]
    assert leaving.come_back(good).name == "confirm-company"


FAILURES: dict[str, Callable[[], Reply]] = {
    "500 in HTML": lambda: (500, "<h1>Sorry</h1>", {"Content-Type": "text/html"}),
    "200 in HTML": lambda: (200, "<h1>Sorry</h1>", {"Content-Type": "text/html"}),
    "a list": lambda: replied(200, []),
    "an empty object": lambda: replied(200, {}),
    "no access token": lambda: replied(200, {"hello": 1, "token_type": "Bearer"}),
    "another token type": lambda: replied(200, {"access_token": "a", "token_type": "mac"}),
    "a number for a token": lambda: replied(200, {"access_token": 5, "token_type": "Bearer"}),
    "a redirect": lambda: (302, "", {"Location": "/token"}),
    "429": lambda: replied(429, {"error": "slow_down"}, **{"Retry-After": "30"}),
    "invalid grant": lambda: replied(400, {"error": "invalid_grant"}),
    "invalid client": lambda: replied(401, {"error": "invalid_client"}),
    "an endless error": lambda: replied(400, {"error": "e" * 5000, "error_description": "<script>" * 500}),
    "half of a body": lambda: (200, '{"access_token": "a', {}),
    "2 MB": lambda: replied(200, {"access_token": "a", "token_type": "Bearer", "more": "x" * 2_000_000}),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_token_endpoint_that_fails_ends_on_a_page_and_stores_nothing(
    office: Office, leaving: Customer, good: dict[str, str], failure: str
) -> None:
    office.software.misbehave = FAILURES[failure]
    leaving.come_back(good)
    assert leaving.name == "software-unavailable"
    assert leaving.page.status_code == 200
    assert "script&gt;" not in leaving.page.text
    assert office.count("grants") == office.count("connections") == 0
    assert office.values("SELECT state FROM attempts") == ["failed"]
    assert len(office.software.exchanges) == 1
    office.software.misbehave = None
    leaving.look(f"/r/{leaving.path.split('/')[2]}/onward")
    assert leaving.name == "consent", "one press and the customer may try again"
    assert office.returned(office.consent(leaving)).name == "confirm-company"


def test_a_database_that_fails_after_the_exchange_gives_the_tokens_back(
    office: Office, leaving: Customer, good: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> Any:
        raise DatabaseBusy

    with monkeypatch.context() as patched:
        patched.setattr(authorizing.storing_grants, "store_grant", busy)
        leaving.come_back(good)
    assert leaving.page.status_code == 503
    assert len(office.software.revoked) == 1
    office.clock.go_on(seconds=31)
    leaving.look(f"/r/{office.values('SELECT id FROM requests')[0]}/onward")
    assert leaving.page.status_code == 200


def test_a_thousand_random_answers_are_refused_in_words(
    office: Office, leaving: Customer, good: dict[str, str]
) -> None:
    chance, before = random.Random(7), office.rows()
    names = ["state", "code", "error", "iss", "error_description", "realmId", "x[]", "\0", "é"]
    pieces = [
        "",
        "a",
        "access_denied",
        "\0",
        "ÿ€",
        "../..",
        "' OR 1=1",
        "%",
        "a" * 5000,
        good["iss"],
        good["state"][:-1],
    ]
    for _ in range(1000):
        pairs = [(chance.choice(names), _junk(chance, pieces)) for _ in range(chance.randrange(7))]
        software = chance.choice(["sandbox", "blind-books", "no-such", "..", "%00"])
        got = leaving.client.get(f"/callback/{software}?{urlencode(pairs)}", base_url=BASE)
        assert got.status_code in (400, 404, 308), pairs
    assert office.rows() == before
    assert office.software.exchanges == []
    assert leaving.come_back(good).name == "confirm-company"


def test_a_narrow_link_finishes_its_own_sign_in(office: Office) -> None:
    customer = office.choose(office.follow(office.ask()))
    colleague = hand_over(office, customer)
    office.returned(office.consent(colleague))
    assert colleague.name == "confirm-company"
    assert colleague.press().name == "connected"


def test_a_file_sent_in_another_window_stands_beside_a_sign_in_that_was_under_way(office: Office) -> None:
    asked = office.ask()
    customer = office.to_leaving(asked)
    address = customer.authorize_url
    upload(customer.look(customer.entity_path() + "/upload-consent"))
    assert customer.name == "upload"
    customer.come_back(office.software.approve(address))
    assert customer.page.status_code < 500
    assert office.count("connections", "software <> 'upload' AND state IN ('linked', 'pending')") <= 1
    assert office.count("connections", "software = 'upload' AND state = 'linked'") == 1


def test_two_sign_ins_stored_in_the_same_moment_keep_one_and_give_the_other_back(
    office: Office, leaving: Customer, good: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> str:
        raise Conflict(table="connections")

    monkeypatch.setattr(connecting, "await_company", lost)
    leaving.come_back(good)
    assert leaving.page.status_code == 200
    assert len(office.software.revoked) == 1
    assert office.values("SELECT state FROM attempts") == ["failed"]


def test_how_a_sign_in_ended_is_not_told_before_the_code(office: Office) -> None:
    scene = on_the_way_out(office)
    page = f"{scene.customer.entity_path()}/connected-elsewhere"
    assert scene.customer.look(page).name == "connected-elsewhere"
    assert office.follow(scene.asked).look(page).name == "code"


def _started_again_elsewhere(office: Office, asked: Asked) -> Customer:
    """A second device during the first one's sign-in: told so, and starting again there."""
    customer = office.follow(asked)
    assert customer.name == "other-browser"
    return office.consent(customer.look(customer.entity_path() + "/consent"))


def _junk(chance: random.Random, pieces: list[str]) -> str:
    if chance.random() < 0.5:
        return chance.choice(pieces)
    return "".join(chance.choices(string.printable, k=chance.randrange(90)))


def _pairs(address: str) -> list[tuple[str, str]]:
    return parse_qsl(address.split("?", 1)[1])
