"""The network below the HTTP library: resolve with a limit, judge every address, connect, and read by the deadline."""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

from linkflow.outbound import deadline
from linkflow.outbound.address_guard import AddressGuard
from linkflow.outbound.errors import Timeout, TooBusy, Unreachable

LOOKUP_SECONDS = 5.0
LOOKUPS_AT_ONCE = 32

Lookup = Callable[..., list[Any]]
SocketOptions = Iterable[tuple[Any, ...]]


class Resolver:
    """Names to addresses, in a thread of its own because the system's lookup cannot be interrupted.

    A lookup that never returns keeps its thread; so there are only so many of them.
    """

    def __init__(self, lookup: Lookup = socket.getaddrinfo, *, at_once: int = LOOKUPS_AT_ONCE) -> None:
        self._lookup = lookup
        self._places = threading.BoundedSemaphore(at_once)

    def addresses(self, host: str, port: int, *, seconds: float) -> tuple[str, ...]:
        """Every address of `host`, in the system's order; raises Timeout, TooBusy or Unreachable."""
        if not self._places.acquire(blocking=False):
            raise TooBusy(host, reason="lookups")
        answers: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, args=(host, port, answers), name="linkflow-lookup", daemon=True).start()
        try:
            found = answers.get(timeout=seconds)
        except queue.Empty:
            raise Timeout(host, reason="lookup") from None
        if not found:
            raise Unreachable(host, reason="unknown name")
        return tuple(str(entry[4][0]) for entry in found)

    def _run(self, host: str, port: int, answers: "queue.SimpleQueue[list[Any] | None]") -> None:
        try:
            answers.put(self._lookup(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.put(None)
        finally:
            self._places.release()


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects only to addresses the guard admits, and to the very ones it judged."""

    def __init__(self, guard: AddressGuard, *, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore2.NetworkStream:
        """Try the addresses in turn, each with its share of what is left."""
        total = deadline.current()
        found = self._resolver.addresses(host, port, seconds=total.left(at_most=LOOKUP_SECONDS))
        addresses = self._guard.admitted(host, found)
        for place, address in enumerate(addresses):
            share = total.left() / (len(addresses) - place)
            try:
                return DeadlineStream(self._sockets.connect_tcp(address, port, timeout=share))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        total.left()
        raise Unreachable(host, reason="no connection")


class DeadlineStream(httpcore2.NetworkStream):
    """A connection whose every operation gets what is left of the call's deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Whatever has arrived, up to `max_bytes`."""
        return self._stream.read(max_bytes, deadline.current().left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of `buffer`, a piece at a time so that a slow reader cannot outlast the deadline."""
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], deadline.current().left())

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Verify the certificate against the name, not against the address connected to."""
        left = deadline.current().left()
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """What the pool asks to know whether an idle connection is still good."""
        return self._stream.get_extra_info(info)


_PIECE = 16 * 1024
