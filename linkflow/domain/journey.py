"""The customer's journey: one table of steps, each with the fact that completes it.

Pages only ever say "onward"; this module alone knows which page that is. It refuses to know addresses, forms or words.
Off-ramps are no steps: they are events on an attempt or a connection, shown where they happen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Every page of the journey that has a place in it; the value is its `data-page` and the end of its path."""

    EXIT = "exit"
    WELCOME = "welcome"
    CODE = "code"
    ENTITY_COUNT = "entity-count"
    ENTITY_NAME = "entity-name"
    SOFTWARE = "software"
    CONSENT = "consent"
    UPLOAD = "upload"
    LEAVING = "leaving"
    CONFIRM_COMPANY = "confirm-company"
    CONNECTED = "connected"
    ENTITIES = "entities"
    SUMMARY = "summary"
    HAND_OVER = "hand-over"
    ACCESS = "access"


class Way(StrEnum):
    """How an entity's books come: from its software, or in a file."""

    CONNECT = "connect"
    UPLOAD = "upload"


class Count(StrEnum):
    """The customer's answer to how many legal entities there are."""

    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True)
class EntityProgress:
    """What is true of one entity in one request."""

    id: str
    way: Way | None = None
    consented: bool = False
    returned: bool = False
    linked: bool = False
    uploaded: bool = False
    again: bool = False
    """It was done, and has to be done once more: its connection broke, or its file is to be corrected."""

    @property
    def done(self) -> bool:
        """Whether its books are on their way."""
        return self.linked or self.uploaded


@dataclass(frozen=True)
class Progress:
    """What is true of one request, as seen by one browser."""

    entered: bool = False
    code_passed: bool = True
    declined: bool = False
    asks_count: bool = False
    count: Count | None = None
    finished: bool = False
    entities: tuple[EntityProgress, ...] = ()

    @property
    def several(self) -> bool:
        """Whether the customer names its entities one by one."""
        return self.asks_count and self.count is Count.SEVERAL

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do: the customer finished, or the only entity is done; and none broke since."""
        if any(entity.again for entity in self.entities):
            return False
        return self.finished or (not self.several and bool(self.entities) and all(e.done for e in self.entities))

    def entity(self, entity_id: str) -> EntityProgress | None:
        """The entity with this id, if it belongs to the request."""
        return next((entity for entity in self.entities if entity.id == entity_id), None)


@dataclass(frozen=True)
class RequestRow:
    """A step of the whole request and the fact that completes it."""

    step: Step
    done: Callable[[Progress], bool]


@dataclass(frozen=True)
class EntityRow:
    """A step of one entity and the fact that completes it."""

    step: Step
    done: Callable[[EntityProgress], bool]


REQUEST_STEPS = (
    RequestRow(Step.WELCOME, lambda p: p.entered),
    RequestRow(Step.CODE, lambda p: p.code_passed),
    RequestRow(Step.EXIT, lambda p: not p.declined),
    RequestRow(Step.ENTITY_COUNT, lambda p: not p.asks_count or p.count is not None),
    RequestRow(Step.ENTITY_NAME, lambda p: not p.several or bool(p.entities)),
)

ENTITY_STEPS = (
    EntityRow(Step.SOFTWARE, lambda e: e.way is not None or e.done),
    EntityRow(Step.CONSENT, lambda e: e.consented or e.done),
    EntityRow(Step.UPLOAD, lambda e: e.way is not Way.UPLOAD or e.done),
    EntityRow(Step.LEAVING, lambda e: e.returned or e.done),
    EntityRow(Step.CONFIRM_COMPANY, lambda e: e.done),
)

# Which page shows an entity that is done.
_END = {True: Step.CONNECTED, False: Step.UPLOAD}


def where(progress: Progress, entity: EntityProgress | None = None) -> Step:
    """The first incomplete step: of the request, then of `entity` if one is meant, else of what is left over all.

    Reopening a link asks without an entity; a page inside an entity's own path asks with it.
    """
    for row in REQUEST_STEPS:
        if not row.done(progress):
            return row.step
    if entity is not None:
        return next((row.step for row in ENTITY_STEPS if not row.done(entity)), _END[entity.linked])
    if progress.complete:
        return Step.SUMMARY
    alone = only_entity(progress)
    return where(progress, alone) if alone is not None else Step.ENTITIES


def only_entity(progress: Progress) -> EntityProgress | None:
    """The entity to go on with when there is no choice: the one there is, unless others may follow it.

    After the customer finished: the one that has to be done once more.
    """
    broken = [entity for entity in progress.entities if entity.again]
    if progress.finished and len(broken) == 1:
        return broken[0]
    if len(progress.entities) != 1 or (progress.several and progress.entities[0].done):
        return None
    return progress.entities[0]


def may_visit(step: Step, progress: Progress, entity: EntityProgress | None = None) -> bool:
    """Whether a page may be shown: back is allowed, ahead never, and nothing connected is run again."""
    here = where(progress, entity)
    if step is here or step is Step.WELCOME:
        return True
    if here in (Step.WELCOME, Step.CODE):
        return False
    if step in (Step.EXIT, Step.HAND_OVER, Step.ACCESS):
        return True
    if here is Step.EXIT:
        return False
    return _request_page(step, progress) if entity is None else _entity_page(step, progress, entity)


def _request_page(step: Step, progress: Progress) -> bool:
    match step:
        case Step.ENTITY_COUNT:
            return progress.asks_count and not any(entity.done for entity in progress.entities)
        case Step.ENTITY_NAME:
            return progress.several
        case Step.ENTITIES:
            return progress.several and bool(progress.entities)
        case Step.SUMMARY:
            return not progress.asks_count or progress.count is not None
        case _:
            return False


def _entity_page(step: Step, progress: Progress, entity: EntityProgress) -> bool:
    match step:
        case Step.ENTITY_NAME:
            return progress.several and not entity.done
        case Step.SOFTWARE | Step.CONSENT:
            order = list(Step)
            return not entity.done and order.index(step) < order.index(where(progress, entity))
        case Step.UPLOAD:
            return entity.way is Way.UPLOAD and entity.uploaded
        case _:
            return False
