"""One-time codes of an authenticator app (RFC 6238): six digits every thirty seconds, by HMAC-SHA-1.

SHA-1 and these figures because every app reads them; HMAC does not rest on SHA-1's resistance to collisions.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
PERIOD = 30
"""Seconds a code is shown."""
SECRET_BYTES = 20
LEEWAY = 1
"""Codes before and after the present one that are taken: clocks differ, and typing takes a while."""


def code_at(secret: bytes, step: int) -> str:
    """The code of one period, counted from 1970."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: bytes, typed: str, *, now: datetime, after: int) -> int | None:
    """The period whose code was typed, None where there is none later than `after`, the last one that was used."""
    present, digits = int(now.timestamp()) // PERIOD, "".join(typed.split()).encode()
    near = range(max(present - LEEWAY, after + 1), present + LEEWAY + 1)
    # Every code is compared, so that the time it takes says nothing about which one was near.
    found = [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), digits)]
    return found[0] if found else None


def key_text(secret: bytes) -> str:
    """The secret as an app takes it typed: base32."""
    return base64.b32encode(secret).decode("ascii")


def key_address(secret: bytes, *, issuer: str, account: str) -> str:
    """The same as an `otpauth` address, which a QR code holds."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?{urlencode({'secret': key_text(secret), 'issuer': issuer}, quote_via=quote)}"
