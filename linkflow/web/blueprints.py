"""linkflow's two blueprints: the customer's journey with everything public, and the portal."""

from flask import Blueprint

from linkflow.web import assets, errors, headers, health
from linkflow.web.customer import routes
from linkflow.web.portal import routes as portal_routes


def blueprints() -> tuple[Blueprint, Blueprint]:
    """Fresh blueprints for one app; each with its own headers, error pages and checks."""
    journey = Blueprint("linkflow", __name__)
    for part in (routes, assets, health):
        part.register(journey)
    portal = Blueprint("linkflow_portal", __name__)
    portal_routes.register(portal)
    for blueprint in (journey, portal):
        headers.protect(blueprint)
        errors.answer_errors(blueprint)
    return journey, portal
