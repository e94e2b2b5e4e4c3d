"""What every test stands on: loopback only, recording, a browser, a database server."""

import logging
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import isolation, recording

pytest_plugins = (
    "linkflow.testing.plugin",
    "tests.browser",
    "tests.postgres",
    "tests.databases",
    "tests.vendors.fault_table",
)


# No test is a measurement: what takes long on a busy machine is no fault.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    isolation.install()
    kept = recording.directory()
    recording.install(kept or Path(tempfile.gettempdir()) / "linkflow-test-record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a browser is a browser test, one that asks for a server a PostgreSQL test.

    Browser tests come last: once Playwright runs in a process, an event loop does, and the durable engine refuses that.
    """
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if "playwright" in asked:
            item.add_marker("browser")
        if "postgres_server" in asked:
            item.add_marker("postgres")
        if item.get_closest_marker("postgres_slowly") and item.get_closest_marker("postgres"):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def every_log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """Every record of every logger there is, until the test ends and no longer: they fill gigabytes."""
    monkeypatch.setattr(logging, "raiseExceptions", True)
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog
