"""The two shipped organizations load, and differ in everything that must not be hard-wired."""

import pytest

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.organization_model import Access
from linkflow.organizations import load_organizations
from tests.config_factories import make_settings


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("settings"))
    catalogue = load_catalogue(paths.config() / "software", None, settings)
    return load_organizations(paths.config() / "organizations", catalogue), catalogue


def test_they_differ_visibly(shipped):
    one, other = shipped[0]["northbank"], shipped[0]["harbour"]
    for read in (
        lambda o: o.name,
        lambda o: o.look.logo.content,
        lambda o: o.look.theme_css,
        lambda o: o.look.radius,
        lambda o: o.feel.welcome,
        lambda o: o.feel.upload,
        lambda o: o.feel.hand_over,
        lambda o: o.feel.one_time_code,
        lambda o: o.feel.access,
        lambda o: o.feel.link_lifetime,
        lambda o: o.request_names,
        lambda o: o.consent,
        lambda o: o.help,
        lambda o: o.text("welcome", "title", "en-GB", "shipped"),
    ):
        assert read(one) != read(other)
    assert other.feel.access is Access.ONCE


def test_both_offer_the_sandbox_first(shipped):
    organizations, catalogue = shipped
    for organization in organizations.values():
        assert organization.offered(catalogue)[0].id == "sandbox"
