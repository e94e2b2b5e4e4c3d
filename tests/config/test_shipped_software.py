"""The products that come with linkflow: each can be found, and leads to a sign-in or says why it does not."""

from itertools import combinations

import pytest
from babel import Locale

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.domain.languages import in_language
from linkflow.domain.software import Missing, SoftwareKind, plain
from tests.config_factories import make_settings

ON_A_MACHINE_OF_ONES_OWN = {"quickbooks_desktop", "sage_50", "dynamics_gp", "sap_business_one", "datev"}
NOT_READ_YET = {"netsuite", "sage_intacct"}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("shipped"), software_credentials={})
    return load_catalogue(paths.config() / "software", None, settings)


def test_no_two_products_go_by_the_same_name(catalogue):
    names = {one.id: {plain(name) for name in (one.name, *one.aliases)} for one in catalogue.values()}
    assert [(a, b) for a, b in combinations(names, 2) if names[a] & names[b]] == []
    assert all(len(names[one.id]) == 1 + len(one.aliases) for one in catalogue.values()), "none is said twice"


def test_ranks_are_given_once_and_countries_exist(catalogue):
    ranks = [one.popular_rank for one in catalogue.values() if one.popular_rank]
    assert ranks == [*range(1, len(ranks) + 1)]
    known = Locale("en").territories
    assert {code for one in catalogue.values() for code in one.countries} <= set(known)


def test_each_says_who_may_sign_in_or_is_shared_as_a_file(catalogue):
    for one in catalogue.values():
        assert (one.kind is SoftwareKind.OAUTH) == bool(one.required_role), one.id
        assert not (one.read_only and one.user_rights), f"{one.id}: rights of a person are not read only"


def test_software_that_cannot_be_connected_by_its_nature_says_so(catalogue):
    for name in ON_A_MACHINE_OF_ONES_OWN:
        assert "so it cannot be connected" in in_language(catalogue[name].help, "en")
        assert catalogue[name].kind is SoftwareKind.UPLOAD
    assert "no bills, no payments and no reports" in in_language(catalogue["wave"].help, "en")
    assert in_language(catalogue["datev"].help, "de-AT").startswith("DATEV läuft auf einem Rechner")


def test_software_without_an_adapter_leads_to_a_file_until_an_operator_wants_the_connection(catalogue):
    oauth = {one.id for one in catalogue.values() if one.kind is SoftwareKind.OAUTH}
    unread = {name for name in oauth if not catalogue[name].adapter}
    assert unread >= NOT_READ_YET
    assert not any(catalogue[name].is_served for name in NOT_READ_YET)


def test_netsuites_addresses_are_those_of_the_account_that_came_back(catalogue):
    netsuite = catalogue["netsuite"].at({"company": "1234567_SB1"})
    assert netsuite.oauth.token_url.startswith("https://1234567-sb1.suitetalk.api.netsuite.com/")
    assert netsuite.api.base_url == "https://1234567-sb1.suitetalk.api.netsuite.com"
    assert netsuite.oauth.authorize_url.startswith("https://system.netsuite.com/")
    for made_up in ("evil.example/", "1234567_SB1.evil", "-", "_"):
        with pytest.raises(ValueError, match="account"):
            catalogue["netsuite"].at({"company": made_up})


def test_what_one_may_miss_is_only_said_of_software_that_is_read(catalogue):
    for one in catalogue.values():
        assert one.adapter or not one.not_available, one.id
        assert len(set(one.not_available)) == len(one.not_available)
        assert set(one.not_available) <= set(Missing)
