"""The schema an editor reads: it takes what loads, refuses what does not, and describes every key."""

import json

import pytest
from jsonschema import Draft202012Validator

from linkflow import paths
from linkflow.cli import main
from linkflow.organization_schema import organization_schema
from linkflow.problems import read_toml
from tests.config_factories import organization_content


@pytest.fixture(scope="module")
def schema():
    return organization_schema()


def refused(schema, **over):
    found = Draft202012Validator(schema).iter_errors(organization_content(**over))
    return [".".join(map(str, error.absolute_path)) for error in found]


def test_it_is_a_schema_and_the_shipped_organizations_are_valid(schema):
    Draft202012Validator.check_schema(schema)
    for path in (paths.config() / "organizations").glob("*.toml"):
        assert list(Draft202012Validator(schema).iter_errors(read_toml(path))) == []
        assert path.read_text().startswith("#:schema ./organization.schema.json\n"), "an editor finds it"


@pytest.mark.parametrize(
    ("over", "where"),
    [
        ({"lok": {}}, ""),
        ({"look": {"radius": 5}}, "look.radius"),
        ({"look": {"primary": "blue"}}, "look.primary"),
        ({"look": {"navigation": [{"label": "x"}]}}, "look.navigation.0"),
        ({"feel": {"access": "always"}}, "feel.access"),
        ({"feel": {"link_days": 91}}, "feel.link_days"),
        ({"consent": [{"header": "x" * 51, "body": "x"}]}, "consent.0.header"),
        ({"content": {"english": {}}}, "content"),
        ({"content": {"en-GB": {"cosent": {}}}}, "content.en-GB"),
        ({"content": {"en-GB": {"consent": {"titel": "x"}}}}, "content.en-GB.consent"),
        ({"emails": {"en-GB": {"request": {"both": {"subjct": "x"}}}}}, "emails.en-GB.request.both"),
    ],
)
def test_what_does_not_load_is_marked_where_it_stands(schema, over, where):
    assert refused(schema, **over) == [where]


def test_pages_places_sentences_and_mails_are_taken(schema):
    content = {"en-GB": {"consent": {"title": "x", "Your full name": "x"}, "everywhere": {"Save and leave": "x"}}}
    emails = {"en-GB": {"request": {"subject": "x", "both": {"intro": "x"}}}}
    assert refused(schema, content=content, emails=emails, look={"font": ["Georgia"]}) == []


def test_every_key_is_described_and_a_place_says_what_is_shipped_there(schema):
    tables = [schema, *(one for name, one in schema["$defs"].items() if name.endswith(("Table", "Navigation")))]
    for table in tables:
        for key, one in table["properties"].items():
            table_of = schema["$defs"].get(one.get("$ref", "").rpartition("/")[2], {})
            assert one.get("description") or table_of.get("description"), key
    title = schema["$defs"]["content"]["properties"]["consent"]["properties"]["title"]
    assert title["description"] == (
        "Shipped: “Share your books in {software} with {organization}” May name {organization}, {software}."
    )


def test_the_command_prints_it_without_any_configuration(capsys, monkeypatch, schema):
    monkeypatch.delenv("LINKFLOW_PUBLIC_URL", raising=False)
    assert main(["check", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema
