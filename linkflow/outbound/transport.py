"""The one transport: admits a few calls at a time, keeps them to their deadline and cap, and hands back whole answers.

Everything an answer could do to us is settled here, so that the HTTP library and Authlib above see only small, finished
responses: no redirect is followed, no cookie is kept, nothing is unpacked beyond the cap, and no library exception
(which may quote a request) gets out.
"""

import ssl
import threading
import weakref
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import httpcore2
import httpx2

from linkflow.outbound.address_guard import AddressGuard
from linkflow.outbound.deadline import Deadline, under
from linkflow.outbound.errors import BadAnswer, OutboundError, RefusedAddress, Timeout, TooBusy, TooLarge, Unreachable
from linkflow.outbound.network import GuardedBackend, Resolver

CALLS_AT_ONCE = 16
IDLE_SECONDS = 3.0
MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one call may cost: seconds in all, bytes of body after unpacking."""

    seconds: float = 10.0
    body_bytes: int = 32 * MIB


class Wire:
    """The process's connections. Close it once; it closes itself at exit."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        at_once: int = CALLS_AT_ONCE,
    ) -> None:
        self._guard = guard
        self._places = threading.BoundedSemaphore(at_once)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context or httpx2.create_ssl_context(),
            max_connections=at_once,
            max_keepalive_connections=at_once // 2,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=GuardedBackend(guard, resolver=resolver or Resolver()),
        )
        self.close = weakref.finalize(self, self._pool.close)

    def transport(self, limits: Limits) -> httpx2.BaseTransport:
        """A transport over these connections with limits of its own; closing it leaves the connections open."""
        return _Limited(self, limits)

    def send(self, request: httpx2.Request, limits: Limits) -> httpx2.Response:
        """One request, one whole answer; raises only `OutboundError`."""
        host = request.url.host
        if request.url.scheme != "https" and not (self._guard.allow_private and request.url.scheme == "http"):
            raise RefusedAddress(host, reason="scheme")
        if not self._places.acquire(blocking=False):
            raise TooBusy(host, reason="calls")
        try:
            with under(Deadline(limits.seconds)):
                return self._exchange(request, limits)
        except OutboundError as error:
            error.host = error.host or host
            raise
        except (httpcore2.TimeoutException, TimeoutError):
            raise Timeout(host, reason="deadline") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError):
            raise Unreachable(host, reason="connection") from None
        finally:
            self._places.release()

    def _exchange(self, request: httpx2.Request, limits: Limits) -> httpx2.Response:
        response = self._pool.handle_request(_core_request(request, limits.seconds))
        try:
            headers = httpx2.Headers(response.headers)
            body = _whole(response.iter_stream(), headers=headers, cap=limits.body_bytes)
        finally:
            response.close()
        kept = [(key, value) for key, value in headers.raw if key.lower() not in _SPENT]
        return httpx2.Response(response.status, headers=kept, content=body)


class _Limited(httpx2.BaseTransport):
    def __init__(self, wire: Wire, limits: Limits) -> None:
        self._wire = wire
        self._limits = limits

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        limits = request.extensions.get("limits", self._limits)
        return self._wire.send(request, limits)


_SPENT = frozenset({b"set-cookie", b"location", b"content-encoding", b"content-length", b"transfer-encoding"})


def _core_request(request: httpx2.Request, seconds: float) -> httpcore2.Request:
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.read(),
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)},
    )


def _whole(chunks: Iterable[bytes], *, headers: httpx2.Headers, cap: int) -> bytes:
    """The body, unpacked piece by piece and never beyond the cap: a gzip bomb costs a cap's worth of memory."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise BadAnswer(reason="content encoding")
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    parts: list[bytes] = []
    room = cap
    for chunk in chunks:
        try:
            part = unpack.decompress(chunk, room + 1) if unpack else chunk
        except zlib.error:
            raise BadAnswer(reason="gzip") from None
        room -= len(part)
        if room < 0:
            raise TooLarge(reason=f"over {cap} bytes")
        parts.append(part)
    if unpack and parts and not unpack.eof:
        raise BadAnswer(reason="gzip")
    return b"".join(parts)
