"""An office of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Two organizations, nobody there yet."""
    with open_office(tmp_path, monkeypatch) as opened:
        yield opened
