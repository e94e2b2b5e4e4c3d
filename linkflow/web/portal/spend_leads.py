"""Where the figures of a spend analysis lead: the same page otherwise, and the rows behind each of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from linkflow.domain.books import Period
from linkflow.domain.spend_figures import covered
from linkflow.services.spending import EntityReport, SpendScope
from linkflow.web.portal.paths import spend_path, spend_rows_path
from linkflow.web.portal.spend_asked import ANY, Typed, month_key
from linkflow.web.running import href


@dataclass(frozen=True)
class Ways:
    """The addresses of a page: this one in another order, and the rows behind a figure."""

    company_id: str
    kept: dict[str, str]
    rows: dict[str, str]
    sort: str
    period: Period
    first: str = ""
    """The currency of the figures that stand first."""

    @staticmethod
    def of(company_id: str, scope: SpendScope, typed: Typed) -> "Ways":
        """What the address says and is to be kept."""
        asked = typed.asked
        falling = asked.reverse is (asked.sort == "name")
        sort = f"{'-' if falling else ''}{asked.sort}"
        words = {name: field.value for name, field in typed.fields.items() if typed.is_right}
        kept = {"entity": asked.entity_id or "", **words, "sort": "" if sort == "-total" else sort}
        period = {"from": month_key(scope.period.first_month), "to": month_key(scope.period.last_month)}
        own = {"entity": asked.entity_id or ""}
        first = scope.entities[0].report.currency if scope.entities else None
        return Ways(company_id, _said(kept), _said(own | period), sort, scope.period, first or "")

    def here(self, **more: str) -> str:
        """This page with something else in its address."""
        return _address(href(spend_path(self.company_id)), {**self.kept, **more})

    def to(self, kind: str, **more: str) -> str:
        """The rows behind a figure of the period."""
        return _address(href(spend_rows_path(self.company_id, kind)), {**self.rows, **more})

    def suppliers(self, *, method: str = ANY, currency: str = "", **more: str) -> str:
        """The suppliers that are counted: those with a name of a most used method, whatever they were paid."""
        return self.here(used=method, threshold="", **more) + self.listed_at(currency)

    def suppliers_of(self, one: EntityReport) -> str:
        """An entity's, in the same months as far as it has any: its own usual ones may be others."""
        own = covered(self.period, one.report.first_month, one.report.last_month)
        months = {"from": month_key(own.first_month), "to": month_key(own.last_month)}
        return self.suppliers(entity=one.entity.id, **months)

    def listed_at(self, currency: str) -> str:
        """Where on the page the suppliers of a currency stand."""
        return "#suppliers" if currency in ("", self.first) else f"#suppliers-{currency.lower()}"

    def to_open(self, **more: str) -> str:
        """The open bills behind a figure, whenever they were issued."""
        own = {name: value for name, value in self.rows.items() if name == "entity"}
        return _address(href(spend_rows_path(self.company_id, "bills")), {**own, **more})


def _said(words: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in words.items() if value}


def _address(path: str, words: dict[str, str]) -> str:
    # A supplier without an id is named by an empty word; of the others the empty ones say nothing.
    said = {name: value for name, value in words.items() if value or name == "supplier"}
    return f"{path}?{urlencode(said)}" if said else path
