"""Organizations: what a file may say, what is refused and how, and what the rest of linkflow asks of the result."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkflow.domain.requests import DataType
from linkflow.organization_model import Access, Welcome, months_after
from linkflow.organizations import load_organizations, organization_from
from linkflow.problems import ConfigurationError
from tests.config_factories import make_catalogue, make_organization, organization_content


def problems(*, folder="/nowhere", slug="northbank", **over):
    with pytest.raises(ConfigurationError) as refusal:
        organization_from(organization_content(**over), make_catalogue(), slug=slug, folder=Path(folder))
    return {problem.key: problem.reason for problem in refusal.value.problems}


def test_a_small_file_has_cautious_defaults():
    organization = make_organization()
    assert organization.feel.welcome is Welcome.FULL
    assert organization.reports.spend_months == 12
    assert organization.feel.link_lifetime == timedelta(days=30)
    assert organization.feel.request_lifetime == timedelta(days=90)
    assert organization.feel.reminders_after == (timedelta(days=3), timedelta(days=7))
    assert organization.feel.access is Access.ONGOING
    assert organization.feel.multi_entity
    assert organization.feel.upload
    assert organization.look.secondary == organization.look.primary
    assert organization.reviewed_languages == ()


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    assert problems(feel={"multi_entities": True})["feel.multi_entities"].endswith("did you mean 'multi_entity'?")
    assert problems(lok={})["lok"].endswith("did you mean 'look'?")
    found = problems(look={"navigation": [{"label": "A", "ulr": "https://a.example"}]})
    assert found["look.navigation[0].ulr"].endswith("did you mean 'url'?")


def test_all_mistakes_of_a_file_are_listed_also_those_against_the_catalogue_and_the_pictures():
    found = problems(
        name="", look={"primary": "#fff", "radius": 5}, software={"popular": ["xerro"]}, help={"email": "nobody"}
    )
    assert set(found) == {"name", "look.primary", "look.radius", "software.popular", "help.email"}
    assert "#e4e4e4" in found["look.primary"]
    assert found["software.popular"].endswith("did you mean 'xero'?")
    assert set(problems(name="", look={"logo": "none.svg", "logo_alt": "None"})) == {"name", "look.logo"}


@pytest.mark.parametrize(
    ("over", "key"),
    [
        ({"privacy_url": "javascript:alert(1)"}, "privacy_url"),
        ({"privacy_url": "http://northbank.example"}, "privacy_url"),
        ({"languages": []}, "languages"),
        ({"languages": ["en-GB", "english"]}, "languages[1]"),
        ({"timezone": "London"}, "timezone"),
        ({"timezone": "localtime"}, "timezone"),
        ({"timezone": "Factory"}, "timezone"),
        ({"name": "North\nbank"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"look": {"secured_by": "\u2060 \u00ad"}}, "look.secured_by"),
        ({"look": {"navigation": [{"label": "–", "url": "https://a.example"}]}}, "look.navigation[0].label"),
        ({"consent": [{"header": "\u200b", "body": "b"}]}, "consent[0].header"),
        ({"request_names": ["A review", "\ufeff"]}, "request_names[1]"),
        ({"help": {"email": None, "name": "Nobody"}}, "help"),
        ({"reports": {"spend_months": 0}}, "reports.spend_months"),
        ({"reports": {"spend_months": 37}}, "reports.spend_months"),
        ({"feel": {"link_days": 91}}, "feel.link_days"),
        ({"feel": {"link_days": 0.01}}, "feel.link_days"),
        ({"feel": {"link_days": 30, "request_days": 20}}, "feel"),
        ({"feel": {"reminder_days": [7, 3]}}, "feel.reminder_days"),
        ({"feel": {"welcome": "off"}}, "feel.welcome"),
        ({"feel": {"redirect_after": "https://{company}.example/done"}}, "feel"),
        ({"feel": {"redirect_after": "https://a.example/done", "redirect_hosts": ["b.example"]}}, "feel"),
        ({"feel": {"redirect_after": "https://a.example/{email}", "redirect_hosts": ["a.example"]}}, "feel"),
        ({"look": {"font": 'x";}'}}, "look.font"),
        ({"look": {"font": 5}}, "look.font"),
        ({"look": {"logo": "logo.svg"}}, "look"),
        ({"look": {"logo": "../../etc/passwd.svg", "logo_alt": "x"}}, "look.logo"),
        ({"software": {"allowed": [], "sandbox": False}}, "software.allowed"),
        ({"software": {"allowed": "some"}}, "software.allowed"),
        ({"software": {"allowed": ["xero"], "preselected": "sage_50"}}, "software.preselected"),
        ({"consent": [{"header": "h" * 51, "body": "b"}]}, "consent[0].header"),
        ({"consent": [{"header": "h", "body": "b" * 501}]}, "consent[0].body"),
        ({"consent": [{"header": "h", "body": "b", "language": "fr"}]}, "consent"),
        ({"content": {"fr": {"welcome": {"title": "Bonjour"}}}}, "content"),
        ({"emails": {"en-GB": {"request": {"subject": "a\nBcc: b@example.com"}}}}, "emails.en-GB.request.subject"),
        ({"emails": {"en-GB": {"request": {"both": {"subject": "x" * 151}}}}}, "emails.en-GB.request.both.subject"),
        ({"emails": {"en-GB": {"request": {"finances": {"intro": "x"}}}}}, "emails.en-GB.request.finances"),
        ({"reviewed_languages": ["de"]}, "reviewed_languages"),
    ],
)
def test_a_wrong_value_is_refused_under_its_key(over, key):
    assert set(problems(**over)) == {key}


def test_the_files_name_is_the_slug_and_must_be_one():
    assert set(problems(slug="North Bank")) == {"(file name)"}


def test_the_mistakes_of_all_files_are_raised_together(tmp_path):
    (tmp_path / "one.toml").write_text("name = 1\n")
    (tmp_path / "two.toml").write_text("not toml")
    with pytest.raises(ConfigurationError) as refusal:
        load_organizations(tmp_path, make_catalogue())
    lines = str(refusal.value).splitlines()
    assert "one.toml: name: should be a valid string" in lines
    assert "one.toml: privacy_url: is missing" in lines
    assert any(line.startswith("two.toml: (file): cannot be read: ") for line in lines)


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "{a = " * 3000])
def test_a_file_nested_without_end_is_a_mistake_like_any_other(tmp_path, text):
    (tmp_path / "one.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=r"one.toml: \(file\): cannot be read: .*nested"):
        load_organizations(tmp_path, make_catalogue())


def test_a_folder_without_organizations_is_a_mistake(tmp_path):
    with pytest.raises(ConfigurationError, match="holds no organization"):
        load_organizations(tmp_path, make_catalogue())


def test_a_text_of_the_organization_comes_before_the_shipped_one():
    organization = make_organization(
        content={"en-GB": {"welcome": {"title": "Hello"}}},
        emails={"en-GB": {"request": {"subject": "Any", "financials": {"subject": "Figures"}}}},
    )
    assert organization.text("welcome", "title", "en-GB", "Shipped") == "Hello"
    assert organization.text("welcome", "intro", "en-GB", "Shipped") == "Shipped"
    assert organization.text("welcome", "title", "fr", "Livré") == "Livré"
    assert organization.text("email/request/financials", "subject", "en-GB", "Shipped") == "Figures"
    assert organization.text("email/request/both", "subject", "en-GB", "Shipped") == "Any"
    assert organization.text("email/reminder", "subject", "en-GB", "Shipped") == "Shipped"


def test_the_language_is_the_first_wanted_one_that_is_offered():
    organization = make_organization(languages=["en-GB", "fr", "de-AT"])
    assert organization.language("it", "fr-CA") == "fr"
    assert organization.language("de") == "de-AT"
    assert organization.language(None, "it") == "en-GB"


def test_the_sandbox_is_offered_only_when_named():
    plain = make_organization(software={"sandbox": False})
    assert [software.id for software in plain.offered(make_catalogue())] == ["xero", "sage_50"]
    assert make_organization().offers("sandbox")
    assert make_organization(software={"sandbox": False, "allowed": ["sandbox"]}).offers("sandbox")


def test_the_organizations_popular_software_comes_first_and_only_what_is_allowed_comes():
    organization = make_organization(software={"sandbox": True, "popular": ["sage_50", "xero"]})
    assert [software.id for software in organization.offered(make_catalogue())] == ["sage_50", "xero", "sandbox"]
    only = make_organization(software={"sandbox": False, "allowed": ["xero"]})
    assert [software.id for software in only.offered(make_catalogue())] == ["xero"]


@pytest.mark.parametrize(
    ("kinds", "switch", "expected"),
    [
        ({DataType.SPEND_ANALYSIS}, True, True),
        ({DataType.SPEND_ANALYSIS}, False, False),
        ({DataType.FINANCIALS}, True, False),
        ({DataType.FINANCIALS, DataType.SPEND_ANALYSIS}, True, False),
    ],
)
def test_entities_are_asked_for_with_spend_alone(kinds, switch, expected):
    assert make_organization(feel={"multi_entity": switch}).asks_for_entities(kinds) is expected


def test_access_and_retention_end_in_whole_months():
    organization = make_organization(feel={"access_months": 1})
    start = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
    assert organization.access_ends_at(start) == datetime(2027, 2, 28, 9, 30, tzinfo=UTC)
    assert months_after(start, 13) == datetime(2028, 2, 29, 9, 30, tzinfo=UTC)
    assert make_organization(feel={"access": "once"}).access_ends_at(start) is None


def test_a_redirect_with_placeholders_in_its_path_is_accepted():
    feel = {"redirect_after": "https://a.example/done/{request}?s={status}", "redirect_hosts": ["a.example"]}
    assert make_organization(feel=feel).feel.redirect_after == feel["redirect_after"]
