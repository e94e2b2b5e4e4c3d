"""What is wrong with an ID token, by name: how the lying issuer says it, and the word the refusal has for it."""

from collections.abc import Callable
from typing import Any

from tests import lying_issuer
from tests.lying_issuer import CLIENT, LyingIssuer

Lie = Callable[[LyingIssuer], None]


def lie(**over: Any) -> Lie:
    def tell(issuer: LyingIssuer) -> None:
        for name, value in over.items():
            setattr(issuer, name, value)

    return tell


def claim(**over: Any) -> Lie:
    return lie(token=over)


def times(**seconds: int) -> Lie:
    def tell(issuer: LyingIssuer) -> None:
        now = int(issuer.clock().timestamp())
        issuer.token = {name: now + offset for name, offset in seconds.items()}

    return tell


LIES: dict[str, tuple[Lie, str]] = {
    "issuer": (claim(iss="https://evil.example"), "token-iss"),
    "issuer with a slash": (lambda issuer: claim(iss=f"{issuer.url}/")(issuer), "token-iss"),
    "no issuer": (claim(iss=None), "token-incomplete"),
    "nonce": (claim(nonce="of-another-try"), "token-nonce"),
    "nonces": (claim(nonce=["a", "b"]), "token-nonce"),
    "no nonce": (claim(nonce=None), "token-incomplete"),
    "audience": (claim(aud="somebody-else"), "token-aud"),
    "audiences without us": (claim(aud=["somebody-else", "others"]), "token-aud"),
    "audiences made for nobody": (claim(aud=[CLIENT, "others"]), "token-azp"),
    "made for another": (claim(aud=[CLIENT, "others"], azp="others"), "token-azp"),
    "made for another alone": (claim(azp="others"), "token-azp"),
    "no audience": (claim(aud=None), "token-incomplete"),
    "expired": (times(exp=-61), "token-expired"),
    "no expiry": (claim(exp=None), "token-incomplete"),
    "expiry in words": (claim(exp="tomorrow"), "token-exp"),
    "made in the future": (times(iat=61, exp=300), "token-iat"),
    "made long ago": (times(iat=-961, exp=300), "token-iat"),
    "no time": (claim(iat=None), "token-incomplete"),
    "not yet good": (times(nbf=61), "token-nbf"),
    "no subject": (claim(sub=None), "token-incomplete"),
    "an endless subject": (claim(sub="s" * 256), "token-sub"),
    "a subject with a line end": (claim(sub="a\nb"), "token-sub"),
    "a subject that is a number": (claim(sub=7), "token-sub"),
    "another access token": (claim(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "token-at-hash"),
    "unsigned": (lie(sign=lying_issuer.unsigned), "token-algorithm"),
    "public key as secret": (lie(sign=lying_issuer.public_key_as_secret), "token-algorithm"),
    "client secret as key": (lie(sign=lying_issuer.client_secret_as_key), "token-algorithm"),
    "another key of the same name": (lie(sign=lying_issuer.by_another_key), "token-signature"),
    "a key nobody published": (lie(sign=lying_issuer.by_an_unknown_key), "token-key-unknown"),
}

TRUTHS: dict[str, Lie] = {
    "expired within a minute": times(exp=-59, iat=-300),
    "made within the next minute": times(iat=59, exp=300),
    "a list of one": claim(aud=[CLIENT]),
    "for others too, made for us": claim(aud=[CLIENT, "others"], azp=CLIENT),
    "no hash of the access token": claim(at_hash=None),
    "made for us": claim(azp=CLIENT),
}
"""What a good one may look like."""
