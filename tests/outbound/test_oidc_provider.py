"""The dance against panva's oidc-provider: an independent and strict reading of the same texts."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.catalogue import read_software
from linkflow.domain.software import Pkce, Software
from linkflow.outbound import oauth2
from linkflow.outbound.callback import Callback, CallbackRefused, check_callback
from linkflow.outbound.http import HttpClient
from linkflow.outbound.oauth2 import TokenError, Tokens
from linkflow.settings import Credentials
from tests.config_factories import make_settings
from tests.oidc_peer import SCOPES, OidcPeer, oidc_peer  # noqa: F401  # a fixture

STATE = "state-of-this-attempt"


class Dance:
    """One customer's authorization at the peer."""

    def __init__(self, peer: OidcPeer, http: HttpClient, software: Software) -> None:
        self.peer = peer
        self.http = http
        self.software = software
        self.credentials = Credentials(client_id=peer.client_id, client_secret=peer.client_secret)
        self.verifier = oauth2.new_verifier(secrets.token_bytes)
        self.redirect_uri = peer.redirect_uris[0]

    def authorize(self, *, allow: bool = True, software: Software | None = None) -> Callback:
        url = oauth2.authorize_url(
            software or self.software,
            self.credentials,
            redirect_uri=self.redirect_uri,
            state=STATE,
            verifier=self.verifier,
            scopes=SCOPES,
        )
        args = self.peer.walk(url, allow=allow)
        assert args["state"] == [STATE]
        return check_callback(args, software=self.software, expected_issuer=self.peer.issuer)

    def exchange(self, code: str | None, *, verifier: str = "", redirect_uri: str = "") -> Tokens:
        return oauth2.exchange(
            self.software,
            self.credentials,
            http=self.http,
            code=code or "",
            redirect_uri=redirect_uri or self.redirect_uri,
            verifier=verifier or self.verifier,
            scopes=SCOPES,
        )

    def refresh(self, tokens: Tokens) -> Tokens:
        assert tokens.refresh_token
        return oauth2.refresh(
            self.software, self.credentials, http=self.http, refresh_token=tokens.refresh_token, scopes=tokens.scopes
        )

    def revoke(self, token: str | None) -> bool:
        return oauth2.revoke(self.software, self.credentials, http=self.http, token=token or "")


@pytest.fixture
def dance(oidc_peer: OidcPeer, tmp_path: Path) -> Iterator[Dance]:  # noqa: F811  # the fixture of that name
    entry = tmp_path / "strict_books.toml"
    entry.write_text(oidc_peer.catalogue_entry())
    software = read_software(entry, make_settings(tmp_path))
    with HttpClient(allow_private=True, total_seconds=10) as http:
        yield Dance(oidc_peer, http, software)


def test_a_code_becomes_tokens_that_rotate(dance: Dance) -> None:
    first = dance.exchange(dance.authorize().code)
    assert first.refresh_token
    assert "books.read" in first.scopes
    assert first.expires_at is not None
    assert first.expires_at - dance.http.clock() <= timedelta(seconds=300)
    second = dance.refresh(first)
    assert second.refresh_token not in {None, first.refresh_token}
    assert second.access_token != first.access_token


def test_a_spent_refresh_token_is_an_invalid_grant_and_ends_the_grant(dance: Dance) -> None:
    first = dance.exchange(dance.authorize().code)
    second = dance.refresh(first)
    for spent in (first, second):
        with pytest.raises(TokenError) as caught:
            dance.refresh(spent)
        assert (caught.value.code, caught.value.transient) == ("invalid_grant", False)


def test_a_code_works_once(dance: Dance) -> None:
    code = dance.authorize().code
    dance.exchange(code)
    with pytest.raises(TokenError) as caught:
        dance.exchange(code)
    assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize("change", [{"verifier": "w" * 43}, {"redirect_uri": "http://127.0.0.1:8000/callback/other"}])
def test_another_verifier_or_redirect_address_is_an_invalid_grant(change: dict[str, str], dance: Dance) -> None:
    with pytest.raises(TokenError) as caught:
        dance.exchange(dance.authorize().code, **change)
    assert caught.value.code == "invalid_grant"


def test_a_wrong_client_secret_is_an_invalid_client(dance: Dance) -> None:
    code = dance.authorize().code
    dance.credentials = Credentials(client_id=dance.peer.client_id, client_secret="wrong")
    with pytest.raises(TokenError) as caught:
        dance.exchange(code)
    assert (caught.value.code, caught.value.transient) == ("invalid_client", False)


def test_cancelling_there_is_a_refusal_by_the_customer(dance: Dance) -> None:
    answer = dance.authorize(allow=False)
    assert answer.declined
    assert answer.code is None


def test_without_a_challenge_the_peer_gives_no_code(dance: Dance) -> None:
    assert dance.software.oauth
    lax = replace(dance.software, oauth=replace(dance.software.oauth, pkce=Pkce.OFF))
    answer = dance.authorize(software=lax)
    assert (answer.code, answer.error) == (None, "invalid_request")


def test_a_revoked_grant_cannot_be_refreshed_and_revoking_twice_succeeds(dance: Dance) -> None:
    tokens = dance.exchange(dance.authorize().code)
    assert dance.revoke(tokens.refresh_token)
    assert dance.revoke(tokens.refresh_token)
    assert dance.revoke("never-issued")
    with pytest.raises(TokenError) as caught:
        dance.refresh(tokens)
    assert caught.value.code == "invalid_grant"


def test_the_answer_counts_only_with_the_peers_own_issuer(dance: Dance) -> None:
    url = oauth2.authorize_url(
        dance.software,
        dance.credentials,
        redirect_uri=dance.redirect_uri,
        state=STATE,
        verifier=dance.verifier,
        scopes=SCOPES,
    )
    args = dance.peer.walk(url)
    assert args["iss"] == [dance.peer.issuer]
    with pytest.raises(CallbackRefused):
        check_callback(args, software=dance.software, expected_issuer="http://localhost:1")
