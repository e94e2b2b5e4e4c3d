"""Who may see a page. Every view function carries its guard's name; a test finds the one that does not.

The journey's guard reads the visit in two queries, asks the journey's table whether the page may be shown, and sends
everybody else to where they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.errors import NotFound
from linkflow.domain.journey import EntityProgress, Progress, Step, may_visit, only_entity, where
from linkflow.domain.links import step_path
from linkflow.organization_model import Organization
from linkflow.services import linking
from linkflow.store.visits import EntityVisit, Visit
from linkflow.web import browser
from linkflow.web.browser import Opening
from linkflow.web.language import chosen
from linkflow.web.marks import guarded
from linkflow.web.pages import speak_for
from linkflow.web.running import ctx, href

P = ParamSpec("P")

_A_MINUTE = timedelta(minutes=1)
_OF_THE_REQUEST = frozenset(
    {Step.ENTITY_COUNT, Step.ENTITIES, Step.SUMMARY, Step.CODE, Step.EXIT, Step.HAND_OVER, Step.WELCOME}
)


@dataclass(frozen=True)
class Visiting:
    """One browser on one page of one request's journey."""

    organization: Organization
    visit: Visit
    progress: Progress
    opening: Opening
    entity: EntityVisit | None = None

    @property
    def one(self) -> EntityVisit:
        """The entity the page's path names."""
        if self.entity is None:
            raise NotFound
        return self.entity

    @property
    def entity_progress(self) -> EntityProgress | None:
        """The facts of that entity."""
        return self.progress.entity(self.entity.id) if self.entity else None

    def of_request(self) -> "Visiting":
        """The same visit, about the request as a whole."""
        return replace(self, entity=None)

    def path(self, step: str) -> str:
        """Another page of the same entity, or of the request."""
        return step_path(self.visit.link.request_id, step, self.entity.id if self.entity else None)

    def request_path(self, step: str) -> str:
        """A page of the request as a whole."""
        return step_path(self.visit.link.request_id, step)

    def entity_path(self, step: str, entity_id: str) -> str:
        """A page of another entity."""
        return step_path(self.visit.link.request_id, step, entity_id)


def journey(step: Step) -> Callable[[Callable[Concatenate[Visiting, P], Response]], Callable[..., Response]]:
    """A page of the journey: shown where the table allows it, else the browser goes to where it is."""

    def decorate(view: Callable[Concatenate[Visiting, P], Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded_view(request_id: str, entity_id: str | None = None, **rest: Any) -> Response:
            here = arrive(request_id, entity_id)
            if not may_visit(step, here.progress, here.entity_progress):
                return onward(here)
            return view(here, **rest)  # type: ignore[call-arg]  # the path's own parameters

        return guarded("journey")(guarded_view)

    return decorate


def access(view: Callable[Concatenate[Visiting, P], Response]) -> Callable[..., Response]:
    """A page for who passed a fresh code mailed to the company's contact; everybody else is asked for one."""

    @wraps(view)
    def guarded_view(request_id: str, **rest: Any) -> Response:
        here = arrive(request_id, None)
        if not may_visit(Step.ACCESS, here.progress):
            return onward(here)
        if not here.opening.may_see_access(ctx().now()):
            return redirect(href(here.request_path("access-code")), 303)
        return view(here, **rest)  # type: ignore[call-arg]  # the path's own parameters

    return guarded("access")(guarded_view)


def arrive(request_id: str, entity_id: str | None) -> Visiting:
    """Read the visit and keep the session alive; raises what `linking.visit` does, and `NotFound`."""
    app, now = ctx(), ctx().now()
    open_ = {one.link_id: one for one in browser.openings(now)}
    with app.database.reading() as tx:
        visit = linking.visit(app, tx, request_id, {link_id: one.issue for link_id, one in open_.items()})
    opening = open_[visit.link.link_id]
    if now - opening.seen >= _A_MINUTE:
        browser.remember(replace(opening, seen=now), now)
    organization = app.organizations()[visit.link.organization]
    language = chosen(organization, visit.link.language)
    visit = replace(visit, link=replace(visit.link, language=language))
    speak_for(organization, language)
    entity = visit.entity(entity_id) if entity_id else None
    if entity_id and entity is None:
        raise NotFound
    return _standing(organization, visit, opening, entity)


def onward(here: Visiting, *, entity_id: str | None = None) -> Response:
    """To the page the facts lead to, read afresh."""
    wanted = entity_id or (here.entity.id if here.entity else None)
    app, link = ctx(), here.visit.link
    with app.database.reading() as tx:
        visit = linking.visit(app, tx, link.request_id, {link.link_id: here.opening.issue})
    entity = visit.entity(wanted) if wanted else None
    now = _standing(here.organization, visit, here.opening, entity)
    return redirect(href(standing_path(now)), 303)


def standing_path(here: Visiting) -> str:
    """The path of the first incomplete step: of the entity on the page, else of the request."""
    progress, request_id = here.progress, here.visit.link.request_id
    step = where(progress, here.entity_progress)
    entity = here.entity_progress or only_entity(progress) or next(iter(progress.entities), None)
    if step in _OF_THE_REQUEST or entity is None:
        return step_path(request_id, step)
    by_file = step is Step.SOFTWARE and here.opening.prefers_file
    return step_path(request_id, "upload-consent" if by_file else step, entity.id)


def _standing(organization: Organization, visit: Visit, opening: Opening, entity: EntityVisit | None) -> Visiting:
    progress = visit.progress(
        entered=True,
        code_passed=opening.code_passed or not organization.feel.one_time_code,
        asks_count=organization.asks_for_entities(visit.link.data_types),
        now=ctx().now(),
    )
    return Visiting(organization, visit, progress, opening, entity)
