"""How far requests get: each rule of the funnel on a trail of its own, and their sum."""

from datetime import UTC, datetime, timedelta

import pytest

from linkflow.domain.funnel import KINDS, OPEN, STAGES, Funnel, Happened, Stage, Trail, measure

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WHOLE = (
    "mail-sent request",
    "opened",
    "software-chosen xero",
    "returned xero",
    "linked match",
    "report-ready",
)


def trail(*happened: str, status: str = "requested", minutes: int = 10) -> Trail:
    """Events a few minutes after each other."""
    events = [Happened("requested", "", START)]
    for number, one in enumerate(happened, 1):
        kind, _, detail = one.partition(" ")
        events.append(Happened(kind, detail, START + timedelta(minutes=minutes * number)))
    return Trail(status, tuple(events))


def reached(funnel: Funnel) -> dict[str, int]:
    return {one.stage.value: one.requests for one in funnel.stages}


def test_a_request_that_went_all_the_way_counts_in_every_stage() -> None:
    assert reached(measure([trail(*WHOLE)])) == dict.fromkeys(STAGES, 1)


def test_a_stage_without_an_event_of_its_own_was_passed() -> None:
    found = reached(measure([trail("link-made", "opened", "software-chosen upload", "uploaded")]))
    assert found == {**dict.fromkeys(STAGES, 1), "reported": 0}


def test_a_request_that_was_never_mailed_reached_nothing() -> None:
    found = measure([trail()])
    assert found.requests == 1
    assert set(reached(found).values()) == {0}


def test_a_mail_without_the_link_is_not_the_request() -> None:
    assert reached(measure([trail("mail-sent code"), trail("mail-sent reminder")]))["mailed"] == 1


def test_a_link_that_was_only_followed_was_not_opened_by_a_person() -> None:
    assert "link-followed" not in KINDS
    assert reached(measure([trail("mail-sent request", "link-followed")]))["opened"] == 0


def test_a_mail_that_came_back_is_a_reason_only_where_it_held_the_link() -> None:
    found = measure(
        [
            trail("mail-sent request", "undeliverable reminder recipient"),
            trail("mail-sent request", "undeliverable available recipient"),  # a user's own notice
        ]
    )
    assert found.stages[0].left == {"undeliverable": 1, OPEN: 1}


@pytest.mark.parametrize("status", ["declined", "withdrawn", "expired", "undeliverable"])
def test_a_status_that_ends_a_request_is_why_it_went_no_further(status: str) -> None:
    (mailed, *_) = measure([trail("mail-sent request", status=status)]).stages
    assert mailed.left == {status: 1}


@pytest.mark.parametrize("reason", ["attempt-declined", "attempt-failed", "attempt-expired"])
def test_what_last_went_wrong_is_why_a_request_went_no_further(reason: str) -> None:
    steps = ("mail-sent request", "opened", "software-chosen xero", "attempt-failed", reason)
    found = {one.stage: one.left for one in measure([trail(*steps)]).stages}
    assert found[Stage.CHOSEN] == {reason: 1}


def test_what_went_wrong_before_a_later_stage_is_no_reason_any_more() -> None:
    steps = ("mail-sent request", "opened", "software-chosen xero", "attempt-failed", "returned xero")
    found = {one.stage: one.left for one in measure([trail(*steps, status="in_progress")]).stages}
    assert found[Stage.RETURNED] == {OPEN: 1}


def test_reasons_come_by_their_weight_and_those_that_may_go_on_come_last() -> None:
    trails = [trail("mail-sent request")] * 3 + [trail("mail-sent request", status="expired")] * 2
    trails += [trail("mail-sent request", status="declined")]
    assert list(measure(trails).stages[0].left.items()) == [("expired", 2), ("declined", 1), (OPEN, 3)]


def test_the_time_between_two_stages_is_the_median_of_those_that_have_both() -> None:
    trails = [trail(*WHOLE, minutes=minutes) for minutes in (1, 5, 60)] + [trail("mail-sent request")]
    found = measure(trails)
    assert found.stages[1].median == timedelta(minutes=5)
    assert found.stages[0].median is None
    assert found.median == timedelta(minutes=25)


def test_the_first_of_several_entities_counts() -> None:
    steps = (*WHOLE, "software-chosen sage", "returned sage", "linked match")
    found = measure([trail(*steps)])
    assert found.stages[5].median == timedelta(minutes=10)
    assert [(one.software, one.linked) for one in found.software] == [("xero", 1)]


def test_one_software_alone_can_be_measured() -> None:
    trails = [trail(*WHOLE), trail("mail-sent request", "opened", "software-chosen sage"), trail("mail-sent request")]
    found = measure(trails, software="sage")
    assert (found.requests, found.read) == (1, 3)
    assert [(one.software, one.chosen, one.returned) for one in found.software] == [("sage", 1, 0)]
    assert reached(found)["chosen"] == 1


def test_those_who_left_and_those_who_went_on_are_all_who_reached_a_stage() -> None:
    trails = [trail(*WHOLE[:length]) for length in range(len(WHOLE) + 1)]
    found = measure(trails)
    for one, after in zip(found.stages, found.stages[1:], strict=False):
        assert one.requests == sum(one.left.values()) + after.requests
