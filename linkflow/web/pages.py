"""Rendering: linkflow's own environment, two variables, and the organization's words in place of ours."""

from collections.abc import Callable
from typing import Any

from flask import Response, g

from linkflow.domain.languages import Speech
from linkflow.organization_model import Organization
from linkflow.templating import SOURCE, environment, speech
from linkflow.web.assets import asset

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""


def render(template: str, *, shell: Any, page: Any, status: int = 200) -> Response:
    """One page as an answer; `template` is named below `templates/linkflow/`."""
    made = environment(shell.language).get_template(f"linkflow/{template}")
    body = made.render(shell=shell, page=page, asset=asset, slot=_slots(shell.language))
    return Response(body, status=status, mimetype="text/html")


def speak_for(organization: Organization, language: str = SOURCE) -> None:
    """Whose words the pages of this request use, and the language they are in."""
    g.linkflow_organization, g.linkflow_language = organization, language


def spoken() -> Speech:
    """How the page of this request says what goes with its form."""
    return speech(g.get("linkflow_language", SOURCE))


def _slots(language: str) -> Callable[[str, str], str]:
    """`slot("consent.title", default)`: the organization's text for a place on a page, else the shipped one."""
    organization: Organization | None = g.get("linkflow_organization")

    def slot(key: str, default: str) -> str:
        page, _, name = key.partition(".")
        return organization.text(page, name, language, default) if organization else default

    return slot
