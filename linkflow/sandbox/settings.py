"""What Sandbox Books is told at start: addresses, one client, how long tokens live, and what may go wrong."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_PREFIX = "LINKFLOW_SANDBOX_"
_WANTED = ("issuer", "client_id", "client_secret", "redirect_uris")
_NUMBERS = ("access_seconds", "code_seconds", "refresh_days", "grace_seconds", "page_size")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """Settings of one sandbox process. `today` fixes the day the books are made for; None follows the clock.

    `database` None keeps everything in memory; `mailbox` is a folder of .eml files. Durations are in seconds
    unless the name says otherwise. `faults` opens the switches and the counters of fetched pages.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    database: Path | None = None
    mailbox: Path | None = None
    faults: bool = False
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    access_seconds: int = 300
    code_seconds: int = 60
    refresh_days: int = 60
    grace_seconds: int = 0
    page_size: int = 100
    today: date | None = None
    clock: Callable[[], datetime] = _now

    @property
    def now(self) -> datetime:
        """The present time, aware and in UTC."""
        return self.clock()

    @property
    def books_date(self) -> date:
        """The day as of which the books are shown."""
        return self.today or self.clock().date()

    @property
    def redirect_origins(self) -> tuple[str, ...]:
        """Origins an approved form may lead to; each named once."""
        parts = [urlsplit(uri) for uri in self.redirect_uris]
        return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def settings_from(environ: Mapping[str, str]) -> SandboxSettings:
    """Read LINKFLOW_SANDBOX_*. Raises ValueError naming every variable that is missing."""
    values = {key.removeprefix(_PREFIX).lower(): text for key, text in environ.items() if key.startswith(_PREFIX)}
    missing = [_PREFIX + name.upper() for name in _WANTED if not values.get(name)]
    if missing:
        raise ValueError("not set: " + ", ".join(missing))
    return SandboxSettings(
        issuer=values["issuer"].rstrip("/"),
        client_id=values["client_id"],
        client_secret=values["client_secret"],
        redirect_uris=tuple(values["redirect_uris"].replace(",", " ").split()),
        database=Path(values["database"]) if values.get("database") else None,
        mailbox=Path(values["mailbox"]) if values.get("mailbox") else None,
        faults=values.get("faults", "").lower() in {"1", "true", "yes", "on"},
        secret_key=values.get("secret_key") or secrets.token_urlsafe(32),
        today=date.fromisoformat(values["today"]) if values.get("today") else None,
        **_numbers(values),
    )


def _numbers(values: Mapping[str, str]) -> Mapping[str, Any]:
    return {name: int(values[name]) for name in _NUMBERS if values.get(name)}
