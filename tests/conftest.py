"""What every test stands on: loopback only, recording, a browser, a database server."""

import tempfile
from pathlib import Path

import pytest

from tests import isolation, recording

pytest_plugins = ("linkflow.testing.plugin", "tests.browser", "tests.postgres")


def pytest_configure(config: pytest.Config) -> None:
    isolation.install()
    kept = recording.directory()
    recording.install(kept or Path(tempfile.gettempdir()) / "linkflow-test-record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page is a browser test, one that asks for a server is a PostgreSQL test."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if {"page", "context", "new_context", "browser"} & set(asked):
            item.add_marker("browser")
        if {"postgres_server", "postgres_url"} & set(asked):
            item.add_marker("postgres")
