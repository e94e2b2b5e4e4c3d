"""A vendor without quirks whose answers are those of Sandbox Books, so that linkflow can read it: for tests of the kit.

No product of the catalogue, so none that is found by listing; and an example of how one is written.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from linkflow.domain.books import EntryStatus, Record, Statement
from linkflow.domain.software import Api, OAuth, Software, Tokens
from linkflow.sandbox.asjson import as_json as as_plain
from tests.config_factories import make_software
from tests.vendors.books import Books
from tests.vendors.calls import Call, get, numbered
from tests.vendors.choosing import day_of, kept_of_months
from tests.vendors.kit import Vendor, books_of
from tests.vendors.quirks import Quirks

PLAIN = Quirks(
    authorize="sign-in.plain.example/authorize",
    token="sign-in.plain.example/token",
    revoke="sign-in.plain.example/revoke",
    scopes=frozenset({"read", "offline"}),
    offline_scope="offline",
    rotates=True,
    refresh_seconds=86_400,
    links=("next",),
)


class Plain(Vendor):
    """A vendor that writes its books down as Sandbox Books does, so that there is an adapter for them."""

    name: ClassVar[str] = "Plain Books"
    quirks: ClassVar[Quirks] = PLAIN

    @get("api.plain.example/api/companies", scope="read")
    def companies(self, call: Call) -> Any:
        assert call.grant
        return {"data": [_company(books) for books in call.grant.companies]}

    @get("api.plain.example/api/companies/{company}")
    def company(self, call: Call) -> Any:
        return {"data": _company(self.books(call))}

    @get("api.plain.example/api/companies/{company}/accounts")
    def accounts(self, call: Call) -> Any:
        return {"data": [_named(as_plain(one)) for one in self.books(call).accounts]}

    @get("api.plain.example/api/companies/{company}/suppliers")
    def suppliers(self, call: Call) -> Any:
        return self.page(call, self.books(call).suppliers, terms="terms_days")

    @get("api.plain.example/api/companies/{company}/bills")
    def bills(self, call: Call) -> Any:
        return self.page(call, self.books(call).bills, issued_on="issued", due_on="due")

    @get("api.plain.example/api/companies/{company}/credit-notes")
    def credit_notes(self, call: Call) -> Any:
        return self.page(call, self.books(call).credit_notes, issued_on="issued")

    @get("api.plain.example/api/companies/{company}/payments")
    def payments(self, call: Call) -> Any:
        return self.page(call, self.posted(call, "payments"), paid_on="paid", stated_method="method", note="reference")

    @get("api.plain.example/api/companies/{company}/expenses")
    def expenses(self, call: Call) -> Any:
        names = {"spent_on": "spent", "stated_method": "method", "note": "reference", "contact_name": "contact"}
        return self.page(call, self.posted(call, "expenses"), **names)

    @get("api.plain.example/api/companies/{company}/statements/{statement}")
    def statements(self, call: Call) -> Any:
        wanted = Statement(call.path["statement"].replace("-", "_"))
        lines = [line for line in self.books(call).statements if line.statement is wanted]
        ends = sorted({line.period_end for line in lines})
        chosen = [end for end in ends if call.query["from"] <= f"{end:%Y-%m}" <= call.query["to"]]
        return {
            "months": [
                {"period_end": f"{end}", "rows": [as_plain(line) for line in lines if line.period_end == end]}
                for end in chosen
            ]
        }

    def books(self, call: Call) -> Books:
        return books_of(self, call, call.path["company"])

    def posted(self, call: Call, kind: str) -> list[Any]:
        """Sandbox Books has no void payments."""
        return [row for row in getattr(self.books(call), kind) if row.status is EntryStatus.POSTED]

    def page(self, call: Call, rows: Any, **names: str) -> Any:
        if since := call.query.get("from"):
            rows = [row for row in rows if f"{day_of(row):%Y-%m}" >= since]
        part = numbered(call, rows, usual=100)
        found = [_named(as_plain(row), names) for row in part.rows]
        following = call.link(page=part.number + 1) if part.more else None
        return {"data": found, "total": part.total, "next": following}

    def told(self, record: Record) -> Record | None:
        return None if getattr(record, "status", None) is EntryStatus.VOID else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        return kept_of_months(books, super().kept(books))


def _company(books: Books) -> Mapping[str, Any]:
    return {**_named(as_plain(books.company)), "financial_year_end": books.year_end}


def _named(row: dict[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Sandbox Books' own names of fields."""
    usual = {"external_id": "id"} | dict(names or {})
    found = {usual.get(name, name): value for name, value in row.items()}
    found["rate"] = found.get("rate") or "1"
    if "terms_days" in found:
        found["terms_days"] = found["terms_days"] and int(found["terms_days"].split()[0])
    return found


def plain_software(url: str, **oauth: Any) -> Software:
    root = f"{url}/sign-in.plain.example"
    values = {
        "authorize_url": f"{root}/authorize",
        "token_url": f"{root}/token",
        "revoke_url": f"{root}/revoke",
        "scopes": ("read", "offline"),
        **oauth,
    }
    return make_software(
        oauth=OAuth(**values), api=Api(base_url=f"{url}/api.plain.example"), tokens=Tokens(rotates=True)
    )
