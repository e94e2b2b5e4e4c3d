"""A token endpoint that rotates refresh tokens, counts, is slow, and loses answers when told to."""

import base64
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """`good` are the refresh tokens it takes; `grace` leaves a used one good; `lose` answers are dropped.

    `meanwhile` happens after the tokens were rotated and before the answer leaves.
    """

    good: set[str] = field(default_factory=lambda: {"refresh-1"})
    grace: bool = False
    lose: int = 0
    slow: float = 0.0
    status: int = 200
    revoked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0
    revoke_status: int = 200
    meanwhile: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def refresh(self, token: str) -> tuple[int, dict[str, Any]] | None:
        """An answer, or None to drop the connection after the tokens were rotated."""
        with self.lock:
            self.asked.append(token)
            number = len(self.asked) + 1
            if self.status != 200:
                return self.status, {"error": "server_error"}
            if token not in self.good:
                return 400, {"error": "invalid_grant"}
            if not self.grace:
                self.good.discard(token)
            self.good.add(f"refresh-{number}")
            if self.lose > 0:
                self.lose -= 1
                return None
        self.meanwhile()
        time.sleep(self.slow)
        answer = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "token_type": "Bearer"}
        return 200, {**answer, "expires_in": 300}


@contextmanager
def token_server(**given: Any) -> Iterator[TokenServer]:
    """One running on a free port."""
    state = TokenServer(**given)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            assert base64.b64decode(self.headers["Authorization"].split()[1]) == b"linkflow:sandbox-secret"
            if self.path == "/revoke":
                state.revoked.append(body["token"][0])
                self.answer(state.revoke_status, {})
                return
            found = state.refresh(body["refresh_token"][0])
            if found is None:
                self.close_connection = True
                self.connection.close()
                return
            self.answer(*found)

        def answer(self, status: int, content: dict[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def finish(self) -> None:
            try:
                super().finish()
            except ValueError:
                sys.stderr.write("")

        def log_message(self, *_: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
