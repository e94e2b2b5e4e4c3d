"""A real HTTP server that misbehaves on request: one path, one fault. Everything it was sent is kept."""

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = {"access_token": "at-canary-1", "token_type": "bearer", "refresh_token": "rt-canary-1", "expires_in": 1800}


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class FaultServer:
    """Its address, what it was asked, and answers a test adds: path → (status, headers, body)."""

    url: str
    seen: list[Seen] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, body: Any, *, status: int = 200, **headers: str) -> str:
        """Answer `path` so; returns its address."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.answers[path] = (status, {"content-type": "application/json", **named}, raw)
        return self.url + path


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """Running until the block ends; whoever still hangs then is let go."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    state = FaultServer(f"http://127.0.0.1:{server.server_port}")
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up on a faulty server; that is the point."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length).decode()
        self.state.seen.append(Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        path = self.path.split("?")[0]
        try:
            if path in self.state.answers:
                self._send(*self.state.answers[path])
            else:
                FAULTS.get(path, _missing)(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET  # noqa: N815  # the library's name

    @property
    def state(self) -> FaultServer:
        return self.server.state  # type: ignore[attr-defined]

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _hang(handler: _Handler) -> None:
    handler.state.stopping.wait(20)
    handler.close_connection = True


def _hang_briefly(handler: _Handler) -> None:
    handler.state.stopping.wait(0.2)
    handler.close_connection = True


def _drip_headers(handler: _Handler) -> None:
    for letter in b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" * 4:
        if handler.state.stopping.wait(0.1):
            break
        handler.wfile.write(bytes([letter]))
    handler.close_connection = True


def _drip_body(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("content-length", "60")
    handler.end_headers()
    for _ in range(60):
        if handler.state.stopping.wait(0.25):
            break
        handler.wfile.write(b"1")
    handler.close_connection = True


def _huge(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    piece = b"x" * 65536
    for _ in range(30 * 16):
        handler.wfile.write(b"10000\r\n" + piece + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def _bomb(handler: _Handler) -> None:
    handler._send(200, {"content-encoding": "gzip"}, packed_bomb())


@cache
def packed_bomb() -> bytes:
    """64 MiB of nothing in 64 KiB."""
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1024 * 1024)
    return b"".join([packer.compress(zeros) for _ in range(64)] + [packer.flush()])


def _gzip(handler: _Handler) -> None:
    handler._send(200, {"content-encoding": "gzip"}, gzip.compress(b'{"packed": 1.10}'))


def _cut_gzip(handler: _Handler) -> None:
    handler._send(200, {"content-encoding": "gzip"}, gzip.compress(b'{"packed": 1.10}')[:-9])


def _loop(handler: _Handler) -> None:
    handler._send(302, {"location": handler.path}, b"")


def _cookie(handler: _Handler) -> None:
    handler._send(200, {"set-cookie": "who=somebody; Path=/"}, b"{}")


def _missing(handler: _Handler) -> None:
    handler._send(404, {}, b"")


def _gone(handler: _Handler) -> None:
    handler.close_connection = True


def _short(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.close_connection = True


FAULTS: dict[str, Callable[[_Handler], None]] = {
    "/hang": _hang,
    "/hang-briefly": _hang_briefly,
    "/drip-headers": _drip_headers,
    "/drip-body": _drip_body,
    "/huge": _huge,
    "/bomb": _bomb,
    "/gzip": _gzip,
    "/cut-gzip": _cut_gzip,
    "/loop": _loop,
    "/cookie": _cookie,
    "/gone": _gone,
    "/short": _short,
}
