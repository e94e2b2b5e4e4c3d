"""Ten organizations that look as little alike as the settings allow: every file loads, and no key is left untried."""

from pathlib import Path

import pytest

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.organization_file import OrganizationFile
from linkflow.organizations import Organizations, load_organizations
from linkflow.problems import read_toml
from tests.config_factories import make_settings

FOLDER = Path(__file__).parent.parent / "organizations"


@pytest.fixture
def organizations(tmp_path: Path) -> Organizations:
    return load_organizations(FOLDER, load_catalogue(paths.config() / "software", None, make_settings(tmp_path)))


def test_there_are_ten_and_all_load(organizations: Organizations) -> None:
    assert len(organizations) == 10


def test_together_they_use_every_key_there_is(organizations: Organizations) -> None:
    """All but signing in at a provider, which has nothing to do with looks."""
    told = [read_toml(FOLDER / f"{slug}.toml") for slug in organizations]
    assert set().union(*told) == set(OrganizationFile.model_fields) - {"sign_in"}
    for table in ("look", "feel", "software", "portal", "reports", "help"):
        model = OrganizationFile.model_fields[table].annotation
        used = set().union(*(one.get(table, {}) for one in told))
        assert used == set(model.model_fields), table  # type: ignore[union-attr]
