"""Samples of naming legal entities and of the list of them, where the organization asks for several."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from linkflow.web.customer_views import (
    EntitiesPage,
    EntityCountPage,
    EntityNamePage,
    EntityRow,
    EntityState,
    ReusableTenant,
)
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import COMPANY, ENTITY, HERE, NOW, OTHER, TENANT, Scene, form

_PLACES = ("Catering", "Delivery", "Airport", "Harbour", "Festival", "Wholesale", "Bakery", "Franchise", "Holding")
_OF_A_FILE = ("uploaded", "accepted", "correction")
_OPEN = ("not-started", "started")


def samples(scene: Scene) -> Iterator[PageSample]:
    """How many there are, their names, and where each stands."""
    if scene.feel.multi_entity:
        yield from _counting(scene)
        yield from _naming(scene)
        yield from _listing(scene)


def rows(scene: Scene, *states: EntityState, actions: bool = True) -> tuple[EntityRow, ...]:
    """One entity in each of these states."""
    return tuple(_row(scene, n, state, actions=actions and state in _OPEN) for n, state in enumerate(states))


def possible(scene: Scene) -> tuple[EntityState, ...]:
    """Every state an entity of this organization can be in."""
    states: tuple[EntityState, ...] = get_args(EntityState)
    return tuple(state for state in states if scene.feel.upload or state not in _OF_A_FILE)


def _counting(scene: Scene) -> Iterator[PageSample]:
    page = EntityCountPage(form=form(), company_name=COMPANY)
    yield _sample(scene, "entity-count", page)
    yield _sample(scene, "entity-count-refused", replace(page, form=scene.refused(count="empty"), back_href=HERE))


def _naming(scene: Scene) -> Iterator[PageSample]:
    page = EntityNamePage(form=form(), company_name=COMPANY)
    reusable = ReusableTenant(id="1", name=TENANT, software_name=scene.software_name, country="GB")
    further = replace(page, existing=(ENTITY,), reuse=form(), back_href=HERE)
    yield _sample(scene, "entity-name", page)
    long = (f"{ENTITY} " * 5)[:104]
    yield _sample(scene, "entity-name-refused", replace(page, form=scene.refused({"name": long}, name="too-long")))
    yield _sample(
        scene, "entity-name-next", replace(further, reusable=(reusable, replace(reusable, id="2", country=None)))
    )
    yield _sample(scene, "entity-name-rename", replace(further, form=form(name=ENTITY), renaming=True, reuse=None))


def _listing(scene: Scene) -> Iterator[PageSample]:
    begun = EntitiesPage(
        company_name=COMPANY, rows=rows(scene, "started", "pending", "not-started"), add_href=HERE, finish=None
    )
    every = replace(begun, rows=rows(scene, *possible(scene)), finish=form(), unfinished=(ENTITY, OTHER))
    done = replace(begun, rows=rows(scene, "available"), finish=form())
    refusing = replace(form(), problems=(scene.problem("finish", "nothing-shared"),))
    yield _sample(scene, "entities", begun)
    yield _sample(scene, "entities-in-every-state", every)
    yield _sample(scene, "entities-added", replace(begun, notice="added"))
    yield _sample(scene, "entities-renamed", replace(begun, notice="renamed"))
    yield _sample(scene, "entities-removed", replace(done, notice="removed"))
    yield _sample(scene, "entities-fifty", replace(done, add_href=None))
    yield _sample(scene, "entities-refused", replace(begun, finish=refusing))


def _row(scene: Scene, number: int, state: EntityState, *, actions: bool) -> EntityRow:
    known = state not in _OPEN and state not in _OF_A_FILE
    place = _PLACES[number % len(_PLACES)]
    return EntityRow(
        id=str(number),
        name=f"Abra Kebabra {place}{' Ltd' if number < len(_PLACES) else ' Group'}",
        state=state,
        href=HERE,
        software_name=scene.software_name if known else None,
        tenant_name=f"ABRA KEBABRA {place.upper()} LIMITED" if known and state != "pending" else None,
        changed_at=NOW if state not in _OPEN else None,
        rename_href=HERE if actions else None,
        remove=form() if actions else None,
    )


def _sample(scene: Scene, name: str, page: EntityCountPage | EntityNamePage | EntitiesPage) -> PageSample:
    listed = isinstance(page, EntitiesPage)
    template = {EntityCountPage: "entity-count", EntityNamePage: "entity-name", EntitiesPage: "entities"}[type(page)]
    return PageSample(
        name=name, template=f"customer/{template}.html", shell=scene.shell(None if listed else "entity"), page=page
    )
