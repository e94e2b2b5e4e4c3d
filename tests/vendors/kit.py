"""One kit for all fake vendors: an authorization server and an API over made-up books, each as one vendor has them.

How to write one. `tests/vendors/<id>.py` (the id of the catalogue) has one class `Fake(Vendor)`:

    class Fake(Vendor):
        name = "Zoho Books"
        quirks = Quirks(authorize="accounts.zoho.com/oauth/v2/auth", token="accounts.zoho.eu/oauth/v2/token", …)

        def callback(self, grant): return {"location": "eu", "accounts-server": "https://accounts.zoho.eu"}

        @get("www.zohoapis.eu/books/v3/bills", scope="ZohoBooks.bills.READ")
        def bills(self, call):
            books = books_of(self, call, call.query.get("organization_id", ""))
            part = numbered(call, books.bills, size="per_page", usual=200, most=200)
            return {"code": 0, "bills": [_bill(books, row) for row in part.rows], …}

Write it from what is known of the vendor, not from our adapter or catalogue file: it is there to contradict them.
Hosts are the vendor's own; tests reach `https://accounts.zoho.eu/oauth/v2/token` as
`http://localhost:PORT/accounts.zoho.eu/oauth/v2/token` (`overlay.py` changes the catalogue's addresses so), and a call
to a host that is not the right one finds nothing. A method answers what becomes JSON (decimals become numbers), or a
`Reply`; it raises `Refused(404, …)` for a refusal, which `api_refused` writes as the vendor does.

What differs from plain OAuth is a dial of `Quirks`, and what no dial says a method to override: those from `callback`
to `api_refused` below. `told` says what of a record a faithful reader can know of it from this vendor: tests compare
with that and not with what the vendor never says. Leave whole kinds of records out with None.

Rows come from `Books`: `books.bills[200:400]` makes two hundred. Ids there are digits; where a vendor's are not, write
`guid(row.external_id)` and read `plain_id(text)`. Amounts of statements: `books.moved(first, last)` and
`books.closing(month)`, debit positive, with `chart.CHART` saying what each account is.

How to use one: `running_vendor(make("zoho_books"))` in this process, `vendor_process("zoho_books", folder)` in its
own (`python -m tests.vendors zoho_books --port 0`). `order("too-many", path="/bills", nth=3)` has a fault ready for
the third call there (`faults.py`); `requests()` is what came in. `overlay.catalogue_for` points linkflow at it.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from linkflow.domain.books import Record
from tests.vendors import oauth
from tests.vendors.books import Books
from tests.vendors.calls import Call, Refused, Reply, as_json
from tests.vendors.faults import Order, Orders
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Grant, Issued, TokenRefused, Tokens

CLIENT, SECRET = "linkflow-client", "a secret of tests/with+signs"
OWNER, GROUP, NOBODY = "owner@example.com", "group@example.com", "nobody@example.com"
"""Who can sign in: with one company, with two, with none."""


@dataclass(frozen=True)
class Seen:
    """A request that came in; of its headers all but `authorization`."""

    method: str
    address: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int
    fault: str | None = None


@dataclass
class Vendor:
    """A vendor with its people and their books. A subclass has `name` and `quirks`."""

    name: ClassVar[str] = ""
    quirks: ClassVar[Quirks]

    people: Mapping[str, tuple[Books, ...]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    client_id: str = CLIENT
    client_secret: str = SECRET
    port: int = 0
    holds_limits: bool = False
    orders: Orders = field(default_factory=Orders)
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=20_000))

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.quirks, self.clock)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    # What a vendor may do in its own way.

    def callback(self, grant: Grant) -> dict[str, str]:
        """What the callback brings besides code and state."""
        return {}

    def denied(self) -> dict[str, str]:
        """What it brings when somebody declines."""
        return {"error": "access_denied"}

    def company_id(self, books: Books) -> str:
        """The id of a company, as this vendor writes it."""
        return books.company.external_id

    def new_code(self, grant: Grant) -> str:
        return oauth.random_text("code-")

    def new_access(self, grant: Grant) -> str:
        return oauth.random_text("access-", 60)

    def new_refresh(self) -> str:
        return oauth.random_text("refresh-")

    def token_answer(self, issued: Issued) -> Reply:
        """Tokens, written down."""
        return as_json(plain_tokens(issued))

    def token_refused(self, refused: TokenRefused) -> Reply:
        """No tokens, written down."""
        status = 401 if refused.code == "invalid_client" else 400
        return as_json({"error": refused.code, "error_description": refused.words}, status)

    def revoked(self) -> Reply:
        """The answer to a revocation."""
        return Reply()

    def check(self, call: Call) -> None:
        """Whatever else a call of the API needs; raises `Refused`."""

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        """A refusal of the API, written down; a fault that was ordered has its kind as `refused.kind`."""
        answer = as_json({"error": {"code": refused.status, "message": refused.words}}, refused.status)
        return Reply(status=answer.status, body=answer.body, headers={**answer.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """The record as far as this vendor tells of it; None where it tells nothing."""
        return record

    # What tests do with one.

    def order(self, kind: str, *, path: str = "", **more: Any) -> None:
        """Have a fault ready: `nth`, `times`, `seconds` and `of` as in `faults.Order`."""
        self.orders.add(Order(kind, path, **more))

    def clear(self) -> None:
        """No fault any more."""
        self.orders.clear()

    def requests(self, path: str = "") -> list[Seen]:
        """What came in at addresses with this in them."""
        return [one for one in self.seen if path in one.address]

    def approve(self, authorize_url: str, *, person: str = OWNER, companies: tuple[int, ...] = (0,)) -> dict[str, str]:
        """Somebody signs in and approves without a browser: the query of the callback."""
        query = parse_qs(urlsplit(authorize_url).query, keep_blank_values=True)
        asked = {name: values[0] for name, values in query.items()}
        mine = self.people[person]
        chosen = mine if self.quirks.chooses == "nothing" else tuple(mine[place] for place in companies)
        return {**oauth.answer(self, asked, person, chosen), "state": asked["state"]}

    def give(self, *, person: str = OWNER, scopes: tuple[str, ...] | None = None) -> Issued:
        """Tokens without any dance, for all of a person's companies and every scope there is."""
        wanted = tuple(sorted(self.quirks.scopes or ())) if scopes is None else scopes
        grant = self.tokens.approve(person, self.people[person], wanted)
        refresh = self.new_refresh() if oauth.gives_refresh(self, grant) else None
        return self.tokens.issue(grant, access=self.new_access(grant), refresh=refresh)

    def amend(self, books: Books, *records: Record) -> Books:
        """Somebody changes rows of a company now: everybody who can read it reads them so; answers its books."""
        changed = books.amended(*records, at=self.clock())

        def now(companies: tuple[Books, ...]) -> tuple[Books, ...]:
            return tuple(changed if one.number == books.number else one for one in companies)

        self.people = {person: now(companies) for person, companies in self.people.items()}
        for grant in self.tokens.grants:
            grant.companies = now(grant.companies)
        return changed

    def kept(self, books: Books) -> tuple[Record, ...]:
        """Every record of a company, as far as this vendor tells of it; statements are those of the books."""
        return tuple(told for record in books.records() if (told := self.told(record)) is not None)


def plain_tokens(issued: Issued) -> dict[str, Any]:
    """A token answer as RFC 6749 has it."""
    fields: dict[str, Any] = {
        "access_token": issued.access,
        "token_type": "Bearer",
        "expires_in": issued.access_seconds,
        "refresh_token": issued.refresh,
        "scope": " ".join(issued.grant.scopes),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def books_of(vendor: Vendor, call: Call, company: str) -> Books:
    """The books of a company a call names; raises `Refused` where this grant does not reach it."""
    companies = call.grant.companies if call.grant else ()
    found = next((books for books in companies if vendor.company_id(books) == company), None)
    if found is None:
        raise Refused(403, "no such company in this grant", kind="company")
    return found


def guid(external_id: str) -> str:
    """An id of the books as a GUID, always the same."""
    return f"{int(external_id):08x}-0000-4000-8000-{int(external_id):012x}"


def plain_id(text: str) -> str:
    """The id of the books behind a GUID; raises `Refused` where there is none."""
    try:
        return str(int(text.rsplit("-", 1)[-1], 16))
    except ValueError:
        raise Refused(404, "no such id") from None
