"""A request as a vendor's API sees it, its answer, and the pages of a list."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from tests.vendors.tokens import Grant

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Call:
    """`address` is host and path; `url` where this vendor is reached; `grant` is there once the token was checked."""

    method: str
    address: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    """What stood in the address in place of `{name}`."""
    grant: "Grant | None" = None

    def fields(self) -> dict[str, str]:
        """The body, form or JSON, as names and texts."""
        if "json" in self.headers.get("content-type", ""):
            told = json.loads(self.body or b"{}")
            return {name: str(value) for name, value in told.items()} if isinstance(told, dict) else {}
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    def link(self, **changed: Any) -> str:
        """The absolute address of this call with other parameters; `__` in a name stands for `$`."""
        query = {**self.query, **{name.replace("__", "$"): str(value) for name, value in changed.items()}}
        return f"{self.url}/{self.address}?{urlencode(query)}"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """`manner`: how it is sent: `plain`, or `hang`, `drip` or `drop` for so many seconds."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: str = "plain"
    seconds: float = 0.0

    @property
    def content(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Refused(Exception):
    """The vendor says no; its class writes it down (`kit.Vendor.api_refused`)."""

    def __init__(self, status: int, words: str = "", *, kind: str = "") -> None:
        super().__init__(f"{status} {words}")
        self.status, self.words, self.kind = status, words, kind


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON; decimals as numbers, `headers` with `_` for `-`."""
    body = json.dumps(value, default=_plain, ensure_ascii=False).encode()
    own = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status=status, body=body, headers={"content-type": "application/json", **own})


def as_html(text: str, status: int = 200) -> Reply:
    """A page."""
    return Reply(status=status, body=text.encode(), headers={"content-type": "text/html; charset=utf-8"})


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


@dataclass(frozen=True)
class Part(Generic[T]):
    """Some rows of a list: `number` counts pages from 1, `first` is how many rows are before."""

    rows: list[T]
    number: int
    size: int
    first: int
    total: int

    @property
    def more(self) -> bool:
        return self.first + len(self.rows) < self.total

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def numbered(
    call: Call, rows: Sequence[T], *, page: str = "page", size: str = "per_page", usual: int = 25, most: int = 100
) -> Part[T]:
    """The page a call asks for by its number; more rows than `most` nobody gets."""
    number, each = _count(call, page, 1), min(_count(call, size, usual), most)
    first = (number - 1) * each
    return Part(list(rows[first : first + each]), number, each, first, len(rows))


def skipped(
    call: Call, rows: Sequence[T], *, top: str = "$top", skip: str = "$skip", usual: int = 400, most: int = 1000
) -> Part[T]:
    """The page a call asks for by how many rows are before it."""
    each, first = min(_count(call, top, usual), most), _count(call, skip, 0)
    return Part(list(rows[first : first + each]), first // each + 1, each, first, len(rows))


def _count(call: Call, name: str, usual: int) -> int:
    text = call.query.get(name, str(usual))
    if not text.isdecimal():
        raise Refused(400, f"{name} is no number")
    return int(text)


Handler = Callable[[Any, Call], Any]


def get(address: str, *, scope: str | None = None) -> Callable[[Handler], Handler]:
    """A method that answers GET at an address, for those with a scope; `{name}` in it is any part of a path."""

    def mark(handler: Handler) -> Handler:
        handler.answers = (*getattr(handler, "answers", ()), (pattern(address), scope))  # type: ignore[attr-defined]
        return handler

    return mark


def pattern(address: str) -> re.Pattern[str]:
    """An address with what may stand in place of each `{name}`."""
    pieces = re.split(r"\{([a-z_]+)\}", address)
    return re.compile(
        "".join(f"(?P<{piece}>[^/]+)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
    )
