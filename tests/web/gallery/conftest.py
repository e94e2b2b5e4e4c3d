"""linkflow as it is shipped, without a database: the gallery asks for none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from linkflow.app import create_app
from linkflow.demo import Place, environment_of
from linkflow.wiring import context_from


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """With the two shipped organizations and the whole catalogue."""
    folder: Path = tmp_path_factory.mktemp("shipped") / "place"
    return create_app(context_from(environment_of(Place(folder, 8000))))


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """Where pages can be rendered."""
    with app.test_request_context():
        yield app
