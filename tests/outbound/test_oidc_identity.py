"""Who signed in, as panva's oidc-provider says it: an independent and strict reading of the same texts."""

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from linkflow.organization_sign_in import SignIn
from linkflow.outbound import oauth2
from linkflow.outbound.callback import CallbackRefused
from linkflow.outbound.http import HttpClient
from linkflow.outbound.id_tokens import LEEWAY, Expected, read_id_token
from linkflow.outbound.issuers import IdentityRefused, Issuers
from linkflow.outbound.oidc import Identity, RelyingParty
from linkflow.outbound.signing_keys import SigningKeys
from linkflow.outbound.token_answer import TokenError
from tests.oidc_peer import OidcPeer, oidc_peer  # noqa: F401  # a fixture


@dataclass
class Visit:
    """One person's sign-in at the peer."""

    peer: OidcPeer
    party: RelyingParty
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: oauth2.new_verifier(secrets.token_bytes))

    def code(self, **changed: str) -> str:
        asked = {"state": "the-state", "nonce": self.nonce, "verifier": self.verifier, **changed}
        args = self.peer.walk(self.party.authorize_url(redirect_uri=self.peer.redirect_uris[0], **asked), login="rita")
        return str(self.party.check_callback(args).code)

    def identify(self, code: str) -> Identity:
        return self.party.identify(
            code=code, redirect_uri=self.peer.redirect_uris[0], verifier=self.verifier, nonce=self.nonce
        )


@pytest.fixture
def visit(oidc_peer: OidcPeer) -> Iterator[Visit]:  # noqa: F811  # the fixture of that name
    sign_in = SignIn(issuer=oidc_peer.issuer, client_id=oidc_peer.client_id, groups={"bank-rm": "manager"})
    with HttpClient(allow_private=True) as http:
        yield Visit(oidc_peer, RelyingParty(sign_in, oidc_peer.client_secret, http, Issuers()))


def test_a_code_becomes_somebody(visit: Visit) -> None:
    found = visit.identify(visit.code())
    assert (found.issuer, found.subject) == (visit.peer.issuer, "rita")
    assert (found.email, found.name) == ("rita@northbank.example", "Rita of Northbank")
    assert found.groups == frozenset(), "no scope asked for them"


def test_a_code_works_once_and_with_its_own_verifier(visit: Visit) -> None:
    code = visit.code()
    visit.identify(code)
    for spent in (code, visit.code(verifier="w" * 43)):
        with pytest.raises(TokenError) as caught:
            visit.identify(spent)
        assert caught.value.code == "invalid_grant"


def test_another_nonce_is_refused(visit: Visit) -> None:
    with pytest.raises(IdentityRefused) as caught:
        visit.identify(visit.code(nonce="another-nonce-of-22-letters"))
    assert caught.value.reason == "token-nonce"


def test_the_same_server_by_another_name_is_refused_before_anything_is_sent(visit: Visit) -> None:
    other = replace(visit.party.sign_in, issuer=visit.peer.issuer.replace("localhost", "127.0.0.1"))
    with pytest.raises(IdentityRefused) as caught:
        replace(visit, party=replace(visit.party, sign_in=other)).code()
    assert caught.value.reason == "discovery-issuer-mismatch"


def test_an_answer_counts_only_with_the_servers_own_name(visit: Visit) -> None:
    args = {"state": ["s"], "code": ["c"]}
    for issuer in ([], ["http://localhost:1"], [visit.peer.issuer + "/"]):
        with pytest.raises(CallbackRefused):
            visit.party.check_callback({**args, "iss": issuer})
    assert visit.party.check_callback({**args, "iss": [visit.peer.issuer]}).code == "c"


@pytest.fixture
def signed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> tuple[str, SigningKeys, Expected]:
    """An ID token the server made, its keys, and what is expected of it."""
    seen: list[Any] = []

    def keep(token: str, keys: SigningKeys, expected: Expected) -> Any:
        seen.append((token, keys, expected))
        return read_id_token(token, keys, expected)

    monkeypatch.setattr("linkflow.outbound.oidc.read_id_token", keep)
    visit.identify(visit.code())
    return seen[0]


def test_what_the_server_signed_is_refused_for_anybody_else_and_at_any_other_time(
    signed: tuple[str, SigningKeys, Expected],
) -> None:
    token, keys, expected = signed
    claims = read_id_token(token, keys, expected)
    changes: dict[str, Any] = {
        "token-iss": {"issuer": expected.issuer + "/"},
        "token-aud": {"client_id": "another"},
        "token-nonce": {"nonce": "another"},
        "token-expired": {"now": expected.now.fromtimestamp(claims["exp"], expected.now.tzinfo) + LEEWAY},
        "token-iat": {"now": expected.now - 2 * LEEWAY},
    }
    for reason, change in changes.items():
        with pytest.raises(IdentityRefused) as caught:
            read_id_token(token, keys, replace(expected, **change))
        assert caught.value.reason == reason


def test_what_the_server_signed_is_refused_unsigned_or_changed(signed: tuple[str, SigningKeys, Expected]) -> None:
    token, keys, expected = signed
    header, claims, signature = token.split(".")
    unsigned = _letters({"alg": "none"})
    risen = _letters({**json.loads(base64.urlsafe_b64decode(claims + "==")), "sub": "administrator"})
    for changed, reason in (
        (f"{unsigned}.{claims}.", "token-algorithm"),
        (f"{unsigned}.{claims}.{signature}", "token-algorithm"),
        (f"{header}.{claims}.", "token-signature"),
        (f"{header}.{risen}.{signature}", "token-signature"),
    ):
        with pytest.raises(IdentityRefused) as caught:
            read_id_token(changed, keys, expected)
        assert caught.value.reason == reason


def _letters(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
