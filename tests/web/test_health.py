"""The health probes answer whatever host they name; nothing else does."""

import shutil
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.app import create_app
from linkflow.web.health import PROBES
from tests.config_factories import make_settings
from tests.jobs.rig import _migrated
from tests.web.office import Office

HOSTS = ("http://10.1.2.3:8000", "http://web.internal", "http://127.0.0.1:8000")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", PROBES)
def test_a_probe_is_answered_by_whatever_name_it_asks(office: Office, path: str, host: str) -> None:
    got = office.app.test_client().get(path, base_url=host)
    assert got.status_code == 200
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/health", "/health/", "/health/live/", "/health/live/..", "/portal", "/l/a", "/"])
def test_every_other_address_wants_a_trusted_host(office: Office, path: str) -> None:
    assert office.app.test_client().get(path, base_url=HOSTS[0]).status_code == 400
    assert office.app.test_client().get(path, base_url=HOSTS[2]).status_code != 400


def test_below_a_prefix_a_probe_is_answered_with_and_without_it(tmp_path: Path) -> None:
    shutil.copy(_migrated(), tmp_path / "linkflow.db")
    organizations = paths.config() / "organizations"
    hosts = {"public_url": "https://data.example.com/books", "trusted_hosts": (".example.com",)}
    client = create_app(make_settings(tmp_path, organizations_dir=organizations, **hosts)).test_client()
    for path in ("/health/live", "/books/health/live", "/health/ready"):
        assert client.get(path, base_url="http://10.1.2.3").status_code == 200
    assert client.get("/books/portal", base_url="http://10.1.2.3").status_code == 400
