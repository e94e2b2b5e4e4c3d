"""Faults ordered for a call to come: the n-th from now at some address, so many times in a row.

What can be ordered is `KINDS`; how a vendor writes a refusal is its own (`Vendor.api_refused`). Those of the second
half spoil a good answer, whatever vendor it is of.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.vendors.calls import Reply

REFUSALS = {
    "unauthorized": 401,
    "ended": 401,
    "forbidden": 403,
    "too-many": 429,
    "too-many-until": 429,
    "too-many-plain": 429,
    "day-limit": 429,
    "error": 500,
    "unavailable": 503,
}
"""Instead of an answer. `unauthorized`: this access token works no longer; `ended`: the whole grant does not.

429 says `seconds` to wait, or a date so far off (`…-until`), or nothing (`…-plain`); `day-limit` is the vendor's own.
"""
SPOILT = ("html", "timeout", "drip", "dropped", "lost", "malformed", "renamed", "odd-rows", "odd-row")
SPOILT += ("duplicate", "elsewhere")
"""`lost`: the call is done and its answer never comes. `renamed`: other names for everything around the rows;
`odd-row`: one of which only the id can be read, `odd-rows`: all of them; `duplicate`: the answer before, once more;
`elsewhere`: what leads to the next page leads to another host."""
KINDS = (*REFUSALS, *SPOILT)
ELSEWHERE = "http://127.0.0.1"
"""Another host than `localhost`, where a vendor runs; on the same port, so that it sees who comes."""


@dataclass
class Order:
    """`path` is a piece of host, path and query; `times` 0: until it is taken back. `of`: api, token or revoke."""

    kind: str
    path: str = ""
    nth: int = 1
    times: int = 1
    seconds: float = 30.0
    of: str = "api"
    seen: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is none of {', '.join(KINDS)}")

    def hits(self, of: str, address: str) -> bool:
        """Whether it is for this call, which is counted."""
        if of != self.of or self.path not in address:
            return False
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)

    @property
    def spent(self) -> bool:
        return bool(self.times) and self.seen >= self.nth + self.times - 1


@dataclass
class Orders:
    """All that are open; `done` says what was spoilt where."""

    open: list[Order] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, order: Order) -> None:
        with self.lock:
            self.open.append(order)

    def clear(self) -> None:
        with self.lock:
            self.open.clear()
            self.done.clear()

    def take(self, of: str, address: str) -> Order | None:
        """The first one for this call."""
        with self.lock:
            hit = next((order for order in self.open if order.hits(of, address)), None)
            self.open = [order for order in self.open if not order.spent]
            if hit is not None:
                self.done.append((hit.kind, address))
            return hit


def wait_headers(order: Order, now: datetime) -> Mapping[str, str]:
    """What a 429 says about when to come again."""
    if order.kind == "too-many-until":
        return {"retry-after": format_datetime(now + timedelta(seconds=order.seconds), usegmt=True)}
    return {"retry-after": f"{order.seconds:.0f}"} if order.kind == "too-many" else {}


def spoil(order: Order, reply: Reply, *, before: Reply | None, links: tuple[str, ...], port: int) -> Reply:
    """A good answer as the order wants it; `before` is the one given to the call before at that address."""
    match order.kind:
        case "html":
            page = b"<!doctype html><title>Down for maintenance</title><p>We will be back soon.</p>"
            return Reply(body=page, headers={"content-type": "text/html"})
        case "timeout":
            return replace(reply, manner="hang", seconds=order.seconds)
        case "drip":
            return replace(reply, manner="drip", seconds=order.seconds)
        case "dropped":
            return replace(reply, manner="drop")
        case "lost":
            return replace(reply, manner="drop", body=b"")
        case "malformed":
            return replace(reply, body=reply.body[: max(1, len(reply.body) // 2)])
        case "duplicate":
            return before or reply
        case "elsewhere":
            return _elsewhere(reply, links, port)
        case _:
            return replace(reply, body=json.dumps(_CHANGES[order.kind](reply.content)).encode())


def _renamed(content: Any) -> Any:
    """Every name on the way to the rows is another one; the rows are as they were."""
    if isinstance(content, list):
        return {"items_v2": content}
    return {f"{name}V2": _renamed(value) if isinstance(value, dict) else value for name, value in content.items()}


def _odd(rows: list[Any], count: int) -> list[Any]:
    return [_odd_row(row) if place < count else row for place, row in enumerate(rows)]


def _odd_row(row: Any) -> Any:
    """Nothing of it can be read but what it is known by."""
    if not isinstance(row, dict):
        return {"odd": True}
    return {name: value if _is_id(name) else {"odd": [True]} for name, value in row.items()}


def _is_id(name: str) -> bool:
    return name.lower() in ("id", "uid", "url", "uuid") or name.lower().endswith(("id", "_id"))


def _in_rows(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    """The change made to the first list of objects there is, the outermost first; to all of it where there is none."""

    def changed(content: Any) -> Any:
        found = [content]
        for value in found:
            if isinstance(value, list) and value and isinstance(value[0], dict):
                value[:] = change(value)
                return content
            found += list(value.values()) if isinstance(value, dict) else []
        return {name: {"odd": [True]} for name in content} if isinstance(content, dict) else {"odd": True}

    return changed


_CHANGES: Mapping[str, Callable[[Any], Any]] = {
    "renamed": _renamed,
    "odd-row": _in_rows(lambda rows: _odd(rows, 1)),
    "odd-rows": _in_rows(lambda rows: _odd(rows, len(rows))),
}


def _elsewhere(reply: Reply, links: tuple[str, ...], port: int) -> Reply:
    away = f"{ELSEWHERE}:{port}/elsewhere"
    if "link" in links and "link" in reply.headers:
        return replace(reply, headers={**reply.headers, "link": f'<{away}>; rel="next"'})

    def led_away(value: Any) -> Any:
        if isinstance(value, list):
            return [led_away(one) for one in value]
        if isinstance(value, dict):
            return {name: away if name in links and one else led_away(one) for name, one in value.items()}
        return value

    return replace(reply, body=json.dumps(led_away(reply.content)).encode())
