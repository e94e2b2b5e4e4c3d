"""The catalogue: the shipped files, the operator's over them, and what makes a product connectable."""

import pytest

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.domain.languages import in_language
from linkflow.domain.software import Software, SoftwareKind
from linkflow.problems import ConfigurationError
from linkflow.settings import Credentials
from tests.config_factories import make_catalogue, make_settings, make_software

CONNECTION = """
name = "Ledgerly"
vendor = "Ledgerly BV"
kind = "oauth"
required_role = "an owner"
connection_only = true
[oauth]
authorize_url = "https://login.ledgerly.example/authorize"
token_url = "https://login.ledgerly.example/token"
scopes = ["openid", "books"]
[oauth.scopes_by_data_type]
financials = ["gl.read"]
spend_analysis = ["bills.read", "gl.read"]
"""


def load(tmp_path, files, **settings):
    (folder := tmp_path / "software").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return load_catalogue(folder, None, make_settings(tmp_path, **{"software_credentials": {}, **settings}))


def problems(tmp_path, files, **settings):
    with pytest.raises(ConfigurationError) as refusal:
        load(tmp_path, files, **settings)
    return [str(problem) for problem in refusal.value.problems]


def test_every_shipped_file_loads(tmp_path):
    catalogue = load_catalogue(paths.config() / "software", None, make_settings(tmp_path, software_credentials={}))
    assert {"quickbooks", "xero", "sage", "wave", "quickbooks_desktop"} <= set(catalogue)
    assert not any(catalogue.connectable(software, "northbank") for software in catalogue), (
        "nothing without credentials"
    )


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("quick bo", "quickbooks"),
        ("QBO", "quickbooks"),
        ("navision", "business_central"),
        ("lexoffice", "lexware_office"),
    ],
)
def test_search_finds_products_by_name_vendor_and_alias(tmp_path, query, first):
    catalogue = load_catalogue(paths.config() / "software", None, make_settings(tmp_path, software_credentials={}))
    assert catalogue.search(query)[0].id == first


def test_a_catalogue_file_alone_makes_a_product_connectable(tmp_path):
    credentials = {"ledgerly": Credentials(client_id="us", client_secret="s")}
    catalogue = load(tmp_path, {"ledgerly": CONNECTION}, software_credentials=credentials)
    assert catalogue.connectable("ledgerly", "northbank")
    assert not catalogue["ledgerly"].adapter
    assert catalogue["ledgerly"].oauth.scope_text({"spend_analysis", "financials"}) == "openid books gl.read bills.read"


@pytest.mark.parametrize(
    ("software", "credentials", "expected"),
    [
        (make_software(), {"sandbox"}, True),
        (make_software(), set(), False),
        (make_software(adapter=False), {"sandbox"}, False),
        (make_software(adapter=False, connection_only=True), {"sandbox"}, True),
        (Software(id="sandbox", name="S", vendor="v"), {"sandbox"}, False),
    ],
)
def test_connectable_needs_oauth_credentials_and_a_reader_or_consent_to_none(software, credentials, expected):
    assert make_catalogue(software, credentials=frozenset(credentials)).connectable("sandbox", "northbank") is expected


def test_no_product_is_called_as_files_are(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, {"upload": CONNECTION})
    assert "upload.toml: (file name): may not be 'upload'" in str(caught.value)


def test_an_unknown_product_is_not_connectable():
    assert not make_catalogue().connectable("nothing", "northbank")


def test_the_operators_file_replaces_the_shipped_one(tmp_path):
    for folder, name in (("shipped", "Old"), ("own", "New")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "xero.toml").write_text(f'name = "{name}"\nvendor = "V"\n')
    settings = make_settings(tmp_path, software_credentials={})
    catalogue = load_catalogue(tmp_path / "shipped", tmp_path / "own", settings)
    assert [software.name for software in catalogue.values()] == ["New"]


def test_the_settings_addresses_replace_the_files(tmp_path):
    text = CONNECTION + '[api]\nbase_url = "https://api.ledgerly.example/v1"\nhosts = ["eu.ledgerly.example"]\n'
    given = {"base_url": "http://localhost:9/v1", "token_url": "http://localhost:9/token"}
    software = load(tmp_path, {"ledgerly": text}, software_addresses={"ledgerly": given})["ledgerly"]
    assert software.api.base_url == "http://localhost:9/v1"
    assert software.api.hosts == ("localhost:9",), "a next link must not lead from a test set-up to the vendor"
    assert software.oauth.token_url == "http://localhost:9/token"
    assert software.oauth.authorize_url == "https://login.ledgerly.example/authorize"


def test_the_mistakes_of_all_files_are_listed_together(tmp_path):
    files = {
        "one": 'name = "One"\nvendro = "V"\n',
        "two": 'name = "Two"\nvendor = "V"\nkind = "oauth"\n',
        "three": "name = ",
        "4our": 'name = "Four"\nvendor = "V"\n',
        "five": 'name = "Five"\nvendor = "V"\nid = "six"\nlogo = "software/none.svg"\n',
    }
    found = problems(tmp_path, files, software_credentials={"onne": Credentials(client_id="a", client_secret="b")})
    assert "one.toml: vendor: is missing" in found
    assert "one.toml: vendro: is not a known key; did you mean 'vendor'?" in found
    assert any(line.startswith("two.toml: (file): kind 'oauth' needs") for line in found)
    assert any(line.startswith("three.toml: (file): cannot be read") for line in found)
    assert any(line.startswith("4our.toml: (file name)") for line in found)
    assert any(line.startswith("five.toml: id") for line in found)
    assert any(line.startswith("five.toml: logo") for line in found)
    assert any("LINKFLOW_SOFTWARE_ONNE_" in line and "did you mean 'one'?" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("https://login.ledgerly.example/token", "http://login.ledgerly.example/token", "oauth.token_url"),
        ('["openid", "books"]', '["two words"]', "oauth.scopes[0]"),
        ("financials =", "finance =", "oauth.scopes_by_data_type.finance"),
        ('scopes = ["openid"', 'pkce = "plain"\nscopes = ["openid"', "oauth.pkce"),
        ('scopes = ["openid"', 'extra_authorize_params = {state = "x"}\nscopes = ["openid"', "oauth"),
        ('scopes = ["openid"', 'extra_authorize_params = {response_mode = "x"}\nscopes = ["openid"', "oauth"),
        ('scopes = ["openid"', 'iss_parameter = true\nscopes = ["openid"', "oauth"),
        ('name = "Ledgerly"', 'name = "Led\\ngerly"', "name"),
        ('name = "Ledgerly"', 'name = "Ledgerly"\ncountries = ["nl"]', "countries[0]"),
        ('name = "Ledgerly"', 'name = "Ledgerly"\nlogo = "../../etc/passwd"', "logo"),
    ],
)
def test_a_wrong_value_is_named_by_file_and_key(tmp_path, old, new, key):
    assert [line.split(": ")[:2] for line in problems(tmp_path, {"ledgerly": CONNECTION.replace(old, new)})] == [
        ["ledgerly.toml", key]
    ]


REGIONAL = """
name = "Ledgerly"
vendor = "Ledgerly BV"
kind = "oauth"
required_role = "an owner"
connection_only = true
[inputs.region]
source = "callback"
parameter = "location"
values = {us = "com", eu = "eu"}
default = "us"
[inputs.firm]
source = "customer"
label = "The address of your Ledgerly"
pattern = "[a-z0-9-]{1,30}"
[oauth]
authorize_url = "https://{firm}.login.ledgerly.example/authorize"
token_url = "https://login.ledgerly.{region}/token"
callback_params = ["location"]
[api]
base_url = "https://api.ledgerly.{region}/v1/{firm}"
"""


def test_what_a_sign_in_brought_stands_in_the_addresses(tmp_path):
    software = load(tmp_path, {"ledgerly": REGIONAL})["ledgerly"]
    before, after = software.at({"firm": "bakery"}), software.at({"firm": "bakery", "location": "eu"})
    assert before.oauth.authorize_url == "https://bakery.login.ledgerly.example/authorize"
    assert before.oauth.token_url == "https://login.ledgerly.com/token"
    assert (after.oauth.token_url, after.api.base_url) == (
        "https://login.ledgerly.eu/token",
        "https://api.ledgerly.eu/v1/bakery",
    )
    assert [one.name for one in software.asked] == ["firm"]


@pytest.mark.parametrize(
    "given",
    [
        {"firm": "bakery", "location": "evil.example/"},
        {"firm": "bakery", "location": "com"},
        {"firm": "evil.example/?"},
        {"firm": "bakery\n"},
        {"firm": "b@kery"},
        {},
    ],
)
def test_what_is_not_on_the_list_stands_in_no_address(tmp_path, given):
    software = load(tmp_path, {"ledgerly": REGIONAL})["ledgerly"]
    with pytest.raises(ValueError, match=r"firm|region"):
        software.at(given)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[inputs.firm]", "[inputs.form]", "(file)"),
        ('parameter = "location"\n', "", "inputs.region"),
        ('default = "us"\n', "", "inputs.region"),
        ('default = "us"', 'default = "fr"', "inputs.region"),
        ('eu = "eu"', 'eu = "eu/evil"', "inputs.region.values.eu"),
        ('label = "The address of your Ledgerly"\n', "", "inputs.firm"),
        ('pattern = "[a-z0-9-]{1,30}"\n', "", "inputs.firm"),
        ('callback_params = ["location"]\n', "", "(file)"),
        ('callback_params = ["location"]', 'required_callback_params = ["location"]', "oauth"),
        ("[api]", '[api]\nheaders = {authorization = "x"}', "api"),
        ("[api]", "[[api.limits]]\ncalls = 0\nseconds = 60\n[api]", "api.limits[0].calls"),
        ('name = "Ledgerly"', 'name = "Ledgerly"\nnot_available = ["everything"]', "not_available[0]"),
    ],
)
def test_a_wrong_input_or_limit_is_named_by_file_and_key(tmp_path, old, new, key):
    found = problems(tmp_path, {"ledgerly": REGIONAL.replace(old, new)})
    assert [line.split(": ")[:2] for line in found] == [["ledgerly.toml", key]]


def test_the_picker_shows_ranked_products_first_then_by_name(tmp_path):
    texts = {
        "a": 'popular_rank = 2\nname = "A"',
        "b": 'name = "b"',
        "c": 'name = "Á"',
        "d": 'popular_rank = 1\nname = "D"',
    }
    catalogue = load(tmp_path, {name: f'vendor = "V"\n{text}\n' for name, text in texts.items()})
    assert list(catalogue) == ["d", "a", "c", "b"]


def test_a_product_without_a_mark_has_initials():
    assert make_software(name="Sage 50 Accounts").initials == "S5"
    assert make_software(name="Xero", kind=SoftwareKind.OAUTH).initials == "X"


def test_an_organizations_own_client_makes_a_product_connectable_for_its_customers_alone(tmp_path):
    own = {"northbank": {"ledgerly": Credentials(client_id="north", client_secret="s")}}
    catalogue = load(tmp_path, {"ledgerly": CONNECTION}, organization_credentials=own)
    assert catalogue.connectable("ledgerly", "northbank")
    assert not catalogue.connectable("ledgerly", "harbour")


def test_what_is_fixed_must_be_asked_for_and_may_have_to_be_one_of_a_list(tmp_path):
    ledgers = REGIONAL.replace('pattern = "[a-z0-9-]{1,30}"', 'values = {bakery = "b", butcher = "c"}')
    settings = {
        "software_inputs": {"ledgerly": {"firm": "baker", "frim": "bakery", "region": "eu"}, "none": {"firm": "x"}},
        "organization_inputs": {"northbank": {"ledgerly": {"firm": "b"}}},
        "organization_credentials": {"northbank": {"ledgery": Credentials(client_id="a", client_secret="b")}},
    }
    found = {line.split(": ")[1]: line for line in problems(tmp_path, {"ledgerly": ledgers}, **settings)}
    assert set(found) == {
        "LINKFLOW_SOFTWARE_LEDGERLY_INPUT_FIRM",
        "LINKFLOW_SOFTWARE_LEDGERLY_INPUT_FRIM",
        "LINKFLOW_SOFTWARE_LEDGERLY_INPUT_REGION",
        "LINKFLOW_SOFTWARE_NONE_…",
        "LINKFLOW_ORGANIZATION_NORTHBANK_SOFTWARE_LEDGERLY_INPUT_FIRM",
        "LINKFLOW_ORGANIZATION_NORTHBANK_SOFTWARE_LEDGERY_…",
    }
    assert "known: bakery, butcher" in found["LINKFLOW_SOFTWARE_LEDGERLY_INPUT_FIRM"]
    assert "did you mean 'firm'?" in found["LINKFLOW_SOFTWARE_LEDGERLY_INPUT_FRIM"]


WORDS = REGIONAL.replace(
    'required_role = "an owner"',
    'required_role = {en = "an owner", fr = "un propriétaire"}\n'
    'device_warning = "Use a computer"\n'
    'help = """\nFirst this.\n\nThen that."""',
).replace('label = "The address of your Ledgerly"', 'label = {de = "Adresse", en = "Address"}\nhint = "Look above"')
WORDS += '[connect_button]\ntext = {en = "Connect to Ledgerly"}\nofficial = true\n'


def test_texts_are_plain_or_by_language(tmp_path):
    software = load(tmp_path, {"ledgerly": WORDS})["ledgerly"]
    assert in_language(software.required_role, "fr-CA") == "un propriétaire"
    assert in_language(software.device_warning, "fr-CA") == "Use a computer"
    assert software.help == "First this.\n\nThen that."
    assert in_language(software.asked[0].label, "de-AT") == "Adresse"
    assert software.connect_button.official
    assert in_language(software.connect_button.text, "de") == "Connect to Ledgerly"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('fr = "un propriétaire"', 'french = "un propriétaire"', "required_role.french"),
        ('fr = "un propriétaire"', f'fr = "{"x" * 201}"', "required_role.fr"),
        ('{en = "an owner", fr = "un propriétaire"}', "{}", "required_role"),
        ('{en = "an owner", fr = "un propriétaire"}', "7", "required_role"),
        ('device_warning = "Use a computer"', f'device_warning = "{"x" * 201}"', "device_warning"),
        ("First this.", "x" * 1500, "help"),
        ('de = "Adresse"', "de = 3", "inputs.firm.label.de"),
        ('pattern = "[a-z0-9-]{1,30}"', 'pattern = "[a-z"', "inputs.firm"),
        ('text = {en = "Connect to Ledgerly"}', "", "connect_button.text"),
    ],
)
def test_a_wrong_text_is_named_by_key_and_language(tmp_path, old, new, key):
    found = problems(tmp_path, {"ledgerly": WORDS.replace(old, new)})
    assert [line.split(": ")[:2] for line in found] == [["ledgerly.toml", key]]


def test_what_stands_in_host_names_is_written_as_they_are(tmp_path):
    text = REGIONAL.replace('pattern = "[a-z0-9-]{1,30}"', 'pattern = "[A-Za-z0-9_]{1,30}"\nas_host = true')
    software = load(tmp_path, {"ledgerly": text})["ledgerly"]
    assert software.at({"firm": "1234567_SB1"}).oauth.authorize_url.startswith("https://1234567-sb1.login.")


def test_no_pattern_lets_anything_out_of_its_place_in_an_address(tmp_path):
    software = load(tmp_path, {"ledgerly": REGIONAL.replace('"[a-z0-9-]{1,30}"', '".*"')})["ledgerly"]
    for given in ("evil.example/", "a@evil", "a b", "x" * 101, "a?b", "a#b", "a%2f"):
        with pytest.raises(ValueError, match="firm"):
            software.at({"firm": given})
