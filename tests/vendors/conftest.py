"""What a fake vendor is read with: one clock for both sides, a client, and its own catalogue file at its addresses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow.domain.software import Software
from linkflow.outbound.http import HttpClient
from tests.config_factories import make_settings
from tests.jobs.rig import Clock
from tests.vendors.kit import Vendor
from tests.vendors.overlay import catalogue_for, with_credentials


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def http(clock: Clock) -> Iterator[HttpClient]:
    with HttpClient(allow_private=True, clock=clock) as client:
        yield client


@pytest.fixture
def software(known_as: str, vendor: Vendor, tmp_path: Path) -> Software:
    settings = with_credentials(make_settings(tmp_path), known_as)
    return catalogue_for(tmp_path / "software", settings, {known_as: vendor.url})[known_as]
