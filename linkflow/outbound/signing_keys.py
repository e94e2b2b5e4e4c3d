"""A provider's public signing keys (RFC 7517), and a signature checked with them (RFC 7515).

Asymmetric algorithms of a fixed list only: never `none`, and never a public key taken for a shared secret.
"""

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact

from linkflow.outbound.errors import BadAnswer

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
MOST_KEYS = 100
_KINDS: dict[str, tuple[type[RSAKey] | type[ECKey], tuple[str, ...]]] = {
    "RSA": (RSAKey, ("n", "e")),
    "EC": (ECKey, ("crv", "x", "y")),
}
_NAMED = ("kid", "alg", "use")
# Base64 letters of a modulus of 2048 and of 16,384 bits.
_MODULUS = range(342, 2732)


class UnknownKey(JoseError):
    """The token names a key that is not among the provider's; it may be a new one."""

    error = "unknown_key"


class SigningKeys:
    """The keys a provider signs with now."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    def verified(self, token: str) -> tuple[str, Mapping[str, Any]]:
        """The algorithm and the claims of a signed token. Raises `UnknownKey`, JoseError, ValueError or TypeError."""
        try:
            signed = deserialize_compact(token, self._keys, registry=_registry())
        except InvalidKeyIdError:
            raise UnknownKey from None
        try:
            claims = json.loads(signed.payload or b"")
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(claims, dict):
            raise TypeError("the claims are no object")
        return str(signed.protected["alg"]), claims


def signing_keys(document: Mapping[str, Any]) -> SigningKeys:
    """The usable keys of a key set; others are left out. Raises `BadAnswer` when none is left."""
    listed = document.get("keys")
    found = [_key(one) for one in listed[:MOST_KEYS]] if isinstance(listed, list) else []
    usable = [key for key in found if key is not None]
    if not usable:
        raise BadAnswer(reason="no signing keys")
    return SigningKeys(KeySet(usable))


def _registry() -> JWSRegistry:
    return JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


def _key(described: object) -> Key | None:
    """The public half, whatever else was published by mistake; None for what cannot verify a signature here."""
    if not isinstance(described, dict) or described.get("use", "sig") != "sig":
        return None
    kind, wanted = _KINDS.get(str(described.get("kty")), (None, ()))
    public = {name: described.get(name) for name in ("kty", *wanted)}
    public |= {name: described[name] for name in _NAMED if name in described}
    texts = {name: value for name, value in public.items() if isinstance(value, str)}
    if kind is None or len(texts) < len(public) or len(texts.get("n", "n" * _MODULUS.start)) not in _MODULUS:
        return None
    try:
        return kind.import_key(dict(texts))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
