"""ID tokens: everything that must be right about one, and what happens when a single thing is not."""

import base64
import json

import pytest

from linkflow.outbound.errors import BadAnswer
from linkflow.outbound.id_tokens import Expected, read_id_token
from linkflow.outbound.issuers import IdentityRefused
from linkflow.outbound.signing_keys import SigningKeys, UnknownKey, signing_keys
from tests.lies import LIES, TRUTHS, Lie
from tests.lying_issuer import CLIENT, RITA, LyingIssuer, key
from tests.outbound.conftest import NOW


def read(issuer: LyingIssuer, keys: SigningKeys | None = None) -> str:
    """The subject of the token this issuer makes."""
    token = issuer.sign(issuer.claims("the-nonce", "the-access-token"), issuer)
    expected = Expected(issuer.url, CLIENT, "the-nonce", "the-access-token", NOW)
    return str(read_id_token(token, keys or signing_keys(issuer.replies("/keys")[1]), expected)["sub"])


@pytest.fixture
def issuer() -> LyingIssuer:
    return LyingIssuer(lambda: NOW)


def test_a_token_in_order_is_read(issuer: LyingIssuer) -> None:
    assert read(issuer) == RITA["sub"]


@pytest.mark.parametrize("which", TRUTHS)
def test_what_a_good_token_may_look_like(issuer: LyingIssuer, which: str) -> None:
    TRUTHS[which](issuer)
    assert read(issuer) == RITA["sub"]


@pytest.mark.parametrize("which", LIES)
def test_a_token_that_is_wrong_in_any_way_is_refused_with_its_word(issuer: LyingIssuer, which: str) -> None:
    tell, reason = LIES[which]
    tell(issuer)
    with pytest.raises((IdentityRefused, UnknownKey)) as caught:
        read(issuer)
    assert getattr(caught.value, "reason", "token-key-unknown") == reason


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "a.b.c.d.e", "é.é.é", "e30.e30.", "W10.e30.AA", "x" * 200_000])
def test_what_is_no_token_is_refused(issuer: LyingIssuer, token: str) -> None:
    issuer.sign = lambda _claims, _issuer: token
    with pytest.raises(IdentityRefused):
        read(issuer)


def header(**over: object) -> Lie:
    def tell(issuer: LyingIssuer) -> None:
        def sign(claims: dict[str, object], _issuer: LyingIssuer) -> str:
            parts = ({"alg": "RS256", "kid": "k1", **over}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts) + ".AAAA"

        issuer.sign = sign

    return tell


@pytest.mark.parametrize("over", [{"alg": 7}, {"alg": ["RS256"]}, {"crit": ["x"], "x": 1}, {"kid": 7}, {"alg": None}])
def test_a_header_out_of_order_is_refused(issuer: LyingIssuer, over: dict[str, object]) -> None:
    header(**over)(issuer)
    with pytest.raises((IdentityRefused, UnknownKey)):
        read(issuer)


def test_keys_that_cannot_sign_here_are_left_out_and_private_halves_ignored() -> None:
    good = key("k1").as_dict(private=True)
    weak = {"kty": "RSA", "kid": "weak", "n": "A" * 171, "e": "AQAB"}
    others = [7, {}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "OKP"}, {**good, "use": "enc"}, {**good, "n": 7}, weak]
    others += [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {**good, "kid": ["k1"]}]
    for one in others:
        with pytest.raises(BadAnswer):
            signing_keys({"keys": [one]})
    keys = signing_keys({"keys": [*others, good]})
    assert read(LyingIssuer(lambda: NOW), keys) == RITA["sub"]


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": []}, {"keys": "k1"}])
def test_a_key_set_without_keys_is_no_answer(document: dict[str, object]) -> None:
    with pytest.raises(BadAnswer):
        signing_keys(document)
