"""FreeAgent's API over the books of `freeagent_rows`."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tests.providers import freeagent_rows as rows
from tests.providers.answering import Answer, Answering
from tests.providers.freeagent_rows import API, Row

Params = Mapping[str, str]


def studio(page_size: int = 100, **over: Any) -> Answering:
    """The whole company; `over` answers instead of a path: a body, a text, or a function of the parameters.

    In a name there `__` stands for a slash.
    """
    told = {name.replace("__", "/"): body for name, body in over.items()}

    def answer(place: str, params: Params) -> Any:
        path = place.removeprefix(f"{API}/")
        found = told[path] if path in told else _body(path, params)
        return found(params) if callable(found) else found

    return Answering(answer, page_size=page_size)


def listed(path: str, held: Sequence[Any], params: Params) -> Answer:
    """One page of a list, with the address of the next one among those in its header."""
    size, number = int(params.get("per_page", "25")), int(params.get("page", "1"))
    last = max(1, -(-len(held) // size))
    links = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    told = [
        f"<{API}/{path}?{urlencode({**params, 'page': to})}>; rel='{name}'"
        for name, to in links.items()
        if 1 <= to <= last
    ]
    body = {path.removeprefix("accounting/").replace("/", "_"): held[(number - 1) * size : number * size]}
    return Answer(json.dumps(body), headers={"link": ", ".join(told), "x-total-count": str(len(held))})


def _body(path: str, params: Params) -> Any:
    lists: Mapping[str, Sequence[Any]] = {
        "bank_accounts": rows.BANKS,
        "contacts": rows.HIDDEN if params.get("view") == "hidden" else rows.SUPPLIERS,
        "bills": rows.BILLS,
        "bank_transaction_explanations": explained(rows.EXPLANATIONS, params),
        "expenses": rows.CLAIMS,
        "accounting/trial_balance/summary": rows.BALANCES,
    }
    if path in lists:
        return listed(path, lists[path], params)
    if path.startswith("bills/"):
        return {"bill": next(row for row in rows.BILLS if row["url"] == f"{API}/{path}")}
    return {
        "company": {"company": rows.COMPANY},
        "categories": rows.CATEGORIES,
        "accounting/profit_and_loss/summary": {"profit_and_loss_summary": rows.SUMMARY},
        "accounting/balance_sheet": {"balance_sheet": rows.sheet(months_to(params.get("as_at_date", "2025-04-30")))},
    }[path]


def explained(every: Sequence[Row], params: Params) -> list[Row]:
    """Those of the bank that is asked for."""
    return [row for row in every if row["bank_account"] == params.get("bank_account")]


def months_to(day: str) -> int:
    """How many months of books there are on a day."""
    found = date.fromisoformat(day)
    return (found.year - 2025) * 12 + found.month - 3
