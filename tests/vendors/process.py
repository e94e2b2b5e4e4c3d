"""A fake vendor in a process of its own, and the ways to order faults there and to look in."""

import contextlib
import json
import re
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from linkflow.outbound.oauth2 import Tokens
from tests.processes import running
from tests.vendors.kit import OWNER

_READY = re.compile(r"^ready at (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Control:
    """One that runs at `url`; the same names as `kit.Vendor` has."""

    url: str

    def order(self, kind: str, *, path: str = "", **more: Any) -> None:
        """Have a fault ready."""
        self._ask("POST", "faults", {"kind": kind, "path": path, **more})

    def clear(self) -> None:
        """No fault any more."""
        self._ask("DELETE", "faults")

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """What came in at addresses with this in them."""
        found: list[dict[str, Any]] = self._ask("GET", f"requests?path={path}")
        return found

    def forget(self) -> None:
        """No request any more."""
        self._ask("DELETE", "requests")

    def grants(self) -> list[dict[str, Any]]:
        """Every approval there was: person, scopes, whether it is dead, how often it was refreshed."""
        found: list[dict[str, Any]] = self._ask("GET", "grants")
        return found

    def give(self, person: str = OWNER) -> tuple[Tokens, dict[str, str]]:
        """Tokens without any dance, and what the callback would have brought."""
        told = self._ask("POST", "give", {"person": person})
        return Tokens(told["access"], told["refresh"], (), None, None), told["given"]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        told = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(f"{self.url}/_kit/{path}", data=told, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def vendor_process(
    software: str, folder: Path, *, port: int = 0, bills: int = 240, today: date | None = None, limits: bool = False
) -> Iterator[Control]:
    """`python -m tests.vendors` on that port or a free one, until the end of the block; its log lies in `folder`."""
    log = folder / f"{software}.log"
    log.unlink(missing_ok=True)  # the one that ran before was ready, which says nothing of this one
    command = [sys.executable, "-m", "tests.vendors", software, "--port", str(port), "--bills", str(bills)]
    command += ["--today", today.isoformat()] if today else []
    command += ["--limits"] if limits else []
    with running(command, log=log) as process:
        deadline = time.monotonic() + 30
        while not (found := _READY.search(log.read_text(errors="replace"))):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the fake of {software} does not answer:\n{log.read_text()[-3000:]}")
            time.sleep(0.02)
        yield Control(found[1])
