"""Serves a vendor on loopback: its pages, tokens and API, and `/_kit/…` by which a test orders faults and looks in."""

import contextlib
import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.vendors import oauth
from tests.vendors.calls import Call, Refused, Reply, as_json, pattern
from tests.vendors.faults import REFUSALS, Order, spoil, wait_headers
from tests.vendors.kit import Seen, Vendor

KIT = "_kit/"
DRIP_SECONDS = 0.25


class Desk:
    """Answers calls to one vendor, whatever brought them."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self._authorize, self._token = pattern(vendor.quirks.authorize), pattern(vendor.quirks.token)
        self._revoke = pattern(vendor.quirks.revoke) if vendor.quirks.revoke else None
        methods = (getattr(type(vendor), name) for name in dir(type(vendor)))
        self._routes = [(*answers, method) for method in methods for answers in getattr(method, "answers", ())]
        self._before: dict[str, Reply] = {}
        self._calls: defaultdict[tuple[str, int], deque[float]] = defaultdict(deque)

    def answer(self, call: Call) -> Reply:
        """The whole answer, faults included, and a note of it."""
        of = self._of(call)
        whole = f"{call.address}?{'&'.join(f'{name}={value}' for name, value in call.query.items())}"
        order = self.vendor.orders.take(of, whole)
        reply = self._refusal(order, call) if order and order.kind in REFUSALS else self._answer(of, call)
        if order and order.kind not in REFUSALS and reply.status < 300:
            before = self._before.get(call.address)
            reply = spoil(order, reply, before=before, links=self.vendor.quirks.links, port=self.vendor.port)
        elif of == "api" and reply.status < 300:
            self._before[call.address] = reply
        headers = {name: value for name, value in call.headers.items() if name != "authorization"}
        seen = Seen(call.method, call.address, call.query, headers, reply.status, order.kind if order else None)
        self.vendor.seen.append(seen)
        return reply

    def _of(self, call: Call) -> str:
        if self._token.fullmatch(call.address) and call.method == "POST":
            return "token"
        if self._revoke and self._revoke.fullmatch(call.address) and call.method == "POST":
            return "revoke"
        return "authorize" if self._authorize.fullmatch(call.address) else "api"

    def _answer(self, of: str, call: Call) -> Reply:
        if of != "api":
            return {"token": oauth.token, "revoke": oauth.revoke, "authorize": oauth.authorize}[of](self.vendor, call)
        try:
            return self._read(call)
        except Refused as refused:
            return self.vendor.api_refused(refused, {})

    def _read(self, call: Call) -> Reply:
        token = self.vendor.tokens.reader(self._secret(call))
        if token is None:
            raise Refused(401, "the access token is not valid", kind="unauthorized")
        for name, value in self.vendor.quirks.needs_headers.items():
            given, wanted = call.headers.get(name), value.replace("{client_id}", self.vendor.client_id)
            if given is None or wanted not in ("*", given):
                raise Refused(400, f"the header {name} is missing or wrong", kind="header")
        if call.method != "GET":
            raise Refused(405, "this fake can only be read", kind="method")
        self._hold_limits(token.grant.id)
        for address, scope, method in self._routes:
            if found := address.fullmatch(call.address):
                if scope is not None and scope not in token.grant.scopes:
                    raise Refused(403, f"needs the scope {scope}", kind="scope")
                known = replace(call, grant=token.grant, path={k: unquote(v) for k, v in found.groupdict().items()})
                self.vendor.check(known)
                answer = method(self.vendor, known)
                return answer if isinstance(answer, Reply) else as_json(answer)
        raise Refused(404, f"nothing is at {call.address}", kind="address")

    def _secret(self, call: Call) -> str:
        kind, _, secret = call.headers.get("authorization", "").partition(" ")
        return secret if kind == self.vendor.quirks.scheme else ""

    def _refusal(self, order: Order, call: Call) -> Reply:
        """A refusal that was ordered; a token it strikes out is good for nothing any more."""
        token = self.vendor.tokens.access.get(self._secret(call))
        if token is not None:
            token.struck = token.struck or order.kind == "unauthorized"
            token.grant.dead = token.grant.dead or order.kind == "ended"
        refused = Refused(REFUSALS[order.kind], f"ordered: {order.kind}", kind=order.kind)
        return self.vendor.api_refused(refused, wait_headers(order, self.vendor.clock()))

    def _hold_limits(self, grant_id: str) -> None:
        if not self.vendor.holds_limits:
            return
        now = self.vendor.clock().timestamp()
        for calls, seconds in self.vendor.quirks.limits:
            recent = self._calls[grant_id, seconds]
            while recent and recent[0] <= now - seconds:
                recent.popleft()
            if len(recent) >= calls:
                raise Refused(429, "too many calls", kind="day-limit" if seconds >= 86_400 else "too-many-plain")
            recent.append(now)

    def control(self, call: Call) -> Reply:
        """The test's own way in."""
        match call.method, call.address.removeprefix(KIT):
            case "POST", "faults":
                self.vendor.orders.add(Order(**json.loads(call.body)))
            case "DELETE", "faults":
                self.vendor.clear()
            case "GET", "requests":
                return as_json([asdict(one) for one in self.vendor.requests(call.query.get("path", ""))])
            case "DELETE", "requests":
                self.vendor.seen.clear()
            case "GET", "grants":
                return as_json([_told(grant) for grant in self.vendor.tokens.grants])
            case "POST", "give":
                issued = self.vendor.give(**json.loads(call.body))
                given = self.vendor.callback(issued.grant)
                return as_json({"access": issued.access, "refresh": issued.refresh, "given": given})
            case "GET", "ready":
                pass
            case _:
                return as_json({"error": "no such thing"}, 404)
        return as_json({"done": True})


def _told(grant: Any) -> dict[str, Any]:
    return {"person": grant.person, "dead": grant.dead, "refreshes": grant.refreshes, "scopes": grant.scopes}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, vendor: Vendor, port: int) -> None:
        self.desk = Desk(vendor)
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        vendor.port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are part of the tests."""

    def close_all(self) -> None:
        """Let go of whoever is still connected."""
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.server.open.discard(self.connection)

    def handle_call(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        call = Call(
            method=self.command,
            address=parts.path.removeprefix("/"),
            query={name: values[-1] for name, values in query.items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length") or 0)),
            url=self.server.desk.vendor.url,
        )
        desk = self.server.desk
        self._send(desk.control(call) if call.address.startswith(KIT) else desk.answer(call))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.handle_call
        raise AttributeError(name)

    def _send(self, reply: Reply) -> None:
        if reply.manner == "hang":
            self.close_connection = True
            time.sleep(reply.seconds)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        cut = 10 if reply.manner == "drop" else 0
        self.send_header("content-length", str(len(reply.body) + cut))
        self.end_headers()
        if reply.manner == "drip":
            self._drip(reply)
        else:
            self.wfile.write(reply.body)
        self.close_connection = self.close_connection or reply.manner != "plain"

    def _drip(self, reply: Reply) -> None:
        ends = time.monotonic() + reply.seconds
        for place in range(len(reply.body)):
            self.wfile.write(reply.body[place : place + 1])
            self.wfile.flush()
            if time.monotonic() >= ends:
                return
            time.sleep(DRIP_SECONDS)

    def log_message(self, *_: Any) -> None:
        """What came in is asked for at `/_kit/requests`."""


@contextlib.contextmanager
def running_vendor(vendor: Vendor, *, port: int = 0) -> Iterator[Vendor]:
    """The vendor, served by a thread of this process until the end of the block."""
    server = _Server(vendor, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.close_all()
        server.server_close()
        thread.join()


def serve(vendor: Vendor, *, port: int) -> None:
    """The vendor until this process ends; prints where once it listens."""
    with _Server(vendor, port) as server:
        print(f"ready at {vendor.url}", flush=True)
        server.serve_forever(poll_interval=0.1)
