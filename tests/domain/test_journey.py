"""The journey's one table, held against every combination of facts there can be."""

from collections.abc import Iterator
from itertools import product

import pytest

from linkflow.domain.journey import (
    ENTITY_STEPS,
    REQUEST_STEPS,
    Count,
    EntityProgress,
    Progress,
    Step,
    Way,
    may_visit,
    only_entity,
    where,
)

TRUTHS = (False, True)
LATER_THAN_ENTRY = [step for step in Step if step not in (Step.WELCOME, Step.CODE)]


def entity_facts(name: str) -> Iterator[EntityProgress]:
    for way, *truths in product((None, *Way), *[TRUTHS] * 4):
        yield EntityProgress(name, way, *truths)


def request_facts(entities: tuple[EntityProgress, ...]) -> Iterator[Progress]:
    for count, *truths in product((None, *Count), *[TRUTHS] * 5):
        entered, code_passed, declined, asks_count, finished = truths
        yield Progress(entered, code_passed, declined, asks_count, count, finished, entities)


def every_progress() -> Iterator[tuple[Progress, EntityProgress | None]]:
    """Each combination with no entity, each with one, each pair; asked about the request and about each entity."""
    ones = list(entity_facts("one"))
    # Of a second entity only what it can make of the whole matters: untouched, under way, done either way.
    others = (
        EntityProgress("two"),
        EntityProgress("two", Way.CONNECT, consented=True),
        EntityProgress("two", Way.CONNECT, linked=True),
        EntityProgress("two", Way.UPLOAD, uploaded=True),
    )
    sets = [(), *((one,) for one in ones), *((one, other) for one in ones for other in others)]
    for entities in sets:
        for progress in request_facts(entities):
            for entity in (None, *entities):
                yield progress, entity


def test_every_combination_of_facts_leads_to_exactly_the_first_step_that_is_not_done() -> None:
    for progress, entity in every_progress():
        open_ones = [row.step for row in REQUEST_STEPS if not row.done(progress)]
        if open_ones:
            assert where(progress, entity) is open_ones[0]
        elif entity is not None:
            left = [row.step for row in ENTITY_STEPS if not row.done(entity)]
            end = Step.CONNECTED if entity.linked else Step.UPLOAD
            assert where(progress, entity) is (left[0] if left else end)


def test_reopening_a_link_lands_on_the_summary_the_list_or_the_only_entity() -> None:
    for progress, _ in every_progress():
        if any(not row.done(progress) for row in REQUEST_STEPS):
            continue
        step, alone = where(progress), only_entity(progress)
        if progress.complete:
            assert step is Step.SUMMARY
        elif alone is not None:
            assert step is where(progress, alone)
        else:
            assert step is Step.ENTITIES


def test_where_one_stands_may_always_be_visited() -> None:
    for progress, entity in every_progress():
        assert may_visit(where(progress, entity), progress, entity)


def test_nothing_but_the_welcome_is_shown_before_the_link_was_followed() -> None:
    for progress, entity in every_progress():
        if not progress.entered:
            assert not any(may_visit(step, progress, entity) for step in Step if step is not Step.WELCOME)


def test_nothing_but_the_code_is_shown_before_the_code_was_passed() -> None:
    for progress, entity in every_progress():
        if progress.entered and not progress.code_passed:
            assert not any(may_visit(step, progress, entity) for step in LATER_THAN_ENTRY)


def test_a_page_ahead_of_where_one_stands_is_never_shown() -> None:
    order = [row.step for row in ENTITY_STEPS]
    for progress, entity in every_progress():
        here = where(progress, entity)
        if entity is None or here not in order:
            continue
        ahead = order[order.index(here) + 1 :]
        assert not any(may_visit(step, progress, entity) for step in ahead)


def test_a_connected_entity_is_never_asked_for_software_consent_or_sign_in_again() -> None:
    for progress, entity in every_progress():
        if entity is not None and entity.linked:
            again = (Step.SOFTWARE, Step.CONSENT, Step.LEAVING, Step.CONFIRM_COMPANY, Step.ENTITY_NAME)
            assert not any(may_visit(step, progress, entity) for step in again)


def test_one_may_go_back_to_the_software_and_the_consent_until_connected() -> None:
    progress = Progress(entered=True, entities=(EntityProgress("one", Way.CONNECT, consented=True),))
    entity = progress.entities[0]
    assert where(progress, entity) is Step.LEAVING
    assert may_visit(Step.SOFTWARE, progress, entity)
    assert may_visit(Step.CONSENT, progress, entity)


def test_a_declined_request_shows_its_exit_and_no_other_page() -> None:
    progress = Progress(entered=True, declined=True, entities=(EntityProgress("one"),))
    assert where(progress) is Step.EXIT
    shown = [step for step in Step if may_visit(step, progress, progress.entities[0])]
    assert set(shown) == {Step.EXIT, Step.WELCOME, Step.HAND_OVER, Step.ACCESS}


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (Progress(), Step.WELCOME),
        (Progress(entered=True, code_passed=False), Step.CODE),
        (Progress(entered=True, asks_count=True), Step.ENTITY_COUNT),
        (Progress(entered=True, asks_count=True, count=Count.SEVERAL), Step.ENTITY_NAME),
        (Progress(entered=True, entities=(EntityProgress("one"),)), Step.SOFTWARE),
        (Progress(entered=True, entities=(EntityProgress("one", Way.CONNECT),)), Step.CONSENT),
        (Progress(entered=True, entities=(EntityProgress("one", Way.CONNECT, consented=True),)), Step.LEAVING),
        (
            Progress(entered=True, entities=(EntityProgress("one", Way.CONNECT, consented=True, returned=True),)),
            Step.CONFIRM_COMPANY,
        ),
        (Progress(entered=True, entities=(EntityProgress("one", Way.UPLOAD, consented=True),)), Step.UPLOAD),
        (Progress(entered=True, entities=(EntityProgress("one", Way.CONNECT, linked=True),)), Step.SUMMARY),
        (
            Progress(
                entered=True, asks_count=True, count=Count.SEVERAL, entities=(EntityProgress("one", linked=True),)
            ),
            Step.ENTITIES,
        ),
        (
            Progress(
                entered=True,
                asks_count=True,
                count=Count.SEVERAL,
                finished=True,
                entities=(EntityProgress("one", linked=True), EntityProgress("two")),
            ),
            Step.SUMMARY,
        ),
    ],
)
def test_the_path_through_the_journey_reads_in_order(progress: Progress, step: Step) -> None:
    assert where(progress) is step
