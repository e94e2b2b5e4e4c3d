"""Requests to Xero, the sample answers of its tests and its fake vendor, held to its published OpenAPI document.

Needs a copy: LINKFLOW_XERO_OPENAPI names the file. Xero publishes it as xero_accounting.yaml.
"""

import json
import os
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.requests import DataType
from tests.providers.answering import Answering, Request, pulled
from tests.providers.openapi import Document, read_document
from tests.providers.xero_answers import abra
from tests.providers.xero_rows import BILLS, ROOT, TENANT, Params
from tests.vendors import make
from tests.vendors.calls import Call
from tests.vendors.kit import OWNER
from tests.vendors.server import Desk

ADAPTER = providers.load("xero")
UNDOCUMENTED = {"Id", "Status", "ProviderName", "DateTimeUTC", "DateString", "DueDateString"}
"""What Xero's own examples have and its document does not declare; none of it is read."""

pytestmark = pytest.mark.skipif("LINKFLOW_XERO_OPENAPI" not in os.environ, reason="needs LINKFLOW_XERO_OPENAPI")


@pytest.fixture
def document() -> Document:
    return read_document(os.environ["LINKFLOW_XERO_OPENAPI"])


def everything_asked() -> list[tuple[Request, Any]]:
    """All that the adapter ever asks for, in pages, whole and since a time, each with its answer."""
    inner = abra(page_size=3)
    told: list[str] = []

    def answer(place: str, params: Params) -> str:
        told.append(inner.answer(place, params))
        return told[-1]

    session = Answering(answer, claims=inner.claims, page_size=inner.page_size)
    ADAPTER.tenants(session)
    for part in ADAPTER.parts(frozenset(DataType)):
        pulled(ADAPTER, session, part, tenant_id=TENANT)
        if part in ADAPTER.INCREMENTAL:
            pulled(ADAPTER, session, part, tenant_id=TENANT, since=datetime(2026, 11, 22, tzinfo=UTC))
    return [(one, json.loads(body)) for one, body in zip(session.sent, told, strict=True)]


def of_the_document() -> list[tuple[Request, Any]]:
    """What was asked of the API it describes: everything but which organisations there are."""
    every = [(one, body) for one, body in everything_asked() if one.url != "connections"]
    assert all(one.url.startswith(ROOT) for one, _ in every)
    return [(Request(one.url.removeprefix(ROOT), one.params, one.headers), body) for one, body in every]


def test_every_path_parameter_and_header_is_allowed(document: Document) -> None:
    asked = [request for request, _ in of_the_document()]
    assert document.servers == [f"https://api.xero.com/{ROOT}"]
    assert len({request.url for request in asked}) == 11
    assert sorted({refusal for request in asked for refusal in document.refusals(request)}) == []


def test_the_sample_answers_are_of_the_shapes_xero_declares(document: Document) -> None:
    assert undeclared(document, of_the_document()) == []


def test_so_are_the_answers_of_the_fake_vendor(document: Document) -> None:
    vendor = make("xero", size=100, today=date(2026, 11, 23))
    desk, tenant = Desk(vendor), vendor.company_id(vendor.people[OWNER][0])
    headers = {"authorization": f"Bearer {vendor.give().access}", "xero-tenant-id": tenant}

    def answer(request: Request) -> Any:
        query = {**request.params, **({"pageSize": "100"} if "pageSize" in request.params else {})}
        return desk.answer(
            Call(method="GET", address=f"api.xero.com/{ROOT}{request.url}", query=query, headers=headers)
        )

    answers = [(request, answer(request)) for request, _ in of_the_document()]
    assert {reply.status for _, reply in answers} == {200}
    assert undeclared(document, [(request, reply.content) for request, reply in answers]) == []


def undeclared(document: Document, answers: list[tuple[Request, Any]]) -> list[str]:
    """What of these answers is not of the shape the document has for them."""
    faults = {fault for request, body in answers for fault in document.faults(request.url, body)}
    known = {fault for fault in faults if fault.removesuffix(" is not known").rpartition(".")[2] in UNDOCUMENTED}
    return sorted(faults - known)


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (Request("/Receipts/Of/Nobody", {}, {}), "no GET"),
        (Request("/Accounts", {"page": "1"}, {"xero-tenant-id": TENANT}), "no query parameter page"),
        (Request("/Accounts", {}, {"xero-tenant-id": TENANT, "X-Own": "1"}), "no header parameter X-Own"),
        (Request("/Accounts", {}, {}), "needs xero-tenant-id"),
        (Request("/Invoices", {"page": "one"}, {"xero-tenant-id": TENANT}), "'one' is not of type 'integer'"),
        (Request("/Accounts", {}, {"xero-tenant-id": TENANT, "If-Modified-Since": "yesterday"}), "not a 'date-time'"),
    ],
)
def test_what_the_document_does_not_allow_is_found(document: Document, request_: Request, refusal: str) -> None:
    assert any(refusal in found for found in document.refusals(request_))


def test_an_answer_of_another_shape_is_found(document: Document) -> None:
    odd = json.loads(
        json.dumps({"Invoices": [{**BILLS[0], "Total": "ten", "Status": "EATEN", "Mood": 1}]}, default=float)
    )
    faults = list(document.faults("/Invoices", odd))
    assert [any(word in fault for fault in faults) for word in ("ten", "EATEN", "Mood is not known")] == [True] * 3
