"""What a token endpoint may answer (RFC 6749 §5, RFC 6750), checked before anything believes it.

Authlib takes a 200 without an access token for a token, and any token type; so nothing here is left to it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx2

from linkflow.domain.errors import SoftwareUnavailable
from linkflow.domain.software import Software
from linkflow.outbound.errors import BadAnswer, OutboundError, StatusError
from linkflow.outbound.json_values import parse
from linkflow.outbound.retry_after import retry_after

TOKEN_CHARACTERS = 16 * 1024
LONGEST_LIFE = timedelta(days=3660)
SPENT = "invalid_grant"
"""The code of a refusal that no later call changes: the code or the refresh token is used up, too old or taken back."""


class TokenError(SoftwareUnavailable):
    """No tokens. `code` is the server's own (`invalid_grant`, `invalid_client`, …) when it gave a plain one, else ours:
    `timeout`, `too-busy`, `unreachable`, `refused-address`, `too-large`, `bad-answer`, `bad-status`.

    `transient`: the same call may work later. `SPENT` never is.
    """

    def __init__(self, code: str, *, transient: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.transient = transient
        self.retry_after = retry_after

    @classmethod
    def of(cls, error: OutboundError) -> "TokenError":
        """The same trouble, in this module's words."""
        return cls(error.code, transient=error.transient, retry_after=error.retry_after)


@dataclass(frozen=True)
class Tokens:
    """One grant's tokens as answered just now. `expires_at` of None: no end is known.

    `refresh_expires_at` of None: no end is known, or that of a refresh token we had is the one known before.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: datetime | None
    refresh_expires_at: datetime | None
    ends_at: datetime | None = None
    """When the sign-in ends however often it is used, where the answer says so."""


def check(response: httpx2.Response, *, now: datetime, spent_errors: tuple[str, ...] = ()) -> dict[str, Any]:
    """The answer's object, every field in order; raises `TokenError`.

    A refusal with one of `spent_errors` in it is an `invalid_grant`, whatever the server calls it.
    """
    fields = _object(response)
    error = fields.get("error") if fields is not None else None
    wait = retry_after(response.headers, now=now)
    if fields is not None and isinstance(error, str) and response.status_code < 500 and response.status_code != 429:
        code = SPENT if _is_spent(fields, spent_errors) else _plain_code(error)
        raise TokenError(code, transient=error in _PASSING and code != SPENT, retry_after=wait)
    if response.status_code != 200:
        raise TokenError.of(StatusError("", status=response.status_code, retry_after=wait))
    if fields is None or error is not None or not _in_order(fields):
        raise TokenError(BadAnswer.code, transient=True)
    return fields


def tokens_of(
    fields: Mapping[str, Any], software: Software, *, asked: tuple[str, ...], kept: str | None, now: datetime
) -> Tokens:
    """Values from a checked answer. Absent scopes mean those asked for, an absent refresh token the one `kept`.

    A refresh token is what `offline_access` was asked for, whether or not the answer repeats it.
    """
    refresh_token = fields.get("refresh_token") or kept
    life = _seconds(fields.get("expires_in")) or software.tokens.access_seconds
    # A refresh token we had before has not become younger by being used.
    days = software.tokens.refresh_days if refresh_token != kept else None
    refresh_life = _seconds(fields.get(software.tokens.refresh_life_field)) or (days * 86400 if days else None)
    separator = software.oauth.scope_separator if software.oauth else " "
    scopes = tuple(_scopes(fields.get("scope"), separator)) or asked
    unsaid = (_OFFLINE,) if refresh_token and _OFFLINE in asked and _OFFLINE not in scopes else ()
    return Tokens(
        access_token=fields["access_token"],
        refresh_token=refresh_token,
        scopes=(*scopes, *unsaid),
        expires_at=_after(now, life),
        refresh_expires_at=_after(now, refresh_life) if refresh_token else None,
        ends_at=_after(now, _seconds(fields.get(software.tokens.sign_in_life_field or ""))),
    )


_OFFLINE = "offline_access"
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
_TOKEN = re.compile(rf"[\x21-\x7e]{{1,{TOKEN_CHARACTERS}}}")
_CODE = re.compile(r"[a-z][a-z_]{0,39}")


def _object(response: httpx2.Response) -> dict[str, Any] | None:
    try:
        value = parse(response.content, host="")
    except BadAnswer:
        return None
    return value if isinstance(value, dict) else None


def _is_spent(fields: Mapping[str, Any], spent_errors: tuple[str, ...]) -> bool:
    said = f"{fields['error']} {fields.get('error_description') or ''}".casefold()
    return fields["error"] == SPENT or any(words.casefold() in said for words in spent_errors)


def _plain_code(error: str) -> str:
    return error if _CODE.fullmatch(error) else BadAnswer.code


def _in_order(fields: Mapping[str, Any]) -> bool:
    token_type, scope = fields.get("token_type"), fields.get("scope")
    return (
        _is_token(fields.get("access_token"))
        and (not fields.get("refresh_token") or _is_token(fields["refresh_token"]))
        and isinstance(token_type, str)
        and token_type.lower() == "bearer"
        and (scope is None or isinstance(scope, str) or _is_words(scope))
        and all(_is_life(fields.get(name)) for name in ("expires_in", "refresh_token_expires_in"))
    )


def _is_token(value: object) -> bool:
    return isinstance(value, str) and bool(_TOKEN.fullmatch(value))


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_life(value: object) -> bool:
    return value is None or _seconds(value) is not None


def _seconds(value: object) -> float | None:
    """A non-negative number of seconds, also one written as text; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        seconds = float(Decimal(value))
    except (InvalidOperation, OverflowError, ValueError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _after(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now + min(timedelta(seconds=min(seconds, 1e9)), LONGEST_LIFE)


def _scopes(value: object, separator: str) -> list[str]:
    words = value if isinstance(value, list) else str(value or "").replace(separator, " ").split()
    return [word for word in words if word]
