"""Reading an ID token (OpenID Connect Core 1.0 §3.1.3.7): who it is about, once everything about it is right.

Each refusal has a word of its own for the log; none repeats a value of the token.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwt import JWTClaimsRegistry

from linkflow.outbound.issuers import IdentityRefused
from linkflow.outbound.signing_keys import SigningKeys, UnknownKey

LEEWAY = timedelta(seconds=60)
OLDEST = timedelta(minutes=15)
"""An attempt's life: a token made before it began is none of its own."""
LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Expected:
    """What the token of one attempt must say."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)
    now: datetime


def read_id_token(token: str, keys: SigningKeys, expected: Expected) -> Mapping[str, Any]:
    """The claims. Raises `UnknownKey` for a key that may be new, `IdentityRefused` for everything that is wrong."""
    try:
        algorithm, claims = keys.verified(token)
        _registry(expected).validate(dict(claims))
    except UnknownKey:
        raise
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise IdentityRefused(_word(error)) from None
    _check_audience(claims, expected.client_id)
    _check_times(claims, expected.now)
    _check_nonce(claims.get("nonce"), expected.nonce)
    _check_subject(claims["sub"])
    _check_access_token(claims.get("at_hash"), algorithm, expected.access_token)
    return claims


def _registry(expected: Expected) -> JWTClaimsRegistry:
    return JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
    )


def _word(error: Exception) -> str:
    """`token-iss`, `token-expired`, `token-signature`, …"""
    match error:
        case ExpiredTokenError():
            return "token-expired"
        case InvalidClaimError():
            return f"token-{error.claim}"
        case MissingClaimError():
            return "token-incomplete"
        case BadSignatureError():
            return "token-signature"
        case UnsupportedAlgorithmError():
            return "token-algorithm"
    return "token-unreadable"


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """Meant for us; when for others as well, then made for us."""
    audience, party = claims["aud"], claims.get("azp")
    if (party is not None or (isinstance(audience, list) and len(audience) > 1)) and party != client_id:
        raise IdentityRefused("token-azp")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    if claims["iat"] < (now - OLDEST - LEEWAY).timestamp():
        raise IdentityRefused("token-iat")


def _check_nonce(said: object, nonce: str) -> None:
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise IdentityRefused("token-nonce")


def _check_subject(subject: str) -> None:
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise IdentityRefused("token-sub")


def _check_access_token(said: object, algorithm: str, access_token: str) -> None:
    if said is None:
        return
    digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode("ascii").rstrip("=")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), half.encode()):
        raise IdentityRefused("token-at-hash")
