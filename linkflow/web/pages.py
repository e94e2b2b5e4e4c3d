"""Rendering: linkflow's own environment, two variables, and the organization's words in place of ours."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from flask import Response, g

from linkflow.domain.languages import Speech
from linkflow.languages import SOURCE
from linkflow.organization_model import Organization
from linkflow.own_words import OwnWords
from linkflow.templating import environment, speech
from linkflow.web.assets import asset
from linkflow.web.page_views import Shell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""


def render(template: str, *, shell: Any, page: Any, status: int = 200) -> Response:
    """One page as an answer; `template` is named below `templates/linkflow/`."""
    made = environment(shell.language).get_template(f"linkflow/{template}")
    body = made.render(shell=shell, page=page, asset=asset, **_words(template, shell.language))
    answer = Response(body, status=status, mimetype="text/html")
    answer.content_language.add(shell.language)
    if isinstance(shell, Shell):
        answer.vary.add("Accept-Language")
    return answer


def speak_for(organization: Organization, language: str = "") -> None:
    """Whose words the pages of this request use, and the language of a customer's."""
    g.linkflow_organization, g.linkflow_language = organization, language


def spoken() -> Speech:
    """How the page of this request says what goes with its form: a customer's in its language, a user's in English."""
    return speech(g.get("linkflow_language") or SOURCE)


def _words(template: str, language: str) -> dict[str, Callable[..., Any]]:
    """`slot("consent.title", default)` and whatever else the template speaks with."""
    organization: Organization | None = g.get("linkflow_organization")
    if organization is None:
        return {"slot": lambda _, default: default}
    return OwnWords(organization, PurePosixPath(template).stem, language).context()
