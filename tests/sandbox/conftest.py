"""A sandbox in memory, with faults on and a clock that stands still."""

from collections.abc import Iterator

import pytest

from tests.sandbox.driver import Clock, Driver, make_driver


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def driver(clock: Clock) -> Iterator[Driver]:
    made = make_driver(clock)
    yield made
    made.app.extensions["sandbox_database"].close()
