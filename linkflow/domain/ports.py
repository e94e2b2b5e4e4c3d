"""The ports: what the inner layers need of the outer ones, as protocols and plain values.

Job names live here so that a service can start durable work without importing the engine that runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from linkflow.domain.books import Period, Record, SetAside
from linkflow.domain.requests import DataTypes


class Job(StrEnum):
    """Durable work; the value is the workflow's name and the prefix of its id."""

    SEND_MESSAGE = "send-message"
    PULL_BOOKS = "pull-books"
    REVOKE_GRANT = "revoke-grant"
    DELETE_COMPANY = "delete-company"
    DELETE_BOOKS = "delete-books"
    CHECK_UPLOAD = "check-upload"
    BUILD_REPORT = "build-report"
    MAKE_WORKBOOK = "make-workbook"
    ADD_COMPANIES = "add-companies"
    ASK_COMPANIES = "ask-companies"
    ASK_AGAIN = "ask-again"


class Transaction(Protocol):
    """One open transaction of the store: a connection, and work that starts when it commits."""

    @property
    def connection(self) -> Any:
        """The SQLAlchemy connection; only `store/` uses it."""

    @property
    def turns(self) -> set[str]:
        """The companies nobody else changes until this transaction ends; `store.turns.take_turn` adds one."""

    def enqueue(self, job: Job, *ids: str) -> None:
        """Start `job` for the row `ids[0]` if and when this transaction commits; the same id starts it once."""


class Answer(Protocol):
    """An API's answer, read whole and within the body cap."""

    @property
    def status(self) -> int:
        """The HTTP status, always 2xx: every other one was raised."""

    @property
    def headers(self) -> Mapping[str, str]:
        """By name in lower case."""

    def json(self) -> Any:
        """The body as JSON, numbers with a point as Decimal; raises `BadAnswer`."""


class ApiSession(Protocol):
    """GET requests to one software's API with one grant's access token; other hosts are refused."""

    @property
    def given(self) -> Mapping[str, str]:
        """What the sign-in brought: the catalogue's callback parameters, and what the customer said before."""

    @property
    def page_size(self) -> int:
        """How many rows of a list the catalogue says to ask for at once."""

    def claim(self, name: str) -> str | None:
        """A claim of the access token, where it is a JWT: a hint from whom we ask, not a proof of anything."""

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """`url` is a path below the API's base, or an absolute address on one of its hosts."""


@dataclass(frozen=True)
class Tenant:
    """One company's books inside the software, as far as needed to recognise it."""

    id: str
    name: str
    legal_name: str | None = None
    trading_name: str | None = None
    country: str | None = None
    currency: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return tuple(dict.fromkeys(name for name in (self.name, self.legal_name, self.trading_name) if name))


@dataclass(frozen=True)
class Page:
    """One page of one part of a pull. `pause`: how long the software asked, on the way, to be left alone after it.

    `unchanged`: ids of rows of a `RELISTED` part that are as an earlier pull kept them; never of void ones.
    """

    records: tuple[Record, ...]
    next_cursor: str | None = None
    set_aside: tuple[SetAside, ...] = field(default=())
    total: int | None = None
    pause: timedelta | None = None
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose page of a part is asked for, and which: `cursor` is None for the first, else the last's `next_cursor`.

    `since` is only ever set for an `INCREMENTAL` or `RELISTED` part: then rows that changed at or after it are enough.
    """

    tenant_id: str
    cursor: str | None = None
    period: Period
    since: datetime | None = None


class Provider(Protocol):
    """What linkflow asks of one accounting product; a module of `linkflow.providers` has these names."""

    INCREMENTAL: frozenset[str]
    """The parts of which it can be asked for what changed since a time, deletions included.

    Each brings the kind of record it is named after and no other; statements are never among them.
    """
    # RELISTED: frozenset[str], where there are any: parts listed whole each time, of whose rows only those are read one
    # by one that changed since a time. The others are named as `unchanged`; what is not listed any more is gone.

    def tenants(self, session: ApiSession) -> tuple[Tenant, ...]:
        """The companies this grant can read; empty when there is none."""

    def parts(self, data_types: DataTypes) -> tuple[str, ...]:
        """The pulls, in order, that the consented data types need, and no other."""

    def pull(self, session: ApiSession, part: str, asked: Asked) -> Page:
        """One page of `part`."""
