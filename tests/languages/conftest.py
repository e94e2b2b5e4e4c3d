"""The samples of every page and mail, in whatever language, without a database."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from linkflow.app import create_app
from linkflow.demo import Place, environment_of
from linkflow.organization_model import Organization
from linkflow.web.running import ctx
from linkflow.wiring import context_from

Speaking = Callable[..., Organization]


@pytest.fixture(scope="package")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """linkflow as it is shipped, where pages can be rendered."""
    app = create_app(context_from(environment_of(Place(tmp_path_factory.mktemp("shipped") / "place", 8000))))
    with app.test_request_context():
        yield app


@pytest.fixture
def speaking(inside: Flask) -> Speaking:
    """Makes a shipped organization that offers these languages and has no words of its own."""
    shown = ctx().organizations()["northbank"]

    def made(*languages: str) -> Organization:
        return replace(shown, languages=languages, reviewed_languages=(), content={}, consent=())

    return made
