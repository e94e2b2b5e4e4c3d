"""The dance against token endpoints that answer well, badly, slowly or not at all."""

import dataclasses
import json
import secrets
import ssl
import threading
import time
import traceback
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from linkflow.domain.software import ClientAuth, Pkce, Software
from linkflow.domain.software import Tokens as Lifetimes
from linkflow.outbound import oauth2
from linkflow.outbound.errors import TooBusy
from linkflow.outbound.http import HttpClient
from linkflow.outbound.oauth2 import TokenError, Tokens
from linkflow.settings import Credentials
from tests.outbound.conftest import NOW
from tests.outbound.fault_server import GOOD, FaultServer, packed_bomb

SCOPES = ("books.read", "offline_access")


@dataclasses.dataclass
class Dance:
    """The three calls with everything but the answer fixed."""

    software: Software
    credentials: Credentials
    http: HttpClient
    server: FaultServer

    def exchange(self, **changes: Any) -> Tokens:
        named: dict[str, Any] = {
            "code": "code-1",
            "redirect_uri": "http://127.0.0.1/callback/peer",
            "verifier": "v" * 43,
            "scopes": SCOPES,
        }
        return oauth2.exchange(self.software, self.credentials, http=self.http, **{**named, **changes})

    def refresh(self, token: str = "rt-0") -> Tokens:
        back = {"scopes": SCOPES, "redirect_uri": "http://127.0.0.1/callback/peer"}
        return oauth2.refresh(self.software, self.credentials, http=self.http, refresh_token=token, **back)

    def revoke(self, token: str = "rt-0") -> bool:
        return oauth2.revoke(self.software, self.credentials, http=self.http, token=token)

    def at(self, path: str) -> "Dance":
        """The same dance with its token endpoint at a faulty path."""
        assert self.software.oauth
        oauth = dataclasses.replace(self.software.oauth, token_url=self.server.url + path)
        return dataclasses.replace(self, software=dataclasses.replace(self.software, oauth=oauth))

    def with_oauth(self, **changes: Any) -> "Dance":
        assert self.software.oauth
        oauth = dataclasses.replace(self.software.oauth, **changes)
        return dataclasses.replace(self, software=dataclasses.replace(self.software, oauth=oauth))


@pytest.fixture
def dance(software: Software, credentials: Credentials, client: HttpClient, server: FaultServer) -> Dance:
    return Dance(software, credentials, client, server)


def query_of(dance: Dance, **changes: Any) -> dict[str, list[str]]:
    named: dict[str, Any] = {
        "redirect_uri": "https://bank.example/callback/peer",
        "state": "st.1",
        "verifier": "a" * 43,
        "scopes": SCOPES,
    }
    url = oauth2.authorize_url(dance.software, dance.credentials, **{**named, **changes})
    return parse_qs(urlsplit(url).query, strict_parsing=True)


def test_the_authorize_address_asks_for_a_code_with_a_challenge(dance: Dance) -> None:
    assert query_of(dance) == {
        "tenant": ["a"],
        "response_type": ["code"],
        "client_id": ["client-1"],
        "redirect_uri": ["https://bank.example/callback/peer"],
        "scope": ["books.read offline_access"],
        "state": ["st.1"],
        "code_challenge": ["ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"],
        "code_challenge_method": ["S256"],
    }


def test_software_that_rejects_a_challenge_gets_none_and_its_own_separator(dance: Dance) -> None:
    query = query_of(dance.with_oauth(pkce=Pkce.OFF, scope_separator=","))
    assert query["scope"] == ["books.read,offline_access"]
    assert "code_challenge" not in query


def test_extra_parameters_cannot_replace_ours(dance: Dance) -> None:
    extra = {"prompt": "consent", "state": "x", "redirect_uri": "https://evil.example", "code_challenge": "x"}
    query = query_of(dance.with_oauth(extra_authorize_params=extra))
    assert query["prompt"] == ["consent"]
    assert (query["state"], query["redirect_uri"]) == (["st.1"], ["https://bank.example/callback/peer"])
    assert len(query["code_challenge"]) == 1


def test_a_verifier_has_256_random_bits() -> None:
    verifier = oauth2.new_verifier(secrets.token_bytes)
    assert len(verifier) == 43
    assert verifier != oauth2.new_verifier(secrets.token_bytes)


def test_a_code_becomes_tokens(dance: Dance) -> None:
    dance.server.answer("/token", GOOD)
    tokens = dance.exchange()
    assert tokens.access_token == "at-canary-1"
    assert tokens.refresh_token == "rt-canary-1"
    assert tokens.scopes == SCOPES
    assert tokens.expires_at == NOW + timedelta(seconds=1800)
    assert tokens.refresh_expires_at is None
    assert "canary" not in repr(tokens)
    (seen,) = dance.server.seen
    assert parse_qs(seen.body) == {
        "grant_type": ["authorization_code"],
        "code": ["code-1"],
        "redirect_uri": ["http://127.0.0.1/callback/peer"],
        "code_verifier": ["v" * 43],
    }
    assert seen.headers["authorization"].startswith("Basic ")
    assert seen.path == "/token"


def test_a_secret_may_go_in_the_form_instead(dance: Dance) -> None:
    dance.server.answer("/token", GOOD)
    dance.with_oauth(client_auth=ClientAuth.POST).exchange()
    (seen,) = dance.server.seen
    assert parse_qs(seen.body)["client_secret"] == ["secret-canary-1"]
    assert "authorization" not in seen.headers


@pytest.mark.parametrize(
    ("change", "seconds"),
    [({"expires_in": "1800"}, 1800), ({"expires_in": 1800.0}, 1800), ({"expires_in": None}, 3600), ({}, 1800)],
)
def test_a_lifetime_is_a_number_a_text_or_the_catalogues(change: dict[str, Any], seconds: int, dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, **change})
    assert dance.exchange().expires_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "more", [{"error": None}, {"expires_in": "1800.0"}, {"expires_at": []}, {"expires_at": "soon", "expires_in": "9.5"}]
)
@pytest.mark.parametrize("step", ["exchange", "refresh"])
def test_what_else_a_good_answer_says_costs_no_tokens(more: dict[str, Any], step: str, dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, **more})
    assert getattr(dance, step)().access_token == GOOD["access_token"]


@pytest.mark.parametrize("token_type", ["bearer", "Bearer", "BEARER"])
def test_the_token_type_is_compared_without_case(token_type: str, dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, "token_type": token_type})
    assert dance.exchange().access_token


@pytest.mark.parametrize("scope", ["books.read", ["books.read"]])
def test_scopes_granted_replace_those_asked_for(scope: Any, dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, "scope": scope, "refresh_token": None})
    assert dance.exchange().scopes == ("books.read",)


def test_a_refresh_token_is_what_offline_access_was_asked_for_even_where_the_answer_leaves_it_out(dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, "scope": "books.read"})
    assert dance.exchange().scopes == ("books.read", "offline_access")


def test_the_catalogue_says_how_long_a_refresh_token_lives(dance: Dance) -> None:
    dance.software = dataclasses.replace(dance.software, tokens=Lifetimes(refresh_days=60))
    dance.server.answer("/token", GOOD)
    assert dance.exchange().refresh_expires_at == NOW + timedelta(days=60)
    dance.server.answer("/token", {**GOOD, "refresh_token_expires_in": 86400})
    assert dance.exchange().refresh_expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>down for maintenance</html>",
        b"",
        [],
        ["access_token"],
        "token",
        None,
        {},
        {"hello": 1},
        {**GOOD, "access_token": ""},
        {**GOOD, "access_token": None},
        {**GOOD, "access_token": 7},
        {**GOOD, "access_token": ["a"]},
        {**GOOD, "access_token": "a\nb"},
        {**GOOD, "access_token": "a" * (16 * 1024 + 1)},
        {**GOOD, "token_type": "mac"},
        {**GOOD, "token_type": None},
        {**GOOD, "token_type": 1},
        {**GOOD, "refresh_token": 7},
        {**GOOD, "refresh_token": "a b"},
        {**GOOD, "expires_in": -1},
        {**GOOD, "expires_in": True},
        {**GOOD, "expires_in": "soon"},
        {**GOOD, "expires_in": "inf"},
        {**GOOD, "expires_in": {}},
        {**GOOD, "scope": 7},
        {**GOOD, "scope": [7]},
        {**GOOD, "error": 7},
        b'{"access_token": NaN}',
    ],
)
@pytest.mark.parametrize("step", ["exchange", "refresh"])
def test_a_200_that_is_no_token_answer_is_refused(body: Any, step: str, dance: Dance) -> None:
    dance.server.answer("/token", body)
    with pytest.raises(TokenError) as caught:
        getattr(dance, step)()
    assert (caught.value.code, caught.value.transient) == ("bad-answer", True)
    assert len(dance.server.seen) == 1


@pytest.mark.parametrize(
    ("status", "body", "code", "transient"),
    [
        (400, {"error": "invalid_grant"}, "invalid_grant", False),
        (401, {"error": "invalid_client"}, "invalid_client", False),
        (200, {"error": "invalid_grant"}, "invalid_grant", False),
        (400, {"error": "temporarily_unavailable"}, "temporarily_unavailable", True),
        (400, {"error": "<script>"}, "bad-answer", False),
        (400, {"error": {"code": 1}}, "bad-status", False),
        (403, b"<html>", "bad-status", False),
        (201, GOOD, "bad-status", False),
        (302, b"", "bad-status", False),
        (429, {"error": "invalid_grant"}, "bad-status", True),
        (500, b"<html>", "bad-status", True),
        (503, {"error": "invalid_grant"}, "bad-status", True),
    ],
)
def test_an_error_keeps_its_code_and_says_whether_to_try_again(
    status: int, body: Any, code: str, transient: bool, dance: Dance
) -> None:
    dance.server.answer("/token", body, status=status, retry_after="9")
    for step in (dance.exchange, dance.refresh):
        with pytest.raises(TokenError) as caught:
            step()
        assert (caught.value.code, caught.value.transient) == (code, transient)
        assert caught.value.retry_after == (None if code == "bad-answer" and status == 200 else timedelta(seconds=9))


@pytest.mark.hasty
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/hang", "timeout"),
        ("/drip-body", "timeout"),
        ("/huge", "too-large"),
        ("/bomb", "too-large"),
        ("/loop", "bad-status"),
        ("/gone", "unreachable"),
    ],
)
@pytest.mark.parametrize("step", ["exchange", "refresh"])
def test_a_faulty_endpoint_ends_in_a_typed_error_after_one_call(path: str, code: str, step: str, dance: Dance) -> None:
    packed_bomb()  # made once, before anybody waits for it
    with pytest.raises(TokenError) as caught:
        getattr(dance.at(path), step)()
    assert caught.value.code == code
    assert len(dance.server.seen) == 1


def test_a_process_too_busy_to_call_says_so_and_sends_nothing(dance: Dance, trust: ssl.SSLContext) -> None:
    with HttpClient(allow_private=True, at_once=1, ssl_context=trust) as http:
        dance.http = http
        held = threading.Thread(target=_swallow, args=(dance.at("/hang-briefly"),))
        held.start()
        while not dance.server.seen:
            time.sleep(0.005)
        with pytest.raises(TooBusy):
            dance.exchange()
        with pytest.raises(TokenError, match="too-busy"):
            dance.refresh()
        held.join()
    assert len(dance.server.seen) == 1


def _swallow(dance: Dance) -> None:
    with pytest.raises(TokenError):
        dance.exchange()


def test_a_refresh_sends_no_scope_and_takes_the_new_refresh_token(dance: Dance) -> None:
    dance.server.answer("/token", GOOD)
    assert dance.refresh("rt-0").refresh_token == "rt-canary-1"
    assert parse_qs(dance.server.seen[0].body) == {"grant_type": ["refresh_token"], "refresh_token": ["rt-0"]}


@pytest.mark.parametrize("absent", [None, ""])
def test_a_server_that_does_not_rotate_leaves_the_old_refresh_token(absent: str | None, dance: Dance) -> None:
    dance.server.answer("/token", {**GOOD, "refresh_token": absent})
    assert dance.refresh("rt-0").refresh_token == "rt-0"


def test_a_refresh_repeats_the_redirect_address_where_the_software_wants_it(dance: Dance) -> None:
    dance.server.answer("/token", GOOD)
    dance.with_oauth(redirect_on_refresh=True).refresh("rt-0")
    assert parse_qs(dance.server.seen[0].body)["redirect_uri"] == ["http://127.0.0.1/callback/peer"]


def test_a_revocation_is_a_post_with_the_hint(dance: Dance) -> None:
    dance.server.answer("/revoke", b"")
    assert dance.revoke("rt-0") is True
    (seen,) = dance.server.seen
    assert (seen.method, parse_qs(seen.body)) == ("POST", {"token": ["rt-0"], "token_type_hint": ["refresh_token"]})
    assert seen.headers["authorization"].startswith("Basic ")


def test_a_revocation_goes_as_json_where_the_software_wants_it(dance: Dance) -> None:
    dance.server.answer("/revoke", b"")
    assert dance.with_oauth(revoke_json=True).revoke("rt-canary-9")
    sent = dance.server.seen[-1]
    assert sent.headers["content-type"] == "application/json"
    assert json.loads(sent.body)["token"] == "rt-canary-9"
    assert sent.headers["authorization"].startswith("Basic ")


def test_a_token_request_repeats_scopes_and_carries_headers_where_the_software_wants_it(dance: Dance) -> None:
    dance.server.answer("/token", GOOD)
    dance.with_oauth(scope_on_token=True, scope_separator=",", token_headers={"x-include": "all"}).exchange()
    sent = dance.server.seen[-1]
    assert parse_qs(sent.body)["scope"] == ["books.read,offline_access"]
    assert sent.headers["x-include"] == "all"
    dance.exchange()
    assert "scope" not in parse_qs(dance.server.seen[-1].body)


def test_the_answers_own_words_for_its_lives_are_understood(dance: Dance) -> None:
    lives = Lifetimes(refresh_life_field="x_refresh", sign_in_life_field="x_hard")
    answer = {**GOOD, "x_refresh": 8726400, "x_hard": "157680000"}
    dance.server.answer("/lives", answer)
    there = dance.at("/lives")
    tokens = dataclasses.replace(there, software=dataclasses.replace(there.software, tokens=lives)).exchange()
    assert tokens.refresh_expires_at == NOW + timedelta(days=101)
    assert tokens.ends_at == NOW + timedelta(days=1825)
    assert there.exchange().ends_at is None


@pytest.mark.parametrize(("status", "transient"), [(204, False), (302, False), (400, False), (401, False), (503, True)])
def test_any_other_answer_to_a_revocation_is_not_a_success(status: int, transient: bool, dance: Dance) -> None:
    dance.server.answer("/revoke", b"", status=status)
    with pytest.raises(TokenError) as caught:
        dance.revoke()
    assert caught.value.transient is transient


def test_software_without_revocation_is_not_called(dance: Dance) -> None:
    assert dance.with_oauth(revoke_url=None).revoke() is False
    assert dance.server.seen == []


@pytest.mark.hasty
@pytest.mark.parametrize("path", ["/token", "/hang", "/loop", "/gone", "/missing"])
@pytest.mark.parametrize("good", [True, False])
def test_no_secret_reaches_an_exception_or_a_log(
    path: str, good: bool, dance: Dance, logged: pytest.LogCaptureFixture
) -> None:
    canary = secrets.token_hex(16)
    dance.credentials = Credentials(client_id="client-1", client_secret=canary)
    dance.server.answer("/token", {**GOOD, "access_token": canary, "expires_in": 1 if good else canary})
    told = repr(dance.credentials)
    for call in (
        lambda: dance.at(path).exchange(code=canary, verifier=canary + "verifier-long"),
        lambda: dance.at(path).refresh(canary),
        lambda: dance.revoke(canary),
    ):
        try:
            told += repr(call())
        except TokenError as error:
            told += "".join(traceback.format_exception(error)) + repr(error) + str(error.details)
    assert canary not in told + logged.text


def test_a_refresh_token_that_does_not_change_keeps_the_end_it_had(dance: Dance) -> None:
    dance.software = dataclasses.replace(dance.software, tokens=Lifetimes(refresh_days=60))
    dance.server.answer("/token", {name: value for name, value in GOOD.items() if name != "refresh_token"})
    kept = dance.refresh("rt-0")
    assert (kept.refresh_token, kept.refresh_expires_at) == ("rt-0", None)
    dance.server.answer("/token", {**GOOD, "refresh_token": "rt-0"})
    assert dance.refresh("rt-0").refresh_expires_at is None
    dance.server.answer("/token", GOOD)
    assert dance.refresh("rt-0").refresh_expires_at == NOW + timedelta(days=60)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {"error": "invalid_code"}),
        (400, {"error": "invalid_grant"}),
        (401, {"error": "unauthorized_client", "error_description": "Old refresh token used."}),
    ],
)
def test_what_a_product_calls_a_spent_token_is_known_from_its_catalogue_entry(
    dance: Dance, status: int, answer: dict[str, str]
) -> None:
    words = ("invalid_code", "old refresh token")
    dance.software = dataclasses.replace(dance.software, tokens=Lifetimes(spent_errors=words))
    dance.server.answer("/token", answer, status=status)
    with pytest.raises(TokenError) as caught:
        dance.refresh()
    assert (caught.value.code, caught.value.transient) == ("invalid_grant", False)


def test_the_same_words_of_another_product_say_nothing_of_the_token(dance: Dance) -> None:
    dance.server.answer("/token", {"error": "invalid_code"}, status=400)
    with pytest.raises(TokenError) as caught:
        dance.refresh()
    assert caught.value.code == "invalid_code"
