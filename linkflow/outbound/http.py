"""The one HTTP client of this process, and the session through which a provider reads one grant's books.

A session sends its access token in the Authorization header only, and only to the software's own hosts.
"""

import logging
import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType, TracebackType
from typing import Any, Self

import httpx2

from linkflow import __version__
from linkflow.domain.software import Api, Software
from linkflow.outbound.address_guard import AddressGuard
from linkflow.outbound.errors import BadAnswer, RefusedAddress, StatusError
from linkflow.outbound.json_values import claim, parse
from linkflow.outbound.network import Resolver
from linkflow.outbound.quiet import quietly
from linkflow.outbound.retry_after import retry_after
from linkflow.outbound.transport import CALLS_AT_ONCE, MIB, Limits, Wire

_log = logging.getLogger(__name__)

TOKEN_BODY_BYTES = 1 * MIB
PAGE_BODY_BYTES = 32 * MIB
_TOO_MANY = 429
HEADERS = {"user-agent": f"linkflow/{__version__}", "accept": "application/json", "accept-encoding": "gzip"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HttpClient:
    """Made once by the composition root. `allow_private` lets a demo or a test call this machine, over http too.

    Proxies named in the environment are not used: the guard would judge the proxy's address, not the host's.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        total_seconds: float = 10.0,
        clock: Callable[[], datetime] = _utc_now,
        at_once: int = CALLS_AT_ONCE,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.clock = clock
        self.total_seconds = total_seconds
        guard = AddressGuard(allow_private=allow_private)
        self._wire = Wire(guard, resolver=resolver, ssl_context=ssl_context, at_once=at_once)
        self._client = httpx2.Client(
            transport=self.transport(body_bytes=PAGE_BODY_BYTES),
            headers=HEADERS,
            trust_env=False,
        )

    def transport(self, *, body_bytes: int) -> httpx2.BaseTransport:
        """For another library's client: same connections, same guard, its own cap."""
        return self._wire.transport(Limits(seconds=self.total_seconds, body_bytes=body_bytes))

    def get(self, url: str, *, headers: Mapping[str, str], body_bytes: int = PAGE_BODY_BYTES) -> "Answer":
        """A 2xx answer; every other status raises `StatusError`, every other trouble another `OutboundError`."""
        return self.judged(self.look(url, headers=headers, body_bytes=body_bytes))

    def judged(self, answer: "Answer", *, limit_words: Iterable[str] = ()) -> "Answer":
        """The answer, if it is one; a refusal with any of `limit_words` in its body is one for too many calls (429)."""
        if answer.is_success:
            return answer
        is_limit = any(word.encode() in answer.content for word in limit_words)
        wait = retry_after(answer.headers, now=self.clock())
        raise StatusError(answer.host, status=_TOO_MANY if is_limit else answer.status, retry_after=wait)

    def look(
        self, url: str, *, headers: Mapping[str, str] | None = None, body_bytes: int = PAGE_BODY_BYTES
    ) -> "Answer":
        """Whatever is answered, redirects among it, which are never followed; other trouble is an `OutboundError`."""
        limits = Limits(seconds=self.total_seconds, body_bytes=body_bytes)
        try:
            with quietly():
                response = self._client.get(url, headers=dict(headers or {}), extensions={"limits": limits})
        except httpx2.InvalidURL:
            raise RefusedAddress(reason="address") from None
        return Answer(response.status_code, dict(response.headers), response.content, response.url.host)

    def session(
        self,
        software: Software,
        *,
        access_token: str,
        client_id: str = "",
        given: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> "Session":
        """An `ApiSession` for one grant at one software; the software must have an API.

        `given` is what the sign-in brought; `before` is called ahead of each request and may raise instead of it.
        """
        if software.api is None:
            raise RefusedAddress(reason="no API")
        return Session(self, software.api, access_token, client_id=client_id, given=given, before=before)

    def close(self) -> None:
        """Close every connection; also happens at exit."""
        self._client.close()
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True)
class Answer:
    """An answer, read whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    host: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300

    @property
    def date(self) -> datetime | None:
        """What the answering host's clock said, where it says so."""
        try:
            return parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def json(self) -> Any:
        """The body as JSON, numbers with a point as Decimal; raises `BadAnswer`."""
        return parse(self.content, host=self.host)


class Session:
    """GET requests with one access token to one software's hosts (`domain.ports.ApiSession`)."""

    def __init__(
        self,
        client: HttpClient,
        api: Api,
        access_token: str,
        *,
        client_id: str = "",
        given: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> None:
        if not _PRINTABLE.fullmatch(access_token):
            raise BadAnswer(reason="access token")
        self.given = MappingProxyType(dict(given or {}))
        self.page_size = api.page_size
        self._limit_words = api.limit_words
        self._trace_header = api.trace_header
        self._client = client
        self._token = access_token
        self._before = before
        self._own = {"authorization": f"{api.scheme} {access_token}"}
        if api.client_id_header:
            self._own[api.client_id_header] = client_id
        self._usual = dict(api.headers)
        self._params = dict(api.params)
        self._base = httpx2.URL(api.base_url.rstrip("/"))
        self._origins = {_origin(self._base)} | {_origin(self._base.copy_with(netloc=h.encode())) for h in api.hosts}

    def claim(self, name: str) -> str | None:
        """A claim of the access token, where it is a JWT: a hint from whom we ask, not a proof of anything."""
        return claim(self._token, name)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body_bytes: int = PAGE_BODY_BYTES,
    ) -> Answer:
        """`url` is a path below the API's base address, or an absolute address (a next link) on one of its hosts."""
        target = self._target(url)
        asked = {**self._params, **(params or {})}
        target = target.copy_merge_params(asked) if asked else target
        extra = {key.lower(): value for key, value in (headers or {}).items() if key.lower() not in _OURS}
        if self._before is not None:
            self._before()
        sent = {**self._usual, **extra, **self._own}
        answer = self._client.look(str(target), headers=sent, body_bytes=body_bytes)
        trace = answer.headers.get(self._trace_header or "", "")
        if not answer.is_success and _TRACE.fullmatch(trace):
            _log.warning("%s answered %s, known there as %s", answer.host, answer.status, trace)
        return self._client.judged(answer, limit_words=self._limit_words)

    def _target(self, url: str) -> httpx2.URL:
        absolute = "://" in url.split("?", 1)[0]
        try:
            target = httpx2.URL(url if absolute else f"{self._base}/{url.removeprefix('/')}")
        except httpx2.InvalidURL:
            raise RefusedAddress(self._base.host, reason="address") from None
        if _origin(target) not in self._origins or target.userinfo or ".." in target.path.split("/"):
            raise RefusedAddress(target.host, reason="another host")
        return target


_TRACE = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,16384}")
_OURS = frozenset({"authorization", "host", "cookie"})


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
