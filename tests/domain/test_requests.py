"""The status of a request, from facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkflow.domain.requests import (
    ConnectionState,
    DataType,
    EntityFacts,
    RequestFacts,
    RequestStatus,
    SyncState,
    data_types_of,
    data_types_text,
    request_kind,
    request_status,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
END = NOW + timedelta(days=90)
LINKED = EntityFacts(started=True, connection=ConnectionState.LINKED)
MAILED = RequestFacts(mailed=True, expires_at=END)


def with_entities(*entities: EntityFacts) -> RequestFacts:
    return replace(MAILED, opened=True, entities=entities)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (RequestFacts(expires_at=END), RequestStatus.DRAFT),
        (MAILED, RequestStatus.REQUESTED),
        (replace(MAILED, undeliverable=True), RequestStatus.UNDELIVERABLE),
        (replace(MAILED, undeliverable=True, opened=True), RequestStatus.OPENED),
        (replace(MAILED, opened=True), RequestStatus.OPENED),
        (with_entities(EntityFacts(started=True)), RequestStatus.IN_PROGRESS),
        (with_entities(LINKED), RequestStatus.CONNECTED),
        (with_entities(replace(LINKED, sync=SyncState.RUNNING)), RequestStatus.CONNECTED),
        (with_entities(replace(LINKED, data_available=True)), RequestStatus.AVAILABLE),
        (with_entities(replace(LINKED, data_available=True), EntityFacts(started=True)), RequestStatus.AVAILABLE),
        (with_entities(replace(LINKED, data_available=True, checks_failed=True)), RequestStatus.WARNING),
        (with_entities(replace(LINKED, sync=SyncState.FAILED)), RequestStatus.ERROR),
        (with_entities(EntityFacts(connection=ConnectionState.NEEDS_REAUTH)), RequestStatus.NEEDS_REAUTH),
        (with_entities(EntityFacts(connection=ConnectionState.DISCONNECTED)), RequestStatus.DISCONNECTED),
        (with_entities(EntityFacts(started=True, uploaded=True)), RequestStatus.CONNECTED),
        (replace(with_entities(LINKED), declined=True), RequestStatus.DECLINED),
        (replace(with_entities(LINKED), withdrawn=True, declined=True), RequestStatus.WITHDRAWN),
    ],
)
def test_the_status_follows_from_the_facts(facts: RequestFacts, status: RequestStatus) -> None:
    assert request_status(facts, NOW) is status


@pytest.mark.parametrize("facts", [RequestFacts(expires_at=END), MAILED, replace(MAILED, opened=True)])
def test_time_alone_ends_what_nobody_finished(facts: RequestFacts) -> None:
    assert request_status(facts, END - timedelta(seconds=1)) is not RequestStatus.EXPIRED
    assert request_status(facts, END) is RequestStatus.EXPIRED


def test_time_does_not_take_back_what_was_shared() -> None:
    assert request_status(with_entities(LINKED), END + timedelta(days=1)) is RequestStatus.CONNECTED


def test_data_types_are_stored_in_one_order_and_read_back() -> None:
    both = frozenset(DataType)
    assert data_types_text(both) == "financials,spend_analysis"
    assert data_types_of("spend_analysis,financials") == both
    assert request_kind(both) == "both"
    assert request_kind(data_types_of("spend_analysis")) == "spend_analysis"


@pytest.mark.parametrize("text", ["", ",", "payroll", "financials,payroll"])
def test_an_unknown_or_empty_ask_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"data type|DataType"):
        data_types_of(text)
