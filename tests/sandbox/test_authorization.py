"""The authorization server: codes with PKCE, exact addresses, rotation, reuse, revocation."""

import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.driver import CALLBACK, ISSUER, Clock, Driver, form_token, make_driver

OWNER = "owner@example.com"


def test_a_code_is_exchanged_for_a_short_lived_token_and_a_refresh_token(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 300
    assert set(token["scope"].split()) == {"books.read", "offline_access"}
    assert token["refresh_token"]


def test_the_callback_names_the_issuer_and_the_state(driver: Driver) -> None:
    answer = driver.decide("abra-kebabra", email=OWNER)
    assert answer["iss"] == ISSUER
    assert answer["state"] == "the-state"


def test_declining_is_answered_with_access_denied_and_the_issuer(driver: Driver) -> None:
    answer = driver.decide(email=OWNER, decision="decline")
    assert answer["error"] == "access_denied"
    assert answer["iss"] == ISSUER
    assert answer["state"] == "the-state"
    assert "code" not in answer


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "books.write"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_bad_request_goes_back_to_the_client_with_the_issuer(
    driver: Driver, changes: dict[str, str | None], error: str
) -> None:
    answer = driver.browser.get(driver.authorize_address(**changes))
    assert answer.status_code == 302
    assert answer.location.startswith(CALLBACK + "?")
    found = parse_qs(urlsplit(answer.location).query)
    assert found["error"] == [error]
    assert found["iss"] == [ISSUER]
    assert found["state"] == ["the-state"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:8080/callback/sandbox/"},
        {"redirect_uri": "http://127.0.0.1:8080/callback/sandbox?x=1"},
        {"redirect_uri": "http://127.0.0.1:9999/callback/sandbox"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
        {"client_id": "somebody-else"},
        {"client_id": None},
    ],
)
def test_an_unknown_client_or_address_is_never_redirected_to(driver: Driver, changes: dict[str, str | None]) -> None:
    answer = driver.browser.get(driver.authorize_address(**changes))
    assert answer.status_code in {400, 401}
    assert answer.location is None
    assert 'data-page="refused"' in answer.text


@pytest.mark.parametrize("verifier", [None, "w" * 50, "v" * 42])
def test_a_missing_or_wrong_verifier_gets_no_token(driver: Driver, verifier: str | None) -> None:
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    answer = driver.exchange(code, code_verifier=verifier)
    assert answer.status_code == 400
    assert answer.get_json()["error"] in {"invalid_request", "invalid_grant"}


def test_another_redirect_address_at_the_exchange_gets_no_token(driver: Driver) -> None:
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    answer = driver.exchange(code, redirect_uri="http://127.0.0.1:8080/other/callback")
    assert answer.get_json()["error"] == "invalid_grant"


def test_a_wrong_secret_gets_no_token(driver: Driver) -> None:
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    assert driver.token({"grant_type": "authorization_code", "code": code}, secret="guess").status_code == 401


def test_the_secret_may_be_sent_in_the_form(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    sent = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"], "client_id": "linkflow"}
    assert driver.machine.post("/oauth/token", data=sent | {"client_secret": "not a real secret"}).status_code == 200
    assert driver.machine.post("/oauth/token", data=sent).status_code == 401


def test_using_a_code_twice_revokes_what_it_brought(driver: Driver) -> None:
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    token = driver.exchange(code).get_json()
    assert driver.get("/api/companies", token["access_token"]).status_code == 200
    assert driver.exchange(code).get_json()["error"] == "invalid_grant"
    assert driver.get("/api/companies", token["access_token"]).status_code == 401
    assert driver.refresh(token["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_a_code_lives_a_minute(driver: Driver) -> None:
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    driver.clock.pass_(61)
    assert driver.exchange(code).get_json()["error"] == "invalid_grant"


def test_an_access_token_ends_after_its_time_and_a_refresh_brings_the_next(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    driver.clock.pass_(301)
    answer = driver.get("/api/companies", token["access_token"])
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    fresh = driver.refresh(token["refresh_token"]).get_json()
    assert driver.get("/api/companies", fresh["access_token"]).status_code == 200
    assert fresh["refresh_token"] != token["refresh_token"]


def test_using_a_refresh_token_twice_revokes_the_family(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    fresh = driver.refresh(token["refresh_token"]).get_json()
    assert driver.refresh(token["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert driver.get("/api/companies", fresh["access_token"]).status_code == 401
    assert driver.refresh(fresh["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_with_a_grace_the_old_refresh_token_works_a_little_longer(clock: Clock) -> None:
    driver = make_driver(clock, grace_seconds=30)
    token = driver.connect("abra-kebabra", email=OWNER)
    first, again = driver.refresh(token["refresh_token"]), driver.refresh(token["refresh_token"])
    assert (first.status_code, again.status_code) == (200, 200)
    clock.pass_(31)
    assert driver.refresh(token["refresh_token"]).status_code == 400
    assert driver.refresh(again.get_json()["refresh_token"]).status_code == 400


def test_of_many_refreshes_at_once_one_wins(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)["refresh_token"]
    answers: list[int] = []
    workers = [threading.Thread(target=lambda: answers.append(driver.refresh(token).status_code)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == [200] + [400] * 7


def test_without_offline_access_there_is_no_refresh_token(driver: Driver) -> None:
    assert "refresh_token" not in driver.connect("abra-kebabra", email=OWNER, scope="books.read")


def test_revoking_a_refresh_token_ends_the_grant(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    assert revoke(driver, token["refresh_token"]) == 200
    assert driver.get("/api/companies", token["access_token"]).status_code == 401
    assert driver.refresh(token["refresh_token"]).status_code == 400


def test_revoking_an_access_token_leaves_the_grant(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    assert revoke(driver, token["access_token"]) == 200
    assert driver.get("/api/companies", token["access_token"]).status_code == 401
    assert driver.refresh(token["refresh_token"]).status_code == 200


def test_revoking_an_unknown_token_is_fine_and_a_wrong_secret_is_not(driver: Driver) -> None:
    assert revoke(driver, "never-issued") == 200
    answer = driver.machine.post("/oauth/revoke", data={"token": "x"}, auth=("linkflow", "guess"))
    assert answer.status_code == 401


def revoke(driver: Driver, token: str) -> int:
    sent = {"token": token, "token_type_hint": "refresh_token"}
    return int(driver.machine.post("/oauth/revoke", data=sent, auth=("linkflow", "not a real secret")).status_code)


def test_the_metadata_says_what_the_server_does(driver: Driver) -> None:
    found = driver.machine.get("/.well-known/oauth-authorization-server").get_json()
    assert found["issuer"] == ISSUER
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert found["token_endpoint"] == f"{ISSUER}/oauth/token"


def test_a_grant_survives_a_restart_and_no_secret_lies_in_the_file(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite"
    before = make_driver(clock, database=path)
    token = before.connect("abra-kebabra", email=OWNER)
    before.app.extensions["sandbox_database"].close()
    after = make_driver(clock, database=path)
    assert after.get("/api/companies", token["access_token"]).status_code == 200
    assert after.refresh(token["refresh_token"]).status_code == 200
    after.app.extensions["sandbox_database"].close()
    stored = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert token["access_token"].encode() not in stored
    assert token["refresh_token"].encode() not in stored


def test_a_form_from_elsewhere_is_refused(driver: Driver) -> None:
    driver.sign_in(OWNER)
    sent = {"decision": "approve", "company": "abra-kebabra"}
    for token in ("", "guess"):
        answer = driver.browser.post(driver.authorize_address(), data=sent | {"form_token": token})
        assert answer.status_code == 400


def test_only_companies_of_the_person_can_be_shared(driver: Driver) -> None:
    address = driver.authorize_address()
    token = form_token(driver.sign_in("codfather@example.com", address))
    sent = {"form_token": token, "decision": "approve", "company": "abra-kebabra"}
    assert driver.browser.post(address, data=sent).status_code == 422
