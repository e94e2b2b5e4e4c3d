"""Xero's API over the books of `xero_rows`."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from tests.providers import xero_rows as rows
from tests.providers.answering import Answering
from tests.providers.xero_printed import balance_sheet, profit_and_loss
from tests.providers.xero_rows import EVENT, JSON, ROOT, Params, on, uuid


def abra(page_size: int = 500, **over: Any) -> Answering:
    """The whole company; `over` answers instead of a path below the API's root: a body, a text, or a function."""
    lists = {
        "Contacts": rows.CONTACTS,
        "Invoices": rows.BILLS,
        "Payments": rows.PAYMENTS,
        "Prepayments": rows.PREPAYMENTS,
        "Overpayments": rows.OVERPAYMENTS,
        "CreditNotes": rows.CREDIT_NOTES,
        "BankTransactions": rows.SPENDS,
    }
    said: Mapping[str, Any] = {
        **{name: partial(listed, name, held) for name, held in lists.items()},
        "Organisation": {"Id": uuid(97), "Organisations": [rows.ORGANISATION]},
        "Accounts": accounts,
        "Reports/ProfitAndLoss": profit_and_loss,
        "Reports/BalanceSheet": balance_sheet,
        **over,
    }

    def answer(place: str, params: Params) -> str:
        found = connections if place == "connections" else said[place.removeprefix(f"{ROOT}/")]
        body = found(params) if callable(found) else found
        return body if isinstance(body, str) else json.dumps(body, default=float)

    return Answering(answer, claims={"authentication_event_id": EVENT}, page_size=page_size)


def accounts(params: Params) -> JSON:
    banks = params.get("where") == 'Type=="BANK"'
    return {"Id": uuid(96), "Accounts": [one for one in rows.ACCOUNTS if not banks or one["Type"] == "BANK"]}


def connections(params: Params) -> list[JSON]:
    every = [*rows.CONNECTIONS, rows.EARLIER]
    event = params.get("authEventId")
    return [one for one in every if event in (None, one["authEventId"])]


def listed(name: str, held: Sequence[Any], params: Params) -> JSON:
    """One page of a list, as large as it was asked for."""
    size, number = int(params.get("pageSize", 100)), int(params["page"])
    return {
        "Id": uuid(99),
        "Status": "OK",
        "ProviderName": "linkflow",
        "DateTimeUTC": on("2026-11-23", ""),
        "pagination": {
            "page": number, "pageSize": size, "pageCount": -(-len(held) // size), "itemCount": len(held),
        },
        name: held[(number - 1) * size : number * size],
    }  # fmt: skip
