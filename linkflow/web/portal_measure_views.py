"""What the administrators' pages are given: the funnel of requests, and the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class FunnelStage:
    """One stage by its key. `share` of all that were mailed, 0 to 1; `left` is how many went no further, by reason."""

    key: str
    requests: int
    share: Decimal
    median: timedelta | None
    left: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class FunnelSoftware:
    """One software by its name; `median` is the time from choosing it to being linked."""

    name: str
    chosen: int
    returned: int
    linked: int
    reported: int
    median: timedelta | None


@dataclass(frozen=True, kw_only=True)
class FunnelPage:
    """Filters are a GET with `from`, `to`, `software` and `type`; `software` pairs are id and name.

    `turned`: the last day lies before the first, so nothing was counted.
    """

    action: str
    csv_href: str
    first_day: date
    last_day: date
    software: str
    data_types: str
    software_names: tuple[tuple[str, str], ...]
    requests: int
    stages: tuple[FunnelStage, ...]
    by_software: tuple[FunnelSoftware, ...]
    median: timedelta | None
    cut: bool
    turned: bool = False


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One line of the log: `by` is a person, "the customer" or None for linkflow; `text` a finished sentence.

    `company_href` without a name leads to what else was done to a company that was deleted.
    """

    at: datetime
    text: str
    by: str | None
    company_name: str | None = None
    company_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class AuditLogPage:
    """Filters are a GET with `who`, `area`, `company`, `from` and `to`; they live in the address."""

    action: str
    csv_href: str
    lines: tuple[AuditLine, ...]
    who: str
    area: str
    company: str
    first_day: date | None
    last_day: date | None
    users: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    filtered: bool
    newer_href: str | None = None
    older_href: str | None = None
